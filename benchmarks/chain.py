"""The whole chain on coded free text from elsewhere: import, seal, release, unlock, code, link, report.

`python -m benchmarks.chain --data FOLDER` takes a folder with `data.csv` (columns text and labels, labels
joined
by |) and `codebook.json` (label to definition). It runs the commands as an administrator would and the
services
as the pages do, codes some answers with their human codes, and measures the suggestions on the rest. Prints
one
JSON object; without the folder it says "skipped".
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks import harness, installation
from benchmarks.harness import Figure, figure
from consult import clock, combined
from consult.coding import service as coding
from consult.coding.service import reading, suggesting
from consult.coding.service.acts import Press
from consult.commands.demonstration import signing
from consult.evidence import service as evidence
from consult.manage import service as manage
from consult.records import accounts, consultations, themes
from consult.records.codings import Stream
from consult.records.themes import ThemeText
from consult.records.unlocking import Unlocked
from consult.settings import Settings
from consult.web.extensions import db, settings, workbench_vault

NAME, SURVEY, BOX = "chain", "feedback", "words"
_ROOT = Path(__file__).parents[1]
_DEFINITION = f"""
id = "{SURVEY}"
strand = "survivors"
title = "Feedback"
reassurance = "You do not need to describe what happened to you."
[[sections]]
id = "part"
title = "Your words"
[[sections.questions]]
id = "{BOX}"
kind = "free_text"
text = "What could be better?"
max_length = 20000
"""


# A process begins with the memory of the one that started it, so commands are started by a small one.
_LAUNCHER = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[2:])
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(done.returncode)
"""


@dataclass(slots=True)
class Stopwatch:
    """Seconds by step, and the largest process that a command was."""

    seconds: dict[str, float] = field(default_factory=dict)
    peak_mib: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started

    def command(self, name: str, home: Path, *words: str) -> str:
        """Run `consult` with these words, timed; returns what it printed."""
        peak = home / "peak"
        with self.step(name):
            done = subprocess.run(
                [sys.executable, "-c", _LAUNCHER, str(peak), sys.executable, "-m", "consult.cli", *words],
                cwd=_ROOT,
                env={**os.environ, **_environment(home)},
                stdout=subprocess.PIPE,
                text=True,
                check=False,
            )
        if done.returncode:
            raise SystemExit(f"consult {words[0]} ended with {done.returncode}")
        self.peak_mib[name] = int(peak.read_text()) / 1024
        return done.stdout


