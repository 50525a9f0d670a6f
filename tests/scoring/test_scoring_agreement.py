"""Agreement figures against values worked out by hand, of other tools, and of published worked examples."""

from functools import partial
from math import isnan
from typing import Literal

import numpy as np
import pytest

from scoring import agreement


def test_exact_and_within_one_count_levels() -> None:
    truth, given = [0, 1, 2, 4], [0, 2, 4, 4]

    assert (agreement.exact(truth, given), agreement.within_one(truth, given)) == (0.5, 0.75)


def test_mean_absolute_error_is_in_the_unit_of_the_scale() -> None:
    assert agreement.mean_absolute_error([1.0, 2.0, 3.0], [1.0, 3.0, 5.0]) == 1.0


def test_weighted_kappa_by_hand() -> None:
    # observed mean squared distance 1/4; of all 16 pairs, row by row: (6 + 2 + 6 + 6) / 16
    assert agreement.weighted_kappa([0, 1, 2, 2], [0, 1, 2, 1]) == pytest.approx(1 - 0.25 / (20 / 16))


def test_weighted_kappa_is_one_for_equal_and_zero_for_a_constant_guess() -> None:
    assert agreement.weighted_kappa([0, 1, 2], [0, 1, 2]) == 1.0
    assert agreement.weighted_kappa([0, 0, 2, 2], [1, 1, 1, 1]) == 0.0


def test_weighted_kappa_of_many_codes_equals_that_of_few() -> None:
    truth, given = [0, 1, 2, 2], [0, 1, 2, 1]

    assert agreement.weighted_kappa(truth * 600, given * 600) == pytest.approx(agreement.weighted_kappa(truth, given))


def test_kappa_by_hand() -> None:
    # 3 of 4 agree; chance = 1/2 x 1/2 + 1/2 x 1/4 + 0 x 1/4 ... with codes a, b: .5*.75 + .5*.25 = .5
    assert agreement.kappa(["a", "a", "b", "b"], ["a", "a", "b", "a"]) == pytest.approx((0.75 - 0.5) / 0.5)


def test_macro_f1_by_hand() -> None:
    # a: 2 found of 2, 3 given: 4/5; b: 1 found of 2, 1 given: 2/3
    assert agreement.macro_f1(["a", "a", "b", "b"], ["a", "a", "b", "a"]) == pytest.approx((0.8 + 2 / 3) / 2)


def test_auc_counts_ties_half() -> None:
    # pairs: .9>.1, .9>.5, .5>.1, .5=.5
    assert agreement.auc([True, True, False, False], [0.9, 0.5, 0.1, 0.5]) == 3.5 / 4


def test_correlations_by_hand() -> None:
    assert agreement.pearson([1, 2, 3], [2, 4, 6]) == pytest.approx(1.0)
    assert agreement.spearman([1, 2, 3, 4], [1, 2, 4, 3]) == pytest.approx(0.8)
    assert agreement.spearman([1, 2, 2, 3], [1, 2, 2, 3]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "value",
    [
        agreement.pearson([1, 1], [1, 2]),
        agreement.auc([True, True], [1, 2]),
        agreement.exact([], []),
        agreement.weighted_kappa([1, 1], [1, 1]),
        agreement.f1_of("a")(["b"], ["b"]),
    ],
)
def test_what_is_not_defined_is_nan(value: float) -> None:
    assert isnan(value)


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="3 codes against 2"):
        agreement.exact([1, 2, 3], [1, 2])


def test_the_bootstrap_is_the_same_twice_and_holds_the_figure() -> None:
    truth, given = [0, 1] * 20, [0, 1, 1, 1] * 10
    once = agreement.bootstrap(agreement.exact, truth, given, repeats=200)

    assert once == agreement.bootstrap(agreement.exact, truth, given, repeats=200)
    assert once.low < agreement.exact(truth, given) < once.high


def test_the_bootstrap_draws_whole_groups() -> None:
    """With one group every draw is the whole, so the interval has no width."""
    truth, given = [0, 1, 1, 0], [0, 1, 0, 0]

    assert agreement.bootstrap(agreement.exact, truth, given, ["talk"] * 4, repeats=50) == (0.75, 0.75)


# Reference values, computed once with scikit-learn 1.9.1, SciPy 1.17.1, krippendorff 0.9.0 and pingouin 0.7.0.

LEVELS = (
    [4, 1, 1, 2, 4, 0, 1, 2, 1, 2, 1, 0, 0, 0, 3, 4, 4, 3, 4, 2, 2, 3, 2, 1, 3, 1, 2, 0, 1, 0],
    [4, 2, 2, 3, 4, 0, 2, 1, 1, 1, 0, 0, 0, 0, 4, 4, 4, 2, 4, 3, 1, 3, 2, 1, 3, 0, 3, 1, 0, 0],
)
NAMES = (list("aattaaatnnantnaaantattta"), list("nattaattnnantnatantantta"))
SHARES = (
    [1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 1, 1],
    [11, 7, 6, 9, 9, 5, 11, 9, 11, 9, 7, 4, 3, 8, 1, 5, 2, 2, 4, 3, 12, 0, 9, 9, 10],
)
LENGTHS = (
    [2.3, 1.3, 4.8, 3.4, 2.0, 2.9, 1.4, 2.9, 3.9, 1.1, 3.9, 3.8, 2.7, 3.1, 2.7, 2.6, 1.1, 4.6, 2.3, 3.1],
    [1.2, 1.2, 3.4, 1.0, 1.6, 1.5, -0.0, 3.0, 3.5, -0.2, 2.0, 1.3, 0.5, 0.9, 2.2, 0.1, -0.8, 3.0, 0.7, 3.1],
)


