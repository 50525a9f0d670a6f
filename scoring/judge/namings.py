"""Feelings the student put into words, by a model's closed answers. Rubric 2.2."""

from collections.abc import Sequence
from typing import Literal

from personas.vocabulary import Family
from prompts import render
from scoring.conversation import Conversation
from scoring.judge.interview import Answered, Interview, Question, Row
from scoring.judge.quoting import earns
from scoring.namings import Naming, Verdict
from scoring.patient.replies import rejects_feeling
from scoring.reading import Move


class NamedFeeling(Row):
    """A student turn that puts a feeling of this patient into words."""

    turn: int
    quote: str
    feeling: Family
    form: Literal["guess", "statement", "list"]
    shown: bool
    patient: Literal["agreed", "went_on", "turned_down", "neither"]
    closed: bool
    made_good: str


async def code_namings(interview: Interview, conversation: Conversation) -> tuple[Naming, ...]:
    """Every naming that is quoted and earns something, once a turn.

    Raises:
        Unread, AskFault: as `Interview.put`.
    """

    def places(row: NamedFeeling) -> dict[str, Sequence[int]]:
        later = tuple(turn for turn in conversation.spoken if turn > row.turn)
        return {"quote": (row.turn,) if row.turn in conversation.read else (), "made_good": later}

    question = Question("namings", render("judge_namings"), NamedFeeling, places)
    found: dict[int, Naming] = {}
    for answered in await interview.put(question):
        quote = answered.quotes.get("quote")
        if quote is not None and earns(conversation, quote):
            found.setdefault(quote.turn, _naming(conversation, answered))
    return tuple(found[turn] for turn in sorted(found))


def _naming(conversation: Conversation, answered: Answered[NamedFeeling]) -> Naming:
    row, quote = answered.row, answered.quotes["quote"]
    reply = conversation.reply_to(quote.turn)
    taken = "turned_down" if rejects_feeling(reply) else row.patient if reply else "neither"
    return Naming(
        turn=quote.turn,
        move=Move(
            kind="names_emotion",
            start=quote.start,
            end=quote.end,
            family=row.feeling,
            tentative=row.form == "guess",
        ),
        verdict=_verdict(conversation, quote.turn, row, taken),
        tentative=row.form == "guess",
        confirmed=taken in ("agreed", "went_on"),
        goes_on=taken == "went_on",
        is_list=row.form == "list",
        repaired=taken == "turned_down" and _is_made_good(conversation, answered),
    )


def _is_made_good(conversation: Conversation, answered: Answered[NamedFeeling]) -> bool:
    quote = answered.quotes.get("made_good")
    return quote is not None and earns(conversation, quote)


def _verdict(conversation: Conversation, turn: int, row: NamedFeeling, taken: str) -> Verdict:
    if taken == "turned_down":
        return "rejected"
    if not row.shown:  # the words for "wrong family" tell what was shown by rule: they must not name the same feeling
        other = conversation.families_before(turn)
        return "wrong_family" if other and row.feeling not in other else "ungrounded"
    return "closed" if row.closed else "accurate"
