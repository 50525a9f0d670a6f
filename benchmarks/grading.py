"""How long grading takes: `python -m benchmarks.grading`. Milliseconds of CPU for one talk of 40 turns.

In one run: from text as a stranger's transcript comes, from text whose sentences are still remembered, and from the
readings that were stored while the words were said, by a process that heard them and by one that did not; then part by
part. The encoder and the weights are loaded beforehand.
"""

import asyncio
import statistics
import time
from collections.abc import Callable
from typing import Any

from app.lab import LEARNERS, play, transcript
from app.patient.voices.authored import AuthoredVoice
from personas import find_scenario
from scoring import Transcript, difficulty, grade, vectors, words
from scoring.conversation import Conversation
from scoring.episodes import find_episodes
from scoring.flags import find_flags
from scoring.grading import read_turns
from scoring.habits import observe
from scoring.moves.sentences import sentences_of
from scoring.patient import clauses, questions, signs
from scoring.patient.hints import hints_in
from scoring.reading import TurnReading
from scoring.scales import emotion_naming, empathy, explanation, permission
from scoring.spaces import tidy
from scoring.suggestions import suggest

RUNS = 15
STUDENT_TURNS = 20
SCENARIO = "maria-biopsy-result"
REMEMBERED: tuple[Any, ...] = (
    tidy,
    vectors._vector,
    difficulty.difficulty,
    words._bag,
    sentences_of,
    clauses.clauses_of,
    questions.questions_in,
    signs,
    hints_in,
)
"""Every cache that is kept by text: without them a transcript is new again within one process."""


def main() -> None:
    """Print one line for each way, then one for each part."""
    talk = asyncio.run(_talk())
    readings = read_turns(talk, {})
    print(f"{len(talk.turns)} turns, {RUNS} runs, milliseconds of CPU: minimum, median, maximum")
    _show("from text, first time", lambda: grade(talk), forget=True)
    _show("from text, remembered", lambda: grade(talk))
    _show("from stored readings, new process", lambda: grade(talk, readings=readings), forget=True)
    _show("from stored readings", lambda: grade(talk, readings=readings))
    print("parts, the first time:")
    _show("reading the student's turns", lambda: read_turns(talk, {}), forget=True)
    for name, part in _parts().items():
        _show(name, lambda part=part: part(_read(talk, readings)), forget=True)  # type: ignore[misc]


def _parts() -> dict[str, Callable[[Conversation], object]]:
    return {
        "feelings and questions of the patient": lambda talk: (talk.opportunities, talk.questions),
        "empathy": empathy.score,
        "emotion naming": emotion_naming.score,
        "permission episodes": find_episodes,
        "permission": permission.score,
        "explanation": explanation.score,
        "habits": observe,
        "flags": find_flags,
        "all but the reading, with suggestions": lambda talk: suggest(
            talk,
            {
                "empathy": empathy.score(talk),
                "emotion_naming": emotion_naming.score(talk),
                "permission": permission.score(talk),
                "explanation": explanation.score(talk),
            },
        ),
    }


def _read(talk: Transcript, readings: dict[int, TurnReading]) -> Conversation:
    persona, scenario = find_scenario(SCENARIO)
    return Conversation(talk, readings, scenario, persona)


async def _talk() -> Transcript:
    """A talk of the skilled learner with the offline patient."""
    persona, scenario = find_scenario(SCENARIO)
    steps = await play(persona, scenario, "standard", AuthoredVoice(), LEARNERS["skilled"], STUDENT_TURNS)
    return transcript(persona, scenario, steps)


def _show(name: str, way: Callable[[], object], *, forget: bool = False) -> None:
    spent = sorted(_cpu_ms(way, forget=forget) for _ in range(RUNS))
    print(f"  {name:<40} {spent[0]:7.1f} {statistics.median(spent):7.1f} {spent[-1]:7.1f}")


def _cpu_ms(way: Callable[[], object], *, forget: bool) -> float:
    if forget:
        for cache in REMEMBERED:
            cache.cache_clear()
    started = time.process_time()
    way()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
