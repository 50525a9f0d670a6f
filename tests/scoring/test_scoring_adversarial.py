"""Conversations that try to earn a level without the behaviour, and controls that have it: rubric 2.5, one file a kind.

Every expected level was judged from the rubric's tables; a case says why.
"""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from scoring import Scorecard, Transcript, grade

FOLDER = Path(__file__).parent / "adversarial"
SHORT_OR_LONG = ("very_short", "very_long")
"""The kinds that are about length: their talks may have any."""


def cases_of(*kinds: str, without: tuple[str, ...] = ()) -> list[Any]:
    """The cases of these kinds (of all: none given) as parameters named for them."""
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(FOLDER.glob("*.json"))
        if (not kinds or path.stem in kinds) and path.stem not in without
        for case in json.loads(path.read_text("utf-8"))
    ]


def card_of(turns: list[dict[str, str]]) -> Scorecard:
    return grade(Transcript.model_validate({"turns": turns}))


def scores_of(turns: list[dict[str, str]]) -> dict[str, float]:
    """The score of each scale, 0-100; 0 where it was not observed."""
    return {name: scale.score or 0.0 for name, scale in card_of(turns).scales.items()}


@pytest.mark.parametrize("case", cases_of(without=("deleted_evidence",)))
def test_a_level_is_earned_by_the_behaviour_alone(case: dict[str, Any]) -> None:
    card = card_of(case["turns"])
    levels = {name: result.level for name, result in card.scales.items()}
    parts = card.scales["explanation"].parts

    assert {
        "too high": {
            name: levels[name] for name, most in case.get("at_most", {}).items() if (levels[name] or 0) > most
        },
        "too low": {
            name: levels[name] for name, least in case.get("at_least", {}).items() if (levels[name] or 0) < least
        },
        "parts too high": {
            name: parts[name] for name, most in case.get("parts_at_most", {}).items() if parts.get(name, 0) > most
        },
        "observed": {name: levels[name] for name in case.get("unobserved", []) if levels[name] is not None},
        "not observed": [name for name in case.get("observed", []) if levels[name] is None],
        "not flagged": set(case.get("flags", [])) - {flag.kind for flag in card.flags},
    } == {"too high": {}, "too low": {}, "parts too high": {}, "observed": {}, "not observed": [], "not flagged": set()}


@pytest.mark.parametrize("case", cases_of("shuffled_turns"))
def test_turns_out_of_order_raise_no_scale_and_lower_those_above_1(case: dict[str, Any]) -> None:
    before, after = card_of(case["turns"]), card_of([case["turns"][turn] for turn in case["order"]])
    pairs = {name: (scale, after.scales[name]) for name, scale in before.scales.items()}

    assert {
        "raised": {
            name: (ordered.level, shuffled.level)
            for name, (ordered, shuffled) in pairs.items()
            if (shuffled.level or 0) > (ordered.level or 0)
        },
        "kept": {
            name: (ordered.score, shuffled.score)
            for name, (ordered, shuffled) in pairs.items()
            if (ordered.level or 0) > 1 and (shuffled.score or 0) >= (ordered.score or 0)
        },
    } == {"raised": {}, "kept": {}}


@pytest.mark.parametrize("case", cases_of("deleted_evidence"))
def test_without_its_evidence_one_scale_falls_and_the_others_stay(case: dict[str, Any]) -> None:
    before = scores_of(case["turns"])
    after = scores_of([turn for number, turn in enumerate(case["turns"]) if number not in case["removed"]])
    change = {name: after[name] - before[name] for name in before}

    assert change.pop(case["evidence_of"]) < 0
    assert {name: by for name, by in change.items() if abs(by) > 12.5} == {}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_turns_in_any_order_are_graded_without_complaint(path: Path) -> None:
    for case in json.loads(path.read_text("utf-8"))[-3:]:
        turns = case["turns"] * 2
        random.Random(len(turns)).shuffle(turns)
        assert set(card_of(turns).scales) == {"empathy", "emotion_naming", "permission", "explanation"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_each_kind_has_five_conversations_of_its_own(path: Path) -> None:
    cases = json.loads(path.read_text("utf-8"))
    believable = [case for case in cases if path.stem in SHORT_OR_LONG or 6 <= len(case["turns"]) <= 20]

    assert len({case["name"] for case in cases}) == len(cases)
    assert len({turn["text"] for case in cases for turn in case["turns"][:1]}) >= 5
    assert len([case for case in believable if case.get("why")]) >= 5


@pytest.mark.parametrize("kind", ["controls_plainly_good", "controls_plainly_poor"])
def test_there_are_twelve_controls_of_each_sort(kind: str) -> None:
    assert len(cases_of(kind)) >= 12
