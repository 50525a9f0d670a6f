"""Talk that is not to this patient: to the grader, about the skill instead of using it, or a heap of openings."""

import re
from collections.abc import Sequence
from itertools import pairwise

from scoring.moves.phrasebook import phrase, rules
from scoring.moves.scene import Scene, matches
from scoring.moves.sentences import Sentence
from scoring.reading import Move
from scoring.words import content

_TABLE = rules("gaming")
_STOCK = phrase("gaming", "stock")
_JOINT = re.compile(r",? ?(?:and |so |but |or |then )?")

_WRITTEN_FOR_MACHINES = re.compile(
    r"</?[a-z_]{3,}>|<\|\w+|<<SYS|\[/?[A-Z]{3,}\]|```|\{\s*\"\w+\"\s*:|\|\s?-{3,}|#{2,}\s?\w"
    r"|(?:^|[.\n]\s*|#)(?:Human|Assistant|System|User|Trust|Inside|Grasp|May tell|Let slip)\s?:"
)
"""Tags, control tokens, data, and the labels of a script: nobody speaks them."""

_JOINTS_OF_A_HEAP = 3
"""Four stock phrases that follow on one another in a breath are a heap; three may be a clumsy sentence."""

_MOST_OWN_WORDS = 1
"""Words of content beside the stock phrases from which a sentence says something after all."""

_OF_FEELINGS = frozenset(
    ("names_emotion", "acknowledges", "validates", "partners", "respects", "apologises", "own_feeling", "reflects")
)
_ALWAYS = frozenset(("addresses_grader", "recites_skill", "blames", "dismisses", "reassures_early", "uses_jargon"))


def games_in(scene: Scene) -> list[Move]:
    """Words to the grader or to a machine, and skill names recited."""
    found = matches(_TABLE, scene.sentences)
    written = _WRITTEN_FOR_MACHINES.search(scene.text)
    if written and not any(move.kind == "addresses_grader" for move in found):
        found.append(Move(kind="addresses_grader", start=written.start(), end=written.end()))
    return found


def is_heap(sentence: Sentence) -> bool:
    """Whether a sentence is stock phrases run together: "I hear you, I understand, it sounds like, must be hard"."""
    stock = list(_STOCK.finditer(sentence.text))
    joints = sum(bool(_JOINT.fullmatch(sentence.text[one.end() : other.start()])) for one, other in pairwise(stock))
    return joints >= _JOINTS_OF_A_HEAP and len(content(_STOCK.sub(" ", sentence.text))) <= _MOST_OWN_WORDS


def without_heaps(sentences: Sequence[Sentence], found: Sequence[Move]) -> list[Move]:
    """The moves as they count: in a heap of stock phrases words of feeling are formulas, and nothing else is a move."""
    heaps = [(sentence.start, sentence.end) for sentence in sentences if is_heap(sentence)]
    kept = []
    for move in found:
        heaped = any(start <= move.start < end for start, end in heaps)
        if not heaped or move.kind in _ALWAYS:
            kept.append(move)
        elif move.kind in _OF_FEELINGS:
            kept.append(move.model_copy(update={"stock": True}))
    return kept
