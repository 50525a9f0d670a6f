"""The clock that ends talks whose time is over goes on, whatever went wrong with one of them."""

import asyncio
from typing import cast

import pytest

from app import main
from app.encounter import Rooms
from app.errors import StorageBusy


async def test_the_clock_goes_on_after_a_fault_and_logs_nothing_that_was_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    faults: list[Exception] = [StorageBusy(), ValueError("what was said")]
    went_on = asyncio.Event()

    async def end_overdue(rooms: Rooms) -> int:
        if faults:
            raise faults.pop(0)
        went_on.set()
        return 0

    monkeypatch.setattr(main, "end_overdue", end_overdue)
    monkeypatch.setattr(main, "OVERDUE_EVERY_S", 0)
    clock = asyncio.create_task(main._watch_the_clock(cast("Rooms", None)))
    try:
        async with asyncio.timeout(30):
            await asyncio.wait((clock, asyncio.create_task(went_on.wait())), return_when=asyncio.FIRST_COMPLETED)
        assert went_on.is_set()
    finally:
        clock.cancel()

    assert [record.getMessage() for record in caplog.records] == [
        "talks whose time is over could not be ended: storage_busy",
        "talks whose time is over could not be ended: ValueError",
    ]
