"""How well codings agree: exact, within one, kappa, F1, AUC, correlations, each with a bootstrap interval.

A figure takes `truth` and `given` of equal length; `alpha` and `icc` take a table of several coders. All are NaN where
they are not defined (one value only, no case). The tests hold them to scikit-learn, SciPy, krippendorff and pingouin.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Literal, NamedTuple

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


def weighted_kappa(
    truth: ArrayLike, given: ArrayLike, *, weights: Literal["linear", "quadratic"] = "quadratic"
) -> float:
    """Cohen's kappa with weights by distance (Cohen 1968); levels are whole numbers."""
    one, other = _numbers(truth, given)
    if not one.size:
        return _NAN
    power = 1 if weights == "linear" else 2
    observed = float(np.mean(np.abs(one - other) ** power))
    (left, lefts), (right, rights) = (np.unique(codes, return_counts=True) for codes in (one, other))
    expected = float(lefts @ (np.abs(left[:, None] - right[None, :]) ** power) @ rights) / one.size**2
    return 1 - observed / expected if expected else _NAN


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


def alpha(
    ratings: Sequence[Sequence[Hashable]], measured: Literal["nominal", "ordinal", "interval"] = "nominal"
) -> float:
    """Krippendorff's alpha of several coders, by coincidences (Krippendorff 2011; Hayes & Krippendorff 2007).

    Args:
        ratings: one row a coder, one column a unit; None or NaN where a coder has not coded a unit. Units with fewer
            than two codes say nothing and are left out.
        measured: how far apart two codes are: different or not, by the ranks between them, or by their distance.

    Raises:
        ValueError: rows of unequal length.
    """
    counts, codes = _codes_by_unit(ratings)
    coded = counts.sum(axis=1)
    if not codes or not coded.size:
        return _NAN
    coincidences = counts.T @ (counts / (coded - 1)[:, None]) - np.diag((counts / (coded - 1)[:, None]).sum(axis=0))
    each = coincidences.sum(axis=1)
    apart = _distances(codes, each, measured)
    expected = float(each @ apart @ each) / (each.sum() - 1)
    return 1 - float((coincidences * apart).sum()) / expected if expected else _NAN


def icc(ratings: ArrayLike, raters: Literal["random", "fixed"] = "random") -> float:
    """Intraclass correlation of a single rating in a two-way design (Shrout & Fleiss 1979).

    Args:
        ratings: one row a target, one column a rater; complete.
        raters: "random": ICC(2,1), raters drawn from many, absolute agreement; "fixed": ICC(3,1), these raters
            only, consistency, so that a rater who is always two higher costs nothing.

    Raises:
        ValueError: not a table, or a rating is missing.
    """
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2 or np.isnan(table).any():
        raise ValueError("ratings must be a complete table of targets by raters")
    n, k = table.shape
    if n < 2 or k < 2:
        return _NAN
    whole, by_target, by_rater = table.mean(), table.mean(axis=1), table.mean(axis=0)
    targets = k * float(((by_target - whole) ** 2).sum()) / (n - 1)
    between = n * float(((by_rater - whole) ** 2).sum()) / (k - 1)
    rest = table - by_target[:, None] - by_rater[None, :] + whole
    error = float((rest**2).sum()) / ((n - 1) * (k - 1))
    spread = targets + (k - 1) * error + (k * (between - error) / n if raters == "random" else 0.0)
    return (targets - error) / spread if spread else _NAN


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
    return _middle([figure(one[rows], other[rows]) for rows in _draws(one.size, groups, repeats, seed)], level)


def bootstrap_difference(
    figure: Figure,
    truth: ArrayLike,
    given: ArrayLike,
    rival: ArrayLike,
    groups: Sequence[Hashable] | None = None,
    *,
    repeats: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Percentile interval of figure(given) - figure(rival), both taken on the same draws of whole groups."""
    one, other, third = np.asarray(truth), np.asarray(given), np.asarray(rival)
    _same_length(one, other)
    _same_length(one, third)
    draws = _draws(one.size, groups, repeats, seed)
    return _middle([figure(one[rows], other[rows]) - figure(one[rows], third[rows]) for rows in draws], level)


def _draws(size: int, groups: Sequence[Hashable] | None, repeats: int, seed: int) -> Iterator[NDArray[np.intp]]:
    """Row numbers of each draw: as many groups as there are, with replacement. The same seed, the same draws."""
    if not size:
        return
    members = _members(groups if groups is not None else range(size))
    random = np.random.default_rng(seed)
    for _ in range(repeats):
        yield np.concatenate([members[place] for place in random.integers(0, len(members), len(members))])


def _middle(drawn: Sequence[float], level: float) -> Interval:
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


def _codes_by_unit(ratings: Sequence[Sequence[Hashable]]) -> tuple[NDArray[np.float64], list[Hashable]]:
    """How often each unit got each code, units with two codes or more; and the codes in their order."""
    units = [[code for code in unit if not _is_missing(code)] for unit in zip(*ratings, strict=True)]
    units = [unit for unit in units if len(unit) >= 2]
    codes = sorted({code for unit in units for code in unit})
    place = {code: number for number, code in enumerate(codes)}
    counts = np.zeros((len(units), len(codes)))
    for row, unit in enumerate(units):
        for code in unit:
            counts[row, place[code]] += 1
    return counts, codes


def _is_missing(code: Hashable) -> bool:
    return code is None or code != code


def _distances(
    codes: Sequence[Hashable], each: NDArray[np.float64], measured: Literal["nominal", "ordinal", "interval"]
) -> NDArray[np.float64]:
    """Squared distance of every pair of codes; `each` = how often each code was paired."""
    if measured == "nominal":
        return 1 - np.eye(len(codes))
    # ordinal: all codes that lie between two, and half of the two themselves
    line = np.cumsum(each) - each / 2 if measured == "ordinal" else np.array(codes, dtype=np.float64)
    return np.asarray((line[:, None] - line[None, :]) ** 2)


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
