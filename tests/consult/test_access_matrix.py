"""S6: every page of the team x every role x own and other consultation x with and without a key: no leak.

The table below is written by hand from what each role is for, and not read from the views: a view that says
it is for somebody else than stands here fails, and so does a new view that nobody put here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import surveys
import surveys.editing
from consult.afterwards.service import ChangeText, publishing
from consult.making import service as making
from consult.models.account import Account, Role
from consult.models.base import Base
from consult.models.coding import Theme
from consult.models.consultation import Consultation, State
from consult.models.heard import HeardEntry
from consult.models.panel import PanelComment, PanelMember
from consult.models.standard import EvidenceLink
from consult.models.support import SupportService
from consult.records import accounts, standards
from consult.web.access import ADMINISTRATOR, ANYBODY
from consult.web.extensions import db
from tests.builders import SMALL, TODAY, Team, make_account
from tests.consult.entering import sign_in, unlock
from tests.consult.evidence.scene import Scene, make_scene
from tests.consult.panel.small import begin_panel
from tests.forms import FULL
from tests.stored import rows
from tests.visitor import HOST, Visitor

CANARY = "a lighthouse beside the old mill"
NOT_HERE = "This page is not here"

READERS = frozenset({"analyst", "lead"})
LEADS = frozenset({"lead"})
RUNNERS = frozenset({"lead", ADMINISTRATOR})
LOOKERS = frozenset({"analyst", "lead", "translator", "adviser", ADMINISTRATOR})
KEEPERS = frozenset({"analyst", "lead", ADMINISTRATOR})
FOUR_EYES = frozenset({"analyst", "lead", "custodian", ADMINISTRATOR})
ADMINISTRATORS = frozenset({ADMINISTRATOR})
EVERY_ROLE = frozenset({*map(str, Role), ADMINISTRATOR})
ALL = frozenset({ANYBODY})

EXPECTED: Mapping[str, tuple[frozenset[str], str]] = {
    "opens answers, or shows what was worked out from them": (
        READERS,
        """coding.answer coding.answers coding.next_to_code coding.questions coding.code coding.remove
        coding.undo coding.open_answer coding.flag coding.memo coding.refuse coding.skip coding.finish
        coding.meaning coding.double coding.draw_sample coding.next_second coding.agreement coding.settle
        coding.recode coding.theme_here coding.progress coding.sure coding.act_on_sure coding.search
        coding.theme coding.new_theme coding.change_frame coding.merging coding.frame_history
        coding.change_history coding.journal coding.ideas_start coding.ideas coding.act_on_ideas
        evidence.matrix evidence.row evidence.confidence evidence.standard evidence.quote
        evidence.trail evidence.equity evidence.comments evidence.answer_comments
        evidence.take_answer_back
        evidence.confirm_quote reports.matrix_csv
        reports.standard_csv reports.standard reports.evidence reports.evidence_xlsx
        reports.raw reports.raw_file reports.register
        exchange.take_work""",
    ),
    "works on the frame, on standards and literature": (
        READERS,
        """coding.themes coding.suggestions coding.care coding.keys
        evidence.standards evidence.link evidence.unlink evidence.suggested
        literature.publications literature.new literature.publication literature.screen literature.appraise
        literature.add_finding literature.code literature.choose literature.bring literature.waiting
        exchange.standards exchange.coding_tools
        reports.start reports.codebooks reports.editions reports.edition_site
        reports.codebook_qdc reports.standards_toml reports.standards_docx
        literature.settle literature.doubles literature.decide""",
    ),
    "asks who would like to hear more, and sees how that stands": (
        frozenset({"lead", "panel_manager"}),
        "afterwards.hear_more",
    ),
    "lets people leave a way to reach them": (LEADS, "afterwards.ask_more"),
    "opens and deletes what people left to be reached": (
        frozenset({"panel_manager"}),
        "afterwards.open_more afterwards.erase_more",
    ),
    "writes what was heard and what it changed, and sees how it goes": (
        READERS,
        """afterwards.changes afterwards.new_change afterwards.change afterwards.publish_change
        afterwards.take_down_change afterwards.how_it_goes""",
    ),
    "sees how the panel stands": (
        frozenset({"analyst", "lead", "panel_manager", "custodian"}),
        "panel.start panel.print_protocol",
    ),
    "sees what a round of the panel found": (
        frozenset({"analyst", "lead", "panel_manager"}),
        "panel.board panel.sheet",
    ),
    "runs the panel": (
        frozenset({"lead", "panel_manager"}),
        """panel.protocol panel.lock_protocol panel.change_protocol panel.next_round panel.close
        panel.thanks""",
    ),
    "knows who is on the panel": (
        frozenset({"panel_manager"}),
        "panel.people panel.invite panel.new_link panel.remind",
    ),
    "reads what panellists wrote and rated, under pseudonym": (
        READERS,
        "panel.comments panel.comment panel.ratings",
    ),
    "joins names and pseudonyms of the panel": (
        frozenset({"custodian"}),
        "panel.names panel.let_in panel.share panel.destroy",
    ),
    "brings in answers from elsewhere": (
        LEADS,
        "gathering.start gathering.choose gathering.columns gathering.bring",
    ),
    "decides on standards, with what speaks to them open": (LEADS, "evidence.meeting"),
    "makes what the public reads": (LEADS, "reports.make_edition"),
    "opens answers to find those of an import": (LEADS, "gathering.imports gathering.take_out"),
    "writes standards": (
        LEADS,
        """exchange.take_standards reports.put_out_edition reports.take_back_edition
        evidence.new_standard evidence.edit_standard evidence.clause""",
    ),
    "runs a consultation": (
        RUNNERS,
        """manage.open_survey manage.close_survey manage.release manage.show_few manage.suggestions
        manage.settings manage.closing manage.trial manage.consultation_log manage.verify_consultation_log""",
    ),
    "prints what goes out on paper": (KEEPERS, "paper.start paper.questions paper.poster"),
    "types answers in that came on paper": (
        READERS,
        "paper.form paper.key_in paper.keyed_in paper.next_one",
    ),
    "looks at surveys": (LOOKERS, "making.preview making.preview_on making.ways making.in_languages"),
    "makes surveys": (
        RUNNERS,
        """making.survey_text making.survey_file making.load_survey making.start making.begin
        making.discarding making.discard making.outline making.arrange making.add_part making.add_ending
        making.undo making.mend making.texts making.part making.ending making.new_question making.question
        making.place_question
        making.options making.option making.rule making.change_rule making.add_condition making.keeping
        making.keep making.versions making.compare making.use_version making.offered making.take""",
    ),
    "moves keys, by a key of one's own": (
        READERS,
        "manage.follow manage.renew_keys manage.take_key manage.make_shares",
    ),
    "looks after keys, shares and what stays shut": (
        KEEPERS,
        "manage.recovery manage.confirm_share manage.use_shares manage.does_not_open",
    ),
    "takes two people": (
        FOUR_EYES,
        """manage.approvals manage.ask_approval manage.answer_approval manage.deletion
        manage.delete_consultation manage.ending""",
    ),
    "is for whoever has any role there": (
        EVERY_ROLE,
        """manage.overview manage.keys manage.give_key manage.ready
        manage.sign_sheet manage.sign manage.take_signature_back""",
    ),
    "is the administrator's": (
        ADMINISTRATORS,
        """manage.people manage.add_person manage.disable manage.enable manage.roles manage.new
        manage.reset_account manage.reset_second_factor manage.log manage.verify_log
        manage.installation_key manage.make_installation_key manage.confirm_installation_key
        manage.support_services manage.add_service manage.change_service manage.check_service
        manage.restore_service manage.withdraw_service manage.load_seen""",
    ),
    "is of one's own account": (
        ALL,
        """manage.home accounts.sign_out accounts.unlock accounts.open_answers accounts.lock
        accounts.passphrase accounts.change_passphrase accounts.end_others accounts.second_factor
        accounts.check_code accounts.enrol accounts.confirm accounts.spare_codes""",
    ),
}
DOOR = {"accounts.sign_in", "accounts.enter"}
HALF_WAY = {
    "accounts.second_factor",
    "accounts.check_code",
    "accounts.enrol",
    "accounts.confirm",
    "accounts.sign_out",
}
_DECIDING = "decides on standards, with what speaks to them open"
_IMPORTS = "opens answers to find those of an import"
_OPENING, _MOVING = (
    "opens answers, or shows what was worked out from them",
    "moves keys, by a key of one's own",
)
NEED_A_KEY = {
    "manage.give_key",
    "panel.close",
    "panel.comments",
    "panel.comment",
    "panel.ratings",
    "panel.names",
    "panel.let_in",
    "panel.share",
    "panel.destroy",
    "afterwards.open_more",
    "afterwards.new_change",
    "afterwards.change",
    "afterwards.publish_change",
    "reports.make_edition",
    *EXPECTED[_MOVING][1].split(),
    *EXPECTED[_IMPORTS][1].split(),
    *EXPECTED[_DECIDING][1].split(),
    *EXPECTED[_OPENING][1].split(),
} - {"reports.raw", "reports.register"}  # which say that answers left, and hold none


def allowed(endpoint: str) -> frozenset[str]:
    """Who may see it, by the table."""
    (found,) = [roles for roles, endpoints in EXPECTED.values() if endpoint in endpoints.split()]
    return found


@dataclass(frozen=True, kw_only=True)
class Page:
    """One endpoint with a method, filled in with what is there."""

    endpoint: str
    method: str
    path: str
    elsewhere: str
    of_consultation: bool


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A consultation with answers, codings, a standard with evidence; "other" beside it, with answers too."""
    made = make_scene(app)
    ids = [made.one_answer("quote", words=f"{CANARY}. It helped me.") for _ in range(6)]
    made.release()
    made.code(ids, end=len(CANARY))
    made.link("1.1")
    begin_copy(made)
    standards.add_source(db.session(), made.team.consultation, "Ash-2020", "Ash 2020")
    text = ChangeText(theme=made.theme.key, heading="A heading", heard="Heard.", changed="Changed.")
    publishing.write(made.unlocked(), text, today=TODAY)
    begin_panel(made.unlocked())
    other = Consultation(name="other", title="Other", min_grants=1, state=State.CLOSED)
    db.session.add(other)
    db.session.flush()
    accounts.make_consultation_keys(db.session(), made.team.vault, other, [made.team.account])
    db.session.commit()
    return made


