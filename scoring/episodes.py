"""What needed the patient's leave, and whether it was asked for: permission episodes, rubric 2.3 and 2.6."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from personas.vocabulary import Act, MoveKind
from scoring.conversation import Conversation, is_bare, is_greeting
from scoring.patient_replies import agrees, refuses
from scoring.reading import Move, TurnReading
from scoring.scorecard import Quote
from scoring.words import sentences, straight

Grade = Literal[-1, 0, 1, 2]
How = Literal[
    "requested",
    "asked",
    "held",
    "same_turn",
    "bad_moment",
    "after",
    "none",
    "overridden",
    "fake_choice",
    "respected",
    "stalled",
    "tic",
]

WEIGHTS: dict[Act, float] = {
    "news": 3.0,
    "examination": 3.0,
    "sensitive": 2.5,
    "advice": 2.0,
    "plan": 1.5,
    "education": 1.0,
    "agenda": 0.5,
}
"""How much an act weighs; the weightiest one decides levels 3 and 4."""

_ACT_OF: dict[MoveKind, Act] = {
    "tells_news": "news",
    "examines": "examination",
    "opens_sensitive": "sensitive",
    "advises": "advice",
    "tells_plan": "plan",
    "tells_fact": "education",
}
_GROUP: dict[Act, str] = {
    "news": "telling",
    "education": "telling",
    "advice": "guiding",
    "plan": "guiding",
    "examination": "examining",
    "sensitive": "sensitive",
    "agenda": "agenda",
}
_REQUESTABLE = ("telling", "guiding")

_ENOUGH_WORDS = 12
"""A telling shorter than this is an answer in passing, not an act that needs leave."""

_FAKE_CHOICE = re.compile(
    r"\b(?:i'm|i am|we're|we are) (?:just )?(?:going to|gonna)\b[^.?!]{3,120}[,.]? ?(?:ok(?:ay)?|all ?right|yeah)\s*\?",
    re.IGNORECASE,
)
_FAKE_EXAMINATION = re.compile(
    r"\b(?:i'm|i am|we're|we are) (?:just )?(?:going to|gonna) (?:\w+ ){0,2}"
    r"(?:examine|listen to your|look at your|press|feel your|take (?:some |your )?blood|swab)",
    re.IGNORECASE,
)
_EMERGENCY = re.compile(r"\b(?:ambulance|emergency services|call 999|dial 999|call 911|crash team)\b", re.IGNORECASE)
_STALLS = re.compile(
    r"\b(?:we(?:'ll| will) (?:get|come) (?:back )?to (?:that|it)|before (?:that|we get|i (?:answer|get|tell))|"
    r"let'?s not|don't worry about that|"
    r"(?:not something|can't discuss|cannot discuss)|first,? (?:i|let me|can|could|tell)|the (?:doctor|"
    r"consultant) will|in a (?:moment|minute|bit)|all in good time|later)\b",
    re.IGNORECASE,
)
_HONEST = re.compile(
    r"\b(?:i (?:don't|do not) know|not sure yet|we (?:don't|do not) know|can't say (?:for certain|yet)|too early to)\b",
    re.IGNORECASE,
)
_ASKS_GUIDANCE = re.compile(
    r"\b(?:should|happens?|next|now|do|can|could|treat\w*|help|when|how|what)\b(?!.*\b(?:cancer|serious|find|found)\b)",
    re.IGNORECASE,
)
_ABOUT_TELLING = re.compile(
    r"\b(?:tell you|told you|explain(?:ed)?|(?:go|went) (?:through|over)|share|give you (?:the|your|some))\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|right|all ?right|good|well|mm+|hm+|so|i see|i understand|sure|now|um+|uh+|i hear you|"
    r"(?:i'm |i am )?sorry(?: to hear that)?|don't worry)\W*)*$",
    re.IGNORECASE,
)
_GRAVE = re.compile(r"\b(?:cancer|serious|die|dying|bad|result|find|found|tumou?r|wrong with|tell me)\b", re.IGNORECASE)
_GOOD_MOMENT = re.compile(
    r"\b(?:good (?:moment|time)|(?:are you|if you're) (?:driving|alone|at work|somewhere)|able to talk|"
    r"can you talk|free to talk|(?:two|a couple of|a few|five) minutes)\b",
    re.IGNORECASE,
)
_OFFERED = re.compile(
    r"\b(?:if you(?:'d| would)? (?:like|want|wish|prefer)|you (?:may|might|could) (?:want|like|wish|choose)|"
    r"would you like|up to you|your choice|some people)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Episode:
    """One act that needed leave, over the turns it took, with its grade and how leave was got."""

    act: Act
    turns: tuple[int, ...]
    grade: Grade
    how: How
    move: Move | None = None
    ask: tuple[int, Move] | None = None
    request: Quote | None = None
    with_choice: bool = False
    repaired: bool = False

    @property
    def weight(self) -> float:
        """How much this act weighs."""
        return WEIGHTS[self.act]


@dataclass
class _Leave:
    """Leave that was asked for and is still open or held."""

    turn: int
    move: Move
    granted: bool
    refused: bool
    choice: bool
    group: str | None
    used: bool = field(default=False)

    def covers(self, group: str) -> bool:
        if self.group is None or self.group == group:
            return True
        return self.group in _REQUESTABLE and group in _REQUESTABLE


def find_episodes(conversation: Conversation) -> tuple[Episode, ...]:
    """Every act that needed leave, in order, and the direct questions that were stalled."""
    graded = [_grade(conversation, act, turns, before) for act, turns, before in _acts(conversation)]
    episodes = [episode for episode in graded if episode is not None]
    episodes += _asked_without_act(conversation, episodes) + _stalled(conversation)
    if is_tic(conversation):
        episodes = [_without_tic(episode) for episode in episodes]
    return tuple(sorted(episodes, key=lambda episode: episode.turns[0]))


def is_tic(conversation: Conversation) -> bool:
    """Whether leave is asked on most turns, whatever follows: then it is a habit of speech."""
    asks = sum(reading.has("asks_permission", "asks_leave_tic") for reading in conversation.readings.values())
    return asks >= 5 and asks > 0.6 * len(conversation.spoken)


def _without_tic(episode: Episode) -> Episode:
    """Leave asked before every small step counts for nothing; for what is weighty it still does."""
    small = episode.weight < WEIGHTS["advice"] and episode.how in ("asked", "held", "same_turn")
    return replace(episode, grade=0, how="tic") if small else episode


def _acts(conversation: Conversation) -> Iterator[tuple[Act, tuple[int, ...], int]]:
    """Acts with the consecutive student turns they took, and the student turn before them (-1: none)."""
    current: tuple[Act, list[int], int] | None = None
    before = -1
    for index in conversation.spoken:
        reading = conversation.readings[index]
        act = _main_act(conversation, index, reading)
        if current is not None and act is not None and _GROUP[act] == _GROUP[current[0]]:
            heavier = max(act, current[0], key=lambda one: WEIGHTS[one])
            current = (heavier, [*current[1], index], current[2])
        elif not (is_bare(reading) or (act is None and reading.has("checks_closed", "checks_specific", "asks_after"))):
            if current is not None:
                yield current[0], tuple(current[1]), current[2]
            current = (act, [index], before) if act is not None else None
        before = index
    if current is not None:
        yield current[0], tuple(current[1]), current[2]


def _main_act(conversation: Conversation, index: int, reading: TurnReading) -> Act | None:
    """The weightiest act of a turn; a fact in passing, an emergency, or a must-ask is none."""
    text = conversation.turns[index].text
    if _EMERGENCY.search(text):
        return None
    acts = []
    told = conversation.told_in(index)
    facts = sum(move.kind == "tells_fact" for move in told)
    passing = reading.permission == "not_needed" or reading.words < _ENOUGH_WORDS
    for move in (*told, *reading.all("examines", "opens_sensitive")):
        act = _ACT_OF[move.kind]
        if act == "sensitive" and _is_must_ask(conversation, text):
            continue
        if (act in ("education", "plan") and passing) or (act == "education" and facts < 2 and text.endswith("?")):
            continue
        acts.append(act)
    if _FAKE_EXAMINATION.search(straight(text)):
        acts.append("examination")
    if conversation.scenario is not None and conversation.scenario.audience == "clinician":
        acts = [act for act in acts if act in ("news", "education")]
    if conversation.scenario is not None and conversation.scenario.channel == "written":
        acts = [act for act in acts if act in ("advice", "plan")]
    return max(acts, key=lambda one: WEIGHTS[one], default=None)


def _is_must_ask(conversation: Conversation, text: str) -> bool:
    must = conversation.scenario.must_ask if conversation.scenario is not None else ()
    return any(re.search(pattern, text, re.IGNORECASE) for one in must for pattern in one.asked_by)


def _grade(conversation: Conversation, act: Act, turns: tuple[int, ...], before: int) -> Episode | None:
    """One episode's grade: the first rule that fits, the patient's own request before all."""
    first = turns[0]
    reading = conversation.readings[first]
    move = _move_of(reading, act)
    group = _GROUP[act]
    episode = Episode(act, turns, 0, "none", move)
    if group in _REQUESTABLE and (request := _request(conversation, first, group)) is not None:
        return replace(episode, grade=2, how="requested", request=request)
    if conversation.scenario is not None and conversation.scenario.channel == "written":
        offered = bool(_OFFERED.search(conversation.turns[first].text)) or reading.has(
            "offers_choice", "asks_permission"
        )
        return replace(episode, grade=2 if offered else 0, how="asked" if offered else "none", with_choice=offered)
    if _is_fake_choice(conversation, turns, act):
        return replace(episode, grade=-1, how="fake_choice", repaired=_is_repaired(conversation, turns[-1]))
    leave = _leave(conversation, first, before, group)
    if leave is not None and leave.refused:
        return replace(
            episode,
            grade=-1,
            how="overridden",
            ask=(leave.turn, leave.move),
            repaired=_is_repaired(conversation, turns[-1]),
        )
    if leave is not None and leave.granted:
        how: How = "asked" if leave.turn == before else "held"
        return _by_phone(
            conversation, replace(episode, grade=2, how=how, ask=(leave.turn, leave.move), with_choice=leave.choice)
        )
    return _grade_late(conversation, episode, reading)


def _grade_late(conversation: Conversation, episode: Episode, reading: TurnReading) -> Episode:
    """Asked in the same breath, or only afterwards, or not at all."""
    asks = [ask for ask in reading.all("asks_permission") if episode.move is None or ask.start <= episode.move.start]
    if asks:
        return replace(episode, grade=1, how="same_turn", ask=(episode.turns[0], asks[0]))
    last = episode.turns[-1]
    following = [index for index in conversation.spoken if index > last][:1]
    for index in (*episode.turns, *following):
        after = conversation.readings[index].all("asks_after")
        proposed = (
            conversation.readings[index].permission == "after_or_refused" and "?" in conversation.turns[index].text
        )
        if after or (index in episode.turns and proposed):
            return replace(episode, grade=1, how="after", ask=(index, after[0]) if after else None)
    return episode


def _move_of(reading: TurnReading, act: Act) -> Move | None:
    for move in reading.moves:
        if _ACT_OF.get(move.kind) == act:
            return move
    return next((move for move in reading.moves if move.kind in _ACT_OF), None)


def _request(conversation: Conversation, first: int, group: str) -> Quote | None:
    """The patient's direct question or demand in what they said just before."""
    earlier = [
        index for index in conversation.spoken if index < first and not _leaves_question_open(conversation, index)
    ]
    since = earlier[-1] if earlier else -1
    asked = [quote for turn, quote in conversation.questions.items() if since < turn < first]
    fitting = [quote for quote in asked if group == "telling" or _ASKS_GUIDANCE.search(quote.quote)]
    return fitting[-1] if fitting else None


