"""Urging somebody who wanted to think about it: the patient held back, and was not let (rubric 2.3, grade -1)."""

import re

from personas.vocabulary import MoveKind
from scoring.conversation import Conversation
from scoring.episodes.leave_answers import wants_time
from scoring.patient.questions import question
from scoring.patient.replies import agrees
from scoring.words import straight

_PUT_TO_THEM: tuple[MoveKind, ...] = ("advises", "tells_plan", "asks_permission", "asks_after", "offers_choice")
"""What a patient may want to think over."""
_WHEN_READY = re.compile(
    r"\b(?:if|when(?:ever)?|once|should) you(?:'re| are)? (?:\w+ )?(?:decide|ready|want|feel|choose|like)|"
    r"\b(?:take (?:your|all the|as much) time|no (?:rush|hurry|pressure)|think (?:about it|it over))\b|"
    r"\byour (?:decision|choice)\b",
    re.IGNORECASE,
)


def pressed_on(conversation: Conversation, turns: tuple[int, ...]) -> tuple[int, int] | None:
    """The student's turn that the patient wanted to think over, and the one that goes on urging straight after."""
    for index in turns:
        earlier = max((turn for turn in conversation.spoken if turn < index), default=-1)
        reply = conversation.reply_to(earlier) if earlier >= 0 else ""
        if not wants_time(reply) or agrees(reply) or question(reply) is not None:
            continue
        put = conversation.readings[earlier].has(*_PUT_TO_THEM) or earlier in turns
        if put and _urges(conversation, index):
            return earlier, index
    return None


def _urges(conversation: Conversation, index: int) -> bool:
    """Whether a turn goes on advising or warning and leaves nothing open: no leave, no choice, no "when you decide"."""
    reading = conversation.readings[index]
    urging = reading.has("advises") or any(move.act == "advice" for move in reading.all("tells_fact"))
    leaves_open = reading.has("asks_permission", "offers_choice") or _WHEN_READY.search(
        straight(conversation.turns[index].text)
    )
    return urging and not leaves_open
