"""Where a value stands between two levels: the fractional level and its score."""

from collections.abc import Sequence

from scoring.scorecard import ScaleResult

Level = int
"""0-4."""

_HELD = 0.9
"""A level held down by a cap or a missing condition starts this far up its own range."""


def place(level: Level, value: float, floors: Sequence[float], top: float) -> float:
    """The fractional level, 0-4; the whole level nearest to it is `level`, and it grows with `value`.

    `floors[n]` is the value where level n begins by count alone, `top` the highest value there is.
    Level n reaches from n - 0.5 (0 for level 0) up to n + 0.5 (4 for level 4). A value beyond the
    level's own range (held by a cap, or lifted by an exception) stays in the last or first tenth.
    """
    low = floors[level]
    high = floors[level + 1] if level < len(floors) - 1 else top
    if value < low:
        share = (1 - _HELD) * max(0.0, value) / low
    elif value >= high and high < top:
        share = _HELD + (0.99 - _HELD) * min(1.0, (value - high) / (top - high))
    else:
        lifted = 1 - _HELD if low > 0 else 0.0
        share = lifted + (_HELD - lifted) * min(1.0, (value - low) / (high - low))
    if level == len(floors) - 1:
        share = min(1.0, share / _HELD)
    begins = 0.0 if level == 0 else level - 0.5
    width = 0.5 if level in (0, len(floors) - 1) else 1.0
    return begins + width * share


def score_of(fraction: float) -> float:
    """0-100: 25 times the fractional level."""
    return round(25 * fraction, 2)


def overall_of(scales: Sequence[ScaleResult]) -> float | None:
    """The mean score of the observed scales; None below three, where a mean would say little."""
    scores = [scale.score for scale in scales if scale.score is not None]
    return round(sum(scores) / len(scores), 2) if len(scores) >= 3 else None
