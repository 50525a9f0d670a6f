"""What stands in the patient's way, as they said it, and a telling that takes it out of the way (rubric 2.4, C)."""

import re

from scoring.conversation import Conversation
from scoring.words import sentences, straight

_TURNS_BACK = 4
"""How many of the patient's turns back an obstacle is still the one being answered."""


def _pair(obstacle: str, answer: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"\b(?:{obstacle})\b", re.IGNORECASE), re.compile(rf"\b(?:{answer})\b", re.IGNORECASE)


_PAIRS = (
    _pair(
        r"no money|(?:can't|cannot|couldn't|can not) (?:\w+ )?(?:afford|pay)|(?:too |so |very |really )?expensive|"
        r"costs? (?:\w+ )?(?:too much|a lot|a fortune|money)|don't have (?:the|any|enough|that kind of) money|"
        r"no insurance|(?:short of|out of|low on) (?:money|cash)|broke",
        r"(?:is|are|it's|they're|comes?|for|completely|totally) free(?! to\b)|free of charge|"
        r"no (?:cost|charge)|(?:costs?|pay) (?:you )?nothing|"
        r"(?:don't|do not|won't|will not) (?:have|need) to pay|covers? (?:it|that|this|the cost|all)|covered by|"
        r"(?:costs? )?(?:only )?(?:a few|two|three|five) (?:pounds|dollars|euros)|cheaper|discount|voucher",
    ),
    _pair(
        r"no (?:car|ride|transport(?:ation)?|lift|way (?:to get|of getting))|don't (?:drive|have a (?:car|ride|lift))|"
        r"(?:can't|cannot|can not) (?:drive|get there|get here)|too far|(?:so|really|very) far away",
        r"bus|taxi|cab|van|transport|pick(?:s|ed)? you up|(?:a|give you a|get you a) (?:ride|lift)|"
        r"(?:to|at|in) your (?:home|house|door)|(?:by|over the) (?:phone|video)|round the corner|close to (?:you|home)",
    ),
    _pair(
        r"no time|(?:don't|do not|never) have (?:the |any |enough |much )?time|(?:too|so|really|very) busy|"
        r"work(?:ing)? (?:all day|full time|nights|every day|two jobs)",
        r"(?:only |just )?takes? (?:you )?(?:only |just )?(?:\w+ )?(?:minutes?|seconds|an hour)|"
        r"(?:in the |at )(?:evenings?|weekends?|night)|on (?:a )?(?:saturday|sunday)s?|at any time|after work|"
        r"(?:ten|five|fifteen|twenty|\d+) minutes",
    ),
    _pair(
        r"no(?:body|[ -]one) (?:\w+ )?(?:to |going to )?(?:watch|mind|look after|take care of)|"
        r"no (?:child ?care|baby ?sitter|sitter)|can't leave (?:the|my) (?:kids|children|baby|boys?|girls?)",
        r"child ?care|cr[eè]che|nursery|baby ?sitter|sitter|"
        r"(?:bring|take) (?:the|your) (?:kids|children|baby|boys?|girls?)",
    ),
)
"""What keeps people from what they were advised (money, the way there, time, children), and what answers it."""


def answers_obstacle(conversation: Conversation, index: int, start: int, end: int) -> bool:
    """Whether these words of a student's turn take away what the patient lately said stands in the way."""
    said = straight(conversation.turns[index].text[start:end])
    earlier = [turn.text for turn in conversation.turns[:index] if turn.speaker == "patient"][-_TURNS_BACK:]
    stated = [one.text for text in earlier for one in sentences(straight(text)) if not one.text.endswith("?")]
    return any(answer.search(said) and any(obstacle.search(one) for one in stated) for obstacle, answer in _PAIRS)
