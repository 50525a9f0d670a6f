"""What a database that fails does to whoever reads and writes, and that it heals without a restart."""

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

import app.storage
from app.errors import RapportError, StorageBroken, StorageBusy, StorageFull, StorageNotReady, StorageUnreachable
from app.settings import Settings
from app.storage import CONNECTIONS, Store
from app.storage.faults import in_our_words
from app.storage.tables import User
from tests.postgresql import Cluster, new_database, open_cluster


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """A PostgreSQL these tests may stop."""
    with open_cluster() as opened:
        yield opened


@pytest.fixture
def away(own_cluster: Cluster, settings: Settings) -> Settings:
    """Settings for a database of the cluster that is stopped."""
    return settings.model_copy(update={"database_url": new_database(str(own_cluster.folder))})


@pytest.fixture
async def store(away: Settings) -> AsyncIterator[Store]:
    store = await Store.open(away)
    yield store
    await store.close()


def user(name: str) -> User:
    return User(id=name, email=f"{name}@example.org", name=name, role="student", created_at=datetime.now(UTC))


async def add(store: Store, name: str) -> None:
    async with store.write() as session:
        session.add(user(name))


async def names(store: Store) -> list[str]:
    async with store.read() as session:
        return list(await session.scalars(select(User.name).order_by(User.name)))


@pytest.mark.parametrize("mode", ["immediate", "fast"])
async def test_postgresql_that_was_stopped_is_said_and_found_again(
    own_cluster: Cluster, store: Store, mode: str
) -> None:
    await add(store, "ada")
    own_cluster.stop(mode)
    try:
        told = await asyncio.gather(*(names(store) for _ in range(3)), add(store, "ben"), return_exceptions=True)
        again = await asyncio.gather(names(store), add(store, "ben"), return_exceptions=True)
    finally:
        own_cluster.start()

    assert [type(one) for one in (*told, *again)] == [StorageUnreachable] * 6
    await add(store, "cem")
    assert await names(store) == ["ada", "cem"]


async def test_what_must_be_saved_in_time_waits_for_no_other_session_with_postgresql(store: Store) -> None:
    async with AsyncExitStack() as others:
        for _ in range(CONNECTIONS - 1):
            session = await others.enter_async_context(store.write())
            await session.execute(select(User.name))
        async with asyncio.timeout(10), store.write(saves=True) as session:
            session.add(user("ada"))

    assert await names(store) == ["ada"]


@pytest.mark.parametrize("mode", ["immediate", "fast"])
async def test_what_postgresql_was_doing_when_it_was_stopped_is_said_and_not_kept(
    own_cluster: Cluster, store: Store, mode: str
) -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def write_across_the_stop() -> None:
        async with store.write() as session:
            session.add(user("ada"))
            await session.flush()
            begun.set()
            await stopped.wait()

    writing = asyncio.create_task(write_across_the_stop())
    await begun.wait()
    own_cluster.stop(mode)
    stopped.set()
    try:
        with pytest.raises(StorageUnreachable):
            await writing
    finally:
        own_cluster.start()

    assert await names(store) == []


async def test_rows_that_another_transaction_holds_too_long_are_said_to_be_busy(
    away: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.storage, "WAIT_S", 0.05)
    store = await Store.open(away)
    await add(store, "ada")
    async with store.write() as session:
        await session.get_one(User, "ada", with_for_update=True)
        with pytest.raises(StorageBusy):
            async with store.write() as other:
                await other.get_one(User, "ada", with_for_update=True)
    async with store.write() as session:
        assert (await session.get_one(User, "ada", with_for_update=True)).name == "ada"
    await store.close()


async def test_a_transaction_that_stands_still_lets_go_of_what_it_holds(
    away: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as short:
        short.setattr(app.storage, "ANSWER_S", 0.2)
        stuck = await Store.open(away)
    store = await Store.open(away)
    await add(store, "ada")

    async def hold_it_too_long() -> None:
        async with stuck.write() as session:
            await session.get_one(User, "ada", with_for_update=True)
            async with store.write() as other:
                await other.get_one(User, "ada", with_for_update=True)
            await session.get_one(User, "ada", populate_existing=True)

    with pytest.raises(StorageBusy):
        await hold_it_too_long()
    assert await names(stuck) == ["ada"]
    await stuck.close()
    await store.close()


async def test_a_postgresql_that_does_not_answer_any_more_is_given_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.storage, "ANSWER_S", 0.2)

    with pytest.raises(StorageUnreachable):
        async with store.read() as session:
            await session.execute(text("select pg_sleep(60)"))
    monkeypatch.undo()
    assert await names(store) == []


async def test_a_time_out_of_the_block_itself_stays_one(store: Store) -> None:
    with pytest.raises(TimeoutError):
        async with store.read():
            raise TimeoutError


