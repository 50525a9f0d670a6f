"""Assignments: their terms, the state each is in for a student, and which attempt counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol, TypeVar, cast, get_args
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import Person
from app.classroom.audit import note
from app.errors import AssignmentClosed, AssignmentUsed, BadRequest, NoAttemptsLeft
from app.storage import classes
from app.storage.tables import Assignment, Cohort
from personas import find_scenario

Mode = Literal["practice", "assessment"]
Counts = Literal["best", "last", "first"]
Release = Literal["at_once", "after_self_rating", "after_review"]
State = Literal["not_open", "open", "late", "no_attempts_left", "closed"]

ATTEMPTS = (1, 20)
TIME_LIMIT_MINUTES = (2, 120)
PASS_MARK = (1, 100)
NOTE_CHARACTERS = 1_000


FIXED = ("scenario_id", "difficulty", "mode")
"""What stays once somebody has begun."""
DECIDES = ("pass_mark", "counts")
"""What stays once a result was released: students read it as it was."""


@dataclass(frozen=True)
class Terms:
    """What an educator sets.

    `due_at`: begun later is late; None: nothing is late until it closes. `attempts` None: as many as they like.
    `counts`: which of the ended attempts is the score. `time_limit_minutes`: then the talk ends by itself.
    `self_rating`: students rate themselves before they see a score. `release`: when they see it. `pass_mark` is in
    points of `overall`, 0-100.
    """

    scenario_id: str
    opens_at: datetime
    closes_at: datetime
    due_at: datetime | None = None
    difficulty: str = "standard"
    mode: Mode = "practice"
    attempts: int | None = None
    counts: Counts = "best"
    time_limit_minutes: int | None = None
    hints: bool = True
    self_rating: bool = False
    release: Release = "at_once"
    pass_mark: int | None = None
    note: str = ""


class Timed(Protocol):
    """What decides the state: the terms, or a stored assignment."""

    @property
    def opens_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def attempts(self) -> int | None: ...


class Scored(Protocol):
    """An ended attempt: when it began, and its score of record."""

    @property
    def started_at(self) -> datetime: ...
    @property
    def overall(self) -> float | None: ...


Attempt = TypeVar("Attempt", bound=Scored)


def faults_of(terms: Terms) -> dict[str, str]:
    """What is wrong with these terms: field -> a sentence. Nothing when they can be set."""
    faults: dict[str, str] = {}
    try:
        _, scenario = find_scenario(terms.scenario_id)
        if terms.difficulty not in scenario.difficulties:
            faults["difficulty"] = "This scenario does not have that difficulty."
    except KeyError:
        faults["scenario_id"] = "Choose a scenario."
    if terms.closes_at <= terms.opens_at:
        faults["closes_at"] = "It would close before it opens."
    elif terms.due_at is not None and not terms.opens_at < terms.due_at <= terms.closes_at:
        faults["due_at"] = "It should be due between opening and closing."
    for field, value, known in (
        ("mode", terms.mode, get_args(Mode)),
        ("counts", terms.counts, get_args(Counts)),
        ("release", terms.release, get_args(Release)),
    ):
        if value not in known:
            faults[field] = f"Choose one of: {', '.join(known)}."
    for field, number, (least, most) in (
        ("attempts", terms.attempts, ATTEMPTS),
        ("time_limit_minutes", terms.time_limit_minutes, TIME_LIMIT_MINUTES),
        ("pass_mark", terms.pass_mark, PASS_MARK),
    ):
        if number is not None and not least <= number <= most:
            faults[field] = f"It should be a number from {least} to {most}, or empty."
    if len(terms.note) > NOTE_CHARACTERS:
        faults["note"] = f"It has more than {NOTE_CHARACTERS:,} characters."
    return faults


def settle(terms: Terms) -> Terms:
    """The terms with what follows from them.

    An assessment has no hints. Where passing is at stake, in an assessment or with a pass mark, a person reviews first.
    """
    if terms.mode == "assessment":
        terms = replace(terms, hints=False)
    if terms.mode == "assessment" or terms.pass_mark is not None:
        terms = replace(terms, release="after_review")
    if terms.release == "after_self_rating":
        terms = replace(terms, self_rating=True)
    return terms


async def set_assignment(session: AsyncSession, cohort: Cohort, educator: Person, terms: Terms) -> Assignment:
    """Set a scenario for a class.

    Raises:
        BadRequest: the terms cannot be set; the sentence is the first of `faults_of`.
    """
    terms = settle(_checked(terms))
    assignment = Assignment(id=str(uuid4()), cohort_id=cohort.id, created_at=datetime.now(UTC), **vars(terms))
    session.add(assignment)
    await session.flush()
    note(session, cohort.id, educator.id, f"set {_title(terms.scenario_id)} as {terms.mode}")
    return assignment


async def change_assignment(
    session: AsyncSession, assignment: Assignment, educator: Person, terms: Terms, reason: str = ""
) -> None:
    """Change the terms. Encounters that were begun keep their mode, their hints and their time limit.

    Once somebody has begun it a change needs a reason, and what it is stays; once a result is released, so does what
    decides a pass.

    Raises:
        BadRequest: the terms cannot be set, or the reason is missing.
        AssignmentUsed: it would be another case, another mode, or another pass for who has a result.
    """
    terms = settle(_checked(terms))
    before = terms_of(assignment)
    changed = [field for field, value in vars(terms).items() if value != getattr(before, field)]
    if changed and await classes.how_many_begun(session, assignment.id):
        if set(FIXED).intersection(changed):
            raise AssignmentUsed(cause="scenario_id")
        if set(DECIDES).intersection(changed) and await classes.is_any_released(session, assignment.id):
            raise AssignmentUsed("A result was released: pass mark and counting attempt stay.", cause="pass_mark")
        if not reason.strip():
            raise BadRequest("Somebody has begun this assignment, so a change needs a reason.", "Write why it changes.")
    for field in changed:
        setattr(assignment, field, getattr(terms, field))
    if changed:
        words = "; ".join(_change(field, getattr(before, field), getattr(terms, field)) for field in changed)
        why = f". Reason: {' '.join(reason.split())}" if reason.strip() else ""
        note(session, assignment.cohort_id, educator.id, f"changed {_title(terms.scenario_id)}: {words}{why}")


async def delete_assignment(session: AsyncSession, assignment: Assignment, educator: Person) -> None:
    """Take back an assignment nobody has begun.

    Raises:
        AssignmentUsed: somebody has.
    """
    if await classes.how_many_begun(session, assignment.id):
        raise AssignmentUsed
    note(session, assignment.cohort_id, educator.id, f"took back {_title(assignment.scenario_id)}")
    await session.delete(assignment)


def terms_of(assignment: Assignment) -> Terms:
    """The terms of a stored assignment."""
    return Terms(**{field: getattr(assignment, field) for field in Terms.__dataclass_fields__})


def state_of(assignment: Timed, begun: int, now: datetime) -> State:
    """What a student who has begun it so many times can do with it now."""
    if now < assignment.opens_at:
        return "not_open"
    if now >= assignment.closes_at:
        return "closed"
    if assignment.attempts is not None and begun >= assignment.attempts:
        return "no_attempts_left"
    return "late" if is_late(assignment, now) else "open"


def is_late(assignment: Timed, now: datetime) -> bool:
    """Whether an attempt begun now is late."""
    return assignment.due_at is not None and now >= assignment.due_at


def refuse_unless_open(assignment: Timed, begun: int, now: datetime) -> None:
    """Let nobody begin what is not open, or what they have begun often enough.

    Raises:
        AssignmentClosed, NoAttemptsLeft: 409.
    """
    state = state_of(assignment, begun, now)
    if state == "not_open":
        raise AssignmentClosed("This assignment is not open yet.")
    if state == "closed":
        raise AssignmentClosed("This assignment has closed.")
    if state == "no_attempts_left":
        raise NoAttemptsLeft


def deadline_of(limit_minutes: int | None, time_factor: float, started_at: datetime) -> datetime | None:
    """When an attempt begun then ends by itself; None without a time limit."""
    return None if limit_minutes is None else started_at + timedelta(minutes=limit_minutes * time_factor)


def one_that_counts(attempts: Sequence[Attempt], counts: str) -> Attempt | None:
    """Which of these ended attempts is the one of record; the earliest of equals."""
    in_order = sorted(attempts, key=lambda attempt: attempt.started_at)
    if not in_order:
        return None
    if counts == "best":
        return max(in_order, key=lambda attempt: -1.0 if attempt.overall is None else attempt.overall)
    return in_order[0] if cast("Counts", counts) == "first" else in_order[-1]


def _checked(terms: Terms) -> Terms:
    if faults := faults_of(terms):
        field, sentence = next(iter(faults.items()))
        raise BadRequest(sentence, f"Correct “{field.replace('_', ' ')}” and save again.")
    return terms


def _change(field: str, before: object, after: object) -> str:
    """One changed term, as the class's history shows it."""
    name = field.removesuffix("_at").removesuffix("_id").replace("_", " ")
    return name if field == "note" else f"{name} from {_shown(before)} to {_shown(after)}"


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value).replace("_", " ")


def _title(scenario_id: str) -> str:
    """The scenario's title in quotes; its id when it is no longer shipped."""
    try:
        return f"“{find_scenario(scenario_id)[1].title}”"
    except KeyError:
        return f"“{scenario_id}”"
