"""Leave that was asked: given, refused or held back, what it covers, and how long it holds (rubric 2.3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from personas.vocabulary import Act
from scoring.conversation import Conversation
from scoring.moves.sentences import sentences_of
from scoring.moves.telling import topics_of
from scoring.patient import signs
from scoring.patient.questions import question
from scoring.patient_replies import agrees, refuses
from scoring.reading import Move
from scoring.words import content, straight, words

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

_SHORT_REQUEST_WORDS = 5
"""A question as short as "Is it broken?" asks for what was offered."""

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
_MINDS = re.compile(
    r"\b(?:mind|any objections?|object to|bother you|be a (?:problem|bother|nuisance))\b", re.IGNORECASE
)
"""Asked so, a no grants: "Do you mind if I look?" "No."."""
_BARE_NO = re.compile(
    r"^\W*(?:(?:um+|uh+|er+|oh|well|mm+)\W+)*(?:no|nope|nah|not at all|not really|none)\b(?![^.!?]*\b(?:don't|rather|please|"
    r"not (?:now|today|yet)|wait|stop)\b)",
    re.IGNORECASE,
)
_NO_BUT_FINE = re.compile(
    r"^\W*no\b[^.?!]{0,40}(?:\bis|'s|\bare) (?:fine|okay|ok|all right|alright|good)\b", re.IGNORECASE
)
_ENDS_WITH_YES = re.compile(r"\b(?:yes|yeah|please|sure|okay|ok|go on)\W*$", re.IGNORECASE)
_MINDS_INDEED = re.compile(
    r"\bi (?:do|would|'d) mind\b|^\W*(?:yes|yeah),? (?:i|it) (?:do|would|does|is)\b", re.IGNORECASE
)
_RATHER = re.compile(r"\b(?:i'd|i would|we'd|she'd|he'd) (?:rather|sooner|prefer)\b|\bi prefer\b", re.IGNORECASE)
_RATHER_HEAR = re.compile(
    r"\b(?:rather|sooner|prefer)(?: to| that)? (?:know|hear|you (?:told|tell|said|did)|be told|now|get it)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"^\W*(?:(?:um+|er+|well|oh|let's|let us|i think|maybe|perhaps|can it|can we)\W+)*(?:later|tomorrow|another (?:time|day)|"
    r"next (?:time|week)|wait|(?:leave|do) (?:it|that)(?: for today| for now| till| until| there)|not just yet|"
    r"(?:that's|that is|this is|it's) (?:enough|plenty)|enough|when \w+[^.?!]*(?:here|back|with me|comes?))\b",
    re.IGNORECASE,
)
_LETS = re.compile(
    r"^\W*(?:(?:um+|uh+|er+|oh|well|mm+|so|and|ah|then|yes|right)\W+)*(?:aye|do\b|(?:that|it) would\W+(?:that|it) would|please|you (?:can|may|could|do)\b|(?:it|they|she|he) can\b|"
    r"(?:sit|do|have|take|say|ask|look|put|tell) (?:\w+ ){0,3}(?:like|want|away|on|me|it|need|must)\b|(?:fire|ask|talk|work|look) away|shoot|"
    r"(?:get|go|carry|crack|let's get) on\b|let's (?:hear|do|go|have|talk|see|start)|why not|by all means|be my guest|as you (?:like|wish)|"
    r"whatever you|(?:now|that|this|today|tonight|it)(?:'s| is| would be|'d be|'ll be)? (?:is )?(?:fine|good|great|okay|ok|all right|alright|nice|"
    r"really nice|helpful|useful|best|better|now)|i'm (?:listening|ready|all ears)|(?:i am|we're) (?:ready|listening)|i can (?:talk|listen)|"
    r"(?:we|you) can (?:talk|do|start|look)|thank(?:s| you)|cheers|good idea|mm+|hm+|uh-?huh|suppose so|(?:i'd|i would|that'd|it'd|that would|it would) "
    r"(?:appreciate|love|like|be (?:\w+ )?(?:good|great|fine|nice|helpful|grand|useful|kind))|quick(?:ly)?|make it quick|"
    r"if (?:it|that|you|we) (?:helps?|will help|'ll help|must|have to|like|want|think)|tell me|show me|explain|i (?:want|need|would like|'d like) (?:you )?to "
    r"(?:know|hear|talk)|(?:the )?truth|straight|bit by bit|all at once|one at a time|both|with you)\b",
    re.IGNORECASE,
)
"""Words that let the other go on, beside a plain yes: "sit where you like", "ask away", "now's good", "show me"."""
_ASKS_BACK = re.compile(
    r"^\W*(?:will|would|are|do|did|can|could) you\b(?! (?:tell|explain|show))|^\W*(?:do|must) i\b", re.IGNORECASE
)
_TAKES_UP = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|all right|well|right|yes|yeah|then|so)\W+)*(?:(?:we|you|i) can (?:talk|do|start|look|hear|tell|ask)|"
    r"let's (?:talk|do|start|look|hear)|(?:go|carry) on\b|go ahead|(?:tell|show|ask) (?:me|away)|you (?:can|may) (?:tell|ask|look))",
    re.IGNORECASE,
)
"""Said a turn later, it can only be the answer to what was asked before."""
_RESISTS = re.compile(r"\b(?:can't|cannot|couldn't|won't|don't want|never)\b", re.IGNORECASE)
_WHAT_IS_DONE = re.compile(
    r"\bwhat (?:(?:i|we|they|the \w+) (?:would|'d|will|'ll|want|plan|need|are|am|have)|(?:will )?happens?|comes next)\b",
    re.IGNORECASE,
)
"""Leave to explain what will be done covers the test that is then proposed."""
_ENDS_ASKING = re.compile(r"\bask(?:ed|ing)?\b|\btell(?:ing)? me\b|\bshare with me\b|\bone more\b", re.IGNORECASE)

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

    Asked in the turn before and answered by neither yes nor no, it is returned when no earlier yes holds. A refusal holds whatever was talked of since, until the patient says yes. `act_of_turn`: a turn's weightiest act.
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
    said = _one_line(conversation.reply_to(index))
    text = conversation.turns[index].text
    start, end = conversation.sentence_around(index, move.start, move.end)
    asked = " . ".join(sentence.text for sentence in sentences_of(text[start:end]))
    choice = conversation.readings[index].has("offers_choice")
    turned_down = _turns_down(said, asked, choice=choice)
    came_round = _came_round(conversation, index, before, asked, any_yes=turned_down)
    refused = turned_down and not came_round
    own = text[move.start : move.end]
    return Leave(
        turn=index,
        move=move,
        granted=not refused and (came_round or gives_leave(said, asked, choice=choice)),
        refused=refused,
        choice=choice,
        group=_group(conversation, move, straight(own)),
        topics=topics_of(own),
        explains_act=bool(_WHAT_IS_DONE.search(asked)),
    )


def _one_line(text: str) -> str:
    return " ".join(straight(text).split())


def _turns_down(said: str, asked: str, *, choice: bool) -> bool:
    """Whether an answer to leave is a no: said so, held back, "I'd rather wait", or the later of two times offered."""
    if _MINDS.search(asked) and not _MINDS_INDEED.search(said) and _BARE_NO.match(said):
        return False
    if _MINDS.search(asked) and _MINDS_INDEED.search(said):
        return True
    if holds_back(said):
        return not _NO_BUT_FINE.match(said)
    rather = _RATHER.search(said) and not _RATHER_HEAR.search(said)
    if rather and not (choice and content(said) & content(asked)):
        return True
    return bool(_LATER.match(said))


def gives_leave(said: str, asked: str, *, choice: bool = False) -> bool:
    """Whether an answer to leave is a yes: a grant, a request, the thing asked gone into, or one of two taken up.

    A feeling, another subject or a bare "oh" is none.
    """
    if not said.strip():
        return False
    if agrees(said) or _NO_BUT_FINE.match(said) or _LETS.match(said) or _ENDS_WITH_YES.search(said):
        return True
    if _MINDS.search(asked) and _BARE_NO.match(said):
        return True
    if (
        question(said) is not None
        and not _ASKS_BACK.match(said)
        and (len(words(said)) <= _SHORT_REQUEST_WORDS or content(said) & content(asked))
    ):
        return True
    if signs(said) or _RESISTS.search(said):
        return False
    about = content(said) & content(asked) or topics_of(said) & topics_of(asked)
    return bool(about) or bool(_ENDS_ASKING.search(asked) and content(said))


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


def _came_round(conversation: Conversation, index: int, before: int | None, asked: str, *, any_yes: bool) -> bool:
    """Whether the patient agreed after the student answered them with words, and before the act.

    After a no any yes will do (`any_yes`); after anything else, one that takes up what was asked.
    """
    between = [turn for turn in conversation.spoken if index < turn and (before is None or turn < before)]
    return before is not None and any(
        (any_yes and agrees(said)) or bool(_TAKES_UP.match(said))
        for said in (_one_line(conversation.reply_to(turn)) for turn in between)
    )
