"""Siding with the patient: a judgement shared and taken up, or a reproach granted. Content heard, in other words."""

import re

from scoring.conversation import Answer, Conversation
from scoring.occasions import Opportunity
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

_GRANTS = re.compile(
    r"^\W*(?:(?:oh|yes|yeah|ok(?:ay)?|well|and|no|hm+|mm+|right)\W+)*(?:"
    r"you(?:'re| are) (?:quite |absolutely |so |totally |completely )?right(?! to\b)|(?:that's|that is|it's|it is) "
    r"(?:a )?(?:fair|true|very true|fair (?:enough|point|comment|question))\b(?! that)|fair (?:enough|point)\b|"
    r"(?:all (?:of )?)?(?:that|those(?: things)?|these(?: things)?) (?:is|are) (?:all )?(?:quite |very )?true)\b",
    re.IGNORECASE,
)
"""What the patient holds against one is granted, at once and without a "but" (MIRS; MITI: rolling with it)."""
_TAKEN_BACK = re.compile(r"\b(?:but|though|however|only that)\b", re.IGNORECASE)


def grants(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> Move | None:
    """The words that grant a reproach or a no, unless they are taken back: "You're right, it is late"."""
    if opportunity.kind != "challenge" or opportunity.family == "sadness":
        return None
    text = straight(conversation.turns[answer.turn].text)
    found = _GRANTS.match(text)
    if found is None or _TAKEN_BACK.search(text):
        return None
    return Move(kind="acknowledges", start=found.start(), end=found.end())


def shares_view(conversation: Conversation, answer: Answer) -> Move | None:
    """The words of the answer that judge as the patient does, if they take it up: "Those are so gross." - "I know!"."""
    if not _TAKES_UP_VIEW.match(straight(conversation.reply_to(answer.turn))):
        return None
    found = _SHARED_VIEW.search(straight(conversation.turns[answer.turn].text))
    return Move(kind="acknowledges", start=found.start(), end=found.end()) if found else None
