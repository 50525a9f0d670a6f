"""What needed the patient's leave, and how it was got, by a model's closed answers. Rubric 2.3 and 2.6."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from personas.vocabulary import Act
from prompts import render
from scoring.conversation import Conversation
from scoring.episodes import Episode, How, is_habit, without_tic
from scoring.episodes.episode import Grade
from scoring.judge.interview import Answered, Interview, Question, Row
from scoring.judge.quoting import earns
from scoring.patient.replies import agrees
from scoring.reading import Move
from scoring.scorecard import Quote
from scoring.words import words

Got = Literal[
    "asked_and_waited",
    "patient_asked",
    "agreed_earlier",
    "asked_same_turn",
    "offered",
    "asked_after",
    "not_asked",
    "no_and_respected",
    "no_and_done",
    "no_real_choice",
    "question_put_off",
]

_HOW: Mapping[Got, tuple[How, Grade]] = {
    "asked_and_waited": ("asked", 2),
    "patient_asked": ("requested", 2),
    "agreed_earlier": ("held", 2),
    "asked_same_turn": ("same_turn", 1),
    "offered": ("after", 1),
    "asked_after": ("after", 1),
    "not_asked": ("none", 0),
    "no_and_respected": ("respected", 2),
    "no_and_done": ("overridden", -1),
    "no_real_choice": ("fake_choice", -1),
    "question_put_off": ("stalled", 0),
}
_BY_STUDENT: frozenset[Got] = frozenset(
    (
        "asked_and_waited",
        "agreed_earlier",
        "asked_same_turn",
        "offered",
        "asked_after",
        "no_and_respected",
        "no_real_choice",
    )
)
"""Where the words that got leave, or left no choice, are the student's; else they are the patient's."""


_PLAIN_YES_WORDS = 5
"""A yes with more behind it may be taking itself back: "Yeah, I've thought about it, but..."."""


class Step(Row):
    """Something the student did that needs leave, or a direct question of the patient's that was put off."""

    act: Act
    first_turn: int
    last_turn: int
    act_quote: str
    leave: Got
    leave_quote: str
    choice: bool
    announced: bool
    made_good: str


class Leave(NamedTuple):
    """The episodes in order; whether every change of subject was announced, and whether asking leave was a tic."""

    episodes: tuple[Episode, ...]
    announced: bool
    tic: bool


async def code_leave(interview: Interview, conversation: Conversation) -> Leave:
    """What needed leave, and how it was got.

    Raises:
        Unread, AskFault: as `Interview.put`.
    """
    scenario = conversation.scenario
    text = render(
        "judge_leave",
        audience="patient" if scenario is None else scenario.audience,
        channel="face_to_face" if scenario is None else scenario.channel,
        must_ask=() if scenario is None else [one.what for one in scenario.must_ask],
    )
    question = Question("leave", text, Step, places=lambda row: _places(conversation, row))
    pairs = [
        (episode, one.row)
        for one in await interview.put(question)
        if (episode := _episode(conversation, one)) is not None
    ]
    pairs = _merged(pairs)
    announced = all(row.announced or episode.grade == 2 for episode, row in pairs[1:])
    episodes = tuple(episode for episode, _ in pairs)
    tic = is_habit(conversation, {one.ask[0] for one in episodes if one.ask is not None})
    return Leave(tuple(without_tic(one) for one in episodes) if tic else episodes, announced, tic)


def _merged(pairs: Sequence[tuple[Episode, Step]]) -> list[tuple[Episode, Step]]:
    """Each step once, in order: what is told twice of one turn, or hangs on one asking, is one, by its worst grade."""
    kept: list[tuple[Episode, Step]] = []
    for episode, row in sorted(pairs, key=lambda pair: (pair[0].turns[0], pair[0].grade)):
        if not any(_is_same_step(episode, other) for other, _ in kept):
            kept.append((episode, row))
    return kept


