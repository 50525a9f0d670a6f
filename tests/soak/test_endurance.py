"""One process through many thousand turns: talked with, ended, scored, read again, and no bigger for it."""

import asyncio
import os
import random
import signal
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from tests.soak.conftest import Report, Size
from tests.soak.conversations import SAID, open_model, students_of
from tests.soak.counted import FILE
from tests.soak.service import Service, cpu_s, open_service
from tests.soak.student import Heard, Student

CONVERSATIONS = 20
SAMPLES = 20
"""How many samples before and after: one alone may fall into a peak."""
MOST_GROWTH = 0.05
READ_AGAIN = 0.1
"""The share of replies that are read a second time."""


@dataclass(frozen=True)
class Sample:
    """The process as the system sees it, and its tasks."""

    resident_bytes: int
    files: int
    threads: int
    tasks: int


@dataclass
class Soak:
    """What is still to be said, by whichever student has time, and what was measured meanwhile."""

    service: Service
    tasks_file: Path
    turns: int
    sample_every: int
    longest: int
    """Turns of the longest encounter."""
    said: int = 0
    cards: int = 0
    samples: list[Sample] = field(default_factory=list)

    def turns_left(self) -> Iterator[str]:
        """Words for one student's next turns, until everybody together has said enough."""
        for words in cycle(SAID):
            if self.said == self.turns:
                return
            self.said += 1
            yield words

    async def sample(self) -> None:
        """Look at the process."""
        self.tasks_file.unlink(missing_ok=True)
        os.kill(self.service.pid, signal.SIGUSR1)
        while not self.tasks_file.exists():  # noqa: ASYNC110  a file wakes nobody
            await asyncio.sleep(0.01)
        self.samples.append(look_at(self.service.pid, int(self.tasks_file.read_text())))


def look_at(pid: int, tasks: int) -> Sample:
    folder = Path(f"/proc/{pid}")
    pages = int((folder / "statm").read_text().split()[1])
    return Sample(
        resident_bytes=pages * os.sysconf("SC_PAGE_SIZE"),
        files=len(list((folder / "fd").iterdir())),
        threads=len(list((folder / "task").iterdir())),
        tasks=tasks,
    )


async def test_thousands_of_turns_leave_the_process_no_bigger(
    tmp_path: Path, size: Size, is_full: bool, report: Report
) -> None:
    tasks_file = tmp_path / "tasks"
    async with (
        open_model(tokens_per_s=None, sentences=(2,)) as model,
        open_service(
            tmp_path, model.url, students=CONVERSATIONS, module="tests.soak.counted", **{FILE: str(tasks_file)}
        ) as service,
        students_of(service) as students,
    ):
        warm_up = Soak(service, tasks_file, size(20, 2_000), size(10, 100), size(3, 40))
        await run(warm_up, students)
        soak = Soak(service, tasks_file, size(40, 18_000), size(10, 100), size(3, 40))
        began_s, began_cpu_s = time.monotonic(), cpu_s(service.pid)
        await run(soak, students)
        took_s, took_cpu_s = time.monotonic() - began_s, cpu_s(service.pid) - began_cpu_s
        await service.terminate()
    before, after = soak.samples[:SAMPLES], soak.samples[-SAMPLES:]
    growth = middle(after, "resident_bytes") / middle(before, "resident_bytes") - 1
    report(
        f"{soak.said} turns after {warm_up.said} to warm up, {CONVERSATIONS} conversations at once: "
        f"{soak.said / took_s:.0f} turns/s, {1000 * took_cpu_s / soak.said:.1f} ms on the CPU each; "
        f"{soak.cards} scorecards; resident {middle(before, 'resident_bytes') / 1e6:.1f} MB before, "
        f"{middle(after, 'resident_bytes') / 1e6:.1f} MB after ({growth:+.1%}); "
        f"files {middle(before, 'files'):.0f} and {middle(after, 'files'):.0f}, "
        f"threads {middle(before, 'threads'):.0f} and {middle(after, 'threads'):.0f}, "
        f"tasks {middle(before, 'tasks'):.0f} and {middle(after, 'tasks'):.0f}"
    )

    assert soak.said == soak.turns
    assert service.tracebacks == []
    if is_full:
        assert growth < MOST_GROWTH
        assert middle(after, "files") <= middle(before, "files") + CONVERSATIONS
        assert middle(after, "tasks") <= middle(before, "tasks") + CONVERSATIONS


def middle(samples: list[Sample], name: str) -> float:
    """The median of one of their fields."""
    values: list[int] = [getattr(sample, name) for sample in samples]
    return statistics.median(values)


async def run(soak: Soak, students: list[Student]) -> None:
    async with asyncio.TaskGroup() as conversations:
        for student in students:
            conversations.create_task(talk(soak, student))


async def talk(soak: Soak, student: Student) -> None:
    """One encounter after another: each is begun, now and then a reply is read again, and it is ended and scored."""
    turns_left = 0
    for words in soak.turns_left():
        if turns_left == 0:
            turns_left = random.randint(2, soak.longest)
            await student.begin()
        heard = await student.say(words)
        turns_left -= 1
        if random.random() < READ_AGAIN:
            await read_again(student, heard)
        if turns_left == 0:
            await finish(soak, student)
        if soak.said % soak.sample_every == 0:
            await soak.sample()


async def read_again(student: Student, heard: Heard) -> None:
    """As a page does that was opened anew."""
    after = random.randint(0, len(heard.text))
    assert (await student.resume(heard.turn_id, after)).text == heard.text[after:]
    await student.open_page(f"/encounters/{student.encounter}")


async def finish(soak: Soak, student: Student) -> None:
    """End, and read the feedback and the list of all there is."""
    await student.end()
    await student.open_page(f"/encounters/{student.encounter}/feedback")
    await student.open_page("/")
    soak.cards += 1
    student.forget()
