"""What needed the patient's leave, and whether it was asked for: permission episodes, rubric 2.3 and 2.6."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from personas.vocabulary import Act, MoveKind
from scoring.conversation import Conversation, is_bare, once
from scoring.episodes.leave import GOOD_MOMENT, GROUP, REQUESTABLE, Leave, leave_asked, leave_for, presses_on
from scoring.episodes.leave_answers import holds_back
from scoring.episodes.pressing import pressed_on
from scoring.episodes.sensitive import is_open, only_asks_leave
from scoring.episodes.shared_power import agenda_shared, plan_shared
from scoring.patient_questions import PutQuestion, questions_put
from scoring.reading import Move, TurnReading
from scoring.scorecard import Quote
from scoring.words import content, is_filler, most_within, straight, words

Grade = Literal[-1, 0, 1, 2]
How = Literal[
    "requested",
    "asked",
    "shared",
    "held",
    "same_turn",
    "unanswered",
    "bad_moment",
    "announced",
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
_TIC_ASKS, _TIC_TURNS = 5, 8
"""So many askings within so many of the student's turns are a tic; counted where they stand, not as a share of all."""

_IN_FULL = 2
_FEWEST_WORDS_ASKED = 3
_ENOUGH_WORDS = 12
"""A telling shorter than this is an answer in passing, not an act that needs leave."""

