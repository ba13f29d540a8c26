"""The forms at the door. A passphrase is taken as it was typed and never printed again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

LONGEST_NAME = 200
LONGEST_PASSPHRASE = 1024
_SHORTER = _("This is longer than we can use. Please shorten it.")


class SignInForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Name and passphrase."""

    name = StringField(
        _("Name"),
        validators=[
            DataRequired(message=_("Please write the name of your account.")),
            Length(max=LONGEST_NAME, message=_SHORTER),
        ],
    )
    passphrase = PasswordField(
        _("Passphrase"),
        validators=[
            DataRequired(message=_("Please write your passphrase.")),
            Length(max=LONGEST_PASSPHRASE, message=_SHORTER),
        ],
    )


class UnlockForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The passphrase once more, and the page to go to afterwards."""

    passphrase = PasswordField(
        _("Passphrase"),
        validators=[
            DataRequired(message=_("Please write your passphrase.")),
            Length(max=LONGEST_PASSPHRASE, message=_SHORTER),
        ],
    )
    next = HiddenField()


class PassphraseForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The passphrase of today, and the new one twice."""

    passphrase = PasswordField(
        _("Your passphrase now"),
        validators=[
            DataRequired(message=_("Please write the passphrase you use now.")),
            Length(max=LONGEST_PASSPHRASE, message=_SHORTER),
        ],
    )
    new_passphrase = PasswordField(
        _("New passphrase"),
        validators=[
            DataRequired(message=_("Please write the new passphrase.")),
            Length(max=LONGEST_PASSPHRASE, message=_SHORTER),
        ],
    )
    repeat = PasswordField(
        _("New passphrase again"),
        validators=[
            DataRequired(message=_("Please write the new passphrase a second time.")),
            EqualTo("new_passphrase", message=_("The two new passphrases differ. Please write both again.")),
        ],
    )


class CodeForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A code of the second factor. Never shown again, as a passphrase is not."""

    code = StringField(
        _("Code"),
        validators=[
            DataRequired(message=_("Please write the code.")),
            Length(max=100, message=_SHORTER),
        ],
    )


class EnrolForm(CodeForm):
    """The first code of a new app, and, where there is a second factor already, one of that."""

    present = StringField(
        _("A code of the app you use now, or a spare code"),
        validators=[Length(max=100, message=_SHORTER)],
    )
