"""The second signal for sentences no rule recognised: ridge models over sentence vectors, trained on labelled turns.

Only moves that are right at least three times in four, cross-validated on sentences the rules leave unread, are looked
for (`make train` prints each); vectors are too weak for blame, dismissal and advice, and there the rules stay alone.
A feeling is never named here, however alike a sentence is: a naming needs the words.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from personas.vocabulary import MoveKind
from scoring.moves.scene import Scene, move
from scoring.moves.sentences import Sentence
from scoring.names import without_addresses
from scoring.reading import Move
from scoring.ridge import Floats, Ridge
from scoring.vectors import embed

WEIGHTS = Path(__file__).parents[1] / "weights" / "moves.npz"


class Alike(NamedTuple):
    """What a model was taught to see, and the score from which a sentence is believed to do it."""

    taught: frozenset[MoveKind]
    from_score: float


FOUND: Mapping[MoveKind, Alike] = {
    "own_feeling": Alike(frozenset({"own_feeling"}), 0.35),
    "acknowledges": Alike(frozenset({"acknowledges", "names_emotion"}), 0.65),
    "reflects_complex": Alike(frozenset({"reflects_complex", "names_emotion"}), 0.48),
    "tells_fact": Alike(frozenset({"tells_fact", "tells_plan", "tells_news"}), 0.48),
}
"""The moves a sentence may be found to make, the surest first; a sentence makes the first that fits."""

_FEWEST_WORDS, _MOST_WORDS = 5, 40
_DENIALS = frozenset({"not", "no", "never", "nothing", "nobody", "none", "without", "nor"})
_PLAIN_MOVES: frozenset[MoveKind] = frozenset(
    {"open_question", "closed_question", "stacked_question", "reflects", "reflects_complex", "uses_jargon", "defines"}
)


def likenesses_in(scene: Scene, found: Sequence[Move]) -> list[Move]:
    """Moves of the statements in which the rules found nothing that matters, by what they are like."""
    unread = unread_in(scene, found)
    if not unread:
        return []
    seen = scores([without_addresses(scene.text[sentence.start : sentence.end]) for sentence in unread])
    read = (_read(sentence, row, found) for sentence, row in zip(unread, seen, strict=True))
    return [alike for alike in read if alike]


def unread_in(scene: Scene, found: Sequence[Move]) -> list[Sentence]:
    """The clinician's own statements without a move that matters; a question is what it asks, and no likeness."""
    return [
        sentence
        for sentence in scene.own
        if not sentence.asks
        and _FEWEST_WORDS <= len(sentence.words) <= _MOST_WORDS
        and not any(read.kind not in _PLAIN_MOVES and _lies_in(read, sentence) for read in found)
    ]


def scores(sentences: Sequence[str]) -> Floats:
    """How much each sentence looks like each move of `FOUND`, shape (n, 4)."""
    return _model().predict(embed(list(sentences)))


def fits(kind: MoveKind, sentence: Sentence, score: float) -> bool:
    """Whether a score is believed. Vectors are blind to negation: what denies neither acknowledges nor reflects."""
    denies = kind in {"acknowledges", "reflects_complex"} and not _DENIALS.isdisjoint(
        word.text for word in sentence.words
    )
    return score >= FOUND[kind].from_score and not denies


def _read(sentence: Sentence, row: Floats, found: Sequence[Move]) -> Move | None:
    for kind, score in zip(FOUND, row, strict=True):
        if fits(kind, sentence, float(score)):
            already = any(other.kind in {kind, "reflects"} and _lies_in(other, sentence) for other in found)
            return None if already else move(kind, sentence)
    return None


def _lies_in(move: Move, sentence: Sentence) -> bool:
    return move.start < sentence.end and sentence.start < move.end


@cache
def _model() -> Ridge:
    return Ridge.load(WEIGHTS)
