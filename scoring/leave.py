"""Leave that was asked: given, refused or held back, what it covers, and how long it holds (rubric 2.3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from personas.vocabulary import Act
from scoring.conversation import Conversation
from scoring.leave_answers import explains_act, gives_leave, takes_up, turns_down
from scoring.moves.telling import topics_of
from scoring.patient_replies import agrees
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
GOOD_MOMENT = re.compile(
    r"\b(?:good (?:moment|time)|(?:are you|if you're) (?:driving|alone|at work|somewhere)|able to talk|"
    r"can you talk|free to talk|(?:two|a couple of|a few|five) minutes)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Leave:
    """Leave that was asked for: in which turn, how it was taken, and what it covers (`group` None: anything).

    Neither `granted` nor `refused`: the answer was no answer to it, a feeling, another subject, or there was none.
    """

    turn: int
    move: Move
    granted: bool
    refused: bool
    choice: bool
    group: str | None
    topics: frozenset[int]
    explains_act: bool = False

    def covers(self, act: Act, topics: frozenset[int], *, just_before: bool) -> bool:
        """Whether this leave is for such an act, and not for another sensitive subject.

        Leave to talk about something covers what is told of it next; a no to talking, what is opened next.
        """
        group = GROUP[act]
        if self.topics and topics and not self.topics & topics and group == "sensitive":
            return False
        if self.group is None or self.group == group:
            return True
        if self.explains_act and act == "examination":
            return True
        if self.group == "agenda":
            return just_before and (act == "education" or (act == "sensitive" and self.refused))
        return self.group in REQUESTABLE and group in REQUESTABLE


def leave_for(
    conversation: Conversation, first: int, act: Act, act_of_turn: Callable[[int], Act | None]
) -> Leave | None:
    """The latest leave that covers an act: asked just before, or held since, while the subject stayed.

    Asked in the turn before and answered by neither yes nor no, it is returned when no earlier yes holds. A refusal
    holds whatever was talked of since, until the patient says yes. `act_of_turn`: a turn's weightiest act.
    """
    topics = topics_of(conversation.turns[first].text)
    changed, unanswered = False, None
    before = max((turn for turn in conversation.spoken if turn < first), default=-1)
    for index in [turn for turn in reversed(conversation.spoken) if turn < first][:_TURNS_HELD]:
        reading = conversation.readings[index]
        for move in reversed(reading.all("asks_permission")):
            leave = leave_asked(conversation, index, move, before=first)
            if not leave.covers(act, topics, just_before=index == before):
                continue
            if leave.refused or (leave.granted and not changed):
                return leave
            if index == before:
                unanswered = leave
        changed = changed or reading.has("signposts") or _is_other(act_of_turn(index), GROUP[act])
    return unanswered


def _is_other(act: Act | None, group: str) -> bool:
    """Whether an act in between changed the subject; telling and guiding go together."""
    if act is None or GROUP[act] == group:
        return False
    return not (GROUP[act] in REQUESTABLE and group in REQUESTABLE)


def leave_asked(conversation: Conversation, index: int, move: Move, before: int | None = None) -> Leave:
    """How the leave asked in a turn was taken; an answer that became a yes by the turn `before` is a yes."""
    reply, text = conversation.reply_to(index), conversation.turns[index].text
    start, end = conversation.sentence_around(index, move.start, move.end)
    asked, own = text[start:end], text[move.start : move.end]
    choice = conversation.readings[index].has("offers_choice")
    turned_down = turns_down(reply, asked, choice=choice)
    came_round = _came_round(conversation, index, before, any_yes=turned_down)
    return Leave(
        turn=index,
        move=move,
        granted=came_round or (not turned_down and gives_leave(reply, asked)),
        refused=turned_down and not came_round,
        choice=choice,
        group=_group(conversation, move, straight(own)),
        topics=topics_of(own),
        explains_act=explains_act(asked),
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


def _came_round(conversation: Conversation, index: int, before: int | None, *, any_yes: bool) -> bool:
    """Whether the patient agreed after the student answered them with words, and before the act.

    After a no any yes will do (`any_yes`); after anything else, one that takes up what was asked.
    """
    between = [turn for turn in conversation.spoken if index < turn and (before is None or turn < before)]
    replies = [conversation.reply_to(turn) for turn in between]
    return before is not None and any((any_yes and agrees(said)) or takes_up(said) for said in replies)
