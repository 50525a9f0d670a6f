"""What a live stream and an idle process hold in memory: `python -m benchmarks.memory [--json FILE]`."""

import argparse
import asyncio
import json
import os
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.servers import Server, alone, rapport, reference, settle
from benchmarks.talks import begin, hang_up, until, wait, wave
from benchmarks.upstream import ModelServer

STREAMS = 100
WARM = 20
WAVES = 4
LOADED_S = 6.0
"""Until the sentence vectors are surely loaded."""
OVER_S = 2.0
"""Over which the streams of a wave begin: less than a reply takes."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="What a live stream and an idle process hold in memory.")
    options.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    chosen = options.parse_args()
    with alone(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(_measure())
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")


async def _measure() -> dict[str, Any]:
    cores = sorted(os.sched_getaffinity(0))
    settle(cores[0], first=True)
    model = ModelServer()
    upstream = await model.start()
    figures: dict[str, Any] = {"idle_mb": {}, "stream_kb": {}}
    print("Idle process, sentence vectors loaded, MB resident")
    for name, address in {"offline patient": None, "language model": upstream}.items():
        async with rapport(address, cores[-1]) as server:
            await asyncio.sleep(LOADED_S)
            figures["idle_mb"][name] = server.resident_kb() / 1024
            print(f"  {name:<16}{figures['idle_mb'][name]:>7.0f}")
    print(f"A live stream, kB, {STREAMS} at once after {WARM}: the first time, and in each later wave")
    for kind in ("raw", "typical", "rapport"):
        async with (
            rapport(upstream, cores[-1]) if kind == "rapport" else reference(kind, upstream, cores[-1]) as server
        ):
            await asyncio.sleep(LOADED_S)
            grown = figures["stream_kb"][kind] = await _grown(server, model)
            print(f"  {kind:<16}{''.join(f'{each:>7.0f}' for each in grown)}", flush=True)
    model.stop()
    return figures


async def _grown(server: Server, model: ModelServer) -> list[float]:
    """kB a stream, by how much each wave of streams made the server larger than it was before it."""
    warm = await begin(server, model, WARM)
    await asyncio.gather(*wave(warm, OVER_S))
    students = await begin(server, model, STREAMS)
    grown = []
    for _ in range(WAVES):
        model.forget()
        before = server.resident_kb()
        tasks = wave(students, OVER_S)
        await until(lambda: len(model.sendings) == STREAMS, tasks)
        await wait(tasks, 0.2)
        grown.append((server.resident_kb() - before) / STREAMS)
        await asyncio.gather(*tasks)
        await asyncio.sleep(1)
    await hang_up([*warm, *students])
    return grown


if __name__ == "__main__":
    main()
