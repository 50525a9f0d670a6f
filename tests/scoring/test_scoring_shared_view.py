"""Judgements shared, wishes given back, and a patient's turn that runs on: how the answers are graded (rubric 2.1)."""

import pytest

from scoring import Transcript, grade
from scoring.moves import read_turn
from scoring.responses import respond

GROSS = "I'm scared of the pictures on the packets."


@pytest.mark.parametrize(
    ("said", "reply", "grade_"),
    [
        ("Those are so gross.", "I know!", 2),
        ("That is really awful.", "Isn't it?", 2),
        ("Those are so gross.", "I know what they are for.", 0),
        ("Those are new.", "I know!", 0),
        ("Those are so gross.", "They changed them in May.", 0),
    ],
)
def test_a_shared_view_counts_where_the_patient_takes_it_up(converse, said: str, reply: str, grade_: int) -> None:  # type: ignore[no-untyped-def]
    assert [one.grade for one in respond(converse(("P", GROSS), ("S", said), ("P", reply)))] == [grade_]


@pytest.mark.parametrize(("reply", "grade_"), [("Yes.", 3), ("It was in May.", 2)])
def test_a_wish_given_back_and_confirmed_is_understood(converse, reply: str, grade_: int) -> None:  # type: ignore[no-untyped-def]
    said = "What I hear you saying is you want to sing with your choir."
    talk = converse(("P", "I feel lonely without my choir."), ("S", said, f"reflects_complex={said}"), ("P", reply))
    assert [one.grade for one in respond(talk)] == [grade_]


def test_a_turn_that_runs_on_over_a_sound_is_one(converse) -> None:  # type: ignore[no-untyped-def]
    said = "So the stairs are what it comes down to."
    talk = converse(
        ("P", "I'm worried."),
        ("S", "Mm-hm.", "minimal=Mm-hm."),
        ("P", "It's the stairs at home."),
        ("S", said, f"reflects={said}"),
    )
    assert [one.did for one in respond(talk)] == ["you heard what was said, but not the feeling in it"]


@pytest.mark.parametrize(
    ("said", "kind", "found"),
    [
        ("It's too hard?", "reflects", True),
        ("It's this feeling that everybody has moved on.", "reflects_complex", True),
        ("You cut down to ten, that's a real achievement.", "respects", True),
        ("Is it too hard?", "reflects", False),
        ("It's too big for the box.", "reflects", False),
        ("It's not much of an achievement.", "respects", False),
    ],
)
def test_what_gives_back_and_what_affirms(said: str, kind: str, found: bool) -> None:
    heard = [{"speaker": "patient", "text": "I can't get going at the moment."}]
    assert read_turn(said, heard).has(kind) == found  # type: ignore[arg-type]


def test_the_same_words_are_not_praised_and_blamed() -> None:
    said = ["I'm furious with the council.", "You sound lonely.", "Yeah.", "I see."]
    turns = [{"speaker": ("patient", "student")[place % 2], "text": text} for place, text in enumerate(said)]
    scales = grade(Transcript.model_validate({"turns": turns})).scales
    praised = {(one.turn, one.quote) for one in scales["emotion_naming"].evidence if one.effect == "raises"}
    blamed = {(one.turn, one.quote) for one in scales["empathy"].evidence if one.effect == "lowers"}
    assert (praised, praised & blamed) == ({(1, "You sound lonely.")}, set())
