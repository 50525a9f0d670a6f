"""What an educator sees: classes and their people, assignments, the review queue, a review, the trail."""

from dataclasses import dataclass
from typing import ClassVar

from app.web.views import Choice, Day, View
from app.web.views.feedback import CommentView, ConcernView, CueView, TurnView, WarningFlag
from app.web.views.second_opinion import SecondView
from personas.vocabulary import ScaleName


@dataclass(frozen=True)
class ClassLine:
    """A class in the list: `to_review` encounters wait, `now` says what is open."""

    cohort_id: str
    name: str
    students: str
    to_review: int
    now: str


@dataclass(frozen=True)
class ClassesPage(View):
    """An educator's home: their classes, and a form for a new one."""

    template: ClassVar[str] = "classes.html"

    classes: tuple[ClassLine, ...]
    archived: tuple[ClassLine, ...]
    zones: tuple[str, ...]
    wrong: str | None
    draft_name: str
    draft_zone: str


@dataclass(frozen=True)
class ClassHead:
    """What stands above every page of a class."""

    cohort_id: str
    name: str
    archived: bool
    here: str
    """Which of its pages this is."""
    to_review: int
    open_reports: int


@dataclass(frozen=True)
class AssignmentLine:
    """What was set, in the class's list. `progress` reads '7 of 12 have ended it'."""

    assignment_id: str
    title: str
    who: str
    state: str
    when: str
    kind: str
    progress: str
    to_review: int


@dataclass(frozen=True)
class Cell:
    """What a student has done of an assignment: `words` in the table, `step` 0-4 of the hue, None where unscored."""

    words: str
    step: int | None
    address: str | None
    heard: str
    """The same for who cannot see the table."""


@dataclass(frozen=True)
class StudentRow:
    """A student and one cell for each assignment."""

    name: str
    email: str
    extra_time: str | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SharedLine:
    """Free practice a student shows this class."""

    encounter_id: str
    student: str
    title: str
    ended: Day
    overall: int | None


@dataclass(frozen=True)
class ClassPage(View):
    """One class: what was set, who has done what, what to teach next."""

    template: ClassVar[str] = "class.html"

    head: ClassHead
    join_code: str
    join_link: str
    lesson: str | None
    second_opinions: str | None
    """What they took this month; None without a judge."""
    assignments: tuple[AssignmentLine, ...]
    students: tuple[StudentRow, ...]
    shared: tuple[SharedLine, ...]


@dataclass(frozen=True)
class NewLink:
    """A sign-in link that is shown once."""

    name: str
    email: str
    link: str


@dataclass(frozen=True)
class PersonLine:
    """Somebody in a class; `factors` are the extra times to choose from, for students."""

    user_id: str
    name: str
    email: str
    factors: tuple[Choice, ...]


@dataclass(frozen=True)
class PeoplePage(View):
    """Who is in a class, how to join it, and its settings."""

    template: ClassVar[str] = "class_people.html"

    head: ClassHead
    join_code: str
    join_link: str
    time_zone: str
    zones: tuple[str, ...]
    educators: tuple[PersonLine, ...]
    students: tuple[PersonLine, ...]
    wrong: str | None
    said: str | None
    draft_roster: str
    new_links: tuple[NewLink, ...]


@dataclass(frozen=True)
class ScenarioChoice:
    """A scenario to set, with the difficulties it has."""

    scenario_id: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class AssignmentForm(View):
    """Set an assignment, or change one. `values` holds every field as text, `faults` what is wrong with which."""

    template: ClassVar[str] = "assignment_form.html"

    head: ClassHead
    assignment_id: str | None
    time_zone: str
    scenarios: tuple[ScenarioChoice, ...]
    values: dict[str, str]
    faults: dict[str, str]
    fixed: bool
    """Somebody has begun it: case, difficulty and mode stay."""
    released: bool
    """A result was released: pass mark and counting attempt stay."""


@dataclass(frozen=True)
class SpreadView:
    """How many talks reached each level of a scale, 0-4; `not_observed` is how many gave no occasion."""

    name: ScaleName
    letter: str
    title: str
    levels: tuple[int, ...]
    most: int
    not_observed: int


@dataclass(frozen=True)
class AttemptLine:
    """One student in an assignment's table. `levels` are those of the attempt that counts, None: not observed."""

    student: str
    email: str
    state: str
    attempts: str
    overall: int | None
    levels: tuple[int | None, ...]
    tries: tuple[Cell, ...]
    step: int | None


