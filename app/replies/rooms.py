"""Where replies are spoken: one task each, which no reader owns."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app import errors
from app.patient.memory import Record, set_scene
from app.patient.scene import Scene, Voice
from app.patient.words import says_something
from app.replies.live import Event, LiveReply, failed_event
from app.replies.rows import Outcome, conclude, last_event, mark_interrupted, now, write_down
from app.settings import Settings
from app.storage import Store, encounters
from app.storage.tables import ReplyAttempt

log = logging.getLogger(__name__)

SAVE_EVERY_S = 1.0
"""How often the words so far are saved: what a crash may cost."""
TAIL_EVERY_S = 0.5
"""How often a reply of another process is looked up."""
GONE_AFTER_S = 15.0
"""A running reply not saved for so long belongs to a process that is gone."""

T = TypeVar("T")


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

    def interrupt(self) -> None:
        """Cut off what is being spoken here; each reply keeps its words, and its readers are told."""
        for live in list(self.live.values()):
            live.interrupt("interrupted")

    async def close(self) -> None:
        """Interrupt what is being spoken, keep its words, wait until all is stored; then close the voice."""
        self.interrupt()
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

    def start(self, live: LiveReply, record: Record) -> None:
        """Let the patient answer the last turn of this record, in a task of its own."""
        self._keep(self._answer(live, record))

    def _keep(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _answer(self, live: LiveReply, record: Record) -> None:
        """From the student's turn to the stored reply. Never raises; every end has an event."""
        last = failed_event(errors.PatientCutOff(), 0)
        try:
            outcome, fault = await self._speak_through(live, record)
            last = await conclude(self.store, live.attempt_id, outcome, live.spoken, fault)
        except errors.RapportError as error:
            log.warning("reply %s could not be stored: %s", live.attempt_id, error.code)
            told = type(error)(what_now=f"Your words are saved. {error.what_now}")
            last = failed_event(told, len(live.spoken.text))
        except Exception as error:  # noqa: BLE001  the student must be told, whatever it was
            _log_unforeseen(live, error)
            last = failed_event(errors.Unexpected(), len(live.spoken.text))
        finally:
            self.forget(live)
            live.close(last)

    async def _speak_through(self, live: LiveReply, record: Record) -> tuple[Outcome, errors.RapportError | None]:
        """Read the turn, speak, save each second; how it ended, and what went wrong if something did."""
        try:
            scene, live.spoken.received = await set_scene(record)
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
                await write_down(session, row, live.spoken)
        except (errors.RapportError, SQLAlchemyError) as error:  # the reply goes on; the next second tries again
            log.warning("reply %s was not saved: %s", live.attempt_id, type(error).__name__)
        return True


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