def main() -> None:
    """Run it all and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--coded", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1000)
    options = parser.parse_args()
    if options.data is None or not (options.data / "data.csv").exists():
        print(
            json.dumps({"name": "chain", "machine": harness.machine(), "figures": [], "skipped": "no data"})
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = run(Path(folder), options.data, options.coded, options.seed)
    harness.report("chain", figures, harness.machine() | {"coded": options.coded, "seed": options.seed})


def run(home: Path, data: Path, coded: int, seed: int) -> list[Figure]:
    """The chain in a folder of its own; returns its figures."""
    watch = Stopwatch()
    passphrase = _prepare(home, watch)
    (home / "feedback.toml").write_text(_DEFINITION, encoding="utf-8")
    at = ("--consultation", NAME)
    watch.command("load survey", home, "survey", "load", str(home / "feedback.toml"), *at)
    app = combined.create_app(Settings.from_env(_environment(home)))
    with app.app_context():
        _second_way_in(passphrase, watch)
        installation.add_support(db.session())
        _sign()
        db.session.commit()
    watch.command("open survey", home, "survey", "open", SURVEY, *at)
    mapped = ("--survey", SURVEY, "--map", f"{BOX}=text")
    watch.command("import and seal", home, "import", "responses", str(data / "data.csv"), *at, *mapped)
    watch.command("release", home, "release", *at)

    with app.app_context():
        unlocked = _unlock(passphrase, watch)
        labels = _labels(data / "data.csv")
        keys = _frame(unlocked, json.loads((data / "codebook.json").read_text(encoding="utf-8")))
        with watch.step("open every answer"):
            found = reading.read(unlocked, SURVEY)
        micro, macro, rest = _code_and_measure(unlocked, found, labels, keys, coded, seed, watch)
        _link(unlocked, watch)
        opened = len(found.texts(BOX))
    report = home / "report.html"
    secret = home / "passphrase"
    secret.write_text(passphrase + "\n", encoding="utf-8")
    named = ("--as", "first", "--passphrase-file", str(secret), "--out", str(report))
    watch.command("report", home, "report", "S1", *at, *named)
    return _figures(watch, opened, micro, macro, rest, report.stat().st_size)


def _prepare(home: Path, watch: Stopwatch) -> str:
    watch.command("settings", home, "new-env", "--folder", str(home))
    watch.command("database", home, "db", "upgrade")
    printed = watch.command("people", home, "staff", "add", "first", "--display-name", "First coder")
    watch.command("people", home, "staff", "add", "second", "--display-name", "Second coder")
    grants = ("--grant", "first", "--grant", "second", "--lead", "first")
    watch.command("consultation", home, "consultation", "add", NAME, "--title", "Chain", *grants)
    found = re.search(r"((?:[a-z]{3,8} ){5}[a-z]{3,8})\s*$", printed, re.MULTILINE)
    if found is None:
        raise SystemExit("no passphrase was printed")
    return found[1]


def _environment(home: Path) -> dict[str, str]:
    return {
        "CONSULT_DATABASE_URL": f"sqlite:///{home / 'consult.db'}",
        "CONSULT_KEY_FILE": str(home / "server.key"),
        "CONSULT_HOSTS": "localhost",
        "CONSULT_SECURE_COOKIES": "no",
        "CONSULT_REQUIRE_MFA": "none",
        "CONSULT_LIMITS": "off",
    }


def _unlock(passphrase: str, watch: Stopwatch) -> Unlocked:
    session, vault = db.session(), workbench_vault()
    account = accounts.named(session, "first")
    consultation = consultations.named(session, NAME)
    consultation.suggestions = True
    with watch.step("unlock"):
        holder = accounts.unlock(vault, account, passphrase)
        keys = accounts.opened_keys(session, vault, consultation, holder)
    return Unlocked(session=session, vault=vault, consultation=consultation, keys=keys, account_id=account.id)


def _second_way_in(passphrase: str, watch: Stopwatch) -> None:
    session, vault, today = db.session(), workbench_vault(), clock.today()
    with watch.step("recovery shares"):
        holder = manage.holder_by_passphrase(session, vault, "first", passphrase)
        made = manage.make_shares(
            session, vault, NAME, manage.SCHEMES[0], holder, actor="benchmark", today=today
        )
        manage.confirm_share(session, vault, NAME, made.texts[0], actor="benchmark", today=today)
        session.commit()


def _sign() -> None:
    """All that people sign before a survey opens."""
    session, vault = db.session(), workbench_vault()
    survey = consultations.survey_of(session, consultations.named(session, NAME), SURVEY)
    pair = accounts.named(session, "first"), accounts.named(session, "second")
    signing.sign_everything(session, vault, survey, pair, exits=settings().exits, today=clock.today())


def _labels(path: Path) -> Mapping[str, frozenset[str]]:
    """Human codes by text, as it is stored; a text that stands twice with other codes is left out."""
    found: dict[str, frozenset[str]] = {}
    doubtful: set[str] = set()
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            text = " ".join(row["text"].split())
            codes = frozenset(filter(None, row["labels"].split("|")))
            if found.setdefault(text, codes) != codes:
                doubtful.add(text)
    return {text: codes for text, codes in found.items() if text not in doubtful}


def _frame(unlocked: Unlocked, codebook: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The code frame from the codebook; theme keys by label."""
    return {
        label: themes.add(
            unlocked.session,
            unlocked.consultation,
            ThemeText(name=label, definition=entry.get("definition", "")),
        ).key
        for label, entry in codebook.items()
    }


