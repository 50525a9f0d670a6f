import asyncio

import pytest
from sqlalchemy import func, select

from app import encounter as room
from app.replies import rooms as speaking
from app.settings import Settings
from app.storage import encounters
from app.storage.tables import ScorecardRow
from tests.app.scripted import SCENARIO, ScriptedVoice, events_of, new_id, open_rooms, until, words_of


async def test_an_encounter_is_held_ended_and_graded_on_either_database(either: Settings) -> None:
    turn_id = new_id()
    async with open_rooms(either, ScriptedVoice(["*She nods.* ", "Yes."])) as (rooms, student):
        held = await room.begin(rooms, student, SCENARIO)
        heard = await events_of(await room.say(rooms, held.id, turn_id, "Shall I tell you what we found?"))
        again = await events_of(await room.say(rooms, held.id, turn_id, "Shall I tell you what we found?"))
        card = await room.end(rooms, held.id)
        async with rooms.store.read() as session:
            turns = await encounters.turns_of(session, held.id)
            cards = await session.scalar(select(func.count()).select_from(ScorecardRow))

    assert (words_of(heard), words_of(again)) == ("*She nods.* Yes.", "*She nods.* Yes.")
    assert [(turn.text, turn.does) for turn in turns[-2:]] == [
        ("Shall I tell you what we found?", None),
        ("Yes.", "She nods."),
    ]
    assert (cards, card.scales["permission"].level is not None) == (1, True)


async def test_the_words_of_several_replies_are_saved_together(
    either: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "SAVE_EVERY_S", 0.005)
    hold = asyncio.Event()
    async with open_rooms(either, ScriptedVoice(["Yes. ", hold, "Please."])) as (rooms, student):
        held = [await room.begin(rooms, student, SCENARIO) for _ in range(3)]
        replies = [await room.say(rooms, one.id, new_id(), "Shall I go on?") for one in held]

        async def are_saved() -> bool:
            async with rooms.store.read() as session:
                rows = [await encounters.attempt(session, reply.attempt_id) for reply in replies]
            return [(row.state, row.text) for row in rows] == [("partial", "Yes. ")] * 3

        await until(are_saved)
        hold.set()
        assert [(await reply.outcome()).data["text"] for reply in replies] == ["Yes. Please."] * 3
