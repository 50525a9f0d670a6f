"""EPITOME's three kinds of empathy (Sharma et al. 2020), each 0 none, 1 weak, 2 strong, from words and moves."""

from collections.abc import Sequence

from scoring.moves.heads import Level, settled
from scoring.moves.naming import namings
from scoring.moves.phrasebook import phrase
from scoring.moves.scene import Scene
from scoring.moves.sentences import Sentence
from scoring.reading import Move

_COMPASSION = phrase("empathy", "compassion")
_WARM = phrase("empathy", "warm")
_LIVED = phrase("empathy", "lived")
_CLAIMED = phrase("empathy", "claimed")
_NOT_ABOUT_SELF = phrase("empathy", "not_about_self")
_OWN_MIND = phrase("empathy", "own_mind")
_GENERIC_ASK = phrase("empathy", "generic_ask")
_NO_REAL_QUESTION = phrase("empathy", "no_real_question")
_INVITES = phrase("empathy", "invites")
_FIRST_PERSON = frozenset({"i", "my", "me", "myself", "mine"})
_NOT_EXPLORING = frozenset({"asks_permission", "asks_leave_tic", "asks_after", "checks_closed", "teach_back"})
_TO_PATIENT = frozenset({"you", "your", "yourself", "yours"})
_STORY = 1.5  # sentences about oneself; what one thinks or wishes is half a one
_LONG_WORDS, _OFTEN = 10, 2  # a single sentence is a story when it is long, or says "I" and "my"
_SURE = 0.85


def emotional_reaction(scene: Scene, moves: Sequence[Move]) -> Level:
    """Warmth, compassion, concern said to the patient: 1 in passing, 2 as compassion for what they go through."""
    by_rule = _reaction_by_rule(scene, moves)
    if not by_rule and _only_apologises(moves):
        return 0
    return settled("reaction", by_rule, scene)


def interpretation(scene: Scene, moves: Sequence[Move]) -> Level:
    """Understanding of what the patient feels or lives: 1 merely claimed, 2 put into words or shared as experience."""
    return settled("interpretation", _interpretation_by_rule(scene, moves), scene)


def exploration(scene: Scene, moves: Sequence[Move]) -> Level:
    """Asking to know more: 1 in general ("what happened?"), 2 about something named."""
    by_rule = _exploration_by_rule(scene, moves)
    if not by_rule and any(_NO_REAL_QUESTION.search(sentence.text) for sentence in scene.own if sentence.asks):
        return 0  # a head takes a rhetorical question for a real one
    return settled("exploration", by_rule, scene)


def _reaction_by_rule(scene: Scene, moves: Sequence[Move]) -> Level:
    if any(_COMPASSION.search(sentence.text) for sentence in scene.own):
        return 2
    warm = any(_WARM.search(sentence.text) for sentence in scene.own)
    return 1 if warm or any(move.kind == "partners" for move in moves) else 0


def _only_apologises(moves: Sequence[Move]) -> bool:
    """Sorry for one's own doing ("sorry I'm late") is no compassion, however alike it looks."""
    kinds = {move.kind for move in moves}
    return "apologises" in kinds and "acknowledges" not in kinds


def _interpretation_by_rule(scene: Scene, moves: Sequence[Move]) -> Level:
    if any(naming.sure >= _SURE for sentence in scene.own for naming in namings(sentence)):
        return 2
    if _tells_own_story(scene, moves):
        return 2
    return 1 if any(_CLAIMED.search(sentence.text) for sentence in scene.own) else 0


def _exploration_by_rule(scene: Scene, moves: Sequence[Move]) -> Level:
    levels = [_asks(scene, sentence) for sentence in scene.own if not _asks_something_else(sentence, moves)]
    return max(levels, default=0)


def _asks_something_else(sentence: Sentence, moves: Sequence[Move]) -> bool:
    """A question for leave, or whether it was understood, does not explore what the patient lives."""
    return any(move.kind in _NOT_EXPLORING and _lies_in(move, sentence) for move in moves)


def _tells_own_story(scene: Scene, moves: Sequence[Move]) -> bool:
    """The speaker's own life set beside the patient's: something lived, or told in sentences about oneself."""
    if any(_LIVED.search(sentence.text) for sentence in scene.own):
        return True
    about_self = [sentence for sentence in scene.own if _is_about_self(sentence)]
    if any(move.kind == "own_feeling" and _lies_in(move, sentence) for move in moves for sentence in about_self):
        return True
    told = [sentence for sentence in about_self if not _OWN_MIND.search(sentence.text)]
    long = any(len(sentence.words) >= _LONG_WORDS or _first_persons(sentence) >= _OFTEN for sentence in told)
    return long or (len(about_self) + len(told)) / 2 >= _STORY


def _is_about_self(sentence: Sentence) -> bool:
    """Said of oneself alone: not of the patient, and neither an offer nor what one is going to do for them."""
    if sentence.asks or _NOT_ABOUT_SELF.search(sentence.text) or any(w.text in _TO_PATIENT for w in sentence.words):
        return False
    return _first_persons(sentence) > 0


def _first_persons(sentence: Sentence) -> int:
    return sum(word.text in _FIRST_PERSON for word in sentence.words)


def _lies_in(move: Move, sentence: Sentence) -> bool:
    return move.start < sentence.end and sentence.start < move.end


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
    to_patient = any(word.text in _TO_PATIENT for word in sentence.words)
    return 2 if to_patient or len(scene.own) <= 3 else 0
