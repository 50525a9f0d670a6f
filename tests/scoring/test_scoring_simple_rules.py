"""The simple baselines: each is the plain rule its name says, no more."""

import pytest

from scoring.validation import simple


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("You seem worried.", 2),
        ("Are you worried?", 0),
        ("This result is sad news.", 0),
        ("I'm sorry, that's hard.", 1),
        ("Where is the pain?", 0),
    ],
)
def test_naming_by_words(text: str, level: int) -> None:
    assert simple.naming_level(text) == level


def test_words_for_feelings_are_counted() -> None:
    assert simple.feeling_words("You sound sad and worried, it must be lonely.") == 5


def test_epitomes_levels_by_sympathy_and_question_mark() -> None:
    assert [simple.reaction(text) for text in ("So sorry.", "And then?")] == [1, 0]
    assert [simple.exploration(text) for text in ("So sorry.", "And then?")] == [0, 2]


@pytest.mark.parametrize(
    ("text", "permission", "misc", "miti"),
    [
        ("May I explain?", "asked_permission", "no_advice", "seek_permission_or_collaboration"),
        (
            "You should rest. Would you like to hear why?",
            "asked_permission",
            "with_permission",
            "seek_permission_or_collaboration",
        ),
        ("You should rest.", "no_permission", "without_permission", "persuade_or_confront_without"),
        ("Where does it hurt?", "not_applicable", "no_advice", "other"),
    ],
)
def test_permission_by_modal_question_and_words_of_advice(text: str, permission: str, misc: str, miti: str) -> None:
    assert (simple.permission(text), simple.misc_code(text), simple.miti_code(text)) == (permission, misc, miti)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("And you?", "question"),
        ("You should rest now.", "therapist_input"),
        ("So you went home and slept.", "reflection"),
        ("Right.", "other"),
    ],
)
def test_behaviour_by_question_mark_advice_and_you(text: str, code: str) -> None:
    assert simple.behaviour(text) == code


def test_counts_over_a_talk() -> None:
    turns = ["How are you? And your wife?", "You must rest, it is hard.", "So you went home and slept."]

    assert simple.questions(turns) == 2
    assert simple.words_a_turn(turns) == 6.0
    assert simple.feeling_turns(turns) == 1
    assert simple.share_without_advice(turns) == pytest.approx(2 / 3)
    assert simple.reflections_to_questions(turns) == 1 / 2


def test_nothing_said_is_counted_as_nothing() -> None:
    assert simple.words_a_turn([]) == 0.0
    assert simple.share_without_advice([]) == 1.0
    assert simple.flesch_kincaid("...") == 0.0


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1),
        ("the", 1),
        ("table", 2),
        ("make", 1),
        ("tissue", 2),
        ("disease", 2),
        ("walked", 1),
        ("needed", 2),
        ("a", 1),
    ],
)
def test_syllables_by_vowels(word: str, count: int) -> None:
    assert simple.syllables(word) == count


def test_flesch_kincaid_by_hand() -> None:
    """Two sentences, seven words, nine syllables."""
    assert simple.flesch_kincaid("The doctor was here. She needed help.") == pytest.approx(
        0.39 * 7 / 2 + 11.8 * 9 / 7 - 15.59
    )
