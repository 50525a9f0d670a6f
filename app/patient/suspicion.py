"""What a word makes it worth while to look for, found once: most words of a talk are nothing to look twice at."""

import re
from functools import lru_cache
from typing import NamedTuple

from app.patient.breaches import Breach, families_in
from app.patient.closed import Closed, closed_by
from app.patient.tongues import FOREIGN, oddness

_MOST_REMEMBERED = 4_000
"""Chunks. More than are in use in a class; what models invent besides need not be kept."""
_WORD = re.compile(r"\w[\w']*")


class Suspicion(NamedTuple):
    """What may be wrong with what stands between two spaces, or with a whole sentence."""

    stops_at: int | None = None
    """From this character on it may not pass before the sentence is whole."""
    families: frozenset[Breach] = frozenset()
    """How it may be out of character."""
    telling: frozenset[str] = frozenset()
    """The words in it with which something closed is told."""
    is_secret: bool = False
    """Whether one of them might give it away by itself."""
    is_foreign: bool = False
    oddness: int = 0
    """How unlike English it is, summed."""


NOTHING = Suspicion()


class Suspicions(dict[str, Suspicion]):
    """By chunk, as it is written with straight apostrophes; what was not met before is looked at, and remembered."""

    def __init__(self, closed: Closed, own_words: frozenset[str] = frozenset()) -> None:
        self._closed = closed
        self._own_words = own_words

    def __missing__(self, chunk: str) -> Suspicion:
        found = self._of(chunk)
        if len(self) < _MOST_REMEMBERED:
            self[chunk] = found
        return found

    def of_all(self, words: str) -> Suspicion:
        """All of these together."""
        found = [one for chunk in words.split() if (one := self[chunk]) is not NOTHING]
        if not found:
            return NOTHING
        return Suspicion(
            families=frozenset[Breach]().union(*(one.families for one in found)),
            telling=frozenset[str]().union(*(one.telling for one in found)),
            is_secret=any(one.is_secret for one in found),
            is_foreign=any(one.is_foreign for one in found),
            oddness=sum(one.oddness for one in found),
        )

    def _of(self, chunk: str) -> Suspicion:
        lower = chunk.lower()
        words = [(found.start(), found.group()) for found in _WORD.finditer(lower)]
        secret = [at for at, word in words if self._closed.is_secret(word)]
        foreign = [at for at, word in words if word in FOREIGN]
        one = Suspicion(
            min(secret + foreign, default=None),
            families_in(chunk),
            self._closed.words_in(lower),
            bool(secret),
            bool(foreign) or not chunk.isascii(),
            0 if any(word in self._own_words for _, word in words) else oddness(chunk),
        )
        return NOTHING if one == NOTHING else one


@lru_cache(maxsize=64)
def suspicions_about(patterns: tuple[str, ...], texts: tuple[str, ...] = ()) -> Suspicions:
    """Where these patterns are closed; one for all who talk with such a patient.

    `texts` tell who the patient is and how they talk: no word of theirs is odd, 'summat' and 'Burslem' neither.
    """
    return Suspicions(closed_by(patterns), frozenset(word for text in texts for word in _WORD.findall(text.lower())))
