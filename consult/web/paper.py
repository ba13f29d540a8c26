"""Files for paper: PDFs that screen readers can read, from our own templates, set by `press` apart.

Setting one takes seconds of a whole processor. So it happens elsewhere and politely, one at a time, and what
was made is kept in memory by all that it depends on: an address that anybody may ask for cannot be used to
keep this process busy. Knows how a file is made, and nothing of requests, tables or answers.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import cast

from flask import Flask, Response, current_app, render_template
from flask_babel import force_locale

import surveys
from consult import press
from consult.faults import BusyError, RefusedError
from consult.web import support
from consult.web.gates import Speaker
from surveys import paper

logger = logging.getLogger(__name__)

LARGEST = 32 * 2**20
"""Bytes of all kept files together: some hundred."""
NEEDED = "libpango-1.0-0, libpangoft2-1.0-0 and fonts-dejavu-core"
"""Packages of Debian without which no file can be made; requirements/have-pango installs them."""
LONGEST_SECONDS = 180
COME_BACK_SECONDS = 5
"""After so long a browser asks again for a file that is being made."""
_LACKS = f"no file can be made on this server: it lacks {NEEDED}"


class Size(StrEnum):
    """How large the letters of a file are: 12 points, or 18."""

    ORDINARY = "ordinary"
    LARGE = "large"


class NoFilesError(RefusedError):
    """This server cannot make files: packages are missing."""


class BeingMadeError(BusyError):
    """Another file is being made just now."""


class FileFailedError(RuntimeError):
    """A file came to nothing: a fault of ours, in a template or on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A survey to be printed: its words in one language, numbered, with the dates of one consultation.

    `post_to` is the address that papers go to, "" when there is none; `send_by` is the last day for that.
    `phone_to` is the number for answers by phone, "" when there is none.
    `draft` marks one that is not open.
    """

    survey: surveys.Survey
    language: str
    dates: Mapping[str, str]
    post_to: str = ""
    phone_to: str = ""
    send_by: date | None = None
    draft: bool = False
    demonstration: bool = False
    variant: str = ""
    leaves: paper.Sheet = field(init=False)
    speaker: Speaker = field(init=False)

    def __post_init__(self) -> None:
        leaves = paper.sheet(self.survey)
        object.__setattr__(self, "leaves", leaves)
        object.__setattr__(self, "speaker", Speaker(self.survey, leaves.numbers, self.language))

    @staticmethod
    def thirds(scale: surveys.Scale) -> tuple[paper.Third, ...]:
        """For the template: what the middle words of a scale stand for."""
        return paper.thirds(scale)


class Shelf:
    """The files of this process, by all that they depend on; those not asked for longest go first."""

    def __init__(self) -> None:
        self._files: OrderedDict[Hashable, bytes] = OrderedDict()
        self._guard = threading.Lock()
        self._making = threading.Lock()

    def file(self, depends_on: Hashable, make: Callable[[], bytes]) -> bytes:
        """The kept file, or one made now. Raises BeingMadeError while another is made: no thread waits."""
        kept = self._kept(depends_on)
        if kept is not None:
            return kept
        with self.busy():
            made = self._kept(depends_on) or make()
            self._keep(depends_on, made)
        return made

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While one file is made, no other is. Raises BeingMadeError."""
        if not self._making.acquire(blocking=False):
            raise BeingMadeError("another file is being made")
        try:
            yield
        finally:
            self._making.release()

    def _kept(self, depends_on: Hashable) -> bytes | None:
        with self._guard:
            if depends_on in self._files:
                self._files.move_to_end(depends_on)
            return self._files.get(depends_on)

    def _keep(self, depends_on: Hashable, made: bytes) -> None:
        with self._guard:
            self._files[depends_on] = made
            while len(self._files) > 1 and sum(map(len, self._files.values())) > LARGEST:
                self._files.popitem(last=False)


class Press:
    """The process that sets files. That packages are missing is remembered: finding out costs a second."""

    def __init__(self) -> None:
        self._missing = False

    def pdf(self, html: str) -> bytes:
        """A tagged PDF. Raises NoFilesError, or FileFailedError when it came to nothing."""
        if self._missing:
            raise NoFilesError(_LACKS)
        # Without this process's surroundings: no setting, no path to a key and no open file goes along.
        command = [sys.executable, "-I", str(press.__file__)]
        try:
            done = subprocess.run(  # noqa: S603 - our own file, and nothing of a person in the command
                command,
                input=html.encode(),
                capture_output=True,
                timeout=LONGEST_SECONDS,
                env={},
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise FileFailedError("the file took too long to make") from error
        if done.returncode == press.MISSING:
            self._missing = True
            logger.warning("no file can be made: WeasyPrint or Pango is missing")
            raise NoFilesError(_LACKS)
        if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
            raise FileFailedError("the file could not be made")
        return done.stdout


def questionnaire(sheet: Sheet, fingerprint: bytes, size: Size) -> bytes:
    """All questions with boxes and lines. Raises NoFilesError or BeingMadeError."""
    services = support.shelf().services(sheet.language, example=sheet.demonstration)
    depends_on = (
        "questionnaire",
        fingerprint,
        sheet.language,
        sheet.variant,
        size,
        sheet.post_to,
        sheet.phone_to,
        sheet.send_by,
        sheet.draft,
        sheet.demonstration,
        tuple(sheet.dates.items()),
        services,
    )
    context = {
        "sheet": sheet,
        "size": size,
        "draft": sheet.draft,
        "demonstration": sheet.demonstration,
        "support_services": services,
    }
    return file("paper/sheet.html", sheet.language, depends_on, context)


def file(template: str, language: str, depends_on: Hashable, context: Mapping[str, object]) -> bytes:
    """A kept or new file of a template in a language; `depends_on` names all that it shows."""

    def make() -> bytes:
        with force_locale(language):
            return _press().pdf(render_template(template, **context))

    return _shelf().file((template, depends_on), make)


def pdf(html: str) -> bytes:
    """A file set from a report that is kept nowhere. Raises NoFilesError or BeingMadeError."""
    with _shelf().busy():
        return _press().pdf(html)


def handed_over(pdf: bytes, name: str) -> Response:
    """The answer that hands a file over, under a neutral name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def init_app(app: Flask) -> None:
    """Nothing is made yet, and nothing imported."""
    app.extensions["consult.paper"] = Shelf()
    app.extensions["consult.press"] = Press()


def _shelf() -> Shelf:
    return cast("Shelf", current_app.extensions["consult.paper"])


def _press() -> Press:
    return cast("Press", current_app.extensions["consult.press"])
