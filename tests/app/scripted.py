"""A patient that says what a test tells it to, piece by piece, and rooms to meet it in."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from app import accounts
from app.accounts import Person
from app.encounter import Rooms
from app.errors import StorageFull
from app.patient import Piece, Scene
from app.replies import Event, Reply
from app.settings import Settings
from app.storage import Store

Step = str | Piece | Exception | asyncio.Event
"""Words to say, a fault to raise, or something to wait for."""

SCENARIO = "maria-biopsy-result"


class ScriptedVoice:
    """Follows one script a reply; the last one is repeated. Keeps every scene it was asked to speak in."""

    name: str = "authored"
    model: str | None = None

    def __init__(self, *scripts: list[Step]) -> None:
        self.scripts = list(scripts) or [["I see."]]
        self.scenes: list[Scene] = []
        self.closed = False

    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        script = self.scripts[min(len(self.scenes), len(self.scripts) - 1)]
        self.scenes.append(scene)
        for step in script:
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, Exception):
                raise step
            else:
                yield step if isinstance(step, Piece) else Piece(step)

    async def close(self) -> None:
        self.closed = True


@asynccontextmanager
async def open_rooms(settings: Settings, voice: ScriptedVoice) -> AsyncIterator[tuple[Rooms, Person]]:
    """Rooms on an empty database, and a student in it."""
    store = await Store.open(settings)
    try:
        async with store.write() as session:
            student = await accounts.add_user(session, "ada@example.org", "student", "Ada")
        rooms = Rooms(store, voice, settings)
        try:
            yield rooms, student
        finally:
            await rooms.close()
    finally:
        await store.close()


@asynccontextmanager
async def disk_full(**_: object) -> AsyncIterator[None]:
    """In place of `Store.write`."""
    raise StorageFull
    yield


def new_id() -> str:
    return str(uuid4())


async def events_of(reply: Reply, after: int = 0) -> list[Event]:
    return [event async for event in reply.watch(after)]


def words_of(events: list[Event]) -> str:
    return "".join(event.data["text"] for event in events if event.event == "piece")


async def until(condition: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    """Return as soon as the condition holds; a test that waits in vain fails after half a minute."""
    async with asyncio.timeout(30):
        while not await condition():  # noqa: ASYNC110  a row that changes wakes nobody
            await asyncio.sleep(0.002)
