import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import encounter as room
from app import errors, replies
from app.accounts import Person
from app.encounter import Reply, Rooms
from app.patient import Piece
from app.patient import turns as patient
from app.patient.memory import recall, set_scene
from app.patient.scene import Usage
from app.replies import Event, LiveReply, Spoken
from app.replies import rooms as speaking
from app.settings import Settings
from app.storage import encounters
from app.storage.tables import ReplyAttempt, TurnRow
from tests.app.scripted import SCENARIO, ScriptedVoice, disk_full, events_of, new_id, open_rooms, until, words_of

WORDS = ["*She looks at the floor.* ", "Ça va… ", "I’m ", "fine \N{WILTED FLOWER}, ", "really."]
WHOLE = "".join(WORDS)


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


async def say(rooms: Rooms, met: str, said: str = "Good morning.") -> Reply:
    return await room.say(rooms, met, new_id(), said)


async def attempt(rooms: Rooms, reply: Reply) -> ReplyAttempt:
    async with rooms.store.read() as session:
        return await encounters.attempt(session, reply.attempt_id)


async def turns(rooms: Rooms, met: str) -> list[TurnRow]:
    async with rooms.store.read() as session:
        return list(await encounters.turns_of(session, met))


async def first_words(reply: Reply) -> Event:
    """Wait until the patient has begun to speak."""
    return await anext(reply.watch())


async def is_saved(rooms: Rooms, reply: Reply, text: str) -> bool:
    return (await attempt(rooms, reply)).text == text


