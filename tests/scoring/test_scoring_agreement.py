"""Agreement figures against values worked out by hand."""

from math import isnan

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
