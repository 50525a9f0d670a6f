"""Thoughts of dying: heard wherever they are said, flagged where nobody asks on (rubric 2: safety above the scales)."""

import pytest

from scoring import Transcript, Turn, grade
from scoring.patient.hints import dying_in

DYING = "Without the tablets the suicidal thoughts might come back."


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        (DYING, True),
        ("Some nights I think about ending it.", True),
        ("I'd kill myself before I went back there.", True),
        ("They would be better off without me.", True),
        ("I don't want to be alive any more.", True),
        ("No, I'm not suicidal.", False),
        ("My brother was suicidal once.", False),
        ("I'm dying for a cup of tea.", False),
        ("I want to end the tablets.", False),
    ],
)
def test_thoughts_of_dying_are_heard(text: str, speaks: bool) -> None:
    assert (dying_in(text) is not None) is speaks


def flags_after(*student: str) -> list[tuple[str, int, str]]:
    turns = [Turn(speaker="student", text="How are the tablets?"), Turn(speaker="patient", text=DYING)]
    for said in student:
        turns += [Turn(speaker="student", text=said), Turn(speaker="patient", text="Hm.")]
    return [(one.kind, one.turn, one.quote) for one in grade(Transcript(turns=tuple(turns))).flags]


def test_passed_over_they_are_flagged_once_with_the_patients_words() -> None:
    assert flags_after("Okay, so what are the good sides of smoking?", "How many a day?") == [
        ("risk_passed_over", 1, DYING)
    ]


@pytest.mark.parametrize(
    "said",
    [
        "Are you having those thoughts now?",
        "Have you thought of killing yourself lately?",
        "That sounds frightening for you.",
        "Do you feel safe at the moment?",
    ],
)
def test_asked_about_or_met_they_are_not(said: str) -> None:
    assert flags_after(said, "How many a day?") == []
    assert flags_after("I see.", said) == []


def test_a_talk_that_ends_on_them_has_passed_over_nothing() -> None:
    assert flags_after() == []


def test_they_are_the_strongest_feeling_of_a_talk() -> None:
    turns = (
        Turn(speaker="patient", text="I'm so worried about the bus."),
        Turn(speaker="student", text="You sound worried about the bus."),
        Turn(speaker="patient", text=DYING),
        Turn(speaker="student", text="How many a day?"),
    )
    empathy = grade(Transcript(turns=turns)).scales["empathy"]
    assert [(one.turn, one.intensity, one.grade) for one in empathy.occasions][-1] == (2, 0.95, 0.0)
    assert empathy.level == 2
