"""From a class's rows to its pages: what was set, who has done what, what to teach next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from app.classroom.assignments import one_that_counts, state_of
from app.classroom.needs import Need, needs_of
from app.classroom.release import needs_review
from app.classroom.teaching import Spread, spreads, teach_next
from app.storage.classes import Member
from app.storage.listings import Listed
from app.storage.tables import Assignment, Cohort, SelfRating
from app.web.assigned import hold, state_words
from app.web.views.teaching import (
    AssignmentLine,
    AssignmentPage,
    AttemptLine,
    Cell,
    ClassHead,
    ClassPage,
    QueueLine,
    SharedLine,
    SpreadView,
    StudentRow,
)
from app.web.words import COUNTS, DIFFICULTIES, MODES, SCALES, counted, day, moment, title_of
from personas import find_scenario
from scoring.scorecard import SCALE_NAMES, Summary

STEPS = 5
"""How many steps of one hue a score is shown in: 0-19, 20-39, ..."""
STATES = {"not_open": "Not open yet", "open": "Open", "late": "Open, late", "closed": "Closed"}


@dataclass(frozen=True)
class ClassRecord:
    """What is known of a class.

    `cards` are of the cards of record, `doubts` what second opinions raise, by encounter; `changes` is what turns did,
    if it was asked for.
    """

    cohort: Cohort
    students: Sequence[Member]
    assignments: Sequence[Assignment]
    attempts: Sequence[Listed]
    shared: Sequence[tuple[Listed, str]]
    cards: Mapping[str, Summary]
    doubts: Mapping[str, tuple[Need, ...]]
    ratings: Mapping[str, SelfRating]
    changes: Mapping[str, Sequence[Sequence[dict[str, Any]]]]
    open_reports: int

    @cached_property
    def _placed(self) -> Mapping[tuple[str, str | None], list[Listed]]:
        """The attempts by assignment, and by assignment and student."""
        found: dict[tuple[str, str | None], list[Listed]] = {}
        for one in self.attempts:
            for user_id in (None, one.encounter.student_id):
                found.setdefault((one.encounter.assignment_id or "", user_id), []).append(one)
        return found

    def of(self, assignment: Assignment, user_id: str | None = None) -> Sequence[Listed]:
        """The attempts at an assignment, of everybody or of one student, in the order they began."""
        return self._placed.get((assignment.id, user_id), ())

    def waiting(self) -> list[Listed]:
        """The ended attempts nobody has accepted where somebody should look."""
        terms = {one.id: one for one in self.assignments}
        return [one for one in self.attempts if self.is_waiting(terms[one.encounter.assignment_id or ""], one)]

    def is_waiting(self, assignment: Assignment, listed: Listed) -> bool:
        """Whether this attempt waits for an educator: held back, flagged, or doubted by a second opinion."""
        review = listed.review
        if listed.encounter.ended_at is None or (review is not None and review.accepted_at is not None):
            return False
        if needs_review(assignment) or listed.encounter.id in self.doubts:
            return True
        return listed.flags > (review.cleared if review is not None else 0)

    def counting(self, assignment: Assignment) -> list[Listed]:
        """Each student's attempt that counts."""
        found = (one_that_counts(_ended(self.of(assignment, one.user.id)), assignment.counts) for one in self.students)
        return [one for one in found if one is not None]

    def lesson(self, counting: Sequence[Listed]) -> str | None:
        """What these talks say about what to teach next."""
        ids = [one.encounter.id for one in counting]
        cards = [self.cards[one] for one in ids if one in self.cards]
        return teach_next(cards, (turn for one in ids for turn in self.changes.get(one, ())))


def head_of(record: ClassRecord, here: str) -> ClassHead:
    """What stands above every page of the class."""
    return ClassHead(
        cohort_id=record.cohort.id,
        name=record.cohort.name,
        archived=record.cohort.archived_at is not None,
        here=here,
        to_review=len(record.waiting()),
        open_reports=record.open_reports,
    )


def class_page(record: ClassRecord, join_link: str, now: datetime, second_opinions: str | None = None) -> ClassPage:
    """The class at a glance. `second_opinions`: what they took this month, in words."""
    students = sorted(record.students, key=lambda member: _row_need(record, member, now))
    counting = [one for assignment in record.assignments for one in record.counting(assignment)]
    return ClassPage(
        head=head_of(record, "class"),
        join_code=record.cohort.join_code,
        join_link=join_link,
        lesson=record.lesson(counting),
        second_opinions=second_opinions,
        assignments=tuple(_assignment_line(record, assignment, now) for assignment in record.assignments),
        students=tuple(_student_row(record, member, now) for member in students),
        shared=tuple(
            SharedLine(
                encounter_id=listed.encounter.id,
                student=name,
                title=title_of(listed.encounter.scenario_id),
                ended=day(listed.encounter.ended_at),
                overall=_rounded(listed.overall),
            )
            for listed, name in record.shared
            if listed.encounter.ended_at is not None
        ),
    )