def _leaves_question_open(conversation: Conversation, index: int) -> bool:
    """A greeting, a bare sound or "what have you been told so far?": the patient's question still stands after it."""
    reading = conversation.readings[index]
    if is_bare(reading) or is_greeting(reading, conversation.turns[index].text):
        return True
    return all(
        move.kind in ("asks_prior_knowledge", "open_question", "closed_question") for move in reading.moves
    ) and (reading.has("asks_prior_knowledge"))


def _leave(conversation: Conversation, first: int, before: int, group: str) -> _Leave | None:
    """The latest leave that covers this act: asked just before, or held since, while the subject stayed."""
    for index in sorted((turn for turn in conversation.spoken if turn < first), reverse=True)[:8]:
        reading = conversation.readings[index]
        for move in reversed(reading.all("asks_permission")):
            leave = _leave_asked(conversation, index, move, reading)
            if leave.covers(group):
                near = leave.turn == before or index >= before
                return leave if near or (not leave.refused and group in _REQUESTABLE) else None
        if reading.has("signposts") or (
            (act := _main_act(conversation, index, reading)) and _GROUP[act] != group and group not in _REQUESTABLE
        ):
            return None
    return None


def _leave_asked(conversation: Conversation, index: int, move: Move, reading: TurnReading) -> _Leave:
    said = conversation.reply_to(index)
    refused = bool(said) and refuses(said)
    group = _GROUP[move.act] if move.act is not None else None
    if _ABOUT_TELLING.search(conversation.turns[index].text[move.start : move.end]):
        group = "telling"
    choice = reading.has("offers_choice")
    return _Leave(index, move, bool(said) and not refused, refused, choice, group)


