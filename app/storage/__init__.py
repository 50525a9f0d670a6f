"""The database: a store that reads and writes, on SQLite and on PostgreSQL alike.

SQLite before 3.51.3 can corrupt a WAL database when two connections write or checkpoint at the same moment.
So one connection of one process writes at a time, under a lock that other processes respect, and readers only read.
"""

import asyncio
import logging
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from app.errors import StorageBusy, StorageNotReady, StorageUnreachable
from app.settings import Settings
from app.storage.faults import in_our_words
from app.storage.in_place import open_in_place, open_to_read
from app.storage.locks import FileLock
from app.storage.migrations import is_current, migrate

log = logging.getLogger(__name__)

SAFE_SQLITE = (3, 51, 3)
BUSY_MS = 5_000
"""How long one process waits for another's write, in milliseconds."""
QUEUE_S = 10.0
"""How long a write waits for those of the same process that came before it: a class that begins all at once."""
READERS = 8
"""How many SQLite connections read at once."""
CONNECTIONS = 20
"""How many connections one process opens to PostgreSQL, at most."""
CONNECT_S = 3
"""How long PostgreSQL may take to let us in; libpq takes whole seconds, two at least."""
ANSWER_S = 10.0
"""How long a session with PostgreSQL may last, from the wait for a connection to the commit."""
WAIT_S = 5.0
"""How long to wait for a connection that others use."""
FREE_BYTES = 16 * 2**20
"""Less than this left on the disk, and the service says that it is not ready: its WAL alone takes 4 MB and more."""


class Store:
    """One database, open. `read()` and `write()` give a session each."""

    def __init__(
        self, writer: AsyncEngine, reader: AsyncEngine, locks: "SqliteLocks | None", saver: AsyncEngine | None = None
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._saver = saver or writer
        self._locks = locks
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, settings: Settings, *, server: bool = False) -> Self:
        """Open the database of these settings; SQLite is brought up to date, PostgreSQL is only checked.

        `server=True` for the process that serves: a second one on the same SQLite file is refused.

        Raises:
            StorageNotReady: another server has the file, or PostgreSQL wants `data migrate` first.
            StorageFull: the disk is full.
        """
        if not settings.database.startswith("sqlite"):
            return await cls._open_postgresql(settings.database)
        with in_our_words():
            return await cls._open_sqlite(settings.database, server)

    @classmethod
    async def _open_sqlite(cls, database: str, server: bool) -> Self:
        if server and sqlite3.sqlite_version_info < SAFE_SQLITE:
            log.warning("SQLite %s is older than 3.51.3: serve with one process only.", sqlite3.sqlite_version)
        path = Path(make_url(database).database or "")
        _make_private(path)
        locks = SqliteLocks(path)
        try:
            await locks.enter(server)
            async with locks.writing():
                await asyncio.to_thread(migrate, database)
        except BaseException:
            locks.close()
            raise
        writer = create_async_engine(
            database,
            hide_parameters=True,
            pool_size=1,
            max_overflow=0,
            connect_args={"async_creator_fn": open_in_place},
        )
        _prepare_sqlite(writer, ("journal_mode=WAL", "synchronous=FULL"), "BEGIN IMMEDIATE")
        reader = create_async_engine(
            database,
            hide_parameters=True,
            pool_size=READERS,
            max_overflow=0,
            pool_timeout=WAIT_S,
            connect_args={"async_creator_fn": open_to_read},
        )
        _prepare_sqlite(reader, ("query_only=ON",), "BEGIN")
        return cls(writer, reader, locks)

    @classmethod
    async def _open_postgresql(cls, database: str) -> Self:
        engine = _postgresql_engine(database, CONNECTIONS - 1)
        try:
            with in_our_words():
                async with asyncio.timeout(ANSWER_S), engine.connect() as connection:
                    current = await connection.run_sync(is_current)
            if not current:
                raise StorageNotReady(
                    "The database does not have this version's tables.", "Run: python -m app data migrate"
                )
        except BaseException as error:
            await engine.dispose()
            if isinstance(error, (StorageUnreachable, TimeoutError)):
                raise _unreachable() from error
            raise
        reader = engine.execution_options(postgresql_readonly=True)
        return cls(engine, reader, None, saver=_postgresql_engine(database, 1))

    async def close(self) -> None:
        """Close every connection; the writer goes last, so that the last checkpoint is its own."""
        await self._reader.dispose()
        if self._locks is None:
            await self._writer.dispose()
            await self._saver.dispose()
            return
        try:
            async with self._turn, self._locks.writing():
                await self._writer.dispose()
        except StorageBusy:  # who writes so long has the file open: ours is not the last connection, nothing is folded
            await self._writer.dispose()
        finally:
            self._locks.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that cannot write.

        Raises:
            StorageUnreachable, StorageBusy, StorageBroken: 503, the database is away, overrun or damaged.
        """
        with in_our_words(only_reads=True):
            async with self._patience(), AsyncSession(self._reader, expire_on_commit=False) as session:
                yield session

    @asynccontextmanager
    async def write(self, *, saves: bool = False) -> AsyncIterator[AsyncSession]:
        """A session that commits when the block ends, and forgets everything when it raises.

        With `saves` it waits for no other session, nor for PostgreSQL to let it in: one connection is kept for what
        must be saved in time. Such blocks come one after the other.

        Raises:
            StorageFull: 507, the disk is full; nothing of this block was kept.
            StorageBusy: 503, somebody else held the database, or these rows, too long.
            StorageUnreachable: 503, PostgreSQL is away; nothing was kept, or it went away just after the commit.
            StorageBroken: 503, the disk or the file gives errors.
        """
        with in_our_words():
            async with (
                self._place(),
                self._patience(),
                AsyncSession(self._saver if saves else self._writer, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session

    def has_room(self) -> bool:
        """Whether the disk SQLite is on has room for more. PostgreSQL's disk cannot be seen from here."""
        path = self._writer.url.database
        return self._locks is None or shutil.disk_usage(Path(path or "").parent).free >= FREE_BYTES

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """The right to write on SQLite: one at a time here, and one process at a time; nobody waits for ever."""
        if self._locks is None:
            yield
            return
        try:
            async with asyncio.timeout(QUEUE_S):
                await self._turn.acquire()
        except TimeoutError as error:
            raise StorageBusy from error
        try:
            async with self._locks.writing():
                yield
        finally:
            self._turn.release()

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[None]:
        """Give PostgreSQL up when it does not answer at all: a connection may stay open to a server that hangs."""
        if self._locks is not None:
            yield
            return
        patience = asyncio.timeout(ANSWER_S)
        try:
            async with patience:
                yield
        except TimeoutError as error:
            if patience.expired():
                raise StorageUnreachable from error
            raise


