"""What a class's talks say about what to teach next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from personas.vocabulary import ScaleName
from scoring import rubric
from scoring.scorecard import SCALE_NAMES, Summary

WEAK_LEVEL = 1
"""A level up to which a scale wants teaching: below it the skill was seen only now and then."""
FEWEST = 3
"""From so many talks on, something is said of the class and not of one or two of its students."""


class Spread(NamedTuple):
    """How a class did on one scale: how many talks reached each level, 0-4, and in how many it was not observed."""

    scale: ScaleName
    levels: tuple[int, int, int, int, int]
    not_observed: int

    @property
    def weak(self) -> int:
        """How many stayed at `WEAK_LEVEL` or below."""
        return sum(self.levels[: WEAK_LEVEL + 1])

    @property
    def observed(self) -> int:
        """In how many it could be observed."""
        return sum(self.levels)

    @property
    def mean(self) -> float:
        """The mean level of those that could be observed; there has to be one."""
        return sum(level * talks for level, talks in enumerate(self.levels)) / self.observed


def spreads(cards: Sequence[Summary]) -> tuple[Spread, ...]:
    """How these talks did on each scale."""
    found = []
    for name in SCALE_NAMES:
        counted = Counter(card.levels[name] for card in cards)
        levels = (counted[0], counted[1], counted[2], counted[3], counted[4])
        found.append(Spread(name, levels, counted[None]))
    return tuple(found)


def teach_next(cards: Sequence[Summary], changes: Iterable[Sequence[dict[str, Any]]]) -> str | None:
    """One line for an educator: the weakest scale, and what most often cost trust. None for a handful of talks."""
    weakest = max(
        (spread for spread in spreads(cards) if spread.observed >= FEWEST),
        key=lambda spread: (spread.weak / spread.observed, -spread.mean),
        default=None,
    )
    if weakest is None:
        return None
    title = rubric.scale(weakest.scale).title
    if weakest.weak:
        line = f"{title}: {weakest.weak} of {weakest.observed} talks stayed at level {WEAK_LEVEL} or below."
    else:
        line = f"No scale stands out: in {title.lower()}, the weakest, all reached level {WEAK_LEVEL + 1} or more."
    cost = what_costs_trust(changes)
    return line if cost is None else f"{line} Trust fell most often with this: “{cost}”"


def what_costs_trust(changes: Iterable[Sequence[dict[str, Any]]]) -> str | None:
    """The reason for which trust fell most often over many turns, as the feedback words it."""
    reasons = Counter(
        str(change["why"]) for turn in changes for change in turn if change["what"] == "trust" and change["by"] < 0
    )
    return reasons.most_common(1)[0][0].rstrip(".") + "." if reasons else None
