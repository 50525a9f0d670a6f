"""A reply while it is spoken: the words so far, and the wake-up call for its watchers."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from app import errors
from app.patient.scene import Piece, Received, Usage
from app.patient.words import storable

REPLY_CHARACTERS = 20_000
"""Longer than any patient speaks: a model that does not stop."""


PING_AFTER_S = 10.0
"""A watcher that heard nothing for so long is told that the line still stands, so that no proxy cuts it."""


class Event(NamedTuple):
    """What a watcher sees: `piece` {text}, `done` {turn_id, text, does, state}, `failed` {code, message, what_now}.

    `ping` {} says nothing but that the line still stands.
    """

    offset: int
    """Characters of the raw reply delivered so far; resume from here."""
    event: Literal["piece", "done", "failed", "ping"]
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
        self.is_stored = False
        """Whether its row is committed."""
        self.has_reading = False
        """Whether what the student's turn did is stored with the turn."""
        self.saved_at_s = time.monotonic()
        """When its words were last to be saved; at first, when it began."""
        self.last: Event | None = None
        self.cut: Literal["stopped", "interrupted"] | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._waiting: list[asyncio.Future[None]] = []
        self._quiet_since = time.monotonic()
        self._pings = 0

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

    def ping(self) -> None:
        """Tell the watchers that the line still stands, if it was quiet for long."""
        if time.monotonic() - self._quiet_since >= PING_AFTER_S:
            self._pings += 1
            self._wake()

    async def watch(self, after: int) -> AsyncIterator[Event]:
        """Every event from the `after`-th character on; ends after `done` or `failed`."""
        pings = self._pings
        while True:
            text = self.spoken.text
            if len(text) > after:
                piece, after = text[after:], len(text)
                yield Event(after, "piece", {"text": piece})
            elif self.last is not None:
                yield self.last
                return
            elif self._pings > pings:
                pings = self._pings
                yield Event(after, "ping", {})
            else:
                await self._news()

    def _news(self) -> asyncio.Future[None]:
        """What a watcher waits for. No Event: each wait for one asks the system which process this is."""
        news = self._loop.create_future()
        self._waiting.append(news)
        return news

    def _wake(self) -> None:
        self._quiet_since = time.monotonic()
        waiting, self._waiting = self._waiting, []
        for news in waiting:
            if not news.done():
                news.set_result(None)


def failed_event(error: errors.RapportError, offset: int) -> Event:
    """What a student is told when a reply failed."""
    return Event(offset, "failed", {"code": error.code, "message": error.message, "what_now": error.what_now})
