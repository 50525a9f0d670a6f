"""The words pages use for scales, channels, practices, flags and dates."""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.patient.stage import action_in
from app.web.views import Day
from personas import Persona, find_scenario
from personas.vocabulary import Action, Practice, ScaleName
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


class Deed(NamedTuple):
    """Something a student can do: how it is offered, and how the page says that it was done."""

    label: str
    done: str


DEEDS: dict[Action, Deed] = {
    "sits_down": Deed("Sit down", "You sit down."),
    "turns_from_screen": Deed("Turn from the screen", "You turn from the screen."),
    "offers_tissue": Deed("Offer a tissue", "You offer a tissue."),
    "offers_chaperone": Deed("Offer a chaperone", "You offer a chaperone."),
}

FLAGS = {
    "wrong_fact": "Something said was wrong",
    "missed_must_ask": "Something that must be asked was left out",
    "risk_passed_over": "Thoughts of dying that nobody asked about",
    "lapse": "A professional lapse",
    "addresses_grader": "Words meant for the scorer, not the patient",
}

MODES = {"practice": "Practice", "assessment": "Assessment"}

COUNTS = {"best": "The best attempt counts.", "last": "The last attempt counts.", "first": "The first attempt counts."}

HOLDS = {
    "self_rating": "Rate yourself, then see the result",
    "review": "Waits for your educator's review",
    "flag": "An educator looks at one thing first",
}
"""Why a result is not shown yet, in a list."""

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


def moment(at: datetime, zone: str) -> str:
    """A moment in a class's time zone: `Fri 27 November 2026, 17:00`."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%B %Y}, {there:%H:%M}"


def local(at: datetime | None, zone: str) -> str:
    """A moment as a form's date-and-time field holds it; empty for None."""
    return "" if at is None else f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def from_local(text: str, zone: str) -> datetime:
    """The moment a date-and-time field of a class means, in UTC.

    An hour that occurs twice, when clocks go back, means its first; one that is skipped means the hour after it.

    Raises:
        ValueError: it is no date and time.
    """
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def counted(number: int, thing: str) -> str:
    """`1 turn`, `2 turns`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def title_of(scenario_id: str) -> str:
    """The scenario's title; its id when it is no longer shipped."""
    try:
        return find_scenario(scenario_id)[1].title
    except KeyError:
        return scenario_id


def who(persona: Persona) -> str:
    """The patient's name and age."""
    return f"{persona.name}, {persona.age_years}"


def review(persona: Persona) -> str:
    """Who vouches for the clinical content."""
    signed = persona.review
    if signed.reviewer is None or signed.reviewed_on is None:
        return "The clinical content of this case is not clinically reviewed yet."
    return f"Clinically reviewed by {signed.reviewer}, {signed.country}, {signed.reviewed_on}."


def deed_of(does: str | None, student: str = "You") -> str | None:
    """What the student did, in a sentence; None where nothing was done. `student` is how they are called."""
    action = action_in(does)
    if action is None:
        return does
    return DEEDS[action].done if student == "You" else f"{student} {does}."
