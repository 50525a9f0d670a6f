"""EPITOME's three kinds of empathy (Sharma et al. 2020), each 0 none, 1 weak, 2 strong, from words and moves."""

from collections.abc import Sequence
from typing import Literal

from scoring.moves.naming import namings
from scoring.moves.phrasebook import phrase
from scoring.moves.scene import Scene
from scoring.moves.sentences import Sentence
from scoring.reading import Move

Level = Literal[0, 1, 2]

_COMPASSION = phrase("empathy", "compassion")
_WARM = phrase("empathy", "warm")
_LIVED = phrase("empathy", "lived")
_CLAIMED = phrase("empathy", "claimed")
_NOT_ABOUT_SELF = phrase("empathy", "not_about_self")
_GENERIC_ASK = phrase("empathy", "generic_ask")
_NO_REAL_QUESTION = phrase("empathy", "no_real_question")
_INVITES = phrase("empathy", "invites")
_FIRST_PERSON = frozenset({"i", "my", "me", "myself", "mine"})
_NOT_EXPLORING = frozenset({"asks_permission", "asks_leave_tic", "asks_after", "checks_closed", "teach_back"})
_OWN_STORY_WORDS = 3
_SURE = 0.85


def emotional_reaction(scene: Scene, moves: Sequence[Move]) -> Level:
    """Warmth, compassion, concern said to the patient: 1 in passing, 2 as compassion for what they go through."""
    if any(_COMPASSION.search(sentence.text) for sentence in scene.own):
        return 2
    warm = any(_WARM.search(sentence.text) for sentence in scene.own)
    return 1 if warm or any(move.kind == "partners" for move in moves) else 0


def interpretation(scene: Scene, moves: Sequence[Move]) -> Level:
    """Understanding of what the patient feels or lives: 1 merely claimed, 2 put into words or shared as experience."""
    if any(naming.sure >= _SURE for sentence in scene.own for naming in namings(sentence)):
        return 2
    if any(move.kind in {"validates", "own_feeling"} for move in moves) or _tells_own_story(scene):
        return 2
    return 1 if any(_CLAIMED.search(sentence.text) for sentence in scene.own) else 0


def exploration(scene: Scene, moves: Sequence[Move]) -> Level:
    """Asking to know more: 1 in general ("what happened?"), 2 about something named."""
    levels = [_asks(scene, sentence) for sentence in scene.own if not _asks_something_else(sentence, moves)]
    return max(levels, default=0)


def _asks_something_else(sentence: Sentence, moves: Sequence[Move]) -> bool:
    """A question for leave, or whether it was understood, does not explore what the patient lives."""
    return any(
        move.kind in _NOT_EXPLORING and move.start < sentence.end and sentence.start < move.end for move in moves
    )


def _tells_own_story(scene: Scene) -> bool:
    """The speaker's own life set beside the patient's: a lived past, or several words about oneself."""
    if any(_LIVED.search(sentence.text) for sentence in scene.own):
        return True
    about_self = sum(
        word.text in _FIRST_PERSON
        for sentence in scene.own
        if not sentence.asks and not _NOT_ABOUT_SELF.search(sentence.text)
        for word in sentence.words
    )
    return about_self >= _OWN_STORY_WORDS


def _asks(scene: Scene, sentence: Sentence) -> Level:
    if _INVITES.search(sentence.text):
        return 1
    written_without_marks = not any(other.mark for other in scene.own)
    if not (sentence.mark == "?" or (sentence.asks and written_without_marks)) or _NO_REAL_QUESTION.search(
        sentence.text
    ):
        return 0
    if _GENERIC_ASK.match(sentence.text):
        return 1
    to_patient = any(word.text in {"you", "your", "yourself"} for word in sentence.words)
    return 2 if to_patient or len(scene.own) <= 3 else 0
