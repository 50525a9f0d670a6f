"""What is asked of the judge: a second opinion with the end of a talk, another one later, and how either stands."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound, NothingSaid, StillRunning
from app.settings import Settings
from app.storage import Store, encounters, judgements
from app.storage.judgements import NOTHING, Took
from app.storage.tables import Encounter, JudgeJob
from scoring.judge import Judgement

State = Literal["off", "not_asked", "waiting", "running", "done", "failed", "over_budget"]


@dataclass(frozen=True)
class SecondOpinion:
    """How far the second opinion on an encounter has come.

    `off`: no judge is set up. `not_asked`: the talk ended before there was one, or its student said nothing in words.
    `judgement` is the newest there is, also where a later job failed; `took` is over all jobs of the encounter, its
    cost in `RAPPORT_JUDGE_CURRENCY`.
    """

    state: State
    judgement: Judgement | None = None
    judged_at: datetime | None = None
    fault: str | None = None
    took: Took = NOTHING

    @property
    def pending(self) -> bool:
        """Whether it may arrive at any moment."""
        return self.state in ("waiting", "running")


async def request(session: AsyncSession, encounter: Encounter, settings: Settings, now: datetime) -> JudgeJob | None:
    """Ask for a second opinion, in the transaction that ends the encounter.

    None where no judge is set up, or the student said nothing in words.
    """
    if settings.judge_model is None:
        return None
    said = await judgements.said_by_student(session, encounter.id)
    if not any(character.isalnum() for text in said for character in text):
        return None
    job = JudgeJob(
        id=str(uuid4()),
        encounter_id=encounter.id,
        cohort_id=await judgements.class_of(session, encounter),
        state="waiting",
        created_at=now,
        due_at=now,
    )
    session.add(job)
    return job


async def ask_again(session: AsyncSession, encounter_id: str, settings: Settings, now: datetime) -> JudgeJob:
    """A new job; one that is not finished is due now instead. The caller wakes `Judging` when this is committed.

    Raises:
        NotFound: 404, no judge is set up, or there is no such encounter.
        StillRunning: 409, it has not ended.
        NothingSaid: 409, the student said nothing in words.
    """
    _require_judge(settings)
    encounter = await encounters.lock(session, encounter_id)
    if encounter.ended_at is None:
        raise StillRunning
    newest = await judgements.newest(session, encounter_id, hold=True)
    if newest is not None and newest.finished_at is None:
        newest.due_at = min(newest.due_at, now)
        return newest
    job = await request(session, encounter, settings, now)
    if job is None:
        raise NothingSaid("The student said nothing in words, so there is nothing to judge.", "Read the talk instead.")
    if newest is not None:  # the job made last counts, also when the clock was set back since
        job.created_at = max(now, newest.created_at + timedelta(milliseconds=1))
    return job


async def ask_all_again(store: Store, settings: Settings, *, over_budget: bool) -> int:
    """Ask again about every talk whose second opinion came to nothing, or waits since a fault; how many those are.

    With `over_budget` also where the class had used up its tokens. Each is asked for by itself, so that the service,
    which goes on meanwhile, never waits long.

    Raises:
        NotFound: 404, no judge is set up.
    """
    _require_judge(settings)
    ended = ("failed", "over_budget") if over_budget else ("failed",)
    async with store.read() as session:
        found = await judgements.left_behind(session, ended)
    asked = 0
    for encounter_id in found:
        with suppress(NotFound):  # it was erased meanwhile
            async with store.write() as session:
                await encounters.lock(session, encounter_id)
                newest = await judgements.newest(session, encounter_id, hold=True)
                if newest is None or not _came_to_nothing(newest, ended):
                    continue  # somebody asked, or the service got to it, meanwhile
                await ask_again(session, encounter_id, settings, datetime.now(UTC))
            asked += 1
    return asked


def _came_to_nothing(job: JudgeJob, ended: Collection[str]) -> bool:
    return job.state in ended or (job.state == "waiting" and job.fault is not None)


async def standing(session: AsyncSession, encounter_id: str, settings: Settings) -> SecondOpinion:
    """How the second opinion on this encounter stands."""
    if settings.judge_model is None:
        return SecondOpinion("off")
    newest = await judgements.newest(session, encounter_id)
    if newest is None:
        return SecondOpinion("not_asked")
    row = await encounters.newest_card(session, encounter_id, source="judge")
    return SecondOpinion(
        state=newest.state,  # type: ignore[arg-type]  # the table's own check: no other state is in it
        judgement=None if row is None else Judgement.model_validate(row.card),
        judged_at=None if row is None else row.created_at,
        fault=newest.fault,
        took=await judgements.took_of(session, encounter_id),
    )


def _require_judge(settings: Settings) -> None:
    if settings.judge_model is None:
        raise NotFound("No judge is set up here.", "Whoever runs this server can set RAPPORT_JUDGE_MODEL.")
