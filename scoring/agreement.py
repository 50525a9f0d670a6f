"""How well two codings agree: exact, within one, kappa, F1, AUC, correlations, each with a bootstrap interval.

Every figure takes `truth` and `given` of equal length and is NaN where it is not defined (one value only, no case).
"""

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Figure = Callable[[ArrayLike, ArrayLike], float]

_NAN = float("nan")


class Interval(NamedTuple):
    """The middle part of a bootstrap distribution."""

    low: float
    high: float


def exact(truth: ArrayLike, given: ArrayLike) -> float:
    """Share of equal codes."""
    one, other = _pair(truth, given)
    return float(np.mean(one == other)) if one.size else _NAN


def within_one(truth: ArrayLike, given: ArrayLike) -> float:
    """Share of levels that lie at most one apart."""
    one, other = _numbers(truth, given)
    return float(np.mean(np.abs(one - other) <= 1)) if one.size else _NAN


def mean_absolute_error(truth: ArrayLike, given: ArrayLike) -> float:
    """Mean distance, in the unit of the scale."""
    one, other = _numbers(truth, given)
    return float(np.mean(np.abs(one - other))) if one.size else _NAN


def weighted_kappa(truth: ArrayLike, given: ArrayLike) -> float:
    """Cohen's kappa with quadratic weights (Cohen 1968); levels are whole numbers."""
    one, other = _numbers(truth, given)
    if not one.size:
        return _NAN
    observed = float(np.mean((one - other) ** 2))
    expected = float(np.mean((one[:, None] - other[None, :]) ** 2)) if one.size <= 2000 else _expected(one, other)
    return 1 - observed / expected if expected else _NAN


def _expected(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Mean squared distance of all pairs, without building them."""
    return float(np.mean(one**2) + np.mean(other**2) - 2 * np.mean(one) * np.mean(other))


def kappa(truth: ArrayLike, given: ArrayLike) -> float:
    """Cohen's kappa, unweighted (Cohen 1960); codes may be names."""
    one, other = _pair(truth, given)
    if not one.size:
        return _NAN
    chance = sum(float(np.mean(one == code)) * float(np.mean(other == code)) for code in np.union1d(one, other))
    return (float(np.mean(one == other)) - chance) / (1 - chance) if chance < 1 else _NAN


def f1_of(code: Hashable) -> Figure:
    """The figure 'F1 of this code': harmonic mean of precision and recall."""

    def figure(truth: ArrayLike, given: ArrayLike) -> float:
        one, other = _pair(truth, given)
        both = int(np.sum((one == code) & (other == code)))
        named = int(np.sum(one == code)) + int(np.sum(other == code))
        return 2 * both / named if named else _NAN

    return figure


def macro_f1(truth: ArrayLike, given: ArrayLike) -> float:
    """Mean F1 over the codes that occur in the truth."""
    one, other = _pair(truth, given)
    return float(np.mean([f1_of(code)(one, other) for code in np.unique(one)])) if one.size else _NAN


def auc(truth: ArrayLike, given: ArrayLike) -> float:
    """Area under the ROC curve: `truth` is true or false, `given` a number; ties count half."""
    one, other = np.asarray(truth).astype(bool), np.asarray(given, dtype=np.float64)
    _same_length(one, other)
    positives, negatives = int(one.sum()), int((~one).sum())
    if not positives or not negatives:
        return _NAN
    above = _ranks(other)[one].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def pearson(truth: ArrayLike, given: ArrayLike) -> float:
    """Linear correlation."""
    one, other = _numbers(truth, given)
    if one.size < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return _NAN
    return float(np.corrcoef(one, other)[0, 1])


def spearman(truth: ArrayLike, given: ArrayLike) -> float:
    """Rank correlation, ties at their mean rank."""
    one, other = _numbers(truth, given)
    return pearson(_ranks(one), _ranks(other)) if one.size else _NAN


def bootstrap(
    figure: Figure,
    truth: ArrayLike,
    given: ArrayLike,
    groups: Sequence[Hashable] | None = None,
    *,
    repeats: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Percentile interval of a figure; whole groups (talks) are drawn, so turns of one talk stay together.

    Draws for which the figure is not defined are left out; NaN when none is.
    """
    one, other = np.asarray(truth), np.asarray(given)
    _same_length(one, other)
    if not one.size:
        return Interval(_NAN, _NAN)
    members = _members(groups if groups is not None else range(one.size))
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(repeats):
        rows = np.concatenate([members[place] for place in random.integers(0, len(members), len(members))])
        drawn.append(figure(one[rows], other[rows]))
    values = np.array([value for value in drawn if not np.isnan(value)])
    if not values.size:
        return Interval(_NAN, _NAN)
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(float(low), float(high))


def _members(groups: Sequence[Hashable]) -> list[NDArray[np.intp]]:
    """Row numbers of each group, groups in the order they first appear."""
    places: dict[Hashable, list[int]] = {}
    for row, group in enumerate(groups):
        places.setdefault(group, []).append(row)
    return [np.array(rows, dtype=np.intp) for rows in places.values()]


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1, ties at their mean."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=np.float64)


def _pair(truth: ArrayLike, given: ArrayLike) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    one, other = np.asarray(truth), np.asarray(given)
    _same_length(one, other)
    return one, other


def _numbers(truth: ArrayLike, given: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    one, other = np.asarray(truth, dtype=np.float64), np.asarray(given, dtype=np.float64)
    _same_length(one, other)
    return one, other


def _same_length(one: NDArray[np.generic], other: NDArray[np.generic]) -> None:
    if one.shape != other.shape:
        raise ValueError(f"{one.size} codes against {other.size}: both codings must cover the same cases")
