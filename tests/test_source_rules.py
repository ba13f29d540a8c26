"""S36, S38: rules of the source, read from its syntax, and of what is installed beside it."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from consult import logs
from tests.test_house import HOME, readable, tracked

SERVICE = sorted((HOME / "consult").rglob("*.py"))
LIBRARIES = sorted([*(HOME / "surveys").rglob("*.py"), *(HOME / "analysis").rglob("*.py")])
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
# Whoever reads the time here gets it from nobody else; each has its reason.
READS_THE_TIME = {
    "consult/clock.py",  # the one place
    "consult/serving/worker.py",  # how long a line has been silent: no date, no act
    "consult/lulls.py",  # how long something was left for later, by the machine's own clock
    "consult/records/writing.py",  # how long a commit waits for others, by the machine's own clock
    "consult/records/scrub.py",  # how soon the log must be empty, by the same
}
# Lines to other machines. The server's own sockets, and nothing else.
SPEAKS = {
    "consult/mail.py": {"smtplib"},
    "consult/serving/worker.py": {"socket"},
    "consult/serving/lines.py": {"socket"},
    "consult/commands/serve.py": set[str](),
}
NETWORK = {"socket", "ssl", "http", "urllib3", "requests", "httpx", "aiohttp", "smtplib", "ftplib", "xmlrpc"}
NEVER_CALLED = {"eval", "exec", "compile", "__import__"}
NEVER_IMPORTED = {"pickle", "marshal", "shelve", "dill", "joblib", "telnetlib", "code", "pdb"}


def name_of(path: Path) -> str:
    return path.relative_to(HOME).as_posix()


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """A name as it is written: `datetime.now`, `logger.error`."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, by its whole name."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)


def logging_calls() -> Iterator[tuple[str, ast.Call]]:
    for path in SERVICE:
        for call in calls(path):
            owner, _, level = dotted(call.func).rpartition(".")
            if level in LEVELS and re.search(r"(^|[._])log(ger|ging)?$", owner):
                yield f"{name_of(path)}:{call.lineno}", call


def test_a_line_of_the_log_is_a_constant_sentence_and_known_fields() -> None:
    """No `str(e)`, no text with something put into it, no argument that could be of a person."""
    found = list(logging_calls())
    assert len(found) > 5
    for place, call in found:
        (sentence,) = call.args
        assert isinstance(sentence, ast.Constant), place
        assert isinstance(sentence.value, str), place
        for keyword in call.keywords:
            assert keyword.arg in {"exc_info", "extra"}, place
            if keyword.arg == "extra":
                assert isinstance(keyword.value, ast.Dict), place
                fields = [each.value for each in keyword.value.keys if isinstance(each, ast.Constant)]
                assert len(fields) == len(keyword.value.keys), place
                assert set(fields) <= set(logs.FIELDS), place


def test_a_fault_of_somebody_elses_is_never_turned_into_words() -> None:
    """Of a caught exception its kind is used, or it is handed on. Our own faults are sentences of ours."""
    for path in SERVICE:
        for handler in (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ExceptHandler)):
            if handler.name is None or _ours_only(handler.type):
                continue
            for node in ast.walk(handler):
                shown = isinstance(node, ast.FormattedValue) or (
                    isinstance(node, ast.Call) and dotted(node.func) in {"str", "repr", "format"}
                )
                inside = (
                    {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} if shown else set()
                )
                assert handler.name not in inside, f"{name_of(path)}:{handler.lineno}"


def _ours_only(kinds: ast.expr | None) -> bool:
    """Whether a handler takes only faults of our own, whose texts are ours."""
    named = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
    theirs = {"Exception", "BaseException", "OSError", "ValueError", "KeyError", "TypeError", "RuntimeError"}
    return all(
        isinstance(each, ast.expr)
        and dotted(each).split(".")[-1] not in theirs
        and not dotted(each).startswith(("sqlalchemy", "exc."))
        and dotted(each).split(".")[-1] not in {"SQLAlchemyError", "OperationalError", "ProgrammingError"}
        for each in named
    )