def _is_same_step(one: Episode, other: Episode) -> bool:
    same_turn = one.act == other.act and one.turns == other.turns
    asked = one.ask is not None and one.ask == other.ask and one.grade == other.grade
    return same_turn or asked or (one.request is not None and one.request == other.request)


def _places(conversation: Conversation, row: Step) -> dict[str, Sequence[int]]:
    """A request or a no stands before what was done, an asking afterwards in the same turn or the next."""
    own = [turn for turn in conversation.spoken if row.first_turn <= turn <= row.last_turn]
    until = [turn for turn in conversation.spoken if turn <= row.last_turn]
    after = [turn for turn in conversation.spoken if turn > row.last_turn]
    last = row.last_turn if row.leave in ("no_and_done", "question_put_off") else row.first_turn
    heard = [index for index, turn in enumerate(conversation.turns) if turn.speaker == "patient" and index < last]
    asking = [*own, *after[:1]] if row.leave in ("asked_after", "offered") else until[::-1]
    return {
        "act_quote": until if row.leave == "no_and_respected" else own,
        "leave_quote": asking if row.leave in _BY_STUDENT else heard[::-1],
        "made_good": [turn for turn in conversation.spoken if turn > row.first_turn],
    }


def _episode(conversation: Conversation, answered: Answered[Step]) -> Episode | None:
    """The episode of a row; None where no word of the act, or of the question put off, is quoted.

    Leave that is not quoted, or in words that earn nothing, was not asked for; a no that is not quoted was none.
    """
    row, quotes = answered.row, answered.quotes
    how, grade = _HOW[row.leave]
    asked, act = quotes.get("leave_quote"), quotes.get("act_quote")
    if how == "stalled":
        return _put_off(conversation, row, asked)
    earned = asked is not None and (row.leave not in _BY_STUDENT or grade < 0 or earns(conversation, asked))
    if how == "respected" and not (earned and asked is not None and _held_back(conversation, asked)):
        asked, earned = None, False
    place = act or (asked if how == "respected" else None)
    if place is None:
        return None
    if how != "none" and not earned:
        how, grade = "none", 0
    if asked is not None and how in ("asked", "held") and not _had_a_chance(conversation, row.act, asked, place):
        how, grade = "same_turn", 1
    by_student = asked is not None and row.leave in _BY_STUDENT and how != "none"
    return Episode(
        act=row.act,
        turns=(place.turn,),
        grade=grade,
        how=how,
        move=Move(kind="tells_fact", start=place.start, end=place.end, act=row.act),
        ask=(asked.turn, _asking(asked, row.act)) if by_student and asked is not None else None,
        request=asked if how == "requested" else None,
        with_choice=row.choice and how in ("asked", "held", "respected"),
        repaired=_is_made_good(conversation, quotes.get("made_good"), place),
    )


def _held_back(conversation: Conversation, asked: Quote) -> bool:
    """Whether the patient answered the asking, and not with a plain yes."""
    reply = conversation.reply_to(asked.turn)
    return bool(reply) and not (agrees(reply) and len(words(reply)) <= _PLAIN_YES_WORDS)


def _is_made_good(conversation: Conversation, quote: Quote | None, done: Quote) -> bool:
    return quote is not None and quote.turn > done.turn and earns(conversation, quote)


def _had_a_chance(conversation: Conversation, act: Act, asked: Quote, done: Quote) -> bool:
    """Whether the patient could answer before it was done; a shared agenda or plan is done by the asking itself."""
    reply = conversation.patient_after(asked.turn)
    if act in ("agenda", "plan") and asked.turn == done.turn:
        return reply is not None
    return reply is not None and reply < done.turn


def _put_off(conversation: Conversation, row: Step, asked: Quote | None) -> Episode | None:
    after = [turn for turn in conversation.spoken if asked is not None and turn > asked.turn]
    return Episode(row.act, (after[0],), 0, "stalled", request=asked) if after else None


def _asking(quote: Quote, act: Act) -> Move:
    return Move(kind="asks_permission", start=quote.start, end=quote.end, act=act)
