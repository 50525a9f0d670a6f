"""Grade an ended encounter and keep the scorecard; nothing is ever overwritten."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import StillRunning, StorageFault
from app.patient.ledger import cue_of
from app.patient.memory import turn_of
from app.storage import Store, encounters
from app.storage.tables import Encounter, LedgerRow, ScorecardRow, TurnRow
from personas import Persona, Scenario
from scoring import Cue, Scorecard, Transcript, TurnReading, grade

log = logging.getLogger(__name__)


class Material(NamedTuple):
    """What a scorer takes: the talk, what was played, and the readings made while it was held, by turn."""

    transcript: Transcript
    scenario: Scenario
    persona: Persona
    readings: Mapping[int, TurnReading]


def transcript_of(
    encounter: Encounter, turns: Sequence[TurnRow], ledger: Sequence[LedgerRow], persona: Persona
) -> Transcript:
    """The conversation as the scorer knows it, with the cues the patient is known to have offered."""
    return Transcript(
        id=encounter.id,
        scenario=encounter.scenario_id,
        turns=tuple(
            turn_of(turn).model_copy(update={"at_s": _seconds_between(encounter.started_at, turn.said_at)})
            for turn in turns
        ),
        cues=tuple(_cues(turns, ledger, persona)),
    )


async def mark(store: Store, encounter_id: str) -> Scorecard:
    """Grade an ended encounter anew and keep the card beside those it already has.

    Raises:
        NotFound: 404, there is no such encounter.
        StillRunning: 409, it has not ended.
    """
    card = await _grade_stored(store, encounter_id)
    async with store.write() as session:
        await keep(session, encounter_id, card, "deterministic")
    return card


async def card_of(store: Store, encounter_id: str) -> Scorecard:
    """The newest card of an ended encounter, graded now if it has none yet.

    A card that cannot be kept is shown all the same: the next reader's will be equal.

    Raises:
        NotFound: 404, there is no such encounter.
        StillRunning: 409, it has not ended.
    """
    async with store.read() as session:
        row = await encounters.newest_card(session, encounter_id)
    if row is not None:
        return Scorecard.model_validate(row.card)
    card = await _grade_stored(store, encounter_id)
    try:
        async with store.write() as session:
            await encounters.lock(session, encounter_id)
            if await encounters.newest_card(session, encounter_id) is None:
                session.add(_row(encounter_id, card, "deterministic"))
    except StorageFault as error:
        log.warning("the scorecard of encounter %s was not kept: %s", encounter_id, error.code)
    return card


async def card_of_record(store: Store, encounter_id: str) -> Scorecard:
    """The card that counts: the educator's, where a review changed anything, else the deterministic one.

    Raises:
        NotFound, StillRunning: as `card_of`.
    """
    async with store.read() as session:
        row = await encounters.newest_card(session, encounter_id, source="educator")
    return await card_of(store, encounter_id) if row is None else Scorecard.model_validate(row.card)


async def material_of(store: Store, encounter_id: str) -> Material:
    """What is stored of an ended encounter, as a scorer takes it.

    Raises:
        NotFound: 404, there is no such encounter.
        StillRunning: 409, it has not ended.
    """
    async with store.read() as session:
        encounter = await encounters.find(session, encounter_id)
        turns = await encounters.turns_of(session, encounter_id)
        ledger = await encounters.ledger_of(session, encounter_id)
        persona = await encounters.persona_of(session, encounter)
    if encounter.ended_at is None:
        raise StillRunning
    return await asyncio.to_thread(_material, encounter, turns, ledger, persona)


async def keep(
    session: AsyncSession, encounter_id: str, card: Scorecard, source: Literal["deterministic", "judge"]
) -> None:
    """Keep this card beside those the encounter already has: the newest of its source from now on."""
    row = _row(encounter_id, card, source)
    before = await encounters.newest_card(session, encounter_id, source)
    if before is not None:  # the card made last counts, also when the clock was set back since
        row.created_at = max(row.created_at, before.created_at + timedelta(milliseconds=1))
    session.add(row)


async def _grade_stored(store: Store, encounter_id: str) -> Scorecard:
    """Grade what is stored of an ended encounter, in a thread."""
    material = await material_of(store, encounter_id)
    return await asyncio.to_thread(
        grade,
        material.transcript,
        scenario=material.scenario,
        persona=material.persona,
        readings=material.readings,
    )


def _material(
    encounter: Encounter, turns: Sequence[TurnRow], ledger: Sequence[LedgerRow], persona: Persona
) -> Material:
    return Material(
        transcript_of(encounter, turns, ledger, persona),
        persona.scenario(encounter.scenario_id),
        persona,
        _readings(turns),
    )


def _cues(turns: Sequence[TurnRow], ledger: Sequence[LedgerRow], persona: Persona) -> Iterator[Cue]:
    """Ledger rows as occasions, as far as the transcript can prove them."""
    index_of = {turn.position: index for index, turn in enumerate(turns)}
    for entry in ledger:
        index = index_of.get(entry.position)
        if index is None:
            continue
        cue = cue_of(persona, entry.kind, entry.item_id, entry.quote, index, turn_of(turns[index]))
        if cue is not None:
            yield cue


def _readings(turns: Sequence[TurnRow]) -> Mapping[int, TurnReading]:
    """Readings made while the words were said; one in an older form is left out and read anew."""
    readings = {}
    for index, turn in enumerate(turns):
        if turn.reading is not None:
            try:
                readings[index] = TurnReading.model_validate(turn.reading)
            except ValidationError:
                continue
    return readings


def _seconds_between(start: datetime, said: datetime) -> float:
    """Never below zero: a clock may have been set back."""
    return max(0.0, round((said - start).total_seconds(), 1))


def _row(encounter_id: str, card: Scorecard, source: str) -> ScorecardRow:
    return ScorecardRow(
        id=str(uuid4()),
        encounter_id=encounter_id,
        source=source,
        card=card.model_dump(mode="json"),
        overall=card.overall,
        flags=len(card.flags),
        summary=card.summary.model_dump(mode="json"),
        rubric_version=card.rubric_version,
        scorer_version=card.scorer_version,
        created_at=datetime.now(UTC),
    )
