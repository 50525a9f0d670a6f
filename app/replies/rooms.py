"""Where replies are spoken: one task each, which no reader owns."""

import asyncio
import logging
import math
import time
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app import errors
from app.patient.memory import Record, set_scene
from app.patient.scene import Received, Scene, Voice
from app.patient.words import says_something
from app.replies.live import PING_AFTER_S, Event, LiveReply, failed_event
from app.replies.rows import Outcome, conclude, last_event, mark_interrupted, now, save
from app.settings import Settings
from app.storage import Store, encounters
from app.storage.tables import ReplyAttempt

log = logging.getLogger(__name__)

SAVE_EVERY_S = 0.75
"""How often the words so far are saved: with the time it takes, a crash costs less than a second of them."""
SAVED_AT_ONCE = 100
"""Replies in one transaction: more hold up everybody else's words, fewer cost more."""
LOOKS = 4
"""How often meanwhile it is looked up, at least, who is to be saved."""
TAIL_EVERY_S = 0.5
"""How often a reply of another process is looked up."""
GONE_AFTER_S = 15.0
"""A running reply not saved for so long belongs to a process that is gone."""
KEEP_TRYING_S = 40.0
"""How long a finished answer is offered to a database that is full, locked or away."""
TRY_EVERY_S = 0.5
READERS_A_STREAM = 4
"""Tabs and devices that may follow each reply, on the average over all of them."""

T = TypeVar("T")


class Begun(NamedTuple):
    """A reply that is about to be spoken."""

    live: LiveReply
    record: Record
    reading: "asyncio.Task[tuple[Scene, Received]]"
    """What the turn does to the patient, being found out."""


@dataclass(frozen=True)
class Reply:
    """One attempt at answering one student turn."""

    rooms: "Rooms"
    attempt_id: str
    turn_id: str

    async def watch(self, after: int = 0) -> AsyncGenerator[Event]:
        """Every event from the `after`-th character on: from memory here, else from the row, twice a second.

        What comes after any offset is the same text, whenever and wherever it is asked for.
        """
        self.rooms.readers += 1
        try:
            async for event in self._watch(after):
                yield event
        finally:
            self.rooms.readers -= 1

    async def outcome(self) -> Event:
        """The last event, once the reply is over."""
        async for event in self.watch():
            last = event
        return last

    async def _watch(self, after: int) -> AsyncIterator[Event]:
        quiet_s = 0.0
        while True:
            if (live := self.rooms.live.get(self.attempt_id)) is not None:
                async for event in live.watch(after):
                    yield event
                return
            async with self.rooms.store.read() as session:
                row = await encounters.attempt(session, self.attempt_id)
            if len(row.text) > after:
                piece, after, quiet_s = row.text[after:], len(row.text), 0.0
                yield Event(after, "piece", {"text": piece})
            if row.state not in encounters.RUNNING or self.rooms.is_orphan(row):
                yield last_event(row)
                return
            if quiet_s >= PING_AFTER_S:
                quiet_s = 0.0
                yield Event(after, "ping", {})
            await asyncio.sleep(TAIL_EVERY_S)
            quiet_s += TAIL_EVERY_S