class SqliteLocks:
    """The two lock files beside a database: who serves it, and who writes just now."""

    def __init__(self, database: Path) -> None:
        self._server = FileLock(database.with_name(database.name + ".server.lock"))
        self._write = FileLock(database.with_name(database.name + ".write.lock"))

    async def enter(self, server: bool) -> None:
        """Take the server's place, if this is a server.

        Raises:
            StorageNotReady: another server has it.
        """
        if server and not await self._server.take(wait_s=1.0):
            raise StorageNotReady(
                "Another Rapport server is already using this data folder.",
                "Stop it first, or give this one its own folder with RAPPORT_DATA_DIR.",
            )

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Hold the right to write, against every other process."""
        if not await self._write.take(wait_s=BUSY_MS / 1000):
            raise StorageBusy
        try:
            yield
        finally:
            self._write.release()

    def close(self) -> None:
        """Let go of everything."""
        self._server.close()
        self._write.close()


def migrate_server(database: str) -> None:
    """Bring a PostgreSQL database to this version's tables.

    Raises:
        StorageNotReady: it cannot be reached.
        StorageFull, StorageBusy, StorageBroken: its disk is full, its tables are in use, its files are damaged.
    """
    try:
        with in_our_words():
            migrate(database)
    except StorageUnreachable as error:
        raise _unreachable() from error


def _make_private(path: Path) -> None:
    """Make the file before SQLite does: its folder may be open to others, and the WAL gets the file's mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _unreachable() -> StorageNotReady:
    return StorageNotReady(
        "The database could not be reached.", "Check RAPPORT_DATABASE_URL and that PostgreSQL is running."
    )


def _postgresql_engine(database: str, connections: int) -> AsyncEngine:
    """What the address says itself wins: `?connect_timeout=10`, or `?options=-c%20lock_timeout%3D9s`."""
    given = make_url(database).query
    limits = {"lock_timeout": WAIT_S, "statement_timeout": ANSWER_S, "idle_in_transaction_session_timeout": ANSWER_S}
    options = " ".join(f"-c {name}={seconds * 1000:.0f}" for name, seconds in limits.items())
    ours = {"connect_timeout": CONNECT_S, "tcp_user_timeout": int(WAIT_S * 1000), "keepalives_idle": 30}
    arguments = {name: value for name, value in ours.items() if name not in given}
    return create_async_engine(
        database,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,  # those would be opened and closed again in every rush
        pool_timeout=WAIT_S,
        pool_pre_ping=True,
        connect_args={**arguments, "options": f"{options} {given.get('options', '')}".rstrip()},
    )


def _prepare_sqlite(engine: AsyncEngine, pragmas: tuple[str, ...], begin: str) -> None:
    """Set every new connection up; transactions begin as `begin` says, not when Python's driver thinks best."""

    def on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY_MS}", "foreign_keys=ON", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
