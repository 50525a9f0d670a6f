"""Queries for pages that list encounters, and what of an encounter every list shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.storage.tables import Assignment, Encounter, Membership, Review, ScorecardRow, SelfRating, TurnRow, User


class Listed(NamedTuple):
    """An encounter with what lists and decisions need of it.

    `overall` is the score of record: the educator's, else the deterministic one, which is `machine_overall`. `state` is
    the patient's after the last turn that has one, `flags` the number of safety flags, `rated` whether its student
    rated it.
    """

    encounter: Encounter
    turns: int
    overall: float | None
    state: dict[str, Any] | None
    flags: int
    machine_overall: float | None
    review: Review | None
    rated: bool

    @property
    def started_at(self) -> datetime:
        """When it began."""
        return self.encounter.started_at


def _listed() -> Select[Any]:
    turns = select(func.count()).where(TurnRow.encounter_id == Encounter.id).correlate(Encounter).scalar_subquery()
    cards = select(ScorecardRow).where(ScorecardRow.encounter_id == Encounter.id).correlate(Encounter).limit(1)
    overall = (
        cards.with_only_columns(ScorecardRow.overall)
        .where(ScorecardRow.source != "judge")
        .order_by(ScorecardRow.source == "deterministic", ScorecardRow.created_at.desc())
    )
    flags = (
        cards.with_only_columns(ScorecardRow.flags)
        .where(ScorecardRow.source == "deterministic")
        .order_by(ScorecardRow.created_at.desc())
    )
    machine = (
        cards.with_only_columns(ScorecardRow.overall)
        .where(ScorecardRow.source == "deterministic")
        .order_by(ScorecardRow.created_at.desc())
    )
    state = (
        select(TurnRow.state)
        .where(TurnRow.encounter_id == Encounter.id, TurnRow.turn_id.is_not(None) | (TurnRow.speaker == "patient"))
        .order_by(TurnRow.position.desc())
        .limit(1)
        .correlate(Encounter)
    )
    rated = exists().where(SelfRating.encounter_id == Encounter.id).correlate(Encounter)
    columns = (
        turns,
        overall.scalar_subquery(),
        state.scalar_subquery(),
        func.coalesce(flags.scalar_subquery(), 0),
        machine.scalar_subquery(),
    )
    return select(Encounter, *columns, Review, rated).outerjoin(Review, Review.encounter_id == Encounter.id)


async def of_student(session: AsyncSession, student_id: str) -> Sequence[Listed]:
    """Every encounter of one student, the newest first."""
    query = (
        _listed()
        .where(Encounter.student_id == student_id)
        .order_by(func.coalesce(Encounter.ended_at, Encounter.started_at).desc())
    )
    return [Listed(*row) for row in (await session.execute(query)).all()]


async def one(session: AsyncSession, encounter_id: str) -> Listed | None:
    """One encounter."""
    row = (await session.execute(_listed().where(Encounter.id == encounter_id))).one_or_none()
    return None if row is None else Listed(*row)


async def other_tries(session: AsyncSession, encounter: Encounter) -> Sequence[Listed]:
    """The ended talks this one branched from or that branched from it, oldest first; the same student's only."""
    query = (
        _listed()
        .where(
            or_(Encounter.id == encounter.branched_from, Encounter.branched_from == encounter.id),
            Encounter.student_id == encounter.student_id,
            Encounter.ended_at.is_not(None),
        )
        .order_by(Encounter.ended_at)
    )
    return [Listed(*row) for row in (await session.execute(query)).all()]


async def set_in_class(session: AsyncSession, cohort_id: str) -> Sequence[Listed]:
    """Every encounter of a class's assignments, running ones too, in the order they began."""
    query = (
        _listed()
        .join(Assignment, Assignment.id == Encounter.assignment_id)
        .where(Assignment.cohort_id == cohort_id)
        .order_by(Encounter.started_at, Encounter.id)
    )
    return [Listed(*row) for row in (await session.execute(query)).all()]


async def shared_with(session: AsyncSession, cohort_id: str) -> Sequence[tuple[Listed, str]]:
    """Ended free practice that students of this class show its educators, each with the student's name."""
    in_class = and_(
        Membership.user_id == User.id, Membership.cohort_id == Encounter.shared_with, Membership.role == "student"
    )
    query = (
        _listed()
        .join(User, User.id == Encounter.student_id)
        .join(Membership, in_class)
        .where(Encounter.shared_with == cohort_id, Encounter.ended_at.is_not(None))
        .order_by(Encounter.ended_at.desc())
        .add_columns(User.name)
    )
    return [(Listed(*row[:-1]), row[-1]) for row in (await session.execute(query)).all()]