def _is_fake_choice(conversation: Conversation, turns: Sequence[int], act: Act) -> bool:
    if act not in ("examination", "plan", "advice", "news"):
        return False
    return any(_FAKE_CHOICE.search(straight(conversation.turns[index].text)) for index in turns)


def _is_repaired(conversation: Conversation, turn: int) -> bool:
    following = [index for index in conversation.spoken if index > turn][:2]
    return any(conversation.readings[index].has("apologises", "offers_choice") for index in following)


def _by_phone(conversation: Conversation, episode: Episode) -> Episode:
    """By phone, weighty news also needs to know who listens and whether they can talk now (rubric 2.6)."""
    scenario = conversation.scenario
    if scenario is None or scenario.channel != "phone" or episode.act != "news":
        return episode
    earlier = " ".join(conversation.turns[index].text for index in conversation.spoken if index < episode.turns[0])
    return episode if _GOOD_MOMENT.search(straight(earlier)) else replace(episode, grade=1, how="bad_moment")


def _asked_without_act(conversation: Conversation, episodes: Sequence[Episode]) -> list[Episode]:
    """Leave refused and the no respected; or an agenda or an examination agreed to, outside the words."""
    used = {episode.ask[0] for episode in episodes if episode.ask is not None}
    found = []
    for index in conversation.spoken:
        reading = conversation.readings[index]
        for move in reading.all("asks_permission")[:1]:
            leave = _leave_asked(conversation, index, move, reading)
            act: Act = move.act or "education"
            if index in used or not (leave.refused or (leave.granted and act in ("examination", "agenda"))):
                continue
            how: How = "respected" if leave.refused else "asked"
            found.append(Episode(act, (index,), 2, how, move, (index, move), with_choice=leave.choice))
    return found


def _stalled(conversation: Conversation) -> list[Episode]:
    """Direct questions that the next turn did not answer: a missed occasion, never better than a plain answer."""
    found = []
    for turn, quote in conversation.questions.items():
        answer = conversation.answer_to(turn)
        if answer is not None and _leaves_question_open(conversation, answer.turn):
            answer = conversation.answer_to(answer.turn)
        if answer is None or not _stalls(conversation, answer.turn, answer.reading):
            continue
        act: Act = "news" if _GRAVE.search(quote.quote) else "education"
        found.append(Episode(act, (answer.turn,), 0, "stalled", request=quote))
    return found


def _stalls(conversation: Conversation, index: int, reading: TurnReading) -> bool:
    """Whether a turn puts the answer off, or holds nothing but fillers and questions of its own."""
    text = straight(conversation.turns[index].text)
    if _HONEST.search(text) or agrees(text) or reading.has("asks_permission", "offers_choice", "warns", "tells_news"):
        return False
    tells = reading.has("tells_fact", "tells_plan", "advises", "gives_why", "defines", "promises")
    if _STALLS.search(text):
        return not tells or text.rstrip().endswith("?")
    return not tells and all(one.text.endswith("?") or _FILLER.match(one.text) for one in sentences(text))
