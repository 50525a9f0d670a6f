import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from app import encounter as room
from app import errors, marking
from app.accounts import Person
from app.encounter import Rooms
from app.settings import Settings
from app.storage import encounters
from app.storage.tables import Encounter, LedgerRow, ScorecardRow, TurnRow
from personas import shipped
from scoring import Cue, Transcript, Turn, grade
from tests.app.scripted import SCENARIO, ScriptedVoice, disk_full, new_id, open_rooms

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PERSONA = shipped()["maria_rivera"].persona
CUE = PERSONA.cues[0]


def turn(position: int, speaker: str, text: str, after_s: float, does: str | None = None) -> TurnRow:
    return TurnRow(
        id=f"t{position}",
        position=position,
        speaker=speaker,
        text=text,
        does=does,
        silent=not (text or does),
        as_shown=text,
        said_at=START + timedelta(seconds=after_s),
    )


def entry(position: int, kind: str, item_id: str, quote: str) -> LedgerRow:
    return LedgerRow(id=f"l{position}{item_id}", position=position, kind=kind, item_id=item_id, quote=quote)


ENCOUNTER = Encounter(id="e1", scenario_id=SCENARIO, difficulty="standard", mode="practice", started_at=START)


def test_a_transcript_holds_every_turn_and_what_the_patient_let_slip_or_told() -> None:
    turns = [
        turn(0, "patient", "Is it bad?", 0, does="She grips her bag."),
        turn(1, "student", "You look worried.", 12.34),
        turn(2, "student", "", 20),
        turn(3, "patient", "My mum had this too.", 31),
    ]
    ledger = [entry(0, "cue", CUE.id, "Is it bad"), entry(3, "concern", PERSONA.concerns[0].id, "My mum had this")]

    assert marking.transcript_of(ENCOUNTER, turns, ledger, PERSONA) == Transcript(
        id="e1",
        scenario=SCENARIO,
        turns=(
            Turn(speaker="patient", text="Is it bad?", does="She grips her bag.", at_s=0),
            Turn(speaker="student", text="You look worried.", at_s=12.3),
            Turn(speaker="student", silent=True, at_s=20),
            Turn(speaker="patient", text="My mum had this too.", at_s=31),
        ),
        cues=(
            Cue(turn=0, kind=CUE.kind, family=CUE.family, intensity=CUE.intensity, quote="Is it bad"),
            Cue(turn=3, kind="concern", family="sadness", intensity=0.9, quote="My mum had this"),
        ),
    )


@pytest.mark.parametrize(
    "row",
    [
        entry(0, "cue", CUE.id, "She grips her bag"),
        entry(0, "cue", "since_removed", "Is it"),
        entry(9, "cue", CUE.id, "Is"),
    ],
    ids=["seen, not said", "a cue the persona does not have", "a turn that is not there"],
)
def test_a_cue_without_words_to_quote_is_left_out(row: LedgerRow) -> None:
    turns = [turn(0, "patient", "Is it bad?", 0, does="She grips her bag.")]

    assert marking.transcript_of(ENCOUNTER, turns, [row], PERSONA).cues == ()


def test_a_clock_that_was_set_back_gives_no_time_before_the_start() -> None:
    said = marking.transcript_of(ENCOUNTER, [turn(0, "student", "Hello.", -3600)], [], PERSONA)

    assert [one.at_s for one in said.turns] == [0.0]


@pytest.fixture
async def place(settings: Settings) -> AsyncIterator[tuple[Rooms, Person]]:
    async with open_rooms(settings, ScriptedVoice(["I have been so afraid. ", "My mum had this."])) as opened:
        yield opened


@pytest.fixture
def rooms(place: tuple[Rooms, Person]) -> Rooms:
    return place[0]


@pytest.fixture
async def ended(place: tuple[Rooms, Person]) -> str:
    rooms, student = place
    met = (await room.begin(rooms, student, SCENARIO)).id
    for said in ("You look frightened. What worries you most?", "That sounds hard. Shall I explain the next step?"):
        await (await room.say(rooms, met, new_id(), said)).outcome()
    await room.end(rooms, met)
    return met


