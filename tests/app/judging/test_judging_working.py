"""A job is seen through: its tries, tokens and time are bounded, and the database may have its faults."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import encounter as room
from app.accounts import Person
from app.classroom import classes
from app.errors import StorageBusy
from app.judging import Judging, claims, working
from app.judging.claims import PAUSES, TRIES
from app.main import create_app
from app.settings import Settings
from app.storage import Store
from scoring.judge import AskFault
from tests.app.judging.made import (
    REPLY,
    ScriptedJudge,
    ScriptedModel,
    add_job,
    change_job,
    facts,
    job_of,
    judge_cards,
    judgement,
    until_asked,
    working_on,
)
from tests.app.scripted import SCENARIO, ScriptedVoice, new_id, until
from tests.conftest import add_people

AWAY = AskFault("server_error", passing=True)


async def test_a_judgement_is_stored_with_the_end_of_its_job(store: Store, judged: Settings, ada: Person) -> None:
    encounter_id = await add_job(store, ada, judged)
    settings = judged.model_copy(update={"judge_samples": 3, "judge_context_tokens": 9000, "judge_max_tokens": 1000})
    judge = ScriptedJudge()

    assert await Judging(store, settings, ScriptedModel(), judge).work()

    job = await job_of(store, encounter_id)
    [row] = await judge_cards(store, encounter_id)
    assert (facts(job), job.claimed_by, job.lease_until, job.model) == (("done", 1, None), None, None, "judge-1")
    assert job.finished_at is not None
    assert row.card == judgement().model_dump(mode="json")
    [(transcript, scenario, persona, samples, most_prompt_tokens)] = judge.given
    assert (transcript.id, len(transcript.turns), samples, most_prompt_tokens) == (encounter_id, 4, 3, 8000)
    assert scenario is not None
    assert persona is not None
    assert (scenario.id, persona.id) == (SCENARIO, "maria_rivera")
    assert not await working_on(store, judged).work()


async def test_what_a_job_took_is_added_up_over_its_tries(store: Store, judged: Settings, ada: Person) -> None:
    prices = {"judge_price_prompt": 2.0, "judge_price_cached": 0.5, "judge_price_completion": 10.0}
    settings = judged.model_copy(update=prices)
    encounter_id = await add_job(store, ada, settings)
    judge = working_on(store, settings, ScriptedModel(REPLY, AWAY))

    await judge.work()
    first = await job_of(store, encounter_id)
    await change_job(store, encounter_id, due_at=datetime.now(UTC))
    await judge.work()
    second = await job_of(store, encounter_id)

    assert (first.calls, first.prompt_tokens, first.cached_tokens, first.completion_tokens) == (2, 100, 60, 10)
    assert (second.calls, second.prompt_tokens, second.cached_tokens, second.completion_tokens) == (4, 300, 180, 30)
    assert second.cost == pytest.approx((120 * 2 + 180 * 0.5 + 30 * 10) / 1e6)


async def test_a_model_that_is_away_is_tried_later_and_not_for_ever(
    store: Store, judged: Settings, ada: Person
) -> None:
    encounter_id = await add_job(store, ada, judged)
    judge = working_on(store, judged, ScriptedModel(*[AWAY] * 9))

    for number, pause in enumerate(PAUSES, start=1):
        began_at = datetime.now(UTC)
        assert await judge.work()
        job = await job_of(store, encounter_id)
        assert facts(job) == ("waiting", number, "server_error")
        assert began_at + pause <= job.due_at <= datetime.now(UTC) + pause
        assert not await judge.work()  # not before its time
        await change_job(store, encounter_id, due_at=datetime.now(UTC))
    await judge.work()

    job = await job_of(store, encounter_id)
    assert (facts(job), job.finished_at is not None) == (("failed", TRIES, "server_error"), True)
    assert not await judge.work()
    assert await judge_cards(store, encounter_id) == []


async def test_a_fault_nobody_foresaw_is_a_try_and_its_words_are_not_logged(
    store: Store, judged: Settings, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    encounter_id = await add_job(store, ada, judged)

    await working_on(store, judged, ScriptedModel(ValueError("what was said"))).work()

    assert facts(await job_of(store, encounter_id)) == ("waiting", 1, "unexpected")
    assert f"ValueError in the second opinion on encounter {encounter_id}" in caplog.text
    assert "what was said" not in caplog.text


async def test_a_job_whose_process_dies_every_time_ends(store: Store, judged: Settings, ada: Person) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    encounter_id = await add_job(
        store, ada, judged, state="running", tries=TRIES, claimed_by="gone", lease_until=past, fault="server_error"
    )
    model = ScriptedModel()

    assert await working_on(store, judged, model).work()

    job = await job_of(store, encounter_id)
    assert (facts(job), job.claimed_by, model.asked) == (("failed", TRIES, "interrupted"), None, 0)


async def test_a_judge_that_asks_without_end_is_stopped(store: Store, judged: Settings, ada: Person) -> None:
    encounter_id = await add_job(store, ada, judged)
    model = ScriptedModel()
    settings = judged.model_copy(update={"judge_samples": 2})

    await working_on(store, settings, model, calls=1000).work()

    assert facts(await job_of(store, encounter_id)) == ("waiting", 1, "too_many_calls")
    assert model.asked == 2 * claims.MOST_CALLS


async def test_a_stop_puts_the_job_back_as_if_it_had_not_been_begun(
    store: Store, judged: Settings, ada: Person
) -> None:
    encounter_id = await add_job(store, ada, judged)
    model = ScriptedModel(REPLY, asyncio.Event())
    judge = working_on(store, judged, model)
    judge.begin()
    await until_asked(model)

    await asyncio.wait_for(judge.close(), 5)

    job = await job_of(store, encounter_id)
    assert (facts(job), job.claimed_by, job.lease_until) == (("waiting", 0, None), None, None)
    assert job.due_at <= datetime.now(UTC)
    assert job.calls >= 1  # what was used stays counted
    assert model.closed
    assert await working_on(store, judged).work()


async def test_a_stop_does_not_wait_for_the_next_look(store: Store, judged: Settings) -> None:
    judge = working_on(store, judged)
    judge.begin()
    await asyncio.sleep(0)

    await asyncio.wait_for(judge.close(), 5)


def refuse(store: Store, way: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database be busy for so many sessions that read, or write."""
    opened, refusals = getattr(store, way), [StorageBusy()] * times

    @asynccontextmanager
    async def busy() -> AsyncIterator[AsyncSession]:
        if refusals:
            raise refusals.pop()
        async with opened() as session:
            yield session

    monkeypatch.setattr(store, way, busy)


