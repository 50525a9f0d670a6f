"""Authored lines and the choice among them: fitting, not yet used, not what was said anyway."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from zlib import crc32

from scoring.lexicon import rows
from scoring.words import alike, content, sentences, straight, words

_MOST_WORDS = 44
_SAID_ALREADY = 0.75
"""A line with a sentence this much like one the student said is no suggestion."""
_FRAME_WORDS = 3
"""Two sentences that begin with the same words read like the same frame."""
_SLOT = re.compile(r"\{(\w+)\}")
_CLAIMS = {"much": re.compile(r"\btoo much\b"), "blam": re.compile(r"\bblam\w+ yourself\b|\bto blame\b")}
"""Feelings claimed in more than one word."""


@dataclass(frozen=True)
class Line:
    """One authored line: for whom (`about`: a family, an act, a part), when, and its words with slots."""

    about: str
    when: str
    frame: str

    @property
    def slots(self) -> frozenset[str]:
        """The slots that must be filled."""
        return frozenset(_SLOT.findall(self.frame))

    def filled(self, slots: Mapping[str, str]) -> str:
        """The words, with those slots filled that can be."""
        return _SLOT.sub(lambda match: slots.get(match[1], ""), self.frame)

    @property
    def claims(self) -> frozenset[str]:
        """The stems of the feelings it speaks of by itself, whatever fills its slots."""
        own = _SLOT.sub(" ", self.frame)
        others = (stem for stem, pattern in _CLAIMS.items() if pattern.search(own))
        return feeling_words_in(own) | frozenset(others)

    @property
    def asks(self) -> bool:
        """Whether it puts a question."""
        return "?" in self.frame


@cache
def lines(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of `lexicon/suggestions/<name>.tsv`."""
    return rows(f"suggestions/{name}.tsv")


def lot_of(quote: str, frame: str) -> int:
    """The place of a line among equals, drawn by what was said: the same for the same words, another for others."""
    return crc32(f"{straight(quote).lower()}|{frame}".encode())


def feeling_words_in(text: str) -> frozenset[str]:
    """The words for a feeling in a text, cut to their stems: "afraid", "frighten"."""
    return content(text) & _feeling_stems()


@cache
def _feeling_stems() -> frozenset[str]:
    """Of `lexicon/feelings.tsv`: what is one word and says a feeling in any form."""
    kinds = ("state", "quality", "noun", "verb", "stirs")
    terms = (term for _, how, listed in rows("feelings.tsv") if how in kinds for term in listed.split(" | "))
    return frozenset(stem for term in terms if " " not in term for stem in content(term))


@dataclass
class Used:
    """What one report has said already, and what the student said: neither is suggested (again)."""

    said: Sequence[str] = ()
    frames: set[str] = field(default_factory=set)
    sentences: set[str] = field(default_factory=set)
    openings: set[str] = field(default_factory=set)

    def take(self, candidates: Iterable[Line], slots: Mapping[str, str]) -> str | None:
        """The first line that can be filled and is new; one with a new beginning before one without."""
        fitting = [line for line in candidates if line.slots <= slots.keys() and line.frame not in self.frames]
        for fresh in (True, False):
            for line in fitting:
                if fresh and self.openings & set(_openings(line.frame)):
                    continue
                if (said := self.take_words(line.frame, slots)) is not None:
                    return said
        return None

    def take_words(self, frame: str, slots: Mapping[str, str]) -> str | None:
        """This line, if none of its sentences was used or said."""
        text = _SLOT.sub(lambda match: slots[match[1]], frame)
        own = [straight(one.text).lower() for one in sentences(text)]
        if len(words(text)) > _MOST_WORDS or self.sentences & set(own) or self._was_said(own):
            return None
        self.frames.add(frame)
        self.sentences.update(own)
        self.openings.update(_openings(frame))
        return text

    def _was_said(self, own: Iterable[str]) -> bool:
        long_enough = [_spelt_out(one) for one in own if len(words(one)) >= _FRAME_WORDS]
        return any(alike(one, other) > _SAID_ALREADY for one in long_enough for other in self._said_in_full)

    @cached_property
    def _said_in_full(self) -> list[str]:
        return [_spelt_out(one) for one in self.said]


def _openings(frame: str) -> Iterator[str]:
    """How each sentence of a line begins, an echo left out."""
    for sentence in sentences(frame):
        first = words(_SLOT.sub("x", sentence.text))[:_FRAME_WORDS]
        if len(first) == _FRAME_WORDS and first[0] != "x":
            yield " ".join(first)


def _spelt_out(text: str) -> str:
    for short, long in (("i'm", "i am"), ("that's", "that is"), ("it's", "it is"), ("you're", "you are")):
        text = text.replace(short, long)
    return text