async def test_a_finished_reply_is_stored_once_with_its_lines_and_tokens(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    voice.scripts = [
        [Piece("Yes. ", line="a"), Piece("Please.", line="b", screened=True), Piece("", usage=Usage(900, 800, 4, 2))]
    ]
    reply = await say(rooms, met)
    await reply.outcome()

    row = await attempt(rooms, reply)
    assert (row.state, row.text, row.lines, row.screened, row.error_code) == (
        "done",
        "Yes. Please.",
        ["a", "b"],
        1,
        None,
    )
    assert (row.prompt_tokens, row.cached_tokens, row.completion_tokens) == (900, 800, 4)
    assert row.shortened_turns == 2
    assert row.finished_at is not None
    assert [turn.text for turn in await turns(rooms, met)][2:] == ["Yes. Please."]


async def test_a_reply_resumes_with_the_same_text_at_every_offset_while_spoken_and_afterwards(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    steps = [asyncio.Event() for _ in WORDS]
    voice.scripts = [[step for pair in zip(steps, WORDS, strict=True) for step in pair]]
    reply = await say(rooms, met)
    offsets = range(len(WHOLE) + 1)

    watching = [asyncio.create_task(events_of(reply, after)) for after in offsets]
    leader = reply.watch()
    for step in steps:
        step.set()
        await anext(leader)
    live = await asyncio.gather(*watching)
    stored = [await events_of(reply, after) for after in offsets]

    assert [words_of(events) for events in live] == [WHOLE[after:] for after in offsets]
    assert [words_of(events) for events in stored] == [WHOLE[after:] for after in offsets]
    assert {str(events[-1]) for events in live} == {str(events[-1]) for events in stored}
    assert len(live[0]) == len(WORDS) + 1


async def test_an_event_says_how_many_characters_were_delivered(rooms: Rooms, met: str) -> None:
    reply = await say(rooms, met)
    delivered = 0
    for event in await events_of(reply):
        if event.event == "piece":
            delivered += len(event.data["text"])
        assert event.offset == delivered


async def test_readers_that_leave_do_not_stop_the_reply(rooms: Rooms, met: str, voice: ScriptedVoice) -> None:
    hold = asyncio.Event()
    voice.scripts = [["Yes. ", hold, "Please."]]
    reply = await say(rooms, met)
    await first_words(reply)
    readers = [asyncio.create_task(events_of(reply)) for _ in range(20)]
    await asyncio.sleep(0)
    for reader in readers:
        reader.cancel()
    hold.set()

    assert (await reply.outcome()).data["text"] == "Yes. Please."
    assert (await attempt(rooms, reply)).state == "done"


async def test_whoever_asked_may_leave_before_the_turn_is_committed(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    turn_id = new_id()
    asking = asyncio.create_task(room.say(rooms, met, turn_id, "Good morning."))
    await asyncio.sleep(0)
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking

    again = await room.say(rooms, met, turn_id, "Good morning.")

    assert words_of(await events_of(again)) == WHOLE
    assert len(voice.scenes) == 1


async def test_the_words_so_far_are_saved_while_the_patient_speaks(
    rooms: Rooms, met: str, voice: ScriptedVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "SAVE_EVERY_S", 0.005)
    hold = asyncio.Event()
    voice.scripts = [[Piece("Yes. ", line="a"), hold, "Please."]]
    reply = await say(rooms, met)

    await until(lambda: is_saved(rooms, reply, "Yes. "))
    row, said = await attempt(rooms, reply), (await turns(rooms, met))[1]

    assert (row.state, row.lines) == ("partial", ["a"])
    assert said.state is not None
    assert said.reading is not None
    hold.set()


@pytest.mark.parametrize(
    ("script", "code", "text"),
    [
        ([errors.PatientUnreachable()], "patient_unreachable", ""),
        (["Well, ", errors.PatientCutOff()], "patient_cut_off", "Well, "),
        (["Well, ", errors.PatientSlow()], "patient_slow", "Well, "),
        (["Well, ", ValueError("my mother")], "unexpected", "Well, "),
        ([], "patient_cut_off", ""),
        ([" \n"], "patient_cut_off", " \n"),
        (["* *"], "patient_cut_off", "* *"),
        (["a" * 30_000], "patient_cut_off", "a" * 30_000),
    ],
)
async def test_a_reply_that_fails_is_shown_as_failed_and_is_no_turn(
    rooms: Rooms,
    met: str,
    voice: ScriptedVoice,
    caplog: pytest.LogCaptureFixture,
    script: list[Any],
    code: str,
    text: str,
) -> None:
    voice.scripts = [script]
    reply = await say(rooms, met)
    last = await reply.outcome()

    fault = errors.by_code(code)
    assert last.event == "failed"
    assert last.data == {"code": code, "message": fault.message, "what_now": fault.what_now}
    row = await attempt(rooms, reply)
    assert (row.state, row.error_code, row.text) == ("failed", code, text)
    assert [turn.speaker for turn in await turns(rooms, met)] == ["patient", "student"]
    assert await reply.outcome() == last
    assert "my mother" not in caplog.text


async def test_what_to_do_now_is_kept_with_the_fault_and_the_cause_stays_inside(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    voice.scripts = [[errors.PatientUnreachable(what_now="Tell whoever runs this server.", cause="bad_key")]]
    reply = await say(rooms, met)
    told = await reply.outcome()

    assert told.data["what_now"] == "Tell whoever runs this server."
    assert await reply.outcome() == told
    assert "bad_key" not in str(told)
    assert (await attempt(rooms, reply)).error_cause == "bad_key"


async def test_asking_again_answers_the_same_turn_without_the_failed_words(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    voice.scripts = [["Half an ans", errors.PatientCutOff()], ["Yes. Please."]]
    first = await say(rooms, met)
    await first.outcome()
    read_once = (await turns(rooms, met))[1]

    second = await room.ask_again(rooms, met, first.turn_id)
    last = await second.outcome()

    assert last.data["text"] == "Yes. Please."
    assert (await attempt(rooms, second)).number == 2
    assert [turn.text for turn in await turns(rooms, met)][1:] == ["Good morning.", "Yes. Please."]
    assert all("Half an ans" not in line.as_shown for line in voice.scenes[1].history)
    assert voice.scenes[1].state == voice.scenes[0].state
    assert (await turns(rooms, met))[1].changes == read_once.changes


async def test_asking_again_twice_at_once_is_one_try(rooms: Rooms, met: str, voice: ScriptedVoice) -> None:
    hold = asyncio.Event()
    voice.scripts = [[errors.PatientUnreachable()], [hold, "Yes."]]
    first = await say(rooms, met)
    await first.outcome()

    one, other = await asyncio.gather(*(room.ask_again(rooms, met, first.turn_id) for _ in range(2)))
    hold.set()

    assert one == other
    assert (await one.outcome()).data["text"] == "Yes."
    assert len(voice.scenes) == 2


async def test_an_answered_turn_is_not_asked_again(rooms: Rooms, met: str) -> None:
    reply = await say(rooms, met)
    await reply.outcome()

    with pytest.raises(errors.NothingToAnswer):
        await room.ask_again(rooms, met, reply.turn_id)
    with pytest.raises(errors.NotFound):
        await room.ask_again(rooms, met, new_id())


async def test_stopped_words_become_the_patients_turn(rooms: Rooms, met: str, voice: ScriptedVoice) -> None:
    voice.scripts = [["Yes, but ", asyncio.Event()]]
    reply = await say(rooms, met)
    watching = asyncio.create_task(events_of(reply))
    await first_words(reply)

    await room.stop(rooms, met, reply.turn_id)

    assert (await watching)[-1].data == {
        "turn_id": reply.turn_id,
        "text": "Yes, but",
        "does": None,
        "state": "stopped",
    }
    assert (await attempt(rooms, reply)).state == "stopped"
    assert [turn.text for turn in await turns(rooms, met)][2:] == ["Yes, but"]
    await room.stop(rooms, met, reply.turn_id)
    with pytest.raises(errors.NotFound):
        await room.stop(rooms, met, new_id())


async def test_a_reply_stopped_before_a_word_is_no_turn_and_can_be_asked_again(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    voice.scripts = [[asyncio.Event()]]
    reply = await say(rooms, met)

    await room.stop(rooms, met, reply.turn_id)
    last = await reply.outcome()
    voice.scripts = [["Yes."]]

    assert (last.event, last.data["state"], last.data["text"]) == ("done", "stopped", "")
    assert len(await turns(rooms, met)) == 2
    again = await room.ask_again(rooms, met, reply.turn_id)
    assert (await again.outcome()).data["text"] == "Yes."


async def test_a_reply_stopped_within_an_action_did_not_say_its_words(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    voice.scripts = [["Yes. *She looks aw", asyncio.Event()]]
    reply = await say(rooms, met)
    await first_words(reply)
    await room.stop(rooms, met, reply.turn_id)

    answer = (await turns(rooms, met))[-1]
    assert (answer.text, answer.does, answer.as_shown) == ("Yes.", "She looks aw.", "Yes. *She looks aw")


async def test_a_fault_while_reading_loses_no_turn(
    rooms: Rooms, met: str, voice: ScriptedVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(patient, "receive", lambda *_: 1 / 0)
        reply = await say(rooms, met)
        assert (await reply.outcome()).data["code"] == "unexpected"
    said = (await turns(rooms, met))[1]
    assert (said.text, said.state) == ("Good morning.", None)

    again = await room.ask_again(rooms, met, reply.turn_id)

    assert words_of(await events_of(again)) == WHOLE
    assert (await turns(rooms, met))[1].state is not None


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


async def crash(rooms: Rooms, met: str, text: str, silent_s: float = 0.0) -> ReplyAttempt:
    """Leave behind what a process leaves that is killed while the patient speaks."""
    async with rooms.store.write() as session:
        turn_id = new_id()
        session.add(
            TurnRow(
                id=new_id(),
                encounter_id=met,
                position=1,
                turn_id=turn_id,
                speaker="student",
                text="Good morning.",
                as_shown="Good morning.",
                said_at=replies.now(),
            )
        )
        row = replies.new_attempt(met, turn_id, 1)
        row.state, row.text, row.saved_at = "partial", text, row.saved_at - timedelta(seconds=silent_s)
        session.add(row)
    return row


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
