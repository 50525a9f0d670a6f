"""How long the pages of a class take: `python -m benchmarks.classes`. A class of 60, three assignments, two tries each.

One talk of each assignment is really held; the 360 of the class are copies. Milliseconds a page, median of `RUNS`, no
network: while a page is made nobody else's words move, so this is also how long a conversation may stand still.
"""

import asyncio
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import accounts, encounter
from app.accounts import Person
from app.classroom import assignments, classes
from app.classroom.assignments import Terms
from app.main import create_app
from app.settings import Settings
from app.storage.tables import Assignment, Encounter, ScorecardRow, Table, TurnRow
from personas import shipped

STUDENTS = 60
TRIES = 2
TURNS = 12
RUNS = 9
SAID = "You look worried. Would you like me to tell you what we know? I am sorry, part {number} of it is not good news."


def main() -> None:
    """Print one line for each page."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Settings(_env_file=None, data_dir=Path(folder), secret_key="k" * 40)))


async def _measure(settings: Settings) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        cohort_id, met, secret = await _fill(app)
        print(f"{STUDENTS} students, {len(met) * TRIES * STUDENTS} ended talks, milliseconds a page, median of {RUNS}")
        pages = {
            "list of classes": "/classes",
            "class": f"/classes/{cohort_id}",
            "assignment": f"/classes/{cohort_id}/assignments/{met[0].assignment_id}",
            "queue": f"/classes/{cohort_id}/review",
            "review": f"/encounters/{met[0].id}/review",
            "scores as CSV": f"/classes/{cohort_id}/scores.csv",
        }
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://rapport.test", cookies={"rapport": secret}
        ) as browser:
            for name, address in pages.items():
                spent = sorted([await _page_ms(browser, address) for _ in range(RUNS)])
                print(f"  {name:<18} {statistics.median(spent):7.1f}  ({spent[0]:.1f} to {spent[-1]:.1f})")


async def _page_ms(browser: httpx2.AsyncClient, address: str) -> float:
    started = time.perf_counter()
    answer = await browser.get(address, headers={"Accept": "text/html"})
    answer.raise_for_status()
    return (time.perf_counter() - started) * 1000


async def _fill(app: FastAPI) -> tuple[str, list[Encounter], str]:
    """The class, one real talk for each assignment, and the session of its educator."""
    async with app.state.store.write() as session:
        educator = await accounts.add_user(session, "eva@example.org", "educator", "Eva")
        cohort = await classes.create_class(session, "Year 4", educator)
        students = [await accounts.add_user(session, f"s{number}@example.org", "student") for number in range(STUDENTS)]
        for student in students:
            await classes.add_member(session, cohort.id, student.id, "student")
        now, day = datetime.now(UTC), timedelta(days=1)
        scenarios = [loaded.persona.scenarios[0].id for loaded in shipped().values()]
        found = [
            await assignments.set_assignment(session, cohort, educator, Terms(one, now, now + day, mode="assessment"))
            for one in scenarios
        ]
        secret = await accounts.new_session(session, app.state.key, educator.id, days=1)
    met = [await _hold(app, students[0], one) for one in found]
    async with app.state.store.write() as session:
        for talk in met:
            await _copy_for_all(session, talk, students)
    return cohort.id, met, secret


async def _hold(app: FastAPI, student: Person, assignment: Assignment) -> Encounter:
    rooms = app.state.rooms
    talk = await encounter.begin(rooms, student, None, assignment_id=assignment.id)
    for number in range(TURNS):
        reply = await encounter.say(rooms, talk.id, str(uuid4()), SAID.format(number=number + 1))
        await reply.outcome()
    await encounter.end(rooms, talk.id)
    return talk


async def _copy_for_all(session: AsyncSession, talk: Encounter, students: list[Person]) -> None:
    """The same talk for every student and try but the one that was held."""
    held = await session.get_one(Encounter, talk.id)
    turns = (await session.scalars(select(TurnRow).where(TurnRow.encounter_id == talk.id))).all()
    card = (await session.scalars(select(ScorecardRow).where(ScorecardRow.encounter_id == talk.id))).one()
    for number in range(1, STUDENTS * TRIES):
        new_id, began = str(uuid4()), held.started_at + timedelta(seconds=number)
        session.add(_copy(held, id=new_id, student_id=students[number // TRIES].id, started_at=began))
        await session.flush()
        session.add_all(_copy(turn, id=str(uuid4()), encounter_id=new_id) for turn in turns)
        session.add(_copy(card, id=str(uuid4()), encounter_id=new_id))


def _copy(row: Table, **changes: Any) -> Table:
    kept = {column.key: getattr(row, column.key) for column in type(row).__table__.columns}
    return type(row)(**kept | changes)


if __name__ == "__main__":
    main()