async def cards(rooms: Rooms, encounter_id: str) -> list[ScorecardRow]:
    async with rooms.store.read() as session:
        query = select(ScorecardRow).where(ScorecardRow.encounter_id == encounter_id).order_by(ScorecardRow.created_at)
        return list((await session.scalars(query)).all())


async def test_an_ended_encounter_has_one_card_that_names_rubric_and_scorer(rooms: Rooms, ended: str) -> None:
    [row] = await cards(rooms, ended)
    card = await marking.card_of(rooms.store, ended)

    assert row.card == card.model_dump(mode="json")
    assert (row.source, row.rubric_version, row.scorer_version, row.overall) == (
        "deterministic",
        card.rubric_version,
        card.scorer_version,
        card.overall,
    )


async def test_marking_anew_adds_a_card_and_keeps_the_first(rooms: Rooms, ended: str) -> None:
    [first] = await cards(rooms, ended)

    again = await marking.mark(rooms.store, ended)

    kept, added = await cards(rooms, ended)
    assert (kept.id, kept.card) == (first.id, first.card)
    assert added.card == again.model_dump(mode="json") == first.card


async def test_the_readings_made_while_talking_give_the_same_card_as_reading_anew(rooms: Rooms, ended: str) -> None:
    async with rooms.store.read() as session:
        row = await encounters.find(session, ended)
        turns = await encounters.turns_of(session, ended)
        transcript = marking.transcript_of(row, turns, await encounters.ledger_of(session, ended), PERSONA)

    anew = grade(transcript, scenario=PERSONA.scenario(SCENARIO), persona=PERSONA)

    assert await marking.card_of(rooms.store, ended) == anew


async def test_a_reading_in_an_older_form_is_read_anew(rooms: Rooms, ended: str) -> None:
    first = await marking.card_of(rooms.store, ended)
    async with rooms.store.write() as session:
        said = (await encounters.turns_of(session, ended))[1]
        said.reading = {"form": "of long ago"}

    assert await marking.mark(rooms.store, ended) == first


async def test_an_encounter_that_ended_without_a_card_is_graded_when_asked(rooms: Rooms, ended: str) -> None:
    first = await marking.card_of(rooms.store, ended)
    async with rooms.store.write() as session:
        for row in await cards(rooms, ended):
            await session.delete(await session.merge(row))

    assert await marking.card_of(rooms.store, ended) == first
    assert len(await cards(rooms, ended)) == 1


async def test_a_running_encounter_is_not_graded(place: tuple[Rooms, Person]) -> None:
    rooms, student = place
    met = (await room.begin(rooms, student, SCENARIO)).id

    with pytest.raises(errors.StillRunning):
        await marking.mark(rooms.store, met)
    with pytest.raises(errors.StillRunning):
        await marking.card_of(rooms.store, met)
    with pytest.raises(errors.NotFound):
        await marking.card_of(rooms.store, new_id())
    assert await cards(rooms, met) == []


async def test_a_card_that_cannot_be_kept_is_shown_and_kept_by_the_next_reader(
    rooms: Rooms, ended: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    [first] = await cards(rooms, ended)
    async with rooms.store.write() as session:
        await session.execute(delete(ScorecardRow))
    with monkeypatch.context() as full:
        full.setattr(rooms.store, "write", disk_full)
        shown = await marking.card_of(rooms.store, ended)

    assert (shown.model_dump(mode="json"), await cards(rooms, ended)) == (first.card, [])
    assert "was not kept: storage_full" in caplog.text
    assert await marking.card_of(rooms.store, ended) == shown
    assert [row.card for row in await cards(rooms, ended)] == [first.card]


async def test_two_readers_at_once_keep_one_card(rooms: Rooms, ended: str) -> None:
    async with rooms.store.write() as session:
        await session.execute(delete(ScorecardRow))

    one, other = await asyncio.gather(*(marking.card_of(rooms.store, ended) for _ in range(2)))

    assert one == other
    assert len(await cards(rooms, ended)) == 1
