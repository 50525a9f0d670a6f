"""A student's client: sends a turn until it is answered, through crashes and restarts, and keeps what it saw."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import orjson

SCENARIO = "maria-biopsy-result"


class Refused(Exception):
    """The service answered, but with an error: its status and its code."""

    def __init__(self, status: int, code: str) -> None:
        self.status = status
        self.code = code
        super().__init__(f"{status} {code}")


class NotNow(Refused):
    """A 503: the service asks to be asked again."""


LOST = (aiohttp.ClientError, OSError, TimeoutError)
"""How a service that has just died looks to its clients."""


@dataclass
class Heard:
    """One event stream as its reader saw it: from character `after` on."""

    encounter: str
    turn_id: str
    after: int = 0
    pieces: list[tuple[float, str]] = field(default_factory=list)
    """When it came (seconds of `time.monotonic`), and the words."""
    last: dict[str, Any] | None = None
    """The data of `done` or `failed`, with `event`; None when the stream broke off."""
    broke_at_s: float | None = None
    """When it broke off."""

    @property
    def text(self) -> str:
        """The words that came, in order."""
        return "".join(words for _, words in self.pieces)

    @property
    def is_done(self) -> bool:
        """Whether the reply came to its end."""
        return self.last is not None and self.last["event"] == "done"


@dataclass
class Student:
    """One student of a running service. `client` has the service's address as its base."""

    client: aiohttp.ClientSession
    token: str
    encounter: str = ""
    sent: dict[str, str] = field(default_factory=dict)
    """Every turn that was sent: its id and its words."""
    acknowledged: list[str] = field(default_factory=list)
    """The ids of those the service answered with an event stream, in that order."""
    heard: list[Heard] = field(default_factory=list)
    """Every stream that was read, in that order."""
    put_off: int = 0
    """How often the service asked to be asked again."""

    async def begin(self, scenario: str = SCENARIO) -> str:
        """Begin an encounter; its id."""
        self.encounter = (await self.ask("POST", "/encounters", {"scenario": scenario}))["id"]
        return self.encounter

    async def begin_through_all(self) -> str:
        """Begin an encounter, however often it takes."""
        while True:
            try:
                return await self.begin()
            except (*LOST, NotNow) as why:
                await self._pause(why)

    async def say(self, said: str) -> Heard:
        """Say something and send it again, with the same id, until the patient has answered; the whole answer."""
        turn_id = str(uuid4())
        while True:
            try:
                heard = await self.try_to_say(turn_id, said)
                while heard.last is not None and not heard.is_done:
                    heard = await self.ask_again(turn_id)
            except (*LOST, NotNow) as why:
                await self._pause(why)
                continue
            if heard.is_done:
                return heard

    async def try_to_say(self, turn_id: str, said: str) -> Heard:
        """Send a turn once, and read its stream as far as it comes.

        Raises:
            Refused: the service refuses it.
            aiohttp.ClientError, OSError: no answer at all.
        """
        self.sent[turn_id] = said
        return await self._listen("POST", turn_id, "", {"turn_id": turn_id, "said": said})

    async def resume(self, turn_id: str, after: int) -> Heard:
        """Read the newest answer to this turn from a character on."""
        return await self._listen("GET", turn_id, f"/reply?after={after}", after=after)

    async def ask_again(self, turn_id: str) -> Heard:
        """Let the patient try once more."""
        return await self._listen("POST", turn_id, "/ask-again")

    async def end(self) -> dict[str, Any]:
        """End the encounter; its scorecard."""
        card: dict[str, Any] = await self.ask("POST", f"/encounters/{self.encounter}/end")
        return card

    async def read(self) -> dict[str, Any]:
        """The encounter as the service shows it."""
        shown: dict[str, Any] = await self.ask("GET", f"/encounters/{self.encounter}")
        return shown

    async def open_page(self, path: str) -> str:
        """A page as a browser gets it.

        Raises:
            aiohttp.ClientResponseError: it is not there.
        """
        async with self.client.get(path, headers=self._headers(), raise_for_status=True) as response:
            return await response.text()

    def forget(self) -> None:
        """Keep nothing of what was sent and heard so far."""
        self.sent.clear()
        self.acknowledged.clear()
        self.heard.clear()

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """One call of the API that answers with JSON.

        Raises:
            Refused: it answered with an error.
        """
        async with self.client.request(method, f"/api/v1{path}", json=body, headers=self._headers()) as response:
            await _refuse(response)
            return orjson.loads(await response.read())

    async def _listen(self, method: str, turn_id: str, path: str, body: object = None, after: int = 0) -> Heard:
        heard = Heard(self.encounter, turn_id, after)
        at = f"/api/v1/encounters/{self.encounter}/turns" + (f"/{turn_id}{path}" if path else "")
        async with self.client.request(method, at, json=body, headers=self._headers()) as response:
            await _refuse(response)
            assert response.content_type == "text/event-stream"
            if turn_id not in self.acknowledged:
                self.acknowledged.append(turn_id)
            self.heard.append(heard)
            try:
                async for name, data in events(response):
                    if name == "piece":
                        heard.pieces.append((time.monotonic(), data["text"]))
                    else:
                        heard.last = {"event": name, **data}
            except LOST:
                heard.broke_at_s = time.monotonic()
        return heard

    async def _pause(self, why: Exception) -> None:
        """Wait a little before the same is sent again."""
        self.put_off += isinstance(why, NotNow)
        await asyncio.sleep(1 if isinstance(why, NotNow) else random.uniform(0.1, 0.3))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


async def events(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """The events of a stream: name and data."""
    name = ""
    async for line in response.content:
        if line.startswith(b"event: "):
            name = line[7:].strip().decode()
        elif line.startswith(b"data: "):
            yield name, orjson.loads(line[6:])


async def _refuse(response: aiohttp.ClientResponse) -> None:
    if response.status >= 400:
        kind = NotNow if response.status == 503 else Refused
        raise kind(response.status, orjson.loads(await response.read())["error"]["code"])
