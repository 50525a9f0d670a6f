"""A judgement shared with the patient, who takes it up: content heard, in the words of one who agrees."""

import re

from scoring.conversation import Answer, Conversation
from scoring.reading import Move
from scoring.words import straight

_SHARED_VIEW = re.compile(
    r"\b(?:that|this|it|those|these|they)(?:'s|'re| is| are| was| were| sounds?) (?:(?:so|really|very|just|pretty|"
    r"quite|absolutely|totally|such an?|kind of) ){1,2}(?:gross|disgusting|nasty|awful|terrible|horrible|cruel|"
    r"unfair|wrong|"
    r"ridiculous|crazy|mad|annoying|rotten|mean|rude|sad|scary|creepy|bad|sweet|lovely|beautiful|exciting|funny)\b",
    re.IGNORECASE,
)
"""A judgement of what the patient spoke of, strengthened as one shares it."""
_TAKES_UP_VIEW = re.compile(
    r"^\W*(?:(?:oh|god|yeah|yes|well)\W+)*(?:"
    r"i know\b(?! (?:what|how|why|that|it|you|but|i|he|she|they|where|when|who)\b)|"
    r"right\?|exactly|totally|(?:is|are|was|were)n't (?:it|they|he|she)\b|tell me about it)",
    re.IGNORECASE,
)


def shares_view(conversation: Conversation, answer: Answer) -> Move | None:
    """The words of the answer that judge as the patient does, if they take it up: "Those are so gross." - "I know!"."""
    if not _TAKES_UP_VIEW.match(straight(conversation.reply_to(answer.turn))):
        return None
    found = _SHARED_VIEW.search(straight(conversation.turns[answer.turn].text))
    return Move(kind="acknowledges", start=found.start(), end=found.end()) if found else None
