"""What a streamed reply costs: `python -m benchmarks.streams [--quick] [--json FILE]`.

Every figure is measured in one run for Rapport and for its references (`benchmarks.references`), the server on one
core, the model and the readers on another.
"""

import argparse
import asyncio
import json
import os
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.measures import BEHIND_MS, HELD_MS, Figures, Spent, first_words, hold, in_all, is_held, spend, teach
from benchmarks.readers import Broken
from benchmarks.reading import read
from benchmarks.servers import Server, alone, rapport, reference, settle
from benchmarks.talks import begin, hang_up, wave
from benchmarks.upstream import TOKENS_PER_S, ModelServer

LOADED_S = 4.0
"""Until the sentence vectors are surely loaded."""
STREAMS = 20
CLASS = 300
THINKING_S = (15.0, 35.0)
CROWD = 200
"""Students who talk without a pause: more than there are turns to be had of one core."""


@dataclass(frozen=True)
class Plan:
    """How long each measurement takes."""

    rounds: int
    first_s: float
    kinds: tuple[str, ...]
    steps: dict[str, tuple[int, ...]]
    classes: tuple[str, ...]
    class_s: float


WHOLE = Plan(
    rounds=6,
    first_s=40,
    kinds=("raw", "unread", "typical", "rapport"),
    steps={
        "raw": (100, 300, 500, 700, 900),
        "typical": (20, 40, 80, 100, 120, 140, 160),
        "rapport": (20, 100, 300, 500, 600, 700, 800),
    },
    classes=("typical", "rapport"),
    class_s=30,
)
QUICK = Plan(
    rounds=2,
    first_s=6,
    kinds=("raw", "typical", "rapport"),
    classes=(),
    class_s=0,
    steps={"typical": (60,), "rapport": (100, 300)},
)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="What a streamed reply costs.")
    options.add_argument("--quick", action="store_true", help="a minute and a half, with wider error")
    options.add_argument("--only", choices=("cpu", "first", "hold", "class"), help="one of the measurements")
    options.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    chosen = options.parse_args()
    with alone(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(_measure(QUICK if chosen.quick else WHOLE, chosen.only))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")


async def _measure(plan: Plan, only: str | None) -> dict[str, Any]:
    cores = sorted(os.sched_getaffinity(0))
    settle(cores[0], first=True)
    model = ModelServer()
    upstream = await model.start()
    figures: dict[str, Any] = {}
    async with AsyncExitStack() as stack:
        servers = {}
        for kind in plan.kinds:
            starting = rapport(upstream, cores[-1]) if kind == "rapport" else reference(kind, upstream, cores[-1])
            servers[kind] = await stack.enter_async_context(starting)
        await asyncio.sleep(LOADED_S)
        for name, measure in {"cpu": _cpu, "first": _first, "hold": _hold, "class": _class}.items():
            if only in (None, name):
                figures[name] = await measure(plan, servers, model)
    model.stop()
    if only in (None, "first"):
        figures["reading"] = await read()  # of the time until the model is asked, this much is reading
    return figures


async def _cpu(plan: Plan, servers: dict[str, Server], model: ModelServer) -> dict[str, Any]:
    students = {kind: await begin(server, model, STREAMS) for kind, server in servers.items()}
    spent: dict[str, list[Spent]] = {kind: [] for kind in servers}
    await asyncio.gather(*(saying for kind in servers for saying in wave(students[kind], over_s=2.0)))  # warms up
    for _ in range(plan.rounds):
        for kind, server in servers.items():
            spent[kind].append(await spend(server, model, students[kind]))
    for kind in servers:
        await hang_up(students[kind])
    found = in_all(spent)
    print(f"\nCPU of the server, {STREAMS} streams of {TOKENS_PER_S:g} tokens/s, median of {plan.rounds}")
    print("            us a token  / raw  / typical   with turns  / raw   ms a turn  waited   us a token, each round")
    for kind in servers:
        one = found[kind]
        rounds = " ".join(f"{each.steady_us:.0f}" for each in spent[kind])
        print(
            f"  {kind:<10}{one['steady_us']:>10.0f}{one['steady_to_raw']:>7.2f}{one['steady_to_typical']:>11.2f}"
            f"{one['whole_us']:>13.0f}{one['whole_to_raw']:>7.2f}{one['turn_ms']:>12.1f}"
            f"{one['waited']:>8.0%}   {rounds}"
        )
    return found


async def _first(plan: Plan, servers: dict[str, Server], model: ModelServer) -> dict[str, Any]:
    print(f"\nTime added to the first words, ms, {STREAMS} conversations, {plan.first_s:g} s; p50 p95")
    print(" " * 24 + "turns" + "".join(title.rjust(width) for title, width in _FIRST.values()))
    found: dict[str, Any] = {}
    for kind, server in servers.items():
        found[kind] = await first_words(server, model, STREAMS, plan.first_s)
        for which, one in found[kind].items():
            if which == "all" or kind == "rapport":
                cells = "".join(
                    f"{one[f'{name}_p50']:.1f} {one[f'{name}_p95']:.1f}".rjust(width)
                    for name, (_, width) in _FIRST.items()
                )
                print(f"  {kind:<10}{which:<12}{one['turns']:>5}{cells}", flush=True)
    return found


async def _hold(plan: Plan, servers: dict[str, Server], model: ModelServer) -> dict[str, Any]:
    print("\nStreams at once on one core: gap between pieces, ms; `behind`: p95 after the model's word")
    print(f"            streams{_HEAD}")
    found: dict[str, Any] = {}
    for kind, steps in plan.steps.items():
        found[kind] = []
        try:
            async with aclosing(hold(servers[kind], model, steps)) as holding:
                async for one in holding:
                    found[kind].append(one)
                    print(f"  {kind:<10}{one['streams']:>7}{_gaps(one)}", flush=True)
        except Broken as fault:
            print(f"  {kind:<10} broke with more: {fault}", flush=True)
    for kind in plan.steps:
        most = max((one["streams"] for one in found[kind] if is_held(one)), default=0)
        print(f"  {kind} held {most:g}: p95 gap under {HELD_MS} ms, at most {BEHIND_MS} ms after the model")
    return found


async def _class(plan: Plan, servers: dict[str, Server], model: ModelServer) -> dict[str, Any]:
    found: dict[str, Any] = {}
    paces = {f"{CLASS} who think": (CLASS, THINKING_S), f"{CROWD} without a pause": (CROWD, (0.0, 0.0))}
    for name, (count, pause_s) in paces.items() if plan.classes else ():
        print(f"\nA class of {name}: gap between pieces, ms, and until the model is asked")
        print(f"                   {_HEAD}   asked p50 p95")
        for kind in plan.classes:
            try:
                one = found[f"{kind}, {name}"] = await teach(servers[kind], model, count, pause_s, plan.class_s)
            except Broken as fault:
                print(f"  {kind:<10} broke: {fault}")
                continue
            asked = f"{one['asked_p50']:.1f} {one['asked_p95']:.1f}"
            print(f"  {kind:<10}{'':>7}{_gaps(one)}{asked:>16}", flush=True)
    return found


_FIRST = {
    "added": ("added", 14),
    "asked": ("= to the model", 17),
    "held": ("+ its next token", 17),
    "out": ("+ way out", 16),
    "own": ("without its token", 20),
}
_HEAD = "    p50    p95    p99     max  behind   us a token  turns/s speaking   server   load"


def _gaps(one: Figures) -> str:
    return (
        f"{one['p50_ms']:>7.1f}{one['p95_ms']:>7.1f}{one['p99_ms']:>7.1f}{one['p100_ms']:>8.1f}"
        f"{one['behind_p95_ms']:>8.1f}{one['whole_us']:>13.0f}{one['turns_per_s']:>9.1f}{one['speaking']:>9.0f}"
        f"{one['server_core']:>9.0%}{one['load_core']:>7.0%}"
    )


if __name__ == "__main__":
    main()
