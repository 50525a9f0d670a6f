"""Train the shipped weights from the project's own exemplars: `make train`, a minute. Nothing else trains them.

Each model is cross-validated on the exemplars first, then fitted on all of them. What the models reach on data
labelled by others is measured by `validate`, which trains nothing.
"""

from collections.abc import Callable, Mapping

import numpy as np

from scoring import agreement, difficulty, exemplars
from scoring.ridge import Ridge, cross_predict, fit


def main() -> None:
    """Train and write every model, with a line on each."""
    for name, train in TRAINERS.items():
        model, figures = train()
        model.save(WEIGHTS / f"{name}.npz")
        print(f"{name}: {figures}")


def train_difficulty() -> tuple[Ridge, str]:
    """How hard a sentence is to read, from sentences rated 1-6."""
    rows = exemplars.rows("difficulty")
    seen = np.array([difficulty.features(row["sentence"]) for row in rows])
    rated = np.array([float(row["difficulty"]) for row in rows])
    penalty = np.r_[np.full(difficulty.COUNTS, 30.0), np.full(seen.shape[1] - difficulty.COUNTS, 3000.0)]
    # A hard sentence and its plain version stand beside each other: they are held out together.
    groups = [str(place // 10) for place in range(len(rows))]
    given = cross_predict(seen, rated, penalty, groups)[:, 0]
    r, off = agreement.pearson(rated, given), agreement.mean_absolute_error(rated, given)
    return fit(seen, rated, penalty), f"n = {len(rows)}, cross-validated Pearson {r:.2f}, mean absolute error {off:.2f}"


WEIGHTS = difficulty.WEIGHTS.parent
TRAINERS: Mapping[str, Callable[[], tuple[Ridge, str]]] = {"difficulty": train_difficulty}

if __name__ == "__main__":
    main()
