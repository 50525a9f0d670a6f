"""The feedback of an ended encounter, and what stands in its place while it is held back."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from app.web.views import Choice, Day, View
from app.web.views.practice import Spoken
from app.web.views.second_opinion import SecondView
from personas.vocabulary import ScaleName

MindName = Literal["trust", "distress", "understanding"]


@dataclass(frozen=True)
class KeyMoment:
    """One of the two moments that mattered most. `try_from` is the student's turn to say anew.

    `answer`: the student's words that helped, where the quote is the patient's.
    """

    name: str
    quote: str
    answer: str | None
    row: int
    helped: bool
    what_happened: str
    say: str | None
    try_from: int | None


@dataclass(frozen=True)
class WarningFlag:
    """Something a person must look at before the score counts. No quote: something was left out.

    `verdict` is what an educator said of it, None while nobody has.
    """

    index: int
    label: str
    quote: str | None
    row: int
    why: str
    verdict: str | None
    dismissed: bool
    words: str
    """What the educator wrote about it, if anything."""


@dataclass(frozen=True)
class Proof:
    """A quote that raised or lowered a level; `anchor` is where it stands on the page."""

    anchor: str
    quote: str
    raises: bool
    why: str


@dataclass(frozen=True)
class Struck:
    """A piece of the scorer's evidence that an educator does not count, and why."""

    quote: str
    by: str
    why: str


@dataclass(frozen=True)
class ScaleView:
    """One of the four scales. `level` is the one of record; None: not observed.

    `set_by` is the educator who set it, for `reason`, over the scorer's `machine_level`; `own_level` the student's
    self-rating, where there is one.
    """

    name: ScaleName
    letter: str
    title: str
    level: int | None
    machine_level: int | None
    set_by: str | None
    reason: str
    own_level: int | Literal["none"] | None
    anchor: str
    counted: str
    to_next: str | None
    caps: tuple[str, ...]
    proofs: tuple[Proof, ...]
    more_proofs: int
    struck: tuple[Struck, ...]


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
class CommentView:
    """What an educator wrote about a turn or the whole; `number` names it where it can be taken back."""

    number: int
    by: str
    words: str


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
    set_off: tuple[str, ...]
    """What this turn opened or ended, in sentences."""
    thought: str | None
    curves: tuple[CurvePiece, ...]
    can_retry: bool
    comments: tuple[CommentView, ...]


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
    """Something that weighs on the patient. `row` None: never told; then `opens` says what would have opened it.

    `part` is what was told of it, in the patient's words, in turn `part_row`.
    """

    summary: str
    row: int | None
    opens: str | None
    part: str | None = None
    part_row: int | None = None


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
class ShareView:
    """With whom free practice can be shared, and with whom it is."""

    cohorts: tuple[Choice, ...]
    shared_with: str | None


@dataclass(frozen=True)
class ReportView:
    """A problem the student reported with this encounter, and what became of it."""

    words: str
    answer: str | None


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
    overall: int | None
    set_for: str | None
    """The class that set it; None: free practice."""
    signed: str | None
    result: str | None
    comments: tuple[CommentView, ...]
    reflection: str | None
    moments: tuple[KeyMoment, ...]
    flags: tuple[WarningFlag, ...]
    dismissed: tuple[WarningFlag, ...]
    """Flags an educator dismissed with a word to the student."""
    scales: tuple[ScaleView, ...]
    second: SecondView | None
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
    share: ShareView | None
    reports: tuple[ReportView, ...]
    facts_checked: bool
    review: str
    scorer: str


@dataclass(frozen=True)
class HeldPage(View):
    """What a student sees of an ended encounter whose result waits: what was said, and what it waits for."""

    template: ClassVar[str] = "held.html"

    title: str
    patient: str
    ended: Day
    why: tuple[str, ...]
    turns: tuple[Spoken, ...]


@dataclass(frozen=True)
class RatedScale:
    """A scale to rate oneself on: its question and its five anchors, the lowest first. `chosen` as in the form."""

    name: ScaleName
    letter: str
    title: str
    question: str
    anchors: tuple[str, ...]
    chosen: str


@dataclass(frozen=True)
class RatePage(View):
    """Rate yourself before you see the score."""

    template: ClassVar[str] = "rate.html"

    encounter_id: str
    title: str
    patient: str
    scales: tuple[RatedScale, ...]
    reflection: str
    wrong: str | None
