"""A job while it is worked on: what it takes is counted, and each try of it has an end."""

import logging
import traceback
from asyncio import Task
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple, Protocol
from uuid import uuid4

from app.errors import RapportError
from app.settings import Settings
from app.storage.judgements import Took
from app.storage.tables import JudgeJob
from personas import Persona, Scenario
from scoring import Transcript, TurnReading
from scoring.judge import Ask, AskFault, Judgement, Message, Reply

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""A running job whose claim was not renewed for so long belongs to a process that is gone."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 120))
"""How long a job waits after each try that came to nothing."""
TRIES = len(PAUSES) + 1
"""How often a job is begun; counted when it is claimed, so that one that ends its process every time ends too."""
CHARACTERS_PER_TOKEN = 4
"""Where the server does not count, so many characters are taken for a token."""
MOST_CALLS = 60
"""The most questions of one judgement, for each time the talk is judged anew."""


class JudgeModel(Ask, Protocol):
    """A judge's model with connections of its own."""

    async def close(self) -> None:
        """Give back the connections."""
        ...


class Judge(Protocol):
    """Judges one talk by asking a language model: `scoring.judge.grade`."""

    async def __call__(
        self,
        transcript: Transcript,
        ask: Ask,
        *,
        scenario: Scenario | None = None,
        persona: Persona | None = None,
        readings: Mapping[int, TurnReading] | None = None,
        samples: int = 1,
        most_prompt_tokens: int | None = None,
    ) -> Judgement:
        """The judge's card; what could not be read of it is in `not_scored`.

        Raises:
            AskFault: there is none now, and may be later.
        """
        ...


class Outcome(NamedTuple):
    """How a try ended: with a judgement, with a fault, or with neither where the service was stopped."""

    judgement: Judgement | None = None
    fault: str | None = None


STOPPED = Outcome()


class Claim:
    """A job that is worked on here. As the judge's model it counts what it is asked, and does not let that go on."""

    def __init__(self, job: JudgeJob, ask: Ask, settings: Settings) -> None:
        assert job.encounter_id is not None  # else nobody would have claimed it
        self.job_id, self.encounter_id, self.claimed_by = job.id, job.encounter_id, str(uuid4())
        self.model = ask.model
        self._ask = ask
        self._settings = settings
        self._calls_left = MOST_CALLS * settings.judge_samples
        self._counts = (job.calls, job.prompt_tokens, job.cached_tokens, job.completion_tokens)

    async def __call__(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any]) -> Reply:
        """The model's reply.

        Raises:
            AskFault: there is none, or more was asked than any judgement needs.
        """
        if self._calls_left == 0:
            raise AskFault("too_many_calls", passing=False)
        self._calls_left -= 1
        self._count(1, 0, 0, 0)
        try:
            reply = await self._ask(messages, name, schema)
        except AskFault as fault:
            if not fault.passing:  # it was read, and may have been thought about: it costs, whatever came of it
                self._count(0, *_tokens_of(messages, Reply("")))
            raise
        self._count(0, *_tokens_of(messages, reply))
        return reply

    @property
    def took(self) -> Took:
        """What the job took so far, over all its tries."""
        calls, prompt, cached, completion = self._counts
        return Took(calls, prompt, cached, completion, cost_of(self._settings, prompt, cached, completion))

    def _count(self, *more: int) -> None:
        calls, prompt, cached, completion = (old + new for old, new in zip(self._counts, more, strict=True))
        self._counts = (calls, prompt, cached, completion)


def _tokens_of(messages: Sequence[Message], reply: Reply) -> tuple[int, int, int]:
    """Prompt, cached and answered tokens: a budget holds also where the server counts none."""
    prompt, answered = reply.prompt_tokens, reply.completion_tokens
    if prompt is None:
        prompt = sum(len(message["content"]) for message in messages) // CHARACTERS_PER_TOKEN
    if answered is None:
        answered = len(reply.text) // CHARACTERS_PER_TOKEN
    return prompt, reply.cached_tokens or 0, answered


def cost_of(settings: Settings, prompt_tokens: int, cached_tokens: int, completion_tokens: int) -> float | None:
    """What so many tokens cost, by the prices of the settings (for a million each); None where none is set."""
    prompt, completion = settings.judge_price_prompt, settings.judge_price_completion
    cached = prompt if settings.judge_price_cached is None else settings.judge_price_cached
    if prompt is None and cached is None and completion is None:
        return None
    cached_tokens = min(cached_tokens, prompt_tokens)
    fresh_tokens = prompt_tokens - cached_tokens
    return (
        fresh_tokens * (prompt or 0) + cached_tokens * (cached or 0) + completion_tokens * (completion or 0)
    ) / 1_000_000


def outcome_of(asking: Task[Judgement], claim: Claim) -> Outcome:
    """What came of asking, and a line in the log where that is no judgement."""
    if asking.cancelled():
        return Outcome(fault="interrupted")
    error = asking.exception()
    if error is None:
        return Outcome(judgement=asking.result())
    if isinstance(error, AskFault | RapportError):
        fault = error.cause if isinstance(error, AskFault) else error.code
        log.warning("no second opinion on encounter %s: %s", claim.encounter_id, fault)
        return Outcome(fault=fault)
    log.error(
        "%s in the second opinion on encounter %s\n%s", type(error).__name__, claim.encounter_id, frames_of(error)
    )
    return Outcome(fault="unexpected")


def put_off(job: JudgeJob, fault: str) -> None:
    """Let the job be tried later, or end it after the last try."""
    if job.tries >= TRIES:
        finish(job, "failed", fault)
        return
    job.state, job.fault, job.due_at = "waiting", fault, now() + PAUSES[job.tries - 1]
    job.claimed_by = job.lease_until = None


def put_back(job: JudgeJob) -> None:
    """Let the job be due again as if this try had never begun."""
    job.state, job.tries, job.due_at = "waiting", job.tries - 1, now()
    job.claimed_by = job.lease_until = None


def finish(job: JudgeJob, state: Literal["done", "failed", "over_budget"], fault: str | None) -> None:
    """End the job for good."""
    job.state, job.fault, job.finished_at = state, fault, now()
    job.claimed_by = job.lease_until = None


def frames_of(error: BaseException) -> str:
    """Where it happened. The message is left out: it may hold what was said."""
    return "".join(traceback.format_tb(error.__traceback__))


def month_of(moment: datetime) -> datetime:
    """When the calendar month of this moment began, in UTC: a budget is for so long."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def now() -> datetime:
    """The time, as it is stored."""
    return datetime.now(UTC)
