"""An assignment changed or taken back just as a student begins it; on PostgreSQL, where two write at once."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import encounter as room
from app import errors
from app.accounts import Person
from app.classroom import assignments
from app.encounter import Rooms
from app.storage import classes as rows
from app.storage.tables import Assignment, Cohort, Encounter
from tests.app.classroom.made import count, open_now, set_for
from tests.app.scripted import SCENARIO, until

pytestmark = pytest.mark.parametrize("either", ["postgresql"], indirect=True)

Act = Callable[[Rooms, Assignment, Person], Coroutine[Any, Any, None]]

OTHER = "ray-new-diabetes"


@pytest.fixture
async def made(rooms: Rooms, cohort: Cohort, eva: Person) -> Assignment:
    return await set_for(rooms.store, cohort, eva)


async def held(session: AsyncSession, made: Assignment) -> Assignment:
    """The assignment as the pages hold it to change it or to take it back."""
    return await session.get_one(Assignment, made.id, with_for_update=True)


async def change(rooms: Rooms, made: Assignment, eva: Person) -> None:
    async with rooms.store.write() as session:
        await assignments.change_assignment(session, await held(session, made), eva, open_now(scenario_id=OTHER))


async def delete(rooms: Rooms, made: Assignment, eva: Person) -> None:
    async with rooms.store.write() as session:
        await assignments.delete_assignment(session, await held(session, made), eva)


async def waiting(rooms: Rooms) -> int:
    """How many transactions wait for another."""
    query = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    async with rooms.store.read() as session:
        return await session.scalar(text(query)) or 0


@pytest.mark.parametrize("act", [change, delete])
async def test_what_a_student_is_just_beginning_counts_as_begun(
    rooms: Rooms, ada: Person, eva: Person, cohort: Cohort, made: Assignment, act: Act
) -> None:
    async with rooms.store.write() as session:
        await rows.hold_membership(session, cohort.id, ada.id)
        beginning = asyncio.create_task(room.begin(rooms, ada, None, assignment_id=made.id))

        async def begins() -> bool:
            return await waiting(rooms) == 1

        await until(begins)
        changing = asyncio.create_task(act(rooms, made, eva))

        async def comes_after() -> bool:
            return changing.done() or await waiting(rooms) == 2

        await until(comes_after)
    await asyncio.wait((beginning, changing))
    begun = await beginning
    async with rooms.store.read() as session:
        kept = await session.get_one(Assignment, made.id)

    assert isinstance(changing.exception(), errors.AssignmentUsed)
    assert (begun.assignment_id, begun.scenario_id, kept.scenario_id) == (made.id, SCENARIO, SCENARIO)


@pytest.mark.parametrize("deleted", [False, True])
async def test_who_begins_while_it_is_changed_begins_what_it_has_become(
    rooms: Rooms, ada: Person, eva: Person, made: Assignment, deleted: bool
) -> None:
    async with rooms.store.write() as session:
        row = await held(session, made)
        if deleted:
            await assignments.delete_assignment(session, row, eva)
        else:
            await assignments.change_assignment(session, row, eva, open_now(scenario_id=OTHER))
        await session.flush()
        beginning = asyncio.create_task(room.begin(rooms, ada, None, assignment_id=made.id))

        async def begins() -> bool:
            return await waiting(rooms) == 1

        await until(begins)

    if deleted:
        with pytest.raises(errors.NotFound):
            await beginning
        assert await count(rooms.store, Encounter) == 0
    else:
        begun = await beginning
        assert (begun.assignment_id, begun.scenario_id) == (made.id, OTHER)
