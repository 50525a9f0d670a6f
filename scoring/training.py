"""Train the shipped weights from the project's own exemplars: `make train`, a minute. Nothing else trains them.

Each model is cross-validated on the exemplars first, then fitted on all of them. What the models reach on data
labelled by others is measured by `validate`, which trains nothing.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scoring import agreement, difficulty, exemplars
from scoring.moves import heads, moves_by_rule, set_scene
from scoring.moves.likeness import FOUND, fits, unread_in
from scoring.moves.scene import Scene
from scoring.ridge import Floats, Ridge, cross_predict, fit, folds
from scoring.vectors import Vectors, embed


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
    penalty = np.r_[np.full(difficulty.COUNTS, 10.0), np.full(seen.shape[1] - difficulty.COUNTS, 600.0)]
    writer = np.repeat(np.eye(len(files))[:, :-1], [len(file) for file in files], axis=0)
    apart, free = np.hstack([seen, writer]), np.r_[penalty, np.full(writer.shape[1], 0.1)]
    # Neighbours share a passage, or are a hard sentence and its plain version: they are held out together.
    given = cross_predict(apart, rated, free, [str(place // 10) for place in range(len(rows))])[:, 0]
    r, off = agreement.pearson(rated, given), agreement.mean_absolute_error(rated, given)
    model = fit(apart, rated, free).at_zero(writer.shape[1])
    return model, f"n = {len(rows)}, cross-validated Pearson {r:.2f}, mean absolute error {off:.2f}"


def train_turns() -> tuple[Ridge, str]:
    """EPITOME's three levels and the codebook's level of naming, from labelled turns."""
    rows = [row for name in LABELLED_TURNS for row in exemplars.rows(name)]
    seen = np.array([heads.features(scene_of(row)) for row in rows])
    wanted = np.array([heads.targets([int(row[head]) for head in heads.HEADS]) for row in rows])
    given = cross_predict(seen, wanted, _TURNS_PENALTY, [row["heard"] for row in rows])
    figures = []
    for place, head in enumerate(heads.HEADS):
        part = slice(3 * place, 3 * place + 3)
        guessed = (given[:, part] / np.sqrt(wanted[:, part].mean(axis=0))).argmax(axis=1)
        value = agreement.macro_f1([int(row[head]) for row in rows], guessed)
        figures.append(f"{head} {value:.2f}")
    model = fit(seen, wanted, _TURNS_PENALTY)
    return model, f"n = {len(rows)}, cross-validated macro-F1 without the rules: {', '.join(figures)}"


def train_moves() -> tuple[Ridge, str]:
    """What a sentence is like, from turns labelled with their moves and from single sentences (`moves.tsv`)."""
    turns = [row for name in LABELLED_TURNS for row in exemplars.rows(name)]
    said = [row["said"] for row in turns] + [row["sentence"] for row in exemplars.rows("moves")]
    made = [row["moves"].split() for row in turns] + [[row["move"]] for row in exemplars.rows("moves")]
    seen = embed(said)
    wanted = np.array([[float(not alike.taught.isdisjoint(moves)) for alike in FOUND.values()] for moves in made])
    groups = [row["heard"] for row in turns] + said[len(turns) :]
    figures = _precision_of_likeness(turns, seen, wanted, groups)
    return fit(seen, wanted, _MOVES_PENALTY), f"n = {len(said)}, cross-validated {figures}"


def _precision_of_likeness(turns: Sequence[Mapping[str, str]], seen: Vectors, wanted: Floats, groups: list[str]) -> str:
    """Each move's precision and recall on the sentences the rules leave unread; right if the turn makes the move."""
    right, given, there = Counter[str](), Counter[str](), Counter[str]()
    for train, held in folds(groups):
        model = fit(seen[train], wanted[train], _MOVES_PENALTY)
        for place in held[held < len(turns)]:
            scene = scene_of(turns[place])
            for sentence in unread_in(scene, moves_by_rule(scene)):
                row = model.predict(embed([scene.text[sentence.start : sentence.end]]))[0]
                for column, kind in enumerate(FOUND):
                    made, said_so = bool(wanted[place, column]), fits(kind, sentence, row[column])
                    right[kind] += made and said_so
                    given[kind] += said_so
                    there[kind] += made
    return ", ".join(
        f"{kind} precision {right[kind]}/{given[kind]} recall {right[kind]}/{there[kind]}" for kind in FOUND
    )


def scene_of(row: Mapping[str, str]) -> Scene:
    """A labelled turn in its place: what was said, after what the patient had said."""
    return set_scene(row["said"], [] if row["heard"] == "-" else [{"role": "patient", "text": row["heard"]}])


_RATED = ("difficulty", "difficulty_running", "difficulty_reviews", "difficulty_science")
LABELLED_TURNS = ("turns_listening", "turns_written", "turns_clinic")
_TURNS_PENALTY = 8000.0
_MOVES_PENALTY = 3000.0
WEIGHTS = difficulty.WEIGHTS.parent
TRAINERS: Mapping[str, Callable[[], tuple[Ridge, str]]] = {
    "difficulty": train_difficulty,
    "turns": train_turns,
    "moves": train_moves,
}

if __name__ == "__main__":
    main()