@pytest.mark.parametrize(
    ("figure", "codings", "reference"),
    [
        (agreement.kappa, LEVELS, 0.37413073713490963),  # sklearn cohen_kappa_score
        (partial(agreement.weighted_kappa, weights="linear"), LEVELS, 0.6883656509695291),
        (agreement.weighted_kappa, LEVELS, 0.8760330578512396),  # weights="quadratic"
        (agreement.macro_f1, LEVELS, 0.5040404040404041),  # sklearn f1_score(average="macro")
        (agreement.f1_of(2), LEVELS, 0.16666666666666666),
        (agreement.kappa, NAMES, 0.7480314960629921),
        (agreement.macro_f1, NAMES, 0.8329893360853112),
        (agreement.auc, SHARES, 0.8397435897435898),  # sklearn roc_auc_score
        (agreement.pearson, LENGTHS, 0.742296751029429),  # scipy pearsonr
        (agreement.spearman, LENGTHS, 0.7202119806132715),  # scipy spearmanr
    ],
)
def test_figures_equal_those_of_scikit_learn_and_scipy(
    figure: agreement.Figure, codings: tuple[list[float], list[float]], reference: float
) -> None:
    assert figure(*codings) == pytest.approx(reference, abs=1e-12)


NOT_CODED = None
FOUR_CODERS = (  # Krippendorff 2011, "Computing Krippendorff's alpha-reliability": four coders, twelve units
    (1, 2, 3, 3, 2, 1, 4, 1, 2, NOT_CODED, NOT_CODED, NOT_CODED),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NOT_CODED, 3),
    (NOT_CODED, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NOT_CODED),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NOT_CODED),
)


@pytest.mark.parametrize(
    ("measured", "reference"),
    [("nominal", 0.743421052631579), ("ordinal", 0.8153875037548814), ("interval", 0.8491071428571428)],
)
def test_alpha_of_the_worked_example_with_missing_codes(
    measured: Literal["nominal", "ordinal", "interval"], reference: float
) -> None:
    """Published as .743, .815 and .849; the further digits are krippendorff's."""
    assert agreement.alpha(FOUR_CODERS, measured) == pytest.approx(reference, abs=1e-12)


def test_alpha_takes_names_and_nan_for_a_missing_code() -> None:
    named = [
        [{1: "a", 2: "b", 3: "c", 4: "d", 5: "e"}.get(code or 0, float("nan")) for code in row] for row in FOUR_CODERS
    ]

    assert agreement.alpha(named) == pytest.approx(0.743421052631579, abs=1e-12)


SIX_TARGETS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
"""Shrout & Fleiss 1979, table 2: six targets, four judges."""


@pytest.mark.parametrize(("raters", "reference"), [("random", 0.28976377952755916), ("fixed", 0.7148407148407154)])
def test_icc_of_shrout_and_fleiss(raters: Literal["random", "fixed"], reference: float) -> None:
    """Published as .29 and .71; the further digits are pingouin's."""
    assert agreement.icc(SIX_TARGETS, raters) == pytest.approx(reference, abs=1e-12)


def test_alpha_and_icc_are_nan_where_they_are_not_defined() -> None:
    assert isnan(agreement.alpha([[1, None], [None, 2]]))
    assert isnan(agreement.alpha([[1, 1], [1, 1]]))
    assert isnan(agreement.icc([[1, 2]]))


def test_icc_refuses_a_table_with_a_gap() -> None:
    with pytest.raises(ValueError, match="complete table"):
        agreement.icc([[1.0, 2.0], [float("nan"), 2.0]])


def test_the_difference_of_a_coding_to_itself_is_nothing() -> None:
    assert agreement.bootstrap_difference(agreement.exact, *LEVELS, LEVELS[1], repeats=50) == (0.0, 0.0)


def talks(random: np.random.Generator, of: int = 40, turns: int = 5) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Two codings that are each right in 70 % of turns, each all right or all wrong within a talk."""
    right = np.repeat(random.random((2, of)) < 0.7, turns, axis=1)
    return [number for number in range(of) for _ in range(turns)], right[0], right[1]


@pytest.fixture(scope="module")
def covered() -> dict[str, float]:
    """In how many of 300 simulated studies the interval holds what is true of all talks."""
    random = np.random.default_rng(7)
    held = {"by talk": 0, "by turn": 0, "difference": 0}
    for _ in range(300):
        groups, one, other = talks(random)
        truth = np.ones_like(one)
        by_talk = agreement.bootstrap(agreement.exact, truth, one, groups, repeats=200)
        by_turn = agreement.bootstrap(agreement.exact, truth, one, repeats=200)
        apart = agreement.bootstrap_difference(agreement.exact, truth, one, other, groups, repeats=200)
        held["by talk"] += by_talk.low <= 0.7 <= by_talk.high
        held["by turn"] += by_turn.low <= 0.7 <= by_turn.high
        held["difference"] += apart.low <= 0.0 <= apart.high
    return {name: count / 300 for name, count in held.items()}


def test_an_interval_by_talk_holds_the_truth_about_as_often_as_it_says(covered: dict[str, float]) -> None:
    assert 0.91 <= covered["by talk"] <= 0.98
    assert 0.91 <= covered["difference"] <= 0.98


def test_an_interval_by_turn_would_be_far_too_narrow(covered: dict[str, float]) -> None:
    assert covered["by turn"] < 0.75
