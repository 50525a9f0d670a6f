"""Copies of a SQLite database: taken beside a running server, and put back when none runs.

The copy is what one reader sees at one moment, page by page (SQLite's backup API, in one step). A reader neither
writes nor checkpoints, so the server's writer is never held up and never shares its work with a second connection.
"""

import errno
import os
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy.engine import URL, make_url

from app.errors import BadRequest, RapportError, StorageBroken, StorageBusy, StorageFull, StorageNotReady
from app.settings import Settings
from app.storage import BUSY_MS, SqliteLocks
from app.storage.faults import of_sqlite
from app.storage.migrations import is_known, migrate

SIDECARS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database that is open, or was when its process ended."""

DUMP = "Run: pg_dump --format=custom --file={file} --dbname={address}"
RESTORE = (
    "Stop Rapport and run: pg_restore --clean --if-exists --no-owner --single-transaction --dbname={address} {file} "
    "and then: python -m app data migrate"
)


class Copy(NamedTuple):
    """A copy that was taken."""

    path: Path
    size_bytes: int
    encounters: int


class Restored(NamedTuple):
    """A copy that was put in place, and where the database is that was there before, if one was."""

    path: Path
    encounters: int
    aside: Path | None


def take(settings: Settings, wanted: Path | None = None) -> Copy:
    """Copy the database to a new file, mode 0600; without `wanted`, into `backups` in the data folder.

    Holds all that was committed before the call. The file appears under its name only when it is whole and sound.

    Raises:
        BadRequest: not SQLite, no database yet, no such folder, or the file is there already.
        StorageFull, StorageBusy, StorageBroken: no room, locked by another program, or damaged.
    """
    live = _sqlite_file(settings, DUMP, wanted)
    target = wanted or settings.data_dir / "backups" / f"rapport-{_time()}.sqlite"
    if not live.is_file():
        raise BadRequest(f"There is no database at {live}.", "Nothing was ever stored there.")
    with _plainly(target):
        if wanted is None:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_to_overwrite(target)
        with _draft_of(target) as draft:
            _copy(live, draft)
            encounters = _check(draft)
            _refuse_to_overwrite(target)
            draft.rename(target)
            _sync(target.parent)
    return Copy(target, target.stat().st_size, encounters)


async def put_back(settings: Settings, copy: Path) -> Restored:
    """Put a copy in the place of the database, brought to this version's tables; the one there is kept beside it.

    Raises:
        BadRequest: not SQLite, no such file, no Rapport database, or one of a newer version.
        StorageNotReady: a server is using the data folder.
        StorageFull, StorageBusy, StorageBroken: no room, locked by another program, or the copy is damaged.
    """
    live = _sqlite_file(settings, RESTORE, copy)
    with _plainly(live):
        _refuse_if_missing(copy)
        live.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        locks = SqliteLocks(live)
        try:
            await _enter(locks)
            async with locks.writing():
                return _put_back(live, copy)
        finally:
            locks.close()


async def _enter(locks: SqliteLocks) -> None:
    try:
        await locks.enter(server=True)
    except StorageNotReady as error:
        raise StorageNotReady("A Rapport server is using this data folder.", "Stop it, then restore.") from error


def _put_back(live: Path, copy: Path) -> Restored:
    """All that may fail is done on a draft; then two steps, and the folder holds a whole database after each."""
    with _draft_of(live) as draft:
        _copy(copy, draft)
        _check(draft)
        migrate(URL.create("sqlite", database=str(draft)).render_as_string())
        encounters = _check(draft)
        aside = _set_aside(live)
        draft.replace(live)
        _sync(live.parent)
    return Restored(live, encounters, aside)


def _set_aside(live: Path) -> Path | None:
    """Give the database that is there a second name, and leave nothing beside the first that belongs to it.

    Its WAL is folded in, so that it is whole under the first name too until the next step. One too damaged for
    that keeps its WAL under the second name, made before SQLite could throw it away.
    """
    aside = live.with_name(f"{live.name}.before-{_time()}")
    found = [suffix for suffix in ("", *SIDECARS) if live.with_name(live.name + suffix).exists()]
    for suffix in found:
        os.link(live.with_name(live.name + suffix), aside.with_name(aside.name + suffix))
    is_whole = "" in found and _fold_in(live)
    for suffix in SIDECARS:
        live.with_name(live.name + suffix).unlink(missing_ok=True)
        if is_whole:
            aside.with_name(aside.name + suffix).unlink(missing_ok=True)
    return aside if found else None


def _fold_in(live: Path) -> bool:
    """Move all that stands in the WAL into the database itself; whether that could be done."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(live)) as connection:
        busy, frames, _ = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        return bool(busy == 0 and frames >= 0)
    return False


