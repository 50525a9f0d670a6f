"""What is stated and the why of it: part C of an explanation, rubric 2.4."""

import re

from scoring.conversation import Conversation
from scoring.explaining.obstacles import answers_obstacle
from scoring.explaining.part import Part
from scoring.reading import Move
from scoring.words import Sentence, content, sentences, straight

WHY_NOT = re.compile(
    r"\b(?:why|how come)\b(?: \w+){0,2}? (?:(?:have|has|did|do|does|are|is|were|was|would|will|could|ca)n't|"
    r"(?:have|has|did|do|does|are|is|were|was|would|will|could|can) (?:\w+ )?not|(?:\w+ )?(?:never|not))\b|"
    r"\bwhat (?:is|has been|was|'s)?(?: \w+)? ?(?:stopping|stopped|keeping|kept) you\b",
    re.IGNORECASE,
)

_HOLLOW_REASON = re.compile(
    r"^(?:so,? that(?:'?s\b|\W+that| (?:is|was|will|would|must|may|might|could|sounds?|seems?|makes?|feels?|means?|"
    r"does|has|one|kind|sort|all|really)\b)|in order(?:,|\W*$)|so,? (?:how|what|why)\b|"
    r"that(?:'s| would| will|'ll|'d) (?:be|go|work|have|also|really)|"
    r"(?:\bcause )(?!you|i\b|we|it|they|he|she|the|there|that|this|my))",
    re.IGNORECASE,
)
"""Words that only look like a reason: "so that's one thing", "that would be another", "cause problems"."""


def stated(conversation: Conversation, index: int) -> tuple[Move, ...]:
    """What a turn tells as a statement of the clinician's: not in a question, nor in what gives the patient back."""
    text = conversation.turns[index].text
    given_back = conversation.readings[index].all("reflects", "reflects_complex", "names_emotion")
    return tuple(
        move
        for move in conversation.told_in(index)
        if not _within(move, given_back) and not _is_asked(conversation, index, move, text)
    )


def _is_asked(conversation: Conversation, index: int, move: Move, text: str) -> bool:
    start, end = conversation.sentence_around(index, move.start, move.end)
    return text[start:end].rstrip().endswith("?")


def _within(move: Move, others: tuple[Move, ...]) -> bool:
    return any(other.start < move.end and move.start < other.end for other in others)


def reasons(conversation: Conversation, index: int) -> tuple[Move, ...]:
    """The reasons a turn gives for what it tells: in the same sentence as the telling, or in the next to it."""
    cut = sentences(conversation.turns[index].text)
    reading = conversation.readings[index]
    told = [_place_of(cut, move) for move in (*stated(conversation, index), *reading.all("examines"))]
    return tuple(
        move
        for move in reading.all("gives_why")
        if is_reason(conversation, index, move) and any(abs(_place_of(cut, move) - place) <= 1 for place in told)
    )


def is_reason(conversation: Conversation, index: int, move: Move) -> bool:
    """Whether words that look like a reason give one: not in a question, nor in what gives the patient back."""
    text = conversation.turns[index].text
    given_back = conversation.readings[index].all("reflects", "reflects_complex", "names_emotion")
    hollow = _HOLLOW_REASON.match(straight(text[move.start : move.end]))
    return not hollow and not _within(move, given_back) and not _is_asked(conversation, index, move, text)


def _place_of(cut: list[Sentence], move: Move) -> int:
    """Which sentence a move begins in."""
    return next((place for place, one in enumerate(cut) if one.start <= move.start < one.end), 0)


def the_why(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """C: a reason for the main advice or test, linked to what this patient said."""
    given = [(index, move) for index in turns for move in reasons(conversation, index)]
    for index in turns:
        for move in stated(conversation, index):
            place = (index, *conversation.sentence_around(index, move.start, move.end))
            if answers_obstacle(conversation, *place):
                return Part(2, "You answered what the patient said stood in the way.", place)
    if not given:
        return Part(0, "No reason was given for what was told or advised.")
    for index, move in given:
        start, end = conversation.sentence_around(index, move.start, move.end)
        said = content(conversation.turns[index].text[start:end])
        if said & conversation.concerns_before(index):
            return Part(2, "You gave a reason and tied it to what matters to the patient.", (index, start, end))
    index, move = given[0]
    place = (index, *conversation.sentence_around(index, move.start, move.end))
    return Part(1, "You gave a reason, but one that would fit anybody.", place, helps=True)
