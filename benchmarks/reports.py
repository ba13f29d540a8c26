"""The evidence report of twelve standards in each form: `python -m benchmarks.reports [--answers 1000]`.

An analyst who has unlocked asks for the page, the document, the PDF and the workbook, each as often as there
are rounds; the figure is the middle of them, in seconds, with everything that the request does.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from functools import partial

from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks import desk, evidence, responses, survey
from benchmarks.harness import Figure, arguments, figure, in_turns, machine, report, say
from benchmarks.installation import ANALYST, NAME, Installation, installation
from consult.models.account import Account
from consult.records import themes

FORMS = ("html", "docx", "pdf", "xlsx")
STANDARDS = 12


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options(given)
    about = machine()
    say(f"Sealing and coding {options.answers} answers")
    with installation((survey.one_page(),)) as home:
        responses.fill(home, options.answers)
        evidence.code(home, options.per_theme)
        _write(home)
        with desk.at_workbench(home) as (client, _):
            desk.unlock(client)
            say("Reports in turns")
            turns = in_turns(options.rounds, {form: partial(_made, client, form) for form in FORMS})
    figures = [_figure(form, turns[form]) for form in FORMS]
    report("reports", figures, about, sizes={"rounds": options.rounds, "answers": options.answers})


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    reader = arguments("reports", __doc__)
    reader.add_argument("--answers", type=int, default=1000, help="coded answers")
    reader.add_argument("--per-theme", type=int, default=100, help="answers that raise a theme")
    return reader.parse_args(given)


def _write(home: Installation) -> None:
    """Eleven standards more, each on the same ten themes."""
    coder = home.session.scalars(select(Account.id).where(Account.name == ANALYST)).one()
    frame = [theme.id for theme in themes.of(home.session, home.consultation)]
    for number in range(2, STANDARDS + 1):
        evidence.link(home, frame[: evidence.LINKED], coder, number=number)


def _made(client: FlaskClient, form: str) -> float:
    """Seconds until a report is handed over."""
    begun = time.perf_counter()
    answer = client.get(f"/team/{NAME}/evidence.{form}")
    took = time.perf_counter() - begun
    if answer.status_code != 200:
        raise RuntimeError(f"the report as {form} answered {answer.status_code}")
    return took


def _figure(form: str, times: Sequence[float]) -> Figure:
    middle = sorted(times)[len(times) // 2]
    return figure(f"P21.report.{form}", f"report of {STANDARDS} standards as {form}", "s", value=middle)


if __name__ == "__main__":
    main()
