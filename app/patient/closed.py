"""What may not be told yet, as a screen looks for it: the patterns that tell it, and the words that may begin to."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

EVERYDAY = frozenset(
    re.findall(
        r"\S+",
        """about another away been but can't cannot could couldn't day did didn't does doesn't doing don't down eight
        even five for four from gave get give given going gonna got had hadn't hand has have haven't having her here
        him his how i'll i'm i've it's just kept knew know known like might more much must never next nine not
        nothing now one our out rather said same saw see seven she six so some something tell ten than that that's
        the them then there they thing things this three through time told too two very was watched way week went
        what when will with won't would wrong yes you your""",
    )
)
"""Words that give nothing away by themselves, though a closed concern is told with them too."""

_WORDS = re.compile(r"[a-z][a-z']+")
_ENDING = re.compile(r"(?<=[a-z\]])\([a-z|]+\)\?", re.IGNORECASE)
"""'(ing)?' after 'hold', '(therapy)?' after 'chemo': not a word of its own."""


class Closed(NamedTuple):
    """What may not be told yet."""

    secrets: tuple[str, ...]
    """The words it is told with that might give something away by themselves."""
    strict: tuple[tuple[frozenset[str], re.Pattern[str]], ...]
    """What tells it, each with the secret words of which it needs one."""
    loose: re.Pattern[str] | None
    """What may tell it without one of them; None where nothing does."""
    loose_words: frozenset[str]

    def gives_away(self, words: str) -> bool:
        """Whether one of the secret words stands in these."""
        return any(self.is_secret(word) for word in _WORDS.findall(words.lower()))

    def is_secret(self, word: str) -> bool:
        """Whether this word in small letters, or what follows an apostrophe in it, begins as a secret one does."""
        return word.startswith(self.secrets) or (
            "'" in word and any(part.startswith(self.secrets) for part in word.split("'"))
        )

    def is_told_in(self, words: str) -> bool:
        """Whether these tell it. Only patterns of which a secret word stands there, be it within another, are tried."""
        if self.loose is not None and self.loose.search(words):
            return True
        lower = words.lower()
        found = {secret for secret in self.secrets if secret in lower}
        return any(pattern.search(words) for own, pattern in self.strict if not found.isdisjoint(own))


@lru_cache(maxsize=256)
def closed_by(patterns: tuple[str, ...]) -> Closed:
    """What these patterns of closed concerns come to; remembered, as a class talks with few patients."""
    secrets = frozenset(word for one in patterns for word in _words_of(one) if len(word) > 2) - EVERYDAY
    loose = [one for one in patterns if not _always_holds_one(one, secrets)]
    loose_words = frozenset(word for one in loose for word in _words_of(one))
    strict = tuple(
        (secrets.intersection(_words_of(one)), re.compile(one, re.IGNORECASE)) for one in patterns if one not in loose
    )
    return Closed(tuple(sorted(secrets)), strict, _any_of(loose), loose_words)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE) if patterns else None


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
