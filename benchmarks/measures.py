"""What is measured of servers that stream: CPU a token, the time to the first words, streams held."""

import asyncio
import itertools
import statistics
import time
from collections.abc import AsyncGenerator, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.readers import Student, Turn
from benchmarks.servers import Server
from benchmarks.speech import REPLIES, TOKENS
from benchmarks.talks import begin, hang_up, keep_talking, until, wait, wave
from benchmarks.upstream import TOKENS_PER_S, ModelServer

Figures = dict[str, float]

LOOKS_AHEAD = frozenset({"rapport"})
"""Its screen may want to see more of a sentence before it lets words go."""
_ROUND_S = 6.0
"""About what a reply and the pause after it take."""
_REPLY_S = 4.3
_BEGIN_S = 0.025
"""Seconds from one student's turn to the next's, where all are to speak at once."""
HELD_MS = 100
BEHIND_MS = 150
"""Streams are held as long as their p95 gap stays under the one, and they keep up with the model within the other."""


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


async def first_words(server: Server, model: ModelServer, count: int, seconds: float) -> dict[str, Figures]:
    """Where the time to the first words goes while so many talk, each a turn 1 to 3 s after a reply; milliseconds.

    The model's first token leaves as soon as it is asked. `asked`: until it was; `held`: from its first token to the
    one upon which words were let go, at the model's pace; `out`: from there to the reader; `added`: all of it; `own`:
    without `held`. Of all replies, of those that begin with words, and of those with a gesture, whose first token is
    an asterisk.
    """
    model.forget()
    students = await begin(server, model, count)
    talking = keep_talking(students, over_s=_ROUND_S, pause_s=(1.0, 3.0))
    await wait(talking, _ROUND_S)
    known = len([turn for student in students for turn in student.turns])
    await wait(talking, seconds)
    turns = sorted((turn for student in students for turn in student.turns), key=lambda turn: turn.posted_at)
    turns = [turn for turn in turns[known:] if turn.pieces()]
    gestures = [turn for turn in turns if REPLIES[turn.sending.reply].startswith("*")]
    words = [turn for turn in turns if turn not in gestures]
    looks_ahead = server.kind in LOOKS_AHEAD
    figures = {
        name: _first_words_of(some, looks_ahead)
        for name, some in {"all": turns, "words": words, "gestures": gestures}.items()
    }
    await hang_up(students, talking)
    return figures


def _first_words_of(turns: Sequence[Turn], looks_ahead: bool) -> Figures:
    found: dict[str, list[float]] = {"added": [], "own": [], "asked": [], "held": [], "out": []}
    for turn in turns:
        first = turn.pieces()[0]
        let_go_at = turn.let_go_at(first) if looks_ahead else turn.sent_at(first)
        found["added"].append(first.at - turn.posted_at)
        found["own"].append(first.at - turn.posted_at - (let_go_at - turn.sending.sent[0]))
        found["asked"].append(turn.sending.asked_at - turn.posted_at)
        found["held"].append(let_go_at - turn.sending.sent[0])
        found["out"].append(first.at - let_go_at)
    return {"turns": len(turns)} | {
        f"{name}_p{q}": percentile(values, q) * 1e3 for name, values in found.items() for q in (50, 95)
    }


async def hold(server: Server, model: ModelServer, steps: Iterable[int]) -> AsyncGenerator[Figures]:
    """The gaps of more and more streams at once.

    Nobody is answered before everybody has asked: what beginning and ending a reply takes is not in it.

    Raises:
        Broken: a turn was not answered, or not in the model's words.
    """
    students: list[Student] = []
    try:
        for count in steps:
            model.forget()
            students += await begin(server, model, count - len(students))
            yield {"streams": count, **await _all_at_once(server, model, students)}
    finally:
        await hang_up(students)


async def _all_at_once(server: Server, model: ModelServer, students: Sequence[Student]) -> Figures:
    model.hold_back()
    talking = wave(students, over_s=len(students) * _BEGIN_S)
    await until(lambda: model.waiting == len(students), talking)
    await model.let_go(over_s=0.5)
    await wait(talking, 0.3)
    speaking = until(lambda: any(sending.is_over for sending in model.sendings.values()), talking)
    figures = await _observe(server, model, students, speaking)
    await asyncio.gather(*talking)
    return figures


async def teach(
    server: Server, model: ModelServer, count: int, pause_s: tuple[float, float], seconds: float
) -> Figures:
    """A class: each student listens to a reply of some 4 s, then thinks and types for so long.

    Raises:
        Broken: a turn was not answered, or not in the model's words.
    """
    model.forget()
    students = await begin(server, model, count)
    round_s = _REPLY_S + sum(pause_s) / 2
    talking = keep_talking(students, over_s=round_s, pause_s=pause_s)
    try:
        await wait(talking, round_s)
        held = await _observe(server, model, students, wait(talking, seconds))
        turns = [turn for student in students for turn in student.turns[1:]]
        asked = [turn.sending.asked_at - turn.posted_at for turn in turns if turn.pieces()]
        return {**held, "students": count, **{f"asked_p{q}": percentile(asked, q) * 1e3 for q in (50, 95)}}
    finally:
        await hang_up(students, talking)


async def _observe(
    server: Server, model: ModelServer, students: Sequence[Student], meanwhile: Coroutine[Any, Any, None]
) -> Figures:
    """The gaps between the pieces that come meanwhile; `behind`: how late they are on the model.

    `speaking`: how many replies the model spoke at once, on the average.
    """
    start, server_s, own_s, sent = time.perf_counter(), server.cpu_s(), time.process_time(), model.sent_tokens()
    await meanwhile
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
        "speaking": sent / (end - start) / TOKENS_PER_S,
        "turns_per_s": sum(start <= turn.posted_at < end for turn in turns) / (end - start),
        "whole_us": server_s / sent * 1e6,
        "server_core": server_s / (end - start),
        "load_core": own_s / (end - start),
    }


def is_held(figures: Figures) -> bool:
    """Whether words came steadily, and without falling behind."""
    return figures["p95_ms"] < HELD_MS and figures["behind_p95_ms"] < BEHIND_MS


def percentile(values: Sequence[float], q: int) -> float:
    """The value under which `q` percent of them lie; 100 is the largest."""
    return sorted(values)[min(len(values) - 1, len(values) * q // 100)]
