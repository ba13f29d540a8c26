"""Which tests show the same on either database, and so run on SQLite alone.

The run on PostgreSQL shows that what the service reads, writes, locks and destroys is right there, too. A
file stands here when it is about pages, words or files, and everything that it has the database do is done
on both by the tests that are named beside it. Whatever is new runs on both.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Files of tests below tests/consult, by their paths without the ending."""

    files: tuple[str, ...]
    why: str
    on_both: tuple[str, ...]
    """Who has both databases do the same."""


SQLITE_ALONE: tuple[Alike, ...] = (
    Alike(
        files=(
            *("respond/test_care_of_pages", "respond/test_copies", "respond/test_easy_read"),
            *("respond/test_hostile_forms", "respond/test_idle_lock", "respond/test_kept_pages"),
            *("respond/test_own_copy", "respond/test_page_sizes", "respond/test_question_features"),
            *("respond/test_quick", "respond/test_random_surveys", "respond/test_two_views"),
            *("respond/test_welsh", "respond/test_changing_the_language", "respond/test_without_script"),
            *("test_wrong_clock", "test_guard"),
        ),
        why="What pages of respondents say and take; visits, drafts and answers are kept in a few ways.",
        on_both=("respond/test_answering", "respond/test_kept_answers", "respond/test_codes"),
    ),
    Alike(
        files=("respond/test_code_costs", "test_headers", "test_cookies", "test_errors", "test_logs"),
        why="What leaves the service beside a page, whichever statements ran for it.",
        on_both=("respond/test_answering", "test_no_trace", "test_writing"),
    ),
    Alike(
        files=("test_assets", "test_catalogue", "test_factory", "test_isolation", "test_failing_handlers"),
        why="Files, words, wiring and what a process holds: no statement is asked for its answer.",
        on_both=("test_split_mode", "test_split_walks"),
    ),
    Alike(
        files=(
            "test_access",
            "test_access_by_itself",
            "test_access_matrix",
            "accounts/test_door",
            "accounts/test_unlocking",
        ),
        why="Who gets in is decided in Python, from rows of accounts, roles and sessions.",
        on_both=(
            "accounts/second_factor/test_signing_in",
            "test_sessions",
            "commands/test_roles",
            "manage/test_rules",
        ),
    ),
    Alike(
        files=("test_sessions_end",),
        why="What is held in memory is let go when a session's row is gone.",
        on_both=("test_sessions",),
    ),
    Alike(
        files=("test_no_waiting", "test_at_once", "test_faults_of_the_loop", "test_heads"),
        why="SQLite's readers wait for nobody, so the loop answers by itself; on PostgreSQL a thread does.",
        on_both=("respond/test_answering", "test_kill"),
    ),
    Alike(
        files=("test_support",),
        why="The list of people to talk to is written and read wherever a survey is opened.",
        on_both=("manage/test_gate", "respond/test_answering"),
    ),
    Alike(
        files=(
            *("making/test_making_pages", "making/test_beginning_a_survey"),
            *("making/test_two_at_once_and_undoing", "making/test_languages", "making/test_preview"),
        ),
        why="Forms over the text of a survey, which is kept as one value.",
        on_both=("making/test_versions", "making/test_loading", "making/test_whole_survey"),
    ),
    Alike(
        files=("manage/test_pages", "manage/test_recovery_pages"),
        why="Pages with a button for each act.",
        on_both=("manage/test_rules", "manage/test_closing", "manage/test_key_pages", "test_recovery"),
    ),
    Alike(
        files=("ledger/test_log_pages", "commands/test_audit_command"),
        why="The log shown by pages and by a command.",
        on_both=("ledger/test_audit_log",),
    ),
    Alike(
        files=("commands/test_staff_and_consultations", "commands/test_imports"),
        why="Commands call the services that pages call, and print one line.",
        on_both=(
            "commands/test_surveys_and_demo",
            "commands/test_consultation_keys",
            "gathering/test_bringing_in",
        ),
    ),
    Alike(
        files=("gathering/test_printing", "paper/test_files", "paper/test_questions", "exchange/test_refi"),
        why="Files made from values that were read before.",
        on_both=("exchange/test_standard_files", "respond/test_answering"),
    ),
    Alike(
        files=(
            "reports/test_whole_report",
            "reports/test_statistics_files",
            "reports/test_hostile_words",
            "reports/test_recovery_attack",
        ),
        why="Forms of the report over the figures of the evidence page.",
        on_both=("reports/test_exports", "evidence/test_evidence_page"),
    ),
    Alike(
        files=("evidence/test_evidence_views", "evidence/test_demonstration_evidence"),
        why="Pages over standards and links, and the demonstration read as a stranger would.",
        on_both=(
            "evidence/test_standards_and_links",
            "evidence/test_judging",
            "commands/test_surveys_and_demo",
        ),
    ),
    Alike(
        files=("panel/test_rounds_as_seeded",),
        why="Verdicts worked out from ratings.",
        on_both=("panel/test_names_and_ratings", "panel/test_own_pages"),
    ),
    Alike(
        files=("coding/test_code_frame_and_pages", "coding/test_care_for_coders", "coding/test_what_is_held"),
        why="Pages of the workbench, and what it holds in memory.",
        on_both=("coding/test_coding_an_answer", "coding/test_changing_the_frame"),
    ),
    Alike(
        files=("coding/test_ideas_for_themes",),
        why="Ideas are worked out in memory and end as themes.",
        on_both=("coding/test_changing_the_frame", "coding/test_meaning_at_rest"),
    ),
)
