"""Replies nobody owns: each is spoken by a task of its own, watched by whoever listens, and stored once.

    Rooms       one per process: the store, the voice, and every reply being spoken here
    LiveReply   the words so far, and the wake-up call for its watchers
    Reply       a handle on one attempt: watch it from any character on, in this process or from its row

A watcher holds an offset, not a queue: one that falls behind gets the rest in one piece and costs nothing meanwhile.
"""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app import errors
from app.patient import turns as patient
from app.patient.memory import set_scene
from app.patient.scene import Heard, Piece, Received, Scene, State, Usage, Voice
from app.patient.stage import split_actions
from app.patient.words import closed, says_something, storable
from app.settings import Settings
from app.storage import Store, encounters
from app.storage.tables import LedgerRow, ReplyAttempt, TurnRow

log = logging.getLogger(__name__)

SAVE_EVERY_S = 1.0
"""How often the words so far are saved: what a crash may cost."""
TAIL_EVERY_S = 0.5
"""How often a reply of another process is looked up."""
GONE_AFTER_S = 15.0
"""A running reply not saved for so long belongs to a process that is gone."""
REPLY_CHARACTERS = 20_000
"""Longer than any patient speaks: a model that does not stop."""
Outcome = Literal["done", "stopped", "failed", "interrupted"]
T = TypeVar("T")


class Event(NamedTuple):
    """What a watcher sees: `piece` {text}, `done` {turn_id, text, does, state}, `failed` {code, message, what_now}."""

    offset: int
    """Characters of the raw reply delivered so far; resume from here."""
    event: Literal["piece", "done", "failed"]
    data: dict[str, Any]


@dataclass
class Spoken:
    """What a reply holds so far."""

    text: str = ""
    lines: list[str] = field(default_factory=list)
    screened: int = 0
    usage: Usage | None = None
    received: Received | None = None
    """What the student's turn did, until it is stored with the turn."""


