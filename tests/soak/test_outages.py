"""The disk full, the database held or gone, the service told to stop: said clearly, nothing lost, over without help."""

import asyncio
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from tests.fake_llm import FakeLlm
from tests.postgresql import Cluster, new_database, open_cluster
from tests.soak.conftest import Report, Size
from tests.soak.conversations import faults_in
from tests.soak.listener import Listener, Stored, begin_many, listen_afresh, open_client, say_all, stored_in
from tests.soak.service import Service, open_service

DISK_BYTES = 32 * 2**20
STOPPED_WITHIN_S = 10
"""Whoever stops us is impatient after that long, as containers are."""

THOUGHTS = (
    "I keep looking at the clock on that wall.",
    "My sister said I should write things down.",
    "It was raining when I came in this morning.",
    "The waiting is what I find hard, you know.",
    "I could not eat anything at breakfast.",
)
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
"""Somebody else's program, which knows nothing of the lock files beside the database."""


@pytest.fixture
async def llm() -> AsyncIterator[FakeLlm]:
    """A model that speaks for one to five seconds and never twice the same."""
    numbers = count(1000)

    def answer(_: object) -> str:
        number = next(numbers)
        return " ".join((f"Thought {number} then.", *THOUGHTS[number % 5 :]))

    server = FakeLlm(tokens_per_s=10, answers=answer, counts=False)
    await server.start()
    yield server
    await server.stop()


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own at this folder; skips the test where none may be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=700", "tmpfs", str(folder)]
    try:
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no `mount` here")
    if tried.returncode:
        pytest.skip(f"a small disk to fill cannot be mounted here: {tried.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@asynccontextmanager
async def filled(folder: Path) -> AsyncIterator[None]:
    """Not one byte free in this folder, until the block is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert shutil.disk_usage(folder).free == 0
    try:
        yield
    finally:
        filler.unlink()


@asynccontextmanager
async def held(database: Path) -> AsyncIterator[None]:
    """The database locked by another process."""
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(database), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert other.stdout is not None
    assert await other.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        await other.communicate(b"")


@asynccontextmanager
async def stopped(cluster: Cluster) -> AsyncIterator[None]:
    """PostgreSQL ended as by a power cut, and started again."""
    await asyncio.to_thread(cluster.stop, "immediate")
    try:
        yield
    finally:
        await asyncio.to_thread(cluster.start)


async def until_all_are_answered(listeners: Sequence[Listener]) -> None:
    """Return when everyone's turn has been taken."""
    async with asyncio.timeout(30):
        while any(one.status != 200 for one in listeners):  # noqa: ASYNC110  an answer that begins wakes nobody
            await asyncio.sleep(0.01)


async def talk_through(
    service: Service, outage: AbstractAsyncContextManager[None], outage_s: float, many: int, report: Report
) -> Counter[tuple[int, str | None]]:
    """Conversations before, in and after an outage: all of them whole; what was said to those who came within it.

    The outage goes on until somebody was refused: a busy machine is slow to ask.
    """
    told: Counter[tuple[int, str | None]] = Counter()
    async with open_client(service) as client, asyncio.timeout(outage_s + 100):
        early = await begin_many(client, ["How are you?"] * many)
        late = await begin_many(client, ["What did you do today?"] * (many // 2))
        after = await begin_many(client, ["What is on your mind?"] * (many // 2))
        speaking = asyncio.create_task(say_all(early))
        await until_all_are_answered(early)
        async with outage:
            trying = asyncio.gather(*(one.say_until_taken(told) for one in late))
            await asyncio.sleep(outage_s)
            while not told:  # noqa: ASYNC110  a refusal wakes nobody
                await asyncio.sleep(0.1)
        await asyncio.gather(speaking, trying)
        await say_all(after)
        everyone = [*early, *late, *after]
        fresh = [await listen_afresh(one) for one in everyone]
    assert {(one.last, one.code) for one in everyone} == {("done", None)}
    assert [one.text for one in fresh] == [one.text for one in everyone]
    stored = await stored_in(service.settings)
    for one in everyone:
        turns = [("student", one.said), ("patient", one.text)]
        assert stored[one.encounter].turns == turns
        assert stored[one.encounter].attempts[-1] == ("done", one.text)
    assert service.tracebacks == []
    report(f"refused within {outage_s:g} s: {dict(told)}; {len(everyone)} conversations whole")
    return told


async def test_a_full_disk_is_said_and_costs_nothing(llm: FakeLlm, tmp_path: Path, size: Size, report: Report) -> None:
    with small_disk(tmp_path / "data"):
        async with open_service(tmp_path, llm.url) as service:
            outage = filled(service.settings.data_dir)
            # not more of them: SQLite's log, once it is as long as it gets, has room for many turns on a full disk
            told = await talk_through(service, outage, outage_s=size(6, 30), many=8, report=report)
            await service.terminate()
        faults = faults_in(service.database)

    assert set(told) == {(507, "storage_full")}
    assert faults == []


async def test_a_database_that_another_holds_is_said_and_costs_nothing(
    llm: FakeLlm, tmp_path: Path, size: Size, report: Report
) -> None:
    async with open_service(tmp_path, llm.url) as service:
        told = await talk_through(
            service, held(service.database), outage_s=size(7, 30), many=size(8, 40), report=report
        )
        await service.terminate()

    assert set(told) == {(503, "storage_busy")}
    assert faults_in(service.database) == []


async def test_a_postgresql_that_is_gone_is_said_and_costs_nothing(
    llm: FakeLlm, tmp_path: Path, size: Size, report: Report
) -> None:
    with open_cluster() as cluster:
        database_url = new_database(str(cluster.folder))
        async with open_service(tmp_path, llm.url, database_url=database_url) as service:
            told = await talk_through(service, stopped(cluster), outage_s=size(4, 30), many=size(8, 40), report=report)
            await service.terminate()

    assert set(told) == {(503, "storage_unreachable")}


async def test_a_service_told_to_stop_ends_every_answer_in_words(
    llm: FakeLlm, tmp_path: Path, database_url: str | None, size: Size, report: Report
) -> None:
    many = size(20, 100)
    llm.tokens_per_s = 5  # the longest answers go on for longer than a service that stops waits
    async with open_service(tmp_path, llm.url, database_url=database_url) as service:
        async with open_client(service) as client:
            listeners = await begin_many(client, ["How are you?"] * many)
            speaking = asyncio.create_task(say_all(listeners))
            await until_all_are_answered(listeners)
            out_after_s = await service.terminate()
            await speaking
        exit_code = service.exit_code
        kept = await stored_in(service.settings)
        ends = Counter((one.last, one.code) for one in listeners)
        cut = [one for one in listeners if one.last == "failed"]
        assert [kept[one.encounter] for one in listeners] == [as_heard(one) for one in listeners]
        llm.tokens_per_s = 100
        await service.start()
        async with open_client(service) as client:
            for one in cut:
                one.client = client
            await asyncio.gather(*(one.ask_again() for one in cut))
        kept = await stored_in(service.settings)

    assert (exit_code, set(ends)) == (0, {("done", None), ("failed", "patient_cut_off")})
    assert out_after_s < STOPPED_WITHIN_S
    assert {one.last for one in cut} == {"done"}
    assert [kept[one.encounter].turns[1:] for one in cut] == [[("patient", one.text)] for one in cut]
    assert service.tracebacks == []
    report(f"out after {out_after_s:.1f} s; {dict(ends)}; all {len(cut)} cut short asked again")


def as_heard(listener: Listener) -> Stored:
    """What is to be kept of an answer, by how it ended."""
    if listener.last == "done":
        return Stored([("student", listener.said), ("patient", listener.text)], [("done", listener.text)])
    return Stored([("student", listener.said)], [("interrupted", listener.text)])
