"""A job finishes once, whoever works on it and whatever ends them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts import Person
from app.judging import working
from app.judging.claims import LEASE
from app.settings import Settings
from app.storage import Store, judgements
from app.storage.tables import JudgeJob
from tests.app.judging.made import (
    REPLY,
    ScriptedModel,
    add_job,
    change_job,
    erase,
    facts,
    job_of,
    judge_cards,
    until_asked,
    working_on,
)
from tests.app.scripted import until
from tests.conftest import add_people
from tests.postgresql import new_database


async def test_a_claim_is_renewed_and_what_was_used_is_kept_while_the_judge_is_asked(
    store: Store, judged: Settings, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BEAT_S", 0.01)
    encounter_id = await add_job(store, ada, judged)
    go_on = asyncio.Event()
    model = ScriptedModel(REPLY, go_on)
    task = asyncio.create_task(working_on(store, judged, model).work())
    await until_asked(model)
    await change_job(store, encounter_id, lease_until=datetime.now(UTC))

    async def is_renewed() -> bool:
        job = await job_of(store, encounter_id)
        return job.lease_until is not None and job.lease_until > datetime.now(UTC) + LEASE / 2 and job.calls == 2

    await until(is_renewed)
    job = await job_of(store, encounter_id)
    assert (job.state, job.prompt_tokens) == ("running", 100)
    assert not await working_on(store, judged).work()  # nobody else takes it
    go_on.set()
    assert await task


async def test_a_claim_that_ran_out_is_taken_over_and_its_first_holder_stores_nothing(
    store: Store, judged: Settings, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    encounter_id = await add_job(store, ada, judged)
    go_on = asyncio.Event()
    model = ScriptedModel(go_on)
    first = asyncio.create_task(working_on(store, judged, model).work())
    await until_asked(model)
    await change_job(store, encounter_id, lease_until=datetime.now(UTC) - timedelta(seconds=1))

    assert await working_on(store, judged).work()
    after = await job_of(store, encounter_id)
    go_on.set()
    await first

    job = await job_of(store, encounter_id)
    assert (facts(job), job.calls, job.finished_at) == (("done", 2, None), 2, after.finished_at)
    assert len(await judge_cards(store, encounter_id)) == 1
    assert f"a second opinion on encounter {encounter_id} came too late" in caplog.text


async def test_whoever_comes_back_while_another_works_on_its_job_ends_nothing(
    store: Store, judged: Settings, ada: Person
) -> None:
    encounter_id = await add_job(store, ada, judged)
    go_on = asyncio.Event(), asyncio.Event()
    models = [ScriptedModel(one) for one in go_on]
    tasks = []
    for model in models:
        tasks.append(asyncio.create_task(working_on(store, judged, model).work()))
        await until_asked(model)
        if len(tasks) == 1:
            await change_job(store, encounter_id, lease_until=datetime.now(UTC) - timedelta(seconds=1))

    go_on[0].set()
    await tasks[0]
    assert facts(await job_of(store, encounter_id)) == ("running", 2, "interrupted")
    assert await judge_cards(store, encounter_id) == []

    go_on[1].set()
    await tasks[1]
    assert facts(await job_of(store, encounter_id)) == ("done", 2, None)
    assert len(await judge_cards(store, encounter_id)) == 1


async def test_a_judge_whose_claim_was_lost_is_not_asked_on(
    store: Store, judged: Settings, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BEAT_S", 0.01)
    encounter_id = await add_job(store, ada, judged)
    model = ScriptedModel(asyncio.Event())
    first = asyncio.create_task(working_on(store, judged, model).work())
    await until_asked(model)

    await change_job(store, encounter_id, claimed_by="another")

    assert await asyncio.wait_for(first, 5)
    assert (await job_of(store, encounter_id)).claimed_by == "another"


async def test_a_talk_that_is_erased_while_it_is_judged_leaves_what_it_took_and_nothing_else(
    store: Store, judged: Settings, ada: Person
) -> None:
    encounter_id = await add_job(store, ada, judged)
    go_on = asyncio.Event()
    model = ScriptedModel(go_on)
    work = asyncio.create_task(working_on(store, judged, model).work())
    await until_asked(model)

    await erase(store, encounter_id)
    go_on.set()

    assert await work
    assert await judge_cards(store, encounter_id) == []
    async with store.read() as session:
        job = (await session.scalars(select(JudgeJob))).one()
    assert (job.encounter_id, job.state, job.fault, job.calls) == (None, "failed", "erased", 2)
    assert not await working_on(store, judged).work()


@pytest.mark.parametrize("either", ["sqlite"], indirect=True)
async def test_on_sqlite_what_an_earlier_process_left_is_taken_at_once(
    store: Store, judged: Settings, ada: Person
) -> None:
    encounter_id = await add_job(
        store, ada, judged, state="running", tries=1, claimed_by="gone", lease_until=datetime.now(UTC) + LEASE
    )
    judge = working_on(store, judged)
    judge.begin()

    async def is_done() -> bool:
        return facts(await job_of(store, encounter_id)) == ("done", 2, None)

    await until(is_done)
    await judge.close()


@pytest.mark.parametrize("either", ["postgresql"], indirect=True)
async def test_on_postgresql_another_process_keeps_its_claim_when_one_starts(
    store: Store, judged: Settings, ada: Person
) -> None:
    held = await add_job(
        store, ada, judged, state="running", tries=1, claimed_by="another", lease_until=datetime.now(UTC) + LEASE
    )
    waiting = await add_job(store, ada, judged)
    judge = working_on(store, judged)
    judge.begin()

    async def is_done() -> bool:
        return (await job_of(store, waiting)).state == "done"

    await until(is_done)
    await judge.close()
    assert facts(await job_of(store, held)) == ("running", 1, None)


async def test_of_many_processes_that_look_at_once_one_takes_a_job(settings: Settings, cluster: str) -> None:
    shared = settings.model_copy(update={"database_url": new_database(cluster), "judge_model": "judge-1"})
    stores = [await Store.open(shared) for _ in range(6)]
    ada = (await add_people(stores[0])).student
    jobs = [await add_job(stores[0], ada, shared) for _ in range(3)]
    models = [ScriptedModel() for _ in stores]
    judges = [working_on(store, shared, model) for store, model in zip(stores, models, strict=True)]

    found = await asyncio.gather(*(judge.work() for judge in judges))
    for judge in judges:  # who lost a race for one may have left others for the next look
        found.append(await judge.work())

    assert sum(found) == 3
    assert sum(model.asked for model in models) == 6
    for encounter_id in jobs:
        assert facts(await job_of(stores[0], encounter_id)) == ("done", 1, None)
        assert len(await judge_cards(stores[0], encounter_id)) == 1
    for store in stores:
        await store.close()


async def test_a_job_that_another_process_holds_is_passed_over(settings: Settings, cluster: str) -> None:
    shared = settings.model_copy(update={"database_url": new_database(cluster), "judge_model": "judge-1"})
    store = await Store.open(shared)
    ada = (await add_people(store)).student
    first = await add_job(store, ada, shared, due_at=datetime.now(UTC) - timedelta(hours=1))
    second = await add_job(store, ada, shared)

    async with store.write() as session:
        await judgements.newest(session, first, hold=True)
        assert await asyncio.wait_for(working_on(store, shared).work(), 2)

    assert [(await job_of(store, one)).state for one in (first, second)] == ["waiting", "done"]
    await store.close()
