import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from app import encounter as room
from app import errors
from app.accounts import Person
from app.encounter import Rooms
from app.settings import Settings
from app.storage import encounters
from app.storage.tables import Assignment, Cohort, Encounter, Membership, ReplyAttempt, ScorecardRow, TurnRow
from personas import shipped
from tests.app.scripted import SCENARIO, ScriptedVoice, events_of, new_id, open_rooms, words_of


@pytest.fixture
def voice() -> ScriptedVoice:
    return ScriptedVoice(["*She looks up.* ", "Yes. ", "Please."])


@pytest.fixture
async def place(settings: Settings, voice: ScriptedVoice) -> AsyncIterator[tuple[Rooms, Person]]:
    async with open_rooms(settings, voice) as opened:
        yield opened


@pytest.fixture
def rooms(place: tuple[Rooms, Person]) -> Rooms:
    return place[0]


@pytest.fixture
def student(place: tuple[Rooms, Person]) -> Person:
    return place[1]


@pytest.fixture
async def met(rooms: Rooms, student: Person) -> str:
    return (await room.begin(rooms, student, SCENARIO)).id


async def count(rooms: Rooms, table: Any) -> int:
    async with rooms.store.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def turns(rooms: Rooms, encounter_id: str) -> list[TurnRow]:
    async with rooms.store.read() as session:
        return list(await encounters.turns_of(session, encounter_id))


async def talk(rooms: Rooms, encounter_id: str, *sayings: str) -> list[str]:
    """Say these, each after the answer to the one before; their ids."""
    ids = []
    for said in sayings:
        ids.append(new_id())
        await (await room.say(rooms, encounter_id, ids[-1], said)).outcome()
    return ids


async def test_the_patient_speaks_first_and_the_hints_of_the_opening_are_in_the_ledger(rooms: Rooms, met: str) -> None:
    scenario = shipped()["maria_rivera"].persona.scenario(SCENARIO)

    [opening] = await turns(rooms, met)
    async with rooms.store.read() as session:
        ledger = await encounters.ledger_of(session, met)

    assert (opening.position, opening.speaker, opening.text) == (0, "patient", scenario.opening)
    assert [(entry.kind, entry.item_id) for entry in ledger] == [("cue", cue) for cue in scenario.opening_cues]
    assert all(entry.quote in opening.text for entry in ledger)


async def test_an_encounter_keeps_the_persona_it_is_held_with(rooms: Rooms, student: Person, met: str) -> None:
    await room.begin(rooms, student, SCENARIO)
    async with rooms.store.read() as session:
        row = await encounters.find(session, met)

        assert row.persona_hash == shipped()["maria_rivera"].content_hash
        assert await encounters.persona_of(session, row) == shipped()["maria_rivera"].persona


