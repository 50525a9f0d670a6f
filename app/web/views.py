"""What each page shows: one frozen dataclass a template, whose fields are exactly what the template reads."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from personas.vocabulary import ScaleName

MindName = Literal["trust", "distress", "understanding"]


@dataclass(frozen=True)
class Frame:
    """What every page shows around its content. `name` and `role` are None for someone not signed in."""

    name: str | None
    role: str | None
    support_url: str


@dataclass(frozen=True)
class View:
    """A page. Subclasses name their template and hold what it reads."""

    template: ClassVar[str]


@dataclass(frozen=True)
class SupportPage(View):
    """Where to turn when a conversation brought up something of one's own."""

    template: ClassVar[str] = "support.html"

    support_contact: str | None
    """The school's own address for support; None when the operator has set none."""


# Home


@dataclass(frozen=True)
class Day:
    """A date for people and for machines."""

    words: str
    iso: str


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
class Choice:
    """One way to answer: of a filter, or of the difficulty."""

    value: str
    label: str
    chosen: bool
    note: str = ""


@dataclass(frozen=True)
class Filter:
    """One question the library can be narrowed by."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class HomePage(View):
    """A student's home."""

    template: ClassVar[str] = "home.html"

    unfinished: tuple[Unfinished, ...]
    cards: tuple[Card, ...]
    filters: tuple[Filter, ...]
    narrowed: bool
    past: tuple[Past, ...]


@dataclass(frozen=True)
class DoorNotePage(View):
    """What stands at the door of the room, as at an OSCE station."""

    template: ClassVar[str] = "door_note.html"

    scenario_id: str
    title: str
    who: str
    setting: str
    channel: str
    minutes: int
    student_role: str
    known: tuple[str, ...]
    tasks: tuple[str, ...]
    limits: str
    content_note: str | None
    difficulties: tuple[Choice, ...]
    review: str


# Encounter


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
class EncounterPage(View):
    """The consulting room."""

    template: ClassVar[str] = "encounter.html"

    encounter_id: str
    title: str
    patient: str
    called: str
    subject: str
    setting: str
    practice: bool
    minutes: int
    elapsed_s: int
    turn_characters: int
    turns: tuple[Spoken, ...]
    tasks: tuple[str, ...]
    waiting: Waiting | None


# Feedback


@dataclass(frozen=True)
class KeyMoment:
    """One of the two moments that mattered most. `try_from` is the student's turn to say anew."""

    name: str
    quote: str
    row: int
    helped: bool
    what_happened: str
    say: str | None
    try_from: int | None


@dataclass(frozen=True)
class WarningFlag:
    """Something a person must look at before the score counts. No quote: something was left out."""

    label: str
    quote: str | None
    row: int
    why: str


@dataclass(frozen=True)
class Proof:
    """A quote that raised or lowered a level; `anchor` is where it stands on the page."""

    anchor: str
    quote: str
    raises: bool
    why: str


@dataclass(frozen=True)
class ScaleView:
    """One of the four scales. `level` None: not observed."""

    name: ScaleName
    letter: str
    title: str
    level: int | None
    anchor: str
    counted: str
    to_next: str | None
    caps: tuple[str, ...]
    proofs: tuple[Proof, ...]
    more_proofs: int


@dataclass(frozen=True)
class Stretch:
    """A run of characters with the same marks: numbers into the row's `whys`."""

    text: str
    scales: tuple[ScaleName, ...]
    whys: tuple[int, ...]


@dataclass(frozen=True)
class Why:
    """A mark in the margin and what it tells."""

    anchor: str
    scale: ScaleName
    letter: str
    title: str
    tone: Literal["raises", "lowers", "met", "missed"]
    text: str


@dataclass(frozen=True)
class Step:
    """What one thing in a turn did to the patient's mind: `moved` reads 'Trust +6, distress −4', in points of 100."""

    moved: str
    why: str


@dataclass(frozen=True)
class CurvePiece:
    """One row's piece of one curve: from `before` at the top to `after` at the foot, 0-100."""

    name: MindName
    before: int
    after: int


@dataclass(frozen=True)
class TurnView:
    """One turn of the annotated transcript, with its piece of the three curves."""

    number: int
    mine: bool
    name: str
    stretches: tuple[Stretch, ...]
    does: str | None
    silent: bool
    whys: tuple[Why, ...]
    steps: tuple[Step, ...]
    thought: str | None
    curves: tuple[CurvePiece, ...]
    can_retry: bool


@dataclass(frozen=True)
class CueView:
    """Something the patient let slip, and what became of it."""

    quote: str
    row: int
    became: Literal["Met", "Half met", "Missed"]
    why: str
    could_say: str | None


@dataclass(frozen=True)
class ConcernView:
    """Something that weighs on the patient. `row` None: never told; then `opens` says what would have opened it."""

    summary: str
    row: int | None
    opens: str | None


@dataclass(frozen=True)
class HabitView:
    """An observed habit, ungraded."""

    name: str
    seen: str


@dataclass(frozen=True)
class OtherTry:
    """Another try at the same talk, and where trust and score ended there."""

    encounter_id: str
    label: str
    outcome: str


@dataclass(frozen=True)
class FeedbackPage(View):
    """What happened, what it did to the patient, and what to try."""

    template: ClassVar[str] = "feedback.html"

    encounter_id: str
    scenario_id: str
    title: str
    patient: str
    called: str
    subject: str
    object: str
    ended: Day
    owner: str | None
    overall: int | None
    moments: tuple[KeyMoment, ...]
    flags: tuple[WarningFlag, ...]
    scales: tuple[ScaleView, ...]
    turns: tuple[TurnView, ...]
    mind_shown: bool
    cues: tuple[CueView, ...]
    heard: tuple[ConcernView, ...]
    unheard: tuple[ConcernView, ...]
    closed_until: str | None
    habits: tuple[HabitView, ...]
    talk: tuple[str, ...]
    afterwards: str | None
    other_tries: tuple[OtherTry, ...]
    facts_checked: bool
    review: str
    scorer: str


# Classes


@dataclass(frozen=True)
class AssignedEncounter:
    """An ended encounter of an assignment, as its educator sees it in the list."""

    encounter_id: str
    title: str
    ended: Day
    overall: int | None


@dataclass(frozen=True)
class StudentLine:
    """One student of a class."""

    name: str
    email: str
    encounters: tuple[AssignedEncounter, ...]


@dataclass(frozen=True)
class ClassView:
    """One class of an educator's."""

    name: str
    join_code: str
    students: tuple[StudentLine, ...]


@dataclass(frozen=True)
class ClassesPage(View):
    """An educator's home: their classes, and what was done of what was set."""

    template: ClassVar[str] = "classes.html"

    classes: tuple[ClassView, ...]
