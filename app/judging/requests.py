"""What is asked of the judge: a second opinion with the end of a talk, another one later, and how either stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import JudgedAlready, NotFound
from app.settings import Settings
from app.storage import encounters, judgements
from app.storage.judgements import NOTHING, Took
from app.storage.tables import Encounter, JudgeJob
from scoring.judge import Judgement

State = Literal["off", "waiting", "running", "done", "failed", "over_budget"]


@dataclass(frozen=True)
class Standing:
    """How far the second opinion on an encounter has come.

    `off`: no judge is set up, or this talk was not given to one. `judgement` is the newest there is, also where a later
    job failed; `took` is over all jobs of the encounter, in `RAPPORT_JUDGE_CURRENCY`.
    """

    state: State
    judgement: Judgement | None = None
    judged_at: datetime | None = None
    fault: str | None = None
    took: Took = NOTHING


async def request(session: AsyncSession, encounter: Encounter, settings: Settings, now: datetime) -> JudgeJob | None:
    """Ask for a second opinion, in the transaction that ends the encounter.

    None where no judge is set up, or the student said nothing in words.
    """
    if settings.judge_model is None:
        return None
    said = await judgements.said_by_student(session, encounter.id)
    if not any(character.isalnum() for text in said for character in text):
        return None
    return await _add(session, encounter, now, now)


async def ask_again(session: AsyncSession, encounter_id: str, settings: Settings, now: datetime) -> JudgeJob:
    """A new job where the newest failed, was over the budget, or left a scale without a score; else the one that waits.

    The caller wakes `Judging` when this is committed.

    Raises:
        NotFound: 404, no judge is set up, or this talk was never given to one.
        JudgedAlready: 409, nothing was left without a score.
    """
    if settings.judge_model is None:
        raise NotFound("No judge is set up here.", "Whoever runs this server can set RAPPORT_JUDGE_MODEL.")
    encounter = await encounters.lock(session, encounter_id)
    newest = await judgements.newest(session, encounter_id, hold=True)
    if newest is None:
        raise NotFound
    if newest.finished_at is None:
        newest.due_at = min(newest.due_at, now)
        return newest
    if newest.state == "done":
        card = await encounters.newest_card(session, encounter_id, source="judge")
        if card is not None and not Judgement.model_validate(card.card).not_scored:
            raise JudgedAlready
    # The job made last counts, also when the clock was set back since.
    return await _add(session, encounter, max(now, newest.created_at + timedelta(milliseconds=1)), now)


async def standing(session: AsyncSession, encounter_id: str, settings: Settings) -> Standing:
    """How the second opinion on this encounter stands."""
    newest = await judgements.newest(session, encounter_id) if settings.judge_model is not None else None
    if newest is None:
        return Standing("off")
    row = await encounters.newest_card(session, encounter_id, source="judge")
    return Standing(
        state=newest.state,  # type: ignore[arg-type]  # the table's own check: no other state is in it
        judgement=None if row is None else Judgement.model_validate(row.card),
        judged_at=None if row is None else row.created_at,
        fault=newest.fault,
        took=await judgements.took_of(session, encounter_id),
    )


async def _add(session: AsyncSession, encounter: Encounter, created_at: datetime, due_at: datetime) -> JudgeJob:
    job = JudgeJob(
        id=str(uuid4()),
        encounter_id=encounter.id,
        cohort_id=await judgements.class_of(session, encounter),
        state="waiting",
        created_at=created_at,
        due_at=due_at,
    )
    session.add(job)
    return job
