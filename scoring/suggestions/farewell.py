"""Where a conversation was brought to its end: after a goodbye nothing more is suggested."""

import re

from scoring.conversation import Conversation
from scoring.words import sentences, straight, words

_LONGEST_WORDS = 7
"""A goodbye is short: "I never got to say goodbye to my dad that night" is none."""
_GOODBYE = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|all right|alright|right|well|so|and|great|thanks|thank you|good|then|yeah|yes|too|you too|"
    r"lovely|cheers)\b[,. ]*)*(?:good ?-?bye|bye\b|see you\b(?! (?:are|were|have|can|look|seem|as))|take care\b(?! of)|"
    r"have a (?:good|nice|lovely|great|safe) (?:day|one|evening|weekend|afternoon|night|rest|week|trip))",
    re.IGNORECASE,
)
_LAST_SHARE = 2
"""Only in the last half of a talk is a goodbye its end."""


def farewell_turn(conversation: Conversation) -> int | None:
    """The first turn, of either, that says goodbye; None where nobody did."""
    first = len(conversation.turns) // _LAST_SHARE
    for index, turn in enumerate(conversation.turns):
        if index >= first and any(_says_goodbye(one.text) for one in sentences(straight(turn.text))):
            return index
    return None


def _says_goodbye(sentence: str) -> bool:
    return len(words(sentence)) <= _LONGEST_WORDS and _GOODBYE.match(sentence) is not None