def assignment_page(record: ClassRecord, assignment: Assignment, now: datetime, said: str | None) -> AssignmentPage:
    """One assignment: terms, how the class did, each student's attempts; who needs a look comes first."""
    counting = record.counting(assignment)
    cards = [record.cards[one.encounter.id] for one in counting if one.encounter.id in record.cards]
    lines = [_attempt_line(record, assignment, member, now) for member in record.students]
    return AssignmentPage(
        head=head_of(record, "class"),
        assignment_id=assignment.id,
        title=title_of(assignment.scenario_id),
        who=who_is_met(assignment.scenario_id),
        state=STATES[state_of(assignment, 0, now)],
        terms=terms_for_educator(assignment, record.cohort.time_zone, now),
        note=assignment.note,
        lesson=record.lesson(counting),
        spreads=tuple(_spread_view(spread) for spread in spreads(cards)) if cards else (),
        letters=tuple(SCALES[name].letter for name in SCALE_NAMES),
        students=tuple(sorted(lines, key=_need)),
        to_release=sum(is_to_release(one) for one in record.of(assignment)),
        can_delete=not record.of(assignment),
        said=said,
    )


def is_to_release(listed: Listed) -> bool:
    """Whether the attempt was accepted and is not released."""
    return listed.review is not None and listed.review.accepted_at is not None and listed.review.released_at is None


def queue_lines(record: ClassRecord) -> tuple[QueueLine, ...]:
    """What waits for review: the heaviest reason first, then the sum of all, then those that wait longest."""
    names = {member.user.id: member.user.name for member in record.students}
    terms = {one.id: one for one in record.assignments}
    weighed = []
    for listed in record.waiting():
        encounter, assignment = listed.encounter, terms[listed.encounter.assignment_id or ""]
        card = record.cards.get(encounter.id)
        cleared = listed.review.cleared if listed.review is not None else 0
        rating = record.ratings.get(encounter.id)
        doubts = record.doubts.get(encounter.id, ())
        found = needs_of(card, listed.overall, assignment.pass_mark, rating, cleared, doubts) if card else doubts
        weights = [need.weight for need in found]
        order = (-max(weights, default=0), -sum(weights))
        weighed.append((order, encounter.ended_at or encounter.started_at, listed, found))
    weighed.sort(key=lambda one: (one[0], one[1], one[2].encounter.id))
    return tuple(
        QueueLine(
            encounter_id=listed.encounter.id,
            student=names.get(listed.encounter.student_id, "No longer in the class"),
            title=title_of(listed.encounter.scenario_id),
            ended=day(ended),
            overall=_rounded(listed.overall),
            needs=tuple(need.words for need in found),
        )
        for _, ended, listed, found in weighed
    )


def terms_for_educator(assignment: Assignment, zone: str, now: datetime) -> tuple[str, ...]:
    """The terms, each in a few words."""
    attempts = "Any number of attempts" if assignment.attempts is None else counted(assignment.attempts, "attempt")
    release = {
        "at_once": "Students see the result at once; a safety flag holds it until somebody has looked",
        "after_self_rating": "Students see the result once they have rated themselves",
        "after_review": "Students see the result when it is released",
    }[assignment.release]
    terms = [
        f"{MODES[assignment.mode]}, {DIFFICULTIES[assignment.difficulty].lower()} difficulty",
        f"Opens {moment(assignment.opens_at, zone)}",
        state_words(assignment, "closed" if now >= assignment.closes_at else "open", zone).rstrip("."),
        f"{attempts}. {COUNTS[assignment.counts]}" if assignment.attempts != 1 else attempts,
    ]
    if assignment.time_limit_minutes is not None:
        terms.append(f"Ends after {assignment.time_limit_minutes} minutes, extra time aside")
    terms.append("Hints" if assignment.hints else "No hints")
    if assignment.self_rating:
        terms.append("Self-rating first")
    terms.append(release)
    if assignment.pass_mark is not None:
        terms.append(f"Pass mark {assignment.pass_mark} of 100")
    return tuple(f"{term.rstrip('.')}." for term in terms)


def who_is_met(scenario_id: str) -> str:
    """The patient's name and age; nothing for a case that is no longer shipped."""
    try:
        persona, _ = find_scenario(scenario_id)
    except KeyError:
        return ""
    return f"{persona.name}, {persona.age_years}"


def _ended(attempts: Iterable[Listed]) -> list[Listed]:
    return [one for one in attempts if one.encounter.ended_at is not None]


def _assignment_line(record: ClassRecord, assignment: Assignment, now: datetime) -> AssignmentLine:
    ended = {one.encounter.student_id for one in _ended(record.of(assignment))}
    done = sum(member.user.id in ended for member in record.students)
    state = state_of(assignment, 0, now)
    zone = record.cohort.time_zone
    return AssignmentLine(
        assignment_id=assignment.id,
        title=title_of(assignment.scenario_id),
        who=who_is_met(assignment.scenario_id),
        state=STATES[state],
        when=state_words(assignment, state, zone),
        kind=MODES[assignment.mode],
        progress=_progress(record, assignment, done, now),
        to_review=sum(record.is_waiting(assignment, one) for one in record.of(assignment)),
    )