@dataclass(frozen=True)
class AssignmentPage(View):
    """One assignment: its terms, how the class did, each student's attempts."""

    template: ClassVar[str] = "assignment.html"

    head: ClassHead
    assignment_id: str
    title: str
    who: str
    state: str
    terms: tuple[str, ...]
    note: str
    lesson: str | None
    spreads: tuple[SpreadView, ...]
    letters: tuple[str, ...]
    students: tuple[AttemptLine, ...]
    to_release: int
    can_delete: bool
    said: str | None


@dataclass(frozen=True)
class QueueLine:
    """An encounter that waits for a review, with the reasons, the heaviest first."""

    encounter_id: str
    student: str
    title: str
    ended: Day
    overall: int | None
    needs: tuple[str, ...]


@dataclass(frozen=True)
class QueuePage(View):
    """What waits for review in a class, the doubtful first."""

    template: ClassVar[str] = "queue.html"

    head: ClassHead
    waiting: tuple[QueueLine, ...]
    reviewed: int
    said: str | None


@dataclass(frozen=True)
class ReviewProof:
    """A piece of evidence in a review, or words of the patient's that were not met (`effect` is then `missed`).

    `span` names it in the form; `number` is the act that struck or added it.
    """

    span: str
    quote: str
    effect: str
    why: str
    row: int
    struck_by: str | None
    added_by: str | None
    number: int | None


@dataclass(frozen=True)
class ReviewScale:
    """A scale in a review: the machine's level, and the educator's over it."""

    name: ScaleName
    letter: str
    title: str
    level: int | None
    machine_level: int | None
    anchor: str
    anchors: tuple[str, ...]
    counted: str
    set_by: str | None
    reason: str
    number: int | None
    own_level: str | None
    proofs: tuple[ReviewProof, ...]
    draft_level: str | None
    draft_reason: str


@dataclass(frozen=True)
class ReviewPage(View):
    """One transcript with its scores, to change, comment on, accept and release.

    `seen` is the number of the last act on the page: what comes after it was done by somebody else.
    """

    template: ClassVar[str] = "review.html"

    head: ClassHead
    encounter_id: str
    student: str
    title: str
    patient: str
    called: str
    about: tuple[str, ...]
    needs: tuple[str, ...]
    status: str
    held: bool
    accepted: bool
    released: bool
    is_set: bool
    """Whether it was set for a class; shared practice is commented on, not released."""
    seen: int
    wrong: str | None
    said: str | None
    overall: int | None
    machine_overall: int | None
    pass_mark: int | None
    flags: tuple[WarningFlag, ...]
    scales: tuple[ReviewScale, ...]
    second: SecondView | None
    turns: tuple[TurnView, ...]
    mind_shown: bool
    cues: tuple[CueView, ...]
    heard: tuple[ConcernView, ...]
    unheard: tuple[ConcernView, ...]
    comments: tuple[CommentView, ...]
    reflection: str | None
    trail: tuple[str, ...]
    draft_turn: int | None
    draft_words: str
    draft_quote: str
    before: str | None
    after: str | None
    place: str | None
    review: str
    scorer: str


@dataclass(frozen=True)
class TrailLine:
    """One thing that was done, and when."""

    when: Day
    words: str
    address: str | None


@dataclass(frozen=True)
class TrailPage(View):
    """Who did what to a class, and when; the newest first."""

    template: ClassVar[str] = "trail.html"

    head: ClassHead
    lines: tuple[TrailLine, ...]
    more: bool


@dataclass(frozen=True)
class ReportLine:
    """A problem a student reported. `encounter_id` None: its transcript is the student's own."""

    report_id: str
    encounter_id: str | None
    student: str
    title: str
    about: str
    words: str
    reported: Day
    answer: str | None


@dataclass(frozen=True)
class ReportsPage(View):
    """What students reported as wrong, in a class; without `head`, in free practice of anybody."""

    template: ClassVar[str] = "reports.html"

    head: ClassHead | None
    reports: tuple[ReportLine, ...]


@dataclass(frozen=True)
class JoinPage(View):
    """Join a class by its code. `cohort` is its name, once the code is right."""

    template: ClassVar[str] = "join.html"

    code: str
    cohort: str | None
    educators: str
    signed_in: bool
    may_join: bool
    draft_name: str
    draft_email: str
    wrong: str | None
