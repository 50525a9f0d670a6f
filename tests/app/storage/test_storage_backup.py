"""Copies: taken beside a store that writes, and put back."""

import asyncio
import errno
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app.errors import BadRequest, StorageBroken, StorageBusy, StorageFull, StorageNotReady
from app.settings import Settings
from app.storage import Store, backup
from app.storage.tables import User
from tests.conftest import settings_in

BESIDE = ("rapport.sqlite-wal", "rapport.sqlite-shm")


async def add(store: Store, *names: str) -> None:
    for name in names:
        async with store.write() as session:
            born = datetime.now(UTC)
            session.add(User(id=name, email=f"{name}@example.org", name=name, role="student", created_at=born))


async def names_in(settings: Settings) -> list[str]:
    store = await Store.open(settings)
    try:
        async with store.read() as session:
            return list(await session.scalars(select(User.name).order_by(User.name)))
    finally:
        await store.close()


async def fill(settings: Settings, *names: str) -> None:
    store = await Store.open(settings)
    await add(store, *names)
    await store.close()


def names_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("select name from users order by name")]


def copies_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("copy*"))


def crash_with(settings: Settings, name: str) -> None:
    """A database whose last commit stands in its WAL only, as after a kill; nobody has it open."""
    live = settings.data_dir / "rapport.sqlite"
    with closing(sqlite3.connect(live, isolation_level=None)) as connection:
        connection.execute("pragma wal_autocheckpoint=0")
        connection.execute(
            "insert into users (id, email, name, role, created_at) "
            f"values ('{name}', '{name}', '{name}', 'student', '2026-01-01')"
        )
        kept = {path: path.read_bytes() for path in (live, *(live.with_name(one) for one in BESIDE))}
    for path, content in kept.items():
        path.write_bytes(content)


async def test_a_copy_holds_what_was_committed_and_nothing_that_was_not(settings: Settings, tmp_path: Path) -> None:
    store = await Store.open(settings, server=True)
    await add(store, "ada")
    async with store.write() as session:
        session.add(User(id="b", email="b", name="ben", role="student", created_at=datetime.now(UTC)))
        await session.flush()
        copy = backup.take(settings, tmp_path / "copy.sqlite")
    await store.close()

    assert copy == (tmp_path / "copy.sqlite", (tmp_path / "copy.sqlite").stat().st_size, 0)
    assert names_of(copy.path) == ["ada"]
    assert copy.path.stat().st_mode & 0o777 == 0o600
    assert copies_in(tmp_path) == ["copy.sqlite"]


async def test_copies_gather_in_the_data_folder_under_their_time(settings: Settings) -> None:
    await fill(settings, "ada")

    path = backup.take(settings).path

    assert path.parent == settings.data_dir / "backups"
    assert re.fullmatch(r"rapport-\d{8}T\d{6}Z\.sqlite", path.name)
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_writes_go_on_while_a_copy_is_taken(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await Store.open(settings, server=True)
    await add(store, "ada")
    refuse = backup._refuse_what_is_not_ours
    loop = asyncio.get_running_loop()

    def write_when_the_moment_is_fixed(reader: sqlite3.Connection, source: Path) -> None:
        refuse(reader, source)
        asyncio.run_coroutine_threadsafe(add(store, *(f"n{number}" for number in range(20))), loop).result()

    monkeypatch.setattr(backup, "_refuse_what_is_not_ours", write_when_the_moment_is_fixed)
    copy = await asyncio.to_thread(backup.take, settings, tmp_path / "copy.sqlite")
    await store.close()

    assert names_of(copy.path) == ["ada"]
    assert len(await names_in(settings)) == 21


async def test_a_copy_after_a_crash_holds_the_wal_and_leaves_it_as_it_is(settings: Settings, tmp_path: Path) -> None:
    await fill(settings, "ada")
    crash_with(settings, "ben")
    files = [settings.data_dir / name for name in ("rapport.sqlite", "rapport.sqlite-wal")]
    before = [path.read_bytes() for path in files]

    copy = backup.take(settings, tmp_path / "copy.sqlite")

    assert names_of(copy.path) == ["ada", "ben"]
    assert [path.read_bytes() for path in files] == before


async def test_a_file_that_is_there_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    await fill(settings)
    (tmp_path / "mine").write_text("mine")

    with pytest.raises(BadRequest, match="mine is there already"):
        backup.take(settings, tmp_path / "mine")

    assert (tmp_path / "mine").read_text() == "mine"


async def test_what_cannot_be_copied_is_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="There is no database at"):
        backup.take(settings)
    await fill(settings)
    with pytest.raises(BadRequest, match="There is no folder"):
        backup.take(settings, tmp_path / "none" / "copy.sqlite")


async def test_a_damaged_database_is_not_kept_as_a_copy(settings: Settings, tmp_path: Path) -> None:
    await fill(settings, *(f"n{number}" for number in range(50)))
    live = settings.data_dir / "rapport.sqlite"
    sound = live.read_bytes()
    at = sound.rindex(b"n49@example.org") // 4096 * 4096
    live.write_bytes(sound[:at] + b"\xff" * 4096 + sound[at + 4096 :])

    with pytest.raises(StorageBroken):
        backup.take(settings, tmp_path / "copy.sqlite")

    assert copies_in(tmp_path) == []


async def test_a_disk_without_room_is_said_and_nothing_is_left_on_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(settings, "ada")

    def no_room(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup, "_sync", no_room)
    with pytest.raises(StorageFull, match="There is no room for a copy in"):
        backup.take(settings, tmp_path / "copy.sqlite")

    assert copies_in(tmp_path) == []


