"""What needed the patient's leave, and whether it was asked for: permission episodes, rubric 2.3 and 2.6."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from personas.vocabulary import Act, MoveKind
from scoring.conversation import Conversation, once
from scoring.episodes.acts import act_at, acts_in
from scoring.episodes.episode import WEIGHTS, Episode, How
from scoring.episodes.grading import grade_of
from scoring.episodes.leave import GROUP, REQUESTABLE, Leave, leave_asked
from scoring.episodes.sensitive import asks_at_once
from scoring.episodes.shared_power import agenda_shared, plan_shared
from scoring.patient_questions import PutQuestion, questions_put
from scoring.reading import Move
from scoring.words import most_within, straight

__all__ = ["WEIGHTS", "Episode", "How", "find_episodes", "is_habit", "is_tic", "without_tic"]

_TIC_ASKS, _TIC_TURNS = 5, 8
"""So many askings within so many of the student's turns are a tic; counted where they stand, not as a share of all."""

_IN_FULL = 2

_GRAVE = re.compile(r"\b(?:cancer|serious|die|dying|bad|result|find|found|tumou?r|wrong with|tell me)\b", re.IGNORECASE)


@once
def find_episodes(conversation: Conversation) -> tuple[Episode, ...]:
    """Every act that needed leave, in order, and the direct questions that were stalled."""
    asked = questions_put(conversation)
    episodes = [grade_of(conversation, act, turns, before, asked) for act, turns, before in acts_in(conversation)]
    episodes = _one_for_each_leave(episodes)
    episodes += _asked_without_act(conversation, episodes) + _put_off(asked, episodes)
    episodes += _shared(conversation, episodes)
    if is_tic(conversation):
        episodes = [without_tic(episode) for episode in episodes]
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
    asking: tuple[MoveKind, ...] = ("asks_permission", "asks_leave_tic")
    return is_habit(conversation, [one for one in conversation.spoken if conversation.readings[one].has(*asking)])


def is_habit(conversation: Conversation, asking: Collection[int]) -> bool:
    """Whether these turns, which ask leave, stand so close together that asking is a habit of speech."""
    return most_within([index in asking for index in conversation.spoken], _TIC_TURNS) >= _TIC_ASKS


def without_tic(episode: Episode) -> Episode:
    """Leave asked before every small step counts for nothing; for what is weighty it still does."""
    small = episode.weight < WEIGHTS["advice"] and episode.how in ("asked", "held", "same_turn")
    return replace(episode, grade=0, how="tic") if small else episode


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
            if leave.refused and _is_an_answer(conversation, index, move):
                continue
            how: How = "respected" if leave.refused else "asked"
            found.append(Episode(act, (index,), 2, how, move, (index, move), with_choice=leave.choice))
    return found


_WILL_NOT_SAY = re.compile(
    r"\b(?:rather not|(?:don't|do not|won't|not going to) (?:\w+ )?(?:want to |wanna )?"
    r"(?:talk|say|answer|discuss|tell|go there|go into)|private|none of your|not comfortable|leave it|drop it)\b",
    re.IGNORECASE,
)


def _is_an_answer(conversation: Conversation, index: int, move: Move) -> bool:
    """Whether a no answers the question that was asked in the same breath: "Can I ask, do you smoke?" - "No"."""
    start, end = conversation.sentence_around(index, move.start, move.end)
    asked = asks_at_once(conversation.turns[index].text[start:end])
    return asked and not _WILL_NOT_SAY.search(straight(conversation.reply_to(index)))


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
    return following is None or act_at(conversation, following) is None


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
