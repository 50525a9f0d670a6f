"""Which encounters need an educator's eyes first, and why, in words."""

from typing import NamedTuple

from app.storage.tables import SelfRating
from scoring.scorecard import SCALE_NAMES, Summary

BORDERLINE_POINTS = 5
"""So near the pass mark the scorer's own error could turn the result."""
FEW_OCCASIONS = 4
"""Fewer moments than this, over all scales, say little about anybody."""
FAR_OFF_LEVELS = 2
"""A self-rating so far from the score is worth a talk."""

FLAGS = {
    "wrong_fact": "something said may be wrong",
    "missed_must_ask": "something that must be asked was left out",
    "risk_passed_over": "thoughts of dying that nobody asked about",
    "lapse": "a professional lapse",
    "addresses_grader": "words meant for the scorer",
}


class Need(NamedTuple):
    """One reason to look, with its weight in the order of the queue."""

    weight: int
    words: str


def needs_of(
    card: Summary, overall: float | None, pass_mark: int | None, rating: SelfRating | None, cleared: int
) -> tuple[Need, ...]:
    """The reasons to look at this encounter, the heaviest first; none is a reason too: then any order does.

    `overall` is the score of record, `cleared` the number of flags somebody has looked at.
    """
    found = [*_flags(card, cleared), *_borderline(overall, pass_mark), *_thin(card), *_far_off(card, rating)]
    return tuple(sorted(found, key=lambda need: -need.weight))


def _flags(card: Summary, cleared: int) -> list[Need]:
    if len(card.flags) <= cleared:
        return []
    kinds = dict.fromkeys(FLAGS[kind] for kind in card.flags)
    return [Need(100 + 10 * len(kinds), f"Safety flag: {', '.join(kinds)}")]


def _borderline(overall: float | None, pass_mark: int | None) -> list[Need]:
    if overall is None or pass_mark is None or abs(overall - pass_mark) > BORDERLINE_POINTS:
        return []
    return [Need(50, f"Borderline: {round(overall)} points, the pass mark is {pass_mark}")]


def _thin(card: Summary) -> list[Need]:
    observed = sum(level is not None for level in card.levels.values())
    if observed < 3:
        return [Need(40, f"Thin evidence: {observed} of 4 scales could be observed")]
    if card.occasions < FEW_OCCASIONS:
        return [Need(30, f"Thin evidence: {card.occasions} occasions in the whole talk")]
    return []


def _far_off(card: Summary, rating: SelfRating | None) -> list[Need]:
    if rating is None:
        return []
    gaps = [
        own - level
        for name in SCALE_NAMES
        if (level := card.levels[name]) is not None and isinstance(own := rating.levels.get(name), int)
    ]
    above, below = sum(gap >= FAR_OFF_LEVELS for gap in gaps), sum(gap <= -FAR_OFF_LEVELS for gap in gaps)
    sides = [f"{words} on {count}" for count, words in ((above, "higher"), (below, "lower")) if count]
    words = f"Rated themselves {FAR_OFF_LEVELS} levels or more {' and '.join(sides)} of 4 scales"
    return [Need(10 * (above + below), words)] if sides else []
