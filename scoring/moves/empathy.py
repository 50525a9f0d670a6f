"""EPITOME's three kinds of empathy (Sharma et al. 2020), each 0 none, 1 weak, 2 strong, from the moves."""

from collections.abc import Sequence
from typing import Literal

from scoring.moves.phrasebook import phrase
from scoring.moves.scene import Scene
from scoring.reading import Move

Level = Literal[0, 1, 2]

_WARM = phrase("empathy", "warm")
_STRONG_WARM = phrase("empathy", "strong_warm")
_SHARED = phrase("empathy", "shared")
_WEAK_UNDERSTANDING = phrase("empathy", "weak_understanding")
_GENERIC_ASK = phrase("empathy", "generic_ask")


def emotional_reaction(scene: Scene, moves: Sequence[Move]) -> Level:
    """Warmth, compassion, concern said to the patient: 1 in a set phrase, 2 with what it is about."""
    if any(_STRONG_WARM.search(sentence.text) for sentence in scene.own):
        return 2
    kinds = {move.kind for move in moves}
    if kinds & {"partners", "own_feeling"} and any(_WARM.search(sentence.text) for sentence in scene.own):
        return 1
    if any(_WARM.search(sentence.text) for sentence in scene.own) or kinds & {"partners", "respects"}:
        return 1
    if kinds & {"acknowledges"}:
        return 1
    return 0


def interpretation(scene: Scene, moves: Sequence[Move]) -> Level:
    """Understanding of what the patient feels or lives: 1 merely claimed, 2 put into words or shared as experience."""
    named = any(move.kind in {"names_emotion", "validates", "reflects_complex"} for move in moves)
    if named or any(move.kind == "own_feeling" for move in moves):
        return 2
    if any(_SHARED.search(sentence.text) and len(sentence.words) >= 4 for sentence in scene.own):
        return 2
    if any(_WEAK_UNDERSTANDING.search(sentence.text) for sentence in scene.own):
        return 1
    return 0


def exploration(scene: Scene, moves: Sequence[Move]) -> Level:
    """Asking to know more: 1 in general ("what happened?"), 2 about something named."""
    asked = [sentence for sentence in scene.own if sentence.asks and sentence.text]
    if not asked:
        invited = any(move.kind == "open_question" for move in moves)
        return 1 if invited else 0
    return 2 if any(not _GENERIC_ASK.match(sentence.text) for sentence in asked) else 1
