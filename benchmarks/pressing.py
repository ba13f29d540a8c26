"""A coder at ten thousand answers: `python -m benchmarks.pressing [--answers 10000] [--decisions 60]`.

An analyst signs in, unlocks, and codes through the pages: gives an answer a theme, and goes on to the next
one with its suggestions, their sentences and nearest examples. Some hundred answers were coded before. The
service works out meaning first, where its model is installed; fits that decisions call for are made beside
the pages, as they are for everybody. Texts are invented (`benchmarks.text`).
"""

from __future__ import annotations

import argparse
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks import responses, survey
from benchmarks.desk import at_workbench, token_of, unlock
from benchmarks.harness import Figure, arguments, figure, machine, p95, report, say
from benchmarks.installation import ANALYST, NAME, Installation, installation
from benchmarks.text import CODED, Invented, invented
from consult.coding.service import rested
from consult.models.account import Account
from consult.models.response import Response
from consult.records import accounts, codings, opened, themes
from consult.records.codings import Coding
from consult.records.themes import ThemeText

BOX = "better"
_BOX_AT = f"/team/{NAME}/answers/{responses.SURVEY}/{BOX}"
_THEME = re.compile(r'name="theme"[^>]*value="([^"]+)"')
_SUGGESTED = 'id="suggestion-'


class PageError(RuntimeError):
    """A page was not what a coder would get."""


@dataclass(frozen=True, kw_only=True)
class Coder:
    """An analyst before the pages of one question."""

    client: FlaskClient

    def next(self, response: str = "", token: str = "") -> tuple[str, str]:
        """Press "Done, next"; the id of the answer that comes, and its page."""
        told = self.client.post(f"{_BOX_AT}/next", data={"response": response, "csrf_token": token})
        return self._shown(told.status_code, told.headers.get("Location", ""))

    def give(self, response: str, page: str, theme: str) -> tuple[str, str]:
        """Give a theme to the answer in view; its id again, and its page."""
        fields = {"theme": theme, "rev": "1", "response": response, "csrf_token": token_of(page)}
        told = self.client.post(f"{_BOX_AT}/{response}/code", data=fields)
        return self._shown(told.status_code, told.headers.get("Location", ""))

    def _shown(self, status: int, address: str) -> tuple[str, str]:
        shown = self.client.get(address)
        if (status, shown.status_code) != (303, 200) or 'id="coding"' not in shown.text:
            raise PageError(f"a press answered {status}, its page {shown.status_code}")
        return address.partition("?")[0].rpartition("/")[2], shown.text


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options(given)
    about = machine()
    with _coder(options.answers) as coder:
        _, page = coder.next(token=token_of(coder.client.get(_BOX_AT).text))
        say("Meaning is worked out, and kept")
        for thread in threading.enumerate():
            if thread.name == "meaning":
                thread.join()
        response = ""
        for _ in range(options.answers // rested.MOST + 1):  # some at each press
            response, page = coder.next(response, token_of(page))
        say(f"{options.decisions} decisions")
        figures = _decisions(coder, (response, page), options)
    report("pressing", figures, about, sizes={"answers": options.answers, "decisions": options.decisions})


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    reader = arguments("pressing", __doc__)
    reader.add_argument("--answers", type=int, default=10_000)
    reader.add_argument("--decisions", type=int, default=60)
    return reader.parse_args(given)


def _decisions(coder: Coder, shown: tuple[str, str], options: argparse.Namespace) -> list[Figure]:
    response, page = shown
    on, press, suggested = _Times(), _Times(), 0
    for place in range(options.decisions):
        keys = sorted(set(_THEME.findall(page)))
        with press:
            response, page = coder.give(response, page, keys[place % len(keys)])
        with on:
            response, page = coder.next(response, token_of(page))
        suggested += _SUGGESTED in page
    at = f"at {options.answers} answers, through the pages, p95"
    return [
        figure("P24.page", f"next answer with its suggestions {at}", "ms", value=on.clock),
        figure("P24.page.cpu", f"the same {at}", "CPU ms", value=on.processor),
        figure("P24.press", f"a theme given, and the answer again {at}", "ms", value=press.clock),
        figure("P24.press.cpu", f"the same {at}", "CPU ms", value=press.processor),
        figure("P24.suggested", "of so many next answers, with a suggestion", "pages", value=suggested),
    ]  # fmt: skip


class _Times:
    """Milliseconds of what is done `with` it, by the clock and of the processor: the p95 of each."""

    def __init__(self) -> None:
        self._clock: list[float] = []
        self._processor: list[float] = []

    def __enter__(self) -> None:
        self._begun = time.perf_counter(), time.thread_time()

    def __exit__(self, *wrong: object) -> None:
        clock, processor = self._begun
        self._clock.append((time.perf_counter() - clock) * 1e3)
        self._processor.append((time.thread_time() - processor) * 1e3)

    @property
    def clock(self) -> float:
        return p95(self._clock)

    @property
    def processor(self) -> float:
        return p95(self._processor)


@contextmanager
def _coder(answers: int) -> Iterator[Coder]:
    say(f"Sealing {answers} answers")
    made = invented(answers)
    texts = made.frame_of_answers["text"].tolist()
    with installation((survey.one_page(),)) as home:
        responses.fill(home, answers, typed={BOX: texts})
        _code(home, made)
        with at_workbench(home) as (client, _):
            unlock(client)
            yield Coder(client=client)


def _code(home: Installation, made: Invented) -> None:
    """The frame, and for each of some hundred answers the theme whose words it says most of, committed."""
    session, consultation = home.session, home.consultation
    frame = [
        themes.add(session, consultation, ThemeText(name=each.name, definition=each.definition))
        for each in made.frame.themes
    ]
    coder = session.scalars(select(Account.id).where(Account.name == ANALYST)).one()
    keys = accounts.opened_keys(session, home.vault, consultation, home.key)
    ids = session.scalars(select(Response.id).limit(CODED)).all()
    read = opened.released(
        session, home.vault, consultation, keys, definition_id=responses.SURVEY, ids=list(ids)
    )
    meant = [set(each.definition.rstrip(".").split()) for each in made.frame.themes]
    for each in list(read):
        said = set(each.answers[BOX].replace(".", "").split())
        theme = max(range(len(meant)), key=lambda at: len(meant[at] & said))
        coding = Coding(
            response_id=each.id,
            response_rev=1,
            question_id=BOX,
            start=0,
            end=20,
            theme_id=frame[theme].id,
            coder_id=coder,
            seq=1,
        )
        codings.add(session, home.vault, consultation, keys, coding)
    consultation.suggestions = True
    session.commit()


if __name__ == "__main__":
    main()
