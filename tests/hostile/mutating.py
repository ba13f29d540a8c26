"""S37: puts each small fault into the modules that everything rests on, and sees whether a test notices.

Each mutant runs in a process of its own that is forked from one which has loaded every library and nothing
of `consult`; the changed module is handed to the import system in place of the file, so that the tree on disk
is never touched. By itself: `python -m tests.hostile.mutating [MODULE ...]`, CONSULT_MUTANTS=all or a number.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tests.hostile.equivalent import EQUIVALENT
from tests.hostile.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
_FOLDER = "tests/consult/vault"
_SOON = ("known_answers", "small", "tampering", "keys", "shares", "sizes", "words")
_SEE_FIRST = {"receipts": "words", "padding": "sizes", "shares": "shares", "passphrases": "keys"}
ACCESS_TESTS = (
    "tests/consult/test_access_by_itself.py",
    "tests/consult/accounts/second_factor/test_signing_in.py",
    "tests/consult/test_sessions_end.py",
    "tests/consult/test_settling.py",
    "tests/consult/test_access.py",
)


def _vault_tests(module: str) -> tuple[str, ...]:
    """All fast tests of the vault, those first that see most of this module."""
    soon = dict.fromkeys((_SEE_FIRST.get(module, _SOON[0]), *_SOON))
    there = {path.stem.removeprefix("test_vault_") for path in (ROOT / _FOLDER).glob("test_vault_*.py")}
    # `rooms` reads the source, in which there is never a fault, and starts processes.
    rest = sorted(there - {"rooms"} - soon.keys(), key=lambda name: (name == "fuzz", name))
    return tuple(f"{_FOLDER}/test_vault_{name}.py" for name in (*soon, *rest))


TARGETS = {
    **{
        f"consult.vault.{name}": _vault_tests(name)
        for name in (
            "envelope", "sealing", "receipts", "grants", "padding", "shares", "cookies", "passphrases",
        )
    },
    "consult.web.access": ACCESS_TESTS,
}  # fmt: skip
"""Which tests have to notice a fault in which module."""
LIBRARIES = (
    "_pytest.assertion.rewrite", "hypothesis", "xdist", "cryptography.hazmat.primitives.hpke", "flask",
    "sqlalchemy.orm", "flask_migrate", "flask_sqlalchemy", "flask_wtf", "flask_babel", "wtforms", "pandas",
    "nltk", "bs4", "html5lib", "werkzeug.test", "alembic.autogenerate", "sklearn.decomposition",
    "scipy.stats",
    "govuk_frontend_jinja", "mako.template",
)  # fmt: skip
_LIMIT = 90.0
"""Seconds: a fault that makes a loop without end is noticed by that."""
_TOGETHER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What became of the mutants. `unseen` are those that no test noticed and no reason excuses."""

    tried: int
    killed: int
    excused: int
    unseen: tuple[str, ...]
    seed: int

    @property
    def share(self) -> float:
        """Noticed faults among those that change anything."""
        counted = self.tried - self.excused
        return self.killed / counted if counted else 1.0


def every(modules: Sequence[str] = ()) -> list[Mutant]:
    """All mutants of these modules, or of all targets."""
    found = []
    for module in modules or TARGETS:
        path = ROOT / (module.replace(".", "/") + ".py")
        found += list(mutants(module, path.read_text(encoding="utf-8")))
    return found


def sample(whole: list[Mutant], wanted: int | None, seed: int) -> list[Mutant]:
    """So many of them by chance; all when `wanted` is None."""
    if wanted is None or wanted >= len(whole):
        return whole
    return random.Random(seed).sample(whole, wanted)  # noqa: S311 - a sample, not a secret


