"""From what a class has set to what its student reads of it: state, attempts, terms, outcomes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from app.classroom.assignments import State, one_that_counts, state_of
from app.classroom.release import Hold, hold_of, needs_review
from app.storage.listings import Listed
from app.storage.tables import Assignment, Cohort
from app.web.views.practice import Assigned, Try
from app.web.words import COUNTS, HOLDS, MODES, counted, day, moment, who
from personas import Persona, Scenario


class Case(NamedTuple):
    """A scenario and whom it is played with."""

    persona: Persona
    scenario: Scenario


class Setting(NamedTuple):
    """Something a class has set, with its case and this student's encounters of it, in the order they began."""

    assignment: Assignment
    cohort: Cohort
    case: Case
    attempts: Sequence[Listed]


class Door(NamedTuple):
    """What stands at the door besides the case, where a class has set it: the educators' note, and the terms."""

    view: Assigned
    note: str
    terms: tuple[str, ...]
    minutes: float | None
    """The time limit, with extra time; None: the case's own length."""


def assigned_view(setting: Setting, now: datetime, *, over: bool = False) -> Assigned:
    """What was set, as its student sees it now; `over`: its class is archived, or no longer theirs."""
    assignment, cohort, (persona, scenario), attempts = setting
    state: State = "closed" if over else state_of(assignment, len(attempts), now)
    running = next((one.encounter.id for one in attempts if one.encounter.ended_at is None), None)
    seen = [one for one in attempts if one.encounter.ended_at is not None and hold(assignment, one) is None]
    best = one_that_counts(seen, assignment.counts)
    return Assigned(
        assignment_id=assignment.id,
        title=scenario.title,
        who=who(persona),
        cohort=cohort.name,
        state=state,
        state_words="This class is not open to you any more."
        if over
        else state_words(assignment, state, cohort.time_zone),
        can_begin=state in ("open", "late") and running is None,
        running=running,
        kind=MODES[assignment.mode],
        attempts="" if state in ("closed", "no_attempts_left") else attempts_words(assignment, len(attempts)),
        best=None if best is None or best.overall is None else f"{round(best.overall)} of 100",
        tries=tuple(_try(number, one, assignment) for number, one in enumerate(attempts, 1)),
    )


def hold(assignment: Assignment | None, listed: Listed) -> Hold | None:
    """Why the result of this encounter is not shown to its student yet."""
    return hold_of(assignment, listed.review, rated=listed.rated, flags=listed.flags)


def state_words(assignment: Assignment, state: State, zone: str) -> str:
    """What can be done now and until when, in a sentence, in the class's time zone."""
    closes = f"{moment(assignment.closes_at, zone)} ({zone})"
    due = moment(assignment.due_at or assignment.closes_at, zone)
    return {
        "not_open": f"Opens {moment(assignment.opens_at, zone)} ({zone}).",
        "closed": f"Closed {closes}.",
        "no_attempts_left": f"No attempts left. It closes {closes}.",
        "late": f"Late: it was due {due}. It closes {closes}.",
        "open": f"Due {due}, closes {closes}." if assignment.due_at is not None else f"Open until {closes}.",
    }[state]


def attempts_words(assignment: Assignment, begun: int) -> str:
    """How many attempts there are, and how many are left."""
    if assignment.attempts is None:
        return f"{counted(begun, 'attempt')} so far, as many as you like." if begun else "As many attempts as you like."
    left = max(0, assignment.attempts - begun)
    return f"{left} of {counted(assignment.attempts, 'attempt')} left."


def terms_words(assignment: Assignment, zone: str, begun: int, time_factor: float, now: datetime) -> tuple[str, ...]:
    """The terms as a student reads them at the door: until when, what counts, what is seen by whom and when."""
    counts = "" if assignment.attempts == 1 else f" {COUNTS[assignment.counts]}"
    terms = [
        state_words(assignment, state_of(assignment, begun, now), zone),
        f"{attempts_words(assignment, begun)}{counts}",
    ]
    if assignment.mode == "assessment":
        terms.append("This is an assessment: no hints.")
    elif not assignment.hints:
        terms.append("There are no hints.")
    if assignment.time_limit_minutes is not None:
        minutes = assignment.time_limit_minutes * time_factor
        extra = ", your extra time included" if time_factor > 1 else ""
        terms.append(f"After {minutes:g} minutes the talk ends by itself{extra}, also while you are away.")
    if assignment.pass_mark is not None:
        terms.append(f"The pass mark is {assignment.pass_mark} of 100. Nothing counts before a person has reviewed it.")
    if assignment.self_rating:
        terms.append("You rate yourself before you see the result.")
    if needs_review(assignment):
        terms.append("You see the result when an educator has reviewed it.")
    return (*terms, "The educators of this class read the talk and its scores, nobody else.")


def _try(number: int, listed: Listed, assignment: Assignment) -> Try:
    encounter = listed.encounter
    late = ", late" if encounter.late else ""
    if encounter.ended_at is None:
        return Try(f"/encounters/{encounter.id}", f"Attempt {number}{late}", "running")
    held = hold(assignment, listed)
    if held is not None:
        outcome = HOLDS[held]
    elif listed.overall is None:
        outcome = "not enough seen for a score"
    else:
        outcome = f"{round(listed.overall)} of 100{_result(assignment, listed.overall)}"
    ended = day(encounter.ended_at).words
    return Try(f"/encounters/{encounter.id}/feedback", f"Attempt {number}, {ended}{late}", outcome)


def _result(assignment: Assignment, overall: float) -> str:
    if assignment.pass_mark is None:
        return ""
    return ", passed" if overall >= assignment.pass_mark else ", not passed"
