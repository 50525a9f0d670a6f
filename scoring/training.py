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
    """How hard a sentence is to read, from sentences rated 1-6.

    Each file was rated by another writer, who uses the scale a little differently: a level of its own for each file is
    fitted with the rest, and the model speaks at the last one's.
    """
    files = [exemplars.rows(name) for name in _RATED]
    rows = [row for file in files for row in file]
    seen = np.array([difficulty.features(row["sentence"]) for row in rows])
    rated = np.array([float(row["difficulty"]) for row in rows])
    penalty = np.r_[np.full(difficulty.COUNTS, 30.0), np.full(seen.shape[1] - difficulty.COUNTS, 300.0)]
    writer = np.repeat(np.eye(len(files))[:, :-1], [len(file) for file in files], axis=0)
    apart, free = np.hstack([seen, writer]), np.r_[penalty, np.full(writer.shape[1], 0.1)]
    # Neighbours share a passage, or are a hard sentence and its plain version: they are held out together.
    given = cross_predict(apart, rated, free, [str(place // 10) for place in range(len(rows))])[:, 0]
    r, off = agreement.pearson(rated, given), agreement.mean_absolute_error(rated, given)
    model = fit(apart, rated, free).at_zero(writer.shape[1])
    return model, f"n = {len(rows)}, cross-validated Pearson {r:.2f}, mean absolute error {off:.2f}"


_RATED = ("difficulty", "difficulty_running", "difficulty_reviews", "difficulty_science")
WEIGHTS = difficulty.WEIGHTS.parent
TRAINERS: Mapping[str, Callable[[], tuple[Ridge, str]]] = {"difficulty": train_difficulty}

if __name__ == "__main__":
    main()
