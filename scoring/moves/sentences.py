"""A turn cut into sentences of plain words, each word knowing the characters it came from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from scoring.moves.breaths import JOINERS, looks_asked, restarts
from scoring.names import addresses_in, names_in
from scoring.spelling import named, plain_words, put_right, respell, with_its_h
from scoring.word_order import in_question_order
from scoring.words import without_lead_in

_LONGEST_WORDS = 28  # speech recognition writes no full stops: beyond this a run is cut at a joining word
_SHORTEST_WORDS = 7
_MOST_WORDS = 60  # a run longer than anyone speaks is cut where it stands, so that no rule runs away

_TOKEN = re.compile(r"[^\W\d_]+\d+[^\W_]*|\d+(?:[.,]\d+)*%?|[^\W\d_]+(?:['’´`][^\W\d_]+)*|[.?!…]+|[,;:\n–—]|-{2,}")
_FILLERS = frozenset({"um", "uh", "er", "erm", "uhm", "umm", "uhh", "hmm", "hm", "ah", "eh"})
_LEAD_INS = frozenset(
    {"so", "well", "okay", "ok", "anyway", "like", "look", "actually", "basically", "oh", "now", "and"}
)
_NEW_START = frozenset(
    [
        "i",
        "you",
        "we",
        "it",
        "he",
        "she",
        "they",
        "this",
        "that",
        "there",
        "what",
        "how",
        "why",
        "do",
        "did",
        "does",
        "are",
        "is",
        "would",
        "could",
        "can",
        "have",
        "has",
        "if",
        "let",
        "so",
        "um",
        "your",
        "my",
        "when",
        "where",
        "tell",
    ]
)
_SAID_OF_IT = frozenset({"okay", "well", "right"})
_SAYS_HOW_IT_IS = frozenset(
    {"be", "is", "was", "it", "that", "are", "were", "am", "feel", "feels", "you", "very", "all"}
)
"""'Would it be okay if': the word belongs to what comes before it, and joins nothing."""
_NOT_A_STOP = frozenset({"dr", "mr", "mrs", "ms", "prof", "st", "vs", "e.g", "i.e", "no"})


@dataclass(frozen=True, slots=True)
class Word:
    """One plain lower-case word, and the characters of the turn it stands for."""

    text: str
    start: int
    end: int
    comma: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or clause: plain text to match rules on, and the way back to the turn's characters."""

    words: tuple[Word, ...]
    text: str
    asks: bool
    mark: str  # the full stop, question or exclamation mark that ends it; "" where there is none
    offsets: tuple[int, ...]  # where each word starts in `text`

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the turn behind `text[start:end]`, whole words."""
        inside = [
            word
            for word, offset in zip(self.words, self.offsets, strict=True)
            if offset < end and offset + len(word.text) > start
        ] or [self.words[0]]
        return inside[0].start, inside[-1].end


@lru_cache(maxsize=4096)
def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Cut a turn into sentences; a run without punctuation is cut at its joining words."""
    spoken = _dictated(text)
    return tuple(
        _sentence(_as_asked(_without_lead(clause), mark), mark)
        for heard, end in _runs(text)
        for clause, mark in _cut(_put_right(heard), end, spoken=spoken)
    )


def _cut(run: list[Word], end: str, *, spoken: bool) -> list[tuple[tuple[Word, ...], str]]:
    """The clauses of a run, each with its mark: the one that ends the run belongs to the last of them."""
    spoken = spoken or (len(run) > _LONGEST_WORDS and not any(word.comma for word in run))
    starts = [0, *restarts([word.text for word in run]), len(run)] if spoken else [0, len(run)]
    pieces = [run[start:stop] for start, stop in pairwise(starts)]
    clauses = [clause for piece in pieces if piece for clause in _clauses(piece) if clause]
    return [(clause, end if place == len(clauses) - 1 else "") for place, clause in enumerate(clauses)]


def _without_lead(clause: tuple[Word, ...]) -> tuple[Word, ...]:
    """The clause without the sounds it is led in by: "Well, so, it is a scan" says "it is a scan"."""
    place = 0
    while place < len(clause) - 1 and clause[place].comma and clause[place].text in _LEAD_INS:
        place += 1
    return clause[place:] if len(clause) - place > 1 else clause  # "So, yeah" stays the filler it is


def _as_asked(clause: tuple[Word, ...], mark: str) -> tuple[Word, ...]:
    """A question in the order of a question: "what they have told you?" asks "what have they told you?"."""
    if mark != "?":
        return clause
    return tuple(
        Word(text, clause[first].start, clause[last].end, comma=first == last and clause[last].comma)
        if text != clause[first].text or first != last
        else clause[first]
        for text, first, last in in_question_order([word.text for word in clause], _commas(clause))
    )


