"""A second reading of a whole turn beside the rules: ridge models over sentence vectors, trained on labelled turns.

The rules lead: they know whose feeling it is, what is denied and what is asked. The heads see what no list of words
holds ("that has knocked the floor out from under you") and break ties. Trained by `make train` on
`exemplars/turns_*.tsv`, whose columns are EPITOME's (Sharma et al. 2020) and the codebook's of emotion naming.

How much a rule weighs beside a head and how strongly the weights are held were chosen on EPITOME's developer part,
from five weights (0-1) and two penalties; other features were tried there and brought nothing. The weights themselves
are fitted to the project's own turns alone.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from scoring.moves.scene import Scene
from scoring.names import without_addresses
from scoring.ridge import Floats, Ridge
from scoring.vectors import embed

Level = Literal[0, 1, 2]
Head = Literal["reaction", "interpretation", "exploration", "naming"]

WEIGHTS = Path(__file__).parents[1] / "weights" / "turns.npz"
HEADS: tuple[Head, ...] = ("reaction", "interpretation", "exploration", "naming")
LEVELS: tuple[Level, ...] = (0, 1, 2)

_FILLERS = re.compile(
    r"(?:^|(?<=[.!?…]\s))\s*"
    r"(?:(?:er+m?|u[hm]+|h?mm+)(?:[,.…]+\s*|\s+|$)"
    r"|(?:so,? yeah|yeah,? so|you know|i mean|well|so|right|anyway|anyhow)(?:[,.…]+\s*|\s*$))+",
    re.IGNORECASE,
)
"""A word needs a comma or a stop behind it: "so you are worried" begins with one that belongs to it."""

_RULE = 0.5  # what a rule's level weighs beside the head's scores, which sum to one


def features(scene: Scene) -> Floats:
    """What the heads see of a turn, shape (1024,): its vector, then the mean of its sentences' vectors.

    What is not the clinician's own is not read, nor are fillers and the name of the one who is spoken to: they say
    nothing, and yet would move a vector.
    """
    own = [without_fillers(scene.text[sentence.start : sentence.end]) for sentence in scene.own]
    kept = [f"{said}{sentence.mark}" for said, sentence in zip(own, scene.own, strict=True)]
    whole = " ".join(kept) if scene.mute else without_fillers(scene.text)
    return np.concatenate([embed([whole])[0], embed(own or [""]).mean(axis=0)]).astype(np.float64)


def without_fillers(text: str) -> str:
    """The text without "er", "you know", "so, yeah" and their kin where they begin a sentence or are one."""
    return _FILLERS.sub("", without_addresses(text)).strip() or text.strip()


def targets(labels: Sequence[int]) -> Floats:
    """The levels of one turn, one a head, as what the model is fitted to, shape (12,): one place a level."""
    return np.concatenate([np.eye(len(LEVELS))[level] for level in labels])


def scores(head: Head, scene: Scene) -> Floats:
    """How much a turn looks like each level, shape (3,); they sum to one, each may lie a little outside 0-1."""
    return _part(head, _model().predict(features(scene)[None, :])[0])


def settled(head: Head, by_rule: Level, scene: Scene) -> Level:
    """The level that rule and head together make most likely.

    Each is divided by the root of the level's share among the exemplars, so that rare levels are not lost.
    """
    if not scene.own:
        return 0
    weighed = scores(head, scene)
    weighed[by_rule] += _RULE
    return LEVELS[int(np.argmax(weighed / np.sqrt(_part(head, _model().intercept))))]


def _part(head: Head, values: Floats) -> Floats:
    start = HEADS.index(head) * len(LEVELS)
    return values[start : start + len(LEVELS)].copy()


@cache
def _model() -> Ridge:
    return Ridge.load(WEIGHTS)
