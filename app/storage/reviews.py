"""Queries about reviews, and about what was done to a class and by whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.storage.tables import (
    Assignment,
    AuditEntry,
    Cohort,
    Encounter,
    Membership,
    ProblemReport,
    Review,
    ReviewAct,
    ScorecardRow,
    SelfRating,
    TurnRow,
    User,
)


class Acted(NamedTuple):
    """An act of a review, with who did it; None when their account is gone."""

    act: ReviewAct
    educator: str | None


class Trace(NamedTuple):
    """One line of a class's audit trail: an entry, or an act of a review with whose encounter it was."""

    at: datetime
    actor: str | None
    entry: AuditEntry | None
    act: ReviewAct | None
    student: str | None
    scenario_id: str | None


async def hold(session: AsyncSession, encounter_id: str) -> Review:
    """The review of an encounter, begun if it was not, and held by this transaction."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(insert(Review).values(encounter_id=encounter_id, acts=0, cleared=0).on_conflict_do_nothing())
    return await session.get_one(Review, encounter_id, with_for_update=True)


async def acts_of(session: AsyncSession, encounter_id: str) -> Sequence[Acted]:
    """What was done in the review of an encounter, in order."""
    query = (
        select(ReviewAct, User.name)
        .outerjoin(User, User.id == ReviewAct.educator_id)
        .where(ReviewAct.encounter_id == encounter_id)
        .order_by(ReviewAct.number)
    )
    return [Acted(*row) for row in (await session.execute(query)).all()]


async def may_review(session: AsyncSession, educator_id: str, encounter_id: str) -> tuple[Encounter, Cohort] | None:
    """An ended encounter that was set by, or is shared with, a class this person teaches; with that class.

    Shared practice is theirs to read only as long as its student is in the class.
    """
    students = aliased(Membership)
    is_member = exists().where(
        students.cohort_id == Encounter.shared_with,
        students.user_id == Encounter.student_id,
        students.role == "student",
    )
    query = (
        select(Encounter, Cohort)
        .outerjoin(Assignment, Assignment.id == Encounter.assignment_id)
        .join(Cohort, or_(Cohort.id == Assignment.cohort_id, (Cohort.id == Encounter.shared_with) & is_member))
        .join(Membership, Membership.cohort_id == Cohort.id)
        .where(
            Encounter.id == encounter_id,
            Encounter.ended_at.is_not(None),
            Membership.user_id == educator_id,
            Membership.role == "educator",
        )
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


class ListedCard(NamedTuple):
    """What lists show of a card: its summary as it was stored, and its overall score."""

    summary: dict[str, Any]
    overall: float | None


async def cards_of(session: AsyncSession, encounter_ids: Sequence[str]) -> Mapping[str, Mapping[str, ListedCard]]:
    """What lists show of each encounter's newest cards, by their source."""
    query = (
        select(ScorecardRow.encounter_id, ScorecardRow.source, ScorecardRow.summary, ScorecardRow.overall)
        .where(ScorecardRow.encounter_id.in_(encounter_ids))
        .order_by(ScorecardRow.created_at)
    )
    found: dict[str, dict[str, ListedCard]] = {}
    for encounter_id, source, summary, overall in (await session.execute(query)).all():
        found.setdefault(encounter_id, {})[source] = ListedCard(summary, overall)
    return found


def of_record(cards: Mapping[str, ListedCard]) -> ListedCard | None:
    """Of an encounter's cards by source: the educator's, else the deterministic one; a judge's is of no record."""
    return cards.get("educator", cards.get("deterministic"))


async def ratings_of(session: AsyncSession, encounter_ids: Sequence[str]) -> Mapping[str, SelfRating]:
    """The students' own ratings of these encounters."""
    query = select(SelfRating).where(SelfRating.encounter_id.in_(encounter_ids))
    return {row.encounter_id: row for row in await session.scalars(query)}


async def changes_in(session: AsyncSession, encounter_ids: Sequence[str]) -> Sequence[tuple[str, list[Any]]]:
    """What each student turn of these encounters did to the patient's mind, with its encounter."""
    query = select(TurnRow.encounter_id, TurnRow.changes).where(
        TurnRow.encounter_id.in_(encounter_ids), TurnRow.changes.is_not(None)
    )
    return [(encounter_id, changes) for encounter_id, changes in (await session.execute(query)).all() if changes]


async def trail_of(session: AsyncSession, cohort_id: str, limit: int) -> Sequence[Trace]:
    """What was done to a class and to its encounters, and by whom, the newest first."""
    entries = (
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.cohort_id == cohort_id)
        .order_by(AuditEntry.at.desc())
        .limit(limit)
    )
    student = User.__table__.alias("student")
    acts = (
        select(ReviewAct, User.name, student.c.name, Encounter.scenario_id)
        .join(Encounter, Encounter.id == ReviewAct.encounter_id)
        .outerjoin(Assignment, Assignment.id == Encounter.assignment_id)
        .join(student, student.c.id == Encounter.student_id)
        .outerjoin(User, User.id == ReviewAct.educator_id)
        .where(or_(Assignment.cohort_id == cohort_id, Encounter.shared_with == cohort_id))
        .order_by(ReviewAct.at.desc())
        .limit(limit)
    )
    found = [Trace(entry.at, name, entry, None, None, None) for entry, name in (await session.execute(entries)).all()]
    found += [
        Trace(act.at, name, None, act, whose, scenario_id)
        for act, name, whose, scenario_id in (await session.execute(acts)).all()
    ]
    return sorted(found, key=lambda trace: trace.at, reverse=True)[:limit]


async def reports_in(session: AsyncSession, cohort_id: str) -> Sequence[tuple[ProblemReport, str, str]]:
    """Problems reported in this class's encounters, with the student's name and the scenario; open ones first."""
    query = (
        select(ProblemReport, User.name, Encounter.scenario_id)
        .join(Encounter, Encounter.id == ProblemReport.encounter_id)
        .outerjoin(Assignment, Assignment.id == Encounter.assignment_id)
        .join(User, User.id == Encounter.student_id)
        .where(or_(Assignment.cohort_id == cohort_id, Encounter.shared_with == cohort_id))
        .order_by(ProblemReport.closed_at.is_not(None), ProblemReport.reported_at.desc())
    )
    return [(report, name, scenario_id) for report, name, scenario_id in (await session.execute(query)).all()]


async def reports_on(session: AsyncSession, encounter_id: str) -> Sequence[ProblemReport]:
    """Problems reported with one encounter, in order."""
    query = select(ProblemReport).where(ProblemReport.encounter_id == encounter_id).order_by(ProblemReport.reported_at)
    return (await session.scalars(query)).all()


async def unowned_reports(session: AsyncSession) -> Sequence[tuple[ProblemReport, str, str]]:
    """Problems reported in free practice nobody shared, with the student's name and the scenario; open ones first."""
    query = (
        select(ProblemReport, User.name, Encounter.scenario_id)
        .join(Encounter, Encounter.id == ProblemReport.encounter_id)
        .join(User, User.id == Encounter.student_id)
        .where(Encounter.assignment_id.is_(None), Encounter.shared_with.is_(None))
        .order_by(ProblemReport.closed_at.is_not(None), ProblemReport.reported_at.desc())
    )
    return [(report, name, scenario_id) for report, name, scenario_id in (await session.execute(query)).all()]
