"""Ridge regression: closed form, deterministic, kept and read again."""

from pathlib import Path

import numpy as np

from scoring.ridge import Ridge, cross_predict, fit, folds

RANDOM = np.random.default_rng(5)
FEATURES = RANDOM.normal(size=(60, 3))
TARGETS = FEATURES @ [2.0, -1.0, 0.0] + 4.0


def test_without_a_penalty_it_is_least_squares() -> None:
    assert np.allclose(fit(FEATURES, TARGETS, 0.0).predict(FEATURES)[:, 0], TARGETS)


def test_an_endless_penalty_leaves_the_mean() -> None:
    assert np.allclose(fit(FEATURES, TARGETS, 1e12).predict(FEATURES)[:, 0], TARGETS.mean())


def test_a_penalty_of_its_own_silences_one_feature() -> None:
    model = fit(FEATURES, TARGETS, [0.0, 1e12, 0.0])
    assert abs(float(model.weights[1, 0])) < 1e-6 < abs(float(model.weights[0, 0]))


def test_a_constant_feature_does_no_harm() -> None:
    padded = np.c_[FEATURES, np.ones(60)]
    given = fit(padded, TARGETS, 1.0).predict(padded)
    assert np.allclose(given, fit(FEATURES, TARGETS, 1.0).predict(FEATURES))


def test_what_was_kept_predicts_the_same(tmp_path: Path) -> None:
    model = fit(FEATURES, TARGETS, 1.0)
    model.save(tmp_path / "model.npz")
    assert np.allclose(Ridge.load(tmp_path / "model.npz").predict(FEATURES), model.predict(FEATURES), atol=1e-5)


def test_features_may_be_left_out_as_nought() -> None:
    model = fit(FEATURES, TARGETS, 1.0)
    with_nought = np.c_[FEATURES[:, :1], np.zeros((60, 2))]
    assert np.allclose(model.at_zero(2).predict(FEATURES[:, :1]), model.predict(with_nought))


def test_each_group_stands_on_one_side_of_every_fold() -> None:
    groups = [str(place // 4) for place in range(40)]
    for train, test in folds(groups):
        assert not {groups[row] for row in train} & {groups[row] for row in test}
    assert sorted(row for _, test in folds(groups) for row in test) == list(range(40))


def test_a_cross_prediction_knows_nothing_of_its_own_group() -> None:
    noise = RANDOM.normal(size=(60, 1))
    given = cross_predict(RANDOM.normal(size=(60, 40)), noise, 1e-6, [str(row) for row in range(60)])
    assert abs(np.corrcoef(given[:, 0], noise[:, 0])[0, 1]) < 0.4
