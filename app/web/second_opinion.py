"""How a second opinion stands: what the newest job and the newest card of the judge say of an encounter."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import Person
from app.settings import Settings
from app.storage import encounters
from app.storage.tables import Assignment, Encounter, JudgeJob
from scoring.judge import Judgement

State = Literal["off", "not_asked", "waiting", "running", "done", "failed", "over_budget"]
"""`off`: no judge is configured. `not_asked`: the talk ended before there was one."""


@dataclass(frozen=True)
class SecondOpinion:
    """Where it stands, and the newest judgement: while it is asked for anew, the one before."""

    state: State
    judgement: Judgement | None = None

    @property
    def pending(self) -> bool:
        """Whether it may arrive at any moment."""
        return self.state in ("waiting", "running")


OFF = SecondOpinion("off")


async def standing(session: AsyncSession, encounter_id: str, settings: Settings) -> SecondOpinion:
    """How the second opinion on this encounter stands. Without a judge nothing is shown, not even an old one."""
    if settings.judge_model is None:
        return OFF
    job = await _newest_job(session, encounter_id)
    row = await encounters.newest_card(session, encounter_id, source="judge")
    judgement = None if row is None else Judgement.model_validate(row.card)
    if job is None:
        return SecondOpinion("not_asked" if judgement is None else "done", judgement)
    states: dict[str, State] = {one: one for one in ("waiting", "running", "done", "failed", "over_budget")}
    return SecondOpinion(states[job.state], judgement)


def may_ask(encounter: Encounter, person: Person) -> bool:
    """Whether this person, who may read it, may ask: its student where it is practice, else those who set it."""
    return (encounter.student_id == person.id) == (encounter.assignment_id is None)


async def ask_again(session: AsyncSession, encounter: Encounter) -> None:
    """Ask for a second opinion anew. Where one is being made already, that one is waited for."""
    await encounters.lock(session, encounter.id)  # or two at once would each add a job
    before = await _newest_job(session, encounter.id)
    if before is not None and before.finished_at is None:
        return
    assignment = await session.get(Assignment, encounter.assignment_id) if encounter.assignment_id else None
    now = datetime.now(UTC)
    # The job made last counts, also when the clock was set back since.
    created = now if before is None else max(now, before.created_at + timedelta(milliseconds=1))
    session.add(
        JudgeJob(
            id=str(uuid4()),
            encounter_id=encounter.id,
            cohort_id=None if assignment is None else assignment.cohort_id,
            state="waiting",
            due_at=now,
            created_at=created,
        )
    )


async def _newest_job(session: AsyncSession, encounter_id: str) -> JudgeJob | None:
    query = select(JudgeJob).where(JudgeJob.encounter_id == encounter_id).order_by(JudgeJob.created_at.desc()).limit(1)
    return (await session.scalars(query)).one_or_none()
