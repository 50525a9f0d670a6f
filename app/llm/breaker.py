"""The breaker of an endpoint: after a few faults in a row nobody waits for a server that does not answer.

    closed      every request goes through; FAULTS_IN_A_ROW that count, and it opens
    open        requests fail at once, for a pause that doubles with each probe that fails
    half-open   the pause is over: the next request is the probe, all others still fail at once

What counts is that the server does not answer. A first word closes the breaker and clears the count, and so does an
answer in the server's own words (a wrong key, a prompt too long, a filter): a pause would mend none of these, and would
hide from people what does.
"""

import logging
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from weakref import WeakValueDictionary

from app.llm import Cause, End, LanguageModel, ModelFault

log = logging.getLogger(__name__)

FAULTS_IN_A_ROW = 5
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0

_COUNTED: frozenset[Cause] = frozenset(
    {
        "refused_connection",
        "server_error",
        "rate_limited",
        "no_first_token",
        "dropped",
        "no_end",
        "bad_line",
        "reported",
    }
)
"""Before the first word only. All of them may pass by themselves; what an operator must mend is not among them."""


class Ask:
    """One request on its way, until its first word, its fault, or until nobody wants it any more."""

    def __init__(self, era: int) -> None:
        self.era = era


class Endpoint:
    """One server, as all who ask it find it. Its clock is monotonic: a clock set back neither opens nor closes it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._faults = 0
        self._pause_s = FIRST_PAUSE_S
        self._rests_until: float | None = None
        self._probe: Ask | None = None
        self._era = 0

    def admit(self) -> Ask:
        """Let a request through.

        Raises:
            ModelFault: resting; `retry_after_s` says for how long.
        """
        ask = Ask(self._era)
        if self._rests_until is not None:
            left_s = self._rests_until - self._clock()
            if left_s > 0 or self._probe is not None:
                raise ModelFault("resting", retry_after_s=left_s if left_s > 0 else FIRST_PAUSE_S)
            self._probe = ask
        return ask

    def answered(self, ask: Ask, model: str) -> None:
        """The server answered: the count of faults begins anew, and a probe ends the rest."""
        if not self._tells(ask):
            return
        self._faults = 0
        if self._rests_until is None:
            return
        self._rests_until, self._probe = None, None
        self._pause_s = FIRST_PAUSE_S
        self._era += 1
        log.warning("language model %s: its endpoint answers again", model)

    def failed(self, ask: Ask, fault: ModelFault, model: str) -> None:
        """There was no first word."""
        if fault.cause not in _COUNTED:
            self.answered(ask, model)
            return
        if not self._tells(ask):
            return
        self._faults += 1
        pause_s = min(fault.retry_after_s or 0.0, LONGEST_PAUSE_S)
        if self._rests_until is not None or self._faults >= FAULTS_IN_A_ROW:
            # a little less than that, each time another: several processes must not all probe at once
            pause_s = max(pause_s, self._pause_s * random.uniform(0.8, 1.0))  # noqa: S311  # not for secrets
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
        if pause_s > 0:
            self._rest(pause_s, fault.cause, model)

    def leave(self, ask: Ask) -> None:
        """This request is over. A probe that nobody waited for to the end leaves its place to the next."""
        if self._probe is ask:
            self._probe = None

    def _tells(self, ask: Ask) -> bool:
        """Whether how this one ends says anything new: not one that set out before the rest, or before its end."""
        return ask.era == self._era if self._rests_until is None else ask is self._probe

    def _rest(self, pause_s: float, cause: Cause, model: str) -> None:
        if self._rests_until is None:
            log.error("language model %s: %s, fault %d in a row: its endpoint rests", model, cause, self._faults)
        self._rests_until, self._probe = self._clock() + pause_s, None


class Guarded:
    """A language model behind the breaker of its endpoint."""

    def __init__(self, model: LanguageModel, endpoint: Endpoint) -> None:
        self.name = model.name
        self._model = model
        self._endpoint = endpoint

    async def stream(self, messages: Sequence[Mapping[str, str]]) -> AsyncGenerator[str | End]:
        """Pieces of the answer as they come, then one End.

        Raises:
            ModelFault: there is no answer, or it broke off; `resting`: the model was not asked.
        """
        ask = self._endpoint.admit()
        answered = False
        try:
            async with aclosing(self._model.stream(messages)) as pieces:
                async for piece in pieces:
                    if not answered:
                        answered = True
                        self._endpoint.answered(ask, self.name)
                    yield piece
        except ModelFault as fault:
            if not answered:
                self._endpoint.failed(ask, fault, self.name)
            raise
        finally:
            self._endpoint.leave(ask)

    async def close(self) -> None:
        """Give back the connections."""
        await self._model.close()


_ENDPOINTS: WeakValueDictionary[str, Endpoint] = WeakValueDictionary()


def endpoint_at(base_url: str) -> Endpoint:
    """The endpoint at this address: one for all models of this process that speak to it, while any of them lives."""
    address = base_url.rstrip("/")
    endpoint = _ENDPOINTS.get(address)
    if endpoint is None:
        endpoint = _ENDPOINTS[address] = Endpoint()
    return endpoint
