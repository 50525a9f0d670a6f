"""How each feeling was answered, by a model's closed answers: the response grades r0-r4 of rubric 2.1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from personas.vocabulary import CueKind, MoveKind
from prompts import render
from scoring.conversation import Answer, Conversation
from scoring.judge.interview import Answered, Interview, Question, Row
from scoring.judge.quoting import FEWEST_WORDS, earns
from scoring.occasions import Opportunity
from scoring.reading import Move
from scoring.responses import FAULT_WORDS, Response
from scoring.responses.verdict import Grade
from scoring.scales.emotion_naming import Heard
from scoring.scorecard import Quote
from scoring.words import words

Fault = Literal["none", "blamed", "brushed_off", "played_down", "argued", "reassured_too_soon"]

_FAULT_KINDS: Mapping[Fault, MoveKind] = {
    "blamed": "blames",
    "brushed_off": "dismisses",
    "played_down": "dismisses",
    "reassured_too_soon": "reassures_early",
}
_FAULT_DID: Mapping[Fault, str] = {
    "blamed": FAULT_WORDS["blames"],
    "brushed_off": "you brushed it off",
    "played_down": FAULT_WORDS["dismisses"],
    "argued": "you argued against it",
    "reassured_too_soon": FAULT_WORDS["reassures_early"],
}
"""What was done. To argue has no kind of its own: like the deterministic scorer's, it is 0 and caps nothing."""
_DID: Mapping[Grade, str] = {
    0: "what you said next did not answer it",
    1: "you answered with a general word",
    2: "you heard what it was about, but left the feeling in it",
    3: "you met the feeling and left room for it",
    4: "you met the feeling and took it further",
}
_NOD_WORDS = 2
"""'Mm-hm.', 'Yeah, yeah.': so few words of the patient's interrupt nothing."""
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

    def fewest_words(self, field: str) -> int:
        """The patient's "Exactly." takes an answer as understanding."""
        return 1 if field == "felt_understood" else FEWEST_WORDS


@dataclass(frozen=True)
class Met:
    """One occasion with its answer, as the model coded it; the first turn of the answer stands for it."""

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
        if not 1 <= row.occasion <= len(pairs):
            return {}
        turns = turns_of(conversation, pairs[row.occasion - 1][1])
        within = [turn for turn in range(turns[0], turns[-1]) if conversation.turns[turn].speaker == "patient"]
        reply = conversation.patient_after(turns[-1])
        own = dict.fromkeys(("fault_quote", "heard", "met", "formula", "deeper", "asked_after"), turns)
        later = tuple(turn for turn in conversation.spoken if turn > turns[-1])
        return {**own, "felt_understood": within if reply is None else [*within, reply], "made_good": later}

    question = Question(
        "answers",
        render("judge_answers", occasions=_listed(conversation, pairs)),
        AnsweredFeeling,
        places,
        numbers=frozenset(range(1, len(pairs) + 1)),
    )
    return tuple(Met(*pairs[one.row.occasion - 1], one) for one in await interview.put(question))


def turns_of(conversation: Conversation, answer: Answer) -> tuple[int, ...]:
    """The student turns of one answer: speech that goes on behind a "mm-hm" of the patient's is still the same."""
    turns = [answer.turn]
    for turn in (later for later in conversation.spoken if later > answer.turn):
        between = conversation.turns[turns[-1] + 1 : turn]
        if not 1 <= sum(len(words(one.text)) for one in between) <= _NOD_WORDS:
            break
        turns.append(turn)
    return tuple(turns)


def _listed(conversation: Conversation, pairs: Sequence[tuple[Opportunity, Answer]]) -> list[dict[str, object]]:
    """The occasions as the prompt lists them."""
    spans = [turns_of(conversation, answer) for _, answer in pairs]
    return [
        {
            "number": number,
            "turn": one.turn,
            "quote": " ".join(one.quote.split()),
            "shows": _SHOWN[one.kind],
            "family": one.family,
            "first": turns[0],
            "last": turns[-1],
            "silence": answer.after_silence,
            "reply": conversation.patient_after(turns[-1]),
        }
        for number, ((one, answer), turns) in enumerate(zip(pairs, spans, strict=True), start=1)
    ]


