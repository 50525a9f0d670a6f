"""A reply while it is spoken: heard from anywhere, stopped, failed, asked for again."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import encounter as room
from app import errors
from app.accounts import Person
from app.encounter import Rooms
from app.patient import Piece
from app.patient import turns as patient
from app.patient.scene import Usage
from app.replies import rooms as speaking
from app.replies import rows
from app.replies.live import LiveReply
from tests.app.replies.talking import WHOLE, WORDS, attempt, first_words, is_saved, say, turns
from tests.app.scripted import SCENARIO, ScriptedVoice, events_of, new_id, until, words_of


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


async def test_many_replies_are_saved_a_few_at_a_time(
    rooms: Rooms, place: tuple[Rooms, Person], voice: ScriptedVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "SAVE_EVERY_S", 0.05)
    monkeypatch.setattr(speaking, "SAVED_AT_ONCE", 2)
    together: list[int] = []

    async def save(session: AsyncSession, part: Sequence[LiveReply]) -> set[str]:
        together.append(len(part))
        return await rows.save(session, part)

    monkeypatch.setattr(speaking, "save", save)
    hold = asyncio.Event()
    voice.scripts = [["Yes. ", hold, "Please."] for _ in range(5)]
    replies = [await say(rooms, (await room.begin(rooms, place[1], SCENARIO)).id) for _ in range(5)]

    async def are_saved() -> bool:
        return all([await is_saved(rooms, reply, "Yes. ") for reply in replies])

    await until(are_saved)

    assert max(together) == 2
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
