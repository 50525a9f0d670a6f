"""Rooms on a database of each kind, a student in them, and her class."""

from collections.abc import AsyncIterator

import pytest

from app import accounts
from app.accounts import Person
from app.classroom import classes
from app.encounter import Rooms
from app.settings import Settings
from app.storage.tables import Cohort
from tests.app.scripted import ScriptedVoice, open_rooms


@pytest.fixture
async def place(either: Settings) -> AsyncIterator[tuple[Rooms, Person]]:
    async with open_rooms(either, ScriptedVoice(["Yes."])) as opened:
        yield opened


@pytest.fixture
def rooms(place: tuple[Rooms, Person]) -> Rooms:
    return place[0]


@pytest.fixture
def ada(place: tuple[Rooms, Person]) -> Person:
    return place[1]


@pytest.fixture
async def eva(rooms: Rooms) -> Person:
    async with rooms.store.write() as session:
        return await accounts.add_user(session, "eva@example.org", "educator", "Eva")


@pytest.fixture
async def cohort(rooms: Rooms, eva: Person, ada: Person) -> Cohort:
    """Eva's class, with Ada in it."""
    async with rooms.store.write() as session:
        made = await classes.create_class(session, "Year 4", eva)
        await classes.add_member(session, made.id, ada.id, "student")
    return made
