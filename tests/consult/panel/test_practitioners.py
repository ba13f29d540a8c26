"""The practitioner strand as evidence and reports read it: closed rounds alone, and nothing under k."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from analysis import consensus
from analysis.ratings import summarise
from consult.models.panel import CommentKind, CommentState, PanelComment, PanelItem, PanelRound, RoundState
from consult.records import panel_figures, practitioners
from consult.records.counts import Audience
from consult.records.panel_figures import ItemFigures
from tests.consult.evidence.scene import Scene, make_scene

GIVEN: Mapping[str, Sequence[int]] = {
    "men_only_service": [9, 9, 9, 8, 8, 8, 7, 7, 9, 9, 8, 8],
    "mixed_service": [8, 8, 8, 7, 7, 9, 8, 8, 8, 7, 7, 7],
    "research": [8, 8, 7, 7, 9, 9],
    "commissioning": [2, 3],
}


def keep(scene: Scene, number: int, state: RoundState, figures: ItemFigures | None) -> PanelRound:
    """A round that asked about clause 1.1, committed."""
    session, clause = scene.team.session, scene.clause("1.1")
    made = PanelRound(consultation_id=scene.team.consultation.id, number=number, state=state)
    session.add(made)
    session.flush()
    session.add(
        PanelItem(
            round_id=made.id,
            clause_id=clause.id,
            number=clause.number,
            standard="DS1",
            title="A title",
            wording=f"{clause.wording} ({number})",
            version=number,
            applies="both",
            figures=panel_figures.written(figures) if figures else "",
        )
    )
    session.commit()
    return made


def judged() -> ItemFigures:
    return ItemFigures(**panel_figures.judged(consensus.judge(GIVEN)))


def test_the_last_closed_round_speaks_and_an_open_one_does_not(app: Flask) -> None:
    scene = make_scene(app)
    keep(scene, 1, RoundState.CLOSED, judged())
    assert practitioners.of_standard(scene.team.session, scene.team.consultation.id, "DS2") == ()
    keep(scene, 2, RoundState.OPEN, None)

    (found,) = practitioners.of_standard(scene.team.session, scene.team.consultation.id, "DS1")

    assert (found.clause, found.round, found.version, found.final) == ("1.1", 1, 1, False)
    assert (found.verdict, found.n, found.equal_hi, found.pooled_lo) == ("in", "32", 100, 6)


def test_for_publication_numbers_are_rounded_and_small_groups_keep_nothing(app: Flask) -> None:
    scene = make_scene(app)
    keep(scene, 1, RoundState.CLOSED, judged())

    (found,) = practitioners.of_standard(
        scene.team.session, scene.team.consultation.id, "DS1", Audience.PUBLISHED
    )

    assert found.n == "30"
    assert found.final
    shown = {group.name: group for group in found.groups}
    assert (shown["men_only_service"].n, shown["men_only_service"].histogram) == (10, None)
    assert (shown["research"].n, shown["commissioning"].median) == (None, None)


def test_only_comments_that_a_person_passed_are_there_and_contrary_ones_stand_apart(app: Flask) -> None:
    scene = make_scene(app)
    asked = keep(scene, 1, RoundState.CLOSED, judged())
    for state, stance, words in (
        (CommentState.SHOWN, "contradicts", "Two days is hard."),
        (CommentState.SHOWN, "supports", "Long overdue."),
        (CommentState.WAITING, "supports", "Not yet read by anybody."),
        (CommentState.WITHHELD, "supports", "Names somebody."),
    ):
        scene.team.session.add(
            PanelComment(
                consultation_id=scene.team.consultation.id,
                round_id=asked.id,
                clause_id=scene.clause("1.1").id,
                note_id=bytes(16),
                kind=CommentKind.COMMENT,
                stance=stance,
                state=state,
                words=words,
            )
        )
    scene.team.session.commit()

    (found,) = practitioners.of_standard(scene.team.session, scene.team.consultation.id, "DS1")

    assert found.comments.words == ("Long overdue.",)
    assert found.comments.contrary == ("Two days is hard.",)
    assert found.comments.count == "a few"


@given(st.dictionaries(st.sampled_from(practitioners.GROUPS), st.integers(0, 12), min_size=1))
def test_what_is_hidden_cannot_be_found_by_taking_what_is_shown_from_the_whole(sizes: dict[str, int]) -> None:
    hidden = panel_figures.hidden_groups(sizes)
    people = [sizes[name] for name in hidden if sizes[name]]
    assert all(n >= panel_figures.LEAST_GROUP for name, n in sizes.items() if name not in hidden)
    if len(hidden) < len(sizes):
        assert not people or (len(people) > 1 and sum(people) >= panel_figures.LEAST_GROUP)


def test_a_lone_small_group_takes_the_next_smallest_with_it_and_figures_come_back_as_kept() -> None:
    groups = panel_figures.protected_groups({name: summarise(given) for name, given in GIVEN.items()})
    assert [group.name for group in groups if group.n is None] == ["research", "commissioning"]
    assert groups[0].histogram == (0, 0, 0, 0, 0, 0, 2, 5, 5)
    kept = judged()
    assert panel_figures.read(panel_figures.written(kept)) == kept
    assert panel_figures.read("") is None


def test_with_fewer_than_eight_raters_no_figure_is_kept() -> None:
    kept = ItemFigures(**panel_figures.judged(consensus.judge({"research": [9] * 7})))
    assert (kept.verdict, kept.n, kept.histogram, kept.groups[0].n) == ("too_few", None, None, None)
