"""Settings: read from the environment once, all faults named at once, no default for a secret.

What belongs to one consultation (thresholds, batch size, dates) is in its row and not here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from consult import addresses
from consult.faults import Fault

DEFAULT_SERVICE_NAME = "Standards consultation"
DEFAULT_EXIT_URL = "https://www.bbc.co.uk/weather"
# What may be offered. Welsh is, once a person has read it: that of the pages, and that of the survey.
DEFAULT_LANGUAGES = ("en", "cy")
DEFAULT_BACKUP_DAYS_KEYS = 7
DEFAULT_BACKUP_DAYS_BODIES = 30
MFA_RULES = ("key-holders", "all", "none")
"""Who of the team must have a second factor; the first is the default."""

DEEPEST_PROXY = 5
_REVIEWED = re.compile(r"[0-9a-f]{12}\s+\S.*")
_HOST = re.compile(r"\.?[\w.-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")


_LIMITS = {"starts": 60, "sends": 60, "source": 20, "codes": 10, "codes_in_all": 5}


class SettingsError(Fault):
    """One or more settings are missing or wrong; `problems` names each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings:
    """What one server takes, with all its processes, before it slows people down. With n hosts: divide by n.

    `starts` and `sends` are a consultation's in a minute, `source` the starts of one network in an hour,
    `codes` the tries of one visit in a minute, `codes_in_all` the tries of everybody in a second.
    """

    on: bool = True
    starts: int = _LIMITS["starts"]
    sends: int = _LIMITS["sends"]
    source: int = _LIMITS["source"]
    codes: int = _LIMITS["codes"]
    codes_in_all: int = _LIMITS["codes_in_all"]

    @classmethod
    def from_env(cls, env: Mapping[str, str], problems: list[str]) -> LimitSettings:
        """Read `CONSULT_LIMITS*`; adds what is wrong to `problems`."""
        switch = env.get("CONSULT_LIMITS", "").strip().lower() or "on"
        if switch not in {"on", "off"}:
            problems.append("CONSULT_LIMITS must be on or off")
        numbers = {
            name: _least_one(env, f"CONSULT_LIMITS_{name.upper()}", default, problems)
            for name, default in _LIMITS.items()
        }
        return cls(on=switch == "on", **numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation runs. Names follow the environment variables `CONSULT_*`."""

    database_url: str
    key_file: Path
    hosts: tuple[str, ...]
    service_name: str = DEFAULT_SERVICE_NAME
    exit_url: str = DEFAULT_EXIT_URL
    exit_url_onion: str = ""
    contact: str = ""
    onion: str = ""
    # Where people reach the survey, for posters; with a workbench apart nothing else tells it.
    public_url: str = ""
    service_name_welsh: str = ""
    languages: tuple[str, ...] = DEFAULT_LANGUAGES
    # The mark of the Welsh words of the pages that a person has read, then who and when.
    welsh_reviewed: str = ""
    # The same of the pages of easy read.
    easy_read_reviewed: str = ""
    proxy_depth: int = 0
    require_referer: bool = True
    secure_cookies: bool = True
    # For how many days a part of a backup is kept. What was taken back is gone with the keys: people read it.
    backup_days_keys: int = DEFAULT_BACKUP_DAYS_KEYS
    backup_days_bodies: int = DEFAULT_BACKUP_DAYS_BODIES
    require_mfa: str = "key-holders"
    staff_idle_minutes: int = 15
    staff_hours: int = 8
    pad_pages: bool = True
    # Whether suggestions may rest on meaning, too, where the model is installed.
    meaning: bool = True
    # The organisation's own Dask cluster, which works meaning out when there are many answers.
    dask_scheduler: str = ""
    visit_idle_minutes: int = 60
    limits: LimitSettings = field(default_factory=LimitSettings)
    # Letters to panellists go to a mail server, or, where none is named, into a folder beside the key file.
    mail_url: str = field(default="", repr=False)
    mail_from: str = "panel@localhost"
    mail_outbox: Path | None = None

    @property
    def outbox(self) -> Path:
        """The folder that letters are written to when there is no mail server."""
        return self.mail_outbox or self.key_file.with_name("outbox")

    @property
    def exits(self) -> str:
        """The addresses that "Leave this site" leads to, as somebody who checks them reads them."""
        return " and ".join(each for each in (self.exit_url, self.exit_url_onion) if each)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read `CONSULT_*`. Raises SettingsError naming every fault at once."""
        problems: list[str] = []

        def required(name: str) -> str:
            value = env.get(name, "").strip().strip(" ,")
            if not value:
                problems.append(f"set {name}")
            return value

        database_url = required("CONSULT_DATABASE_URL")
        key_file = required("CONSULT_KEY_FILE")
        hosts = _words(required("CONSULT_HOSTS"))
        problems += [
            f"CONSULT_HOSTS takes host names, not {host}" for host in hosts if not _HOST.fullmatch(host)
        ]
        proxy_depth = _proxy_depth(env, hosts, problems)
        languages = _words(env.get("CONSULT_LANGUAGES", ",".join(DEFAULT_LANGUAGES)))
        if unknown := [name for name in languages if name not in {"en", "cy"}]:
            problems.append(f"CONSULT_LANGUAGES knows en and cy, not {', '.join(unknown)}")
        welsh_reviewed = _reviewed(env, "CONSULT_WELSH_REVIEWED", problems)
        easy_read_reviewed = _reviewed(env, "CONSULT_EASY_READ_REVIEWED", problems)
        require_referer = _yes(env, "CONSULT_REQUIRE_REFERER", True, problems)
        secure_cookies = _yes(env, "CONSULT_SECURE_COOKIES", True, problems)
        require_mfa = _one_of(env, "CONSULT_REQUIRE_MFA", MFA_RULES, problems)
        idle_minutes = _between(env, "CONSULT_STAFF_IDLE_MINUTES", 15, (1, 60), problems)
        staff_hours = _between(env, "CONSULT_STAFF_HOURS", 8, (1, 24), problems)
        if not secure_cookies and not all(addresses.is_local(host) for host in hosts):
            problems.append("CONSULT_SECURE_COOKIES=no is for loopback and .onion hosts only")
        days_keys = _least_one(env, "CONSULT_BACKUP_DAYS_KEYS", DEFAULT_BACKUP_DAYS_KEYS, problems)
        days_bodies = _least_one(env, "CONSULT_BACKUP_DAYS_BODIES", DEFAULT_BACKUP_DAYS_BODIES, problems)
        pad_pages = _yes(env, "CONSULT_PAD_PAGES", True, problems)
        meaning = _yes(env, "CONSULT_MEANING", True, problems)
        dask_scheduler = addresses.scheduler(env, problems)
        visit_idle_minutes = _least_one(env, "CONSULT_VISIT_IDLE_MINUTES", 60, problems)
        limits = LimitSettings.from_env(env, problems)
        public_url = addresses.public_url(env, problems)
        mail_url, mail_from = addresses.mail(env, problems)
        if problems:
            raise SettingsError(problems)
        return cls(
            database_url=addresses.driver(database_url),
            key_file=Path(key_file),
            hosts=hosts,
            service_name=env.get("CONSULT_SERVICE_NAME", "").strip() or DEFAULT_SERVICE_NAME,
            exit_url=env.get("CONSULT_EXIT_URL", "").strip() or DEFAULT_EXIT_URL,
            exit_url_onion=env.get("CONSULT_EXIT_URL_ONION", "").strip(),
            contact=env.get("CONSULT_CONTACT", "").strip(),
            onion=env.get("CONSULT_ONION", "").strip(),
            public_url=public_url,
            service_name_welsh=env.get("CONSULT_SERVICE_NAME_WELSH", "").strip(),
            languages=languages or DEFAULT_LANGUAGES,
            welsh_reviewed=welsh_reviewed,
            easy_read_reviewed=easy_read_reviewed,
            proxy_depth=proxy_depth,
            require_referer=require_referer,
            secure_cookies=secure_cookies,
            backup_days_keys=days_keys,
            backup_days_bodies=days_bodies,
            require_mfa=require_mfa,
            staff_idle_minutes=idle_minutes,
            staff_hours=staff_hours,
            pad_pages=pad_pages,
            meaning=meaning,
            dask_scheduler=dask_scheduler,
            visit_idle_minutes=visit_idle_minutes,
            limits=limits,
            mail_url=mail_url,
            mail_from=mail_from,
            mail_outbox=Path(folder) if (folder := env.get("CONSULT_MAIL_OUTBOX", "").strip()) else None,
        )


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _whole(env: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal():
        problems.append(f"{name} must be a whole number")
        return default
    return int(text)


def _proxy_depth(env: Mapping[str, str], hosts: tuple[str, ...], problems: list[str]) -> int:
    """How many web servers stand in front. On the open web one does, for TLS: nobody guesses how many."""
    if not env.get("CONSULT_PROXY_DEPTH", "").strip() and not all(addresses.is_local(host) for host in hosts):
        problems.append("set CONSULT_PROXY_DEPTH: how many web servers stand in front, 1 behind nginx")
    depth = _whole(env, "CONSULT_PROXY_DEPTH", 0, problems)
    if depth > DEEPEST_PROXY:
        problems.append(f"CONSULT_PROXY_DEPTH is at most {DEEPEST_PROXY}")
    return depth


def _least_one(env: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    number = _whole(env, name, default, problems)
    if number < 1:
        problems.append(f"{name} must be 1 or more")
    return number


def _between(
    env: Mapping[str, str], name: str, default: int, bounds: tuple[int, int], problems: list[str]
) -> int:
    least, most = bounds
    value = _whole(env, name, default, problems)
    if not least <= value <= most:
        problems.append(f"{name} is {least} to {most}")
    return value


def _one_of(env: Mapping[str, str], name: str, choices: tuple[str, ...], problems: list[str]) -> str:
    text = env.get(name, "").strip().lower() or choices[0]
    if text not in choices:
        problems.append(f"{name} must be {', '.join(choices[:-1])} or {choices[-1]}")
        return choices[0]
    return text


def _reviewed(env: Mapping[str, str], name: str, problems: list[str]) -> str:
    given = env.get(name, "").strip()
    if given and not _REVIEWED.fullmatch(given):
        problems.append(f"{name} is the mark that `consult words` prints, then who read them and when")
    return given


def _yes(env: Mapping[str, str], name: str, default: bool, problems: list[str]) -> bool:
    text = env.get(name, "").strip().lower()
    if not text:
        return default
    if text not in {"yes", "no"}:
        problems.append(f"{name} must be yes or no")
        return default
    return text == "yes"
