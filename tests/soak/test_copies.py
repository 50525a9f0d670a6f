"""A copy of the SQLite files as a power cut would leave them holds every acknowledged turn.

Two files copied one after the other while the service writes are no picture of any moment. So the service is halted
between two system calls, both are copied, and it goes on. The shared-memory file is left out: it does not outlive a
power cut.
"""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.soak.conftest import Report, Size
from tests.soak.conversations import faults_in, open_model, students_of, talking, until_all_have_spoken
from tests.soak.service import Service, open_service
from tests.soak.student import Student


@dataclass(frozen=True)
class Copy:
    """The database and its WAL as they were at one instant, and what had been promised by then."""

    database: Path
    wal_bytes: int
    turn_ids: set[str]
    """Turns that were acknowledged."""
    replies: set[str]
    """Replies that were read to their end."""


async def test_a_copy_taken_at_any_moment_opens_and_holds_all_that_was_promised(
    tmp_path: Path, size: Size, report: Report
) -> None:
    found, wal_bytes = [], []
    async with open_model() as model, open_service(tmp_path, model.url, students=size(10, 50)) as service:
        async with talking(service) as students:
            await until_all_have_spoken(students)
            for number in range(size(6, 100)):
                await asyncio.sleep(random.uniform(0, size(0.5, 1.0)))
                copy = await copy_files(service, tmp_path / f"copy{number}", students)
                wal_bytes.append(copy.wal_bytes)
                found.append(what_is_wrong_with(copy))
            last = await copy_files(service, tmp_path / "last", students)
        await service.terminate()
        put_in_place(last.database, service.database)
        await service.start()
        async with students_of(service) as returned:
            seen = [
                await one.ask("GET", f"/encounters/{was.encounter}")
                for one, was in zip(returned, students, strict=True)
            ]
        await service.terminate()
    report(
        f"SQLite: {len(found)} copies under {len(students)} conversations, the WAL of {min(wal_bytes) / 1000:.0f} to "
        f"{max(wal_bytes) / 1000:.0f} kB; {len(last.turn_ids)} turns acknowledged by the last"
    )

    assert found == [([], set(), set())] * len(found)
    assert last.turn_ids <= {turn["turn_id"] for encounter in seen for turn in encounter["turns"]}
    assert {(encounter["reply"] or {"state": "interrupted"})["state"] for encounter in seen} == {"interrupted"}
    assert service.tracebacks == []


async def copy_files(service: Service, folder: Path, students: Sequence[Student]) -> Copy:
    """Halt the service, copy, and let it go on."""
    await service.pause()
    try:
        acknowledged = {turn_id for student in students for turn_id in student.acknowledged}
        replies = {heard.text for student in students for heard in student.heard if heard.is_done}
        database = copy_pair(service.database, folder)
    finally:
        service.go_on()
    return Copy(database, wal_of(database).stat().st_size, acknowledged, replies)


def what_is_wrong_with(copy: Copy) -> tuple[list[str], set[str], set[str]]:
    """What SQLite finds, and the turns and the replies that are missing."""
    faults = faults_in(copy.database)
    with closing(sqlite3.connect(copy.database)) as connection:
        turns = connection.execute("select turn_id, as_shown from turns").fetchall()
    return faults, copy.turn_ids - {turn_id for turn_id, _ in turns}, copy.replies - {shown for _, shown in turns}


def copy_pair(database: Path, folder: Path) -> Path:
    folder.mkdir()
    shutil.copyfile(wal_of(database), wal_of(folder / database.name))
    return shutil.copyfile(database, folder / database.name)


def put_in_place(copy: Path, database: Path) -> None:
    """Make the copy the service's database, as it is after a power cut: unopened, and without shared memory."""
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    shutil.copyfile(wal_of(copy), wal_of(database))
    shutil.copyfile(copy, database)


def wal_of(database: Path) -> Path:
    return database.with_name(f"{database.name}-wal")
