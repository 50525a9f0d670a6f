"""The project's own talks, and the ways to change a talk that what holds for every talk is tested with."""

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from scoring import Scorecard, Transcript, grade

HERE = Path(__file__).parent
Turns = tuple[tuple[str, str], ...]
"""(speaker, text) of each turn, in order."""


def read_talks() -> dict[str, Turns]:
    """The project's own talks of up to 60 turns, by name."""
    talks = {}
    for path in sorted((HERE / "adversarial").glob("*.json")):
        for case in json.loads(path.read_text("utf-8")):
            talks[f"{path.stem}: {case['name']}"] = case["turns"]
    for path in sorted((HERE / "fairness").glob("*.json")):
        talks[f"fairness: {path.stem}"] = json.loads(path.read_text("utf-8"))["standard"]
    return {
        name: tuple((turn["speaker"], turn["text"]) for turn in turns)
        for name, turns in talks.items()
        if len(turns) <= 60
    }


TALKS = read_talks()
WITH_LEVELS = {name: talk for name, talk in TALKS.items() if name.startswith(("controls_plainly", "fairness"))}
"""The talks judged good, middling or poor: the ones whose levels a change of typing or of person could move."""


def some(names: Iterable[str], of: int, rest: int = 0) -> list[str]:
    """One in `of` talks, the same ones whatever talks are added."""
    return [name for name in names if sum(name.encode()) % of == rest]


def transcript_of(turns: Turns) -> Transcript:
    return Transcript.model_validate({"turns": [{"speaker": speaker, "text": text} for speaker, text in turns]})


@cache
def card_of(turns: Turns) -> Scorecard:
    return grade(transcript_of(turns))


def levels_of(turns: Turns) -> dict[str, int | None]:
    return {name: scale.level for name, scale in card_of(turns).scales.items()}


def scores_of(turns: Turns) -> dict[str, float | None]:
    return {name: scale.score for name, scale in card_of(turns).scales.items()}


def raised(before: Turns, after: Turns) -> dict[str, tuple[int, int]]:
    """The scales whose level rose, not observed counting as 0."""
    old, new = levels_of(before), levels_of(after)
    return {name: (old[name] or 0, new[name] or 0) for name in old if (new[name] or 0) > (old[name] or 0)}


def everywhere(turns: Turns, change: Callable[[str], str]) -> Turns:
    return tuple((speaker, change(text)) for speaker, text in turns)


def in_what_the_student_says(turns: Turns, change: Callable[[str], str]) -> Turns:
    return tuple((speaker, change(text) if speaker == "student" else text) for speaker, text in turns)


def swapped(text: str, words: dict[str, str]) -> str:
    """The text with whole words exchanged, each with the capital it had."""

    def exchange(found: re.Match[str]) -> str:
        new = words.get(found[0].lower(), found[0])
        return new[0].upper() + new[1:] if found[0][0].isupper() else new

    return re.sub(r"[A-Za-z]+(?:'[a-z]+)?", exchange, text)


def changed_by(change: Callable[[str], str]) -> list[str]:
    """The talks in which this change finds a word to change."""
    return [name for name, turns in TALKS.items() if everywhere(turns, change) != turns]
