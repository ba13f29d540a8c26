"""Who may know what: the rooms of the vault, and the inventory of every key and every use of a primitive."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from consult.vault.sealing import IntakeVault

ROOT = Path(__file__).parents[3]
VAULT = ROOT / "consult" / "vault"
INVENTORY = ROOT / "docs" / "crypto-inventory.md"
PRIMITIVES = {"cryptography", "hashlib", "hmac", "secrets"}


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Top-level module and local name of every import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name.split(".")[0], name.asname or name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module.split(".")[0], name.asname or name.name) for name in node.names)


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize("room", ["sealing", "receipts", "cookies", "serverkeys"])
def test_the_rooms_of_the_intake_load_none_that_open(room: str) -> None:
    """S11: by what is loaded."""
    program = f"import sys, consult.vault.{room}; print(*sorted(m for m in sys.modules if 'consult' in m))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    loaded = set(run.stdout.decode().split())
    closed = {
        f"consult.vault.{name}"
        for name in ("opening", "grants", "shares", "slots", "recovery", "backup", "passphrases")
    }
    assert loaded & closed == set()
    assert f"consult.vault.{room}" in loaded


def test_the_vault_of_the_intake_has_no_way_to_open_with_a_key_of_the_service() -> None:
    """S11: by what is offered."""
    offered = {name for name in dir(IntakeVault) if not name.startswith("_")}
    assert offered == {
        "receipt_keys", "seal_response", "open_own", "seal_draft", "open_draft", "seal_pointer",
        "open_pointer", "open_nothing", "open_no_body", "open_no_draft", "interest_lookup", "seal_interest",
    }  # fmt: skip
    tree = ast.parse((VAULT / "sealing.py").read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert names & {"PrivateKey", "unseal_with", "unseal_with_at", "new_private"} == set()


def test_only_the_vault_imports_cryptography() -> None:
    """S36: by imports."""
    outside = [path for path in sources("consult", "surveys", "analysis") if VAULT not in path.parents]
    assert outside
    found = {
        path.relative_to(ROOT).as_posix()
        for path in outside
        for module, _ in imported(ast.parse(path.read_text(encoding="utf-8")))
        if module == "cryptography"
    }
    assert found == set()


def test_outside_the_vault_two_modules_work_with_a_key_and_the_inventory_names_them() -> None:
    """S36: by imports."""
    outside = [path for path in sources("consult", "surveys", "analysis") if VAULT not in path.parents]
    found = [
        path.relative_to(ROOT).as_posix()
        for path in outside
        for module, _ in imported(ast.parse(path.read_text(encoding="utf-8")))
        if module == "hmac"
    ]
    assert sorted(found) == ["consult/web/limits.py", "consult/web/throttle.py"]
    for path in found:
        assert f"`{path}`" in INVENTORY.read_text(encoding="utf-8")


def test_the_vault_knows_nothing_of_consult_but_itself_and_the_kinds_of_failure() -> None:
    for path in sources("consult/vault"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name.split(".")[0] not in {"flask", "sqlalchemy", "surveys", "analysis"}, path
                if name.startswith("consult"):
                    assert name.startswith(("consult.vault", "consult.faults")), (path, name)


def test_the_package_itself_gathers_no_rooms() -> None:
    tree = ast.parse((VAULT / "__init__.py").read_text(encoding="utf-8"))
    assert [type(node) for node in tree.body] == [ast.Expr]


def uses() -> Iterator[str]:
    """Every function of the vault that calls a primitive, a source of chance, or a rule of the envelope."""
    for path in sources("consult/vault"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        local = {name for module, name in imported(tree) if module in PRIMITIVES}
        rules = {"H", "X", "urandom"}
        for owner, function in functions(tree):
            called = {
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                for node in ast.walk(function)
                if isinstance(node, ast.Call)
            }
            read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
            if read & (local | {"_SUITE"}) or called & rules:
                yield f"{path.stem}.{owner}{function.name}"


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.", inner) for inner in node.body if isinstance(inner, ast.FunctionDef))


def test_the_inventory_names_every_function_that_uses_a_primitive_and_none_that_does_not() -> None:
    """S36: no call site is missing."""
    text = INVENTORY.read_text(encoding="utf-8")
    table = text.split("## Call sites", 1)[1].split("\n## ", 1)[0]
    listed = {cell.strip("`") for line in table.splitlines() for cell in line.split("|")[1:2] if "`" in line
              for cell in [cell.strip()]}  # fmt: skip
    assert listed == set(uses())
