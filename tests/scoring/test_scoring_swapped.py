"""Sides that look swapped: by several signs together, never by a story of one's own."""

import pytest

from scoring.transcript import Turn
from scoring.transcript_files.swapped import looks_swapped

CLINIC = (
    ("clinician", "What brings you in today?"),
    ("ill", "My chest hurts when I climb the stairs."),
    ("clinician", "When did it start?"),
    ("ill", "In May. I'm really scared that it is my heart."),
    ("clinician", "Do you smoke?"),
    ("ill", "I can't sleep without one. I had a cough all winter."),
    ("clinician", "I would recommend a tracing of your heart. How does that sound?"),
    ("ill", "Fine."),
)
DICTATED = (
    ("clinician", "so what brings you in"),
    ("ill", "i have had pains in my arm and i'm so tired"),
    ("clinician", "how long have you had it"),
    ("ill", "since may i feel really anxious about it"),
    ("clinician", "do you sleep"),
    ("ill", "i can't sleep at all"),
    ("clinician", "it sounds like you need rest you should take a week off"),
    ("ill", "okay"),
)
OWN_STORY = (
    ("clinician", "What brings you in today?"),
    ("ill", "I'm worried about the operation."),
    ("clinician", "I was scared too when I had mine. My knee was bad."),
    ("ill", "Did it hurt?"),
    ("clinician", "It hurt me for a week. What worries you most?"),
    ("ill", "I'm afraid of the needle. Will you be there?"),
    ("clinician", "I'm always nervous with needles. You could try to look away."),
    ("ill", "Do you think I should come back next week?"),
)
MANY_QUESTIONS = (
    ("clinician", "I have your results here."),
    ("ill", "What did you find?"),
    ("clinician", "It is a small lump. It is benign."),
    ("ill", "Is it dangerous? Do you take it out?"),
    ("clinician", "No. We will leave it where it is."),
    ("ill", "When do I come back? You should have told me sooner."),
    ("clinician", "In May."),
    ("ill", "How long does it take?"),
)


def sides(talk: tuple[tuple[str, str], ...], student: str) -> tuple[Turn, ...]:
    return tuple(Turn(speaker="student" if who == student else "patient", text=text) for who, text in talk)


@pytest.mark.parametrize("talk", [CLINIC, DICTATED])
def test_a_student_who_speaks_as_the_patient_is_told_of(talk: tuple[tuple[str, str], ...]) -> None:
    assert looks_swapped(sides(talk, student="ill"))


@pytest.mark.parametrize("talk", [CLINIC, DICTATED, OWN_STORY, MANY_QUESTIONS])
def test_a_student_who_speaks_as_a_clinician_is_not(talk: tuple[tuple[str, str], ...]) -> None:
    assert not looks_swapped(sides(talk, student="clinician"))


@pytest.mark.parametrize("talk", [CLINIC[:4], OWN_STORY, MANY_QUESTIONS])
def test_too_little_to_tell_is_left_alone(talk: tuple[tuple[str, str], ...]) -> None:
    assert not looks_swapped(sides(talk, student="ill"))
