"""Replies and turns that cannot be stored just now."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import encounter as room
from app import errors
from app.encounter import Rooms
from app.patient.memory import recall, set_scene
from app.replies import Event, LiveReply
from app.replies import rooms as speaking
from app.storage import encounters
from tests.app.replies.talking import first_words, say, turns
from tests.app.scripted import ScriptedVoice, disk_full, new_id, until


async def test_a_full_disk_at_the_end_of_a_reply_is_told_and_passes_without_a_restart(
    rooms: Rooms, met: str, voice: ScriptedVoice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hold = asyncio.Event()
    voice.scripts = [["Yes. ", hold, "Please."]]
    reply = await say(rooms, met)
    await first_words(reply)
    with monkeypatch.context() as full:
        full.setattr(rooms.store, "write", disk_full)
        hold.set()
        assert (await reply.outcome()).data == {
            "code": "storage_full",
            "message": "The server could not save this: its disk is full.",
            "what_now": "Your words are saved. Tell whoever runs this server, and try again later.",
        }
    assert "storage_full" in caplog.text
    assert [turn.speaker for turn in await turns(rooms, met)] == ["patient", "student"]

    again = await room.ask_again(rooms, met, reply.turn_id)

    assert (await again.outcome()).data["text"] == "Yes. Please."


async def test_a_full_disk_refuses_a_turn_and_asks_nobody(
    rooms: Rooms, met: str, voice: ScriptedVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_id = new_id()
    with monkeypatch.context() as full:
        full.setattr(rooms.store, "write", disk_full)
        with pytest.raises(errors.StorageFull) as refused:
            await room.say(rooms, met, turn_id, "Good morning.")
    assert refused.value.what_now.startswith("Your words are still in the box.")
    assert (voice.scenes, rooms.live) == ([], {})

    await (await room.say(rooms, met, turn_id, "Good morning.")).outcome()
    assert len(await turns(rooms, met)) == 3


async def test_reading_a_turn_needs_no_row_once_it_has_begun(rooms: Rooms, met: str) -> None:
    await (await say(rooms, met, "You look worried.")).outcome()
    with contextlib.suppress(errors.StorageFull):
        async with rooms.store.write() as session:
            record = await recall(session, await encounters.find(session, met))
            *_, said, _ = record.turns
            said.state = None  # as one that was just said
            reading = set_scene(replace(record, turns=record.turns[:-1]))
            raise errors.StorageFull  # whereupon a look at any row would be a query

    scene, received = await reading

    assert [exchange.as_shown for exchange in scene.history][-1] == "You look worried."
    assert received.reading.moves != ()


async def test_whoever_watches_a_reply_whose_turn_was_not_stored_is_told(
    rooms: Rooms, met: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, watching = rooms.store.write, list[asyncio.Task[list[Event]]]()

    async def hear(live: LiveReply) -> list[Event]:
        return [event async for event in live.watch(0)]

    @contextlib.asynccontextmanager
    async def full_at_the_commit() -> AsyncIterator[AsyncSession]:
        async with write() as session:
            yield session
            watching.extend(asyncio.create_task(hear(live)) for live in rooms.live.values())
            await asyncio.sleep(0)
            raise errors.StorageFull

    with monkeypatch.context() as full:
        full.setattr(rooms.store, "write", full_at_the_commit)
        with pytest.raises(errors.StorageFull):
            await say(rooms, met)

    assert [[event.data["code"] for event in await told] for told in watching] == [["patient_cut_off"]]
    assert rooms.live == {}


async def test_a_turn_read_in_an_older_form_is_read_anew_when_asked_again(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    voice.scripts = [["Yes. ", errors.PatientCutOff()], ["Please."]]
    reply = await say(rooms, met, "You look worried.")
    await reply.outcome()
    async with rooms.store.write() as session:
        turn = await encounters.student_turn(session, met, reply.turn_id)
        assert turn is not None
        turn.reading = {"form": "of another year"}

    again = await room.ask_again(rooms, met, reply.turn_id)

    assert (await again.outcome()).event == "done"
    assert voice.scenes[-1].reading.moves != ()


async def test_a_save_that_fails_does_not_cut_the_reply(
    rooms: Rooms, met: str, voice: ScriptedVoice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(speaking, "SAVE_EVERY_S", 0.005)
    hold = asyncio.Event()
    voice.scripts = [["Yes. ", hold, "Please."]]
    reply = await say(rooms, met)
    with monkeypatch.context() as full:
        full.setattr(rooms.store, "write", disk_full)
        await until(lambda: is_logged(caplog, "were not saved"))
    hold.set()

    assert (await reply.outcome()).data["text"] == "Yes. Please."


async def is_logged(caplog: pytest.LogCaptureFixture, words: str) -> bool:
    return words in caplog.text
