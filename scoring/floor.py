"""Who has the floor: turns that leave it to the patient, sentences that break off, greetings that come before all."""

import re

from personas.vocabulary import MoveKind
from scoring.moves.phrasebook import phrase
from scoring.moves.sentences import sentences_of
from scoring.reading import TurnReading
from scoring.words import without_stage, words

BREAKS_OFF = re.compile(r"(?:--|\u2014|\w-)\s*$")
"""How a transcript marks a sentence that was not finished."""
_MINIMAL = phrase("listening", "minimal")
_A_SOUND_WORDS = 8
"""A longer turn says something, whatever is seen beside it: "mm-hm [nods]"."""
_A_WORD_IN_WORDS = 2
"""So little said into a sentence that breaks off takes the floor from nobody."""
_SHORT_QUESTION_WORDS = 5
"""A greeting asks no more than this: "how are you today?"."""

_GREETS: frozenset[MoveKind] = frozenset(
    ("welcomes", "minimal", "asks_permission", "asks_leave_tic", "offers_choice", "signposts", "respects", "apologises")
)
_QUESTION: frozenset[MoveKind] = frozenset(("closed_question", "open_question"))


def is_greeting(reading: TurnReading, text: str) -> bool:
    """Whether a turn only greets, says who is there, or asks whether to begin."""
    if not reading.has("welcomes"):
        return False
    leave = reading.all("asks_permission", "asks_leave_tic")
    return all(
        move.kind in _GREETS
        or (
            move.kind in _QUESTION
            and (
                any(move.start < ask.end and ask.start < move.end for ask in leave)
                or len(words(text[move.start : move.end])) <= _SHORT_QUESTION_WORDS
            )
        )
        for move in reading.moves
    )


def is_bare(reading: TurnReading) -> bool:
    """Whether a turn only keeps the floor open: "mm-hm", "go on", or a sound that is no word at all."""
    if not reading.words:
        return True
    return reading.words <= 4 and reading.has("minimal") and all(move.kind == "minimal" for move in reading.moves)


def keeps_floor_open(reading: TurnReading, text: str, before: str) -> bool:
    """Whether a turn leaves the floor to the patient: a bare sound, laughed or not, or a word into their sentence.

    `before`: the patient's turn right before it, empty where there is none.
    """
    if is_bare(reading):
        return True
    if reading.words <= _A_SOUND_WORDS and all(_MINIMAL.match(one.text) for one in sentences_of(without_stage(text))):
        return True
    return bool(BREAKS_OFF.search(before)) and reading.words <= _A_WORD_IN_WORDS and not reading.has("closed_question")
