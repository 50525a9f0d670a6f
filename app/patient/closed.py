"""What may not be told yet, as a screen looks for it: the patterns that tell it, and the words that may begin to."""

import re
from functools import lru_cache
from typing import NamedTuple

EVERYDAY = frozenset(
    re.findall(
        r"\S+",
        """about another anybody anyone away been but can't cannot could couldn't day did didn't does doesn't doing
        don't down even for from gave get give given going gonna got had hadn't hand has have haven't having her here
        him his how i'll i'm i've it's just kept knew know known like might more much must never next not nothing now
        one our out rather said saw same see she so some something tell than that that's the them then there they this
        thing things through time told too very was watched way week went what when will with won't would wrong yes
        you your""",
    )
)
"""Words that give nothing away by themselves, though a closed concern is told with them too."""


class Closed(NamedTuple):
    """What may not be told yet."""

    told: re.Pattern[str] | None
    """What tells it; None where nothing is closed."""
    words: frozenset[str]
    """All words these patterns are made of."""
    secrets: tuple[str, ...]
    """Those of them that might give something away by themselves."""


@lru_cache(maxsize=256)
def closed_by(patterns: tuple[str, ...]) -> Closed:
    """What these patterns of closed concerns come to; remembered, as a class talks with few patients."""
    if not patterns:
        return Closed(None, frozenset(), ())
    literal = (re.sub(r"\\.|\[[^\]]*\]|\{[^}]*\}", " ", pattern) for pattern in patterns)
    words = frozenset(word for one in literal for word in re.findall(r"[a-z']{2,}", one.lower()))
    secrets = tuple(sorted(word for word in words - EVERYDAY if len(word) > 2))
    return Closed(re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE), words, secrets)
