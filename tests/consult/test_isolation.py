"""S11: the process that takes answers in has nothing that opens them, by any path."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from consult import intake, workbench
from consult.faults import SealError
from consult.models.response import Response
from consult.settings import Settings
from consult.vault.sealing import Binding, IntakeVault
from consult.web.extensions import db
from tests.builders import make_response, make_team
from tests.consult.conftest import Start

HOME = Path(__file__).parents[2]
NEVER = (
    "consult.vault.opening",
    "consult.vault.grants",
    "consult.vault.shares",
    "consult.vault.backup",
    "consult.vault.passphrases",
    "consult.records.opened",
    "consult.records.accounts",
    "consult.workbench",
    "consult.combined",
    "consult.accounts",
    "consult.coding",
    "consult.evidence",
    "consult.gathering",
    "consult.making",
    "consult.manage",
    "consult.reports",
    "analysis",
    "pandas",
    "numpy",
    "nltk",
    "sklearn",
    "scipy",
    "weasyprint",
    "docx",
    "openpyxl",
)
# Pages that every application has: leaving, safety, support, privacy, health, files.
SHARED = {
    "static",
    "site.safety",
    "site.support",
    "site.privacy",
    "site.accessibility",
    "site.health",
    "site.leave",
}


def test_making_the_intake_loads_no_room_that_opens_and_no_library_that_counts(
    settings: Settings, app: Flask
) -> None:
    """In a process of its own, with an answer sent through it."""
    team = make_team(app)
    slug = team.survey.slug
    db.session.remove()
    program = f"""
import json, os, re, sys
from consult import intake
client = intake.create_app().test_client()
def form(page, name): return re.search(name + '" value="([^"]+)"', page.text)[1]
token = form(client.get("/about/{slug}"), "start_token")
client.post("/s/{slug}", data={{"start_token": token}})
acts = ({{"act": "code"}}, {{}}, {{"depth": "full"}}, {{"looked": "yes"}}, {{}}, {{"act": "send"}})
for fields in acts:
    page = client.get("/s/{slug}")
    asked = re.findall(r"Word (\\d)", page.text)  # of the code, typed back
    if asked:
        code = re.search('class="app-code"[^>]*>([a-z ]+)<', page.text)[1].split()
        fields = {{"word": [code[int(place) - 1] for place in asked]}}
    client.post("/s/{slug}", data={{"csrf_token": form(page, "csrf_token"), **fields}})
page = client.get("/s/{slug}")
print(json.dumps({{"sent": "Your answers are sent" in page.text, "loaded": sorted(sys.modules)}}))
"""
    env = {
        "CONSULT_DATABASE_URL": settings.database_url.replace("+psycopg", ""),
        "CONSULT_KEY_FILE": str(settings.key_file),
        "CONSULT_HOSTS": "localhost",
        "CONSULT_SECURE_COOKIES": "no",
        "CONSULT_LIMITS": "off",
    }
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=HOME,
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(answer.stdout)
    assert said["sent"]
    loaded = set(said["loaded"])
    assert "consult.vault.sealing" in loaded
    for name in NEVER:
        assert not [each for each in loaded if each == name or each.startswith(f"{name}.")], name


def test_the_two_halves_share_no_page_but_those_of_every_application(
    settings: Settings, start: Start
) -> None:
    public = {rule.endpoint for rule in start(intake.create_app, settings).url_map.iter_rules()}
    team = {rule.endpoint for rule in start(workbench.create_app, settings).url_map.iter_rules()}
    assert public & team == SHARED


def test_nothing_that_the_intake_holds_can_open_a_response(settings: Settings, start: Start) -> None:
    app = start(intake.create_app, settings)
    assert "consult.workbench_vault" not in app.extensions
    held = reachable(app)
    assert any(isinstance(each, IntakeVault) for each in held)
    for each in held:
        kind = type(each)
        assert not kind.__module__.startswith(NEVER[:9]), kind
        assert "PrivateKey" not in kind.__name__, kind


def reachable(app: Flask) -> list[Any]:
    """Every object of ours, and of the library that ciphers, that the application leads to.

    Not through modules, functions or classes: a test process has the whole house loaded.
    """
    seen: dict[int, Any] = {}
    waiting: list[Any] = [app]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(
            each, types.ModuleType | types.FunctionType | type | types.FrameType
        ):
            continue
        seen[id(each)] = each
        waiting += gc.get_referents(each)
    return [
        each for each in seen.values() if type(each).__module__.split(".")[0] in {"consult", "cryptography"}
    ]


def test_what_the_intake_sealed_it_cannot_open_again(app: Flask) -> None:
    """With the row and every key that it holds at hand, a response stays shut for it."""
    team = make_team(app)
    response_id = make_response(team, {"helped_words": "They listened."})
    vault = team.intake
    row = team.session.get_one(Response, response_id)
    binding = Binding(
        consultation_id=row.consultation_id,
        definition_id=row.definition_id,
        fingerprint=row.fingerprint,
        response_id=row.id,
        rev=row.rev,
    )
    found = [each for each in gc_bytes(vault) if len(each) == 32]
    assert found
    for key in found:
        with pytest.raises(SealError):
            vault.open_own(binding, row.body, key)


def gc_bytes(vault: IntakeVault) -> list[bytes]:
    """Every byte string that the vault leads to."""
    seen: dict[int, Any] = {}
    waiting: list[Any] = [vault]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, types.ModuleType | types.FunctionType | type):
            continue
        seen[id(each)] = each
        waiting += gc.get_referents(each)
    return [each for each in seen.values() if isinstance(each, bytes)]
