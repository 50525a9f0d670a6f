"""Leave that was asked: given, refused or held back, what it covers, and how long it holds (rubric 2.3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from personas.vocabulary import Act
from scoring.conversation import Conversation
from scoring.moves.telling import topics_of
from scoring.patient_replies import agrees, refuses
from scoring.reading import Move
from scoring.words import straight

GROUP: dict[Act, str] = {
    "news": "telling",
    "education": "telling",
    "advice": "guiding",
    "plan": "guiding",
    "examination": "examining",
    "sensitive": "sensitive",
    "agenda": "agenda",
}
REQUESTABLE = ("telling", "guiding")
"""What a patient can ask for themselves, and what leave to talk covers together."""

_TURNS_HELD = 8
"""General permission lasts some minutes (MITI 4.2.1): so many student turns at most."""

_ABOUT_TELLING = re.compile(
    r"\b(?:tell you|told you|explain(?:ed)?|(?:go|went) (?:through|over)|share|give you (?:the|your|some))\b",
    re.IGNORECASE,
)
_RELUCTANT = re.compile(
    r"\b(?:(?:do|must) (?:we|i|you) (?:really )?(?:have to|need to)|must (?:we|you|i)|"
    r"is (?:that|it|this) (?:really )?necessary|can(?:'t| not)? (?:it|that|we|this) (?:not )?wait|"
    r"i'd (?:rather|prefer) (?:not|you didn't|we didn't)|i (?:don't|do not) know (?:if|about|whether)|"
    r"(?:maybe|perhaps) (?:later|another time|not)|i'm not (?:so )?sure)\b",
    re.IGNORECASE,
)
GOOD_MOMENT = re.compile(
    r"\b(?:good (?:moment|time)|(?:are you|if you're) (?:driving|alone|at work|somewhere)|able to talk|"
    r"can you talk|free to talk|(?:two|a couple of|a few|five) minutes)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Leave:
    """Leave that was asked for: in which turn, how it was taken, and what it covers (`group` None: anything)."""

    turn: int
    move: Move
    granted: bool
    refused: bool
    choice: bool
    group: str | None
    topics: frozenset[int]

    def covers(self, group: str, topics: frozenset[int]) -> bool:
        """Whether this leave is for acts of that group, and not for another sensitive subject."""
        if self.topics and topics and not self.topics & topics and group == "sensitive":
            return False
        if self.group is None or self.group == group:
            return True
        return self.group in REQUESTABLE and group in REQUESTABLE


def leave_for(
    conversation: Conversation, first: int, group: str, act_of_turn: Callable[[int], Act | None]
) -> Leave | None:
    """The latest leave that covers an act: asked just before, or held since, while the subject stayed.

    A refusal holds whatever was talked of since, until the patient says yes. `act_of_turn`: a turn's weightiest act.
    """
    topics = topics_of(conversation.turns[first].text)
    changed = False
    for index in [turn for turn in reversed(conversation.spoken) if turn < first][:_TURNS_HELD]:
        reading = conversation.readings[index]
        for move in reversed(reading.all("asks_permission")):
            leave = leave_asked(conversation, index, move, before=first)
            if leave.covers(group, topics) and (leave.refused or not changed):
                return leave
        changed = changed or reading.has("signposts") or _is_other(act_of_turn(index), group)
    return None


def _is_other(act: Act | None, group: str) -> bool:
    """Whether an act in between changed the subject; telling and guiding go together."""
    if act is None or GROUP[act] == group:
        return False
    return not (GROUP[act] in REQUESTABLE and group in REQUESTABLE)


def leave_asked(conversation: Conversation, index: int, move: Move, before: int | None = None) -> Leave:
    """How the leave asked in a turn was taken; a no that became a yes by the turn `before` is a yes."""
    said = conversation.reply_to(index)
    refused = holds_back(said) and not _came_round(conversation, index, before)
    words = conversation.turns[index].text[move.start : move.end]
    return Leave(
        turn=index,
        move=move,
        granted=bool(said) and not refused,
        refused=refused,
        choice=conversation.readings[index].has("offers_choice"),
        group=_group(conversation, move, straight(words)),
        topics=topics_of(words),
    )


def _group(conversation: Conversation, move: Move, words: str) -> str | None:
    if _ABOUT_TELLING.search(words):
        return "telling"
    remote = conversation.scenario is not None and (
        conversation.scenario.channel == "phone" or conversation.scenario.audience == "clinician"
    )
    if remote and move.act in (None, "agenda") and GOOD_MOMENT.search(words):
        return None
    return GROUP[move.act] if move.act is not None else None


def holds_back(reply: str) -> bool:
    """Whether a reply refuses, or shows reluctance: "do we have to?"."""
    said = straight(reply)
    return bool(said) and (refuses(said) or (bool(_RELUCTANT.search(said)) and not agrees(said)))


def _came_round(conversation: Conversation, index: int, before: int | None) -> bool:
    """Whether the patient agreed after the student answered the no with words, and before the act."""
    between = [turn for turn in conversation.spoken if index < turn and (before is None or turn < before)]
    return before is not None and any(agrees(conversation.reply_to(turn)) for turn in between)
