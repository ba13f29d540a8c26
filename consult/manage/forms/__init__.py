"""Forms of those who run a consultation. Messages say what to do, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs trail
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from consult.manage import service
from consult.web.sentences import sentence

_WHOLE_NUMBER = _("Please write a whole number, such as 5.")
_TOO_LONG = _("This is longer than a share. Please type one share only.")
_DATE = _("Please write a date as year-month-day, such as 2027-03-31, or leave this empty.")


class IntegerField(wtforms.IntegerField):
    """A whole number, with a message of ours. The name stays, since templates go by it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed. Raises ValueError with what to do."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_WHOLE_NUMBER) from error


class DateField(wtforms.DateField):
    """A date or nothing, with a message of ours. The name stays, since templates go by it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed. Raises ValueError with what to do."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_DATE) from error


def _number(label: str, hint: str) -> IntegerField:
    return IntegerField(label, description=hint, validators=[InputRequired(message=_WHOLE_NUMBER)])


def _share(label: str) -> TextAreaField:
    return TextAreaField(label, validators=[Length(max=400, message=_TOO_LONG)])


class TermsForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Title, dates and thresholds."""

    title = StringField(
        _("Title"),
        description=_("The team sees it. People who answer see the title of their survey."),
        validators=[DataRequired(message=_("Please write a title."))],
    )
    freeze_date = DateField(
        _("Last day to take answers back"),
        description=_("After this day, words that are published stay published. The survey says so."),
        validators=[Optional()],
    )
    results_date = DateField(
        _("Day of the results"),
        description=_("When we show what we heard and what it changed. The survey says so."),
        validators=[Optional()],
    )
    release_min = _number(
        _("Least number of answers that appear together"),
        _("5 or more. Answers wait unseen until so many can appear on one day: no date points to a person."),
    )
    min_grants = _number(
        _("Least number of people who can open answers"),
        _("A survey opens no sooner. With 1, answers are lost when that one person loses the passphrase."),
    )
    team_k = _number(
        _("Least count shown to the team"),
        _("5 is usual. Smaller counts of people are shown as “a few”."),
    )
    published_k = _number(
        _("Least count published"),
        _("10 is usual. Smaller counts of people are left out of what is published."),
    )
    published_rounding = _number(
        _("Published counts are rounded to"),
        _("5 is usual: 12 becomes 10, 13 becomes 15. 1 leaves counts as they are."),
    )
    draft_days = _number(
        _("Days that an unfinished answer is kept"),
        _("30 is usual. After that many days without a visit it is deleted."),
    )
    consensus_agree = _number(
        _("Per cent of the panel that must rate a statement 7 to 9"),
        _("70 is usual. With fewer, a statement is not in. Each group has the same weight."),
    )
    consensus_oppose = _number(
        _("Per cent of the panel that may not rate it 1 to 3"),
        _("15 is usual: a statement is in only when fewer than so many oppose it."),
    )

    post_to = TextAreaField(
        _("Address for answers on paper"),
        description=_(
            "Printed on the questions for paper. It stands on an envelope: say nothing of the subject. "
            "If this is empty, people are told to ask whoever gave them the paper."
        ),
    )

    phone_to = StringField(
        _("Phone number for answers, and when it is answered"),
        description=_(
            "Shown with the survey and printed on paper, such as: 0800 000 0000, Monday to Friday, 10 to 4. "
            "Leave it empty when nobody takes answers by phone."
        ),
    )

    def fill(self, terms: service.Terms) -> None:
        """Show the terms as they stand."""
        for name in self._term_names():
            self[name].data = getattr(terms, name)

    def terms(self) -> service.Terms:
        """The terms as typed. Only after validation."""
        typed: dict[str, Any] = {name: self[name].data for name in self._term_names()}
        lines = [line.strip() for line in str(typed["post_to"] or "").splitlines()]
        words = {"title": str(typed["title"]).strip(), "post_to": "\n".join(filter(None, lines))}
        words["phone_to"] = " ".join(str(typed["phone_to"] or "").split())
        return service.Terms(**typed | words)

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Put each reason beside its field."""
        for name, problem in problems.items():
            self[name].errors = [*self[name].errors, sentence(problem)]

    def _term_names(self) -> Iterable[str]:
        return (name for name in service.Terms.__dataclass_fields__ if name in self)


class NewForm(TermsForm):
    """A new consultation."""

    name = StringField(
        _("Name"),
        description=_(
            "For addresses and commands. Small letters, digits and hyphens, such as spring-survey."
        ),
        validators=[
            DataRequired(message=_("Please write a name.")),
            Regexp(
                f"^{service.CONSULTATION_NAME}$",
                message=_("Please use 2 to 40 small letters, digits and hyphens, and begin with a letter."),
            ),
        ],
    )
    grantees = SelectMultipleField(
        _("Who will be able to open the answers?"),
        description=_("Keys are made now for these people and for nobody else. They can add others later."),
        validators=[InputRequired(message=_("Please choose at least one person."))],
    )

    def offer(self, people: Iterable[service.Person]) -> None:
        """The people to choose from."""
        self.grantees.choices = [_choice(person) for person in people if person.active]


class PersonForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A new account."""

    name = StringField(
        _("Name to sign in with"),
        description=_("Small letters, digits, dots, hyphens and underscores, such as a.example."),
        validators=[
            DataRequired(message=_("Please write a name to sign in with.")),
            Regexp(
                f"^{service.ACCOUNT_NAME}$",
                message=_(
                    "Please use 2 to 40 small letters, digits, dots, hyphens, underscores; a letter first."
                ),
            ),
        ],
    )
    display_name = StringField(
        _("Name that others see"),
        validators=[
            DataRequired(message=_("Please write the name that others see.")),
            Length(max=100, message=_("Please use 100 characters or fewer.")),
        ],
    )
    administrator = BooleanField(_("Can add people and set up consultations (administrator)"))


class RolesForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What one person may do in one consultation."""

    roles = SelectMultipleField(_("Roles"))

    def offer(self, words: Mapping[str, str]) -> None:
        """The roles and what they are called."""
        self.roles.choices = [SelectChoice(value=role, label=label) for role, label in words.items()]


class GrantForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Whom to give a key."""

    person = RadioField(_("Who shall be able to open the answers?"))

    def offer(self, people: Iterable[service.Person]) -> None:
        """The people to choose from, each with the words of the key."""
        self.person.choices = [_with_words(each) for each in people]


class AskForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What to ask a second person for, and why."""

    kind = RadioField(_("What do you ask for?"), validators=[InputRequired(message=_("Please choose one."))])
    detail = StringField(
        _("Why, in a sentence"),
        description=_("The person who agrees reads it, and the log keeps it. No words of an answer, please."),
        validators=[
            DataRequired(message=_("Please write why.")),
            Length(max=300, message=_("Please use 300 characters or fewer.")),
        ],
    )

    def offer(self, words: Mapping[str, str]) -> None:
        """The acts and what they are called."""
        self.kind.choices = [SelectChoice(value=kind, label=label) for kind, label in words.items()]


class DeletionForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The name once more, so that the wrong consultation does not go."""

    typed = StringField(
        _("Write the name of the consultation"),
        validators=[DataRequired(message=_("Please write the name of the consultation."))],
    )


class SharesForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """How many people keep a share, and how many of them must come together."""

    scheme = RadioField(
        _("How many people will keep a share?"),
        validators=[InputRequired(message=_("Please choose one of these."))],
        choices=[
            SelectChoice(
                value="2-3", label=_("Three people, and any two of them together can let somebody in")
            ),
            SelectChoice(
                value="3-5", label=_("Five people, and any three of them together can let somebody in")
            ),
        ],
    )
    usual = "2-3"

    def chosen(self) -> tuple[int, int]:
        """How many of how many. Only after validation."""
        threshold, people = str(self.scheme.data).split("-")
        return int(threshold), int(people)


class ShareForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """One share, typed back from its paper."""

    share = TextAreaField(
        _("One share"),
        description=_("Sixteen groups of four characters. Capitals, spaces and hyphens do not matter."),
        validators=[DataRequired(message=_("Please type one share.")), Length(max=400, message=_TOO_LONG)],
    )


class LetInForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Shares of several people, and whom they let in."""

    person = RadioField(
        _("Who shall be able to open the answers?"),
        validators=[InputRequired(message=_("Please choose a person."))],
    )
    share_1 = _share(_("First share"))
    share_2 = _share(_("Second share"))
    share_3 = _share(_("Third share, if yours are three of five"))

    def offer(self, people: Iterable[service.Person]) -> None:
        """The people to choose from, each with the words of the key."""
        self.person.choices = [_with_words(each) for each in people]

    def shares(self) -> tuple[TextAreaField, ...]:
        """The boxes for shares, in order."""
        return self.share_1, self.share_2, self.share_3

    def refuse(self, problems: Mapping[int, str]) -> None:
        """Put each reason beside its share."""
        for place, problem in problems.items():
            field = self.shares()[place]
            field.errors = [*field.errors, sentence(problem)]


def _choice(person: service.Person) -> SelectChoice:
    return SelectChoice(value=person.name, label=f"{person.display_name} ({person.name})")


def _with_words(person: service.Person) -> SelectChoice:
    return SelectChoice(value=person.name, label=f"{person.display_name} ({person.name}): {person.key_words}")
