"""Train the shipped weights from the project's own exemplars: `make train`, a minute. Nothing else trains them.

Each model is cross-validated on the exemplars first, then fitted on all of them. What the models reach on data
labelled by others is measured by `validate`, which trains nothing.
"""

from collections.abc import Callable, Mapping

import numpy as np

from scoring import agreement, difficulty, exemplars
from scoring.patient import head
from scoring.ridge import Ridge, cross_predict, fit
from scoring.words import sentences


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


def train_patient() -> tuple[Ridge, str]:
    """Whether a feeling shows in what a patient says, and how strongly. Where nothing shows, no sentence shows it."""
    rows = exemplars.rows("patient")
    texts = [(place, row["said"]) for place, row in enumerate(rows)]
    for place, row in enumerate(rows):
        parts = sentences(row["said"]) if row["kind"] == "none" else []
        texts += [(place, part.text) for part in parts if len(parts) > 1]
    seen = np.array([head.features(text) for _, text in texts])
    wanted = np.array([head.targets(rows[at]["kind"], float(rows[at]["intensity"])) for at, _ in texts])
    penalty = np.r_[np.full(seen.shape[1] - head.COUNTS, 1000.0), np.full(head.COUNTS, 200.0)]
    shows = cross_predict(seen, wanted, penalty, [str(at) for at, _ in texts])[: len(rows), 0]
    truth = wanted[: len(rows), 0] > 0
    right, sure = int(truth[shows > head.SURE].sum()), int((shows > head.SURE).sum())
    figures = (
        f"n = {len(rows)}, cross-validated AUC {agreement.auc(truth, shows):.2f}, right {right} of {sure} when sure"
    )
    return fit(seen, wanted, penalty), figures


WEIGHTS = difficulty.WEIGHTS.parent
TRAINERS: Mapping[str, Callable[[], tuple[Ridge, str]]] = {
    "difficulty": train_difficulty,
    "patient": train_patient,
}

if __name__ == "__main__":
    main()
