"""What a student was told is saved, is saved: the service is killed again and again under a class in conversation."""

import asyncio
import random
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.soak.conftest import Report, Size
from tests.soak.conversations import (
    Kept,
    assert_each_turn_is_stored_once,
    assert_readers_saw_what_is_stored,
    assert_turns_alternate,
    faults_in,
    kept_in,
    open_model,
    seconds_lost,
    talking,
    until_all_have_spoken,
    until_the_patient_speaks,
)
from tests.soak.service import Service, open_service
from tests.soak.student import Student

LENGTHS = (0, 7, 1, 7, 2)
"""Sentences after the first: some replies last longer than the service lives, others let the talk go on."""
KILLED_SPEAKING = 0.8
"""The share of crashes that come when somebody is being answered again; the others may come before that."""
KILLED_STARTING = 0.2
"""The share of crashes that are followed by another one, before the service is ready."""


async def test_no_crash_loses_or_doubles_what_was_said(
    tmp_path: Path, database_url: str | None, size: Size, is_full: bool, report: Report
) -> None:
    ready_after_s: list[float] = []
    async with (
        open_model(sentences=LENGTHS) as model,
        open_service(tmp_path, model.url, students=size(10, 50), database_url=database_url) as service,
    ):
        async with talking(service) as students:
            await until_all_have_spoken(students)
            for _ in range(size(2, 100)):
                if random.random() < KILLED_SPEAKING:
                    await until_the_patient_speaks(model)
                await asyncio.sleep(random.uniform(0, size(3.0, 4.0)))
                await crash(service)
                ready_after_s.append(await service.start())
        await service.terminate()
        kept = await kept_in(service.settings)
    heard = [one for student in students for one in student.heard]
    lost_s = [seconds_lost(one, kept.attempts, service.killed_at_s) for one in heard if one.broke_at_s is not None]
    report(figures_of(service, ready_after_s, lost_s, students, kept))

    assert_each_turn_is_stored_once(students, kept.turns)
    assert_turns_alternate(kept.turns)
    assert_readers_saw_what_is_stored(heard, kept)
    assert max(lost_s, default=0) <= size(2.0, 1.5)
    assert not is_full or max(ready_after_s) <= 10
    assert database_url is not None or faults_in(service.database) == []
    assert service.tracebacks == []


async def crash(service: Service) -> None:
    """Kill the service; now and then its successor too, while it starts."""
    await service.kill()
    while random.random() < KILLED_STARTING:
        service.spawn()
        await asyncio.sleep(random.uniform(0.2, 2))
        await service.kill()


def figures_of(
    service: Service, ready_after_s: Sequence[float], lost_s: Sequence[float], students: Sequence[Student], kept: Kept
) -> str:
    return (
        f"{'SQLite' if service.settings.database_url is None else 'PostgreSQL'}: {len(service.killed_at_s)} crashes "
        f"under {len(students)} conversations; ready after {statistics.median(ready_after_s):.2f} s "
        f"(longest {max(ready_after_s):.2f} s), {statistics.median(service.start_cpu_s):.2f} s of them on the CPU; "
        f"{sum(len(student.acknowledged) for student in students)} turns acknowledged, "
        f"{sum(student.put_off for student in students)} requests put off; "
        f"{len(lost_s)} streams cut, of which the last {statistics.median(lost_s or [0]):.2f} s were lost "
        f"({sum(one > 1 for one in lost_s)} times more than 1 s, longest {max(lost_s, default=0):.2f} s); "
        f"replies: {dict(Counter(attempt.state for attempt in kept.attempts))}"
    )
