"""The words pages use for scales, channels, practices, flags and dates."""

from datetime import datetime
from typing import NamedTuple

from app.web.views import Day
from personas import Persona
from personas.vocabulary import Practice, ScaleName
from scoring import rubric
from scoring.scorecard import SCALE_NAMES


class ScaleLabel(NamedTuple):
    """A scale as students know it: its letter stands where there is little room."""

    letter: str
    title: str


SCALES: dict[ScaleName, ScaleLabel] = {
    name: ScaleLabel(rubric.scale(name).letter, rubric.scale(name).title) for name in SCALE_NAMES
}

CHANNELS = {"face_to_face": "Face to face", "phone": "By phone", "written": "In writing"}

PRACTICES: dict[Practice, str] = {
    "welcome": "Welcome with warmth",
    "name_and_ask": "Name the emotion, ask permission",
    "listen": "Listen so that it is safe to speak",
    "explain": "Explain so that it makes sense",
    "beyond_the_report": "Communicate beyond the report",
    "calm_and_reliable": "Be calm and be reliable",
}

DIFFICULTIES = {"standard": "Standard", "hard": "Hard"}

FLAGS = {
    "wrong_fact": "Something said was wrong",
    "missed_must_ask": "Something that must be asked was left out",
    "lapse": "A professional lapse",
    "addresses_grader": "Words meant for the scorer, not the patient",
}

SOURCES = {
    "topic": "something that touches on it",
    "permission": "asking leave first",
    "emotion_named": "naming the feeling",
    "open_question": "an open question",
    "silence": "a silence that left room",
}
"""What opens a concern, as something the student could have given."""


def day(moment: datetime) -> Day:
    """A date in words and for machines, in UTC: `22 November 2026`."""
    return Day(words=f"{moment.day} {moment:%B %Y}", iso=moment.isoformat(timespec="seconds"))


def who(persona: Persona) -> str:
    """The patient's name and age."""
    return f"{persona.name}, {persona.age_years}"


def review(persona: Persona) -> str:
    """Who vouches for the clinical content."""
    signed = persona.review
    if signed.reviewer is None or signed.reviewed_on is None:
        return "The clinical content of this case is not clinically reviewed yet."
    return f"Clinically reviewed by {signed.reviewer}, {signed.country}, {signed.reviewed_on}."
