"""Forms of the support directory. Ways to reach a service are written one a line."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs trail
from wtforms.validators import InputRequired, Optional

from consult.manage.service.directory import Channel, Wanted
from consult.web.sentences import sentence


class EntryForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What an entry says."""

    name = StringField(_("Name of the service"))
    what = StringField(
        _("What it is"), description=_("In a few words, such as: someone to listen at any hour.")
    )
    nations = SelectMultipleField(_("Where it can be used"))
    serves = SelectMultipleField(_("For whom it is"))
    kinds = SelectMultipleField(_("What it offers"))
    channels = TextAreaField(
        _("How it is reached"),
        description=_(
            "One way a line, the kind first: phone 0808 157 0000. Also text, chat, web, bsl, relay."
        ),
    )
    hours = StringField(_("When it can be reached"), description=_("Such as: every day, 9am to 9pm."))
    cost = StringField(_("What it costs"), description=_("Such as: free; does not show on a bill."))
    languages = StringField(_("Languages"), description=_("Such as: English, Welsh."))
    least_age = IntegerField(_("Least age"), description=_("Leave it empty where there is none."))
    choice_of_worker = RadioField(_("May one choose to talk to a man or a woman?"))
    source_url = StringField(
        _("Page of the service itself"),
        description=_("Where its number and hours stand. A number from anywhere else is never enough."),
    )
    remark = TextAreaField(_("What to find out before it is checked"), description=_("For the team alone."))

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        self.nations.choices = _listed(self.nation_words())
        self.serves.choices = _listed(
            {
                "men": gettext("Men"),
                "any_gender": gettext("Anyone"),
                "under_18": gettext("People under 18"),
                "families": gettext("Families and friends"),
            }
        )
        self.kinds.choices = _listed(
            {
                "crisis": gettext("Help in a crisis"),
                "specialist": gettext("Specialist support after sexual violence"),
                "childhood": gettext("Support after abuse in childhood"),
                "health": gettext("Health care"),
                "listening": gettext("Someone to listen"),
            }
        )
        self.choice_of_worker.choices = _listed(
            {"yes": gettext("Yes"), "no": gettext("No"), "not_known": gettext("Not known")}
        )
        if self.choice_of_worker.data is None:
            self.choice_of_worker.data = "not_known"

    @staticmethod
    def nation_words() -> dict[str, str]:
        """The nations and what they are called."""
        return {
            "england": gettext("England"),
            "wales": gettext("Wales"),
            "scotland": gettext("Scotland"),
            "northern_ireland": gettext("Northern Ireland"),
        }

    def fill(self, wanted: Wanted) -> None:
        """Show an entry as it stands."""
        for name in ("name", "what", "hours", "cost", "languages", "least_age", "source_url", "remark"):
            self[name].data = getattr(wanted, name)
        for name in ("nations", "serves", "kinds"):
            self[name].data = list(getattr(wanted, name))
        self.choice_of_worker.data = wanted.choice_of_worker
        self.channels.data = "\n".join(f"{channel.kind} {channel.value}" for channel in wanted.channels)

    def wanted(self, *, example: bool = False) -> Wanted:
        """The entry as typed; whether it is possible says the service."""
        lines = [line.split(maxsplit=1) for line in (self.channels.data or "").splitlines() if line.strip()]
        return Wanted(
            name=_plain(self.name.data),
            what=_plain(self.what.data),
            nations=tuple(self.nations.data or ()),
            serves=tuple(self.serves.data or ()),
            kinds=tuple(self.kinds.data or ()),
            channels=tuple(
                Channel(kind=line[0].rstrip(":").lower(), value=_plain("".join(line[1:]))) for line in lines
            ),
            hours=_plain(self.hours.data),
            cost=_plain(self.cost.data),
            languages=_plain(self.languages.data),
            least_age=self.least_age.data,
            choice_of_worker=self.choice_of_worker.data or "not_known",
            source_url=_plain(self.source_url.data),
            remark=_plain(self.remark.data),
            example=example,
        )

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Put each reason beside its field."""
        for name, problem in problems.items():
            self[name].errors = [sentence(problem)]


class CheckForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What somebody found out today."""

    result = RadioField(
        _("I called the number, or read the page of the service itself, today"),
        validators=[InputRequired(message=_("Please say what you found."))],
    )
    note = StringField(_("A note, if you like"), validators=[Optional()])

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        self.result.choices = _listed(
            {
                "good": gettext("All that stands here is right"),
                "bad": gettext("Something is not right: hide it from every page now"),
            }
        )


def _listed(words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value=key, label=label) for key, label in words.items()]


def _plain(typed: str | None) -> str:
    return " ".join((typed or "").split())
