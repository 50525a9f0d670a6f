"""A student's home, the door note and the consulting room."""

from dataclasses import dataclass
from typing import ClassVar

from app.web.views import Choice, Day, View


@dataclass(frozen=True)
class Unfinished:
    """An encounter that was begun and not ended."""

    id: str
    title: str
    who: str
    turns: int
    started: Day


@dataclass(frozen=True)
class Card:
    """A scenario of the practice library."""

    scenario_id: str
    title: str
    summary: str
    who: str
    channel: str
    minutes: int
    difficulties: str
    practices: tuple[str, ...]


@dataclass(frozen=True)
class Past:
    """An encounter that has ended. `overall` is 0-100, None when too little was observed."""

    id: str
    title: str
    who: str
    ended: Day
    overall: int | None
    tried_again: bool
    hard: bool


@dataclass(frozen=True)
class Filter:
    """One question the library can be narrowed by."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Try:
    """One attempt at an assignment: `outcome` is its score in words, or why there is none to see."""

    address: str
    label: str
    outcome: str


@dataclass(frozen=True)
class Assigned:
    """Something a class has set, as its student sees it. `state` is the assignment's for this student, now."""

    assignment_id: str
    title: str
    who: str
    cohort: str
    kind: str
    state: str
    state_words: str
    can_begin: bool
    running: str | None
    """The encounter to go on with."""
    attempts: str
    best: str | None
    tries: tuple[Try, ...]


@dataclass(frozen=True)
class HomePage(View):
    """A student's home."""

    template: ClassVar[str] = "home.html"

    assigned: tuple[Assigned, ...]
    closed: tuple[Assigned, ...]
    cohorts: tuple[str, ...]
    unfinished: tuple[Unfinished, ...]
    cards: tuple[Card, ...]
    filters: tuple[Filter, ...]
    narrowed: bool
    past: tuple[Past, ...]


@dataclass(frozen=True)
class DoorNotePage(View):
    """What stands at the door of the room, as at an OSCE station."""

    template: ClassVar[str] = "door_note.html"

    begin_at: str
    """Where Start leads."""
    set_by: str | None
    """The class that set it; None in free practice."""
    note: str
    terms: tuple[str, ...]
    can_begin: bool
    running: str | None
    title: str
    who: str
    setting: str
    channel: str
    minutes: float
    student_role: str
    known: tuple[str, ...]
    tasks: tuple[str, ...]
    limits: str
    content_note: str | None
    difficulties: tuple[Choice, ...]
    model: str | None
    """The language model that plays the patient, and gets what is said; None: the offline patient."""
    review: str


@dataclass(frozen=True)
class Part:
    """A stretch of a reply: something said, or something done."""

    does: bool
    text: str


@dataclass(frozen=True)
class Spoken:
    """One turn of the running talk. `turn_id` is the student's own, None for the patient's."""

    mine: bool
    name: str
    parts: tuple[Part, ...]
    turn_id: str | None


@dataclass(frozen=True)
class Waiting:
    """The student's last turn has no answer yet: it is being given, or it failed."""

    turn_id: str
    running: bool
    message: str


@dataclass(frozen=True)
class DeedView:
    """Something a student can do: its name, its button, and the sentence that says it was done."""

    action: str
    label: str
    done: str


@dataclass(frozen=True)
class EncounterPage(View):
    """The consulting room."""

    template: ClassVar[str] = "encounter.html"

    encounter_id: str
    title: str
    patient: str
    called: str
    subject: str
    setting: str
    hints: bool
    length_s: int
    elapsed_s: int
    ends_by_itself: bool
    """Whether the talk ends when its length is over."""
    then: str
    """What comes after the end, in a sentence."""
    turn_characters: int
    turns: tuple[Spoken, ...]
    tasks: tuple[str, ...]
    waiting: Waiting | None
    deeds: tuple[DeedView, ...]
    """What can be done here besides talking."""
    face_to_face: bool
    left: bool
    """The patient has gone."""