_FAKE_CHOICE = re.compile(
    r"\b(?:i'm|i am|we're|we are) (?:just )?(?:going to|gonna)\b[^.?!]{3,120}?"
    r"(?<!is that)(?<!is this)(?<!is it)(?<!that be)(?<!if that's)[,.]? ?\b(?:ok(?:ay)?|all ?right|yeah)\s*\?",
    re.IGNORECASE,
)
_FAKE_EXAMINATION = re.compile(
    r"\b(?:i'm|i am|we're|we are) (?:just )?(?:going to|gonna) (?:\w+ ){0,2}"
    r"(?:examine|listen to your|look at your|press|feel your|take (?:some |your )?blood|swab)",
    re.IGNORECASE,
)
_EMERGENCY = re.compile(r"\b(?:ambulance|emergency services|call 999|dial 999|call 911|crash team)\b", re.IGNORECASE)
_ASKS_GUIDANCE = re.compile(
    r"\b(?:should|happens?|next|now|do|can|could|treat\w*|help|when|how|what)\b(?!.*\b(?:cancer|serious|find|found)\b)",
    re.IGNORECASE,
)
_ASKS_TO_ACT = re.compile(
    r"^\W*(?:(?:and|so|but|then|well|ok(?:ay)?|please|doctor)\W+)*(?:when |how soon |how long (?:before|until|till) )?"
    r"(?:can|could|may|should|shall|must) (?:i|we|he|she|they|(?:my|his|her|our) \w+)\b",
    re.IGNORECASE,
)
"""A question whether something may be done asks for no news: "can he come home?"."""
_GRAVE = re.compile(r"\b(?:cancer|serious|die|dying|bad|result|find|found|tumou?r|wrong with|tell me)\b", re.IGNORECASE)
_HALT = re.compile(
    r"\b(?:stop|please don't|don't (?:do|touch|press)|no more|that's enough|leave (?:it|me))\b", re.IGNORECASE
)
_FAREWELL = re.compile(
    r"\b(?:thank(?:s| you)|(?:really |so )?appreciate)\b[^.?!]{0,60}?"
    r"\b(?:coming|talking|speaking|sharing|telling|meeting|seeing|your time|for today|being (?:here|so|open))\b",
    re.IGNORECASE,
)
"""Thanks at the end; that there will be another talk, said with them, is no plan that takes leave."""
_ASKS_WHO = re.compile(
    r"\b(?:am i (?:speaking|talking) (?:to|with)|who am i (?:speaking|talking)|(?:is|are) (?:this|that|you) (?:still )?"
    r"(?:mrs|mr|ms|miss|the (?:wife|husband|daughter|son|mother|father|sister|brother)|(?:his|her) \w+|\w+'s \w+)|"
    r"(?:speak|speaking|talk) (?:to|with) (?!you\b)\w+|who you are|how are you related|your relation)",
    re.IGNORECASE,
)
_SAYS_WHO = re.compile(
    r"\b(?:i'm|i am|this is|it's|my name is|speaking is) (?:(?:his|her|their|the) (?:wife|husband|daughter|son|mother|"
    r"father|mum|mom|dad|sister|brother|partner|next of kin)|(?-i:[A-Z]\w+)|\w+'s (?:wife|husband|daughter|son|mother|"
    r"father|mum|mom|dad|sister|brother|partner))|\b(?-i:[A-Z]\w+) speaking\b",
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


@once
def find_episodes(conversation: Conversation) -> tuple[Episode, ...]:
    """Every act that needed leave, in order, and the direct questions that were stalled."""
    asked = questions_put(conversation)
    episodes = [_grade(conversation, act, turns, before, asked) for act, turns, before in _acts(conversation)]
    episodes = _one_for_each_leave(episodes)
    episodes += _asked_without_act(conversation, episodes) + _put_off(asked, episodes)
    episodes += _shared(conversation, episodes)
    if is_tic(conversation):
        episodes = [_without_tic(episode) for episode in episodes]
    return tuple(sorted(episodes, key=lambda episode: episode.turns[0]))


def _one_for_each_leave(episodes: Sequence[Episode]) -> list[Episode]:
    """What is told and advised in a row on one leave that was given is one act (rubric 2.3)."""
    kept: list[Episode] = []
    for one in episodes:
        last = kept[-1] if kept else None
        if last is not None and _on_one_leave(last, one):
            heavier = max(last, one, key=lambda episode: (episode.weight, -episode.turns[0]))
            kept[-1] = replace(last, act=heavier.act, move=heavier.move, turns=(*last.turns, *one.turns))
        else:
            kept.append(one)
    return kept


def _on_one_leave(last: Episode, one: Episode) -> bool:
    talked = GROUP[last.act] in REQUESTABLE and GROUP[one.act] in REQUESTABLE
    return talked and last.ask is not None and last.ask == one.ask and last.grade == one.grade == _IN_FULL


def is_tic(conversation: Conversation) -> bool:
    """Whether leave is asked turn upon turn, whatever follows: then it is a habit of speech, wherever the talk goes."""
    asks = [conversation.readings[index].has("asks_permission", "asks_leave_tic") for index in conversation.spoken]
    return most_within(asks, _TIC_TURNS) >= _TIC_ASKS


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
        if current is not None and act is not None and GROUP[act] == GROUP[current[0]]:
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
        if act == "sensitive" and (_is_must_ask(conversation, text) or is_open(conversation, index, move)):
            continue
        if act == "sensitive" and only_asks_leave(conversation, index, move):
            continue
        if act in ("plan", "education") and _is_farewell(conversation, index, move):
            continue
        if act in ("advice", "plan", "education") and _is_offered(conversation, index, move):
            continue
        asked = act == "education" and facts < 2 and _ends_asking(conversation, index, reading)
        if (act in ("education", "plan") and passing) or asked:
            continue
        acts.append(act)
    if presses_on(conversation, index):
        acts.append("sensitive")
    if _FAKE_EXAMINATION.search(straight(text)):
        acts.append("examination")
    if conversation.scenario is not None and conversation.scenario.audience == "clinician":
        acts = [act for act in acts if act in ("news", "education")]
    if conversation.scenario is not None and conversation.scenario.channel == "written":
        acts = [act for act in acts if act in ("advice", "plan")]
    return max(acts, key=lambda one: WEIGHTS[one], default=None)


def _is_farewell(conversation: Conversation, index: int, move: Move) -> bool:
    start, end = conversation.sentence_around(index, move.start, move.end)
    return bool(_FAREWELL.search(conversation.turns[index].text[start:end]))


def _is_offered(conversation: Conversation, index: int, move: Move) -> bool:
    """Whether a move is one of several things laid out before "what do you think?": the leave spans them all."""
    return any(
        ask.start <= move.start < ask.end and ask.end > conversation.sentence_around(index, move.start, move.end)[1]
        for ask in conversation.readings[index].all("asks_permission")
    )


def _ends_asking(conversation: Conversation, index: int, reading: TurnReading) -> bool:
    """Whether one fact only leads up to a question: "There is a nurse. Shall I go on?"; a check behind it is none."""
    said = [one for one in conversation.sentences_in(index) if not is_filler(one.text)]
    if not said or not said[-1].text.endswith("?") or len(words(said[-1].text)) < _FEWEST_WORDS_ASKED:
        return False
    checks = reading.all("checks_closed", "checks_specific", "teach_back", "asks_after")
    return not any(move.end > said[-1].start for move in checks)


def _is_must_ask(conversation: Conversation, text: str) -> bool:
    must = conversation.scenario.must_ask if conversation.scenario is not None else ()
    return any(re.search(pattern, text, re.IGNORECASE) for one in must for pattern in one.asked_by)


def _grade(
    conversation: Conversation, act: Act, turns: tuple[int, ...], before: int, asked: Sequence[PutQuestion]
) -> Episode:
    """One episode's grade: the first rule that fits, the patient's own request before all."""
    first = turns[0]
    reading = conversation.readings[first]
    group = GROUP[act]
    episode = Episode(act, turns, 0, "none", _move_of(reading, act))
    if (pressed := pressed_on(conversation, turns)) is not None:
        return _overridden_by(conversation, episode, *pressed)
    if group in REQUESTABLE and (request := _request(asked, first, act, conversation.turns[first].text)) is not None:
        return _requested(episode, request)
    if conversation.scenario is not None and conversation.scenario.channel == "written":
        offered = bool(_OFFERED.search(conversation.turns[first].text)) or reading.has(
            "offers_choice", "asks_permission"
        )
        return replace(episode, grade=2 if offered else 0, how="asked" if offered else "none", with_choice=offered)
    if (told := _fake_choice(conversation, episode)) is not None:
        return told
    leave = leave_for(conversation, first, act, partial(_act_at, conversation))
    if (leave is not None and leave.refused) or _is_stopped(conversation, episode):
        ask = (leave.turn, leave.move) if leave is not None else None
        repaired = _is_repaired(conversation, turns[-1])
        return replace(episode, grade=-1, how="overridden", ask=ask, repaired=repaired)
    if leave is not None and leave.granted and leave.turn != before and _asks_first(reading, episode):
        return _remotely(conversation, _grade_late(conversation, episode, reading))
    if leave is not None and leave.granted:
        how: How = "asked" if leave.turn == before else "held"
        held = replace(episode, grade=2, how=how, ask=(leave.turn, leave.move), with_choice=leave.choice)
        return _remotely(conversation, held)
    if leave is not None:
        half = replace(episode, grade=1, how="unanswered", ask=(leave.turn, leave.move), with_choice=leave.choice)
        return _remotely(conversation, half)
    return _remotely(conversation, _grade_late(conversation, episode, reading))


def _overridden_by(conversation: Conversation, episode: Episode, put: int, urging: int) -> Episode:
    """The episode from the turn that urges on: against no leave where it was asked, else against "I'll think"."""
    asks = conversation.readings[put].all("asks_permission")
    return replace(
        episode,
        grade=-1,
        how="overridden",
        turns=tuple(turn for turn in episode.turns if turn >= urging),
        move=_move_of(conversation.readings[urging], "advice"),
        ask=(put, asks[0]) if asks else None,
        repaired=_is_repaired(conversation, episode.turns[-1]),
    )


def _asks_first(reading: TurnReading, episode: Episode) -> bool:
    """Whether the turn asks leave anew before its act: then the earlier leave is not what it rests on."""
    return episode.move is not None and any(ask.end <= episode.move.start for ask in reading.all("asks_permission"))


def _act_at(conversation: Conversation, index: int) -> Act | None:
    return _main_act(conversation, index, conversation.readings[index])


def _requested(episode: Episode, asked: PutQuestion) -> Episode:
    """The patient asked for it; where they had to ask again, the answer came late."""
    if asked.put_off_at:
        turns = (asked.put_off_at[0], *episode.turns)
        return replace(episode, grade=1, how="stalled", turns=turns, move=None, request=asked.quote)
    return replace(episode, grade=2, how="requested", request=asked.quote)


def _grade_late(conversation: Conversation, episode: Episode, reading: TurnReading) -> Episode:
    """Asked in the same breath, or only afterwards, or not at all; a closing "is that all right?" is not asking."""
    asks = [ask for ask in reading.all("asks_permission") if episode.move is None or ask.start <= episode.move.start]
    if asks:
        return replace(episode, grade=1, how="same_turn", ask=(episode.turns[0], asks[0]))
    last = episode.turns[-1]
    following = [index for index in conversation.spoken if index > last and conversation.reply_to(index)][:1]
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


def _request(asked: Sequence[PutQuestion], first: int, act: Act, told: str) -> PutQuestion | None:
    """The patient's direct question or demand that this turn answers; news of something else was not asked for."""
    fitting = [
        one
        for one in asked
        if one.answered_at == first
        and (GROUP[act] == "telling" or _ASKS_GUIDANCE.search(one.quote.quote))
        and not (act == "news" and _ASKS_TO_ACT.match(one.quote.quote) and not content(one.quote.quote) & content(told))
    ]
    return fitting[-1] if fitting else None


def _fake_choice(conversation: Conversation, episode: Episode) -> Episode | None:
    """ "I'm going to ... okay?": an override when the patient objects or gets no turn, else an announcement."""
    if episode.act not in ("examination", "plan", "advice", "news"):
        return None
    for index in episode.turns:
        said = _FAKE_CHOICE.search(straight(conversation.turns[index].text))
        if said is None:
            continue
        reply = conversation.reply_to(index)
        objects = holds_back(reply)
        if objects and not _goes_on(conversation, episode, index):
            return replace(episode, grade=1, how="respected")
        if objects or not reply or _does_it_at_once(conversation.readings[index], episode.act, said.end()):
            return replace(episode, grade=-1, how="fake_choice", repaired=_is_repaired(conversation, episode.turns[-1]))
        return replace(episode, grade=1, how="announced")
    return None


def _goes_on(conversation: Conversation, episode: Episode, index: int) -> bool:
    """Whether the act is done in the student's next turn."""
    following = [later for later in conversation.spoken if later > index][:1]
    acts = [_act_at(conversation, later) for later in following]
    return any(act is not None and GROUP[act] == GROUP[episode.act] for act in acts)


def _does_it_at_once(reading: TurnReading, act: Act, end: int) -> bool:
    return any(_ACT_OF.get(move.kind) == act and move.start >= end for move in reading.moves)


def _is_stopped(conversation: Conversation, episode: Episode) -> bool:
    """Whether the patient called a halt to an examination that went on."""
    return episode.act == "examination" and any(
        _HALT.search(straight(conversation.reply_to(index))) for index in episode.turns[:-1]
    )


def _is_repaired(conversation: Conversation, turn: int) -> bool:
    following = [index for index in conversation.spoken if index > turn][:2]
    return any(conversation.readings[index].has("apologises", "offers_choice") for index in following)


def _remotely(conversation: Conversation, episode: Episode) -> Episode:
    """Profiles of rubric 2.6: by phone, weighty news needs a known listener at a good moment; a colleague, the time.

    Asked for and agreed to, the moment is the leave; leave without it is a bad moment.
    """
    scenario = conversation.scenario
    if scenario is None or episode.act != "news" or scenario.channel != "phone":
        return episode
    earlier = [index for index in conversation.spoken if index < episode.turns[0]]
    asked = [index for index in earlier if GOOD_MOMENT.search(straight(conversation.turns[index].text))]
    ready = bool(asked) and not holds_back(conversation.reply_to(asked[-1]))
    known = scenario.audience == "clinician" or _knows_listener(conversation, episode.turns[0])
    if episode.grade == 2 and not (ready and known):
        return replace(episode, grade=1, how="bad_moment")
    if episode.grade in (0, 1) and ready and conversation.reply_to(asked[-1]):
        moves = conversation.readings[asked[-1]].all("asks_permission", "closed_question", "open_question")
        with_ask = replace(episode, ask=(asked[-1], moves[0]) if moves else None)
        return replace(with_ask, grade=2, how="asked") if known else replace(with_ask, grade=1, how="bad_moment")
    return episode


def _knows_listener(conversation: Conversation, before: int) -> bool:
    """Whether either side said who is on the line."""
    return any(
        (_ASKS_WHO if turn.speaker == "student" else _SAYS_WHO).search(straight(turn.text))
        for turn in conversation.turns[:before]
    )


def _asked_without_act(conversation: Conversation, episodes: Sequence[Episode]) -> list[Episode]:
    """Leave refused and the no respected; or given for what then happened outside the words, or in words unread."""
    used = {episode.ask[0] for episode in episodes if episode.ask is not None}
    found = []
    for index in conversation.spoken:
        reading = conversation.readings[index]
        for move in reading.all("asks_permission")[:1]:
            leave = _leave_in_the_end(conversation, index, move)
            act: Act = move.act or "education"
            outside = act in ("examination", "agenda") or (
                move.act is not None and _does_nothing_else(conversation, index)
            )
            if index in used or not (leave.refused or (leave.granted and outside)):
                continue
            how: How = "respected" if leave.refused else "asked"
            found.append(Episode(act, (index,), 2, how, move, (index, move), with_choice=leave.choice))
    return found


def _leave_in_the_end(conversation: Conversation, index: int, move: Move) -> Leave:
    """How leave was taken; one answered by neither yes nor no may get its yes within the next two turns."""
    leave = leave_asked(conversation, index, move)
    following = [turn for turn in conversation.spoken if turn > index][:2]
    if leave.granted or leave.refused or not following:
        return leave
    return leave_asked(conversation, index, move, before=following[-1] + 1)


def _does_nothing_else(conversation: Conversation, asked: int) -> bool:
    """Whether the turn after the leave does no other act: then what was agreed to is in it, though no rule reads it."""
    following = next((index for index in conversation.spoken if index > asked), None)
    return following is None or _act_at(conversation, following) is None


def _shared(conversation: Conversation, episodes: Sequence[Episode]) -> list[Episode]:
    """The agenda and the plan, where the patient was asked what they should be before anybody said what to do."""
    found: list[Episode] = []
    if not any(episode.act == "agenda" for episode in episodes) and (asked := agenda_shared(conversation)):
        found.append(Episode("agenda", (asked[0],), 2, "shared", asked[1], asked))
    if (asked := plan_shared(conversation)) and not _guided_before(episodes, asked[0]):
        found.append(Episode("plan", (asked[0],), 2, "shared", asked[1], asked))
    return found


def _guided_before(episodes: Sequence[Episode], turn: int) -> bool:
    """Whether advice or a plan stood already: a plan asked for behind it is a check on it."""
    return any(GROUP[episode.act] == "guiding" and episode.turns[0] <= turn for episode in episodes)


def _put_off(asked: Sequence[PutQuestion], episodes: Sequence[Episode]) -> list[Episode]:
    """Direct questions that the next turn did not answer: a missed occasion, half made good by a late answer."""
    told = {episode.request.turn for episode in episodes if episode.request is not None}
    return [
        Episode(
            "news" if _GRAVE.search(one.quote.quote) else "education",
            one.put_off_at[:1],
            0 if one.answered_at is None else 1,
            "stalled",
            request=one.quote,
        )
        for one in asked
        if one.put_off_at and one.quote.turn not in told
    ]
