"""How long grading takes: `python -m benchmarks.grading`. Milliseconds of CPU for one talk of 40 turns.

In one run: from text as a stranger's transcript comes, from text whose sentence vectors are still remembered, and
from the readings that were stored while the words were said. The encoder is loaded beforehand.
"""

import asyncio
import statistics
import time
from collections.abc import Callable

from app.lab import LEARNERS, play, transcript
from app.patient.voices.authored import AuthoredVoice
from personas import find_scenario
from scoring import Transcript, grade, vectors
from scoring.grading import read_turns

RUNS = 15
STUDENT_TURNS = 20
SCENARIO = "maria-biopsy-result"


def main() -> None:
    """Print one line for each way."""
    talk = asyncio.run(_talk())
    readings = read_turns(talk, {})
    ways: dict[str, Callable[[], object]] = {
        "from text, first time": lambda: grade(_forgotten(talk)),
        "from text, vectors remembered": lambda: grade(talk),
        "reading the turns alone": lambda: read_turns(_forgotten(talk), {}),
        "from stored readings": lambda: grade(talk, readings=readings),
    }
    print(f"{len(talk.turns)} turns, {RUNS} runs, milliseconds of CPU: minimum, median, maximum")
    for name, way in ways.items():
        spent = sorted(_cpu_ms(way) for _ in range(RUNS))
        print(f"  {name:<30} {spent[0]:7.1f} {statistics.median(spent):7.1f} {spent[-1]:7.1f}")


async def _talk() -> Transcript:
    """A talk of the skilled learner with the offline patient."""
    persona, scenario = find_scenario(SCENARIO)
    steps = await play(persona, scenario, "standard", AuthoredVoice(), LEARNERS["skilled"], STUDENT_TURNS)
    return transcript(persona, scenario, steps)


def _forgotten(talk: Transcript) -> Transcript:
    """The same talk after its sentences were forgotten; what is shipped with the scorer stays loaded."""
    vectors._vector.cache_clear()  # the only way to make a transcript new again within one process
    return talk


def _cpu_ms(way: Callable[[], object]) -> float:
    started = time.process_time()
    way()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
