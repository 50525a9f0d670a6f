"""Whether the two sides of a talk look swapped: the one called the student speaks as patients do, and the other as
clinicians do. Surface signs alone, and several together: a wrong alarm costs more trust than one that is missed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.transcript import Speaker, Turn
from scoring.words import sentences, straight

_FEELS = (
    r"scared|afraid|worried|anxious|nervous|sad|upset|angry|depressed|ashamed|guilty|lonely|tired|exhausted|dizzy|"
    r"sick|ill|breathless|short of breath|in pain|sore|weak|stressed|overwhelmed|frightened|terrified|hopeless|awful|"
    r"terrible|coughing|bleeding|vomiting"
)
_ILL = re.compile(
    r"\b(?:i'm|i am|i was|i've been|i have been|i feel|i felt|i'm feeling|i get|i got|i keep getting)"
    r"(?: (?:so|very|really|just|still|always|quite|a bit|a little|too|all|constantly|getting))* "
    rf"(?:{_FEELS})\b|"
    r"\bi (?:can't|cannot|couldn't|can hardly|hardly|don't) (?:sleep|eat|breathe|walk|cope|stop|stand|move|bear)\b|"
    r"\bi (?:have|had|'ve had|have had|get|got|keep getting)(?: \w+){0,3} (?:pains?|aches?|cough|fever|headaches?|"
    r"cramps?|rash|lump|symptoms?|trouble (?:sleeping|breathing)|panic attacks?|nightmares?)\b|"
    r"\bmy (?:\w+ )?(?:chest|back|head|stomach|tummy|belly|knee|legs?|arm|throat|heart|neck|hip|foot|feet|skin|ear|"
    r"eyes?) (?:is|are|has|have|hurts?|aches?|feels?|keeps?|was|were|started|swells?|burns?)\b|"
    r"\b(?:it|that|this) (?:really )?(?:hurts|scares|worries|frightens|scared|hurt) me\b|\bit hurts\b|"
    r"\bi(?:'ve| have)? (?:smoke|drink|smoked|drank|been (?:smoking|drinking))\b",
    re.IGNORECASE,
)
_ADVISES = re.compile(
    r"\b(?:you (?:should|need to|must|might want to|could|ought to)|i(?:'d| would)? (?:recommend|suggest|advise)|"
    r"(?:we|i)(?:'ll| will| can| could)(?: \w+)? (?:book|refer|prescribe|arrange|examine|send you|start you|give you|"
    r"check your|do (?:a|an|some))|let me (?:examine|listen|check|have a look)|(?:it )?sounds like|"
    r"have you (?:tried|thought about))\b",
    re.IGNORECASE,
)
"""What a clinician says: advice, what will be done, and what was heard."""
_ASKS = re.compile(
    r"^\W*(?:(?:and|so|ok(?:ay)?|but|well|right|um+|uh+|now|then),? )*(?:what|when|where|who|why|how|do you|did you|"
    r"are you|have you|were you|does (?:it|that|the)|is (?:it|that|there)|can you|could you|would you)\b",
    re.IGNORECASE,
)
_ONESELF = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|myself)\b", re.IGNORECASE)
_THE_OTHER = re.compile(r"\b(?:you|you're|you've|you'd|you'll|your|yours|yourself)\b", re.IGNORECASE)
_FEWEST_TURNS, _FEWEST_ILL = 3, 2
"""Turns on each side and questions of the patient's; turns of the student's that tell of their own illness."""
_MORE_QUESTIONS = 2
_TIMES_MORE = 3
"""So many times as often as the other side: a story of one's own now and then does not come near."""


@dataclass(frozen=True)
class _Side:
    """How many turns, and in how many of them one's own illness is told, something asked, something advised."""

    turns: int
    ill: int
    asks: int
    advises: int
    of_oneself: int
    of_the_other: int


def looks_swapped(turns: Sequence[Turn]) -> bool:
    """Whether the student's side tells its own symptoms and feelings while the patient's side asks and advises.

    All of it must hold: the student tells of an illness of their own, and far oftener than the patient; the patient
    asks far more of the questions, and advises or gives back oftener; the student speaks mostly of "I", the patient
    mostly of "you".
    """
    student, patient = _side(turns, "student"), _side(turns, "patient")
    return (
        min(student.turns, patient.turns, patient.asks) >= _FEWEST_TURNS
        and student.ill >= _FEWEST_ILL
        and student.ill >= _TIMES_MORE * patient.ill
        and patient.asks >= _MORE_QUESTIONS * student.asks
        and patient.advises > student.advises
        and student.of_oneself >= _TIMES_MORE * student.of_the_other
        and patient.of_the_other > patient.of_oneself
    )


def _side(turns: Sequence[Turn], speaker: Speaker) -> _Side:
    said = [straight(turn.text) for turn in turns if turn.speaker == speaker and turn.text.strip()]
    return _Side(
        turns=len(said),
        ill=sum(_tells_illness(text) for text in said),
        asks=sum(_asks(text) for text in said),
        advises=sum(bool(_ADVISES.search(text)) for text in said),
        of_oneself=sum(len(_ONESELF.findall(text)) for text in said),
        of_the_other=sum(len(_THE_OTHER.findall(text)) for text in said),
    )


def _tells_illness(text: str) -> bool:
    """Whether a turn states something of the speaker's own illness; asked, it is no telling."""
    return any(_ILL.search(one.text) and not one.text.endswith("?") for one in sentences(text))


def _asks(text: str) -> bool:
    return any(one.text.endswith("?") or _ASKS.match(one.text) for one in sentences(text))
