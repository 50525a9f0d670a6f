"""SQLite without a trip to a thread for each statement.

aiosqlite does everything in a thread: four trips there and back for one query, each as dear as the query itself, and
each waiting for its turn among whatever else this process does. Here only what may have to wait runs in the thread:
to open, to begin a write (for another process's), to commit it (for the disk), to close. A query of ours reads
a few pages that are in memory, in less time than a trip takes; who only reads waits for nobody.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite

_MAY_WAIT = ("BEGIN IM", "COMMIT", "ROLLBACK", "PRAGMA", "VACUUM")


class InPlace(aiosqlite.Connection):
    """A connection that runs statements where they are asked for. Never two at once: a session has it to itself."""

    only_reads = False

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._connection is None or (_may_wait(fn, args) and not self._ends_reading(fn)):
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return fn(*args, **kwargs)

    def _ends_reading(self, fn: Callable[..., Any]) -> bool:
        return self.only_reads and fn.__name__ in ("commit", "rollback")


def open_in_place(path: str, **options: Any) -> InPlace:
    """What SQLAlchemy opens a connection with, given as `async_creator_fn`."""
    connection = InPlace(partial(sqlite3.connect, path, **{**options, "check_same_thread": False}), 64)
    connection._thread.daemon = True  # as SQLAlchemy does with its own: an interpreter that ends waits for nothing
    return connection


def open_to_read(path: str, **options: Any) -> InPlace:
    """The same for a connection that never writes."""
    connection = open_in_place(path, **options)
    connection.only_reads = True
    return connection


def _may_wait(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    if fn.__name__ in ("execute", "executemany"):
        return str(args[0]).lstrip()[:8].upper().startswith(_MAY_WAIT)
    return fn.__name__ in ("commit", "rollback", "close", "executescript", "backup")
