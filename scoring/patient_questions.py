"""What became of each direct question of the patient's: answered, answered only when asked again, or put off.

One question has one verdict (rubric 2.3): asked again before it was answered, it is the same question.
"""

import re
from dataclasses import dataclass, replace

from scoring.conversation import Conversation
from scoring.floor import is_bare, is_greeting
from scoring.patient.replies import agrees
from scoring.reading import Move, TurnReading
from scoring.scorecard import Quote
from scoring.words import alike, content, sentences, straight

_SAME_QUESTION = 0.85
"""Rubric 2: sentences more alike than this are the same sentence."""

_PUTS_OFF = re.compile(
    r"\b(?:we(?:'ll| will) (?:get|come) (?:back )?to (?:that|it)|before (?:that|we get|i (?:answer|get|tell))|"
    r"let'?s not|(?:in|all in) good time|don't worry about that|"
    r"(?:let me|i'd like to|i want to|i need to|i have to|i'll)(?: just)?(?: \w+){0,6} first\b|"
    r"(?:not something|can't discuss|cannot discuss)|first,? (?:i|let me|can|could|tell)|the (?:doctor|"
    r"consultant|surgeon) (?:will|does (?:the|his|her) round|comes|can tell)|"
    r"in a (?:moment|minute|bit)|all in good time|later)\b",
    re.IGNORECASE,
)
_BEFORE_THAT = re.compile(
    r"\bbefore (?:we|i) (?:get|come|go|turn) (?:on )?(?:there|to (?:that|it|this)|into (?:that|it|this))\b|"
    r"\bbefore i (?:answer|tell you|say)\b",
    re.IGNORECASE,
)
_STALLS = re.compile(
    r"\b(?:(?:i (?:really |just |do )?(?:want|wish|would like|would love|need|have)|i'd (?:like|love)|i'm trying)"
    r"(?: i (?:could|had))? (?:to )?(?:give|have|find|get) (?:to )?(?:you )?(?:an?|the|some|that) (?:\w+ )?answers?|"
    r"(?:that|this|it)(?:'s| is) (?:\w+ ){0,3}"
    r"(?:hard|tough|difficult|tricky|good|great|big|important|fair) (?:question|one)|"
    r"(?:that|this|it)(?:'s| is) (?:\w+ ){0,3}(?:hard|tough|difficult)(?: \w+){0,4} (?:for|on) me|"
    r"i (?:really )?(?:(?:don't|do not) know|am not sure) (?:what|how) to (?:say|tell|answer)|"
    r"i'm not sure (?:what|how) to (?:say|tell|answer)|"
    r"(?:i )?(?:thank you|thanks|i'm glad)(?: \w+){0,3} (?:asked|asking)|what a (?:\w+ )?question)\b",
    re.IGNORECASE,
)
"""Words about the question, or about how hard it is to answer: they hold nothing of what was asked for."""
_YES_OR_NO = re.compile(
    r"^\W*(?:(?:oh|well|um+|uh+|er+m?)\W+)*(?:yes|yeah|yep|yup|no|nope|nah|correct|exactly|absolutely)\b", re.IGNORECASE
)
_ASKS_YES_OR_NO = re.compile(
    r"^\W*(?:(?:and|so|but|then|well|ok(?:ay)?|oh|doctor|please|sorry|you mean)\W+)*"
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|shall|may|might|must)(?:n't)?\b"
    r"(?!.*\bor\b)|\b(?:right|correct|yes|no|is it|isn't it|do i|don't i)\?$",
    re.IGNORECASE,
)
_HONEST = re.compile(
    r"\b(?:i (?:don't|do not) know(?! (?:what|how) to (?:say|tell|answer))|"
    r"not sure yet|we (?:don't|do not) know|can't say (?:for certain|yet)|too early to)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"^\W*(?:(?:yeah|you know|i mean|anyway|er+m?|ok(?:ay)?|right|all ?right|good|well|mm+|hm+|so|i see|"
    r"i understand|sure|now|um+|uh+|i hear you|"
    r"(?:i'm |i am )?sorry(?: to hear that)?|don't worry)\W*)*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PutQuestion:
    """A direct question, where it was first put, the student's turns that put it off, and the one that did not."""

    quote: Quote
    put_off_at: tuple[int, ...] = ()
    answered_at: int | None = None


def questions_put(conversation: Conversation) -> tuple[PutQuestion, ...]:
    """Each question of the patient's once, in the order they were put; one the talk ended on has no verdict."""
    found: list[PutQuestion] = []
    for turn, quote in conversation.questions.items():
        answer = _turn_to_answer(conversation, turn, quote.quote)
        if answer is None:
            continue
        again = next((place for place, one in enumerate(found) if _is_open(one) and _same(one.quote, quote)), None)
        asked = found.pop(again) if again is not None else PutQuestion(quote)
        found.append(_with_answer(asked, answer, puts_off(conversation, answer, conversation.readings[answer])))
    return tuple(sorted(found, key=lambda one: one.quote.turn))


def _is_open(asked: PutQuestion) -> bool:
    return asked.answered_at is None


def _with_answer(asked: PutQuestion, answer: int, put_off: bool) -> PutQuestion:
    if not put_off:
        return replace(asked, answered_at=answer)
    turns = asked.put_off_at if answer in asked.put_off_at else (*asked.put_off_at, answer)
    return replace(asked, put_off_at=turns)


def _same(one: Quote, other: Quote) -> bool:
    """The same words, or the same subject and nothing else: "Is it cancer?", "So it's cancer?"."""
    subject = content(one.quote)
    return alike(one.quote, other.quote) > _SAME_QUESTION or (bool(subject) and subject == content(other.quote))


def _turn_to_answer(conversation: Conversation, turn: int, asked: str) -> int | None:
    """The student's first turn after a question that does not leave it open; a bare yes or no can be the answer."""
    closed = bool(_ASKS_YES_OR_NO.search(asked))
    later = [index for index in conversation.spoken if index > turn]
    for place, index in enumerate(later):
        yes_or_no = closed and place == 0 and _YES_OR_NO.match(conversation.turns[index].text)
        if yes_or_no or not leaves_open(conversation, index):
            return index
    return None


def leaves_open(conversation: Conversation, index: int) -> bool:
    """A greeting, a bare sound or "what have you been told so far?": the patient's question still stands after it.

    So it does where leave is asked to ask that.
    """
    reading = conversation.readings[index]
    if is_bare(reading) or is_greeting(reading, conversation.turns[index].text):
        return True
    kinds = (
        "validates",
        "respects",
        "asks_prior_knowledge",
        "open_question",
        "closed_question",
        "asks_permission",
        "asks_leave_tic",
    )
    return reading.has("asks_prior_knowledge") and all(move.kind in kinds for move in reading.moves)


def puts_off(conversation: Conversation, index: int, reading: TurnReading) -> bool:
    """Whether a turn puts the answer off, or holds nothing but fillers and questions of its own."""
    text = straight(conversation.turns[index].text)
    if _BEFORE_THAT.search(text):
        return True
    if _HONEST.search(text) or agrees(text) or reading.has("asks_permission", "offers_choice", "tells_news"):
        return False
    if any(not _is_stalling(text, move) for move in reading.all("warns")):
        return False
    told = [
        move
        for move in reading.all("tells_fact", "tells_plan", "advises", "gives_why", "defines", "promises")
        if not _is_stalling(text, move)
    ]
    put_off = _PUTS_OFF.search(text)
    if put_off and not any(move.start < put_off.start() for move in told):
        return not told or text.rstrip().endswith("?")
    said = sentences(text)
    return not told and all(
        one.text.endswith("?") or _FILLER.match(one.text) or _STALLS.search(one.text) for one in said
    )


def _is_stalling(text: str, move: Move) -> bool:
    return any(said.start() < move.end and move.start < said.end() for said in _STALLS.finditer(text))
