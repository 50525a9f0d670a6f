"""What is measured of servers that stream: CPU a token, the time to the first words, streams held."""

import asyncio
import itertools
import statistics
import time
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.readers import Student
from benchmarks.servers import Server
from benchmarks.speech import TOKENS
from benchmarks.talks import begin, hang_up, keep_talking, until, wait, wave
from benchmarks.upstream import ModelServer

Figures = dict[str, float]

LOOKS_AHEAD = frozenset({"rapport"})
"""Its screen may want to see more of a sentence before it lets words go."""
_ROUND_S = 6.0
"""About what a reply and the pause after it take."""
_CLASS_ROUND_S = 29.0
HELD_MS = 100
"""A stream is held as long as its p95 gap stays under this."""


@dataclass(frozen=True)
class Spent:
    """What one wave of turns took of the server."""

    steady_us: float
    """Microseconds of CPU a token, between two moments in which nothing begins or ends."""
    whole_us: float
    """The same over the whole wave, with the beginnings and the ends."""
    turn_ms: float
    """Milliseconds of CPU a turn, beyond its tokens."""
    waited: float
    """Share of the steady time that the server waited for other programs: tokens that pile up meanwhile cost less."""


async def spend(server: Server, model: ModelServer, students: Sequence[Student], over_s: float = 0.5) -> Spent:
    """All say something at about once; what it takes to answer them."""
    model.forget()
    began_s = server.cpu_s()
    tasks = wave(students, over_s)
    await until(lambda: len(model.sendings) >= len(students), tasks)
    await wait(tasks, 0.2)
    start, waited_s, steady_s, before = time.perf_counter(), server.waited_s(), server.cpu_s(), model.sent_tokens()
    await until(lambda: any(sending.is_over for sending in model.sendings.values()), tasks)
    steady_s, tokens = server.cpu_s() - steady_s, model.sent_tokens() - before
    waited = (server.waited_s() - waited_s) / (time.perf_counter() - start)
    turns = await asyncio.gather(*tasks)
    await asyncio.sleep(0.1)  # what is stored after the last word
    whole_s, all_tokens = server.cpu_s() - began_s, sum(len(TOKENS[turn.sending.reply]) for turn in turns)
    beyond_s = whole_s - steady_s / tokens * all_tokens
    return Spent(steady_s / tokens * 1e6, whole_s / all_tokens * 1e6, beyond_s / len(turns) * 1e3, waited)


def in_all(spent: Mapping[str, Sequence[Spent]]) -> dict[str, Figures]:
    """Medians over the rounds; ratios are the medians of each round's."""
    found = {}
    for kind, rounds in spent.items():
        found[kind] = {
            "steady_us": statistics.median(one.steady_us for one in rounds),
            "whole_us": statistics.median(one.whole_us for one in rounds),
            "turn_ms": statistics.median(one.turn_ms for one in rounds),
            "waited": max(one.waited for one in rounds),
        }
        for to in {"raw", "typical"} & spent.keys():
            pairs = list(zip(rounds, spent[to], strict=True))
            found[kind][f"steady_to_{to}"] = statistics.median(one.steady_us / other.steady_us for one, other in pairs)
            found[kind][f"whole_to_{to}"] = statistics.median(one.whole_us / other.whole_us for one, other in pairs)
    return found


async def first_words(server: Server, model: ModelServer, count: int, seconds: float) -> Figures:
    """Where the time to the first words goes while so many talk, each a turn 1 to 3 s after a reply; milliseconds.

    The model's first token leaves as soon as it is asked. `asked`: until it was; `held`: from its first token to the
    one upon which words were let go, at the model's pace; `out`: from there to the reader; `added`: all of it.
    """
    model.forget()
    students = await begin(server, model, count)
    talking = keep_talking(students, over_s=_ROUND_S, pause_s=(1.0, 3.0))
    await wait(talking, _ROUND_S)
    known = len([turn for student in students for turn in student.turns])
    await wait(talking, seconds)
    found: dict[str, list[float]] = {"added": [], "asked": [], "held": [], "out": []}
    turns = sorted((turn for student in students for turn in student.turns), key=lambda turn: turn.posted_at)
    for turn in turns[known:]:
        if pieces := turn.pieces():
            first = pieces[0]
            let_go_at = turn.let_go_at(first) if server.kind in LOOKS_AHEAD else turn.sent_at(first)
            found["added"].append(first.at - turn.posted_at)
            found["asked"].append(turn.sending.asked_at - turn.posted_at)
            found["held"].append(let_go_at - turn.sending.sent[0])
            found["out"].append(first.at - let_go_at)
    await hang_up(students, talking)
    figures = {f"{name}_p{q}": percentile(found[name], q) * 1e3 for name in found for q in (50, 95)}
    return {"turns": len(found["added"]), **figures}


