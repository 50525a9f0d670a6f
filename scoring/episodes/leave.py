"""Leave that was asked: given, refused or held back, what it covers, and how long it holds (rubric 2.3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from personas.vocabulary import Act
from scoring.conversation import Conversation
from scoring.episodes.leave_answers import explains_act, gives_leave, plainly, takes_up, turns_down
from scoring.episodes.sensitive import asks_at_once
from scoring.moves.subjects import subjects_of
from scoring.patient.questions import question
from scoring.patient.replies import agrees
from scoring.reading import Move
from scoring.words import content, straight

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
_TALK_OF = re.compile(
    r"\b(?:discuss(?:ed)?|(?:talk|talked|chat|speak|think|thought|advice|suggestions?|recommendations?|ideas?|tips|"
    r"information|something|look|looked|work|worked|go|went|focus|focused)\b(?: \w+){0,3}? "
    r"(?:about|over|through|at|on|into|for)) (?P<what>.+)",
    re.IGNORECASE,
)
_GIVE_UP = re.compile(
    r"\b(?:should|must|need to|have to|have got to|ought to|better) (?:\w+ly |just )?"
    r"(?:stop|quit|cut (?:down|back)|give (?:it|them|that) up)"
    r"(?=,? (?:now|today|altogether|because|or|and|at once)\b| \.|$)",
    re.IGNORECASE,
)
"""Said right after a habit was spoken of, "you should stop" means that habit."""

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
    subjects: frozenset[str]
    talk_of: frozenset[str] = frozenset()
    explains_act: bool = False

    def covers(self, act: Act, text: str, *, just_before: bool) -> bool:
        """Whether this leave is for such an act, done in these words, and not for another sensitive subject.

        Leave to talk about something covers what is told of it next, and advice on the very thing; a no to talking,
        what is opened next; an answer about a sensitive subject by its name, that subject.
        """
        group, subjects = GROUP[act], subjects_of(text)
        if act == "sensitive" and self.names(text):
            return True
        if just_before and self.subjects and _GIVE_UP.search(plainly(text)):
            return True
        if (self.talk_of & content(text)) and act != "examination" and (just_before or act != "news"):
            return True
        if self.subjects and subjects and not self.subjects & subjects and group == "sensitive":
            return False
        if self.group is None or self.group == group:
            return True
        if self.explains_act and act == "examination":
            return True
        if self.group == "agenda":
            return just_before and (act == "education" or (act == "sensitive" and self.refused))
        return self.group in REQUESTABLE and group in REQUESTABLE

    def names(self, text: str) -> bool:
        """Whether leave was asked for the sensitive subjects these words touch, each by its name."""
        subjects = subjects_of(text)
        return bool(subjects) and subjects <= self.subjects


def leave_for(
    conversation: Conversation, first: int, act: Act, act_of_turn: Callable[[int], Act | None]
) -> Leave | None:
    """The latest leave that covers an act: asked just before, or held since, while the subject stayed.

    Asked in the turn before and answered by neither yes nor no, it is returned when no earlier yes holds. A refusal
    holds whatever was talked of since, until the patient says yes; so does a yes to a sensitive subject by its name.
    `act_of_turn`: a turn's weightiest act.
    """
    text = conversation.turns[first].text
    changed, unanswered = False, None
    before = max((turn for turn in conversation.spoken if turn < first), default=-1)
    for passed, index in enumerate(turn for turn in reversed(conversation.spoken) if turn < first):
        reading = conversation.readings[index]
        for move in reversed(reading.all("asks_permission")):
            leave = leave_asked(conversation, index, move, before=first)
            if not leave.covers(act, text, just_before=index == before):
                continue
            if leave.granted and act == "sensitive" and leave.names(text):
                return leave
            if passed >= _TURNS_HELD:
                continue
            if leave.refused or (leave.granted and not changed):
                return leave
            if index == before:
                unanswered = leave
        changed = changed or reading.has("signposts") or _is_other(act_of_turn(index), GROUP[act])
    return unanswered


def presses_on(conversation: Conversation, index: int) -> bool:
    """Whether a turn asks about a sensitive subject that the patient would not talk about when leave was asked."""
    earlier = [turn for turn in reversed(conversation.spoken) if turn < index][:_TURNS_HELD]
    if not any(conversation.readings[turn].has("asks_permission") for turn in earlier):
        return False
    reading = conversation.readings[index]
    leave = reading.all("asks_permission")
    asked = [
        subjects_of(text)
        for move in reading.all("closed_question", "open_question")
        if not any(one.start < move.end and move.start < one.end for one in leave)
        and asks_at_once(text := conversation.turns[index].text[move.start : move.end])
    ]
    latest = next(
        (
            taken
            for turn in earlier
            for move in reversed(conversation.readings[turn].all("asks_permission"))
            if any(subjects & subjects_of(_words(conversation, turn, move)) for subjects in asked)
            for taken in [leave_asked(conversation, turn, move, before=index)]
        ),
        None,
    )
    return latest is not None and latest.refused


def _words(conversation: Conversation, turn: int, move: Move) -> str:
    return conversation.turns[turn].text[move.start : move.end]


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
    asked_back = question(reply) is not None or reply.rstrip().endswith("?")
    came_round = _came_round(conversation, index, before, any_yes=turned_down or asked_back)
    return Leave(
        turn=index,
        move=move,
        granted=came_round or (not turned_down and gives_leave(reply, asked)),
        refused=turned_down and not came_round,
        choice=choice,
        group=_group(conversation, move, straight(own)),
        subjects=subjects_of(own),
        talk_of=_talked_of(own),
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


def _talked_of(words: str) -> frozenset[str]:
    """What leave is asked to talk about: its own words; leave to ask questions is no leave to advise."""
    named = _TALK_OF.search(plainly(words))
    return content(named["what"]) if named else frozenset()


def _came_round(conversation: Conversation, index: int, before: int | None, *, any_yes: bool) -> bool:
    """Whether the patient agreed after the student answered them with words, and before the act.

    After a no, or a question of the patient's about it, any yes will do (`any_yes`); after anything else, one that
    takes up what was asked.
    """
    between = [turn for turn in conversation.spoken if index < turn and (before is None or turn < before)]
    replies = [conversation.reply_to(turn) for turn in between]
    return before is not None and any((any_yes and agrees(said)) or takes_up(said) for said in replies)
