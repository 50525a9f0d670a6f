"""Whether words a model quotes stand in the transcript, and where. No quote, no credit (rubric 2)."""

import re
from collections.abc import Sequence
from functools import lru_cache

from scoring.conversation import Conversation
from scoring.formulas import is_copy, is_same
from scoring.judge.shown import withheld
from scoring.scorecard import Quote
from scoring.words import words

FEWEST_WORDS = 2
"""A single word stands in nearly every turn and proves nothing."""

_ALIKE = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})
_EDGES = " \t\n\"'.,;:!?-()[]*\u2026"


def find_quote(
    conversation: Conversation, turns: Sequence[int], quoted: str, fewest_words: int = FEWEST_WORDS
) -> Quote | None:
    """The quote in the first of these turns where it stands word for word, else None; not in one the model never saw.

    Spaces, capitals, kinds of apostrophe and the marks at its ends do not matter; every word in between does.
    """
    pattern = _pattern(quoted)
    if len(words(quoted.translate(_ALIKE))) < fewest_words:
        return None
    for turn in turns:
        is_there = 0 <= turn < len(conversation.turns) and not withheld(conversation, turn)
        text = conversation.turns[turn].text if is_there else ""
        match = pattern.search(text.translate(_ALIKE))
        if match is not None:
            start, end = match.span()
            return Quote(turn=turn, start=start, end=end, quote=text[start:end])
    return None


@lru_cache(maxsize=1024)
def _pattern(quoted: str) -> re.Pattern[str]:
    bare = quoted.translate(_ALIKE).strip(_EDGES)
    pieces = r"\s+".join(re.escape(piece) for piece in bare.split())
    return re.compile(rf"(?<!\w)(?<!\w'){pieces}(?!\w|'\w)", re.IGNORECASE)


def earns(conversation: Conversation, quote: Quote) -> bool:
    """Whether these words of the student's can earn anything, by the rules that hold for every scorer.

    Nothing is earned in a turn with a lapse, in words to the scorer or in a list of words, nor by a sentence that was
    said before, or that gives the patient's own sentence back.
    """
    index = quote.turn
    if index not in conversation.read or conversation.is_void(index):
        return False
    touched = [one.text for one in conversation.sentences_in(index) if one.start < quote.end and quote.start < one.end]
    return any(not _is_worn(conversation, index, sentence) for sentence in touched)


def _is_worn(conversation: Conversation, index: int, sentence: str) -> bool:
    """Whether a sentence was said in an earlier turn of the student's, or is the patient's own."""
    earlier = [one.text for turn in conversation.spoken if turn < index for one in conversation.sentences_in(turn)]
    heard = [one.text for turn in conversation.patient_turns_before(index) for one in conversation.sentences_in(turn)]
    repeated = len(words(sentence)) >= 3 and any(is_same(sentence, other) for other in earlier)
    return repeated or is_copy(sentence, heard)
