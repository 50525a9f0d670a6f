"""Turns that leave the floor to the patient, and where the answer to a feeling then stands (rubric 2.1)."""

import pytest

from scoring import Transcript, Turn, grade


def answer_turn(*lines: str) -> int | None:
    turns = tuple(Turn(speaker=("patient", "student")[place % 2], text=text) for place, text in enumerate(lines))
    return grade(Transcript(turns=turns)).scales["empathy"].occasions[0].answer_turn


@pytest.mark.parametrize(
    ("said", "answered_at"),
    [
        ("Mm-hmm.", 3),
        ("Mm-hmm. [chuckles]", 3),
        ("(nods) Yeah.", 3),
        ("Really? When did you sleep last?", 1),
        ("That's tough.", 1),
    ],
)
def test_a_sound_leaves_the_floor_however_it_is_written(said: str, answered_at: int) -> None:
    assert answer_turn("I'm so scared of it.", said, "I can't sleep.", "That sounds hard.") == answered_at


@pytest.mark.parametrize(("heard", "answered_at"), [("I'm so scared of it and I--", 3), ("I'm so scared of it.", 1)])
def test_a_word_into_a_sentence_that_breaks_off_takes_the_floor_from_nobody(heard: str, answered_at: int) -> None:
    assert answer_turn(heard, "The biopsy-", "-can't sleep.", "That sounds hard.") == answered_at


def test_both_scales_say_the_same_of_a_feeling_closed_again() -> None:
    turns = (
        Turn(speaker="patient", text="I'm so scared of the operation."),
        Turn(speaker="student", text="You sound scared of the operation. You should take the blue tablets at eight."),
    )
    scales = grade(Transcript(turns=turns)).scales
    assert [one.grade for one in scales["empathy"].occasions] == [2.0]
    assert [one.effect for one in scales["emotion_naming"].evidence] == ["lowers"]
