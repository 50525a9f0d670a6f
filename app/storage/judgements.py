"""Queries for second opinions: the jobs that ask a judge for them, and what those took."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.storage.tables import Assignment, Cohort, Encounter, JudgeJob, Membership, TurnRow


class Took(NamedTuple):
    """What judgements took, over all their tries; `cost` is None where no price was set."""

    calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None


NOTHING = Took()


class Tallied(NamedTuple):
    """How many encounters' newest jobs are in a state, with the fault of their last try where that had one."""

    state: str
    fault: str | None
    encounters: int


class Used(NamedTuple):
    """What a class's second opinions took: how many were given, the tokens of all tries, their cost where known."""

    opinions: int
    tokens: int
    cost: float | None


async def newest(session: AsyncSession, encounter_id: str, *, hold: bool = False) -> JudgeJob | None:
    """The job of this encounter that was made last, finished or not; with `hold` it is this transaction's alone."""
    query = (
        select(JudgeJob)
        .where(JudgeJob.encounter_id == encounter_id)
        .order_by(JudgeJob.created_at.desc(), JudgeJob.id)
        .limit(1)
    )
    return await session.scalar(query.with_for_update() if hold else query)


async def tally(session: AsyncSession) -> Sequence[Tallied]:
    """How the newest jobs of all encounters stand, by state and by the fault of those that do not run."""
    newest_jobs = _newest_of_each()
    fault = case((newest_jobs.c.state == "running", None), else_=newest_jobs.c.fault)
    query = (
        select(newest_jobs.c.state, fault, func.count())
        .group_by(newest_jobs.c.state, fault)
        .order_by(newest_jobs.c.state, fault.nulls_first())
    )
    return [Tallied(*row) for row in (await session.execute(query)).all()]


async def left_behind(session: AsyncSession, ended: Collection[str]) -> Sequence[str]:
    """The encounters whose newest job ended in one of these states, or waits since a fault; the oldest first."""
    newest_jobs = _newest_of_each()
    waits = (newest_jobs.c.state == "waiting") & newest_jobs.c.fault.is_not(None)
    query = (
        select(newest_jobs.c.encounter_id)
        .where(or_(waits, newest_jobs.c.state.in_(ended)))
        .order_by(newest_jobs.c.created_at, newest_jobs.c.encounter_id)
    )
    return (await session.scalars(query)).all()


async def next_due(session: AsyncSession, now: datetime, furthest: timedelta) -> JudgeJob | None:
    """The job that has been due longest, held by this transaction; those that others hold are passed over.

    Due is one that waits for no later time, and one whose lease ran out. A time further ahead than `furthest` was
    written before the clock was set back, and counts as past.
    """
    query = (
        select(JudgeJob)
        .where(
            JudgeJob.encounter_id.is_not(None),
            or_(
                and_(JudgeJob.state == "waiting", _is_past(JudgeJob.due_at, now, furthest)),
                and_(JudgeJob.state == "running", _is_past(JudgeJob.lease_until, now, furthest)),
            ),
        )
        .order_by(JudgeJob.due_at, JudgeJob.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return await session.scalar(query)


async def held(session: AsyncSession, job_id: str, claimed_by: str) -> JudgeJob | None:
    """The job, if it still runs under this claim; nobody else takes it until this transaction ends."""
    query = select(JudgeJob).where(_is_claimed(job_id, claimed_by)).with_for_update()
    return await session.scalar(query)


async def renew(session: AsyncSession, job_id: str, claimed_by: str, lease_until: datetime, took: Took) -> bool:
    """Hold the job longer, and keep what it took so far; false where it does not run under this claim any more."""
    renewed = await session.scalar(
        update(JudgeJob)
        .where(_is_claimed(job_id, claimed_by))
        .values(lease_until=lease_until, **took._asdict())
        .returning(JudgeJob.id)
    )
    return renewed is not None


async def end_leases(session: AsyncSession, now: datetime) -> None:
    """Let every running job be due: for when whoever ran them is known to be gone."""
    await session.execute(update(JudgeJob).where(JudgeJob.state == "running").values(lease_until=now))


async def used_by_class(session: AsyncSession, cohort_id: str, since: datetime) -> Used:
    """What the class's jobs took that were finished since then or are not finished yet: what its budget is held to.

    One whose encounter was erased before it was finished counts in the month it was made.
    """
    query = select(
        func.count().filter(JudgeJob.state == "done"),
        func.coalesce(func.sum(JudgeJob.prompt_tokens + JudgeJob.completion_tokens), 0),
        func.sum(JudgeJob.cost),
    ).where(
        JudgeJob.cohort_id == cohort_id,
        or_(
            JudgeJob.finished_at >= since,
            JudgeJob.finished_at.is_(None) & (JudgeJob.encounter_id.is_not(None) | (JudgeJob.created_at >= since)),
        ),
    )
    opinions, tokens, cost = (await session.execute(query)).one()
    return Used(opinions, int(tokens), cost)


async def took_of(session: AsyncSession, encounter_id: str) -> Took:
    """What all jobs of this encounter took together."""
    query = select(
        func.sum(JudgeJob.calls),
        func.sum(JudgeJob.prompt_tokens),
        func.sum(JudgeJob.cached_tokens),
        func.sum(JudgeJob.completion_tokens),
        func.sum(JudgeJob.cost),
    ).where(JudgeJob.encounter_id == encounter_id)
    calls, prompt, cached, completion, cost = (await session.execute(query)).one()
    return Took(int(calls or 0), int(prompt or 0), int(cached or 0), int(completion or 0), cost)


async def class_of(session: AsyncSession, encounter: Encounter) -> str | None:
    """The class whose budget a second opinion is on: that of the assignment, else the one it is shared with.

    Free practice that is shown to nobody is on the newest class its student is in; None where that is none.
    """
    if encounter.assignment_id is not None:
        return await session.scalar(select(Assignment.cohort_id).where(Assignment.id == encounter.assignment_id))
    if encounter.shared_with is not None:
        return encounter.shared_with
    return await session.scalar(
        select(Cohort.id)
        .join(Membership, Membership.cohort_id == Cohort.id)
        .where(Membership.user_id == encounter.student_id, Membership.role == "student", Cohort.archived_at.is_(None))
        .order_by(Cohort.created_at.desc(), Cohort.id)
        .limit(1)
    )


async def said_by_student(session: AsyncSession, encounter_id: str) -> Sequence[str]:
    """The texts of the student's turns; a silence has an empty one."""
    query = select(TurnRow.text).where(TurnRow.encounter_id == encounter_id, TurnRow.speaker == "student")
    return (await session.scalars(query)).all()


def _newest_of_each() -> Subquery:
    """The job of each encounter that was made last; those of erased encounters are left out."""
    place = func.row_number().over(
        partition_by=JudgeJob.encounter_id, order_by=(JudgeJob.created_at.desc(), JudgeJob.id)
    )
    jobs = select(JudgeJob, place.label("place")).where(JudgeJob.encounter_id.is_not(None)).subquery()
    return select(jobs).where(jobs.c.place == 1).subquery()


def _is_claimed(job_id: str, claimed_by: str) -> ColumnElement[bool]:
    return and_(JudgeJob.id == job_id, JudgeJob.claimed_by == claimed_by, JudgeJob.state == "running")


def _is_past(
    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], now: datetime, furthest: timedelta
) -> ColumnElement[bool]:
    return or_(column <= now, column > now + furthest)