@pytest.mark.parametrize("way", ["read", "write"])
async def test_a_database_that_is_busy_for_a_while_costs_no_try(
    store: Store, judged: Settings, ada: Person, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(working, "TRY_EVERY_S", 0.01)
    encounter_id = await add_job(store, ada, judged)
    go_on = asyncio.Event()
    model = ScriptedModel(go_on)
    if way == "read":  # of the talk; what is written then is the end of the job
        refuse(store, way, 2, monkeypatch)
    work = asyncio.create_task(working_on(store, judged, model).work())
    await until_asked(model)
    if way == "write":
        refuse(store, way, 2, monkeypatch)
    go_on.set()
    await work

    assert facts(await job_of(store, encounter_id)) == ("done", 1, None)
    assert (model.asked, len(await judge_cards(store, encounter_id))) == (2, 1)


async def test_a_fault_of_the_database_does_not_end_the_loop(
    store: Store, judged: Settings, ada: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(working, "LOOK_EVERY_S", 0.01)
    encounter_id = await add_job(store, ada, judged)
    work, faults = Judging.work, [StorageBusy(), ValueError("what was said")]

    async def fail(judge: Judging) -> bool:
        if faults:
            raise faults.pop()
        return await work(judge)

    monkeypatch.setattr(Judging, "work", fail)
    judge = working_on(store, judged)
    judge.begin()

    async def is_done() -> bool:
        return (await job_of(store, encounter_id)).state == "done"

    await until(is_done)
    await judge.close()
    assert "second opinions have to wait: storage_busy" in caplog.text
    assert "what was said" not in caplog.text


async def test_a_time_written_before_the_clock_was_set_back_is_not_waited_for(
    store: Store, judged: Settings, ada: Person
) -> None:
    next_year = datetime.now(UTC) + timedelta(days=365)
    waiting = await add_job(store, ada, judged, due_at=next_year)
    running = await add_job(store, ada, judged, state="running", claimed_by="gone", lease_until=next_year)
    judge = working_on(store, judged)

    while await judge.work():
        pass

    assert [(await job_of(store, one)).state for one in (waiting, running)] == ["done", "done"]


async def in_class(store: Store, educator: Person, name: str) -> str:
    async with store.write() as session:
        return (await classes.create_class(session, name, educator)).id


async def test_a_class_that_has_used_its_tokens_of_this_month_is_not_asked_for(
    store: Store, judged: Settings, ada: Person, eva: Person
) -> None:
    settings = judged.model_copy(update={"judge_class_tokens": 110})
    now = datetime.now(UTC)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    model = ScriptedModel()

    async def has_used(name: str, tokens: int, finished_at: datetime) -> str:
        cohort_id = await in_class(store, eva, name)
        used = {"prompt_tokens": tokens - 10, "completion_tokens": 10}
        await add_job(store, ada, judged, cohort_id=cohort_id, state="done", finished_at=finished_at, **used)
        return cohort_id

    async def ends_as(cohort_id: str | None) -> str:
        encounter_id = await add_job(store, ada, settings, cohort_id=cohort_id)
        assert await working_on(store, settings, model, calls=1).work()
        return (await job_of(store, encounter_id)).state

    assert await ends_as(await has_used("All of them", 110, month)) == "over_budget"
    assert model.asked == 0
    assert await ends_as(await has_used("All but one", 109, now)) == "done"
    last_month = await has_used("All of last month's", 110, month - timedelta(microseconds=1))
    assert [await ends_as(last_month), await ends_as(last_month)] == ["done", "over_budget"]
    assert await ends_as(None) == "done"


async def test_tokens_of_a_job_that_is_not_over_count_for_its_class(
    store: Store, judged: Settings, ada: Person, eva: Person
) -> None:
    settings = judged.model_copy(update={"judge_class_tokens": 110})
    ours = await in_class(store, eva, "Ours")
    later = datetime.now(UTC) + timedelta(minutes=5)
    await add_job(store, ada, judged, cohort_id=ours, due_at=later, prompt_tokens=100, completion_tokens=10, tries=1)
    encounter_id = await add_job(store, ada, settings, cohort_id=ours)

    await working_on(store, settings).work()

    job = await job_of(store, encounter_id)
    assert (facts(job), job.finished_at is not None) == (("over_budget", 0, None), True)


async def test_a_talk_that_ends_in_the_service_is_judged_at_once(
    judged: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    model = ScriptedModel()
    service = create_app(judged, ScriptedVoice(), model, ScriptedJudge())
    async with service.router.lifespan_context(service):
        rooms = service.state.rooms
        ada = (await add_people(rooms.store)).student
        met = await room.begin(rooms, ada, SCENARIO)
        await (await room.say(rooms, met.id, new_id(), "You look frightened.")).outcome()
        await room.end(rooms, met.id)

        async def is_done() -> bool:
            return (await job_of(rooms.store, met.id)).state == "done"

        await until(is_done)  # sooner than LOOK_EVERY_S
        assert len(await judge_cards(rooms.store, met.id)) == 1
    assert model.closed
