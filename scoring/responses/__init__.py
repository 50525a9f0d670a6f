"""How one answer met one feeling: the response grade r0-r4 of rubric 2.1."""

import re
from dataclasses import dataclass

from personas.vocabulary import MoveKind
from scoring.conversation import Answer, Conversation
from scoring.fears import answers_fear, sourced_answer
from scoring.occasions import Opportunity
from scoring.reading import Move
from scoring.responses.disputes import disputed
from scoring.responses.plain import grade_plain
from scoring.responses.room import solves_first
from scoring.responses.taken import confirmed, is_repaired, moved, taken_as_understood
from scoring.responses.verdict import Grade, Verdict
from scoring.responses.warm import grade_warm, specific_feeling

_ONLY_SUPPOSED = re.compile(r"\b(?:if|before|when|until|unless)(?: i| we)? $", re.IGNORECASE)
"""What stands before words that are only supposed: "would it help if I told you", "before we move on"."""


@dataclass(frozen=True)
class Response:
    """The answer to one opportunity. `did` is what the student did, as the end of "When she said ..., "."""

    opportunity: Opportunity
    answer: Answer
    grade: Grade
    did: str
    words_of: Move | None = None
    fault: MoveKind | None = None
    solved_first: bool = False
    repaired: bool = False

    @property
    def met(self) -> bool:
        """Whether the feeling itself was met."""
        return self.grade >= 3


def respond(conversation: Conversation) -> tuple[Response, ...]:
    """Every opportunity that could be answered, with its answer graded."""
    answers = ((one, conversation.answer_to(one.turn)) for one in conversation.opportunities)
    return tuple(_grade(conversation, one, answer) for one, answer in answers if answer is not None)


def _grade(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> Response:
    solved = solves_first(answer.reading)
    fault = _fault(conversation, opportunity, answer)
    if fault is not None:
        repaired = is_repaired(conversation, answer.turn)
        return Response(opportunity, answer, 0, FAULT_WORDS[fault.kind], fault, fault.kind, solved, repaired)
    warm = specific_feeling(conversation, opportunity, answer)
    if warm is not None:
        return Response(opportunity, answer, *grade_warm(conversation, opportunity, answer, warm), solved_first=solved)
    holds = opportunity.kind == "challenge" or opportunity.family in ("ambivalence", "overwhelm")
    against = disputed(conversation, answer.turn, opportunity.turn) if holds else None
    if against is not None:
        return Response(opportunity, answer, 0, "you argued against it", against, solved_first=solved)
    verdict = _as_taken(conversation, opportunity, answer, grade_plain(conversation, opportunity, answer))
    return Response(opportunity, answer, *verdict, solved_first=solved)


def _as_taken(conversation: Conversation, opportunity: Opportunity, answer: Answer, verdict: Verdict) -> Verdict:
    """Content heard is worth 3 where the patient takes it as being understood, and no false comfort came with it."""
    move = verdict.words_of
    if verdict.grade == 1 and move is not None and move.kind == "partners" and moved(conversation, answer.turn):
        return Verdict(2, "you offered to be there, and the patient said it meant something", move)
    understood = taken_as_understood(conversation, answer.turn) or (
        move is not None and move.kind == "reflects_complex" and confirmed(conversation, answer.turn, move)
    )
    comforted = answer.reading.has("reassures_early")
    if verdict.grade != 2 or not understood:
        return verdict
    if comforted and not answers_fear(conversation, opportunity.turn, answer.turn):
        return verdict
    return Verdict(3, f"{verdict.did}, and the patient felt understood", move)


FAULT_WORDS: dict[MoveKind, str] = {
    "dismisses": "you played it down",
    "blames": "you answered with a reproach",
    "reassures_early": "you reassured before the worry was heard",
}


def _fault(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> Move | None:
    """What makes an answer r0 whatever else it holds. A true answer to the named fear is no false comfort."""
    text = conversation.turns[answer.turn].text
    source = sourced_answer(conversation, answer.turn)
    for move in answer.reading.all("blames", "dismisses"):
        sourced = move.kind == "dismisses" and source is not None and source[0] <= move.start < source[1]
        if not sourced and not _ONLY_SUPPOSED.search(text[: move.start]):
            return move
    answered = answers_fear(conversation, opportunity.turn, answer.turn)
    named = specific_feeling(conversation, opportunity, answer)
    for move in answer.reading.all("reassures_early"):
        if opportunity.kind != "progress" and not answered and not (named is not None and named.start < move.start):
            return move
    return None
