"""A persona edited while encounters run: each goes on, and is graded, with the persona it began with."""

import hashlib
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from app import encounter as room
from app import marking
from app.accounts import Person
from app.encounter import Rooms
from app.settings import Settings
from app.storage import encounters
from app.storage.tables import PersonaVersion
from personas import LoadedPersona, Persona, loader, parse, shipped
from scoring import Scorecard, grade
from tests.app.scripted import SCENARIO, ScriptedVoice, new_id, open_rooms

HINT = "The first thing she said was a question she could hardly finish. What is in it?"
NEW_HINT = "Listen to how she began."
LUMP = "On the scan the lump measures 16 mm."
NEW_LUMP = "On the scan the lump measures 61 mm."


@pytest.fixture
def voice() -> ScriptedVoice:
    return ScriptedVoice(["Yes."])


@pytest.fixture
async def place(either: Settings, voice: ScriptedVoice) -> AsyncIterator[tuple[Rooms, Person]]:
    async with open_rooms(either, voice) as opened:
        yield opened


@pytest.fixture
def rooms(place: tuple[Rooms, Person]) -> Rooms:
    return place[0]


@pytest.fixture
def ada(place: tuple[Rooms, Person]) -> Person:
    return place[1]


@pytest.fixture
def graded_with(monkeypatch: pytest.MonkeyPatch) -> list[Persona]:
    """The persona of each grading, in order."""
    seen: list[Persona] = []

    def keep(*given: object, persona: Persona, **named: object) -> Scorecard:
        seen.append(persona)
        return grade(*given, persona=persona, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(marking, "grade", keep)
    return seen


def edit(monkeypatch: pytest.MonkeyPatch) -> LoadedPersona:
    """Ship Maria with another hint and another fact, as if her file were edited and the service started anew."""
    now = shipped()
    text = now["maria_rivera"].yaml_text.replace(HINT, NEW_HINT).replace(LUMP, NEW_LUMP)
    edited = LoadedPersona(parse(text, "edited"), text, hashlib.sha256(text.encode()).hexdigest())
    monkeypatch.setattr(loader, "_shipped", lambda: now | {"maria_rivera": edited})
    return edited


async def say(rooms: Rooms, met: str) -> None:
    await (await room.say(rooms, met, new_id(), "Hello.")).outcome()


async def versions(rooms: Rooms) -> set[tuple[str, str]]:
    """Which personas are stored: hash and id; a list with one twice is no set of its length."""
    async with rooms.store.read() as session:
        found = (await session.scalars(select(PersonaVersion))).all()
    assert len({one.content_hash for one in found}) == len(found)
    return {(one.content_hash, one.persona_id) for one in found}


async def test_an_edited_persona_changes_no_encounter_that_runs(
    rooms: Rooms, ada: Person, voice: ScriptedVoice, graded_with: list[Persona], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shipped()["maria_rivera"]
    running = [(await room.begin(rooms, ada, SCENARIO)).id for _ in range(2)]
    await say(rooms, running[0])
    new = edit(monkeypatch)

    for met in running:
        assert await room.hint(rooms, met) == HINT
        await say(rooms, met)
        await room.end(rooms, met)

    assert [scene.persona for scene in voice.scenes] == [old.persona] * 3
    assert [scene.scenario for scene in voice.scenes] == [old.persona.scenario(SCENARIO)] * 3
    assert graded_with == [old.persona] * 2
    assert new.persona != old.persona
    assert await versions(rooms) == {(old.content_hash, "maria_rivera")}


async def test_a_new_encounter_meets_the_edited_persona_and_both_are_stored_once(
    rooms: Rooms, ada: Person, voice: ScriptedVoice, graded_with: list[Persona], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shipped()["maria_rivera"]
    before = [await room.begin(rooms, ada, SCENARIO) for _ in range(2)]
    new = edit(monkeypatch)
    after = [await room.begin(rooms, ada, SCENARIO) for _ in range(2)]

    assert await room.hint(rooms, after[0].id) == NEW_HINT
    await say(rooms, after[0].id)
    await room.end(rooms, after[0].id)

    assert [one.persona_hash for one in before] == [old.content_hash] * 2
    assert [one.persona_hash for one in after] == [new.content_hash] * 2
    assert [scene.persona for scene in voice.scenes] == graded_with == [new.persona]
    assert NEW_LUMP in "".join(voice.scenes[0].scenario.known)
    assert await versions(rooms) == {(old.content_hash, "maria_rivera"), (new.content_hash, "maria_rivera")}


async def test_another_try_is_with_the_persona_of_the_first(
    rooms: Rooms, ada: Person, voice: ScriptedVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shipped()["maria_rivera"]
    met = (await room.begin(rooms, ada, SCENARIO)).id
    await say(rooms, met)
    edit(monkeypatch)
    other = await room.branch(rooms, ada, met, 1)
    await say(rooms, other.id)

    assert other.persona_hash == old.content_hash
    assert [scene.persona for scene in voice.scenes] == [old.persona] * 2


async def test_marking_anew_is_by_the_persona_of_the_encounter(
    rooms: Rooms, ada: Person, graded_with: list[Persona], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shipped()["maria_rivera"]
    met = (await room.begin(rooms, ada, SCENARIO)).id
    await say(rooms, met)
    first = await room.end(rooms, met)
    edit(monkeypatch)

    assert await marking.mark(rooms.store, met) == first
    assert graded_with == [old.persona] * 2


async def test_a_persona_that_is_shipped_no_more_goes_on_with_those_who_met_it(
    rooms: Rooms, ada: Person, voice: ScriptedVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shipped()["maria_rivera"]
    met = (await room.begin(rooms, ada, SCENARIO)).id
    monkeypatch.setattr(loader, "_shipped", dict)

    assert await room.hint(rooms, met) == HINT
    await say(rooms, met)
    card = await room.end(rooms, met)

    assert voice.scenes[0].persona == old.persona
    assert card == await marking.card_of_record(rooms.store, met)
    async with rooms.store.read() as session:
        assert (await encounters.find(session, met)).ended_at is not None