class Rooms:
    """One per process: the store, the voice, and the replies being spoken here."""

    def __init__(self, store: Store, voice: Voice, settings: Settings) -> None:
        self.store = store
        self.voice = voice
        self.settings = settings
        self.on_end: Callable[[], None] = lambda: None
        """Called when a talk has ended here and has its card."""
        self.live: dict[str, LiveReply] = {}
        self.coming = 0
        """Turns on their way to be stored, each of which keeps a place: a crowd is told at once, not in turn."""
        self.readers = 0
        """Watchers of replies, here or elsewhere."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._saver: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._unsaved = False
        self.alone = settings.database.startswith("sqlite")

    @property
    def is_full(self) -> bool:
        """Whether as many replies are spoken, or will be, as this process is to speak at once; each counts once."""
        return sum(live.is_stored for live in self.live.values()) + self.coming >= self.settings.streams

    async def recover(self) -> int:
        """Mark replies whose process is gone as interrupted; their number. Called once, at start."""
        limit = None if self.alone else now() - timedelta(seconds=GONE_AFTER_S)
        async with self.store.write(saves=True) as session:
            rows = await encounters.running_attempts(session, saved_before=limit)
            for row in rows:
                mark_interrupted(row)
        return len(rows)

    def interrupt(self) -> None:
        """Cut off what is being spoken here; each reply keeps its words, and its readers are told."""
        for live in list(self.live.values()):
            live.interrupt("interrupted")

    async def close(self) -> None:
        """Interrupt what is being spoken, keep its words, wait until all is stored; then close the voice."""
        self._closing.set()
        self.interrupt()
        while self._tasks:
            await asyncio.wait(self._tasks)
        if self._saver is not None:
            await self._saver
        await self.voice.close()

    def is_orphan(self, row: ReplyAttempt) -> bool:
        """Whether this running reply belongs to no living process.

        With SQLite this process is the only one, and a reply stands in `live` before its row is committed. Else it
        shows by the time of its last save; one far in the future was written before the clock was set back.
        """
        if row.id in self.live:
            return False
        return self.alone or abs(now() - row.saved_at) > timedelta(seconds=GONE_AFTER_S)

    def refuse_reader_if_full(self) -> None:
        """Let nobody open connections without end.

        Raises:
            TooManyTalking: 503; the reply goes on without this reader.
        """
        if self.readers >= self.settings.streams * READERS_A_STREAM:
            raise errors.TooManyTalking(what_now="The answer goes on. Reload the page in a few seconds.")

    def shelter(self, work: Coroutine[Any, Any, T]) -> "asyncio.Future[T]":
        """Do this to its end even when whoever asked goes away: a commit is never cut in half."""
        return asyncio.shield(self._keep(work))

    def prepare(self, attempt: ReplyAttempt, record: Record) -> Begun:
        """Enter a reply before its row is committed, so that whoever sees the row finds it here; begin to read.

        `record` ends with the turn that is answered.

        Raises:
            TooManyTalking: 503, too many are spoken already.
        """
        if len(self.live) >= self.settings.streams:
            raise errors.TooManyTalking
        reading = self._keep(set_scene(record))
        live = LiveReply(attempt.id, attempt.encounter_id, attempt.turn_id)
        self.live[attempt.id] = live
        return Begun(live, record, reading)

    def withdraw(self, begun: Begun) -> None:
        """Take a reply back whose row was not committed; who watches it already is told."""
        begun.reading.cancel()
        self._forget(begun.live)
        begun.live.close(failed_event(errors.PatientCutOff(), 0))

    def start(self, begun: Begun) -> None:
        """Let the patient answer, in a task of its own."""
        begun.live.is_stored = True
        self._keep(self._answer(*begun))
        if self._saver is None or self._saver.done():
            self._saver = asyncio.create_task(self._save_each_second())

    def _forget(self, live: LiveReply) -> None:
        self.live.pop(live.attempt_id, None)

    def _keep(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _answer(self, live: LiveReply, record: Record, reading: Awaitable[tuple[Scene, Received]]) -> None:
        """From the student's turn to the stored reply. Never raises; every end has an event."""
        last = failed_event(errors.PatientCutOff(), 0)
        try:
            outcome, fault = await self._speak_through(live, reading)
            last = await self._conclude(live, record, outcome, fault)
        except errors.RapportError as error:
            log.warning("reply %s could not be stored: %s", live.attempt_id, error.code)
            told = type(error)(what_now=f"Your words are saved. {error.what_now}")
            last = failed_event(told, len(live.spoken.text))
        except Exception as error:  # noqa: BLE001  the student must be told, whatever it was
            _log_unforeseen(live, error)
            last = failed_event(errors.Unexpected(), len(live.spoken.text))
        finally:
            self._forget(live)
            live.close(last)

    async def _speak_through(
        self, live: LiveReply, reading: Awaitable[tuple[Scene, Received]]
    ) -> tuple[Outcome, errors.RapportError | None]:
        """Read the turn and speak; how it ended, and what went wrong if something did."""
        try:
            scene, live.spoken.received = await reading
            await live.speak(self._speak(live, scene))
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

    async def _conclude(
        self, live: LiveReply, record: Record, outcome: Outcome, fault: errors.RapportError | None
    ) -> Event:
        """Store how it ended; a database that cannot just now is asked again for a while: the words are here."""
        ends_at = time.monotonic() + KEEP_TRYING_S
        while True:
            try:
                return await conclude(self.store, live.attempt_id, outcome, live.spoken, fault, record)
            except errors.StorageFault:
                if self._closing.is_set() or time.monotonic() >= ends_at:
                    raise
            await self._wait(TRY_EVERY_S)

    async def _save_each_second(self) -> None:
        """Save the words of every reply, as long as there is one."""
        next_at = time.monotonic()
        while self.live and not self._closing.is_set():
            every_s = SAVE_EVERY_S / max(LOOKS, -(-len(self.live) // SAVED_AT_ONCE))
            # Not so long after the last was done, but after it began; a slow database still gets some rest.
            next_at = max(next_at + every_s, time.monotonic() + every_s / 3)
            await self._wait(next_at - time.monotonic())
            replies = self._to_save(every_s)
            for start in range(0, len(replies), SAVED_AT_ONCE):
                await self._save(replies[start : start + SAVED_AT_ONCE])

    def _to_save(self, every_s: float) -> list[LiveReply]:
        """All whose words would be unsaved too long the next time, with them a few others; of a crowd some each time.

        Many in one transaction, or the saving costs most; not too many, for meanwhile nobody's words pass.
        """
        replies = sorted((live for live in self.live.values() if live.is_stored), key=lambda live: live.saved_at_s)
        too_long = time.monotonic() - SAVE_EVERY_S + every_s
        due = sum(live.saved_at_s <= too_long for live in replies)
        if len(replies) <= SAVED_AT_ONCE:
            return replies if due else []
        return replies[: max(due, math.ceil(len(replies) * every_s / SAVE_EVERY_S))]

    async def _save(self, replies: Sequence[LiveReply]) -> None:
        """Save the words so far; a reply that another process has ended is stopped here."""
        speaking = {live.attempt_id: live for live in replies if live.last is None}
        if not speaking:
            return
        for live in speaking.values():
            live.saved_at_s = time.monotonic()
            live.ping()
        read = [live for live in speaking.values() if live.spoken.received is not None]
        try:
            async with self.store.write(saves=True) as session:
                running = await save(session, list(speaking.values()))
        except (errors.RapportError, SQLAlchemyError) as error:  # the replies go on; the next second tries again
            if not self._unsaved:
                log.warning("the words of %d replies were not saved: %s", len(speaking), type(error).__name__)
            self._unsaved = True
            return
        self._unsaved = False
        for live in read:
            live.has_reading = True
        for attempt_id in speaking.keys() - running:
            speaking[attempt_id].interrupt("stopped")

    async def _wait(self, seconds: float) -> None:
        """Sleep, but no longer than until this process is to close."""
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return


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


def _log_unforeseen(live: LiveReply, error: Exception) -> None:
    """Log where it happened and what kind it was. Its message is left out: it may hold what was said."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s in reply %s\n%s", type(error).__name__, live.attempt_id, frames)
