"""A class with its educator and two students, and talks held for it, for the tests of the pages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI

from app import encounter
from app.accounts import Person
from app.classroom import assignments, classes
from app.classroom.assignments import Terms
from app.storage.tables import Assignment, Cohort
from tests.app.scripted import SCENARIO
from tests.conftest import People

DAY = timedelta(days=1)


@dataclass
class Classroom:
    """Year 4: Eva teaches Ada and Ben."""

    app: FastAPI
    people: People
    cohort: Cohort

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/classes/{self.cohort.id}"

    async def set(self, opens: timedelta = -DAY, closes: timedelta = DAY, **terms: object) -> Assignment:
        """An assignment of the scripted patient's scenario, open from yesterday to tomorrow."""
        now = datetime.now(UTC)
        given = Terms(SCENARIO, now + opens, now + closes, **terms)  # type: ignore[arg-type]
        async with self.app.state.store.write() as session:
            return await assignments.set_assignment(session, self.cohort, self.people.educator, given)

    async def hold(self, student: Person, assignment: Assignment | None, *said: str) -> str:
        """A talk that has ended; its id."""
        rooms = self.app.state.rooms
        held = await encounter.begin(
            rooms, student, SCENARIO, assignment_id=assignment.id if assignment is not None else None
        )
        for words in said or ("You look frightened.",):
            reply = await encounter.say(rooms, held.id, str(uuid4()), words)
            await reply.outcome()
        await encounter.end(rooms, held.id)
        return held.id

    async def close(self, assignment: Assignment) -> None:
        """Let the assignment have closed a minute ago."""
        async with self.app.state.store.write() as session:
            row = await session.get_one(Assignment, assignment.id)
            row.closes_at = datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
async def year4(app: FastAPI, people: People) -> Classroom:
    async with app.state.store.write() as session:
        cohort = await classes.create_class(session, "Year 4", people.educator, "Europe/London")
        for student in (people.student, people.other_student):
            await classes.add_member(session, cohort.id, student.id, "student")
    return Classroom(app, people, cohort)
