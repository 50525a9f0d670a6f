"""Queries about classes: who is in them, and what was set."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.storage.tables import Assignment, Cohort, Encounter, Membership, ReviewAct, User


class Member(NamedTuple):
    """Somebody in a class."""

    user: User
    membership: Membership


async def by_code(session: AsyncSession, code: str) -> Cohort | None:
    """The class with this join code."""
    return await session.scalar(select(Cohort).where(Cohort.join_code == code))


async def taught_by(session: AsyncSession, user_id: str, cohort_id: str) -> Cohort | None:
    """This class, if the person teaches it."""
    return await session.scalar(
        select(Cohort)
        .join(Membership, Membership.cohort_id == Cohort.id)
        .where(Cohort.id == cohort_id, Membership.user_id == user_id, Membership.role == "educator")
    )


async def of_member(session: AsyncSession, user_id: str, role: str) -> Sequence[Cohort]:
    """The classes a person belongs to in this role, by name; archived ones last."""
    found = await session.scalars(
        select(Cohort)
        .join(Membership, Membership.cohort_id == Cohort.id)
        .where(Membership.user_id == user_id, Membership.role == role)
        .order_by(Cohort.archived_at.is_not(None), Cohort.name)
    )
    return found.all()


async def members_of(session: AsyncSession, cohort_id: str, role: str) -> Sequence[Member]:
    """Who is in the class in this role, by name."""
    found = await session.execute(
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.cohort_id == cohort_id, Membership.role == role)
        .order_by(func.lower(User.name), User.email)
    )
    return [Member(*row) for row in found.all()]


async def educators_of(session: AsyncSession, cohort_id: str) -> Sequence[User]:
    """Who teaches the class, by name."""
    return [member.user for member in await members_of(session, cohort_id, "educator")]


async def name_of(session: AsyncSession, user_id: str) -> str:
    """How a person is called."""
    return (await session.get_one(User, user_id)).name


async def hold_membership(session: AsyncSession, cohort_id: str, user_id: str) -> Membership | None:
    """A student's membership, held by this transaction: their attempts are begun one after the other."""
    query = (
        select(Membership)
        .where(Membership.cohort_id == cohort_id, Membership.user_id == user_id, Membership.role == "student")
        .with_for_update()
    )
    return (await session.scalars(query)).one_or_none()


async def how_many_begun(session: AsyncSession, assignment_id: str, student_id: str | None = None) -> int:
    """How many encounters of an assignment were begun, by everybody or by one student."""
    query = select(func.count()).select_from(Encounter).where(Encounter.assignment_id == assignment_id)
    if student_id is not None:
        query = query.where(Encounter.student_id == student_id)
    return await session.scalar(query) or 0


async def is_any_released(session: AsyncSession, assignment_id: str) -> bool:
    """Whether a result of this assignment was ever released to its student, opened again since or not."""
    query = (
        select(func.count())
        .select_from(ReviewAct)
        .join(Encounter, Encounter.id == ReviewAct.encounter_id)
        .where(Encounter.assignment_id == assignment_id, ReviewAct.kind == "release")
    )
    return bool(await session.scalar(query))


async def assignments_of(session: AsyncSession, cohort_id: str) -> Sequence[Assignment]:
    """What was set for a class, in the order it opens."""
    query = (
        select(Assignment)
        .where(Assignment.cohort_id == cohort_id)
        .order_by(Assignment.opens_at, Assignment.created_at, Assignment.id)
    )
    return (await session.scalars(query)).all()


async def assignments_for(session: AsyncSession, student_id: str) -> Sequence[tuple[Assignment, Cohort]]:
    """What is set for a student by classes that are not archived, the next to close first."""
    query = (
        select(Assignment, Cohort)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .join(Membership, Membership.cohort_id == Cohort.id)
        .where(Membership.user_id == student_id, Membership.role == "student", Cohort.archived_at.is_(None))
        .order_by(Assignment.closes_at, Assignment.id)
    )
    return [(assignment, cohort) for assignment, cohort in (await session.execute(query)).all()]


async def assignments_no_more(session: AsyncSession, student_id: str) -> Sequence[tuple[Assignment, Cohort]]:
    """What this student has begun and is set no more: the class was archived, or they are no longer in it."""
    still = select(Assignment.id).join(Cohort, Cohort.id == Assignment.cohort_id)
    still = still.join(Membership, Membership.cohort_id == Cohort.id).where(
        Membership.user_id == student_id, Membership.role == "student", Cohort.archived_at.is_(None)
    )
    begun = select(Encounter.assignment_id).where(Encounter.student_id == student_id)
    query = (
        select(Assignment, Cohort)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .where(Assignment.id.in_(begun), Assignment.id.not_in(still))
        .order_by(Assignment.closes_at, Assignment.id)
    )
    return [(assignment, cohort) for assignment, cohort in (await session.execute(query)).all()]


async def cases_in_assessment(session: AsyncSession, student_id: str, now: datetime) -> dict[str, datetime]:
    """The scenarios that are, or will be, part of an assessment of this student, and when the last of it closes.

    Until then they are not for practice, and what was not heard in earlier practice stays closed.
    """
    query = (
        select(Assignment.scenario_id, func.max(Assignment.closes_at))
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .join(Membership, Membership.cohort_id == Cohort.id)
        .where(
            Membership.user_id == student_id,
            Membership.role == "student",
            Cohort.archived_at.is_(None),
            Assignment.mode == "assessment",
            Assignment.closes_at > now,
        )
        .group_by(Assignment.scenario_id)
    )
    return {row[0]: row[1] for row in (await session.execute(query)).all()}
