"""How each feeling was answered, by a model's closed answers: the response grades r0-r4 of rubric 2.1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from personas.vocabulary import CueKind, MoveKind
from prompts import render
from scoring.conversation import Answer, Conversation
from scoring.judge.interview import Answered, Interview, Question, Row
from scoring.judge.quoting import earns
from scoring.occasions import Opportunity
from scoring.reading import Move
from scoring.responses import FAULT_WORDS, Response
from scoring.responses.verdict import Grade
from scoring.scales.emotion_naming import Heard
from scoring.scorecard import Quote

Fault = Literal["none", "played_down", "blamed", "reassured_too_soon", "argued"]

_FAULT_MOVES: Mapping[Fault, MoveKind] = {
    "played_down": "dismisses",
    "blamed": "blames",
    "reassured_too_soon": "reassures_early",
    "argued": "dismisses",
}
_DID: Mapping[Grade, str] = {
    0: "what you said next did not answer it",
    1: "you answered with a general word",
    2: "you heard what it was about, but left the feeling in it",
    3: "you met the feeling and left room for it",
    4: "you met the feeling and took it further",
}
_SHOWN: Mapping[CueKind, str] = {
    "concern": "openly",
    "cue": "as a hint",
    "challenge": "as a reproach",
    "progress": "as progress",
}
_CLOSED = "you met the feeling, then closed the room for it in the same turn"
_UNDERSTOOD = "you heard what it was about, and the patient felt understood"


class AnsweredFeeling(Row):
    """What the student's answer did with one occasion; every quote empty for no."""

    occasion: int
    fault: Fault
    fault_quote: str
    heard: str
    met: str
    formula: str
    room: bool
    deeper: str
    asked_after: str
    solution_first: bool
    felt_understood: str
    made_good: str

    @property
    def number(self) -> int:
        """The occasion."""
        return self.occasion


@dataclass(frozen=True)
class Met:
    """One occasion with its answer, as the model coded it."""

    opportunity: Opportunity
    answer: Answer
    coded: Answered[AnsweredFeeling]


async def code_answers(
    interview: Interview, conversation: Conversation, opportunities: Sequence[Opportunity]
) -> tuple[Met, ...]:
    """Every occasion that could be answered, with what its answer did.

    Raises:
        Unread, AskFault: as `Interview.put`.
    """
    pairs = [(one, answer) for one in opportunities if (answer := conversation.answer_to(one.turn)) is not None]
    if not pairs:
        return ()

    def places(row: AnsweredFeeling) -> dict[str, Sequence[int]]:
        answer = pairs[row.occasion - 1][1] if 1 <= row.occasion <= len(pairs) else None
        if answer is None:
            return {}
        reply = conversation.patient_after(answer.turn)
        own = dict.fromkeys(("fault_quote", "heard", "met", "formula", "deeper", "asked_after"), (answer.turn,))
        later = tuple(turn for turn in conversation.spoken if turn > answer.turn)
        return {**own, "felt_understood": () if reply is None else (reply,), "made_good": later}

    question = Question(
        "answers",
        render("judge_answers", occasions=_listed(conversation, pairs)),
        AnsweredFeeling,
        places,
        numbers=frozenset(range(1, len(pairs) + 1)),
    )
    return tuple(Met(*pairs[one.row.occasion - 1], one) for one in await interview.put(question))


def _listed(conversation: Conversation, pairs: Sequence[tuple[Opportunity, Answer]]) -> list[dict[str, object]]:
    """The occasions as the prompt lists them."""
    return [
        {
            "number": number,
            "turn": one.turn,
            "quote": " ".join(one.quote.split()),
            "shows": {"concern": "openly", "cue": "as a hint", "challenge": "as a reproach"}.get(
                one.kind, "as progress"
            ),
            "family": one.family,
            "answer": answer.turn,
            "silence": answer.after_silence,
            "reply": conversation.patient_after(answer.turn),
        }
        for number, (one, answer) in enumerate(pairs, start=1)
    ]


def response_of(conversation: Conversation, met: Met) -> Response:
    """The response grade of one answer, by the rows of rubric 2.1; what is not quoted, or earns nothing, is no."""
    row, quotes = met.coded.row, met.coded.quotes
    repaired = "made_good" in quotes and earns(conversation, quotes["made_good"])
    fault = quotes.get("fault_quote")
    if row.fault != "none" and fault is not None and not _only_closes(row, quotes):
        kind = _FAULT_MOVES[row.fault]
        did = "you argued against it" if row.fault == "argued" else FAULT_WORDS[kind]
        place = _move(fault, kind)
        return Response(met.opportunity, met.answer, 0, did, place, kind, row.solution_first, repaired)
    grade, did, words_of = _grade(conversation, met)
    move = None if words_of is None else _move(words_of, "acknowledges")
    return Response(met.opportunity, met.answer, grade, did, move, solved_first=row.solution_first)


def _only_closes(row: AnsweredFeeling, quotes: Mapping[str, Quote]) -> bool:
    """Whether comfort came behind words that met the feeling: it closes the room, but leaves nothing unheard."""
    met = quotes.get("met")
    return row.fault == "reassured_too_soon" and met is not None and met.start < quotes["fault_quote"].start


def _grade(conversation: Conversation, met: Met) -> tuple[Grade, str, Quote | None]:
    row = met.coded.row
    said = {field: quote for field, quote in met.coded.quotes.items() if earns(conversation, quote)}
    worn = [quote for field, quote in met.coded.quotes.items() if field in ("met", "heard", "formula")]
    if "met" in said:
        if not row.room or row.fault == "reassured_too_soon":
            return 2, _CLOSED, said["met"]
        grade: Grade = 4 if "deeper" in said else 3
        return grade, _DID[grade], said["met"]
    if "heard" in said:
        understood = "felt_understood" in met.coded.quotes
        return (3, _UNDERSTOOD, said["heard"]) if understood else (2, _DID[2], said["heard"])
    if worn and not conversation.is_void(met.answer.turn):
        return 1, _DID[1], worn[0]
    return 0, _DID[0], None


def heard_of(conversation: Conversation, met: Met) -> Heard:
    """What the answer did with the feeling besides naming it: noticed, asked after, contradicted."""
    said = {field: quote for field, quote in met.coded.quotes.items() if earns(conversation, quote)}
    return Heard(
        met.opportunity,
        met.answer,
        noticed=_move(said["met"], "acknowledges") if "met" in said else None,
        asked=_move(said["asked_after"], "elicits_concerns") if "asked_after" in said else None,
        contradicted=met.coded.row.fault == "played_down" and "fault_quote" in met.coded.quotes,
    )


def _move(quote: Quote, kind: MoveKind) -> Move:
    return Move(kind=kind, start=quote.start, end=quote.end)
