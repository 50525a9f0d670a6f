"""An encounter in which nothing was said yet, with a patient who follows a script."""

from collections.abc import AsyncIterator

import pytest

from app import encounter as room
from app.accounts import Person
from app.encounter import Rooms
from app.settings import Settings
from tests.app.replies.talking import WORDS
from tests.app.scripted import SCENARIO, ScriptedVoice, open_rooms


@pytest.fixture
def voice() -> ScriptedVoice:
    return ScriptedVoice(list(WORDS))


@pytest.fixture
async def place(settings: Settings, voice: ScriptedVoice) -> AsyncIterator[tuple[Rooms, Person]]:
    async with open_rooms(settings, voice) as opened:
        yield opened


@pytest.fixture
def rooms(place: tuple[Rooms, Person]) -> Rooms:
    return place[0]


@pytest.fixture
async def met(place: tuple[Rooms, Person]) -> str:
    rooms, student = place
    return (await room.begin(rooms, student, SCENARIO)).id
