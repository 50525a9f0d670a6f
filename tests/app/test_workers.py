"""Real worker processes on one PostgreSQL: what one does the others know, and one that ends is replaced."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from app.errors import Unexpected
from app.main import listen
from app.settings import Settings
from app.storage import Store
from app.workers import Workers
from tests.app.scripted import new_id
from tests.fake_llm import FakeLlm
from tests.postgresql import new_database
from tests.soak.conversations import Kept, kept_in
from tests.soak.service import Service, open_service
from tests.soak.student import Student

SHORT = "One is what I heard. Two is what I feared. Three is what I hoped. "
SLOWLY = 2
"""Tokens a second, at which these words take longer than anything a test does meanwhile."""


@dataclass
class Shared:
    """A service of two workers, and one student's encounter."""

    service: Service
    stack: AsyncExitStack
    encounter: str = ""

    def workers(self) -> set[int]:
        """The processes that serve now, or are about to; the parent has another child that only keeps books."""
        parent = self.service.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
        return {int(child) for child in children if "spawn_main" in command_of(int(child))}

    async def student_of(self, worker: int) -> Student:
        """The student on a new connection to this worker: the others stand still while it is made."""
        client = await self.stack.enter_async_context(aiohttp.ClientSession(self.service.url))
        others = self.workers() - {worker}
        for other in others:
            os.kill(other, signal.SIGSTOP)
        try:
            async with client.get("/healthz") as answer:
                await answer.read()
        finally:
            for other in others:
                os.kill(other, signal.SIGCONT)
        student = Student(client, self.service.tokens[0], self.encounter)
        self.encounter = self.encounter or await student.begin()
        return student


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


async def until(condition: Callable[[], bool]) -> None:
    """Return once it holds; starting a process takes its time on a busy machine."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  processes wake nobody
            await asyncio.sleep(0.02)


@pytest.fixture
async def shared(fake_llm: FakeLlm, cluster: str, tmp_path: Path) -> AsyncIterator[Shared]:
    fake_llm.tokens_per_s = 30
    database = new_database(cluster)
    async with (
        AsyncExitStack() as stack,
        open_service(tmp_path, fake_llm.url, database_url=database, RAPPORT_WORKERS="2") as service,
    ):
        yield Shared(service, stack)


async def test_workers_share_every_talk_and_end_together(shared: Shared, fake_llm: FakeLlm) -> None:
    one, other = sorted(shared.workers())
    here, there = await shared.student_of(one), await shared.student_of(other)
    fake_llm.answers = lambda body: SHORT

    turn_id = new_id()
    speaking = asyncio.create_task(here.try_to_say(turn_id, "What did you hear?"))
    await until(lambda: fake_llm.open_streams == 1)
    watched, spoken = await there.resume(turn_id, 0), await speaking
    assert (watched.is_done, watched.text) == (True, spoken.text)
    assert spoken.text.strip() == SHORT.strip()

    twice = new_id()
    heard = await asyncio.gather(*(student.try_to_say(twice, "And then?") for student in (here, there)))
    assert [one.is_done for one in heard] == [True, True]
    assert heard[0].text == heard[1].text
    assert len(fake_llm.asked) == 2

    fake_llm.tokens_per_s = SLOWLY
    cut = asyncio.create_task(here.try_to_say(new_id(), "Tell me all."))
    await until(lambda: fake_llm.open_streams == 1)
    workers = shared.workers()
    await shared.service.terminate()
    last = (await cut).last
    assert last is not None
    assert (last["event"], last["code"]) == ("failed", "patient_cut_off")
    assert shared.service.exit_code == 0
    assert [command_of(worker) for worker in workers] == ["", ""]
    kept = await kept_in(shared.service.settings)
    assert [turn.speaker for turn in kept.turns] == ["patient", "student"] * 3
    assert sorted(attempt.state for attempt in kept.attempts) == ["done", "done", "interrupted"]
    assert shared.service.log.count("Rapport is at ") == 1


async def saved(settings: Settings) -> Kept:
    """What is kept, once a reply that is spoken has words in its row."""
    async with asyncio.timeout(30):
        while True:
            kept = await kept_in(settings)
            if any(attempt.state == "partial" for attempt in kept.attempts):
                return kept
            await asyncio.sleep(0.1)


async def long_ago(settings: Settings) -> None:
    """Let a minute go by for every reply that is spoken."""
    store = await Store.open(settings)
    async with store.write() as session:
        await session.execute(text("update reply_attempts set saved_at = saved_at - interval '1 minute'"))
    await store.close()


async def test_a_killed_worker_is_replaced_and_its_reply_asked_for_again_and_none_outlives_its_parent(
    shared: Shared, fake_llm: FakeLlm
) -> None:
    settings = shared.service.settings
    one, other = sorted(shared.workers())
    here = await shared.student_of(one)
    fake_llm.answers, fake_llm.tokens_per_s = lambda body: SHORT, SLOWLY
    turn_id = new_id()
    speaking = asyncio.create_task(here.try_to_say(turn_id, "What did you hear?"))
    await saved(settings)

    os.kill(one, signal.SIGKILL)
    assert (await speaking).broke_at_s is not None
    there = await shared.student_of(other)
    await long_ago(settings)
    cut = await there.resume(turn_id, 0)
    assert cut.last is not None
    assert (cut.last["event"], cut.last["code"]) == ("failed", "patient_cut_off")
    assert cut.text
    assert SHORT.startswith(cut.text)
    fake_llm.tokens_per_s = None

    await until(lambda: len(shared.workers()) == 2)
    (new,) = shared.workers() - {other}
    again = await (await shared.student_of(new)).ask_again(turn_id)
    assert again.is_done
    assert sorted(attempt.state for attempt in (await kept_in(settings)).attempts) == ["done", "interrupted"]

    workers = shared.workers()
    await shared.service.kill()
    await until(lambda: [command_of(worker) for worker in workers] == ["", ""])


def test_a_second_signal_kills_without_waiting(
    settings: Settings, cluster: str, caplog: pytest.LogCaptureFixture
) -> None:
    shared = settings.model_copy(update={"workers": 1, "port": 0, "database_url": new_database(cluster)})
    asked: list[int] = []
    with closing(listen(shared)) as listener:
        workers = Workers(shared, listener)
        workers.keep(asked, lambda: asked.extend([signal.SIGTERM, signal.SIGINT]))
        workers.stop(asked)
        workers.kill()

    assert "did not stop in time and is killed" in caplog.text


def test_when_no_worker_can_begin_the_start_ends(settings: Settings) -> None:
    nowhere = settings.model_copy(
        update={"workers": 1, "port": 0, "database_url": "postgresql+psycopg://x@127.0.0.1:1/x"}
    )
    with closing(listen(nowhere)) as listener, pytest.raises(Unexpected, match="A worker ended before it served"):
        Workers(nowhere, listener).keep((), lambda: None)
