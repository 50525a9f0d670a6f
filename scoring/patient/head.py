"""A learned second look at a patient's turn: whether a feeling shows, and how strongly.

A ridge model of the project's own over the turn's vector and a few counts, trained by `make train` on utterances
written and labelled for it (`exemplars/patient.tsv`). It adds what the expressions miss, only when it is sure, and
never says which family: among what it adds it would be right about one time in four.
"""

import re
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import Path

import numpy as np

from scoring.ridge import Floats, Ridge
from scoring.vectors import embed
from scoring.words import sentences, words

WEIGHTS = Path(__file__).parents[1] / "weights" / "patient.npz"
COUNTS = 11
SURE = 0.9
"""From here on at least four in five utterances show something, cross-validated: `make train` says how many."""

_FIRST = frozenset(["i", "i'm", "i've", "im", "my", "me", "i'd", "i'll"])
_DENYING = frozenset(["not", "never", "no", "nobody", "nothing"])
_SECOND = frozenset(["you", "your", "you're"])
_THIRD = frozenset(["he", "she", "her", "his", "him", "they"])
_PAST = frozenset(["was", "were", "had", "did"])
_SINCE = frozenset(["still", "just", "anymore", "now", "since", "until"])


@dataclass(frozen=True, slots=True)
class Look:
    """How likely a feeling shows, and how strongly it would: both about 0-1, and not held to it."""

    shows: float
    intensity: float


def look(text: str) -> Look:
    """The model's reading of a turn, or of a sentence of it."""
    shows, intensity = map(float, _model().predict(features(text)[None])[0])
    return Look(shows, intensity)


def features(text: str) -> Floats:
    """Shape (523,): the vector of the text, and counts of what it is made of."""
    said = words(text)
    many = max(1, len(said))
    shares = [sum(word in kind for word in said) / many for kind in (_FIRST, _DENYING, _SECOND, _THIRD, _PAST)]
    counts = [
        log(many),
        *shares,
        sum(word.endswith("n't") for word in said) / many,
        float(not _SINCE.isdisjoint(said)),
        float("?" in text),
        float("!" in text),
        float(bool(re.search(r"\d", text))),
    ]
    return np.concatenate([embed([text])[0].astype(np.float64), counts])


def targets(kind: str, intensity: float) -> list[float]:
    """What the model learns of a labelled utterance: shape (2,), in the order `look` reads it."""
    return [float(kind != "none"), intensity]


def strongest_sentence(text: str) -> tuple[int, int]:
    """The characters of the sentence that shows most."""
    best = max(sentences(text), key=lambda one: (look(one.text).shows, -one.start))
    return best.start, best.end


@cache
def _model() -> Ridge:
    return Ridge.load(WEIGHTS)
