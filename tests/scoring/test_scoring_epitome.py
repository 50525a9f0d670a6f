"""EPITOME's three levels (Sharma et al. 2020) of single turns: rules and heads together."""

import pytest

from scoring.moves import read_turn

REACTIONS = [
    ("I'm so sorry, what a dreadful week you've had.", 2),
    ("I really feel for you, Marion.", 2),
    ("My heart goes out to the pair of you.", 2),
    ("Thinking of you, hope tomorrow goes gently.", 1),
    ("Take good care, and ring me if you need to talk.", 1),
    ("All the best for Thursday.", 1),
    ("Sorry I'm late, the lift was out.", 0),
    ("I felt so sorry for my neighbour.", 0),
    ("My uncle takes care of the garden.", 0),
    ("Take one tablet with your breakfast.", 0),
]

INTERPRETATIONS = [
    ("You feel shut out of your own family.", 2),
    ("When I broke my hip I could not climb our stairs for three months.", 2),
    ("We lost our first as well, and I could not go into that room for a year.", 2),
    ("I understand how you feel.", 1),
    ("I get it, I really do.", 1),
    ("I think the clinic opens at nine.", 0),
    ("I will ring the ward for you.", 0),
    ("The nurse will be along in a minute.", 0),
]

EXPLORATIONS = [
    ("What was it about the phone call that got to you?", 2),
    ("Has it been harder at night since you moved in with her?", 2),
    ("What happened?", 1),
    ("How are you?", 1),
    ("What's going on with you today?", 1),
    ("It only hurts when it rains, you know?", 0),
    ("What's the point of that?", 0),
    ("Would you like the leaflet?", 0),
    ("The appointment is on Monday.", 0),
]


@pytest.mark.parametrize(("said", "level"), REACTIONS)
def test_warmth_is_weak_in_passing_and_strong_as_compassion(said: str, level: int) -> None:
    assert read_turn(said, []).emotional_reaction == level


@pytest.mark.parametrize(("said", "level"), INTERPRETATIONS)
def test_understanding_is_weak_when_claimed_and_strong_when_put_into_words_or_shared(said: str, level: int) -> None:
    assert read_turn(said, []).interpretation == level


@pytest.mark.parametrize(("said", "level"), EXPLORATIONS)
def test_a_question_is_weak_in_general_and_strong_about_something_named(said: str, level: int) -> None:
    assert read_turn(said, []).exploration == level


def test_saying_that_a_feeling_is_natural_interprets_nothing() -> None:
    assert read_turn("It is natural to want a second opinion.", []).interpretation == 0
