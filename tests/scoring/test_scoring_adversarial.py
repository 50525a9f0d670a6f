"""Conversations that try to earn a level without the behaviour: one file a kind, at least two of each."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from scoring import Transcript, grade

FOLDER = Path(__file__).parent / "adversarial"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text("utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_earned_without_the_behaviour(case: dict[str, Any]) -> None:
    card = grade(Transcript.model_validate({"turns": case["turns"]}))
    levels = {name: result.level for name, result in card.scales.items()}
    too_high = {name: levels[name] for name, most in case.get("at_most", {}).items() if (levels[name] or 0) > most}
    assert too_high == {}
    assert [name for name in case.get("unobserved", []) if levels[name] is not None] == []
    parts = card.scales["explanation"].parts
    assert {name: parts[name] for name, most in case.get("parts_at_most", {}).items() if parts[name] > most} == {}
    assert set(case.get("flags", [])) <= {flag.kind for flag in card.flags}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_each_kind_has_two_conversations_of_its_own(path: Path) -> None:
    names = [case["name"] for case in json.loads(path.read_text("utf-8"))]
    assert len(names) == len(set(names)) >= 2


@pytest.mark.parametrize("case", CASES)
def test_turns_in_any_order_are_graded_without_complaint(case: dict[str, Any]) -> None:
    turns = case["turns"] * 2
    random.Random(len(turns)).shuffle(turns)
    card = grade(Transcript.model_validate({"turns": turns}))
    assert set(card.scales) == {"empathy", "emotion_naming", "permission", "explanation"}
