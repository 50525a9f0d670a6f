"""The machine's clock set back by an hour in the middle of it all: nobody is stuck, nothing is out of order."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app import accounts, marking
from app import encounter as room
from app.accounts import Person
from app.main import create_app
from app.replies import Rooms
from app.replies import rooms as speaking
from app.settings import Settings
from app.storage import encounters
from tests.app.scripted import SCENARIO, ScriptedVoice, new_id
from tests.conftest import open_browser


@dataclass
class Clock:
    """Stands in for `datetime` in every module of the service."""

    ahead: timedelta = timedelta()

    def now(self, zone: tzinfo | None = None) -> datetime:
        return datetime.now(zone) + self.ahead

    def __getattr__(self, name: str) -> Any:
        return getattr(datetime, name)


@dataclass(frozen=True)
class Met:
    """A student, their browser, and an encounter they began."""

    app: FastAPI
    student: Person
    browser: httpx2.AsyncClient
    id: str

    @property
    def rooms(self) -> Rooms:
        found: Rooms = self.app.state.rooms
        return found

    async def say(self, said: str) -> str:
        """What came of it."""
        reply = await room.say(self.rooms, self.id, new_id(), said)
        return (await reply.outcome()).event

    async def elapsed_s(self) -> int:
        """What the clock on the page shows."""
        page = await self.browser.get(f"/encounters/{self.id}")
        assert page.status_code == 200
        return int(re.findall(r'data-elapsed="(-?\d+)"', page.text)[0])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the service, an hour fast: to set it right is to set it back."""
    clock = Clock(ahead=timedelta(hours=1))
    for name, module in list(sys.modules.items()):
        if name.startswith("app.") and getattr(module, "datetime", None) is datetime:
            monkeypatch.setattr(module, "datetime", clock)
    return clock


@pytest.fixture
async def met(either: Settings, clock: Clock) -> AsyncIterator[Met]:
    app = create_app(either, ScriptedVoice())
    async with app.router.lifespan_context(app):
        async with app.state.store.write() as session:
            student = await accounts.add_user(session, "ada@example.org", "student", "Ada")
            secret = await accounts.new_session(session, app.state.key, student.id, days=1)
        row = await room.begin(app.state.rooms, student, SCENARIO)
        async with open_browser(app, secret) as browser:
            yield Met(app, student, browser, row.id)


async def test_a_talk_goes_on_in_order_and_its_clock_never_goes_below_zero(met: Met, clock: Clock) -> None:
    ends, shown = [], []
    for minutes_ahead in (60, 90, 65, 0, 1):
        clock.ahead = timedelta(minutes=minutes_ahead)
        ends.append(await met.say(f"It is {minutes_ahead}."))
        shown.append(await met.elapsed_s())
    async with met.rooms.store.read() as session:
        turns = await encounters.turns_of(session, met.id)
    card = await room.end(met.rooms, met.id)

    assert ends == ["done"] * 5
    assert [turn.text for turn in turns[1::2]] == ["It is 60.", "It is 90.", "It is 65.", "It is 0.", "It is 1."]
    assert min(shown) >= 0, shown
    assert card == await marking.card_of(met.rooms.store, met.id)


async def test_a_reply_whose_process_is_gone_holds_nobody_up(
    met: Met, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "SAVE_EVERY_S", 3600.0)  # as one that is gone: it saves nothing any more
    gone = Rooms(met.rooms.store, ScriptedVoice(["I ", asyncio.Event()]), met.rooms.settings)
    turn_id = new_id()
    await room.say(gone, met.id, turn_id, "Hello.")
    clock.ahead = timedelta()

    told = await (await room.reply_to(met.rooms, met.id, turn_id)).outcome()
    again = await (await room.ask_again(met.rooms, met.id, turn_id)).outcome()
    await gone.close()

    assert (told.event, told.data["code"]) == ("failed", "patient_cut_off")
    assert again.event == "done"
    assert await met.say("And now?") == "done"


async def test_the_card_made_last_counts(met: Met, clock: Clock) -> None:
    await met.say("Hello.")
    await room.end(met.rooms, met.id)
    first = await newest_card(met)
    clock.ahead = timedelta()

    await marking.mark(met.rooms.store, met.id)

    assert await newest_card(met) != first


async def newest_card(met: Met) -> str:
    """The id of the card that counts."""
    async with met.rooms.store.read() as session:
        card = await encounters.newest_card(session, met.id)
    assert card is not None
    return card.id
