"""A patient's turn cut into sentences of plain words, each with the characters it stands for."""

import re
from dataclasses import dataclass
from functools import lru_cache

from scoring.lexicon import tier_of
from scoring.moves.sentences import Sentence, Word, sentences_of
from scoring.spelling import plain_words, respell

_FEWEST_LETTERS = 8
"""A shorter word one letter off a feeling is more often another word: "fight" is no fright, "price" no pride."""
_KNOWN = 2
"""Tier of the words nearly every adult knows."""
_NOT_IN_SCOTS = re.compile(r"(would|could|should|need|do|did|has|have|was|is|does)(?:na|nae|ny)")
_IS = re.compile(
    r"([a-z]{2,})'s (?=(?:been|still|always|gone|got|not|so|too|just|all|in|on|a|the|never|really|up|\w+ed|\w+ing)\b)"
)
_A_WHOLE_NO = re.compile(r"(?<=\bno)\.(?!\s*\d)", re.IGNORECASE)
"""'No.' is a patient's answer, not short for number."""
_CLOSING = re.compile(r"[.?!…]*[\"'”’)\]]*")


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, or a clause of a run without marks. `plain` is matched on, the turn's `[start:end]` quoted."""

    plain: str
    start: int
    end: int
    asks: bool
    mark: str


@lru_cache(maxsize=4096)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """The sentences of a turn, their closing marks included in what is quoted."""
    return tuple(
        Clause(_as_said(text, one), one.start, _with_marks(text, one.end), one.asks, one.mark)
        for one in sentences_of(_A_WHOLE_NO.sub("!", text))
    )


def _as_said(text: str, sentence: Sentence) -> str:
    """The plain words, with only those misspellings mended that can be nothing else."""
    last = sentence.words[-1]
    said = " ".join(_word(text, word) + ("," if word.comma and word is not last else "") for word in sentence.words)
    return _IS.sub(r"\1 is ", said).replace("do not no ", "do not know ")


def _word(text: str, word: Word) -> str:
    written = plain_words(text[word.start : word.end])
    if (scots := _NOT_IN_SCOTS.fullmatch(written[0])) is not None:
        return f"{scots[1]} not"
    if written[0].endswith("in") and tier_of(written[0]) > _KNOWN and tier_of(f"{written[0]}g") <= _KNOWN:
        return f"{written[0]}g"
    if len(written) > 1 or written[0] == word.text or respell(written[0]) != word.text:
        return word.text
    mended = len(written[0]) >= _FEWEST_LETTERS and _one_slip(written[0], word.text)
    return word.text if mended else written[0]


def _one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter: put in, left out, or taken for another; or by two that changed places."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])


def _with_marks(text: str, end: int) -> int:
    closing = _CLOSING.match(text, end)
    return closing.end() if closing else end
