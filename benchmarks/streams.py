"""What a streamed token costs: `python -m benchmarks.streams [--quick] [--json FILE]`.

Every figure is measured in one run for Rapport and for its references (`benchmarks.references`), on one core, with the
model server and the readers on another.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import uvloop

from benchmarks.readers import Broken, Line, Student, Turn
from benchmarks.servers import SCENARIO, Server, rapport, reference
from benchmarks.upstream import TOKENS_PER_S, ModelServer

KINDS = ("raw", "unread", "typical", "rapport")
LOOK_AHEAD = {"rapport": 1}
"""Tokens a server must see beyond a piece before it can send it: a sentence is whole when the next one begins."""

numbers = itertools.count(10_000)


@dataclass
class Bench:
    """One run: the model, the servers, how long to measure."""

    model: ModelServer
    servers: dict[str, Server]
    quick: bool

    async def students(self, server: Server, count: int) -> list[Student]:
        """New conversations with a server."""
        found = []
        for number in range(count):
            token = server.tokens[number % len(server.tokens)] if server.tokens else ""
            line = await Line.open(server.port)
            encounter = str(uuid4())
            if server.kind == "rapport":
                status, reads = await line.ask(
                    "POST", "/api/v1/encounters", orjson.dumps({"scenario": SCENARIO}), token
                )
                if status != 201:
                    raise Broken(f"no encounter: status {status}")
                encounter = orjson.loads(b"".join(data for _, data in reads).partition(b"\r\n\r\n")[2])["id"]
            found.append(Student(server.port, line, f"/api/v1/encounters/{encounter}/turns", token, self.model))
        return found


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="What a streamed token costs.")
    options.add_argument("--quick", action="store_true", help="about a minute, with wider error")
    options.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    options.add_argument("--only", choices=("cpu", "hold", "first"), help="one of the measurements")
    chosen = options.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(_measure(chosen.quick, chosen.only))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")


async def _measure(quick: bool, only: str | None) -> dict[str, Any]:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[0]})
    model = ModelServer()
    upstream = await model.start()
    figures: dict[str, Any] = {}
    async with AsyncExitStack() as stack:
        servers = {kind: await stack.enter_async_context(reference(kind, upstream, cores[-1])) for kind in KINDS[:-1]}
        servers["rapport"] = await stack.enter_async_context(rapport(upstream, cores[-1]))
        await asyncio.sleep(4)  # the sentence vectors load
        bench = Bench(model, servers, quick)
        for name, measure in {"cpu": cpu, "first": first_words, "hold": hold}.items():
            if only in (None, name):
                figures[name] = await measure(bench)
    model.stop()
    return figures


async def cpu(bench: Bench) -> dict[str, Any]:
    """Microseconds of CPU a token: between two moments while nothing begins or ends, and with the beginnings."""
    count, rounds = 20, 2 if bench.quick else 6
    steady: dict[str, list[float]] = {kind: [] for kind in bench.servers}
    whole: dict[str, list[float]] = {kind: [] for kind in bench.servers}
    students = {kind: await bench.students(server, count) for kind, server in bench.servers.items()}
    for round_ in range(rounds + 1):
        for kind, server in bench.servers.items():
            between, all_of_it = await _wave(bench, server, students[kind])
            if round_:  # the first warms up
                steady[kind].append(between)
                whole[kind].append(all_of_it)
    print(f"CPU of the server, microseconds a token, {count} streams at {TOKENS_PER_S:g} tokens/s, {rounds} rounds")
    print(f"  {'':<10}{'steady':>9}{'/ raw':>8}{'/ typical':>11}{'with set-up':>14}{'/ raw':>8}   rounds")
    figures = {}
    for kind in bench.servers:
        one = figures[kind] = {
            "steady_us": statistics.median(steady[kind]),
            "steady_to_raw": _ratio(steady[kind], steady["raw"]),
            "steady_to_typical": _ratio(steady[kind], steady["typical"]),
            "with_set_up_us": statistics.median(whole[kind]),
            "with_set_up_to_raw": _ratio(whole[kind], whole["raw"]),
        }
        each = " ".join(f"{value:.0f}" for value in steady[kind])
        print(
            f"  {kind:<10}{one['steady_us']:>9.0f}{one['steady_to_raw']:>8.2f}{one['steady_to_typical']:>11.2f}"
            f"{one['with_set_up_us']:>14.0f}{one['with_set_up_to_raw']:>8.2f}   {each}"
        )
    _hang_up(itertools.chain(*students.values()))
    return figures


async def _wave(bench: Bench, server: Server, students: Sequence[Student]) -> tuple[float, float]:
    """All say something at about once; microseconds a token while all listen, and over the whole wave."""
    turns = [next(numbers) for _ in students]
    bench.model.forget()
    began = server.cpu_s()
    saying = [
        asyncio.create_task(_later(student.say(number), 0.5 * place / len(turns)))
        for place, (student, number) in enumerate(zip(students, turns, strict=True))
    ]
    sendings = bench.model.sendings
    await _until(lambda: all(number in sendings for number in turns), saying)
    await asyncio.sleep(0.2)
    cpu_s, tokens = server.cpu_s(), bench.model.sent_tokens()
    await _until(lambda: any(sendings[number].is_over for number in turns), saying)
    steady = (server.cpu_s() - cpu_s) / (bench.model.sent_tokens() - tokens)
    heard = await asyncio.gather(*saying)
    total = sum(len(turn.sending.sent) - 1 for turn in heard)
    await asyncio.sleep(0.1)
    return steady * 1e6, (server.cpu_s() - began) / total * 1e6


async def first_words(bench: Bench) -> dict[str, Any]:
    """Time to the first words with 20 conversations going on."""
    seconds = 8 if bench.quick else 40
    print(f"Time to the first words, milliseconds: 20 conversations, a turn 1-3 s after each reply, {seconds} s")
    print(
        f"  {'':<10}{'turns':>6}{'added p50':>11}{'p95':>7}{'to the model p50':>19}{'p95':>7}{'way out p50':>14}"
        f"{'p95':>7}{'held for its sentence':>24}{'shown after':>13}"
    )
    figures = {}
    for kind, server in bench.servers.items():
        students = await bench.students(server, 20)
        turns = await _talk(students, seconds, pause_s=(1.0, 3.0))
        one = figures[kind] = _first(turns, LOOK_AHEAD.get(kind, 0))
        print(
            f"  {kind:<10}{one['turns']:>6}{one['added_p50']:>11.1f}{one['added_p95']:>7.1f}{one['asked_p50']:>19.1f}"
            f"{one['asked_p95']:>7.1f}{one['out_p50']:>14.1f}{one['out_p95']:>7.1f}{one['held_p50']:>24.1f}"
            f"{one['shown_p50']:>13.1f}"
        )
        _hang_up(students)
    return figures


def _first(turns: Sequence[Turn], look_ahead: int) -> dict[str, float]:
    """Where the time to the first words went, in milliseconds."""
    asked, out, held, shown = [], [], [], []
    for turn in turns:
        at, characters = turn.pieces[0]
        sent = _sent_at(turn, at, characters, look_ahead)
        asked.append(turn.sending.asked_at - turn.posted_at)
        held.append(sent - turn.sending.sent[0])
        out.append(at - sent)
        shown.append(at - turn.posted_at)
    added = [before + after for before, after in zip(asked, out, strict=True)]
    figures = {"turns": float(len(turns))}
    for name, values in {"added": added, "asked": asked, "out": out, "held": held, "shown": shown}.items():
        figures[f"{name}_p50"] = _percentile(values, 50) * 1e3
        figures[f"{name}_p95"] = _percentile(values, 95) * 1e3
    return figures


def _sent_at(turn: Turn, heard_at: float, characters: int, look_ahead: int) -> float:
    """When the model sent the token that let this piece go."""
    sent = turn.sending.sent
    token = turn.token_of(characters)
    after = sent[min(token + look_ahead, len(sent) - 1)]
    return after if after <= heard_at else sent[token]


async def hold(bench: Bench) -> dict[str, Any]:
    """How many streams one core holds with a p95 gap under 100 ms."""
    steps = (20, 40, 80, 150, 300) if bench.quick else (20, 40, 60, 80, 120, 150, 200, 250, 300, 400, 500, 700)
    print("Streams on one core: gap between pieces beyond the model's pace + one token, milliseconds, pooled")
    print(
        f"  {'':<10}{'streams':>8}{'p50':>7}{'p95':>8}{'p99':>8}{'max':>8}{'between pieces p95':>20}{'server':>9}"
        f"{'load':>7}{'turns/s':>9}"
    )
    figures: dict[str, Any] = {}
    for kind, server in bench.servers.items():
        if kind == "unread":
            continue
        figures[kind] = []
        for count in steps:
            one = await _hold(bench, server, count)
            figures[kind].append(one)
            print(
                f"  {kind:<10}{count:>8}{one['p50']:>7.1f}{one['p95']:>8.1f}{one['p99']:>8.1f}{one['max']:>8.1f}"
                f"{one['between_p95']:>20.1f}{one['server_cpu']:>9.0%}{one['load_cpu']:>7.0%}{one['turns_per_s']:>9.1f}",
                flush=True,
            )
            if one["p95"] > 100:
                break
    return figures


async def _hold(bench: Bench, server: Server, count: int) -> dict[str, float]:
    """The gaps of so many streams, each begun again as soon as it ends."""
    bench.model.forget()
    students = await bench.students(server, count)
    seconds = 5.0 if bench.quick else 10.0
    watch = asyncio.create_task(_watched(server, 5.0, seconds))
    turns = await _talk(students, 5.0 + seconds, pause_s=(0.0, 0.0))
    server_cpu, load_cpu, start, end = await watch
    excess, between = [], []
    for turn in turns:
        for (at, heard), (next_at, next_heard) in itertools.pairwise(turn.pieces):
            if start <= next_at <= end:
                sent = turn.sending.sent
                paced = sent[turn.token_of(next_heard)] - sent[turn.token_of(heard)]
                excess.append(next_at - at - paced + 1 / TOKENS_PER_S)
                between.append(next_at - at)
    _hang_up(students)
    begun = sum(start <= turn.posted_at <= end for turn in turns)
    return {
        "streams": count,
        **{f"p{q}": _percentile(excess, q) * 1e3 for q in (50, 95, 99)},
        "max": max(excess) * 1e3,
        "between_p95": _percentile(between, 95) * 1e3,
        "server_cpu": server_cpu,
        "load_cpu": load_cpu,
        "turns_per_s": begun / (end - start),
    }


async def _watched(server: Server, after_s: float, seconds: float) -> tuple[float, float, float, float]:
    """Share of a core that the server and this process take meanwhile; from when to when."""
    await asyncio.sleep(after_s)
    start, server_s, own_s = time.perf_counter(), server.cpu_s(), time.process_time()
    await asyncio.sleep(seconds)
    end = time.perf_counter()
    took_s = end - start
    return (server.cpu_s() - server_s) / took_s, (time.process_time() - own_s) / took_s, start, end


async def _talk(students: Sequence[Student], seconds: float, pause_s: tuple[float, float]) -> list[Turn]:
    """All talk, each begun at another moment of the first 4 seconds; the turns that were answered."""
    until = time.perf_counter() + seconds
    chance = random.Random(3)

    async def talk(student: Student, place: int) -> list[Turn]:
        await asyncio.sleep(4.0 * place / len(students))
        turns = []
        while time.perf_counter() < until:
            turns.append(await student.say(next(numbers)))
            await asyncio.sleep(chance.uniform(*pause_s))
        return turns

    talks = await asyncio.gather(*(talk(student, place) for place, student in enumerate(students)))
    return [turn for turns in talks for turn in turns]


async def _later(saying: Any, seconds: float) -> Turn:
    await asyncio.sleep(seconds)
    turn: Turn = await saying
    return turn


async def _until(condition: Callable[[], bool], tasks: Sequence["asyncio.Task[Turn]"]) -> None:
    """Wait for it; what went wrong meanwhile is raised."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)
            for task in tasks:
                if task.done():
                    task.result()


def _hang_up(students: Any) -> None:
    for student in students:
        student.line.close()


def _ratio(ones: Sequence[float], others: Sequence[float]) -> float:
    """The median of the ratios of each round."""
    return statistics.median(one / other for one, other in zip(ones, others, strict=True))


def _percentile(values: Sequence[float], q: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * q // 100)]


if __name__ == "__main__":
    main()
