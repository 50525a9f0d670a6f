"""How it was explained: the explaining turns and their five parts, by audience and channel. Rubric 2.4 and 2.6."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scoring.conversation import TELLING, Conversation, once
from scoring.explaining.checking import check, chunks
from scoring.explaining.obstacles import answers_obstacle
from scoring.explaining.part import MONOLOGUE_WORDS, Part
from scoring.explaining.profiles import exact_term, headline, invitation, read_back, short_parts, urgency, who_when
from scoring.explaining.reasons import reasons, stated, the_why
from scoring.explaining.wording import jargon, plain_words
from scoring.names import without_addresses
from scoring.patient.replies import is_lost
from scoring.reading import Move
from scoring.words import alike, without_lead_in, words

_Measure = Callable[[Conversation, tuple[int, ...]], Part]

_TO_PATIENT: dict[str, _Measure] = {
    "plain_words": plain_words,
    "jargon": jargon,
    "why": the_why,
    "chunks": chunks,
    "check": check,
}
_TO_CLINICIAN: dict[str, _Measure] = {
    "headline": headline,
    "exact_term": exact_term,
    "urgency": urgency,
    "who_by_when": who_when,
    "check": read_back,
}
_IN_WRITING: dict[str, _Measure] = {**_TO_PATIENT, "chunks": short_parts, "check": invitation}

_SAME_TURN = 0.85
"""Rubric 2: what is more alike than this is the same."""

_LECTURE_TERMS = 3
"""So many technical words in one turn explain something, whatever the sentence looks like."""

_SECOND_CLAUSE = re.compile(
    r"(?:,\s*(?:so|which|and|but|then)|\band|\bso|\bbut)\s+(?:that\s+)?"
    r"(?:you|it|they|we|i|the|there|less|more|no|he|she|this|that|your)\s+\w+(?:\s+\w+)",
    re.IGNORECASE,
)
"""A second thing told in the same sentence: "makes the tubes swell, so less air gets through"."""

_MORE_TOLD = re.compile(
    r"[,;:]\s*(?:(?:and|but|so|then|which)\s+)?(?:it|they|there|the|that|this|he|she|we|your)\b|"
    r"\b(?:\d+|one|two|three|four|five|six|ten|twice|once|half|every|daily|days?|weeks?|months?|hours?|minutes?|"
    r"morning|evening|night|today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day|milligrams?|tablets?)\b",
    re.IGNORECASE,
)
"""What makes advice more than a word of it: a fact beside it, how much, how often, how long."""

_TWO_CLAUSES_WORDS, _TWO_JOINED_WORDS, _ENOUGH_WORDS = 8, 13, 16
"""Words that tell, for two things, for two joined in one sentence, or for one: fewer are an answer in passing."""


@dataclass(frozen=True)
class Explanation:
    """The explaining turns of a conversation and its five parts, in the order they are shown."""

    turns: tuple[int, ...]
    parts: dict[str, Part]
    fine: float
    lost_and_left: int | None

    @property
    def total(self) -> int:
        """The sum of the parts, 0-10."""
        return sum(part.points for part in self.parts.values())


def explaining_turns(conversation: Conversation) -> tuple[int, ...]:
    """Student turns that tell at least two things, or one at some length (rubric 2.4: two clauses or more).

    Where the scenario sets the task, what was told counts however short: an answer in one clause avoids nothing.
    """
    turns = _said_once(conversation, [index for index in conversation.spoken if _explains(conversation, index)])
    if turns or not conversation.has_task("explanation"):
        return turns
    return tuple(index for index in conversation.spoken if stated(conversation, index))


def _said_once(conversation: Conversation, turns: list[int]) -> tuple[int, ...]:
    """The turns without those that say the same again: repeated, a piece is no second piece (rubric 2)."""
    kept: list[int] = []
    for index in turns:
        text = conversation.turns[index].text
        if not any(alike(text, conversation.turns[before].text) > _SAME_TURN for before in kept):
            kept.append(index)
    return tuple(kept)


def _explains(conversation: Conversation, index: int) -> bool:
    """Two clauses of information, advice or plan. A reason alone tells nothing: "because you wanted to be there"."""
    reading = conversation.readings[index]
    if len(reading.all("uses_jargon")) >= _LECTURE_TERMS:
        return True
    told = stated(conversation, index)
    if not told:
        return False
    if reading.words > MONOLOGUE_WORDS:
        return True
    if _only_exhorts(conversation, index):
        return False
    if any(_takes_away_obstacle(conversation, index, move) for move in told):
        return True
    moves = (*told, *reasons(conversation, index))
    pieces = {conversation.sentence_around(index, move.start, move.end) for move in moves}
    texts = [conversation.turns[index].text[start:end] for start, end in pieces]
    length = sum(len(words(without_lead_in(without_addresses(text)))) for text in texts)
    if any(_SECOND_CLAUSE.search(text) for text in texts) and length >= _TWO_JOINED_WORDS:
        return True
    return length >= (_TWO_CLAUSES_WORDS if len(moves) >= 2 else _ENOUGH_WORDS)


def _takes_away_obstacle(conversation: Conversation, index: int, move: Move) -> bool:
    """Whether a sentence of some length answers what the patient said stands in the way: "no money", "it's free"."""
    start, end = conversation.sentence_around(index, move.start, move.end)
    long_enough = len(words(conversation.turns[index].text[start:end])) >= _TWO_CLAUSES_WORDS
    return long_enough and answers_obstacle(conversation, index, start, end)


def _only_exhorts(conversation: Conversation, index: int) -> bool:
    """Whether one sentence urges or says what the speaker thinks, with no fact, plan or reason in it."""
    told = stated(conversation, index)
    where = {conversation.sentence_around(index, move.start, move.end) for move in told}
    if len(where) != 1 or reasons(conversation, index) or any(move.kind != "advises" for move in told):
        return False
    start, end = where.pop()
    return not _MORE_TOLD.search(conversation.turns[index].text[start:end])


@once
def explain(conversation: Conversation) -> Explanation | None:
    """The five parts; None where nothing was explained."""
    turns = explaining_turns(conversation)
    if not turns:
        return None
    scenario = conversation.scenario
    profile = _TO_PATIENT
    if scenario is not None and scenario.audience == "clinician":
        profile = _TO_CLINICIAN
    elif scenario is not None and scenario.channel == "written":
        profile = _IN_WRITING
    parts = {name: measure(conversation, turns) for name, measure in profile.items()}
    return Explanation(turns, parts, fine_of(conversation, turns), _lost_and_left(conversation, turns[0]))


def fine_of(conversation: Conversation, turns: Sequence[int]) -> float:
    """0-1 inside a point: easier wording and fewer technical words; breaks ties, never moves a level."""
    readings = [conversation.readings[index] for index in turns]
    hard = sum(reading.difficulty for reading in readings) / len(readings)
    terms = 100 * sum(len(reading.all("uses_jargon")) for reading in readings) / max(1, sum(r.words for r in readings))
    return max(0.0, min(1.0, 0.7 * (6 - hard) / 5 + 0.3 / (1 + terms)))


def _lost_and_left(conversation: Conversation, first: int) -> int | None:
    """The patient's turn that said they were lost, if nothing was explained again after it.

    `first`: the first explaining turn; what had the patient lost before it was nothing the student explained.
    """
    for index in range(first + 1, len(conversation.turns)):
        turn = conversation.turns[index]
        if turn.speaker != "patient" or not is_lost(turn.text):
            continue
        if not _explained_after(conversation, index):
            return index
    return None


def _explained_after(conversation: Conversation, index: int) -> bool:
    """Whether the next answer explains, or asks which part was lost and the one after it explains."""
    for _ in range(2):
        answer = conversation.answer_to(index)
        if answer is None:
            return False
        if answer.reading.has(*TELLING, "defines", "gives_why"):
            return True
        if not answer.reading.has("open_question", "closed_question", "checks_specific"):
            return False
        index = answer.turn
    return False