def _copy(source: Path, draft: Path) -> None:
    """What a reader sees now, as a file of its own without a WAL.

    The first query fixes the moment, and fails in words where the backup itself would wait for ever.
    """
    with closing(_open_to_read(source)) as reader, closing(sqlite3.connect(draft)) as writer:
        reader.execute("begin")
        _refuse_what_is_not_ours(reader, source)
        reader.backup(writer)
        writer.execute("pragma journal_mode=delete")


def _open_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, and that does not checkpoint when it is the last one to close."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000, isolation_level=None
    )


def _refuse_what_is_not_ours(connection: sqlite3.Connection, path: Path) -> None:
    try:
        found = connection.execute("select version_num, (select count(*) from encounters) from alembic_version")
        revisions = [revision for revision, _ in found]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_NOTADB):
            raise
        raise BadRequest(f"{path} is not a database of Rapport.", "Name another.") from error
    if not all(is_known(revision) for revision in revisions):
        raise BadRequest(f"{path} was made by a newer version of Rapport.", "Use that version, or a newer one.")


def _check(path: Path) -> int:
    """How many encounters a sound database holds; it is safe on the disk then.

    Raises:
        StorageBroken: it is damaged.
    """
    with closing(_open_to_read(path)) as connection:
        faults = connection.execute("pragma integrity_check(1)").fetchall()
        if faults != [("ok",)]:
            raise StorageBroken("The database is damaged, so it was not copied.", "Use an older copy.")
        (encounters,) = connection.execute("select count(*) from encounters").fetchone()
    _sync(path)
    return int(encounters)


@contextmanager
def _draft_of(target: Path) -> Iterator[Path]:
    """A new private file beside the target; whatever is left of it goes when the block ends."""
    draft = target.with_name(f"{target.name}.{uuid4().hex}.part")
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield draft
    finally:
        for suffix in ("", *SIDECARS):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)


@contextmanager
def _plainly(target: Path) -> Iterator[None]:
    """Every fault of file, disk and SQLite as one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise _of_the_library(error, target) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _no_room(target) from error
        why = f"{error.filename or target}: {os.strerror(error.errno or 0)}."
        raise BadRequest(why, "Name another file.") from error


def _of_the_library(error: sqlite3.Error, target: Path) -> RapportError:
    kind = of_sqlite(error) or StorageBroken
    if kind is StorageFull:
        return _no_room(target)
    if kind is StorageBusy:
        return StorageBusy("Another program holds the database.", "Try again in a moment.")
    return StorageBroken("The database gives errors: its file or its disk is damaged.", "Use an older copy.")


def _no_room(target: Path) -> StorageFull:
    return StorageFull(f"There is no room for a copy in {target.parent}.", "Make room, or name another disk.")


def _refuse_to_overwrite(target: Path) -> None:
    if not target.parent.is_dir():
        raise BadRequest(f"There is no folder {target.parent}.", "Make it first, or name another.")
    if target.exists():
        raise BadRequest(f"{target} is there already.", "Name a file that is not.")


def _refuse_if_missing(copy: Path) -> None:
    if not copy.is_file():
        raise BadRequest(f"There is no file {copy}.", "Name a file that `data backup` made.")


def _sqlite_file(settings: Settings, command: str, file: Path | None) -> Path:
    """Where the database is; PostgreSQL has commands of its own for this, which are told."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "")
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    told = {"address": plain.render_as_string(), "file": str(file or "rapport.dump")}
    raise BadRequest(
        "This database is PostgreSQL, which brings its own tools for this.",
        command.format(**{name: shlex.quote(value) for name, value in told.items()}),
    )


def _sync(path: Path) -> None:
    """Wait until a file's content, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _time() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
