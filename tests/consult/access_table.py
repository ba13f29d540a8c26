"""Who may see which page of the team, and which pages take a key.

The table is written by hand from what each role is for, and not read from the views: a view that says it is
for somebody else than stands here fails, and so does a new view that nobody put here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consult.models.account import Role
from consult.web.access import ADMINISTRATOR, ANYBODY

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


def answers(page: Page, *, grant: bool) -> set[int]:
    """How a page may answer to somebody with the role for it."""
    if grant or page.endpoint not in NEED_A_KEY:
        return {200, 303}
    # Without a key nothing is opened; a form that only a key would make work may be shown, or say so.
    opening = " ".join(EXPECTED[each][1] for each in (_OPENING, _IMPORTS, _DECIDING)).split()
    return {404, 409} if page.endpoint in opening else {200, 303, 404, 409}
