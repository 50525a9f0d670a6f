"""What may not be told yet, as a screen looks for it: the patterns that tell it, and the words that may begin to."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

EVERYDAY = frozenset(
    re.findall(
        r"\S+",
        """about another appointment away been but can't cannot could couldn't day did didn't does doesn't
        doing don't down eight even five for four from gave get give given going gonna got had hadn't hand
        has have haven't having her here him his how husband i'll i'm i've it's just kept knew know known
        like might more much must never next nine not nothing now one our out rather said same saw see seven
        she six so some something tell ten than that that's the them then there they thing things this three
        through time told too two very was watched way week went what when will with won't would wrong yes
        you your""",
    )
)
"""Words that give nothing away by themselves, though a closed concern is told with them too."""

_USUAL = frozenset(
    re.findall(
        r"\S+",
        """be could did do does down even for had has he her here him i'm is it it's ll my no not of on one she so that
        the this to up was we week will with would you""",
    )
)
"""Words of nearly every sentence: what needs another one besides is looked for only where that one stands."""

_WORDS = re.compile(r"[a-z][a-z']+")
_ENDING = re.compile(r"(?<=[a-z\]])\([a-z|]+\)\?", re.IGNORECASE)
"""'(ing)?' after 'hold', '(therapy)?' after 'chemo': not a word of its own."""


class Closed(NamedTuple):
    """What may not be told yet."""

    secrets: tuple[str, ...]
    """The words it is told with that might give something away by themselves."""
    tellings: Mapping[str, tuple[re.Pattern[str], ...]]
    """The ways to tell it, by words of which each needs one."""
    always: tuple[re.Pattern[str], ...]
    """Those that need none."""

    def is_secret(self, word: str) -> bool:
        """Whether this word in small letters, or what follows an apostrophe in it, begins as a secret one does."""
        return word.startswith(self.secrets) or (
            "'" in word and any(part.startswith(self.secrets) for part in word.split("'"))
        )

    def words_in(self, chunk: str) -> frozenset[str]:
        """The words with which it is told that stand in these small letters, be it within another."""
        return frozenset(word for word in self.tellings if word in chunk)

    def is_told_in(self, words: str, found: Iterable[str]) -> bool:
        """Whether these tell it, in which these words stand."""
        return any(pattern.search(words) for pattern in self.always) or any(
            pattern.search(words) for word in found for pattern in self.tellings[word]
        )


@lru_cache(maxsize=256)
def closed_by(patterns: tuple[str, ...]) -> Closed:
    """What these patterns of closed concerns come to; remembered, as a class talks with few patients."""
    secrets = frozenset(word for one in patterns for word in _words_of(one) if len(word) > 2) - EVERYDAY
    tellings: dict[str, tuple[re.Pattern[str], ...]] = {}
    for one in patterns:
        pattern = re.compile(one, re.IGNORECASE)
        for word in _needed_words(one, secrets):
            tellings[word] = (*tellings.get(word, ()), pattern)
    always = tellings.pop("", ())
    return Closed(tuple(sorted(secrets)), tellings, always)


def _needed_words(pattern: str, secrets: frozenset[str]) -> frozenset[str]:
    """Words of which no match is without one: secret ones, else unusual ones, else any; "" where it needs none."""
    words = frozenset(_words_of(pattern))
    return next(
        (some for some in (words & secrets, words - _USUAL, words) if _always_holds_one(pattern, some)),
        frozenset({""}),
    )


def _words_of(pattern: str) -> list[str]:
    """The words a pattern is written with, without its classes and counts."""
    return _WORDS.findall(_bare(pattern))


def _bare(pattern: str) -> str:
    """The pattern without classes, counts and endings; what need not be there at all is marked by a question mark."""
    pattern = _ENDING.sub("", pattern)
    pattern = re.sub(r"\{0,?\d*\}|\*", "?", re.sub(r"\\.|\[[^\]]*\]", " ", pattern.lower()))
    return re.sub(r"\{[^}]*\}|\?:", " ", pattern)


def _always_holds_one(pattern: str, secrets: frozenset[str]) -> bool:
    """Whether no text matches without one of these words, as far as that is plain to see: when in doubt, no."""
    return all(_sequence_holds_one(sequence, secrets) for sequence in _alternatives(_bare(pattern)))


def _sequence_holds_one(sequence: str, secrets: frozenset[str]) -> bool:
    outside, groups = "", re.split(r"([()])", sequence)
    depth, inside = 0, ""
    for place, part in enumerate(groups):
        closes = part == ")" and depth == 1
        depth += (part == "(") - (part == ")")
        if closes:
            after = groups[place + 1]
            if not after.startswith("?") and not inside.startswith("?") and _always_holds_one(inside, secrets):
                return True
            inside, outside = "", f"{outside} "
        elif depth:
            inside += "" if part == "(" and depth == 1 else part
        else:
            outside += part
    return bool(secrets & {*_WORDS.findall(re.sub(r"[a-z']*\?[a-z']*", " ", outside))})


def _alternatives(pattern: str) -> list[str]:
    """The pattern cut at the bars that stand in no group."""
    found, depth = [""], 0
    for letter in pattern:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return found
