"""Arguing back: the patient holds one thing and the student asserts the other (MITI 4.2.1, Confront; MISC 2.5, CO)."""

import re

from scoring.conversation import Conversation
from scoring.moves.phrasebook import phrase
from scoring.moves.sentences import Sentence, sentences_of
from scoring.patient.clauses import clauses_of
from scoring.reading import Move
from scoring.words import content

_DISPUTES = phrase("empathy", "disputes")
_INSISTS = phrase("empathy", "insists")
_DENIES = re.compile(r"\b(?:not|no|never|nothing|nobody|none|hardly|doubt)\b")
_THEIR_VIEW = re.compile(
    r"\b(?:you (?:\w+ )?(?:think|feel|say|said|see|believe|mean|find|worry|wonder|would)|for you|to you|sounds|seems|"
    r"your (?:view|mind|eyes)|not|never|no|if i understand)\b"
)
"""A sentence that gives the patient's view back asserts nothing of its own."""
_ASSERTS = re.compile(
    r"\b(?:is|are|was|were|(?:can|could|may|might|will|would) (?:\w+ )?be|becomes?) "
    r"(?:(?:really|still|actually|also|always|already|definitely|certainly|quite|very|a|an|the|one|big|real) )*(\w+)"
)
"""What is said to be so: "it is a danger"."""


def disputed(conversation: Conversation, turn: int, answered: int) -> Move | None:
    """The first sentence of a student's turn that argues against what the patient said in turn `answered`."""
    denials = [clause.plain for clause in clauses_of(conversation.turns[answered].text) if _DENIES.search(clause.plain)]
    denied = frozenset().union(*(content(one) for one in denials))
    for sentence in sentences_of(conversation.turns[turn].text):
        if _DISPUTES.search(sentence.text) or (denials and _contradicts(sentence, denied)):
            return Move(kind="dismisses", start=sentence.start, end=sentence.end)
    return None


def _contradicts(sentence: Sentence, denied: frozenset[str]) -> bool:
    """Whether a statement says that what the patient denied is so: "I don't see a problem", "it is a problem"."""
    if sentence.asks:
        return False
    if _INSISTS.search(sentence.text):
        return True
    said = _ASSERTS.search(sentence.text)
    return said is not None and not _THEIR_VIEW.search(sentence.text) and bool(content(said[1]) & denied)
