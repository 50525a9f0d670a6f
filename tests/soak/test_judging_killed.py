"""A second opinion comes once: the service is killed while the judge is asked, and started again."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.settings import Settings
from app.storage import Store
from app.storage.tables import JudgeJob
from tests.app.judging.made import change_job, job_of, judge_cards
from tests.fake_llm import FakeLlm
from tests.fake_llm.judging import honestly
from tests.fake_llm.server import Body
from tests.soak.conversations import SAID, open_model, students_of
from tests.soak.service import Service, open_service

DONE_S = 25
"""Longer than any judgement by the fake server takes."""


async def test_a_judgement_that_is_killed_in_the_middle_is_finished_once(
    tmp_path: Path, database_url: str | None, fake_llm: FakeLlm
) -> None:
    fake_llm.answers = answer_once_then_hang(fake_llm)
    async with (
        open_model(sentences=(0,)) as patient,
        open_service(
            tmp_path,
            patient.url,
            database_url=database_url,
            RAPPORT_JUDGE_MODEL="fake",
            RAPPORT_JUDGE_BASE_URL=fake_llm.url,
        ) as service,
    ):
        async with students_of(service) as [student]:
            await student.begin()
            await student.say(SAID[0])
            await student.end()
        await until_asked(fake_llm, 2)
        await service.kill()
        fake_llm.heal()
        fake_llm.answers = honestly
        before = await after_its_lease(service.settings, student.encounter)
        await service.start()
        job = await finished(service, student.encounter)
        await service.terminate()
        cards = await cards_of(service.settings, student.encounter)

    assert (before.state, before.tries) == ("running", 1)
    assert (job.state, job.tries, job.fault, len(cards)) == ("done", 2, None, 1)
    assert service.tracebacks == []


def answer_once_then_hang(server: FakeLlm) -> Any:
    """The first question is answered; who asks another waits for ever."""

    def answer(body: Body) -> str:
        server.fail("hang", times=None)
        return honestly(body)

    return answer


async def until_asked(server: FakeLlm, times: int) -> None:
    async with asyncio.timeout(DONE_S):
        while len(server.asked) < times:  # noqa: ASYNC110  the server wakes nobody
            await asyncio.sleep(0.02)


async def after_its_lease(settings: Settings, encounter_id: str) -> JudgeJob:
    """The job as the killed process left it. On PostgreSQL its lease is over now: nobody waits a minute for that."""
    store = await Store.open(settings)
    try:
        job = await job_of(store, encounter_id)
        if settings.database_url is not None:
            await change_job(store, encounter_id, lease_until=datetime.now(UTC))
        return job
    finally:
        await store.close()


async def finished(service: Service, encounter_id: str) -> JudgeJob:
    """The job, once it is over."""
    ends_at_s = time.monotonic() + DONE_S
    store = await Store.open(service.settings)
    try:
        while (job := await job_of(store, encounter_id)).finished_at is None:
            assert time.monotonic() < ends_at_s, f"still {job.state} after {job.tries} tries: {service.log[-2000:]}"
            await asyncio.sleep(0.05)
        return job
    finally:
        await store.close()


async def cards_of(settings: Settings, encounter_id: str) -> list[Any]:
    store = await Store.open(settings)
    try:
        return list(await judge_cards(store, encounter_id))
    finally:
        await store.close()
