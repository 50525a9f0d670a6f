"""Checks of patients that run beside the service, and what is kept of them."""

import asyncio
import contextlib
import logging
import traceback
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from app.errors import CheckRunning, RapportError, Unexpected
from app.lab.checking import check_persona
from app.patient.scene import Voice
from app.settings import Settings
from app.storage import Store, checks
from app.storage.tables import PersonaCheckRow
from personas import LoadedPersona

log = logging.getLogger(__name__)

BEAT_S = 4.0
"""How often a running check says that it is alive, and how far it is."""
GONE_AFTER_S = 20.0
"""A running check that has said nothing for so long belongs to a process that is gone."""
INTERRUPTED = "The check was interrupted: the service was stopped while it ran."


class Checks:
    """One per process: the store, the voice, and the checks that run here."""

    def __init__(self, store: Store, voice: Voice, settings: Settings) -> None:
        self._store = store
        self._voice = voice
        self._alone = settings.database.startswith("sqlite")
        self._talks_over: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, loaded: LoadedPersona) -> str:
        """Begin to check this patient, in a task of its own; the id of the check.

        Raises:
            CheckRunning: 409, this patient is being checked, here or in another process.
        """
        now = datetime.now(UTC)
        row = PersonaCheckRow(
            id=str(uuid4()),
            persona_id=loaded.persona.id,
            persona_hash=loaded.content_hash,
            voice=self._voice.name,
            model=self._voice.model,
            started_at=now,
            seen_at=now,
        )
        self._talks_over[row.id] = 0  # before its row is there: whoever sees the row finds it here
        try:
            await self._add(row)
        except BaseException:
            del self._talks_over[row.id]
            raise
        task = asyncio.create_task(self._run(row.id, loaded))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return row.id

    def is_running(self, row: PersonaCheckRow) -> bool:
        """Whether this check is under way: in this process, or by the time it was last seen in another."""
        if row.finished_at is not None:
            return False
        if row.id in self._talks_over:
            return True
        return not self._alone and abs(datetime.now(UTC) - row.seen_at) <= timedelta(seconds=GONE_AFTER_S)

    def talks_over(self, row: PersonaCheckRow) -> int:
        """How many talks of a running check are over."""
        return self._talks_over.get(row.id, row.talks_over)

    async def close(self) -> None:
        """Stop what runs here. It is found as interrupted the next time."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _add(self, row: PersonaCheckRow) -> None:
        try:
            async with self._store.write() as session:
                for other in await checks.unfinished(session, row.persona_id):
                    if self.is_running(other):
                        raise CheckRunning
                    other.finished_at, other.fault = row.started_at, INTERRUPTED
                await session.flush()
                session.add(row)
        except IntegrityError as error:  # another process began one between our look and our row
            raise CheckRunning from error

    async def _run(self, check_id: str, loaded: LoadedPersona) -> None:
        """Hold the talks and keep what came of them. Every end but that of the process itself is kept."""
        beat = asyncio.create_task(self._beat(check_id))
        try:
            report, fault = None, None
            try:
                report = asdict(
                    await check_persona(loaded.persona, self._voice, told=lambda done, _: self._note(check_id, done))
                )
            except Exception as error:  # noqa: BLE001  whoever waits for it must be told that it will not come
                # The message is left out: it may hold what was said.
                frames = "".join(traceback.format_tb(error.__traceback__))
                log.error("%s in the check of %s\n%s", type(error).__name__, loaded.persona.id, frames)
                fault = Unexpected.message
            await self._finish(check_id, report, fault)
        except RapportError as error:
            log.warning("the check of %s could not be stored: %s", loaded.persona.id, error.code)
        finally:
            beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beat
            self._talks_over.pop(check_id, None)

    def _note(self, check_id: str, done: int) -> None:
        self._talks_over[check_id] = done

    async def _beat(self, check_id: str) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            with contextlib.suppress(RapportError):  # the next beat tries again
                async with self._store.write() as session:
                    row = await session.get_one(PersonaCheckRow, check_id)
                    row.seen_at, row.talks_over = datetime.now(UTC), self._talks_over[check_id]

    async def _finish(self, check_id: str, report: dict[str, object] | None, fault: str | None) -> None:
        async with self._store.write() as session:
            row = await session.get_one(PersonaCheckRow, check_id)
            row.finished_at, row.talks_over = datetime.now(UTC), self._talks_over[check_id]
            row.report, row.fault = report, fault
