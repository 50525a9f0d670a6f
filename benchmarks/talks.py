"""Conversations with a server: begun, kept going, ended."""

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any
from uuid import uuid4

import orjson

from benchmarks.readers import Broken, Line, Read, Student, Turn, code_in
from benchmarks.servers import SCENARIO, Server
from benchmarks.upstream import ModelServer

new_number: Callable[[], int] = itertools.count(10_000).__next__
"""A number for a student turn, never given twice in a run."""
GONE_S = 5.0
"""After students hung up in the middle, Rapport speaks its replies to the end: longer than one takes."""


async def begin(server: Server, model: ModelServer, count: int) -> list[Student]:
    """So many students, each with a conversation of their own.

    Raises:
        Broken: an encounter could not be begun.
    """
    students = []
    for number in range(count):
        token = server.tokens[number % len(server.tokens)] if server.tokens else ""
        line = await Line.open(server.port)
        encounter = await _encounter(line, token) if server.kind == "rapport" else str(uuid4())
        students.append(Student(server.port, line, f"/api/v1/encounters/{encounter}/turns", token, model))
    return students


async def _encounter(line: Line, token: str) -> str:
    reads: list[Read] = []
    status = await line.ask("POST", "/api/v1/encounters", orjson.dumps({"scenario": SCENARIO}), token, reads)
    if status != 201:
        raise Broken(f"no encounter: status {status}: {code_in(reads)}")
    return str(orjson.loads(b"".join(data for _, data in reads).partition(b"\r\n\r\n")[2])["id"])


def wave(students: Sequence[Student], over_s: float) -> list["asyncio.Task[Turn]"]:
    """All say one thing, spread evenly over so many seconds."""
    return [
        asyncio.create_task(_after(over_s * place / len(students), student.say(new_number())))
        for place, student in enumerate(students)
    ]


def keep_talking(
    students: Sequence[Student], over_s: float, pause_s: tuple[float, float] = (0.0, 0.0)
) -> list["asyncio.Task[None]"]:
    """All talk until they are cancelled, each waiting so long after a reply, begun over so many seconds."""
    chance = random.Random(3)

    async def talk(student: Student) -> None:
        while True:
            await student.say(new_number())
            await asyncio.sleep(chance.uniform(*pause_s))

    return [
        asyncio.create_task(_after(over_s * place / len(students), talk(student)))
        for place, student in enumerate(students)
    ]


async def wait(tasks: Iterable["asyncio.Task[Any]"], seconds: float) -> None:
    """Let them go on for so long; what goes wrong with one of them is raised."""
    end = time.perf_counter() + seconds
    await until(lambda: time.perf_counter() >= end, tasks, seconds + 60)


async def until(condition: Callable[[], bool], tasks: Iterable["asyncio.Task[Any]"], limit_s: float = 60) -> None:
    """Wait until it holds; what goes wrong meanwhile with one of the tasks is raised."""
    async with asyncio.timeout(limit_s):
        while not condition():
            await asyncio.sleep(0.01)
            for task in tasks:
                if task.done():
                    task.result()


async def hang_up(students: Iterable[Student], tasks: Iterable["asyncio.Task[Any]"] = ()) -> None:
    """End it all, and wait until the server has nothing left to do."""
    tasks, students = list(tasks), list(students)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for student in students:
        student.line.close()
    if tasks and any(student.token for student in students):
        await asyncio.sleep(GONE_S)


async def _after(seconds: float, doing: Coroutine[Any, Any, Any]) -> Any:
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        doing.close()
        raise
    return await doing