def test_the_time_is_read_in_one_place() -> None:
    for path in (*SERVICE, *LIBRARIES):
        if name_of(path) in READS_THE_TIME:
            continue
        for call in calls(path):
            assert not re.search(
                r"(^|\.)(datetime|date)\.(now|today|utcnow|fromtimestamp)$|^time\.(time|monotonic|perf_counter)",
                dotted(call.func),
            ), f"{name_of(path)}:{call.lineno}"


def test_what_stores_answers_is_handed_a_day_and_never_reads_the_time() -> None:
    rooms = (
        "consult/records/",
        "consult/models/",
        "consult/vault/",
        "consult/respond/service",
        "consult/site/service",
    )
    for path in SERVICE:
        if name_of(path).startswith(rooms) and name_of(path) != "consult/records/held.py":
            assert "consult.clock" not in set(imports(path)), name_of(path)
    for path in (HOME / "consult" / "respond").glob("views*"):
        asked = {dotted(call.func) for call in calls(path) if dotted(call.func).startswith("clock.")}
        assert asked <= {"clock.today"}, name_of(path)


def test_nothing_is_made_from_a_text_at_run_time() -> None:
    for path in (*SERVICE, *LIBRARIES):
        for call in calls(path):
            called = dotted(call.func)
            assert called not in NEVER_CALLED, f"{name_of(path)}:{call.lineno}"
            last = called.split(".")[-1]
            assert last not in {"render_template_string", "Markup", "from_string"}, (
                f"{name_of(path)}:{call.lineno}"
            )
            shell = [each for each in call.keywords if each.arg == "shell"]
            assert not shell, f"{name_of(path)}:{call.lineno}"
        assert {name.split(".")[0] for name in imports(path)} & NEVER_IMPORTED == set(), name_of(path)


def test_nobody_but_the_server_itself_opens_a_line() -> None:
    for path in (*SERVICE, *LIBRARIES):
        used = {name.split(".")[0] for name in imports(path)} & NETWORK
        used |= {"urllib.request"} & {name.rpartition(".")[0] for name in imports(path)}
        assert used <= SPEAKS.get(name_of(path), set()), name_of(path)


SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a token of a code host": r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bglpat-[A-Za-z0-9_-]{20,}",
    "a key of a cloud": r"\bAKIA[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b",
    "a key file": r'"peppers"\s*:\s*[\[{]\s*"[^"]+"\s*(:|,|\])\s*"?[0-9a-f]{64}',
    "an address with a password": r"://[^/\s:@<>{}$'\"]+:[^/\s:@<>{}$'\"]{6,}@(?!host|db)",
}


@pytest.mark.parametrize("kind", SECRETS)
def test_no_file_holds_a_secret(kind: str) -> None:
    found = [
        name_of(path)
        for path in tracked()
        if path != Path(__file__) and re.search(SECRETS[kind], readable(path))
    ]
    assert found == []


def pinned(lock: str) -> dict[str, str]:
    """Every package of a lock, with its version."""
    words = (HOME / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return dict(
        re.findall(r"^([a-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", words, re.MULTILINE | re.IGNORECASE)
    )


def test_every_dependency_is_locked_and_tools_are_locked_to_the_same() -> None:
    """S38."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run, dev = pinned("run"), pinned("dev")
    wanted = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
    for each in wanted:
        named = re.match(r"[\w.-]+", each)
        assert named is not None
        assert named[0].lower() in run, each
    assert {name: dev[name] for name in run} == run


def test_what_installs_asks_for_every_hash() -> None:
    """S38: plain pip by `--require-hashes`; uv checks every hash that a lock holds, and all are there."""
    makefile = (HOME / "Makefile").read_text(encoding="utf-8")
    tools = (HOME / "requirements" / "have-hostile").read_text(encoding="utf-8")
    guide = (HOME / "docs" / "administrator.md").read_text(encoding="utf-8")
    for words in (makefile, tools, guide):
        for line in words.replace("\\\n", " ").splitlines():
            if re.search(r"pip install.* -r ", line):
                assert "--require-hashes" in line, line