def _student_row(record: ClassRecord, member: Member, now: datetime) -> StudentRow:
    factor = member.membership.time_factor
    return StudentRow(
        name=member.user.name,
        email=member.user.email,
        extra_time=f"{factor:g} times the time" if factor > 1 else None,
        cells=tuple(_cell(record, assignment, member, now) for assignment in record.assignments),
    )


def _progress(record: ClassRecord, assignment: Assignment, done: int, now: datetime) -> str:
    """How many have finished it, and how many have not begun what has opened."""
    of = len(record.students)
    begun = sum(bool(record.of(assignment, member.user.id)) for member in record.students)
    if assignment.opens_at > now or begun == of:
        return f"{done} of {of} have finished it"
    return (
        f"{done} of {of} have finished it, {of - begun} {'missed it' if now >= assignment.closes_at else 'not started'}"
    )


def _row_need(record: ClassRecord, member: Member, now: datetime) -> tuple[int, int, float]:
    """Who waits for a review comes first, then who has not begun what is open or closed, then the lower scores."""
    waiting = sum(record.is_waiting(one, each) for one in record.assignments for each in record.of(one, member.user.id))
    due = [one for one in record.assignments if one.opens_at <= now]
    begun = sum(bool(record.of(one, member.user.id)) for one in due)
    scores = [each.overall for one in due for each in record.of(one, member.user.id) if each.overall is not None]
    return (-waiting, begun - len(due), sum(scores) / len(scores) if scores else 0)


def _cell(record: ClassRecord, assignment: Assignment, member: Member, now: datetime) -> Cell:
    attempts = record.of(assignment, member.user.id)
    one = one_that_counts(_ended(attempts), assignment.counts)
    if one is None:
        state = "running" if attempts else _not_begun(assignment, now)
        return Cell(words=state, step=None, address=None, heard=state)
    return _try_cell(record, assignment, one)


def _try_cell(record: ClassRecord, assignment: Assignment, listed: Listed) -> Cell:
    """One attempt: its score, or that it has none, and whether it waits."""
    if listed.encounter.ended_at is None:
        return Cell(words="running", step=None, address=None, heard="running")
    overall = _rounded(listed.overall)
    words = "–" if overall is None else str(overall)
    heard = "not enough seen" if overall is None else f"{overall} of 100"
    if listed.encounter.late:
        words, heard = f"{words} late", f"{heard}, late"
    if record.is_waiting(assignment, listed):
        words, heard = f"{words} ●", f"{heard}, to review"
    return Cell(
        words=words,
        step=None if overall is None else min(STEPS - 1, overall * STEPS // 100),
        address=f"/encounters/{listed.encounter.id}/review",
        heard=heard,
    )


def _not_begun(assignment: Assignment, now: datetime) -> str:
    return "missed" if now >= assignment.closes_at else ""


def _attempt_line(record: ClassRecord, assignment: Assignment, member: Member, now: datetime) -> AttemptLine:
    attempts = record.of(assignment, member.user.id)
    one = one_that_counts(_ended(attempts), assignment.counts)
    card = record.cards.get(one.encounter.id) if one is not None else None
    overall = _rounded(one.overall) if one is not None else None
    limit = "" if assignment.attempts is None else f" of {assignment.attempts}"
    return AttemptLine(
        student=member.user.name,
        email=member.user.email,
        state=_student_state(record, assignment, attempts, one, now),
        attempts=f"{len(attempts)}{limit}",
        overall=overall,
        levels=tuple(card.levels[name] if card is not None else None for name in SCALE_NAMES),
        tries=tuple(_try_cell(record, assignment, attempt) for attempt in attempts),
        step=None if overall is None else min(STEPS - 1, overall * STEPS // 100),
    )


def _student_state(
    record: ClassRecord, assignment: Assignment, attempts: Sequence[Listed], one: Listed | None, now: datetime
) -> str:
    """Where the student stands, in a few words."""
    if any(record.is_waiting(assignment, attempt) for attempt in attempts):
        return "To review"
    if one is None:
        if attempts:
            return "Running"
        return "Missed" if now >= assignment.closes_at else "Not started"
    if is_to_release(one):
        return "Accepted, not released"
    if hold(assignment, one) == "self_rating":
        return "Has not rated themselves yet"
    if one.overall is not None and assignment.pass_mark is not None:
        return "Passed" if one.overall >= assignment.pass_mark else "Not passed"
    return "Ended"


def _need(line: AttemptLine) -> tuple[int, int, str]:
    order = ("To review", "Accepted, not released", "Missed", "Not started", "Running", "Has not rated themselves yet")
    place = order.index(line.state) if line.state in order else len(order)
    return (place, -1 if line.overall is None else line.overall, line.student.casefold())


def _spread_view(spread: Spread) -> SpreadView:
    return SpreadView(
        name=spread.scale,
        letter=SCALES[spread.scale].letter,
        title=SCALES[spread.scale].title,
        levels=spread.levels,
        most=max(*spread.levels, 1),
        not_observed=spread.not_observed,
    )


def _rounded(overall: float | None) -> int | None:
    return None if overall is None else round(overall)