def response_of(conversation: Conversation, met: Met) -> Response:
    """The response grade of one answer, by the rows of rubric 2.1; what is not quoted, or earns nothing, is no."""
    row, quotes = met.coded.row, met.coded.quotes
    earned = {field: quote for field, quote in quotes.items() if earns(conversation, quote)}
    repaired = "made_good" in earned
    fault = quotes.get("fault_quote") if row.fault != "none" else None
    closes = fault is not None and _only_closes(row, earned, fault)
    if fault is not None and not closes:
        answer, kind = _answer_at(conversation, met, fault), _FAULT_KINDS.get(row.fault)
        place = _move(fault, kind or "dismisses")
        return Response(met.opportunity, answer, 0, _FAULT_DID[row.fault], place, kind, row.solution_first, repaired)
    grade, did, words_of = _grade(conversation, met, earned, closes=closes)
    move = None if words_of is None else _move(words_of, "acknowledges")
    answer = _answer_at(conversation, met, words_of)
    passed_over = repaired and grade == 0
    return Response(met.opportunity, answer, grade, did, move, solved_first=row.solution_first, repaired=passed_over)


def _answer_at(conversation: Conversation, met: Met, quote: Quote | None) -> Answer:
    """The answer, as the one of its turns in which the quoted words stand."""
    if quote is None:
        return met.answer
    return Answer(quote.turn, conversation.readings[quote.turn], met.answer.after_silence)


def _only_closes(row: AnsweredFeeling, earned: Mapping[str, Quote], fault: Quote) -> bool:
    """Whether comfort came behind words that met the feeling: it closes the room, but leaves nothing unheard."""
    met = earned.get("met")
    return row.fault == "reassured_too_soon" and met is not None and (met.turn, met.start) < (fault.turn, fault.start)


def _grade(
    conversation: Conversation, met: Met, earned: Mapping[str, Quote], *, closes: bool
) -> tuple[Grade, str, Quote | None]:
    """The grade of an answer without a fault; words that stand there and earn nothing are a formula."""
    row, quotes = met.coded.row, met.coded.quotes
    if "met" in earned:
        if not row.room or closes:
            return 2, _CLOSED, earned["met"]
        grade: Grade = 4 if "deeper" in earned and not _overlap(earned["deeper"], earned["met"]) else 3
        return grade, _DID[grade], earned["met"]
    if "heard" in earned:
        understood = "felt_understood" in quotes
        return (3, _UNDERSTOOD, earned["heard"]) if understood else (2, _DID[2], earned["heard"])
    worn = next((quotes[field] for field in ("met", "heard", "formula") if field in quotes), None)
    if worn is not None and not conversation.is_void(worn.turn):
        return 1, _DID[1], worn
    return 0, _DID[0], None


def _overlap(one: Quote, other: Quote) -> bool:
    """Whether the same words are quoted for both: they count once."""
    return one.turn == other.turn and one.start < other.end and other.start < one.end


def heard_of(conversation: Conversation, met: Met) -> Heard:
    """What the answer did with the feeling besides naming it: noticed, asked after, contradicted."""
    said = {field: quote for field, quote in met.coded.quotes.items() if earns(conversation, quote)}
    return Heard(
        met.opportunity,
        _answer_at(conversation, met, said.get("met") or said.get("asked_after")),
        noticed=_move(said["met"], "acknowledges") if "met" in said else None,
        asked=_move(said["asked_after"], "elicits_concerns") if "asked_after" in said else None,
        contradicted=met.coded.row.fault in ("played_down", "brushed_off") and "fault_quote" in met.coded.quotes,
    )


def _move(quote: Quote, kind: MoveKind) -> Move:
    return Move(kind=kind, start=quote.start, end=quote.end)
