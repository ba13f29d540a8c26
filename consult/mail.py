"""Letters to panellists and staff, in plain text; never to people who answer a survey.

Knows an address, a subject and words. Without a mail server they are files in a folder, for somebody to send.
"""

from __future__ import annotations

import os
import re
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from consult.faults import Fault

_SECONDS = 20
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


class MailError(Fault):
    """A letter could not be handed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one person."""

    to: str
    subject: str
    text: str = field(repr=False)


class Post(Protocol):
    """Whatever takes letters."""

    def send(self, letters: Sequence[Letter]) -> tuple[Letter, ...]:
        """Hand letters on; returns those that could not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """A folder: each letter is a file that a mail program opens. Only who runs the service can read it."""

    folder: Path
    sender: str

    def send(self, letters: Sequence[Letter]) -> tuple[Letter, ...]:
        """Write the letters down."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for letter in letters:
            path = self.folder / f"{os.urandom(8).hex()}.eml"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(message(letter, self.sender).as_bytes(policy=SMTP))
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server: `smtp://` with TLS asked for, or `smtps://` with TLS from the start."""

    url: str = field(repr=False)
    sender: str

    def send(self, letters: Sequence[Letter]) -> tuple[Letter, ...]:
        """Send one by one over one connection. A letter that is refused does not keep the others back."""
        left = list(letters)
        failed = []
        try:
            with self._connection() as connection:
                while left:
                    letter = left.pop(0)
                    try:
                        connection.send_message(message(letter, self.sender))
                    except smtplib.SMTPRecipientsRefused:
                        failed.append(letter)
        except (OSError, smtplib.SMTPException):
            return (*failed, *([letter] if letters and len(left) < len(letters) else ()), *left)
        return tuple(failed)

    def _connection(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, direct = parts.hostname or "localhost", parts.scheme == "smtps"
        if direct:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=_SECONDS)
        else:
            connection = smtplib.SMTP(host, parts.port or 587, timeout=_SECONDS)
            if host not in {"localhost", "127.0.0.1"}:
                connection.starttls()
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        return connection


def message(letter: Letter, sender: str) -> EmailMessage:
    """The letter as mail. Line ends in an address or a subject could add headers: they are taken out."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = " ".join(letter.to.split())
    made["Subject"] = " ".join(letter.subject.split())
    made.set_content(letter.text)
    return made


def is_address(text: str) -> bool:
    """Whether this looks like one e-mail address."""
    return _ADDRESS.fullmatch(text.strip()) is not None


def is_server(url: str) -> bool:
    """Whether this names a mail server."""
    parts = urlsplit(url)
    return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname)


def post(url: str, folder: Path, sender: str) -> Post:
    """A server where one is named, else the folder."""
    return Server(url=url, sender=sender) if url else Outbox(folder=folder, sender=sender)
