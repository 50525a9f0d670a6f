"""Fair to the student: the same talk in other English scores the same within half a level (rubric 2.5).

A file holds a conversation in standard English and, for each other English, the student's lines in order; the
patient's words stay.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scoring import Scorecard, Transcript, grade

CONVERSATIONS = [
    json.loads(path.read_text("utf-8")) for path in sorted((Path(__file__).parent / "fairness").glob("*.json"))
]
VERSIONS = [
    pytest.param(talk, version, id=f"{talk['name']}: {version}")
    for talk in CONVERSATIONS
    for version in talk["student"]
]


def said_otherwise(talk: dict[str, Any], version: str) -> list[dict[str, str]]:
    """The conversation with the student's lines of this version."""
    lines = iter(talk["student"][version])
    return [turn if turn["speaker"] == "patient" else {**turn, "text": next(lines)} for turn in talk["standard"]]


def card_of(turns: list[dict[str, str]]) -> Scorecard:
    return grade(Transcript.model_validate({"turns": turns}))


def scores_of(card: Scorecard) -> dict[str, float | None]:
    """The score of each scale, 0-100; None where it was not observed."""
    return {name: scale.score for name, scale in card.scales.items()}


def concerns_of(card: Scorecard) -> list[tuple[int, str, str]]:
    """Where the patient opened a feeling, and with which words."""
    return [(one.turn, one.kind, one.quote) for one in card.scales["empathy"].occasions]


@pytest.mark.parametrize(("talk", "version"), VERSIONS)
def test_other_english_scores_within_half_a_level(talk: dict[str, Any], version: str) -> None:
    standard, other = card_of(talk["standard"]), card_of(said_otherwise(talk, version))
    expected, found = scores_of(standard), scores_of(other)

    assert {
        name: (expected[name], found[name])
        for name in expected
        if (expected[name] is None) != (found[name] is None) or abs((expected[name] or 0) - (found[name] or 0)) > 12.5
    } == {}
    assert concerns_of(other) == concerns_of(standard)


def test_conversations_of_mixed_quality_are_said_in_four_other_ways_at_least() -> None:
    sorts = Counter(talk["quality"] for talk in CONVERSATIONS)

    assert len(CONVERSATIONS) >= 15
    assert set(sorts) == {"good", "middling", "poor"}
    assert min(sorts.values()) >= 2
    for talk in CONVERSATIONS:
        kinds = Counter(version.partition("_")[0] for version in talk["student"])
        assert kinds in (
            {"second": 2, "dialect": 1, "dyslexic": 1, "dictation": 1},
            {"dialect": 3, "dictation": 1},
        )


@pytest.mark.parametrize("talk", CONVERSATIONS, ids=lambda talk: talk["name"])
def test_every_version_has_a_line_for_every_student_turn(talk: dict[str, Any]) -> None:
    turns = sum(turn["speaker"] == "student" for turn in talk["standard"])

    assert {version: len(lines) for version, lines in talk["student"].items()} == dict.fromkeys(talk["student"], turns)


def test_poor_talks_stay_below_middling_and_good_ones() -> None:
    means = {
        sort: [
            sum(score or 0.0 for score in scores_of(card_of(talk["standard"])).values()) / 4
            for talk in CONVERSATIONS
            if talk["quality"] == sort
        ]
        for sort in ("poor", "middling", "good")
    }

    assert max(means["poor"]) < min(means["middling"] + means["good"])
