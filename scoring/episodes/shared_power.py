"""Power shared over the talk and the plan: the patient was asked what it should be, and said (MITI 4.2.1, Seek)."""

import re

from personas.vocabulary import MoveKind
from scoring.conversation import Conversation
from scoring.moves.phrasebook import phrase
from scoring.moves.sentences import sentences_of
from scoring.reading import Move

_ASKS_AGENDA = phrase("permission", "asks_agenda")
_ASKS_PLAN = phrase("permission", "asks_plan")
_ASKING: tuple[MoveKind, ...] = ("elicits_expectations", "elicits_ideas", "open_question", "closed_question")


def agenda_shared(conversation: Conversation) -> tuple[int, Move] | None:
    """Where the patient was first asked what to talk about, and answered."""
    return _first_asked(conversation, _ASKS_AGENDA)


def plan_shared(conversation: Conversation) -> tuple[int, Move] | None:
    """Where the patient was first asked what they want to do, and answered."""
    return _first_asked(conversation, _ASKS_PLAN)


def _first_asked(conversation: Conversation, wanted: re.Pattern[str]) -> tuple[int, Move] | None:
    for index in conversation.spoken:
        if not conversation.readings[index].has(*_ASKING) or not conversation.reply_to(index):
            continue
        for sentence in sentences_of(conversation.turns[index].text):
            asking = (
                move
                for move in conversation.readings[index].all(*_ASKING)
                if move.start < sentence.end and sentence.start < move.end
            )
            if wanted.search(sentence.text) and (move := next(asking, None)) is not None:
                return index, move
    return None
