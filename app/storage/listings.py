"""Queries for pages that list things: a student's encounters, other tries at a talk, an educator's classes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.storage.tables import Assignment, Cohort, Encounter, Membership, ScorecardRow, TurnRow, User


class Listed(NamedTuple):
    """An encounter with what a list shows of it. `state` is the patient's after the last turn that has one."""

    encounter: Encounter
    turns: int
    overall: float | None
    state: dict[str, Any] | None


class Member(NamedTuple):
    """A student of a class, with the ended encounters of its assignments."""

    user: User
    encounters: tuple[Listed, ...]


def _turns() -> ScalarSelect[int]:
    return select(func.count()).where(TurnRow.encounter_id == Encounter.id).correlate(Encounter).scalar_subquery()


def _overall() -> ScalarSelect[float | None]:
    """Of the newest deterministic card."""
    return (
        select(ScorecardRow.overall)
        .where(ScorecardRow.encounter_id == Encounter.id, ScorecardRow.source == "deterministic")
        .order_by(ScorecardRow.created_at.desc())
        .limit(1)
        .correlate(Encounter)
        .scalar_subquery()
    )


def _state() -> ScalarSelect[Any]:
    return (
        select(TurnRow.state)
        .where(TurnRow.encounter_id == Encounter.id, TurnRow.turn_id.is_not(None) | (TurnRow.speaker == "patient"))
        .order_by(TurnRow.position.desc())
        .limit(1)
        .correlate(Encounter)
        .scalar_subquery()
    )


async def of_student(session: AsyncSession, student_id: str) -> Sequence[Listed]:
    """Every encounter of one student, the newest first."""
    query = (
        select(Encounter, _turns(), _overall(), _state())
        .where(Encounter.student_id == student_id)
        .order_by(func.coalesce(Encounter.ended_at, Encounter.started_at).desc())
    )
    return [Listed(*row) for row in (await session.execute(query)).all()]


async def other_tries(session: AsyncSession, encounter: Encounter) -> Sequence[Listed]:
    """The ended talks this one branched from or that branched from it, oldest first; the same student's only."""
    query = (
        select(Encounter, _turns(), _overall(), _state())
        .where(
            or_(Encounter.id == encounter.branched_from, Encounter.branched_from == encounter.id),
            Encounter.student_id == encounter.student_id,
            Encounter.ended_at.is_not(None),
        )
        .order_by(Encounter.ended_at)
    )
    return [Listed(*row) for row in (await session.execute(query)).all()]


async def members_of(session: AsyncSession, cohort: Cohort) -> Sequence[Member]:
    """The students of a class by name, each with the ended encounters of this class's assignments, newest first."""
    students = await session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.cohort_id == cohort.id, Membership.role == "student")
        .order_by(User.name, User.email)
    )
    query = (
        select(Encounter, _turns(), _overall(), _state())
        .join(Assignment, Assignment.id == Encounter.assignment_id)
        .where(Assignment.cohort_id == cohort.id, Encounter.ended_at.is_not(None))
        .order_by(Encounter.ended_at.desc())
    )
    held = [Listed(*row) for row in (await session.execute(query)).all()]
    return [Member(user, tuple(one for one in held if one.encounter.student_id == user.id)) for user in students.all()]