def begin_copy(made: Scene) -> None:
    """The survey is being worked on, too, with an ending more."""
    young = surveys.Ending(id="young", title=surveys.text("For young people"))
    copy = surveys.editing.add_ending(surveys.parse(SMALL), young)
    print_ = made.team.survey.fingerprint
    making.begin(db.session(), made.team.vault, "trial", copy, based_on=print_, actor="sam", today=TODAY)


def rules(app: Flask) -> Iterator[Rule]:
    """Every address of the team but the door."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/team") and rule.endpoint not in DOOR:
            yield rule


def pages(scene: Scene) -> list[Page]:
    """Every page with what there is to see in it."""
    app = scene.team.app
    response = next(iter(scene.team.session.scalars(select(_response_id()).where(_of_small()))))
    theme = scene.team.session.scalars(select(Theme.key)).first()
    entry = scene.team.session.scalars(select(SupportService.id)).first()
    comment = scene.team.session.scalars(select(PanelComment.id)).first()
    member = scene.team.session.scalars(select(PanelMember.id)).first()
    (heard,) = scene.team.session.scalars(select(HeardEntry.id)).all()
    linked = scene.team.session.scalars(select(EvidenceLink)).one()
    link, row = linked.id.hex(), (linked.theme_id or b"").hex()
    scene.team.session.rollback()
    known = {
        "consultation": "trial",
        "survey_id": "small",
        "definition_id": "small",
        "question_id": "helped_words",
        "response": response.hex(),
        "part": "part",
        "question": "looked",
        "option": "yes",
        "where": "looked",
        "number": "1.1",
        "row": row,
        "link_id": link,
        "theme_key": theme,
        "ending": "young",
        "version": surveys.fingerprint(surveys.parse(SMALL)).hex()[:12],
        "name": "sam",
        "entry": heard.hex(),
        "answer": "refuse",
        "edition": 1,
        "comment": bytes(comment or b"").hex(),
        "member": bytes(member or b"").hex(),
        "kind": "toml",
        "size": "ordinary",
        "language": "en",
        "work": "Ash-2020",
        "entry_id": entry.hex() if isinstance(entry, bytes) else str(entry),
    }
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in rules(app):
        parts: dict[str, Any] = {name: known.get(name, "absent") for name in rule.arguments}
        if "key" in parts:
            parts["key"] = theme if rule.endpoint.startswith("coding.") else "DS1"
        if "kind" in parts and rule.endpoint.startswith("reports."):
            parts["kind"] = "html"
        if rule.endpoint.startswith("panel.") and "number" in parts:
            parts["number"] = "2"
        if rule.endpoint == "panel.print_protocol":
            parts |= {"number": "1", "kind": "html"}
        if "kind" in parts and "sign" in rule.endpoint:
            parts["kind"] = "advisers"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = adapter.build(rule.endpoint, parts, method=method)
            elsewhere = adapter.build(rule.endpoint, parts | {"consultation": "absent"}, method=method)
            found.append(
                Page(
                    endpoint=rule.endpoint,
                    method=method,
                    path=path,
                    elsewhere=elsewhere,
                    of_consultation="consultation" in rule.arguments,
                )
            )
    return found


def _of_small() -> Any:
    return Base.metadata.tables["response"].c.definition_id == "small"


def _response_id() -> Any:
    return Base.metadata.tables["response"].c.id


def ask(client: FlaskClient, method: str, path: str, token: str) -> TestResponse:
    """Ask for it with everything right but, perhaps, the person."""
    data = {"csrf_token": token} if method == "POST" else None
    return client.open(
        path, method=method, data=data, base_url=HOST, headers={"Sec-Fetch-Site": "same-origin"}
    )


def enter(team: Team, name: str) -> tuple[FlaskClient, str]:
    """Somebody signed in and unlocked, with the token of their forms."""
    visitor = Visitor(team.app.test_client())
    sign_in(visitor, name)
    unlock(visitor)
    assert visitor.path == "/team/"
    visitor.visit("/team/passphrase")
    return visitor.client, str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]


def answers(page: Page, *, grant: bool) -> set[int]:
    """How a page may answer to somebody with the role for it."""
    if grant or page.endpoint not in NEED_A_KEY:
        return {200, 303}
    # Without a key nothing is opened; a form that only a key would make work may be shown, or say so.
    opening = " ".join(EXPECTED[each][1] for each in (_OPENING, _IMPORTS, _DECIDING)).split()
    return {404, 409} if page.endpoint in opening else {200, 303, 404, 409}


def refused(response: TestResponse) -> bool:
    return response.status_code == 404 and NOT_HERE in response.text


def test_each_view_says_what_the_table_says(app: Flask) -> None:
    known = [each for _, endpoints in EXPECTED.values() for each in endpoints.split()]
    assert len(known) == len(set(known)), "an endpoint stands in the table once"
    there = {rule.endpoint for rule in rules(app)}
    assert there == set(known), "a new page is put into the table by somebody who has thought about it"
    for endpoint in sorted(there):
        view = app.view_functions[endpoint]
        assert frozenset(getattr(view, "wanted_roles", ())) == allowed(endpoint), endpoint
        assert bool(getattr(view, "half_way", False)) == (endpoint in HALF_WAY), endpoint


def test_whatever_opens_answers_or_moves_keys_asks_for_the_key(app: Flask) -> None:
    found = {
        rule.endpoint for rule in rules(app) if getattr(app.view_functions[rule.endpoint], "needs_key", False)
    }
    assert found == NEED_A_KEY


def test_nobody_opens_answers_by_being_an_administrator() -> None:
    for endpoint in NEED_A_KEY - {"manage.give_key"}:  # which takes a key of one's own
        assert ADMINISTRATOR not in allowed(endpoint), endpoint


PEOPLE = [*map(str, Role), ADMINISTRATOR, "nobody"]


def make_person(scene: Scene, role: str, *, grant: bool) -> Account:
    """Somebody with this one role in the consultation, or none, and perhaps with a key to its answers."""
    team = scene.team
    roles = [Role(role)] if role in tuple(Role) else []
    person = make_account(team.app, "kim", team.consultation, *roles)
    person.administrator = role == ADMINISTRATOR
    if grant:
        accounts.grant(team.session, team.vault, team.consultation, team.key, person)
    team.session.commit()
    return person


@pytest.mark.parametrize("grant", [False, True], ids=["without a key", "with a key"])
@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_sees_its_own_pages_and_for_all_others_there_is_nothing_here(
    scene: Scene, role: str, grant: bool
) -> None:
    """S6: the same 404 for absent and forbidden; no word of an answer without role and key; no change."""
    make_person(scene, role, grant=grant)
    walked = pages(scene)
    mine = [page for page in walked if allowed(page.endpoint) & {role, ANYBODY}]
    client, token = enter(scene.team, "kim")
    before = rows()
    forbidden = [page for page in walked if page not in mine]
    assert len(forbidden) > 20
    turn = PEOPLE.index(role)
    for place, page in enumerate(forbidden):
        if not (FULL or grant or place % 3 == turn % 3):
            continue  # in the short form who has no key, and so can do less, asks for each third page
        answer = ask(client, page.method, page.path, token)
        assert refused(answer), (role, page, answer.status_code)
        # In the short form by turns of the roles; the next test compares every one.
        if page.of_consultation and (FULL or place % len(PEOPLE) == turn):
            absent = ask(client, page.method, page.elsewhere, token)
            assert (absent.status_code, absent.text) == (answer.status_code, answer.text), page
            assert sorted(absent.headers) == sorted(answer.headers), page
    assert rows() == before
    reads, told = role in READERS and grant, 0
    for page in mine:
        if page.method == "GET":  # what an act does is the affair of its own tests
            answer = ask(client, "GET", page.path, token)
            assert answer.status_code in answers(page, grant=grant), (role, page, answer.status_code)
            assert reads or CANARY.encode() not in answer.data, (role, page)
            told += CANARY.encode() in answer.data
    assert bool(told) == reads


def test_every_role_in_another_consultation_is_none_in_this_one(scene: Scene) -> None:
    """S6: own and other consultation, with a key to the other."""
    team = scene.team
    other = team.session.scalars(select(Consultation).where(Consultation.name == "other")).one()
    kim = make_account(team.app, "kim", other, *Role)
    accounts.grant(team.session, team.vault, other, team.key, kim)
    team.session.commit()
    walked = [page for page in pages(scene) if page.of_consultation]
    client, token = enter(team, "kim")
    before = rows()
    for page in walked:
        answer = ask(client, page.method, page.path, token)
        absent = ask(client, page.method, page.elsewhere, token)
        assert refused(answer), page
        assert (absent.status_code, absent.text) == (answer.status_code, answer.text), page
    assert rows() == before


def test_things_of_another_consultation_are_not_reached_through_ones_own(scene: Scene) -> None:
    """S6: the id of an answer, theme, standard or survey of "trial", asked for in "other"."""
    team = scene.team
    other = team.session.scalars(select(Consultation).where(Consultation.name == "other")).one()
    kim = make_account(team.app, "kim", other, *Role)
    accounts.grant(team.session, team.vault, other, team.key, kim)
    team.session.commit()
    walked = [
        page
        for page in pages(scene)
        if page.of_consultation and page.method == "GET" and {"analyst", "lead"} & allowed(page.endpoint)
    ]
    client, token = enter(team, "kim")
    for page in walked:
        path = page.path.replace("/team/trial", "/team/other")
        answer = ask(client, "GET", path, token)
        assert answer.status_code < 500, path
        assert CANARY.encode() not in answer.data, path
        if page.endpoint in {"coding.answer", "coding.theme", "evidence.standard", "reports.standard_csv"}:
            assert refused(answer), path


def test_nobody_and_somebody_who_answers_get_no_further_than_the_door(scene: Scene) -> None:
    """S6: anonymous, and another respondent with a visit of their own."""
    walked = pages(scene)
    visitor = Visitor(scene.team.app.test_client())
    visitor.visit(f"/about/{scene.team.survey.slug}")
    visitor.press("Start")
    before = rows()
    for client in (scene.team.app.test_client(), visitor.client):
        page = Visitor(client)
        page.visit("/team/sign-in")
        token = str(page.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
        for each in walked:
            answer = ask(client, each.method, each.path, token)
            assert answer.status_code == 303, each
            assert answer.headers["Location"] == "/team/sign-in", each
    assert rows() == before


def test_one_person_who_answers_sees_nothing_of_another(scene: Scene) -> None:
    """S6: other respondent x every public page, with a visit and with a code of one's own."""
    visitor = Visitor(scene.team.app.test_client())
    visitor.visit(f"/about/{scene.team.survey.slug}")
    visitor.press("Start")
    adapter = scene.team.app.url_map.bind("localhost")
    seen = 0
    for rule in list(scene.team.app.url_map.iter_rules()):
        if rule.rule.startswith(("/team", "/static", "/leave")) or "GET" not in (rule.methods or ()):
            continue
        for slug in (scene.team.survey.slug, scene.practitioners.slug):
            parts = dict.fromkeys(rule.arguments, slug)
            answer = visitor.client.get(adapter.build(rule.endpoint, parts), base_url=HOST)
            assert CANARY not in answer.text, rule.rule
            assert answer.status_code < 500, rule.rule
            seen += 1
    assert seen > 6


def test_taking_a_role_away_closes_its_pages_at_the_next_click_though_the_key_stays(scene: Scene) -> None:
    """S6: a key without a role opens no page."""
    kim = make_person(scene, "analyst", grant=True)
    client, token = enter(scene.team, "kim")
    path = "/team/trial/answers/small/helped_words"
    assert CANARY in ask(client, "GET", path, token).text
    membership = Base.metadata.tables["membership"]
    db.session.execute(membership.delete().where(membership.c.account_id == kim.id))
    db.session.commit()

    assert refused(ask(client, "GET", path, token))