async def hold(
    server: Server, model: ModelServer, steps: Iterable[int], over_s: float, seconds: float
) -> AsyncGenerator[Figures]:
    """The gaps of more and more streams, each begun again as soon as it ends, until they are too long.

    Raises:
        Broken: a turn was not answered, or not in the model's words.
    """
    model.forget()
    steps = tuple(steps)
    students = await begin(server, model, max(steps))
    talking: list[asyncio.Task[None]] = []
    try:
        for count in steps:
            talking += keep_talking(students[len(talking) : count], over_s)
            await wait(talking, over_s + 1)
            figures = {"streams": count, **await _held(server, model, students, talking, seconds)}
            yield figures
            if figures["p95_ms"] >= HELD_MS:
                break
    finally:
        await hang_up(students, talking)


async def teach(server: Server, model: ModelServer, count: int, seconds: float) -> Figures:
    """A class: each student listens to a reply of some 4 s, then thinks and types for 15 to 35 s.

    Raises:
        Broken: a turn was not answered, or not in the model's words.
    """
    model.forget()
    students = await begin(server, model, count)
    talking = keep_talking(students, over_s=_CLASS_ROUND_S, pause_s=(15.0, 35.0))
    try:
        await wait(talking, _CLASS_ROUND_S)
        held = await _held(server, model, students, talking, seconds)
        turns = [turn for student in students for turn in student.turns[1:]]
        asked = [turn.sending.asked_at - turn.posted_at for turn in turns if turn.pieces()]
        return {**held, "students": count, **{f"asked_p{q}": percentile(asked, q) * 1e3 for q in (50, 95)}}
    finally:
        await hang_up(students, talking)


async def _held(
    server: Server,
    model: ModelServer,
    students: Sequence[Student],
    talking: Iterable["asyncio.Task[None]"],
    seconds: float,
) -> Figures:
    """The gaps between the pieces that come within so many seconds; `behind`: how late they are on the model."""
    start, server_s, own_s, sent = time.perf_counter(), server.cpu_s(), time.process_time(), model.sent_tokens()
    await wait(talking, seconds)
    end, server_s, own_s = time.perf_counter(), server.cpu_s() - server_s, time.process_time() - own_s
    sent = model.sent_tokens() - sent
    turns = [turn for student in students for turn in student.turns]
    heard = [(turn, turn.pieces()) for turn in turns]
    gaps = [
        after.at - before.at
        for _, pieces in heard
        for before, after in itertools.pairwise(pieces)
        if start <= after.at < end
    ]
    behind = [piece.at - turn.sent_at(piece) for turn, pieces in heard for piece in pieces if start <= piece.at < end]
    return {
        **{f"p{q}_ms": percentile(gaps, q) * 1e3 for q in (50, 95, 99, 100)},
        "behind_p95_ms": percentile(behind, 95) * 1e3,
        "tokens_per_s": sent / (end - start),
        "turns_per_s": sum(start <= turn.posted_at < end for turn in turns) / (end - start),
        "whole_us": server_s / sent * 1e6,
        "server_core": server_s / (end - start),
        "load_core": own_s / (end - start),
    }


def percentile(values: Sequence[float], q: int) -> float:
    """The value under which `q` percent of them lie; 100 is the largest."""
    return sorted(values)[min(len(values) - 1, len(values) * q // 100)]
