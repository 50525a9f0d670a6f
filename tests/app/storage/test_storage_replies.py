"""Two processes on one database: on PostgreSQL each with a store of its own, on SQLite two rooms on the only one."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import encounter as room
from app import errors
from app.encounter import Reply, Rooms
from app.replies import rooms as speaking
from app.replies import rows
from app.settings import Settings
from app.storage import Store, encounters
from tests.app.scripted import SCENARIO, ScriptedVoice, events_of, new_id, open_rooms, until, words_of
from tests.postgresql import new_database

BLOCKED = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@dataclass(frozen=True)
class Two:
    """Two processes, the voice both ask, and an encounter that was begun."""

    here: Rooms
    there: Rooms
    voice: ScriptedVoice
    met: str


@pytest.fixture
async def two(either: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Two]:
    monkeypatch.setattr(speaking, "SAVE_EVERY_S", 0.005)
    monkeypatch.setattr(speaking, "TAIL_EVERY_S", 0.005)
    voice = ScriptedVoice()
    async with AsyncExitStack() as stack:
        here, student = await stack.enter_async_context(open_rooms(either, voice))
        there = Rooms(here.store, voice, either)
        here.alone = there.alone = False
        if either.database.startswith("postgresql"):
            there.store = await Store.open(either)
            stack.push_async_callback(there.store.close)
        stack.push_async_callback(there.close)
        yield Two(here, there, voice, (await room.begin(here, student, SCENARIO)).id)


async def texts(two: Two) -> list[str]:
    async with two.there.store.read() as session:
        return [turn.text for turn in await encounters.turns_of(session, two.met)][1:]


async def is_saved(two: Two, reply: Reply, text: str) -> bool:
    async with two.there.store.read() as session:
        return (await encounters.attempt(session, reply.attempt_id)).text == text


async def test_a_turn_sent_to_two_processes_at_once_is_one_turn(two: Two) -> None:
    turn_id = new_id()
    sent = [room.say(rooms, two.met, turn_id, "Hello.") for rooms in (two.here, two.there) * 5]

    replies = await asyncio.gather(*sent)
    heard = [words_of(await events_of(reply)) for reply in replies]

    assert heard == ["I see."] * 10
    assert await texts(two) == ["Hello.", "I see."]
    assert len(two.voice.scenes) == 1


async def test_of_two_turns_at_once_one_is_refused_and_nothing_of_it_stays(two: Two) -> None:
    hold = asyncio.Event()
    two.voice.scripts = [[hold, "I see."]]
    sent = [room.say(rooms, two.met, new_id(), said) for rooms, said in ((two.here, "One."), (two.there, "Two."))]

    taken, refused = sorted(await asyncio.gather(*sent, return_exceptions=True), key=lambda it: type(it) is not Reply)
    hold.set()

    assert isinstance(taken, Reply)
    assert isinstance(refused, errors.ReplyRunning)
    await taken.outcome()
    assert len(await texts(two)) == 2


async def test_a_reply_spoken_there_is_watched_here_at_every_offset(two: Two) -> None:
    hold = asyncio.Event()
    two.voice.scripts = [["Ça va… ", hold, "I’m fine."]]
    spoken = await room.say(two.there, two.met, new_id(), "Hello.")
    await until(lambda: is_saved(two, spoken, "Ça va… "))
    watching = [
        asyncio.create_task(events_of(await room.reply_to(two.here, two.met, spoken.turn_id), after))
        for after in range(17)
    ]
    hold.set()

    assert [words_of(await events) for events in watching] == ["Ça va… I’m fine."[after:] for after in range(17)]


async def test_the_end_here_stops_a_reply_spoken_there(two: Two) -> None:
    two.voice.scripts = [["Yes, but ", asyncio.Event()]]
    spoken = await room.say(two.there, two.met, new_id(), "Hello.")
    await until(lambda: is_saved(two, spoken, "Yes, but "))

    await room.end(two.here, two.met)

    assert (await spoken.outcome()).data["state"] == "stopped"
    assert await texts(two) == ["Hello.", "Yes, but"]
    with pytest.raises(errors.EncounterEnded):
        await room.say(two.there, two.met, new_id(), "Wait.")


async def test_a_reply_that_ends_here_while_it_is_stopped_there_becomes_one_turn(two: Two) -> None:
    for round_ in range(10):
        hold = asyncio.Event()
        two.voice.scripts = [["Yes, ", hold, "please."]]
        spoken = await room.say(two.here, two.met, new_id(), "Hello.")
        await until(lambda spoken=spoken: is_saved(two, spoken, "Yes, "))  # type: ignore[misc]

        hold.set()
        await room.stop(two.there, two.met, spoken.turn_id)
        last = await spoken.outcome()

        assert last.data["text"] == (await texts(two))[-1]
        assert len(await texts(two)) == 2 * (round_ + 1)


async def test_saving_a_reply_and_ending_it_never_wait_for_each_other(
    cluster: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "SAVE_EVERY_S", 3600.0)
    hold = asyncio.Event()
    on_postgresql = settings.model_copy(update={"database_url": new_database(cluster)})
    async with open_rooms(on_postgresql, ScriptedVoice(["Yes. ", hold, "Please."])) as (rooms, student):
        reply = await room.say(rooms, (await room.begin(rooms, student, SCENARIO)).id, new_id(), "Hello.")
        await anext(reply.watch())

        async def is_blocked() -> bool:
            async with rooms.store.read() as session:
                return bool(await session.scalar(text(BLOCKED)))

        async def end_meanwhile(session: AsyncSession, spoken: Sequence[Mapping[str, object]]) -> set[str]:
            hold.set()
            await until(is_blocked)
            async with asyncio.timeout(0.5):  # PostgreSQL looks for a deadlock after a second
                return await save_words(session, spoken)

        save_words = encounters.save_words
        monkeypatch.setattr(encounters, "save_words", end_meanwhile)
        async with rooms.store.write(saves=True) as session:
            still_spoken = await rows.save(session, [rooms.live[reply.attempt_id]])

        assert still_spoken == {reply.attempt_id}
        assert (await reply.outcome()).data["text"] == "Yes. Please."
