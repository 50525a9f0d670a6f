"""Replies of processes that are gone, or are others."""

import asyncio
from dataclasses import replace

import pytest

from app import encounter as room
from app import errors, replies
from app.encounter import Reply, Rooms
from app.patient.memory import recall
from app.replies import Spoken
from app.replies import rooms as speaking
from app.storage import encounters
from tests.app.replies.talking import WHOLE, attempt, crash, first_words, is_saved, say, turns
from tests.app.scripted import ScriptedVoice, events_of, until, words_of


async def test_replies_running_at_a_crash_are_found_as_interrupted_at_start(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    await crash(rooms, met, "I was ")
    restarted = Rooms(rooms.store, voice, rooms.settings)

    assert await restarted.recover() == 1
    assert await restarted.recover() == 0

    turn_id = (await turns(rooms, met))[-1].turn_id or ""
    reply = await room.reply_to(restarted, met, turn_id)
    events = await events_of(reply)
    assert words_of(events) == "I was "
    assert (events[-1].event, events[-1].data["code"]) == ("failed", "patient_cut_off")
    assert (await attempt(rooms, reply)).state == "interrupted"
    assert [turn.speaker for turn in await turns(rooms, met)] == ["patient", "student"]
    again = await room.ask_again(restarted, met, turn_id)
    assert words_of(await events_of(again)) == WHOLE
    assert voice.scenes[-1].state is not None


async def test_a_reply_whose_process_is_gone_holds_nobody_up(rooms: Rooms, met: str) -> None:
    row = await crash(rooms, met, "I was ")

    reply = await say(rooms, met, "Are you there?")
    await reply.outcome()

    assert (await attempt(rooms, Reply(rooms, row.id, row.turn_id))).state == "interrupted"
    assert [turn.text for turn in await turns(rooms, met)][1:3] == ["Good morning.", "Are you there?"]


async def test_the_end_does_not_wait_for_a_process_that_is_gone(rooms: Rooms, met: str) -> None:
    row = await crash(rooms, met, "I was ")

    await room.end(rooms, met)

    assert (await attempt(rooms, Reply(rooms, row.id, row.turn_id))).state == "interrupted"
    assert len(await turns(rooms, met)) == 2


async def test_stopping_the_service_keeps_the_words_and_tells_the_watchers(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    voice.scripts = [["Yes, but ", asyncio.Event()]]
    reply = await say(rooms, met)
    watching = asyncio.create_task(events_of(reply))
    await first_words(reply)

    await rooms.close()

    assert (await watching)[-1].data["code"] == "patient_cut_off"
    row = await attempt(rooms, reply)
    assert (row.state, row.text) == ("interrupted", "Yes, but ")
    assert len(await turns(rooms, met)) == 2
    assert voice.closed


@pytest.fixture
def elsewhere(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """Another process on the same database, as with PostgreSQL."""
    monkeypatch.setattr(speaking, "SAVE_EVERY_S", 0.005)
    monkeypatch.setattr(speaking, "TAIL_EVERY_S", 0.005)
    other = Rooms(rooms.store, ScriptedVoice(), rooms.settings)
    rooms.alone = other.alone = False
    return other


async def test_a_reply_of_another_process_is_watched_from_its_row(
    rooms: Rooms, elsewhere: Rooms, met: str, voice: ScriptedVoice
) -> None:
    hold = asyncio.Event()
    voice.scripts = [["Yes. ", hold, "Please."]]
    reply = await say(rooms, met)
    tail = (await room.reply_to(elsewhere, met, reply.turn_id)).watch()

    assert (await anext(tail)).data == {"text": "Yes. "}
    hold.set()
    rest = [event async for event in tail]

    assert words_of(rest) == "Please."
    assert rest[-1] == await reply.outcome()


async def test_another_process_joins_a_turn_and_refuses_a_second(
    rooms: Rooms, elsewhere: Rooms, met: str, voice: ScriptedVoice
) -> None:
    hold = asyncio.Event()
    voice.scripts = [[hold, "Yes."]]
    reply = await say(rooms, met)

    joined = await room.say(elsewhere, met, reply.turn_id, "Good morning.")
    with pytest.raises(errors.ReplyRunning):
        await say(elsewhere, met, "Hello?")
    hold.set()

    assert await joined.outcome() == await reply.outcome()


async def test_another_process_can_stop_a_reply_at_the_words_saved(
    rooms: Rooms, elsewhere: Rooms, met: str, voice: ScriptedVoice
) -> None:
    voice.scripts = [["Yes, but ", asyncio.Event()]]
    reply = await say(rooms, met)
    await until(lambda: is_saved(rooms, reply, "Yes, but "))

    await room.stop(elsewhere, met, reply.turn_id)
    last = await reply.outcome()

    assert (last.data["state"], last.data["text"]) == ("stopped", "Yes, but")
    assert [turn.text for turn in await turns(rooms, met)][2:] == ["Yes, but"]
    await until(lambda: nobody_speaks(rooms))


async def nobody_speaks(rooms: Rooms) -> bool:
    return not rooms.live


async def test_a_reply_of_another_process_counts_as_gone_after_a_while(
    rooms: Rooms, elsewhere: Rooms, met: str
) -> None:
    row = await crash(rooms, met, "I was ", silent_s=speaking.GONE_AFTER_S + 1)

    assert (await Reply(elsewhere, row.id, row.turn_id).outcome()).data["code"] == "patient_cut_off"
    assert await elsewhere.recover() == 1


@pytest.mark.parametrize("goes_on", [False, True])
async def test_a_whole_answer_counts_though_its_process_was_taken_for_gone_unless_it_was_asked_for_again(
    rooms: Rooms, met: str, goes_on: bool
) -> None:
    row = await crash(rooms, met, "I was ")
    async with rooms.store.write() as session:
        replies.rows.mark_interrupted(await encounters.attempt(session, row.id))
    if goes_on:
        await (await room.ask_again(rooms, met, row.turn_id)).outcome()

    async with rooms.store.read() as session:
        record = await recall(session, await encounters.find(session, met))
    record = replace(record, turns=record.turns[:2])
    last = await replies.conclude(rooms.store, row.id, "done", Spoken("I was away."), record=record)

    assert last.event == ("failed" if goes_on else "done")
    assert [turn.text for turn in await turns(rooms, met)][2:] == [
        "Ça va… I’m fine \N{WILTED FLOWER}, really." if goes_on else "I was away."
    ]


async def test_a_living_reply_of_another_process_is_not_taken_for_interrupted(
    rooms: Rooms, elsewhere: Rooms, met: str
) -> None:
    await crash(rooms, met, "I was ")

    assert await elsewhere.recover() == 0