class LiveReply:
    """A reply that is being spoken in this process."""

    def __init__(self, attempt_id: str, encounter_id: str, turn_id: str) -> None:
        self.attempt_id = attempt_id
        self.encounter_id = encounter_id
        self.turn_id = turn_id
        self.spoken = Spoken()
        self.last: Event | None = None
        self.cut: Literal["stopped", "interrupted"] | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    def hear(self, piece: Piece) -> None:
        """Add one piece and wake the watchers.

        Raises:
            PatientCutOff: 502, the reply has become longer than any patient speaks.
        """
        self.spoken.text += storable(piece.text)
        self.spoken.screened += piece.screened
        self.spoken.usage = piece.usage or self.spoken.usage
        if piece.line is not None and piece.line not in self.spoken.lines[-1:]:
            self.spoken.lines.append(piece.line)
        if len(self.spoken.text) > REPLY_CHARACTERS:
            raise errors.PatientCutOff
        self._wake()

    def close(self, last: Event) -> None:
        """Give every watcher the last event."""
        self.last = last
        self._wake()

    def interrupt(self, why: Literal["stopped", "interrupted"]) -> None:
        """Stop speaking; what was said so far is kept."""
        self.cut = self.cut or why
        if self._speaking is not None:
            self._speaking.cancel()

    def speak(self, words: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Begin to speak; cancelled at once when it was interrupted before the first word."""
        self._speaking = asyncio.create_task(words)
        if self.cut is not None:
            self._speaking.cancel()
        return self._speaking

    async def watch(self, after: int) -> AsyncIterator[Event]:
        """Every event from the `after`-th character on; ends after `done` or `failed`."""
        while True:
            text = self.spoken.text
            if len(text) > after:
                piece, after = text[after:], len(text)
                yield Event(after, "piece", {"text": piece})
            elif self.last is not None:
                yield self.last
                return
            else:
                await self._news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news.clear()


@dataclass(frozen=True)
class Reply:
    """One attempt at answering one student turn."""

    rooms: "Rooms"
    attempt_id: str
    turn_id: str

    async def watch(self, after: int = 0) -> AsyncIterator[Event]:
        """Every event from the `after`-th character on: from memory here, else from the row, twice a second.

        What comes after any offset is the same text, whenever and wherever it is asked for.
        """
        while True:
            if (live := self.rooms.live.get(self.attempt_id)) is not None:
                async for event in live.watch(after):
                    yield event
                return
            async with self.rooms.store.read() as session:
                row = await encounters.attempt(session, self.attempt_id)
            if len(row.text) > after:
                piece, after = row.text[after:], len(row.text)
                yield Event(after, "piece", {"text": piece})
            if row.state not in encounters.RUNNING or self.rooms.is_orphan(row):
                yield last_event(row)
                return
            await asyncio.sleep(TAIL_EVERY_S)

    async def outcome(self) -> Event:
        """The last event, once the reply is over."""
        async for event in self.watch():
            last = event
        return last


class Rooms:
    """One per process: the store, the voice, and the replies being spoken here."""

    def __init__(self, store: Store, voice: Voice, settings: Settings) -> None:
        self.store = store
        self.voice = voice
        self.settings = settings
        self.live: dict[str, LiveReply] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self.alone = settings.database.startswith("sqlite")

    async def recover(self) -> int:
        """Mark replies whose process is gone as interrupted; their number. Called once, at start."""
        limit = None if self.alone else now() - timedelta(seconds=GONE_AFTER_S)
        async with self.store.write() as session:
            rows = await encounters.running_attempts(session, saved_before=limit)
            for row in rows:
                mark_interrupted(row)
        return len(rows)

    async def close(self) -> None:
        """Interrupt what is being spoken, keep its words, wait until all is stored; then close the voice."""
        for live in list(self.live.values()):
            live.interrupt("interrupted")
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self.voice.close()

    def is_orphan(self, row: ReplyAttempt) -> bool:
        """Whether this running reply belongs to no living process.

        With SQLite this process is the only one, and a reply stands in `live` before its row is committed.
        """
        if row.id in self.live:
            return False
        return self.alone or now() - row.saved_at > timedelta(seconds=GONE_AFTER_S)

    def shelter(self, work: Coroutine[Any, Any, T]) -> "asyncio.Future[T]":
        """Do this to its end even when whoever asked goes away: a commit is never cut in half."""
        return asyncio.shield(self._keep(work))

    def announce(self, attempt: ReplyAttempt) -> LiveReply:
        """Enter a reply before its row is committed, so that whoever sees the row finds it here."""
        live = LiveReply(attempt.id, attempt.encounter_id, attempt.turn_id)
        self.live[attempt.id] = live
        return live

    def forget(self, live: LiveReply) -> None:
        """Take a reply off the list: it is over, or its row was never committed."""
        self.live.pop(live.attempt_id, None)

    def start(self, live: LiveReply) -> None:
        """Let the patient speak, in a task of its own."""
        self._keep(self._answer(live))

    def _keep(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _answer(self, live: LiveReply) -> None:
        """From the student's turn to the stored reply. Never raises; every end has an event."""
        last = failed_event(errors.PatientCutOff(), 0)
        try:
            outcome, fault = await self._speak_through(live)
            last = await conclude(self, live.attempt_id, outcome, live.spoken, fault)
        except errors.RapportError as error:
            log.warning("reply %s could not be stored: %s", live.attempt_id, error.code)
            last = failed_event(error, len(live.spoken.text))
        except Exception as error:  # noqa: BLE001  the student must be told, whatever it was
            _log_unforeseen(live, error)
            last = failed_event(errors.Unexpected(), len(live.spoken.text))
        finally:
            self.forget(live)
            live.close(last)

    async def _speak_through(self, live: LiveReply) -> tuple[Outcome, errors.RapportError | None]:
        """Read the turn, speak, save each second; how it ended, and what went wrong if something did."""
        try:
            scene, live.spoken.received = await set_scene(self.store, live.encounter_id, live.turn_id)
            speaking = live.speak(self._speak(live, scene))
            while not speaking.done():
                await asyncio.wait({speaking}, timeout=SAVE_EVERY_S)
                if not speaking.done() and not await self._save(live):
                    live.interrupt("stopped")
            await speaking
        except asyncio.CancelledError:
            if live.cut is None:
                raise
            return ("interrupted", errors.PatientCutOff()) if live.cut == "interrupted" else ("stopped", None)
        except errors.RapportError as error:
            log.warning("reply %s failed: %s %s", live.attempt_id, error.code, error.cause)
            return "failed", error
        except Exception as error:  # noqa: BLE001  a fault of voice or reading: the turn is stored, the student may ask again
            _log_unforeseen(live, error)
            return "failed", errors.Unexpected(cause=type(error).__name__)
        if not says_something(live.spoken.text):
            return "failed", errors.PatientCutOff(cause="empty")
        return "done", None

    async def _speak(self, live: LiveReply, scene: Scene) -> None:
        async for piece in self.voice.reply(scene):
            live.hear(piece)

    async def _save(self, live: LiveReply) -> bool:
        """Save the words so far; False when another process has ended this reply."""
        try:
            async with self.store.write() as session:
                row = await encounters.attempt(session, live.attempt_id)
                if row.state not in encounters.RUNNING:
                    return False
                row.state = "partial" if live.spoken.text else "pending"
                await _write_down(session, row, live.spoken)
        except (errors.RapportError, SQLAlchemyError) as error:  # the reply goes on; the next second tries again
            log.warning("reply %s was not saved: %s", live.attempt_id, type(error).__name__)
        return True


async def conclude(
    rooms: Rooms,
    attempt_id: str,
    outcome: Outcome,
    spoken: Spoken | None = None,
    fault: errors.RapportError | None = None,
) -> Event:
    """End an attempt, once: the row, the patient's turn and the ledger in one transaction.

    Done and stopped words become the patient's turn. Without `spoken` the words saved last count.
    An attempt that was ended before stays as it was.
    """
    async with rooms.store.read() as session:
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
    async with rooms.store.write() as session:
        await encounters.lock(session, row.encounter_id)
        row = await encounters.attempt(session, attempt_id)
        if row.state in encounters.RUNNING:
            await _write_down(session, row, words)
            row.state, row.finished_at = outcome, row.saved_at
            if fault is not None:
                _write_fault(row, fault)
            if settled is not None:
                await _add_patient_turn(session, row, *settled)
        return last_event(row)


async def refuse_if_running(rooms: Rooms, session: AsyncSession, encounter_id: str) -> None:
    """Let nothing new begin while a reply is spoken; one whose process is gone is marked instead.

    Raises:
        ReplyRunning: 409.
    """
    while (row := await encounters.running_attempt(session, encounter_id)) is not None:
        if not rooms.is_orphan(row):
            raise errors.ReplyRunning
        mark_interrupted(row)
        await session.flush()


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


def failed_event(error: errors.RapportError, offset: int) -> Event:
    """What a student is told when a reply failed."""
    return Event(offset, "failed", {"code": error.code, "message": error.message, "what_now": error.what_now})


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


def _write_fault(row: ReplyAttempt, fault: errors.RapportError) -> None:
    """What went wrong, with what the student was told to do, and a short cause for whoever runs the server."""
    row.error_code, row.error_what_now, row.error_cause = fault.code, fault.what_now, fault.cause or None


def _log_unforeseen(live: LiveReply, error: Exception) -> None:
    """Log where it happened and what kind it was. Its message is left out: it may hold what was said."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s in reply %s\n%s", type(error).__name__, live.attempt_id, frames)


async def _write_down(session: AsyncSession, row: ReplyAttempt, spoken: Spoken) -> None:
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
