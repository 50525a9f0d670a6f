"""Ridge regression in closed form: the only fitting the project does, a few lines anyone can check.

Fitting is deterministic: the same features and targets give the same weights.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ridge:
    """A linear model of standardised features: shapes (f,), (f,), (f, t) and (t,) for f features and t targets."""

    mean: Floats
    spread: Floats
    weights: Floats
    intercept: Floats

    def predict(self, features: ArrayLike) -> Floats:
        """Features of shape (n, f) -> predictions of shape (n, t)."""
        return ((np.asarray(features, dtype=np.float64) - self.mean) / self.spread) @ self.weights + self.intercept

    def at_zero(self, last: int) -> "Ridge":
        """The same model without its last features, taken as 0."""
        told = (-self.mean[-last:] / self.spread[-last:]) @ self.weights[-last:]
        return Ridge(self.mean[:-last], self.spread[:-last], self.weights[:-last], self.intercept + told)

    def save(self, path: Path) -> None:
        """Write the model as `.npz`, in half the digits: more than its errors deserve."""
        half = [np.asarray(part, dtype=np.float32) for part in (self.mean, self.spread, self.weights, self.intercept)]
        np.savez(path, mean=half[0], spread=half[1], weights=half[2], intercept=half[3])

    @classmethod
    def load(cls, path: Path) -> "Ridge":
        """Read what `save` wrote.

        Raises:
            OSError: the file is missing; `make train` writes it.
        """
        with np.load(path, allow_pickle=False) as stored:
            return cls(**{name: stored[name].astype(np.float64) for name in cls.__annotations__})


def fit(features: ArrayLike, targets: ArrayLike, penalty: ArrayLike) -> Ridge:
    """Least squares with a penalty on the weights (Hoerl & Kennard 1970); the intercept is free.

    Args:
        features: shape (n, f); they are standardised here.
        targets: shape (n,) or (n, t).
        penalty: of the squared weights, one for all or shape (f,).
    """
    x, y = _table(features), _table(targets)
    mean, intercept, spread = x.mean(axis=0), y.mean(axis=0), x.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = (x - mean) / spread
    held = np.diag(np.broadcast_to(np.asarray(penalty, dtype=np.float64), x.shape[1]))
    return Ridge(mean, spread, np.linalg.solve(scaled.T @ scaled + held, scaled.T @ (y - intercept)), intercept)


def _table(values: ArrayLike) -> Floats:
    """Shape (n,) -> (n, 1); (n, f) stays."""
    array = np.asarray(values, dtype=np.float64)
    return array[:, None] if array.ndim == 1 else array


def folds(groups: Sequence[str], count: int = 5) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """(train, test) rows of a cross-validation that keeps each group on one side, groups dealt out in turn."""
    order = {group: place % count for place, group in enumerate(dict.fromkeys(groups))}
    fold = np.array([order[group] for group in groups])
    for held in range(count):
        yield np.flatnonzero(fold != held), np.flatnonzero(fold == held)


def cross_predict(features: ArrayLike, targets: ArrayLike, penalty: ArrayLike, groups: Sequence[str]) -> Floats:
    """Out-of-fold predictions, shape (n, t): each row by a model that saw none of its group."""
    x, y = _table(features), _table(targets)
    given = np.zeros_like(y)
    for train, test in folds(groups):
        given[test] = fit(x[train], y[train], penalty).predict(x[test])
    return given
