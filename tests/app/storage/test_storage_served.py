"""The commands beside a real server under load: copies, new accounts, and no second server."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from app.storage import backup
from tests.conftest import settings_in
from tests.soak.conversations import faults_in, open_model, students_of, talking, until_all_have_spoken
from tests.soak.service import Service, open_service
from tests.soak.student import Student

STUDENTS = 8


async def command(service: Service, *words: str) -> tuple[int, str]:
    """Run one of our commands on the service's data; its status and all it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app",
        *words,
        env=service.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def turn_ids_in(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {turn_id for (turn_id,) in connection.execute("select turn_id from turns where turn_id is not null")}


async def test_a_copy_taken_under_load_holds_every_turn_acknowledged_before_and_is_served(tmp_path: Path) -> None:
    copies = [tmp_path / f"copy{number}" for number in range(2)]
    async with open_model(sentences=(1,)) as model, open_service(tmp_path, model.url, students=STUDENTS) as service:
        async with talking(service) as students:
            await until_all_have_spoken(students)
            for copy in copies:
                acknowledged = {turn_id for student in students for turn_id in student.acknowledged}
                status, said = await command(service, "data", "backup", str(copy))
                assert (status, said.splitlines()[0].endswith(f" {STUDENTS} encounters.")) == (0, True), said
                assert acknowledged - turn_ids_in(copy) == set()
                assert faults_in(copy) == []
            added = await command(service, "users", "add", "late@example.org", "--role", "student")
            refused = await command(service, "serve", "--port", "0")
            restoring = await command(service, "data", "restore", str(copies[0]))
        assert added[0] == 0, added[1]
        assert (refused[0], "Another Rapport server is already using" in refused[1]) == (2, True)
        assert restoring == (2, "A Rapport server is using this data folder. Stop it, then restore.\n")
        served = [(student.token, student.encounter) for student in students]
        await service.terminate()

        elsewhere = settings_in(tmp_path / "elsewhere")
        await backup.put_back(elsewhere, copies[-1])
        service.environment["RAPPORT_DATA_DIR"] = str(elsewhere.data_dir)
        await service.start()
        async with students_of(service) as again:
            for student, (token, encounter) in zip(again, served, strict=True):
                read = await Student(student.client, token, encounter=encounter).read()
                assert read["turns"]
