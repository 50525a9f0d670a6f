"""The database: a store that reads and writes, on SQLite and on PostgreSQL alike.

SQLite before 3.51.3 can corrupt a WAL database when two connections write or checkpoint at the same moment.
So one connection of one process writes at a time, under a lock that other processes respect, and readers only read.
"""

import asyncio
import errno
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from app.errors import StorageBusy, StorageFull, StorageNotReady
from app.settings import Settings
from app.storage.locks import FileLock
from app.storage.migrations import is_current, migrate

log = logging.getLogger(__name__)

SAFE_SQLITE = (3, 51, 3)
BUSY_MS = 5_000
"""How long one process waits for another's write, in milliseconds."""
READERS = 8
"""How many SQLite connections read at once."""


class Store:
    """One database, open. `read()` and `write()` give a session each."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, locks: "SqliteLocks | None") -> None:
        self._writer = writer
        self._reader = reader
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
        writer = create_async_engine(database, hide_parameters=True, pool_size=1, max_overflow=0)
        _prepare_sqlite(writer, ("journal_mode=WAL", "synchronous=FULL"), "BEGIN IMMEDIATE")
        reader = create_async_engine(database, hide_parameters=True, pool_size=READERS, max_overflow=0)
        _prepare_sqlite(reader, ("query_only=ON",), "BEGIN")
        return cls(writer, reader, locks)

    @classmethod
    async def _open_postgresql(cls, database: str) -> Self:
        engine = create_async_engine(database, hide_parameters=True, pool_size=10, max_overflow=10, pool_pre_ping=True)
        try:
            async with engine.connect() as connection:
                current = await connection.run_sync(is_current)
        except OperationalError as error:
            await engine.dispose()
            raise _unreachable() from error
        if not current:
            await engine.dispose()
            raise StorageNotReady(
                "The database does not have this version's tables.", "Run: python -m app data migrate"
            )
        return cls(engine, engine.execution_options(postgresql_readonly=True), None)

    async def close(self) -> None:
        """Close every connection; the writer goes last, so that the last checkpoint is its own."""
        await self._reader.dispose()
        if self._locks is None:
            await self._writer.dispose()
            return
        try:
            async with self._turn, self._locks.writing():
                await self._writer.dispose()
        finally:
            self._locks.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that cannot write."""
        with in_our_words():
            async with AsyncSession(self._reader, expire_on_commit=False) as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session that commits when the block ends, and forgets everything when it raises.

        Raises:
            StorageFull: 507, the disk is full; nothing of this block was kept.
            StorageBusy: 503, another process held the database too long.
        """
        with in_our_words():
            if self._locks is None:
                async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
                    yield session
                return
            async with (
                self._turn,
                self._locks.writing(),
                AsyncSession(self._writer, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session


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
        StorageFull: its disk is full.
    """
    with in_our_words():
        try:
            migrate(database)
        except OperationalError as error:
            if _said_plainly(error.orig) is None:
                raise _unreachable() from error
            raise


def _make_private(path: Path) -> None:
    """Make the file before SQLite does: its folder may be open to others, and the WAL gets the file's mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _unreachable() -> StorageNotReady:
    return StorageNotReady(
        "The database could not be reached.", "Check RAPPORT_DATABASE_URL and that PostgreSQL is running."
    )


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn what a database says about a full disk or a lock into the errors a person can act on."""
    try:
        yield
    except DBAPIError as error:
        plain = _said_plainly(error.orig)
        if plain is not None:
            raise plain from error
        _forget_the_row(error)
        raise
    except PoolTimeout as error:
        raise StorageBusy from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull from error
        raise


def _said_plainly(error: BaseException | None) -> StorageFull | StorageBusy | None:
    code = getattr(error, "sqlite_errorcode", None)
    state = getattr(error, "sqlstate", None)
    if state == "53100" or (code is not None and code & 0xFF == sqlite3.SQLITE_FULL):
        return StorageFull()
    if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageBusy()
    return None


def _forget_the_row(error: DBAPIError) -> None:
    """Cut PostgreSQL's DETAIL line off the error: it repeats the row, and so what was said, into every log."""
    if error.orig is not None:
        first_line = str(error.orig).partition("\n")[0]
        error.orig.args = (first_line,)
        error.args = (f"({type(error.orig).__name__}) {first_line}",)


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