def _code_and_measure(
    unlocked: Unlocked,
    found: reading.Read,
    labels: Mapping[str, frozenset[str]],
    keys: Mapping[str, str],
    coded: int,
    seed: int,
    watch: Stopwatch,
) -> tuple[float, float, int]:
    truths = {}
    for response, written in found.texts(BOX).items():
        codes = labels.get(" ".join(written.words[BOX].split()))
        if codes and codes <= keys.keys():
            truths[response] = {keys[code] for code in codes}
    texts = found.texts(BOX)
    order = sorted(truths, key=lambda each: texts[each].words[BOX])  # the same on every run
    chosen = np.random.RandomState(seed).choice(len(order), coded, replace=False)
    by_person = {order[place] for place in chosen}
    with watch.step("store human codes"):
        for response in sorted(by_person):
            for theme in sorted(truths[response]):
                _press(unlocked, found, response, theme)
        unlocked.session.commit()
    with watch.step("fit suggestions"):
        fresh = reading.read(unlocked, SURVEY)
        fit = suggesting.fitted(fresh, BOX, themes.of(unlocked.session, unlocked.consultation))
    assert fit.suggester is not None
    with watch.step("suggest for every answer"):
        listed = fit.suggester.suggest()
    # Every answer of these data has a code, so its best theme counts too.
    kept = listed[listed["reaches_cut"] | (listed["rank"] == 1)]
    said: dict[str, set[str]] = {}
    for answer, theme in zip(kept["answer"], kept["theme"], strict=True):
        said.setdefault(answer, set()).add(theme)
    rest = [response for response in order if response not in by_person]
    micro, macro = f1([(truths[each], said.get(each.hex(), set())) for each in rest])
    return micro, macro, len(rest)


def f1(pairs: Sequence[tuple[set[str], set[str]]]) -> tuple[float, float]:
    """Micro- and macro-F1 of (true, said) sets of themes; macro over themes that somebody gave."""
    hits, said, true = Counter[str](), Counter[str](), Counter[str]()
    for given, offered in pairs:
        hits.update(given & offered)
        said.update(offered)
        true.update(given)
    micro = 2 * hits.total() / (said.total() + true.total())
    macro = [2 * hits[theme] / (said[theme] + true[theme]) for theme in true]
    return micro, sum(macro) / len(macro)


def _press(unlocked: Unlocked, found: reading.Read, response: bytes, theme: str) -> None:
    coding.code(
        unlocked,
        Press(
            definition_id=SURVEY,
            box=BOX,
            response=response.hex(),
            rev=found.texts(BOX)[response].rev,
            theme=theme,
            stream=Stream.RANDOM,
            blind=True,
        ),
    )


def _link(unlocked: Unlocked, watch: Stopwatch) -> None:
    session, name = unlocked.session, unlocked.consultation.name
    evidence.make(
        session,
        name,
        evidence.StandardText(
            key="S1", title="Waiting", statement="People are told how long they will wait."
        ),
        today=clock.today(),
    )
    frame = themes.of(session, unlocked.consultation)
    for theme in frame[:5]:
        evidence.link(
            session,
            name,
            "S1",
            evidence.NewLink(
                clause="S1",
                theme=theme.key,
                finding="",
                stance=evidence.Stance.SUPPORTS,
                strength=evidence.Strength.MODERATE,
                reason="People speak of it.",
            ),
            account_id=unlocked.account_id,
            today=clock.today(),
        )
    session.commit()
    with watch.step("evidence page"):
        evidence.page(unlocked, "S1")
    with watch.step("evidence page again"):
        evidence.page(unlocked, "S1")


def _figures(watch: Stopwatch, opened: int, micro: float, macro: float, rest: int, size: int) -> list[Figure]:
    seconds = [
        figure("chain", f"{name}, seconds", "s", value=round(taken, 2))
        for name, taken in watch.seconds.items()
    ]
    peaks = [
        figure("chain", f"{name}, largest process", "MiB", value=round(peak, 1))
        for name, peak in watch.peak_mib.items()
    ]
    own_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        figure("chain", "answers imported, sealed, released and opened", "answers", value=opened),
        figure(
            "chain",
            f"micro-F1 of suggestions on the {rest} answers nobody coded",
            "F1",
            value=round(micro, 3),
        ),
        figure(
            "chain",
            f"macro-F1 of suggestions on the {rest} answers nobody coded",
            "F1",
            value=round(macro, 3),
        ),
        *seconds,
        *peaks,
        figure("chain", "coding, suggesting and linking, largest process", "MiB", value=round(own_peak, 1)),
        figure("chain", "report, bytes", "bytes", value=size),
    ]


if __name__ == "__main__":
    main()
