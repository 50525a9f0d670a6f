"""The annotated transcript: marks on words, the curves, the steps of the patient's mind."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.patient.scene import Change, Mind, State
from app.web.annotation import Mark, marks_of, minds, steps_of, stretches, thoughts_of, turn_views
from scoring.scorecard import SCALE_NAMES, Occasion
from tests.app.web.made import evidence, maria, scale, scorecard, talk, turn

spans = st.lists(
    st.tuples(st.integers(-2, 30), st.integers(-2, 30), st.sampled_from(SCALE_NAMES)).map(
        lambda span: Mark(min(span[:2]), max(span[:2]), span[2], "raises", "why")
    ),
    max_size=6,
)


@given(text=st.text(max_size=25), marks=spans)
def test_marked_text_is_the_text_however_the_marks_overlap(text: str, marks: list[Mark]) -> None:
    cut = stretches(text, marks)

    assert "".join(one.text for one in cut) == text
    place = 0
    for one in cut:
        for index in range(place, place + len(one.text)):
            over = {number for number, mark in enumerate(marks) if mark.start <= index < mark.end}
            assert set(one.whys) == over
        place += len(one.text)


def test_overlapping_marks_keep_each_scale() -> None:
    cut = stretches(
        "You look frightened.", [Mark(0, 19, "empathy", "raises", "a"), Mark(4, 8, "permission", "raises", "b")]
    )

    assert [(one.text, one.scales) for one in cut] == [
        ("You ", ("empathy",)),
        ("look", ("empathy", "permission")),
        (" frightened", ("empathy",)),
        (".", ()),
    ]


def test_a_missed_occasion_is_marked_and_a_met_or_half_met_one_is_not() -> None:
    words = {
        "turn": 0,
        "start": 0,
        "end": 9,
        "quote": "Is it bad",
        "kind": "concern",
        "grade": 0,
        "why": "Left standing.",
    }
    occasions = (
        Occasion.model_validate(words | {"met": False}),
        Occasion.model_validate(words | {"met": True, "start": 3, "quote": "it bad"}),
        Occasion.model_validate(words | {"met": False, "grade": 2, "start": 1, "quote": "s it bad"}),
    )

    assert marks_of(scorecard(empathy=scale(level=1, score=30, occasions=occasions)), 0) == (
        Mark(0, 9, "empathy", "missed", "Left standing."),
    )


def test_the_same_evidence_twice_is_one_mark() -> None:
    twice = (evidence("You look frightened"), evidence("You look frightened"))

    assert len(marks_of(scorecard(empathy=scale(level=2, score=50, evidence=twice)), 1)) == 1


def test_the_curves_join_from_row_to_row() -> None:
    views = turn_views(talk(), scorecard(), maria(), Mind(trust=0.3, distress=0.6, understanding=0.3))

    assert [(view.curves[0].before, view.curves[0].after) for view in views] == [(30, 35), (35, 45), (45, 45)]
    for above, below in pairwise(views):
        assert [piece.after for piece in above.curves] == [piece.before for piece in below.curves]


def test_a_turn_without_a_state_changed_nothing() -> None:
    start = Mind(trust=0.3, distress=0.6, understanding=0.3)

    assert minds([turn(0, "student", "Hello?")], start) == (start, start)


def test_steps_of_one_reason_stand_in_one_line_and_tiny_ones_in_none() -> None:
    changes = [
        Change(what="trust", by=0.1, why="You named her fear"),
        Change(what="trust", by=0.004, why="You let her go on"),
        Change(what="distress", by=-0.061, why="You named her fear"),
    ]

    assert [(step.moved, step.why) for step in steps_of(changes)] == [("Trust +10, distress −6", "You named her fear.")]


def moved(*kinds: tuple[str | None, float]) -> list[dict[str, object]]:
    return [Change(what="trust", by=by, why="Why", kind=kind).model_dump() for kind, by in kinds]


def test_the_thought_is_of_what_moved_the_patient_most() -> None:
    reading = {"moves": [{"kind": "reflects"}, {"kind": "blames"}]}
    blamed = turn(0, "student", "Your own fault.", changes=moved(("stacked_question", -0.02), ("blames", -0.2)))
    again = turn(2, "student", "Your own fault.", changes=moved(("blames", -0.2)), reading=reading)
    thoughts = {kind: one.thought for one in maria().inner_thoughts for kind in one.after}

    assert thoughts_of([blamed, again], maria())[0] == thoughts["blames"]
    assert thoughts["reflects"] not in thoughts_of([blamed, again], maria()).values()


def test_a_turn_stored_without_kinds_is_thought_of_by_its_moves() -> None:
    old = turn(0, "student", "That hurt.", changes=moved((None, 0.1)), reading={"moves": [{"kind": "apologises"}]})

    (thought,) = thoughts_of([old], maria()).values()

    assert thought in [one.thought for one in maria().inner_thoughts if "apologises" in one.after]


@pytest.mark.parametrize(("student", "done"), [("You", "You sit down."), ("Ada", "Ada sits down.")])
def test_what_the_student_did_and_set_off_stands_with_the_turn(student: str, done: str) -> None:
    sentence = "From here on she could tell you more: you gave room."
    mind = Mind(trust=0.3, distress=0.6, understanding=0.3)
    state = State(mind=mind, set_off=(sentence,)).model_dump(mode="json")
    rows = [turn(0, "student", "", does="sits down", silent=True, state=state)]

    (view,) = turn_views(rows, scorecard(), maria(), mind, student=student)

    assert (view.does, view.set_off) == (done, (sentence,))
