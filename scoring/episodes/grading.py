"""How leave was got for one act: requested, asked, held, asked late, overridden. Rubric 2.3."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from personas.vocabulary import Act
from scoring.conversation import Conversation
from scoring.episodes.acts import act_at
from scoring.episodes.by_phone import remotely
from scoring.episodes.episode import ACT_OF, Episode, How
from scoring.episodes.fake_choice import fake_choice, is_repaired
from scoring.episodes.leave import GROUP, REQUESTABLE, leave_for
from scoring.episodes.pressing import pressed_on
from scoring.patient_questions import PutQuestion
from scoring.reading import Move, TurnReading
from scoring.words import content, straight

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

_HALT = re.compile(
    r"\b(?:stop|please don't|don't (?:do|touch|press)|no more|that's enough|leave (?:it|me))\b", re.IGNORECASE
)

_OFFERED = re.compile(
    r"\b(?:if you(?:'d| would)? (?:like|want|wish|prefer)|you (?:may|might|could) (?:want|like|wish|choose)|"
    r"would you like|up to you|your choice|some people)\b",
    re.IGNORECASE,
)


def grade_of(
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
    if (told := fake_choice(conversation, episode)) is not None:
        return told
    leave = leave_for(conversation, first, act, partial(act_at, conversation))
    if (leave is not None and leave.refused) or _is_stopped(conversation, episode):
        ask = (leave.turn, leave.move) if leave is not None else None
        repaired = is_repaired(conversation, turns[-1])
        return replace(episode, grade=-1, how="overridden", ask=ask, repaired=repaired)
    if leave is not None and leave.granted and leave.turn != before and _asks_first(reading, episode):
        return remotely(conversation, _grade_late(conversation, episode, reading))
    if leave is not None and leave.granted:
        how: How = "asked" if leave.turn == before else "held"
        held = replace(episode, grade=2, how=how, ask=(leave.turn, leave.move), with_choice=leave.choice)
        return remotely(conversation, held)
    if leave is not None:
        half = replace(episode, grade=1, how="unanswered", ask=(leave.turn, leave.move), with_choice=leave.choice)
        return remotely(conversation, half)
    return remotely(conversation, _grade_late(conversation, episode, reading))


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
        repaired=is_repaired(conversation, episode.turns[-1]),
    )


def _asks_first(reading: TurnReading, episode: Episode) -> bool:
    """Whether the turn asks leave anew before its act: then the earlier leave is not what it rests on."""
    return episode.move is not None and any(ask.end <= episode.move.start for ask in reading.all("asks_permission"))


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
        if ACT_OF.get(move.kind) == act:
            return move
    return next((move for move in reading.moves if move.kind in ACT_OF), None)


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


def _is_stopped(conversation: Conversation, episode: Episode) -> bool:
    """Whether the patient called a halt to an examination that went on."""
    return episode.act == "examination" and any(
        _HALT.search(straight(conversation.reply_to(index))) for index in episode.turns[:-1]
    )
