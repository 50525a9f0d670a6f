"""Which encounters need an educator's eyes first, and why, in words."""

from collections import Counter
from typing import NamedTuple

from app.storage.tables import SelfRating
from personas.vocabulary import ScaleName
from scoring import rubric
from scoring.scorecard import SCALE_NAMES, Summary

BORDERLINE_POINTS = 5
"""So near the pass mark the scorer's own error could turn the result."""
FEW_OCCASIONS = 4
"""Fewer moments than this, over all scales, say little about anybody."""
FAR_OFF_LEVELS = 2
"""A self-rating so far from the score is worth a talk."""
FAR_APART_LEVELS = 2
"""Two scorers so far apart on a scale cannot both be right; one level may be rounding."""
CLEAR_LEVEL = 3
"""From this level on an explanation is said to have been clear."""

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


class Scored(NamedTuple):
    """What lists know of one scorer's card.

    Of a second reader's also how many key questions of the case were put to a listener, and how many of them could be
    answered; None where none were, or the answers could not be read.
    """

    summary: Summary
    overall: float | None
    key_questions: int | None = None
    explained: int | None = None


def needs_of(
    card: Summary,
    overall: float | None,
    pass_mark: int | None,
    rating: SelfRating | None,
    cleared: int,
    doubts: tuple[Need, ...] = (),
) -> tuple[Need, ...]:
    """The reasons to look at this encounter, the heaviest first; none is a reason too: then any order does.

    `overall` is the score of record, `cleared` the number of flags somebody has looked at, `doubts` what a second
    opinion raises.
    """
    found = [*_flags(card, cleared), *doubts, *_borderline(overall, pass_mark), *_thin(card), *_far_off(card, rating)]
    return tuple(sorted(found, key=lambda need: -need.weight))


def doubts_of(machine: Scored, second: Scored, pass_mark: int | None) -> tuple[Need, ...]:
    """What a second opinion says against the first, as reasons to look; a person decides who is right."""
    return (
        *_candidates(machine.summary, second.summary),
        *_either_side(machine.overall, second.overall, pass_mark),
        *_apart(machine.summary, second.summary),
        *_not_understood(machine.summary, second),
    )


def levels_apart(machine: Summary, second: Summary) -> dict[ScaleName, int]:
    """By how many levels the two differ, of each scale where it is more than one; both have to have a level."""
    gaps = {}
    for name in SCALE_NAMES:
        one, other = machine.levels[name], second.levels[name]
        if one is not None and other is not None and abs(one - other) >= FAR_APART_LEVELS:
            gaps[name] = abs(one - other)
    return gaps


def _candidates(machine: Summary, second: Summary) -> list[Need]:
    more = Counter(second.flags) - Counter(machine.flags)  # another of a kind may be about other words
    kinds = dict.fromkeys(FLAGS[kind] for kind in second.flags if more[kind])
    return [Need(89 + len(kinds), f"The second reader flags: {', '.join(kinds)}")] if kinds else []


def _either_side(machine: float | None, second: float | None, pass_mark: int | None) -> list[Need]:
    if machine is None or second is None or pass_mark is None or (machine >= pass_mark) == (second >= pass_mark):
        return []
    points = f"{round(machine)} and {round(second)} points, the pass mark is {pass_mark}"
    return [Need(80, f"The two scorers fall on either side of the pass mark: {points}")]


def _apart(machine: Summary, second: Summary) -> list[Need]:
    gaps = levels_apart(machine, second)
    by_gap = {gap: [rubric.scale(name).title for name in gaps if gaps[name] == gap] for gap in (4, 3, 2)}
    words = [f"by {gap} levels on {' and '.join(titles)}" for gap, titles in by_gap.items() if titles]
    return [Need(55 + 5 * len(gaps), f"The two scorers differ {', '.join(words)}")] if gaps else []


def _not_understood(machine: Summary, second: Scored) -> list[Need]:
    level = machine.levels["explanation"]
    asked, explained = second.key_questions, second.explained
    if level is None or level < CLEAR_LEVEL or not asked or explained is None or 2 * explained >= asked:
        return []
    could = f"a listener could answer {explained} of {asked} key questions"
    return [Need(55, f"{rubric.scale('explanation').title} is at {level}, yet {could}")]


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