async def test_an_address_where_nobody_answers_ends_the_start(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        address = f"postgresql+psycopg://rapport@127.0.0.1:{port}/rapport?connect_timeout=2"
        with pytest.raises(StorageNotReady, match="could not be reached"):
            await Store.open(settings.model_copy(update={"database_url": address}))


async def test_what_the_address_asks_of_postgresql_wins(away: Settings) -> None:
    address = f"{away.database_url}&options=-c%20lock_timeout%3D9s&application_name=ours"
    store = await Store.open(away.model_copy(update={"database_url": address}))
    async with store.read() as session:
        shown = [
            await session.scalar(text(f"show {name}"))
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "application_name")
        ]
    await store.close()

    assert shown == ["9s", "10s", "10s", "ours"]


async def test_sqlite_locked_by_another_program_refuses_every_write_in_time_and_heals(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.storage, "BUSY_MS", 100)
    store = await Store.open(settings)
    await add(store, "ada")
    with closing(sqlite3.connect(settings.data_dir / "rapport.sqlite", isolation_level=None)) as other:
        other.execute("begin immediate")
        told = await asyncio.gather(*(add(store, f"b{number}") for number in range(20)), return_exceptions=True)
        read = await names(store)
        other.execute("rollback")

    assert [type(one) for one in told] == [StorageBusy] * 20
    assert read == ["ada"]
    await add(store, "cem")
    assert await names(store) == ["ada", "cem"]
    await store.close()


async def test_a_write_waits_for_its_turn_only_so_long(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store = await Store.open(settings)
    monkeypatch.setattr(app.storage, "BUSY_MS", 10)
    async with store.write():
        with pytest.raises(StorageBusy):
            await add(store, "ada")
    await add(store, "ben")

    assert await names(store) == ["ben"]
    await store.close()


async def test_a_command_that_has_stored_its_work_ends_well_while_another_process_writes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, command = await Store.open(settings), await Store.open(settings)
    await add(command, "ada")
    monkeypatch.setattr(app.storage, "BUSY_MS", 10)
    async with server.write() as session:
        session.add(user("ben"))
        await session.flush()
        await command.close()

    assert await names(server) == ["ada", "ben"]
    await server.close()


async def test_a_disk_that_only_reads_is_said(settings: Settings) -> None:
    store = await Store.open(settings)
    async with store.write() as session:
        await session.execute(text("pragma query_only=on"))

    with pytest.raises(StorageBroken):
        await add(store, "ada")
    await store.close()


async def test_a_damaged_file_is_said(settings: Settings) -> None:
    store = await Store.open(settings)
    await add(store, "ada")
    await store.close()
    path = settings.data_dir / "rapport.sqlite"
    sound = path.read_bytes()
    path.write_bytes(sound[:4096] + b"\xff" * (len(sound) - 4096))

    with pytest.raises(StorageBroken):
        await Store.open(settings)


def raise_of_sqlite(code: int) -> None:
    fault = sqlite3.OperationalError("said in confidence")
    fault.sqlite_errorcode = code
    raise OperationalError("insert", {}, fault)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_IOERR_SHMSIZE, StorageFull),
        (sqlite3.SQLITE_IOERR, StorageBroken),
        (sqlite3.SQLITE_IOERR_WRITE, StorageBroken),
        (sqlite3.SQLITE_IOERR_FSYNC, StorageBroken),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StorageBusy),
        (sqlite3.SQLITE_CANTOPEN, StorageBroken),
        (sqlite3.SQLITE_READONLY_DBMOVED, StorageBroken),
        (sqlite3.SQLITE_ERROR, OperationalError),
    ],
)
def test_faults_of_sqlite_in_our_words(code: int, kind: type[Exception]) -> None:
    with pytest.raises(kind), in_our_words():
        raise_of_sqlite(code)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53100", StorageFull),
        ("53300", StorageUnreachable),
        ("57P01", StorageUnreachable),
        ("57P03", StorageUnreachable),
        ("57014", StorageBusy),
        ("40P01", StorageBusy),
        ("58030", StorageBroken),
        ("XX001", StorageBroken),
        ("42P01", ProgrammingError),
    ],
)
def test_faults_of_postgresql_in_our_words(state: str, kind: type[Exception]) -> None:
    fault = psycopg.errors.lookup(state)("said in confidence")

    with pytest.raises(kind), in_our_words():
        raise ProgrammingError("insert", {}, fault)


def opened(store: Store, how: str) -> AbstractAsyncContextManager[AsyncSession]:
    return store.read() if how == "read" else store.write()


@pytest.mark.parametrize("how", ["read", "write"])
async def test_an_error_of_our_own_passes_as_it_is(settings: Settings, how: str) -> None:
    store = await Store.open(settings)
    with pytest.raises(RapportError, match="Something went wrong on our side"):
        async with opened(store, how):
            raise RapportError
    await store.close()
