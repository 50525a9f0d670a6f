"""Which feelings the patient showed, by a model's answer: the occasions of empathy and naming. Rubric 2.1."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from personas.vocabulary import CueKind, Family
from prompts import render
from scoring.conversation import Conversation
from scoring.judge.interview import Answered, Interview, Question, Row
from scoring.occasions import Opportunity

_KINDS: Mapping[str, CueKind] = {"open": "concern", "hint": "cue", "reproach": "challenge", "progress": "progress"}
_INTENSITY = {1: 0.4, 2: 0.6, 3: 0.85}
"""How strong a slight, a clear and a strong sign is, on the scale of the cue ledger (0-1)."""


class ShownFeeling(Row):
    """A patient turn that showed a feeling."""

    turn: int
    shows: Literal["open", "hint", "reproach", "progress"]
    feeling: Family
    strength: Literal[1, 2, 3]
    quote: str

    def fewest_words(self, field: str) -> int:
        """The patient's "Yeah" to a feeling that was named shows it."""
        return 1


async def find_feelings(interview: Interview, conversation: Conversation) -> tuple[Opportunity, ...]:
    """The occasions: what the simulator's ledger knows it offered, and what the model quotes from other turns.

    Raises:
        Unread, AskFault: as `Interview.put`.
    """
    question = Question(
        "feelings",
        render("judge_feelings"),
        ShownFeeling,
        places=lambda row: {"quote": (row.turn,) if _is_patients(conversation, row.turn) else ()},
    )
    read: dict[int, Opportunity] = {}
    for answered in await interview.put(question):
        one = _opportunity(conversation, answered)
        if one is not None:
            read[one.turn] = _stronger(read.get(one.turn, one), one)
    known = {one.turn: one for one in conversation.opportunities if one.known}
    found = read | {turn: _also(one, read.get(turn)) for turn, one in known.items()}
    return tuple(found[turn] for turn in sorted(found))


def _is_patients(conversation: Conversation, turn: int) -> bool:
    return 0 <= turn < len(conversation.turns) and conversation.turns[turn].speaker == "patient"


def _opportunity(conversation: Conversation, answered: Answered[ShownFeeling]) -> Opportunity | None:
    row, quote = answered.row, answered.quotes.get("quote")
    if quote is None:
        return None
    start, end = conversation.sentence_around(quote.turn, quote.start, quote.end)
    return Opportunity(
        turn=quote.turn,
        kind=_KINDS[row.shows],
        family=row.feeling,
        intensity=_INTENSITY[row.strength],
        start=start,
        end=end,
        quote=conversation.turns[quote.turn].text[start:end],
        families=frozenset({row.feeling}),
    )


def _stronger(one: Opportunity, other: Opportunity) -> Opportunity:
    """The stronger of two signs in one turn, the first of equals, with the families of both."""
    strongest = max(one, other, key=lambda each: (each.weight, each.intensity))
    return replace(strongest, families=one.families | other.families)


def _also(known: Opportunity, read: Opportunity | None) -> Opportunity:
    """What the ledger offered, which knows what was meant, with the family that was read into it besides."""
    return known if read is None else replace(known, families=known.families | read.families)
