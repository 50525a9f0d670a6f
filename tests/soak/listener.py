"""One who listens to a reply over as many connections as it takes, and may leave any of them at any byte."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import uuid4

import aiohttp
import orjson
from sqlalchemy import select

from app.settings import Settings
from app.storage import Store
from app.storage.tables import ReplyAttempt, TurnRow
from tests.soak.service import Service
from tests.soak.student import SCENARIO

TAKEN_WITHIN_S = 100
"""Longer than anything here keeps a turn from being taken."""


@dataclass
class Listener:
    """A student's program in one encounter, and what it has of the reply to its turn."""

    client: aiohttp.ClientSession
    encounter: str
    said: str
    turn_id: str = field(default_factory=lambda: str(uuid4()))
    text: str = ""
    offset: int = 0
    last: str | None = None
    """`done` or `failed`, once the reply is over."""
    data: dict[str, Any] = field(default_factory=dict)
    """What came with the last event, or the error the request was refused with."""
    status: int = 0
    retry_after: str | None = None
    arrived_s: list[float] = field(default_factory=list)
    """When each piece came, in seconds of `time.monotonic`."""

    @property
    def code(self) -> str | None:
        """Which error it was told last, if it was told one."""
        return self.data.get("code")

    async def say(self, *, leave_after_bytes: int | None = None) -> bool:
        """Send the turn, or send it again, and listen from the start; whether the reply was heard to its end."""
        self._forget()
        body = {"turn_id": self.turn_id, "said": self.said}
        return await self._ask("POST", f"/api/v1/encounters/{self.encounter}/turns", leave_after_bytes, json=body)

    async def say_until_taken(self, told: Counter[tuple[int, str | None]] | None = None) -> None:
        """Send the same turn until it is answered, as a page does; `told` counts what it was refused with meanwhile."""
        async with asyncio.timeout(TAKEN_WITHIN_S):
            while not await self.say():
                if told is not None:
                    told[self.status, self.code] += 1
                await asyncio.sleep(0.5)

    async def ask_again(self) -> bool:
        """Let the patient try once more, and listen."""
        self._forget()
        return await self._ask("POST", f"/api/v1/encounters/{self.encounter}/turns/{self.turn_id}/ask-again", None)

    async def resume(self, *, leave_after_bytes: int | None = None) -> bool:
        """Come back and listen from the last event that was heard."""
        path = f"/api/v1/encounters/{self.encounter}/turns/{self.turn_id}/reply?after={self.offset}"
        return await self._ask("GET", path, leave_after_bytes)

    def _forget(self) -> None:
        self.text, self.offset, self.last, self.data = "", 0, None, {}
        self.arrived_s.clear()

    async def _ask(self, method: str, path: str, leave_after_bytes: int | None, **sent: Any) -> bool:
        async with self.client.request(method, path, headers={"Accept": "text/event-stream"}, **sent) as answer:
            self.status, self.retry_after = answer.status, answer.headers.get("Retry-After")
            if answer.status != 200:
                self.data = orjson.loads(await answer.read())["error"]
                return False
            await self._listen(answer, leave_after_bytes)
            if self.last is None:
                answer.close()  # broken off, not given back
        return self.last is not None

    async def _listen(self, answer: aiohttp.ClientResponse, leave_after_bytes: int | None) -> None:
        rest, left = b"", leave_after_bytes
        async for arrived in answer.content.iter_any():
            got = arrived if left is None else arrived[:left]
            *events, rest = (rest + got).split(b"\n\n")
            for event in events:
                self._hear(event)
            if left is not None and (left := left - len(got)) <= 0:
                return

    def _hear(self, event: bytes) -> None:
        if event.startswith(b":"):
            return  # a sign of life
        fields = dict(line.split(": ", 1) for line in event.decode().split("\n"))
        data = orjson.loads(fields["data"])
        self.offset = int(fields["id"])
        if fields["event"] == "piece":
            self.text += data["text"]
            self.arrived_s.append(time.monotonic())
        else:
            self.last, self.data = fields["event"], data


@dataclass(frozen=True)
class Stored:
    """What a database holds of one encounter, without what the patient said first."""

    turns: Sequence[tuple[str, str]]
    """Who spoke, and the words as they were shown."""
    attempts: Sequence[tuple[str, str]]
    """The state of each try at answering, and its words."""


def open_client(service: Service) -> aiohttp.ClientSession:
    """The first student's connections: one for each request, and as many at once as wanted."""
    return aiohttp.ClientSession(
        service.url,
        headers={"Authorization": f"Bearer {service.tokens[0]}"},
        connector=aiohttp.TCPConnector(limit=0, force_close=True),
        timeout=aiohttp.ClientTimeout(total=120),
    )


async def begin(client: aiohttp.ClientSession, said: str) -> Listener:
    """A new encounter, however often it takes, and one who is about to say this in it."""
    async with asyncio.timeout(TAKEN_WITHIN_S):
        while True:
            async with client.post("/api/v1/encounters", json={"scenario": SCENARIO}) as answer:
                if answer.status == 201:
                    return Listener(client, orjson.loads(await answer.read())["id"], said)
                assert answer.status == 503, await answer.text()
            await asyncio.sleep(0.5)


async def begin_many(client: aiohttp.ClientSession, said: Iterable[str]) -> list[Listener]:
    """An encounter for each of these words to be said in."""
    return [await begin(client, words) for words in said]


async def listen_afresh(listener: Listener) -> Listener:
    """The same reply, read from its first character on."""
    fresh = Listener(listener.client, listener.encounter, listener.said, listener.turn_id)
    assert await fresh.resume(), fresh.data
    return fresh


async def stored_in(settings: Settings) -> dict[str, Stored]:
    """All that is kept of every encounter, read beside the server or after it."""
    store = await Store.open(settings)
    try:
        async with store.read() as session:
            turns = (await session.scalars(select(TurnRow).order_by(TurnRow.position))).all()
            attempts = (await session.scalars(select(ReplyAttempt).order_by(ReplyAttempt.number))).all()
    finally:
        await store.close()
    return {
        encounter: Stored(
            [(turn.speaker, turn.as_shown) for turn in turns if turn.encounter_id == encounter and turn.position],
            [(attempt.state, attempt.text) for attempt in attempts if attempt.encounter_id == encounter],
        )
        for encounter in {turn.encounter_id for turn in turns}
    }


def gaps_s(listeners: Iterable[Listener]) -> list[float]:
    """How long each listened for the next piece, every time, in seconds; the shortest first."""
    return sorted(later - earlier for one in listeners for earlier, later in pairwise(one.arrived_s))


def p95(ordered: Sequence[float]) -> float:
    """The value that 95 of 100 stay under."""
    return ordered[int(len(ordered) * 0.95)]


async def say_all(listeners: Iterable[Listener]) -> None:
    """All of them say their words at the same moment, and again where the service is too busy, and listen."""
    await asyncio.gather(*(listener.say_until_taken() for listener in listeners))