def score(tried: Sequence[Mutant], seed: int = 0) -> Score:
    """Run them. Raises RuntimeError when the tests fail without any fault, for then they show nothing."""
    _load()
    for tests in {TARGETS[mutant.module] for mutant in tried}:
        if not _survives(None, tests):
            raise RuntimeError(f"without any fault these fail already: {', '.join(tests)}")
    survived = [mutant for mutant, alive in _run(tried) if alive]
    excused = [mutant for mutant in survived if mutant.name in EQUIVALENT]
    return Score(
        tried=len(tried),
        killed=len(tried) - len(survived),
        excused=len(excused),
        unseen=tuple(f"{mutant.line}: {mutant.name}" for mutant in survived if mutant not in excused),
        seed=seed,
    )


def _run(tried: Sequence[Mutant]) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant with whether it survived, two at a time."""
    running: dict[int, tuple[Mutant, float]] = {}
    waiting = list(reversed(tried))
    while waiting or running:
        while waiting and len(running) < _TOGETHER:
            mutant = waiting.pop()
            running[_start(mutant, TARGETS[mutant.module])] = mutant, time.monotonic()
        for process, (mutant, begun) in list(running.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del running[process]
                yield mutant, os.waitstatus_to_exitcode(status) == 0
            elif time.monotonic() - begun > _LIMIT:
                with suppress(ProcessLookupError):
                    os.killpg(process, signal.SIGKILL)
        time.sleep(0.01)


def _survives(mutant: Mutant | None, tests: Sequence[str]) -> bool:
    _, status = os.waitpid(_start(mutant, tests), 0)
    return os.waitstatus_to_exitcode(status) == 0


def _start(mutant: Mutant | None, tests: Sequence[str]) -> int:
    """A process that ends with 0 when every test passes."""
    sys.stdout.flush()
    process = os.fork()
    if process:
        return process
    code = 70
    try:
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        code = _test(mutant, tests)
    finally:
        os._exit(code)


def _test(mutant: Mutant | None, tests: Sequence[str]) -> int:
    import pytest  # noqa: PLC0415 - loaded before the fork

    if mutant:
        sys.meta_path.insert(0, _Instead(mutant))
    there = [name for name in tests if (ROOT / name).exists()]
    # Plugins that shuffle, remember or share work would make two runs differ.
    plugins = [
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
    ]
    return int(pytest.main(["-x", "-q", *plugins, "-k", "not many_slow_hashes", *there]))


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the changed source for one module."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if name != self._mutant.module:
            return None
        origin = str(ROOT / (name.replace(".", "/") + ".py"))
        return importlib.util.spec_from_file_location(name, origin, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        code = compile(self._mutant.source, str(module.__file__), "exec", dont_inherit=True)
        exec(code, vars(module))  # noqa: S102 - our own source with one change


def _load() -> None:
    """Load the libraries once. Nothing of `consult`: each process loads that with its own fault."""
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", PYTHONDONTWRITEBYTECODE="1")
    for name in LIBRARIES:
        importlib.import_module(name)
    hypothesis = importlib.import_module("hypothesis")
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]  # a fault need not be made small
    hypothesis.settings.register_profile(
        "faults", database=None, derandomize=True, phases=phases, deadline=None
    )
    hypothesis.settings.load_profile("faults")
    early = [name for name in sys.modules if name.split(".")[0] in {"consult", "surveys", "analysis"}]
    if early:
        raise RuntimeError(f"loaded too early: {', '.join(early[:3])}")


def main() -> int:
    """Print the score and every fault that no test noticed. 1 under the pass line."""
    wanted = os.environ.get("CONSULT_MUTANTS", "200")
    seed = int(os.environ.get("CONSULT_SEED") or random.SystemRandom().randrange(1_000_000))
    tried = sample(every(sys.argv[1:]), None if wanted == "all" else int(wanted), seed)
    found = score(tried, seed)
    print(*found.unseen, sep="\n")  # noqa: T201 - its output
    print(  # noqa: T201 - its output
        f"mutants {found.tried} (seed {found.seed}), noticed {found.killed}, equivalent {found.excused}, "
        f"not noticed {len(found.unseen)}: {100 * found.share:.1f} %"
    )
    return int(found.share < 0.9)


if __name__ == "__main__":
    sys.exit(main())