def _commas(clause: tuple[Word, ...]) -> list[int]:
    return [place for place, word in enumerate(clause) if word.comma]


def _dictated(text: str) -> bool:
    """Speech written down without a single mark, but for the sounds it begins with: "Er, well, so"."""
    return not re.search(r"[.?!,;\n]", without_lead_in(text) if "\n" not in text else text)


def _runs(text: str) -> Iterator[tuple[list[Word], str]]:
    """Words up to each full stop, question mark, exclamation mark or line break, with that mark."""
    words: list[Word] = []
    names, called = names_in(text), addresses_in(text)
    for token in _TOKEN.finditer(text):
        said = token.group()
        if any(start <= token.start() < end for start, end in called):
            continue
        if said[0] in ".?!…\n":
            if said == "." and words and words[-1].text in _NOT_A_STOP:
                continue
            yield words, "?" if "?" in said else said[0]
            words = []
        elif said[0] in ",;:–—-":
            if words:
                words[-1] = Word(words[-1].text, words[-1].start, words[-1].end, comma=True)
        else:
            heard = with_its_h(said) if _loses_its_h(text, token.start()) else said
            _add(words, heard, token.start(), token.end(), a_name=token.start() in names)
    yield words, ""


def _loses_its_h(text: str, start: int) -> bool:
    """Whether an apostrophe opens the word here: "'ome", "for 'er"."""
    return text[start - 1 : start] in {"'", "’"} and not text[: start - 1][-1:].isalnum()


def _add(words: list[Word], said: str, start: int, end: int, *, a_name: bool) -> None:
    """Append a word in plain spelling, a name as it is; fillers and stuttered repeats are left out."""
    for written in named(said) if a_name else plain_words(said, after=words[-1].text if words else ""):
        if written in _FILLERS:
            continue
        plain = written if a_name else respell(written)
        thrice = len(words) >= 2 and words[-1].text == words[-2].text == plain
        if words and not words[-1].comma and (thrice or _stutters(words[-1].text, plain)):
            words[-1] = Word(plain, words[-1].start, end)
        else:
            words.append(Word(plain, start, end))
        if len(words) >= 4 and [word.text for word in words[-4:-2]] == [word.text for word in words[-2:]]:
            del words[-2:]  # "I'll I'll": the same two words twice


def _put_right(words: list[Word]) -> list[Word]:
    """The words as standard English writes them; a word put in stands for the characters of the one before it."""
    put = put_right([word.text for word in words], {place for place, word in enumerate(words) if word.comma})
    found = [Word(text, words[place].start, words[place].end) for place, text in put]
    for at, (place, _) in enumerate(put):
        if words[place].comma and (at + 1 == len(put) or put[at + 1][0] != place):
            found[at] = Word(found[at].text, found[at].start, found[at].end, comma=True)
    return found


def _stutters(before: str, word: str) -> bool:
    """'so so', 'd do': said twice, not meant twice; 'had had' and 'very very' are left."""
    if before == word:
        return word not in {"had", "that", "very", "really", "so", "no", "bye", "too", "never", "mm", "ha"}
    return len(before) == 1 and before not in {"i", "a", "x"} and word.startswith(before)


def _clauses(words: list[Word]) -> list[tuple[Word, ...]]:
    """One clause as it is, or a long unpunctuated run cut where a joining word starts a new one."""
    if len(words) <= _LONGEST_WORDS:
        return [tuple(words)]
    cuts, last = [0], 0
    for place in range(1, len(words) - 3):
        joins = words[place].text in JOINERS and words[place + 1].text in _NEW_START
        joins = joins and not (words[place].text == "well" and words[place + 1].text == "so")
        joins = joins and not (words[place].text in _SAID_OF_IT and words[place - 1].text in _SAYS_HOW_IT_IS)
        if joins and place - last >= _SHORTEST_WORDS:
            cuts.append(place)
            last = place
    cuts.append(len(words))
    return [tuple(words[at : min(b, at + _MOST_WORDS)]) for a, b in pairwise(cuts) for at in range(a, b, _MOST_WORDS)]


def _sentence(words: tuple[Word, ...], mark: str) -> Sentence:
    parts, offsets, at = [], [], 0
    for word in words:
        offsets.append(at)
        parts.append(word.text + ("," if word.comma and word is not words[-1] else ""))
        at += len(parts[-1]) + 1
    text = " ".join(parts)
    return Sentence(words, text, mark == "?" or (mark != "!" and looks_asked(text)), mark, tuple(offsets))
