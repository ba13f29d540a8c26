"""Sets one file for paper: HTML comes in by standard input, a tagged PDF goes out by standard output.

Run as a process of its own and never imported by the service: it needs seconds of a whole processor, which
people who answer must not wait for, and Pango, which a server may lack. It knows no setting, no key and no
database, and fetches nothing: what a file shows is inside its own text.
"""

from __future__ import annotations

import logging
import os
import sys

MISSING, FETCHED = 3, 4
"""What the process answers besides 0: packages are missing; the text asked for something outside itself."""
_POLITE = 10
"""How far this steps back behind whoever answers: the kernel's own scale, up to 19."""


class FetchedError(RuntimeError):
    """The text asked for something outside itself."""


def pdf(html: str) -> bytes:
    """A tagged PDF (PDF/UA-1). Raises ImportError or OSError where packages are missing, or FetchedError."""
    from weasyprint import HTML  # noqa: PLC0415 - fails at import where Pango is not installed
    from weasyprint.urls import FatalURLFetchingError, URLFetcher  # noqa: PLC0415 - as above

    own = URLFetcher(allowed_protocols=("data",))

    def fetch(url: str) -> object:
        if url.startswith("data:"):  # a picture that stands in the text itself
            return own.fetch(url)
        raise FatalURLFetchingError(url)  # others are swallowed, and the file made without the part

    try:
        made = HTML(string=html, base_url="paper:", url_fetcher=fetch).write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:
        raise FetchedError("a file for paper asked for something outside itself") from error
    return bytes(made)


def main() -> int:
    """Set what comes in."""
    os.nice(_POLITE)
    logging.disable(logging.CRITICAL)  # the library's lines quote what it sets
    html = sys.stdin.buffer.read().decode()
    try:
        made = pdf(html)
    except (ImportError, OSError):
        return MISSING
    except FetchedError:
        return FETCHED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
