from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from app import accounts, classroom
from app.accounts import Person
from app.errors import BadRequest
from app.settings import Settings
from app.storage import Store, people

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    store = await Store.open(settings)
    yield store
    await store.close()


@pytest.fixture
async def eva(store: Store) -> Person:
    async with store.write() as session:
        return await accounts.add_user(session, "eva@example.org", "educator")


async def test_a_class_belongs_to_whoever_made_it(store: Store, eva: Person) -> None:
    async with store.write() as session:
        cohort = await classroom.create_class(session, " Year 4 ", eva.id)
    async with store.read() as session:
        taught = await people.classes_of(session, eva.id, "educator")
        joined = await people.classes_of(session, eva.id, "student")

    assert [(one.id, one.name) for one in taught] == [(cohort.id, "Year 4")]
    assert joined == []
    assert len(cohort.join_code) == 8
    assert set(cohort.join_code) <= set(classroom.CODE_SIGNS)


async def test_being_added_twice_is_being_in_it_once(store: Store, eva: Person) -> None:
    async with store.write() as session:
        ada = await accounts.add_user(session, "ada@example.org", "student")
        cohort = await classroom.create_class(session, "Year 4", eva.id)
        await classroom.add_member(session, cohort.id, ada.id, "student")
        await classroom.add_member(session, cohort.id, ada.id, "student")
    async with store.read() as session:
        assert len(await people.classes_of(session, ada.id, "student")) == 1


async def test_a_class_without_a_name_is_refused(store: Store, eva: Person) -> None:
    async with store.write() as session:
        with pytest.raises(BadRequest, match="needs a name"):
            await classroom.create_class(session, "  ", eva.id)


async def test_an_assignment_is_open_between_two_times(store: Store, eva: Person) -> None:
    async with store.write() as session:
        cohort = await classroom.create_class(session, "Year 4", eva.id)
        assignment = await classroom.set_assignment(session, cohort.id, "a-result", NOON, NOON + DAY, mode="assessment")

        with pytest.raises(BadRequest, match="close before it opens"):
            await classroom.set_assignment(session, cohort.id, "a-result", NOON, NOON)
        with pytest.raises(BadRequest, match="exam is not a mode"):
            await classroom.set_assignment(session, cohort.id, "a-result", NOON, NOON + DAY, mode="exam")

    assert (assignment.cohort_id, assignment.difficulty, assignment.mode) == (cohort.id, "standard", "assessment")
    assert (assignment.opens_at, assignment.closes_at) == (NOON, NOON + DAY)
