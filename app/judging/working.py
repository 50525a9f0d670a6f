"""The loop that sees jobs through."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app import marking
from app.errors import NotFound, RapportError, StorageFault
from app.judging.claims import (
    LEASE,
    STOPPED,
    TRIES,
    Claim,
    Judge,
    JudgeModel,
    Outcome,
    finish,
    frames_of,
    month_of,
    now,
    outcome_of,
    put_back,
    put_off,
)
from app.settings import Settings
from app.storage import Store, encounters, judgements
from app.storage.tables import JudgeJob
from scoring.judge import Judgement

T = TypeVar("T")

log = logging.getLogger(__name__)

LOOK_EVERY_S = 10.0
"""How often it is looked up whether a job is due; a talk that ends in this process is seen at once."""
BEAT_S = 15.0
"""How often a claim is renewed."""
FURTHEST = timedelta(hours=3)
"""No job is put off longer: a later time was written before the clock was set back."""
KEEP_TRYING_S = 120.0
"""How long a job waits for a database that is full, locked or away: a judgement that is not stored was paid for."""
TRY_EVERY_S = 2.0


class Judging:
    """One per process: sees jobs through, one at a time."""

    def __init__(self, store: Store, settings: Settings, ask: JudgeModel, judge: Judge) -> None:
        self._store = store
        self._settings = settings
        self._ask = ask
        self._judge = judge
        self._are_left_over = settings.database.startswith("sqlite")  # this process is the only one that serves
        self._woken = asyncio.Event()
        self._closing = asyncio.Event()
        self._asking: asyncio.Task[Judgement] | None = None
        self._loop: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Work until closed, in a task of its own."""
        self._loop = asyncio.create_task(self.run())

    def wake(self) -> None:
        """Look for a job that is due now."""
        self._woken.set()

    async def close(self) -> None:
        """Put the job back that is being judged, or store what came of it; then close the model."""
        self._closing.set()
        self._woken.set()
        if self._asking is not None:
            self._asking.cancel()
        if self._loop is not None:
            await self._loop
        await self._ask.close()

    async def run(self) -> None:
        """See every job through that is due, until closed; a fault in one does not stop the others."""
        while not self._closing.is_set():
            self._woken.clear()
            try:
                await self._end_old_leases()
                while not self._closing.is_set() and await self.work():
                    pass
            except RapportError as error:
                log.warning("second opinions have to wait: %s", error.code)
            except Exception as error:  # noqa: BLE001  whatever it was, the next job may do
                log.error("second opinions have to wait: %s\n%s", type(error).__name__, frames_of(error))
            await _wait(self._woken, LOOK_EVERY_S)

    async def work(self) -> bool:
        """See the job through that has been due longest; whether there was one."""
        async with self._store.write() as session:
            job = await judgements.next_due(session, now(), FURTHEST)
            if job is None:
                return False
            claim = await self._claim(session, job)
        if claim is not None:
            await self._see_through(claim)
        return True

    async def _end_old_leases(self) -> None:
        """Once, at the start: what an earlier process left is due now, not when its lease runs out."""
        if self._are_left_over:
            async with self._store.write() as session:
                await judgements.end_leases(session, now())
            self._are_left_over = False

    async def _claim(self, session: AsyncSession, job: JudgeJob) -> Claim | None:
        """Take the job, which is held; or end it, where it was begun too often or its class has used its tokens."""
        if job.state == "running":
            job.fault = "interrupted"
        if job.tries >= TRIES:
            finish(job, "failed", job.fault)
            return None
        if await self._is_over_budget(session, job):
            finish(job, "over_budget", None)
            return None
        claim = Claim(job, self._ask, self._settings)
        job.state, job.claimed_by, job.lease_until = "running", claim.claimed_by, now() + LEASE
        job.tries += 1
        job.model = claim.model
        return claim

    async def _is_over_budget(self, session: AsyncSession, job: JudgeJob) -> bool:
        """Whether the job's class has used its tokens of this calendar month, in UTC.

        Several processes that begin at the same moment may each begin one job more.
        """
        most = self._settings.judge_class_tokens
        if most is None or job.cohort_id is None:
            return False
        return (await judgements.used_by_class(session, job.cohort_id, month_of(now()))).tokens >= most

    async def _see_through(self, claim: Claim) -> None:
        """Ask the judge while the claim is renewed, and store what came of it."""
        asking = self._asking = asyncio.create_task(self._ask_judge(claim))
        beat = asyncio.create_task(self._beat(claim))
        if self._closing.is_set():
            asking.cancel()
        try:
            await asyncio.wait({asking, beat}, return_when=asyncio.FIRST_COMPLETED)
            is_lost = not asking.done()
        finally:
            self._asking = None
            for task in (asking, beat):
                task.cancel()
            await asyncio.wait({asking, beat})
        if is_lost:
            beat.result()  # raises what broke it, if something did
            log.warning("the second opinion on encounter %s was given up: its claim was lost", claim.encounter_id)
            return
        was_stopped = asking.cancelled() and self._closing.is_set()
        outcome = STOPPED if was_stopped else outcome_of(asking, claim)
        await self._patiently(lambda: self._store_end(claim, outcome))

    async def _ask_judge(self, claim: Claim) -> Judgement:
        material = await self._patiently(lambda: marking.material_of(self._store, claim.encounter_id))
        return await self._judge(
            material.transcript,
            claim,
            scenario=material.scenario,
            persona=material.persona,
            readings=material.readings,
            samples=self._settings.judge_samples,
            most_prompt_tokens=self._settings.judge_prompt_tokens,
        )

    async def _beat(self, claim: Claim) -> None:
        """Renew the claim, and keep what was used so far; returns when it is ours no more."""
        is_ours = True
        while is_ours:
            await asyncio.sleep(BEAT_S)
            try:
                async with self._store.write() as session:
                    is_ours = await judgements.renew(session, claim.job_id, claim.claimed_by, now() + LEASE, claim.took)
            except (RapportError, SQLAlchemyError) as error:  # the next beat tries again
                log.warning("a claim was not renewed: %s", type(error).__name__)

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do this with the database; one that cannot just now is asked again for a while."""
        ends_at = time.monotonic() + KEEP_TRYING_S
        while True:
            try:
                return await work()
            except StorageFault:
                if self._closing.is_set() or time.monotonic() >= ends_at:
                    raise
            await _wait(self._closing, TRY_EVERY_S)

    async def _store_end(self, claim: Claim, outcome: Outcome) -> None:
        """The card and the end of the job in one transaction; nothing where the claim is not ours any more."""
        async with self._store.write() as session:
            erased = False
            try:
                await encounters.lock(session, claim.encounter_id)  # first, as whoever erases it does
            except NotFound:
                erased = True
            job = await judgements.held(session, claim.job_id, claim.claimed_by)
            if job is None:
                log.warning("a second opinion on encounter %s came too late", claim.encounter_id)
                return
            for name, number in claim.took._asdict().items():
                setattr(job, name, number)
            if erased:
                finish(job, "failed", "erased")
            elif outcome.judgement is not None:
                _tell_what_is_missing(claim, outcome.judgement)
                await marking.keep(session, claim.encounter_id, outcome.judgement, "judge")
                finish(job, "done", None)
            elif outcome.fault is not None:
                put_off(job, outcome.fault)
            else:
                put_back(job)


def _tell_what_is_missing(claim: Claim, judgement: Judgement) -> None:
    """For whoever runs the server: scales without a score, and why."""
    for why in sorted(set(judgement.not_scored.values())):
        log.warning(
            "the second opinion of %s on encounter %s leaves scales without a score: %s See the model, and "
            "RAPPORT_JUDGE_CONTEXT_TOKENS, of which RAPPORT_JUDGE_MAX_TOKENS are kept for the answer.",
            claim.model,
            claim.encounter_id,
            why,
        )


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set, or after so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
