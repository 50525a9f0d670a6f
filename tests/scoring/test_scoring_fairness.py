"""Fair to the student: the same talk in other English scores the same within half a level (rubric 2.5)."""

import json
from pathlib import Path

import pytest

from scoring import Transcript, grade

CASES = [
    pytest.param(version, case["versions"]["plain"], turns, id=f"{path.stem}: {version}")
    for path in sorted((Path(__file__).parent / "fairness").glob("*.json"))
    for case in [json.loads(path.read_text("utf-8"))]
    for version, turns in case["versions"].items()
    if version != "plain"
]


def levels_of(turns: list[dict[str, str]]) -> dict[str, float | None]:
    """The fractional level of each scale, 0-4; None where it was not observed."""
    card = grade(Transcript.model_validate({"turns": turns}))
    return {name: None if scale.score is None else scale.score / 25 for name, scale in card.scales.items()}


@pytest.mark.parametrize(("version", "plain", "turns"), CASES)
def test_other_english_scores_within_half_a_level(
    version: str, plain: list[dict[str, str]], turns: list[dict[str, str]]
) -> None:
    expected, found = levels_of(plain), levels_of(turns)

    assert {
        name: (expected[name], found[name])
        for name in expected
        if (expected[name] is None) != (found[name] is None) or abs((expected[name] or 0) - (found[name] or 0)) > 0.5
    } == {}
