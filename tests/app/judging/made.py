"""A judge's model and a judge that do what a test tells them to, and jobs as the tests need them."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import judging
from app.accounts import Person
from app.judging import Judging
from app.settings import Settings
from app.storage import Store, encounters, judgements
from app.storage.tables import JudgeJob, ScorecardRow
from personas import Persona, Scenario
from personas.vocabulary import ScaleName
from scoring import Transcript, TurnReading
from scoring.judge import Ask, Judgement, Message, Reply, Usage
from tests.app.classroom.made import add_encounter, card
from tests.app.scripted import until

REPLY = Reply("{}", True, prompt_tokens=100, cached_tokens=60, completion_tokens=10)

Step = Reply | Exception | asyncio.Event
"""A reply, a fault to raise, or something to wait for before the next step."""


class ScriptedModel:
    """Follows its script, one step after the other; what comes after it is `REPLY`. Counts what it was asked."""

    model: str = "judge-1"

    def __init__(self, *script: Step) -> None:
        self.script = list(script)
        self.asked = 0
        self.closed = False

    async def __call__(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any]) -> Reply:
        self.asked += 1
        step = self.script.pop(0) if self.script else REPLY
        if isinstance(step, asyncio.Event):
            await step.wait()
            step = REPLY
        if isinstance(step, Exception):
            raise step
        return step

    async def close(self) -> None:
        self.closed = True


class ScriptedJudge:
    """Asks so many questions and gives a card, with these scales left out. Keeps what it was given."""

    def __init__(self, calls: int = 2, *, not_scored: tuple[ScaleName, ...] = ()) -> None:
        self.calls = calls
        self.not_scored = not_scored
        self.given: list[tuple[Transcript, Scenario | None, Persona | None, int, int | None]] = []

    async def __call__(
        self,
        transcript: Transcript,
        ask: Ask,
        *,
        scenario: Scenario | None = None,
        persona: Persona | None = None,
        readings: Mapping[int, TurnReading] | None = None,
        samples: int = 1,
        most_prompt_tokens: int | None = None,
    ) -> Judgement:
        self.given.append((transcript, scenario, persona, samples, most_prompt_tokens))
        for _ in range(self.calls):
            await ask([{"role": "user", "content": "Was it explained?"}], "answer", {})
        return judgement(ask.model, self.not_scored)


def judgement(model: str = "judge-1", not_scored: tuple[ScaleName, ...] = ()) -> Judgement:
    made = card().model_dump() | {
        "scorer": "judge",
        "model": model,
        "prompt_hash": "0" * 16,
        "usage": Usage(calls=2, prompt_tokens=200, cached_tokens=120, completion_tokens=20),
        "not_scored": dict.fromkeys(not_scored, "The answers could not be read."),
    }
    return Judgement.model_validate(made)


async def add_job(store: Store, student: Person, settings: Settings, **changes: Any) -> str:
    """An ended talk that waits for a second opinion since a minute; its id. `changes` are what differs in its job."""
    async with store.write() as session:
        encounter = await add_encounter(session, student)
        job = await judging.request(session, encounter, settings, datetime.now(UTC) - timedelta(minutes=1))
        assert job is not None
        for name, value in changes.items():
            setattr(job, name, value)
    return encounter.id


async def change_job(store: Store, encounter_id: str, **changes: Any) -> None:
    """Let the newest job of this encounter be otherwise."""
    async with store.write() as session:
        job = await judgements.newest(session, encounter_id)
        assert job is not None
        for name, value in changes.items():
            setattr(job, name, value)


async def job_of(store: Store, encounter_id: str) -> JudgeJob:
    """Its newest job."""
    async with store.read() as session:
        job = await judgements.newest(session, encounter_id)
    assert job is not None
    return job


async def judge_cards(store: Store, encounter_id: str) -> list[ScorecardRow]:
    async with store.read() as session:
        query = select(ScorecardRow).where(ScorecardRow.encounter_id == encounter_id, ScorecardRow.source == "judge")
        return list(await session.scalars(query))


async def erase(store: Store, encounter_id: str) -> None:
    async with store.write() as session:
        await session.delete(await encounters.lock(session, encounter_id))


def working_on(store: Store, settings: Settings, model: ScriptedModel | None = None, calls: int = 2) -> Judging:
    return Judging(store, settings, model or ScriptedModel(), ScriptedJudge(calls))


async def until_asked(model: ScriptedModel) -> None:
    """Return when the model has been asked something."""

    async def has_been() -> bool:
        return model.asked > 0

    await until(has_been)


def facts(job: JudgeJob) -> tuple[str, int, str | None]:
    return job.state, job.tries, job.fault
