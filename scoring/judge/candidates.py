"""What a person should look at, by a model's closed answers: facts, must-asks, lapses, words to the scorer. Rubric 2.

Candidates only: they stand beside the deterministic flags, and a person decides.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from prompts import render
from scoring.conversation import Conversation
from scoring.judge.interview import Answered, Interview, Question, Row
from scoring.judge.shown import withheld
from scoring.scorecard import Flag, FlagKind, Quote

_LAPSES = {
    "contempt": "This may be contempt.",
    "sexual": "This may be a sexual remark.",
    "discriminating": "This may be a remark against a group of people.",
    "confidence": "This may give another person's private matters away.",
    "lie": "This may be a lie.",
    "threat": "This may be a threat.",
}
_TO_SCORER = "This may be meant for whoever scores, not for the patient."
_KEPT_BACK = "This is said to whoever scores; the second reader was not shown it."
_RISK = "The patient may have spoken of wanting to die, and it may not have been taken up."


class Look(Row):
    """Something a person should look at, or a question of the case that was asked.

    `about` is the id of the fact or of the question, or the kind of lapse; empty otherwise.
    """

    kind: Literal["wrong_fact", "was_asked", "lapse", "to_scorer", "risk_passed_over"]
    about: str
    turn: int
    quote: str


async def find_candidates(interview: Interview, conversation: Conversation) -> tuple[Flag, ...]:
    """Every candidate in the order of the turns; a missed question has an empty quote.

    Raises:
        Unread, AskFault: as `Interview.put`.
    """
    scenario = conversation.scenario
    text = render(
        "judge_flags",
        facts=() if scenario is None else [(one.id, one.statement) for one in scenario.facts],
        must_ask=() if scenario is None else [(one.id, one.what) for one in scenario.must_ask],
        must_not_say=() if scenario is None else scenario.must_not_say,
        lapses=tuple(_LAPSES),
    )
    question = Question("flags", text, Look, places=lambda row: {"quote": _places(conversation, row)})
    rows = await interview.put(question)
    flags = [flag for one in rows if (flag := _flag(conversation, one)) is not None]
    flags += [*_not_asked(conversation, rows), *_kept_back(conversation)]
    return tuple(sorted(flags, key=lambda flag: (flag.turn, flag.start, flag.kind)))


def kept_back(conversation: Conversation) -> tuple[Flag, ...]:
    """What was said to the scorer and not shown to the model, where nothing else could be asked."""
    return tuple(_kept_back(conversation))


def _places(conversation: Conversation, row: Look) -> Sequence[int]:
    speaker = "patient" if row.kind == "risk_passed_over" else "student"
    known = 0 <= row.turn < len(conversation.turns) and conversation.turns[row.turn].speaker == speaker
    return (row.turn,) if known else ()


def _flag(conversation: Conversation, answered: Answered[Look]) -> Flag | None:
    row, quote = answered.row, answered.quotes.get("quote")
    if quote is None:
        return None
    facts = {one.id: one.statement for one in conversation.scenario.facts} if conversation.scenario is not None else {}
    if row.kind == "wrong_fact" and row.about in facts:
        return _of("wrong_fact", quote, f"This may contradict a fact of the case: {facts[row.about]}")
    if row.kind == "lapse" and row.about in _LAPSES:
        return _of("lapse", quote, _LAPSES[row.about])
    if row.kind == "to_scorer":
        return _of("addresses_grader", quote, _TO_SCORER)
    return _of("risk_passed_over", quote, _RISK) if row.kind == "risk_passed_over" else None


def _not_asked(conversation: Conversation, rows: Sequence[Answered[Look]]) -> Iterator[Flag]:
    """The questions this case does not do without and for which no word of asking is quoted."""
    if conversation.scenario is None or not conversation.spoken:
        return
    asked = {one.row.about for one in rows if one.row.kind == "was_asked" and "quote" in one.quotes}
    for must in conversation.scenario.must_ask:
        if must.id not in asked:
            nothing = Quote(turn=conversation.spoken[-1], start=0, end=0, quote="")
            yield _of("missed_must_ask", nothing, f"This may not have been asked: {must.what}")


def _kept_back(conversation: Conversation) -> Iterator[Flag]:
    for index in conversation.read:
        for quote in withheld(conversation, index):
            yield _of("addresses_grader", quote, _KEPT_BACK)


def _of(kind: FlagKind, quote: Quote, why: str) -> Flag:
    return Flag(kind=kind, why=why, **quote.model_dump())