async def test_a_copy_that_is_put_back_is_served_and_the_database_of_before_is_kept(
    settings: Settings, tmp_path: Path
) -> None:
    await fill(settings, "ada")
    copy = backup.take(settings, tmp_path / "copy.sqlite")
    await fill(settings, "ben")

    restored = await backup.put_back(settings, copy.path)

    assert restored.aside is not None
    assert re.fullmatch(r"rapport\.sqlite\.before-\d{8}T\d{6}Z", restored.aside.name)
    assert (restored.path, restored.encounters) == (settings.data_dir / "rapport.sqlite", 0)
    assert restored.path.stat().st_mode & 0o777 == 0o600
    assert await names_in(settings) == ["ada"]
    assert names_of(restored.aside) == ["ada", "ben"]
    assert names_of(copy.path) == ["ada"]


async def test_what_stands_in_the_wal_of_the_database_of_before_is_kept_with_it(
    settings: Settings, tmp_path: Path
) -> None:
    await fill(settings, "ada")
    copy = backup.take(settings, tmp_path / "copy.sqlite")
    crash_with(settings, "ben")
    restored = await backup.put_back(settings, copy.path)

    assert restored.aside is not None
    assert names_of(restored.aside) == ["ada", "ben"]
    assert await names_in(settings) == ["ada"]


async def test_a_database_too_damaged_to_open_gives_way_and_is_kept(settings: Settings, tmp_path: Path) -> None:
    await fill(settings, "ada")
    copy = backup.take(settings, tmp_path / "copy.sqlite")
    live = settings.data_dir / "rapport.sqlite"
    for path in (live, *(live.with_name(name) for name in BESIDE)):
        path.write_bytes(b"ruined " * 1000)

    aside = (await backup.put_back(settings, copy.path)).aside

    assert await names_in(settings) == ["ada"]
    assert aside is not None
    assert [aside.with_name(aside.name + suffix).read_bytes()[:6] for suffix in ("", "-wal")] == [b"ruined"] * 2


async def test_a_wal_whose_database_is_gone_is_not_read_into_the_copy(settings: Settings, tmp_path: Path) -> None:
    await fill(settings, "ada")
    copy = backup.take(settings, tmp_path / "copy.sqlite")
    crash_with(settings, "ben")
    (settings.data_dir / "rapport.sqlite").unlink()

    await backup.put_back(settings, copy.path)

    assert await names_in(settings) == ["ada"]


async def test_a_copy_is_put_into_an_empty_folder(settings: Settings, tmp_path: Path) -> None:
    await fill(settings, "ada")
    copy = backup.take(settings, tmp_path / "copy.sqlite")
    elsewhere = settings_in(tmp_path / "elsewhere")

    restored = await backup.put_back(elsewhere, copy.path)

    assert restored.aside is None
    assert await names_in(elsewhere) == ["ada"]


async def test_a_copy_of_files_with_its_wal_beside_it_is_put_back_whole(settings: Settings, tmp_path: Path) -> None:
    await fill(settings, "ada")
    crash_with(settings, "ben")
    for name in ("rapport.sqlite", "rapport.sqlite-wal"):
        (tmp_path / name).write_bytes((settings.data_dir / name).read_bytes())
    elsewhere = settings_in(tmp_path / "elsewhere")

    await backup.put_back(elsewhere, tmp_path / "rapport.sqlite")

    assert await names_in(elsewhere) == ["ada", "ben"]


async def test_nothing_is_put_back_under_a_server(settings: Settings, tmp_path: Path) -> None:
    server = await Store.open(settings, server=True)
    await add(server, "ada")
    copy = backup.take(settings, tmp_path / "copy.sqlite")
    await add(server, "ben")

    with pytest.raises(StorageNotReady, match="A Rapport server is using this data folder"):
        await backup.put_back(settings, copy.path)

    await server.close()
    assert await names_in(settings) == ["ada", "ben"]


def not_a_database(path: Path) -> None:
    path.write_text("Dear diary\n" * 500)


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table songs (name text)")


def of_a_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("update alembic_version set version_num = '9999'")


def damaged(path: Path) -> None:
    sound = path.read_bytes()
    at = sound.rindex(b"ada@example.org") // 4096 * 4096
    path.write_bytes(sound[:at] + b"\xff" * 4096 + sound[at + 4096 :])


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "kind", "sentence"),
    [
        (not_a_database, BadRequest, "is not a database of Rapport"),
        (of_a_newer_version, BadRequest, "was made by a newer version of Rapport"),
        (damaged, StorageBroken, "damaged"),
        (gone, BadRequest, "There is no file"),
    ],
)
async def test_what_is_no_sound_copy_changes_nothing(
    settings: Settings, tmp_path: Path, spoil: Callable[[Path], None], kind: type[Exception], sentence: str
) -> None:
    await fill(settings, "ada")
    copy = backup.take(settings, tmp_path / "copy.sqlite").path
    spoil(copy)
    before = sorted(path.name for path in settings.data_dir.iterdir())

    with pytest.raises(kind, match=sentence):
        await backup.put_back(settings, copy)

    assert sorted({path.name for path in settings.data_dir.iterdir()} - {"rapport.sqlite.server.lock"}) == before
    assert await names_in(settings) == ["ada"]


async def test_a_database_of_another_program_is_refused(settings: Settings, tmp_path: Path) -> None:
    of_another_program(tmp_path / "songs")

    with pytest.raises(BadRequest, match="is not a database of Rapport"):
        await backup.put_back(settings, tmp_path / "songs")


async def test_a_database_that_another_program_holds_is_said_to_be_busy(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "BUSY_MS", 10)
    await fill(settings, "ada")
    copy = backup.take(settings, tmp_path / "copy.sqlite").path
    with closing(sqlite3.connect(copy, isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(StorageBusy):
            await backup.put_back(settings, copy)
