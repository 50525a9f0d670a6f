"""Whether an answer speaks of what the patient spoke of."""

from scoring.conversation import Answer, Conversation
from scoring.occasions import Opportunity
from scoring.reading import Move
from scoring.words import content

_SUBJECT_WORDS = 2
"""From this many content words on, what comes before has a subject of its own."""


def is_on_topic(conversation: Conversation, opportunity: Opportunity, answer: Answer, turns_back: int = 1) -> bool:
    """Whether the answer speaks of what the patient just spoke of, in that turn or the last few."""
    said = content(conversation.turns[answer.turn].text)
    heard = _said_till(conversation, opportunity, answer)
    if turns_back > 1:
        heard |= conversation.patient_content(answer.turn, turns_back)
    return bool(said & heard)


def _said_till(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> frozenset[str]:
    """What the patient spoke of from the opportunity till the answer: a turn that runs on over a "mm-hm" is one."""
    till = range(opportunity.turn, answer.turn)
    said = (conversation.turns[turn] for turn in till)
    return frozenset().union(*(content(turn.text) for turn in said if turn.speaker == "patient"))


def changed_subject(conversation: Conversation, opportunity: Opportunity, answer: Answer, move: Move) -> bool:
    """Whether the answer spoke of something the patient had not, before it came to these words."""
    before = content(conversation.turns[answer.turn].text[: move.start])
    heard = content(conversation.turns[opportunity.turn].text) | conversation.patient_content(answer.turn)
    return len(before) >= _SUBJECT_WORDS and not before & heard
