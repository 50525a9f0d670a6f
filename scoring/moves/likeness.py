"""The second signal: a sentence no rule recognised is read by the written examples it is nearest to."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import cast, get_args

import numpy as np

from personas.vocabulary import MoveKind
from scoring.moves.scene import Scene, move
from scoring.moves.sentences import Sentence
from scoring.reading import Move
from scoring.vectors import Vectors, embed

_FILE = Path(__file__).parents[1] / "exemplars" / "moves.tsv"
_FEWEST_WORDS, _MOST_WORDS = 5, 40
_NEAR = 0.6  # cosine to the nearest example of a move
_NEAR_HARSH = 0.75  # and for what costs a student most: 'you have been kept waiting' lies at 0.6 from a reproach
_CLEAR = 0.06  # how much nearer it must be than to any example of another move, or of none
_DENIALS = frozenset({"not", "no", "never", "nothing", "nobody", "none", "without", "nor"})
_HARSH: frozenset[MoveKind] = frozenset({"blames", "dismisses"})
_QUESTIONS: frozenset[MoveKind] = frozenset(
    {"asks_permission", "teach_back", "checks_specific", "elicits_concerns", "elicits_ideas", "asks_prior_knowledge"}
)


def likenesses_in(scene: Scene, found: Sequence[Move]) -> list[Move]:
    """Moves of the sentences in which the rules found nothing that matters, by nearness to the written examples.

    Vectors are blind to negation: the example must deny where the sentence denies, and ask where it asks.
    """
    unread = [sentence for sentence in scene.own if _is_unread(sentence, found)]
    if not unread:
        return []
    vectors = embed([sentence.text for sentence in unread])
    seen = (_nearest(sentence, vector) for sentence, vector in zip(unread, vectors, strict=True))
    return [read for read in seen if read]


_PLAIN_MOVES: frozenset[MoveKind] = frozenset(
    {"open_question", "closed_question", "stacked_question", "reflects", "reflects_complex", "uses_jargon", "defines"}
)


def _is_unread(sentence: Sentence, found: Sequence[Move]) -> bool:
    if not _FEWEST_WORDS <= len(sentence.words) <= _MOST_WORDS:
        return False
    return not any(
        read.kind not in _PLAIN_MOVES and read.start < sentence.end and sentence.start < read.end for read in found
    )


def _nearest(sentence: Sentence, vector: Vectors) -> Move | None:
    kinds, denies, vectors = _examples()
    near = vectors @ vector
    best = int(np.argmax(near))
    kind = kinds[best]
    if kind is None or denies[best] != _denies(sentence.text):
        return None
    if near[best] < (_NEAR_HARSH if kind in _HARSH else _NEAR):
        return None
    others = [float(value) for value, other in zip(near, kinds, strict=True) if other != kind]
    if near[best] - max(others) < _CLEAR or sentence.asks != (kind in _QUESTIONS):
        return None
    return move(kind, sentence)


@cache
def _examples() -> tuple[tuple[MoveKind | None, ...], tuple[bool, ...], Vectors]:
    """Kinds (None: makes no move), whether each denies something, and vectors, shape (n, 512).

    Raises:
        ValueError: a line whose move does not exist, with its number.
    """
    kinds: list[MoveKind | None] = []
    texts: list[str] = []
    for number, line in enumerate(_FILE.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        kind, _, text = line.partition("\t")
        if kind != "none" and kind not in get_args(MoveKind):
            raise ValueError(f"{_FILE.name}:{number}: {kind!r} is no kind of move")
        kinds.append(None if kind == "none" else cast(MoveKind, kind))
        texts.append(_plain(text))
    return tuple(kinds), tuple(_denies(text) for text in texts), embed(texts)


def _plain(text: str) -> str:
    return text.lower().rstrip(".?")


def _denies(text: str) -> bool:
    return bool(_DENIALS & set(text.replace(",", "").split()))
