"""An edition as files for any web server: pages without script or outside file, the table, and the values."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy.orm import Session

from consult.models.standard import ServiceKind
from consult.records import consultations
from consult.records.editions import CHECK_HEAD, Out, check_table, lines_to_check
from consult.reports.service import editions
from consult.reports.service.standards import NOTICE, ReportFile
from consult.reports.writers import packed, pages, tables


def edition_site(session: Session, name: str, number: int, *, service_name: str) -> ReportFile:
    """The files of an edition in one archive. Raises UnknownEditionError."""
    demonstration = consultations.named(session, name).demonstration
    edition = editions.numbered(session, name, number)
    files = _files(edition, service_name, demonstration=demonstration)
    return ReportFile(
        name="site.zip",
        mimetype="application/zip",
        content=packed.pack(files),
        kind=f"site.zip {number}",
    )


def _files(edition: Out, service_name: str, *, demonstration: bool) -> Iterator[tuple[str, bytes]]:
    context = {
        "service_name": service_name,
        "demonstration": demonstration,
        "edition": edition,
        "standard": None,
        "lines": list(lines_to_check(edition.standards)),
    }
    for page in ("index", "commissioners", "check"):
        yield f"{page}.html", pages.html_file("site.html", context | {"page": page})
    for standard in edition.standards:
        content = pages.html_file("site.html", context | {"page": "standard", "standard": standard})
        yield f"{standard['key']}.html", content
    yield "check.csv", tables.csv_file(CHECK_HEAD, check_table(edition.standards))
    values = {
        "notice": NOTICE if demonstration else "",
        "title": edition.title,
        "edition": edition.number,
        "least": edition.least,
        "rounding": edition.rounding,
        "kinds": [str(kind) for kind in ServiceKind],
        "standards": edition.standards,
    }
    yield "standards.json", json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True).encode()
