"""Sentences no rule recognised, read by what they are like; and what likeness is not believed for."""

from typing import get_args

import pytest

from personas.vocabulary import MoveKind
from scoring import exemplars
from scoring.moves import likeness, moves_by_rule, read_turn, set_scene


def likened(said: str) -> set[str]:
    scene = set_scene(said, [])
    return {move.kind for move in likeness.likenesses_in(scene, moves_by_rule(scene))}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Mine slept on the bathroom floor for a month after the funeral, and so did I.", "own_feeling"),
        ("i cried in the car park every single night that winter", "own_feeling"),
    ],
)
def test_a_sentence_without_known_words_is_read_by_what_it_is_like(said: str, kind: str) -> None:
    assert likened(said) == {kind}


@pytest.mark.parametrize(
    "said",
    [
        "Did you cry in the car park every night that winter?",  # a question
        "You do not look broken by what they told you.",  # a denial
        "Monday.",  # too short to be like anything
        "The car park is behind the chapel.",
    ],
)
def test_nothing_is_read_into(said: str) -> None:
    assert likened(said) == set()


def test_a_sentence_the_rules_recognised_is_left_alone() -> None:
    assert likened("I'm so sorry, my own mother had the same thing.") == set()


def test_a_feeling_is_never_named_by_likeness_nor_a_student_blamed() -> None:
    assert not {"names_emotion", "blames", "dismisses", "validates"} & set(likeness.FOUND)


def test_every_likeness_is_a_move_over_its_whole_sentence() -> None:
    said = "Right. i cried in the car park every single night that winter."
    found = read_turn(said, []).all("own_feeling")

    assert [said[move.start : move.end] for move in found] == ["i cried in the car park every single night that winter"]


def test_every_example_sentence_is_labelled_with_a_move_or_none() -> None:
    known = {"none", *get_args(MoveKind)}

    assert [row for row in exemplars.rows("moves") if row["move"] not in known] == []


@pytest.mark.parametrize("name", ["turns_listening", "turns_written", "turns_clinic"])
def test_every_labelled_turn_carries_moves_and_levels_that_exist(name: str) -> None:
    known = {"-", *get_args(MoveKind)}
    rows = exemplars.rows(name)

    assert [row["said"] for row in rows if not set(row["moves"].split()) <= known] == []
    scales = ("reaction", "interpretation", "exploration", "naming")
    assert [row["said"] for row in rows if not {row[scale] for scale in scales} <= {"0", "1", "2"}] == []