async def test_a_persona_that_was_edited_since_is_read_from_the_version_kept(
    rooms: Rooms, met: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    persona = shipped()["maria_rivera"].persona
    monkeypatch.setattr(encounters, "shipped", dict)

    async with rooms.store.read() as session:
        assert await encounters.persona_of(session, await encounters.find(session, met)) == persona


async def test_an_unknown_scenario_or_difficulty_is_refused(rooms: Rooms, student: Person) -> None:
    with pytest.raises(errors.NotFound, match="no scenario with this id"):
        await room.begin(rooms, student, "nobody")
    with pytest.raises(errors.BadRequest, match="standard, hard"):
        await room.begin(rooms, student, SCENARIO, "impossible")
    assert await count(rooms, Encounter) == 0


async def test_what_is_said_is_stored_before_the_patient_is_asked(rooms: Rooms, met: str, voice: ScriptedVoice) -> None:
    hold = asyncio.Event()
    voice.scripts = [[hold, "Yes."]]

    await room.say(rooms, met, new_id(), "You look worried.")
    stored = (await turns(rooms, met))[-1]

    assert (stored.speaker, stored.text, stored.position) == ("student", "You look worried.", 1)
    hold.set()


async def test_the_answer_becomes_the_patients_turn_with_what_is_done_apart(rooms: Rooms, met: str) -> None:
    reply = await room.say(rooms, met, new_id(), "Shall I tell you straight out?")
    events = await events_of(reply)

    answer = (await turns(rooms, met))[-1]
    assert (answer.speaker, answer.text, answer.does) == ("patient", "Yes. Please.", "She looks up.")
    assert answer.as_shown == words_of(events) == "*She looks up.* Yes. Please."
    assert events[-1].data == {
        "turn_id": reply.turn_id,
        "text": "Yes. Please.",
        "does": "She looks up.",
        "state": "done",
    }


async def test_the_turn_keeps_its_reading_the_state_after_it_and_the_reasons(rooms: Rooms, met: str) -> None:
    await talk(rooms, met, "You look frightened. Would you like me to tell you straight out?")

    opening, said, answered = await turns(rooms, met)
    assert said.reading is not None
    assert said.state is not None
    assert said.changes is not None
    assert opening.state is not None
    assert answered.state is not None
    assert opening.reading is answered.reading is None


@pytest.mark.parametrize("said", ["", "  \n\t ", "\u200b\u2060", "\x00\x07"])
async def test_an_empty_turn_is_refused_and_nothing_is_stored(rooms: Rooms, met: str, said: str) -> None:
    with pytest.raises(errors.EmptyTurn):
        await room.say(rooms, met, new_id(), said)
    assert len(await turns(rooms, met)) == 1
    assert await count(rooms, ReplyAttempt) == 0


async def test_ten_thousand_characters_are_refused_and_two_thousand_are_not(rooms: Rooms, met: str) -> None:
    with pytest.raises(errors.TurnTooLong, match="2,000"):
        await room.say(rooms, met, new_id(), "a" * 10_000)
    assert len(await turns(rooms, met)) == 1

    await talk(rooms, met, "a" * 2000)
    assert (await turns(rooms, met))[1].text == "a" * 2000


async def test_control_characters_are_left_out_and_line_breaks_kept(rooms: Rooms, met: str) -> None:
    await talk(rooms, met, " Good\x00 morning.\r\nI am\x1b[31m Ada.\ud800 ")

    assert (await turns(rooms, met))[1].text == "Good morning.\nI am[31m Ada."


async def test_the_same_turn_twice_at_once_is_one_turn_and_one_question_to_the_patient(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    hold = asyncio.Event()
    voice.scripts = [["Yes. ", hold, "Please."]]
    turn_id = new_id()

    first, second = await asyncio.gather(*(room.say(rooms, met, turn_id, "Hello.") for _ in range(2)))
    watching = [asyncio.create_task(events_of(reply)) for reply in (first, second)]
    hold.set()
    seen = await asyncio.gather(*watching)

    assert first == second
    assert words_of(seen[0]) == words_of(seen[1]) == "Yes. Please."
    assert [turn.text for turn in await turns(rooms, met)][1:] == ["Hello.", "Yes. Please."]
    assert len(voice.scenes) == await count(rooms, ReplyAttempt) == 1


async def test_a_turn_sent_again_later_returns_its_answer(rooms: Rooms, met: str, voice: ScriptedVoice) -> None:
    turn_id, _ = await talk(rooms, met, "Hello.", "How are you?")

    again = await room.say(rooms, met, turn_id, "Hello.")

    assert words_of(await events_of(again)) == "*She looks up.* Yes. Please."
    assert len(voice.scenes) == 2


async def test_a_turn_id_with_other_words_is_refused(rooms: Rooms, met: str) -> None:
    [turn_id] = await talk(rooms, met, "Hello.")

    with pytest.raises(errors.TurnIdReused):
        await room.say(rooms, met, turn_id, "Good morning.")
    with pytest.raises(errors.TurnIdReused):
        await room.say(rooms, met, turn_id, "", silent=True)
    assert len(await turns(rooms, met)) == 3


async def test_another_turn_while_the_patient_answers_is_refused_and_not_stored(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    hold = asyncio.Event()
    voice.scripts = [[hold, "Yes."]]
    await room.say(rooms, met, new_id(), "Hello.")

    with pytest.raises(errors.ReplyRunning):
        await room.say(rooms, met, new_id(), "Are you there?")

    assert [turn.text for turn in await turns(rooms, met)][1:] == ["Hello."]
    hold.set()


async def test_an_ended_encounter_takes_no_more_turns_but_replays_those_it_has(rooms: Rooms, met: str) -> None:
    [turn_id] = await talk(rooms, met, "Hello.")
    await room.end(rooms, met)

    with pytest.raises(errors.EncounterEnded):
        await room.say(rooms, met, new_id(), "One more thing.")
    with pytest.raises(errors.EncounterEnded):
        await room.ask_again(rooms, met, turn_id)
    with pytest.raises(errors.EncounterEnded):
        await room.hint(rooms, met)
    replayed = await room.say(rooms, met, turn_id, "Hello.")

    assert (await replayed.outcome()).data["text"] == "Yes. Please."
    assert len(await turns(rooms, met)) == 3


async def test_an_encounter_has_a_longest_length(settings: Settings, voice: ScriptedVoice) -> None:
    short = settings.model_copy(update={"encounter_turns": 4})
    async with open_rooms(short, voice) as (rooms, student):
        met = (await room.begin(rooms, student, SCENARIO)).id
        await talk(rooms, met, "One.", "Two.", "Three.", "Four.")

        with pytest.raises(errors.EncounterFull, match="spoken 4 times"):
            await room.say(rooms, met, new_id(), "Five.")


async def test_a_silence_is_a_turn_without_words(rooms: Rooms, met: str, voice: ScriptedVoice) -> None:
    await (await room.say(rooms, met, new_id(), "", silent=True)).outcome()

    said = (await turns(rooms, met))[1]
    assert (said.silent, said.text) == (True, "")
    assert voice.scenes[0].history[-1].turn.silent
    with pytest.raises(errors.BadRequest, match="A silence has no words"):
        await room.say(rooms, met, new_id(), "Hm.", silent=True)


async def test_nothing_can_be_said_in_an_encounter_that_does_not_exist(rooms: Rooms) -> None:
    with pytest.raises(errors.NotFound):
        await room.say(rooms, new_id(), new_id(), "Hello.")


async def test_the_end_stops_a_reply_and_keeps_what_was_said(rooms: Rooms, met: str, voice: ScriptedVoice) -> None:
    voice.scripts = [["Yes, but", asyncio.Event()]]
    reply = await room.say(rooms, met, new_id(), "Hello.")
    await anext(reply.watch())

    card = await room.end(rooms, met)

    assert [turn.text for turn in await turns(rooms, met)][1:] == ["Hello.", "Yes, but"]
    assert (await reply.outcome()).data["state"] == "stopped"
    assert card.talk.patient_words == 8


async def test_the_end_twice_is_one_end_and_one_scorecard(rooms: Rooms, met: str) -> None:
    await talk(rooms, met, "Hello.")

    first, second = await asyncio.gather(room.end(rooms, met), room.end(rooms, met))

    assert first == second == await room.end(rooms, met)
    async with rooms.store.read() as session:
        assert (await encounters.find(session, met)).ended_at is not None


async def test_an_encounter_without_one_turn_has_nothing_to_grade(rooms: Rooms, met: str) -> None:
    async with rooms.store.write() as session:
        await session.execute(delete(TurnRow))

    with pytest.raises(errors.NothingSaid):
        await room.end(rooms, met)
    assert await count(rooms, ScorecardRow) == 0


async def test_a_turn_nobody_answered_stays_and_the_next_one_follows_it(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    voice.scripts = [["Half an ans", errors.PatientCutOff()], ["Yes."]]

    await talk(rooms, met, "Hello.", "Are you there?")

    assert [turn.text for turn in await turns(rooms, met)][1:] == ["Hello.", "Are you there?", "Yes."]
    assert [line.as_shown for line in voice.scenes[1].history][1:] == ["Hello.", "Are you there?"]


async def test_another_try_begins_with_the_turns_before_it(rooms: Rooms, student: Person, met: str) -> None:
    await talk(rooms, met, "Hello.", "How are you?")

    other = await room.branch(rooms, student, met, position=3)

    old, new = await turns(rooms, met), await turns(rooms, other.id)
    assert [(turn.position, turn.text, turn.state, turn.note) for turn in new] == [
        (turn.position, turn.text, turn.state, turn.note) for turn in old[:3]
    ]
    assert (other.branched_from, other.branched_at, other.mode, other.ended_at) == (met, 3, "practice", None)
    await talk(rooms, other.id, "What worries you most?")
    assert [turn.text for turn in await turns(rooms, met)] == [turn.text for turn in old]


async def test_another_try_keeps_the_cues_of_the_turns_it_keeps(rooms: Rooms, student: Person, met: str) -> None:
    await talk(rooms, met, "Hello.")
    other = await room.branch(rooms, student, met, position=1)

    async with rooms.store.read() as session:
        kept = [(entry.position, entry.item_id, entry.quote) for entry in await encounters.ledger_of(session, other.id)]
        first = [(entry.position, entry.item_id, entry.quote) for entry in await encounters.ledger_of(session, met)]
    assert kept == [entry for entry in first if entry[0] == 0]


@pytest.mark.parametrize("position", [0, 2, 7, -1])
async def test_another_try_begins_only_where_the_student_spoke(
    rooms: Rooms, student: Person, met: str, position: int
) -> None:
    await talk(rooms, met, "Hello.")

    with pytest.raises(errors.BadRequest, match="only from something you said"):
        await room.branch(rooms, student, met, position)


async def test_a_hint_is_the_one_of_the_cue_that_waits_and_is_counted(rooms: Rooms, met: str) -> None:
    persona = shipped()["maria_rivera"].persona
    waiting = persona.scenario(SCENARIO).opening_cues[-1]

    assert await room.hint(rooms, met) == next(cue.hint for cue in persona.cues if cue.id == waiting)
    await room.hint(rooms, met)
    async with rooms.store.read() as session:
        assert (await encounters.find(session, met)).hints_used == 2


async def test_after_hard_news_the_hint_is_to_leave_room(rooms: Rooms, met: str) -> None:
    await (await room.say(rooms, met, new_id(), "The biopsy shows that it is breast cancer.")).outcome()

    assert await room.hint(rooms, met) == (
        "Maria has hard news to take in. Leave room, or say gently what you see in her."
    )


async def set_for_class(rooms: Rooms, student: Person, opens: timedelta, closes: timedelta) -> str:
    """An assignment of the student's class, in assessment mode; its id."""
    at = datetime.now(UTC)
    async with rooms.store.write() as session:
        cohort = Cohort(id=new_id(), name="Year 3", join_code=new_id(), created_at=at)
        session.add(cohort)
        await session.flush()
        session.add(Membership(cohort_id=cohort.id, user_id=student.id, role="student"))
        assignment = Assignment(
            id=new_id(),
            cohort_id=cohort.id,
            scenario_id=SCENARIO,
            difficulty="hard",
            mode="assessment",
            opens_at=at + opens,
            closes_at=at + closes,
            created_at=at,
        )
        session.add(assignment)
    return assignment.id


async def test_an_assignment_sets_scenario_difficulty_and_mode(rooms: Rooms, student: Person) -> None:
    assignment_id = await set_for_class(rooms, student, opens=timedelta(hours=-1), closes=timedelta(hours=1))

    row = await room.begin(rooms, student, None, assignment_id=assignment_id)

    assert (row.scenario_id, row.difficulty, row.mode) == (SCENARIO, "hard", "assessment")
    with pytest.raises(errors.AssessmentMode):
        await room.hint(rooms, row.id)
    with pytest.raises(errors.AssessmentMode):
        await room.branch(rooms, student, row.id, 1)
    with pytest.raises(errors.BadRequest, match="another scenario"):
        await room.begin(rooms, student, "other", assignment_id=assignment_id)


@pytest.mark.parametrize(("opens", "closes"), [(1, 2), (-2, -1)])
async def test_an_assignment_begins_only_within_its_dates(
    rooms: Rooms, student: Person, opens: int, closes: int
) -> None:
    assignment_id = await set_for_class(rooms, student, timedelta(hours=opens), timedelta(hours=closes))

    with pytest.raises(errors.AssignmentClosed):
        await room.begin(rooms, student, None, assignment_id=assignment_id)


async def test_another_classs_assignment_is_not_there(rooms: Rooms, student: Person) -> None:
    with pytest.raises(errors.NotFound):
        await room.begin(rooms, student, SCENARIO, assignment_id=new_id())


async def test_a_turn_that_was_not_read_has_no_reading_in_the_database(
    rooms: Rooms, met: str, voice: ScriptedVoice
) -> None:
    hold = asyncio.Event()
    voice.scripts = [[hold, "Yes."]]
    reply = await room.say(rooms, met, new_id(), "Hello.")
    async with rooms.store.read() as session:
        unread = await session.scalar(
            select(func.count()).select_from(TurnRow).where(TurnRow.reading.is_(None), TurnRow.turn_id == reply.turn_id)
        )
    hold.set()

    assert unread == 1


INSULT = "You stupid woman, it is your own fault."


async def test_what_is_done_is_stored_beside_the_words_and_is_felt(rooms: Rooms, met: str) -> None:
    await (await room.say(rooms, met, new_id(), "Shall I?", does="sits_down")).outcome()
    await (await room.say(rooms, met, new_id(), "", does="offers_tissue")).outcome()

    _, said, _, done, _ = await turns(rooms, met)
    assert (said.text, said.does, said.silent, said.as_shown) == (
        "Shall I?",
        "sits down",
        False,
        "*sits down* Shall I?",
    )
    assert (done.text, done.does, done.silent, done.as_shown) == ("", "offers a tissue", True, "*offers a tissue*")
    assert "You sat down with her." in [change["why"] for change in said.changes or ()]


async def test_the_same_turn_with_another_deed_is_another_turn(rooms: Rooms, met: str) -> None:
    turn_id = new_id()
    await (await room.say(rooms, met, turn_id, "Hello.", does="sits_down")).outcome()

    with pytest.raises(errors.TurnIdReused):
        await room.say(rooms, met, turn_id, "Hello.")


async def test_what_cannot_be_done_here_is_refused(rooms: Rooms, met: str) -> None:
    with pytest.raises(errors.BadRequest, match="cannot be done here"):
        await room.say(rooms, met, new_id(), "Hello.", does="offers_chaperone")
    assert len(await turns(rooms, met)) == 1


async def test_a_patient_who_has_gone_hears_nothing_more(rooms: Rooms, met: str) -> None:
    last = {}
    for _ in range(12):
        reply = await room.say(rooms, met, new_id(), INSULT)
        last = (await events_of(reply))[-1].data
        if last.get("left"):
            break

    assert last["left"] is True
    with pytest.raises(errors.PatientLeft):
        await room.say(rooms, met, new_id(), "I am sorry.")
    assert (await room.end(rooms, met)).flags != ()
