import asyncio
import fcntl
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

import app.storage
from app.errors import StorageBusy, StorageFull, StorageNotReady
from app.settings import Settings
from app.storage import Store
from app.storage.tables import Membership, User

BORN = datetime(2026, 3, 1, 12, 30, tzinfo=timezone(timedelta(hours=2)))


def user(name: str) -> User:
    return User(id=name, email=f"{name}@example.org", name=name, role="student", created_at=BORN)


async def names(store: Store) -> list[str]:
    async with store.read() as session:
        return list(await session.scalars(select(User.name).order_by(User.name)))


@pytest.fixture
async def store(either: Settings) -> AsyncIterator[Store]:
    store = await Store.open(either)
    yield store
    await store.close()


@pytest.fixture
async def sqlite(settings: Settings) -> AsyncIterator[Store]:
    store = await Store.open(settings)
    yield store
    await store.close()


async def test_what_was_written_is_read_in_utc(store: Store) -> None:
    async with store.write() as session:
        session.add(user("ada"))

    async with store.read() as session:
        ada = await session.get_one(User, "ada")

    assert (ada.name, ada.created_at, ada.created_at.tzinfo) == ("ada", BORN, UTC)


async def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    async def fail_half_way() -> None:
        async with store.write() as session:
            session.add(user("ada"))
            await session.flush()
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await fail_half_way()

    assert await names(store) == []


async def test_a_write_that_is_cancelled_leaves_nothing_and_blocks_nobody(store: Store) -> None:
    begun = asyncio.Event()

    async def write_for_ever() -> None:
        async with store.write() as session:
            session.add(user("ada"))
            await session.flush()
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_for_ever())
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])
    async with store.write() as session:
        session.add(user("ben"))

    assert await names(store) == ["ben"]


async def test_writes_at_once_all_land(store: Store) -> None:
    async def add(number: int) -> None:
        async with store.write() as session:
            session.add(user(f"n{number:02}"))

    await asyncio.gather(*(add(number) for number in range(20)))

    assert await names(store) == [f"n{number:02}" for number in range(20)]


async def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        async with store.read() as session:
            await session.execute(text("delete from users"))


async def test_a_reader_sees_only_what_was_committed(store: Store) -> None:
    async with store.write() as session:
        session.add(user("ada"))
        await session.flush()
        assert await names(store) == []
    assert await names(store) == ["ada"]


async def test_nobody_belongs_to_a_class_that_is_not_there(store: Store) -> None:
    with pytest.raises(IntegrityError):
        async with store.write() as session:
            session.add_all([user("ada"), Membership(cohort_id="none", user_id="ada", role="student")])


async def test_a_fault_of_the_database_does_not_repeat_what_was_written(store: Store) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with store.write() as session:
            session.add(User(id="x", email="said in confidence", name="x", role="dean", created_at=BORN))

    assert "said in confidence" not in str(caught.value)


async def test_two_processes_write_in_turn(settings: Settings, sqlite: Store) -> None:
    other = await Store.open(settings)

    async def add(store: Store, prefix: str) -> None:
        for number in range(10):
            async with store.write() as session:
                session.add(user(f"{prefix}{number}"))

    await asyncio.gather(add(sqlite, "a"), add(other, "b"))
    await other.close()

    assert len(await names(sqlite)) == 20


async def test_a_second_server_is_refused_and_a_command_is_not(settings: Settings) -> None:
    server = await Store.open(settings, server=True)
    with pytest.raises(StorageNotReady, match="Another Rapport server"):
        await Store.open(settings, server=True)
    command = await Store.open(settings)
    await command.close()
    await server.close()

    again = await Store.open(settings, server=True)
    await again.close()


async def test_a_process_that_holds_the_lock_too_long_is_named(
    sqlite: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.storage, "BUSY_MS", 10)
    lock = os.open(settings.data_dir / "rapport.sqlite.write.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        with pytest.raises(StorageBusy):
            async with sqlite.write() as session:
                session.add(user("ada"))
    finally:
        os.close(lock)

    async with sqlite.write() as session:
        session.add(user("ben"))
    assert await names(sqlite) == ["ben"]


async def test_sqlite_keeps_what_it_acknowledged(sqlite: Store) -> None:
    async def pragma(name: str, *, writer: bool) -> object:
        async with sqlite.write() if writer else sqlite.read() as session:
            return await session.scalar(text(f"pragma {name}"))

    assert [
        await pragma("journal_mode", writer=True),
        await pragma("synchronous", writer=True),
        await pragma("foreign_keys", writer=True),
        await pragma("query_only", writer=True),
        await pragma("query_only", writer=False),
    ] == ["wal", 2, 1, 0, 1]


async def fill_disk(store: Store) -> None:
    """From now on the database file may not grow by a page."""
    async with store.write() as session:
        pages = await session.scalar(text("pragma page_count"))
        await session.execute(text(f"pragma max_page_count = {pages}"))


async def test_a_full_disk_is_said_and_loses_nothing_acknowledged(sqlite: Store) -> None:
    async with sqlite.write() as session:
        session.add(user("ada"))
    await fill_disk(sqlite)

    kept = ["ada"]

    async def write_on() -> None:
        for number in range(1000):
            async with sqlite.write() as session:
                row = user(f"b{number:03}")
                row.password_hash = "x" * 1000
                session.add(row)
            kept.append(row.name)

    with pytest.raises(StorageFull):
        await write_on()
    assert await names(sqlite) == kept
    async with sqlite.write() as session:
        await session.execute(text("pragma max_page_count = 100000"))
    async with sqlite.write() as session:
        session.add(user("zoe"))
    assert await names(sqlite) == [*kept, "zoe"]


async def test_what_was_acknowledged_is_there_after_a_crash(settings: Settings) -> None:
    program = """
import asyncio, os, sys
from pathlib import Path
from sqlalchemy import text
from app.storage import Store
from app.settings import Settings

async def main():
    store = await Store.open(Settings(_env_file=None, data_dir=Path(sys.argv[1])), server=True)
    async with store.write() as session:
        await session.execute(text(
            "insert into users (id, email, name, role, created_at) values ('a', 'a', 'ada', 'student', '2026-01-01')"
        ))
    os._exit(9)

asyncio.run(main())
"""
    root = Path(app.storage.__file__).parents[2]
    crashed = await asyncio.create_subprocess_exec(sys.executable, "-c", program, settings.data_dir, cwd=root)

    assert await crashed.wait() == 9
    store = await Store.open(settings, server=True)
    assert await names(store) == ["ada"]
    await store.close()


async def test_nobody_else_on_the_machine_may_read_the_database(settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
    store = await Store.open(settings)
    modes = {path.name: path.stat().st_mode & 0o077 for path in settings.data_dir.iterdir() if path.is_file()}
    await store.close()

    assert modes
    assert set(modes.values()) == {0}, modes
