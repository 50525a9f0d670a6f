"""What a database says when something is wrong, in our words."""

import errno
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.errors import RapportError, StorageBroken, StorageBusy, StorageFull, StorageUnreachable

Plain = type[RapportError]

OF_SQLITE: Mapping[int, Plain] = {
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_IOERR_SHMSIZE: StorageFull,
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_IOERR: StorageBroken,
    sqlite3.SQLITE_CORRUPT: StorageBroken,
    sqlite3.SQLITE_NOTADB: StorageBroken,
    sqlite3.SQLITE_CANTOPEN: StorageBroken,
    sqlite3.SQLITE_READONLY: StorageBroken,
}
"""By SQLite's extended code, else by its low byte."""

OF_POSTGRESQL: Mapping[str, Plain] = {
    "53100": StorageFull,
    "55P03": StorageBusy,  # lock_timeout
    "57014": StorageBusy,  # statement_timeout
    "25P03": StorageBusy,  # idle_in_transaction_session_timeout
    "40P01": StorageBusy,  # a deadlock
    "25006": StorageBroken,  # the server only reads: a standby
    "08": StorageUnreachable,
    "53": StorageUnreachable,  # no connection or no memory to spare
    "57": StorageUnreachable,  # shut down, crashed, or starting up
    "58": StorageBroken,  # its disk
    "XX": StorageBroken,  # its files
}
"""By SQLSTATE, else by its first two characters."""

OF_WRITING_WHERE_ONE_READS = (sqlite3.SQLITE_READONLY, "25006")
"""In a session that only reads these are a fault of ours, not of the database."""


@contextmanager
def in_our_words(*, only_reads: bool = False) -> Iterator[None]:
    """Turn what a database says about its disk, a lock or its absence into the errors a person can act on."""
    try:
        yield
    except DBAPIError as error:
        plain = _said_plainly(error, only_reads)
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


def of_sqlite(error: BaseException | None) -> Plain | None:
    """What an error of the SQLite library means; None for one that is not of the disk or of a lock."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else OF_SQLITE.get(code) or OF_SQLITE.get(code & 0xFF)


def _said_plainly(error: DBAPIError, only_reads: bool) -> Plain | None:
    code, state = getattr(error.orig, "sqlite_errorcode", None), getattr(error.orig, "sqlstate", None)
    if only_reads and (code in OF_WRITING_WHERE_ONE_READS or state in OF_WRITING_WHERE_ONE_READS):
        return None
    if code is not None:
        return of_sqlite(error.orig)
    if state is not None and (plain := OF_POSTGRESQL.get(state) or OF_POSTGRESQL.get(state[:2])) is not None:
        return plain
    lost = error.connection_invalidated or (state is None and isinstance(error, (OperationalError, InterfaceError)))
    return StorageUnreachable if lost else None


def _forget_the_row(error: DBAPIError) -> None:
    """Cut PostgreSQL's DETAIL line off the error: it repeats the row, and so what was said, into every log."""
    if error.orig is not None:
        first_line = str(error.orig).partition("\n")[0]
        error.orig.args = (first_line,)
        error.args = (f"({type(error.orig).__name__}) {first_line}",)
