"""Whether the patient can go on after an answer: room left, or closed again by a fix, a question, a long telling."""

import re

from personas.vocabulary import MoveKind
from scoring.conversation import Answer, Conversation
from scoring.moves.sentences import sentences_of
from scoring.reading import Move, TurnReading
from scoring.words import content, words

TELLING: tuple[MoveKind, ...] = ("tells_fact", "tells_plan", "tells_news", "advises", "problem_solves", "examines")

FEELING_MOVES: tuple[MoveKind, ...] = ("validates", "acknowledges", "names_emotion")
EXPLORES: tuple[MoveKind, ...] = ("open_question", "elicits_ideas", "elicits_concerns", "elicits_expectations")

_LONG_TELLING_WORDS = 30
"""After a feeling was named, more information than this fills the room that was given."""

_ASKS_FOR_A_FACT = re.compile(
    r"^\W*(?:(?:and|so|but|since|for)\W+)*(?:how|what|when|where|who|which|why)\b", re.IGNORECASE
)

_CHECK_WORDS = content("understood understand right near close fair true got wrong missed")
"""What a question asks that only checks what was said: "is that right?", "have I understood?"."""

_CHECKS_MEANING = re.compile(
    r"^\W*(?:(?:and|so|or)\W+)*(?:is|was|would) (?:that|this|it) (?:(?:the|a|your|part of the|some of the) (?:thought|"
    r"worry|fear|feeling|hardest|worst|thing|part|question)|(?:what|how|why|where|because|part of it|some of it)\b)",
    re.IGNORECASE,
)
"""A question that asks after what was just put into words: "is that the thought that keeps coming?"."""

_ASKS_COMPANY = re.compile(
    r"\b(?:some(?:one|body)|any(?:one|body)|who|a friend|family)\b[^.?!]{0,30}"
    r"\b(?:with you|(?:sit|be|stay|come) with|by your side|(?:ring|call|phone|fetch)(?: for you)?\b|"
    r"(?:can|could|will|would) (?:drive|take|bring|fetch|collect|come|be|sit|stay)\b)|"
    r"\b(?:would you like|do you need|do you want|can i get you|shall i (?:get|fetch) you)\b[^.?!]{0,20}"
    r"\b(?:tissue|minute|moment|water|break|tea|hand|time)s?\b",
    re.IGNORECASE,
)
"""Care for the one who feels, no medical question: "is somebody there with you?", "would you like a minute?"."""


def leaves_room(conversation: Conversation, answer: Answer) -> bool:
    """Whether the patient can go on: no fix, medical closed question or long telling after the feeling."""
    reading = answer.reading
    warm = reading.all(*FEELING_MOVES, "reflects", "reflects_complex", "partners", "apologises")
    last_warm = max((move.end for move in warm), default=0)
    after = [move for move in reading.moves if move.start >= last_warm]
    kinds = {move.kind for move in after}
    if kinds & {"asks_permission", "offers_choice", "open_question", "elicits_concerns"} and not kinds & {"advises"}:
        return True
    if kinds & {"problem_solves", "advises", "stacked_question", "reassures_early", "examines"}:
        return False
    if "closed_question" in kinds and not _checks_feeling(conversation, answer, after):
        return False
    rest = words(conversation.turns[answer.turn].text[last_warm:])
    return not (kinds & set(TELLING) and len(rest) > _LONG_TELLING_WORDS)


def _checks_feeling(conversation: Conversation, answer: Answer, after: list[Move]) -> bool:
    """Whether every closed question after the feeling only checks it ("is that right?") or sees to their comfort."""
    text = conversation.turns[answer.turn].text
    questions = [move for move in after if move.kind == "closed_question"]
    asked = [" ".join(one.text for one in sentences_of(text[move.start : move.end])) for move in questions]
    return all(
        _CHECKS_MEANING.match(one)
        or _ASKS_COMPANY.search(one)
        or (not content(one) - _CHECK_WORDS and not _ASKS_FOR_A_FACT.search(one))
        for one in asked
    )


def is_left_open(question: Move, reading: TurnReading) -> bool:
    """Whether the patient can answer an open question: no closed one, no advice comes before they can."""
    return not any(
        move.start >= question.end and move.kind in ("closed_question", "advises", "problem_solves", "tells_news")
        for move in reading.moves
    )


def solves_first(reading: TurnReading) -> bool:
    """Whether the answer begins with a fix, before any word for the feeling."""
    fix = next((move.start for move in reading.moves if move.kind in ("problem_solves", "advises")), None)
    if fix is None:
        return False
    heard = [move.start for move in reading.all(*FEELING_MOVES, "reflects", "reflects_complex") if not move.stock]
    return not heard or min(heard) > fix
