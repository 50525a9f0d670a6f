"""A reply as it is stored: its attempt, the patient's turn it becomes, and what the ledger notes of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import errors
from app.patient import turns as patient
from app.patient.memory import Record, reading_of, recall, stored_reading
from app.patient.scene import Heard, Received, State
from app.patient.stage import split_actions
from app.patient.words import closed, says_something
from app.replies.live import Event, LiveReply, Spoken, failed_event
from app.storage import Store, encounters
from app.storage.tables import LedgerRow, ReplyAttempt, TurnRow

Outcome = Literal["done", "stopped", "failed", "interrupted"]

_GONE = "process_gone"


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
    record: Record | None = None,
) -> Event:
    """End an attempt, once: the row, the patient's turn and the ledger in one transaction.

    Done and stopped words become the patient's turn. Without `spoken` the words saved last count, without
    `record`, which ends with the turn that is answered, what is stored is read. An attempt that was ended before
    stays as it was, but for a whole answer that was given up too early.
    """
    if spoken is None or record is None:
        spoken, record = await _recall(store, attempt_id)
    settled = None
    if outcome in ("done", "stopped") and says_something(spoken.text):
        spoken.received = spoken.received or stored_reading(record.turns[-1])
        settled = await asyncio.to_thread(_settle, record, spoken, reading_of(record))
    async with store.write() as session:
        await encounters.lock(session, record.encounter.id)
        row = await encounters.attempt(session, attempt_id)
        if row.state in encounters.RUNNING or (outcome == "done" and await _was_given_up(session, row)):
            await write_down(session, row, spoken)
            row.state, row.finished_at = outcome, row.saved_at
            row.error_code = row.error_what_now = row.error_cause = None
            if fault is not None:
                _write_fault(row, fault)
            if settled is not None:
                row.patient_left = settled[0].left
                await _add_patient_turn(session, row, *settled)
        return last_event(row)


async def _recall(store: Store, attempt_id: str) -> tuple[Spoken, Record]:
    """The words saved last, and the talk up to the turn they answer."""
    async with store.read() as session:
        row = await encounters.attempt(session, attempt_id)
        record = await recall(session, await encounters.find(session, row.encounter_id))
    until = next((place for place, turn in enumerate(record.turns) if turn.turn_id == row.turn_id), 0)
    spoken = Spoken(text=row.text, lines=list(row.lines), screened=row.screened)
    return spoken, replace(record, turns=record.turns[: until + 1])


def _settle(record: Record, spoken: Spoken, read: Callable[[], Received]) -> tuple[State, Heard]:
    """What the patient carries on from these words; the turn they answer is read now if nobody did."""
    spoken.received = spoken.received or read()
    return patient.settle(record.persona, record.scenario, spoken.received.state, closed(spoken.text), spoken.lines)


async def write_down(session: AsyncSession, row: ReplyAttempt, spoken: Spoken) -> None:
    """Put what the student's turn did into that turn, once, and the words so far into the row.

    The turn first, as `save` does it: each holding what the other wants, PostgreSQL would break one of them off.
    """
    if spoken.received is not None:
        await encounters.save_readings(session, [_reading_row(row.encounter_id, row.turn_id, spoken.received)])
    row.text, row.lines, row.screened, row.saved_at = spoken.text, list(spoken.lines), spoken.screened, now()
    if spoken.usage is not None:
        row.shortened_turns = spoken.usage.shortened_turns
        row.prompt_tokens = spoken.usage.prompt_tokens
        row.cached_tokens = spoken.usage.cached_tokens
        row.completion_tokens = spoken.usage.completion_tokens


async def save(session: AsyncSession, speaking: Sequence[LiveReply]) -> set[str]:
    """Save what these replies hold so far; the ids of those that no other process has ended meanwhile."""
    at = now()
    read = [
        _reading_row(live.encounter_id, live.turn_id, live.spoken.received)
        for live in speaking
        if live.spoken.received is not None and not live.has_reading
    ]
    if read:
        await encounters.save_readings(session, read)
    return await encounters.save_words(session, [_words_row(live, at) for live in speaking])


def _words_row(live: LiveReply, at: datetime) -> dict[str, object]:
    return {
        "attempt_id": live.attempt_id,
        "words": live.spoken.text,
        "line_ids": list(live.spoken.lines),
        "left_out": live.spoken.screened,
        "at": at,
    }


def _reading_row(encounter_id: str, turn_id: str, received: Received) -> dict[str, object]:
    return {
        "encounter": encounter_id,
        "sent_as": turn_id,
        "left_state": received.state.model_dump(mode="json"),
        "was_read": received.reading.model_dump(mode="json"),
        "did": [change.model_dump(mode="json") for change in received.changes],
        "noted": received.note,
    }


def mark_interrupted(row: ReplyAttempt) -> None:
    """Its process is gone; the words saved are kept, and shown as cut off."""
    row.state, row.finished_at = "interrupted", now()
    _write_fault(row, errors.PatientCutOff(cause=_GONE))


def last_event(row: ReplyAttempt) -> Event:
    """How an attempt ended, the same from memory and from the row; one still running counts as cut off."""
    if row.state not in ("done", "stopped"):
        return failed_event(fault_of(row), len(row.text))
    text, does = split_actions(closed(row.text))
    data: dict[str, Any] = {"turn_id": row.turn_id, "text": text, "does": does, "state": row.state}
    return Event(len(row.text), "done", data | ({"left": True} if row.patient_left else {}))


def fault_of(row: ReplyAttempt) -> errors.RapportError:
    """What went wrong with this attempt, as it was told when it happened."""
    return errors.by_code(row.error_code or errors.PatientCutOff.code, row.error_what_now)


async def add_to_ledger(session: AsyncSession, encounter_id: str, position: int, heard: Heard) -> None:
    """Note what these words offered and told; each cue and concern counts once, where it came first."""
    kinds = (("cue", heard.cues), ("part", heard.parts), ("concern", heard.concerns))
    found = [(kind, *item) for kind, items in kinds for item in items.items()]
    if not found:
        return
    known = {(entry.kind, entry.item_id) for entry in await encounters.ledger_of(session, encounter_id)}
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


async def _was_given_up(session: AsyncSession, row: ReplyAttempt) -> bool:
    """Whether another process took this one for gone while it only could not store: its whole answer counts, unless
    the talk has gone on since."""
    if row.state != "interrupted" or row.error_cause != _GONE:
        return False
    newest = await encounters.last_attempt(session, row.encounter_id, row.turn_id)
    last = await encounters.last_turn(session, row.encounter_id)
    encounter = await encounters.find(session, row.encounter_id)
    return (
        newest is not None
        and newest.id == row.id
        and last is not None
        and last.turn_id == row.turn_id
        and encounter.ended_at is None
    )


def _write_fault(row: ReplyAttempt, fault: errors.RapportError) -> None:
    """What went wrong, with what the student was told to do, and a short cause for whoever runs the server."""
    row.error_code, row.error_what_now, row.error_cause = fault.code, fault.what_now, fault.cause or None
