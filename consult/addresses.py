"""Addresses among the settings: of the database, of pages, of a mail server and of a cluster.

Each reads what it is about from the environment and adds what is wrong to the problems that are told at once.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping


def is_local(host: str) -> bool:
    """Whether a host name is loopback or an onion address: nobody on the open web reaches it by name."""
    name = re.sub(r":\d+$", "", host)
    return name in {"localhost", "127.0.0.1", "[::1]"} or name.endswith(".onion")


def public_url(env: Mapping[str, str], problems: list[str]) -> str:
    """An address without a path: posters put the survey's own behind it."""
    url = env.get("CONSULT_PUBLIC_URL", "").strip().rstrip("/")
    if url and not re.fullmatch(r"https?://[\w.\-\[\]:]+", url):
        problems.append(
            "CONSULT_PUBLIC_URL is an address without a path, such as https://standards.example.org"
        )
    return url


def mail(env: Mapping[str, str], problems: list[str]) -> tuple[str, str]:
    """The mail server, if there is one, and whom letters come from."""
    url, sender = env.get("CONSULT_MAIL_URL", "").strip(), env.get("CONSULT_MAIL_FROM", "").strip()
    if url and not re.fullmatch(r"smtps?://([^@\s/]+@)?[\w.\-\[\]:]+/?", url):
        problems.append("CONSULT_MAIL_URL names a mail server, such as smtp://mail.example.org:587")
    if url and not re.fullmatch(r"[^@\s]+@[^@\s]+", sender):
        problems.append("set CONSULT_MAIL_FROM: the address that letters to panellists come from")
    return url, sender or "panel@localhost"


def scheduler(env: Mapping[str, str], problems: list[str]) -> str:
    """The address of a Dask scheduler. Answers travel to it in clear, so only TLS may leave this machine."""
    address = env.get("CONSULT_DASK_SCHEDULER", "").strip()
    if not address:
        return ""
    kind, _, host = address.partition("://")
    if kind not in {"tls", "tcp"} or not re.fullmatch(r"[\w.\-\[\]:]+:\d+", host):
        problems.append("CONSULT_DASK_SCHEDULER is an address such as tls://cluster.example.org:8786")
    elif kind == "tcp" and not re.match(r"(localhost|127\.0\.0\.1|\[::1\]):", host):
        problems.append("CONSULT_DASK_SCHEDULER must begin with tls:// for another machine: it gets answers")
    elif importlib.util.find_spec("distributed") is None:
        problems.append("CONSULT_DASK_SCHEDULER needs the extra `cluster`, which is not installed")
    return address


def driver(url: str) -> str:
    """PostgreSQL addresses as people write them, with the driver that is installed."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
