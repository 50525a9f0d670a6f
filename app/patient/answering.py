"""Whether the patient put a question that is owed an answer, and whether the student's words are one."""

import re

from app.patient.formulas import fits_anybody
from app.patient.meaning import nearness
from personas.vocabulary import MoveKind
from scoring.moves.sentences import sentences_of
from scoring.patient.questions import question
from scoring.reading import TurnReading
from scoring.words import sentences, straight, words

FEW_WORDS = 4
"""'Go on.' may be said as often as one likes; a bare 'No, not really' is a refusal."""
ANSWERS_IT = 0.45
"""Cosine from which a statement is about what was asked."""

_ANSWERS: tuple[MoveKind, ...] = ("tells_news", "tells_fact", "tells_plan", "gives_why", "defines")
_HONEST_UNKNOWN = re.compile(
    r"\b(?:i|we) (?:don't|do not|can't|cannot|won't) (?:yet )?(?:know|say|tell|be sure|answer)\b"
    r"|\b(?:i'm|we're|i am|we are) not (?:yet )?sure\b|\bnobody knows\b|\btoo (?:early|soon) to\b"
    r"|\bi(?:'ll| will) (?:find out|check|ask|ring|call|phone|get back)\b"
    r"|\b(?:dr|doctor|consultant|nurse)\b.{0,40}\b(?:can|will|is able to)\b",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(
    r"^\W*(?:well\W+|i'm afraid\W+|i'm sorry\W+|honestly\W+|truthfully\W+)*(?:yes|no|yeah|probably|perhaps|possibly"
    r"|very likely|most likely|not (?:that|as far as|with|on|unless|if|now|yet)\b|i (?:think|don't think|hope|doubt)\b"
    r"|it (?:\w+ )?(?:\w+ )?(?:is|isn't|might|may|could|won't|will|does|doesn't)|it's(?: \w+)? (?:not|likely|unlikely)"
    r"|there (?:is|isn't|'s))\b",
    re.IGNORECASE,
)
_WHO_IS_THERE = re.compile(
    r"\b(?:date of birth|dob|full name|right person|speaking (?:to|with)|am i talking to"
    r"|confirm (?:your|his|her|who))\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\b(?:get|come|go) (?:back )?(?:on )?to (?:it|that|this|your question)\b", re.IGNORECASE)
_LATER = re.compile(
    r"\b(?:first|later|in a (?:moment|minute|bit|second)|(?:come|get|go) (?:back )?(?:on )?to (?:it|that|this)"
    r"|before (?:i|we)|let me (?:just )?(?:check|get|ask|see|find|look|start)"
    r"|not (?:now|yet)|another time|shall we|let's|moving on)\b",
    re.IGNORECASE,
)
_OWES_NO_ANSWER = re.compile(
    r"\b(?:what did you say|say (?:it|that)|which (?:one|of those|bit))\b"
    r"|\b(?:what|how) (?:am|do|will|can|should|would) i (?:going to |meant to |supposed to |ever )?(?:say|tell|face)\b"
    r"|\bwhat am i(?=\W*(?:\?|if\b))"
    r"|,\s*\w+(?:n't)? (?:it|they|you|he|she|i|we)\?$|^\W*isn't that \w+\?$",
    re.IGNORECASE,
)


def asks_directly(words: str) -> bool:
    """Whether the patient's words put a question that is owed an answer: 'doesn't it?' and 'say it again?' are not."""
    asked = question(" ".join(sentence.text for sentence in sentences(words)[-2:]))
    return asked is not None and _OWES_NO_ANSWER.search(straight(asked.text)) is None


def checks_identity(text: str) -> bool:
    """Whether these words make sure who is there: nobody is told anything before, and it is no evasion."""
    return _WHO_IS_THERE.search(straight(text)) is not None


def puts_off(text: str) -> bool:
    """Whether these words leave the question for later, or speak of something to be done before."""
    return _LATER.search(straight(text)) is not None


def answers(reading: TurnReading, text: str, asked: str) -> bool:
    """Whether these words answer a direct question: with something told, a yes or no, or 'I do not know yet'.

    What else is said outright about what was `asked` answers it too: 'One film can't say that.'
    """
    if (len(words(text)) >= FEW_WORDS and fits_anybody(text)) or _NOT_YET.search(straight(text)):
        return False
    if reading.has(*_ANSWERS) or _HONEST_UNKNOWN.search(straight(text)) or _YES_OR_NO.match(straight(text)):
        return True
    if not asks_directly(asked) or reading.has("reassures_early", "dismisses", "blames", "names_emotion", "signposts"):
        return False
    theirs = tuple(sentence.text for sentence in sentences(asked)[-2:])
    stated = [one for one in sentences_of(text) if not one.asks and len(one.words) >= FEW_WORDS]
    return any(nearness(one, theirs) >= ANSWERS_IT for one in stated)
