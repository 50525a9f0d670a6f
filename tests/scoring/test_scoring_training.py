"""The shipped weights are what the exemplars give: nobody else trained them, and none is stale."""

import numpy as np
import pytest

from scoring.ridge import Ridge
from scoring.training import TRAINERS, WEIGHTS


@pytest.mark.parametrize("name", TRAINERS)
def test_the_shipped_weights_are_what_the_exemplars_give(name: str) -> None:
    model, _ = TRAINERS[name]()
    shipped = Ridge.load(WEIGHTS / f"{name}.npz")
    for part in ("mean", "spread", "weights", "intercept"):
        assert np.allclose(getattr(shipped, part), getattr(model, part), rtol=1e-3, atol=1e-4), part


def test_no_weights_are_shipped_that_nothing_trains() -> None:
    assert {path.stem for path in WEIGHTS.iterdir()} == set(TRAINERS)
