"""When a stream is read: on a beat that many share, and not for ever."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

STREAMS_A_BEAT = 100
"""More on one beat come in long bursts, which hold the others up."""
_APART = 0.618
"""Of a beat, how far each strikes after the one before: however many there are, few strike together."""
_RESOLUTION_S = 0.002
"""Timers go by milliseconds: a beat that struck a little early is not to strike again at once."""


class Beats:
    """Wakes streams together, every so many seconds: one timer for many, and fewer wake-ups."""

    def __init__(self, every_s: float) -> None:
        """With 0 nobody waits."""
        self._every_s = every_s
        self._beats: list[Beat] = []

    def join(self) -> "Beat":
        """A beat with room for one more stream, which `leave`s it in the end."""
        beat = next((beat for beat in self._beats if beat.streams < STREAMS_A_BEAT), None)
        if beat is None:
            beat = Beat(self._every_s, len(self._beats) * _APART % 1 * self._every_s)
            self._beats.append(beat)
        beat.streams += 1
        return beat


class Beat:
    """Strikes at `after_s`, `after_s + every_s` and so on in the loop's time, as long as somebody waits."""

    def __init__(self, every_s: float, after_s: float) -> None:
        self.streams = 0
        """How many go by it."""
        self._loop = asyncio.get_running_loop()  # kept: Python asks the system who it is each time it looks it up
        self._every_s = every_s
        self._after_s = after_s
        self._waiting: list[asyncio.Future[None]] = []

    async def wait(self) -> None:
        """Return when it strikes next."""
        if not self._every_s:
            return
        loop = self._loop
        if not self._waiting:
            left_s = self._every_s - (loop.time() - self._after_s) % self._every_s
            loop.call_later(left_s + (self._every_s if left_s < _RESOLUTION_S else 0), self._strike)
        waiter = loop.create_future()
        self._waiting.append(waiter)
        await waiter

    def leave(self) -> None:
        """One stream less."""
        self.streams -= 1

    def _strike(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)


class Patience:
    """Ends a wait that takes too long.

    Its timer looks whether it was put off when it rings: to set one anew for each token costs more than to read it.
    """

    def __init__(self, until_s: float) -> None:
        self.until_s = until_s
        """In the loop's time; to be moved while nobody waits."""
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at_s = 0.0
        self._waiting: asyncio.Task[object] | None = None
        self._ended = False

    async def wait_for(self, what: Awaitable[T]) -> T:
        """What comes of it; one wait at a time.

        Raises:
            TimeoutError: nothing came until then.
        """
        if self._timer is None or self._rings_at_s > self.until_s:
            self._set()
        task = self._waiting = asyncio.current_task(self._loop)
        assert task is not None
        cancelled = task.cancelling()
        try:
            return await what
        except asyncio.CancelledError as error:
            if self._ended and task.uncancel() <= cancelled:
                raise TimeoutError from error
            raise
        finally:
            self._waiting = None

    def stop(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _set(self) -> None:
        self.stop()
        self._rings_at_s = self.until_s
        self._timer = self._loop.call_at(self.until_s, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._waiting is None:
            return  # who waits next sets it again
        if self._loop.time() < self.until_s:
            self._set()
            return
        self._ended = True
        self._waiting.cancel()
