"""A reply as it is stored: its attempt, the patient's turn it becomes, and what the ledger notes of it."""

import asyncio
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import errors
from app.patient import turns as patient
from app.patient.scene import Heard, State
from app.patient.stage import split_actions
from app.patient.words import closed, says_something
from app.replies.live import Event, Spoken, failed_event
from app.storage import Store, encounters
from app.storage.tables import LedgerRow, ReplyAttempt, TurnRow

Outcome = Literal["done", "stopped", "failed", "interrupted"]


def new_attempt(encounter_id: str, turn_id: str, number: int) -> ReplyAttempt:
    """A try at answering, before its first word."""
    at = now()
    return ReplyAttempt(
        id=str(uuid4()),
        encounter_id=encounter_id,
        turn_id=turn_id,
        number=number,
        state="pending",
        text="",
        lines=[],
        started_at=at,
        saved_at=at,
    )


async def conclude(
    store: Store,
    attempt_id: str,
    outcome: Outcome,
    spoken: Spoken | None = None,
    fault: errors.RapportError | None = None,
) -> Event:
    """End an attempt, once: the row, the patient's turn and the ledger in one transaction.

    Done and stopped words become the patient's turn. Without `spoken` the words saved last count.
    An attempt that was ended before stays as it was.
    """
    async with store.read() as session:
        row = await encounters.attempt(session, attempt_id)
        encounter = await encounters.find(session, row.encounter_id)
        said = await encounters.student_turn(session, row.encounter_id, row.turn_id)
        persona = await encounters.persona_of(session, encounter)
    words = spoken or Spoken(text=row.text, lines=list(row.lines), screened=row.screened)
    becomes_turn = outcome in ("done", "stopped") and says_something(words.text)
    settled = None
    if becomes_turn and said is not None:
        state = words.received.state if words.received else State.model_validate(said.state)
        scenario = persona.scenario(encounter.scenario_id)
        settled = await asyncio.to_thread(patient.settle, persona, scenario, state, closed(words.text), words.lines)
    async with store.write() as session:
        await encounters.lock(session, row.encounter_id)
        row = await encounters.attempt(session, attempt_id)
        if row.state in encounters.RUNNING:
            await write_down(session, row, words)
            row.state, row.finished_at = outcome, row.saved_at
            if fault is not None:
                _write_fault(row, fault)
            if settled is not None:
                await _add_patient_turn(session, row, *settled)
        return last_event(row)


async def write_down(session: AsyncSession, row: ReplyAttempt, spoken: Spoken) -> None:
    """Put the words so far into the row, and what the student's turn did into that turn, once."""
    row.text, row.lines, row.screened, row.saved_at = spoken.text, list(spoken.lines), spoken.screened, now()
    if spoken.usage is not None:
        row.shortened_turns = spoken.usage.shortened_turns
        row.prompt_tokens = spoken.usage.prompt_tokens
        row.cached_tokens = spoken.usage.cached_tokens
        row.completion_tokens = spoken.usage.completion_tokens
    if spoken.received is None:
        return
    said = await encounters.student_turn(session, row.encounter_id, row.turn_id)
    if said is not None and said.state is None:
        said.state = spoken.received.state.model_dump(mode="json")
        said.reading = spoken.received.reading.model_dump(mode="json")
        said.changes = [change.model_dump(mode="json") for change in spoken.received.changes]
        said.note = spoken.received.note


def mark_interrupted(row: ReplyAttempt) -> None:
    """Its process is gone; the words saved are kept, and shown as cut off."""
    row.state, row.finished_at = "interrupted", now()
    _write_fault(row, errors.PatientCutOff(cause="process_gone"))


def last_event(row: ReplyAttempt) -> Event:
    """How an attempt ended, the same from memory and from the row; one still running counts as cut off."""
    if row.state not in ("done", "stopped"):
        return failed_event(fault_of(row), len(row.text))
    text, does = split_actions(closed(row.text))
    return Event(len(row.text), "done", {"turn_id": row.turn_id, "text": text, "does": does, "state": row.state})


def fault_of(row: ReplyAttempt) -> errors.RapportError:
    """What went wrong with this attempt, as it was told when it happened."""
    return errors.by_code(row.error_code or errors.PatientCutOff.code, row.error_what_now)


async def add_to_ledger(session: AsyncSession, encounter_id: str, position: int, heard: Heard) -> None:
    """Note what these words offered and told; each cue and concern counts once, where it came first."""
    known = {(entry.kind, entry.item_id) for entry in await encounters.ledger_of(session, encounter_id)}
    found = [("cue", *item) for item in heard.cues.items()] + [("concern", *item) for item in heard.concerns.items()]
    for kind, item_id, quote in found:
        if (kind, item_id) not in known:
            session.add(
                LedgerRow(
                    id=str(uuid4()),
                    encounter_id=encounter_id,
                    position=position,
                    kind=kind,
                    item_id=item_id,
                    quote=quote,
                )
            )


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


async def _add_patient_turn(session: AsyncSession, row: ReplyAttempt, state: State, heard: Heard) -> None:
    last = await encounters.last_turn(session, row.encounter_id)
    position = last.position + 1 if last is not None else 0
    text, does = split_actions(closed(row.text))
    session.add(
        TurnRow(
            id=str(uuid4()),
            encounter_id=row.encounter_id,
            position=position,
            speaker="patient",
            text=text,
            does=does,
            silent=False,
            as_shown=row.text,
            state=state.model_dump(mode="json"),
            said_at=row.saved_at,
        )
    )
    await add_to_ledger(session, row.encounter_id, position, heard)


def _write_fault(row: ReplyAttempt, fault: errors.RapportError) -> None:
    """What went wrong, with what the student was told to do, and a short cause for whoever runs the server."""
    row.error_code, row.error_what_now, row.error_cause = fault.code, fault.what_now, fault.cause or None
