"""How hard a sentence is to read, on MedReadMe's 1-6 (Jiang & Xu 2024): counts, rarity of words, and its vector.

A ridge model of the project's own, trained by `make train` on sentences written and rated for it
(`exemplars/difficulty.tsv`); no sentence of MedReadMe trained it.
"""

import re
from functools import cache, lru_cache
from math import log1p
from pathlib import Path

import numpy as np

from scoring.lexicon import rows, tier_of
from scoring.names import without_addresses
from scoring.ridge import Floats, Ridge
from scoring.vectors import embed, rarity

HARD = 4.5
"""A sentence above this is hard to read (rubric 2.4 A)."""

_UNSURE = 0.2
EASIEST, HARDEST = 1.0, 6.0
WEIGHTS = Path(__file__).parent / "weights" / "difficulty.npz"

COUNTS = 14
"""How many features stand before the vector."""

_HARDEST_WORDS = (1, 3, 6)
_TIERS = (1, 2)  # everyday and familiar words; what is left is outside the table
_RARE = 12.0  # in `rarity`: beyond what everyday words reach
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_NAME = re.compile(r"[A-Z][a-z]+")
_SHORTENED = re.compile(r"\b[A-Z]{2,6}s?\b")
"""An abbreviation; where all is in capitals none can be told."""


_ALIKE = {
    word: instead
    for instead, alike in {
        "they": "he she",
        "them": "him her his hers",
        "themselves": "himself herself",
        "person": "man woman lady gentleman gent lad lass",
        "people": "men women ladies gentlemen lads",
        "child": "boy girl son daughter grandson granddaughter lassie",
        "children": "boys girls sons daughters grandsons granddaughters",
        "partner": "husband wife",
        "parent": "mother father mum mom mam dad mummy mommy daddy nan nana gran grandad grandpa grandma granny "
        "grandmother grandfather",
        "parents": "mothers fathers mums moms dads grandmothers grandfathers",
        "cousin": "brother sister uncle aunt auntie nephew niece",
        "cousins": "brothers sisters uncles aunts nephews nieces",
    }.items()
    for word in alike.split()
}
_SEXED = re.compile(r"\b(?:" + "|".join(sorted(_ALIKE, key=len, reverse=True)) + r")\b", re.IGNORECASE)


@lru_cache(maxsize=8192)
def difficulty(sentence: str) -> float:
    """How hard one sentence is to read, 1-6, higher is harder; without a word in it, the easiest."""
    if not _WORD.search(sentence):
        return EASIEST
    value = float(_model().predict(features(sentence)[None, :])[0, 0])
    return round(min(HARDEST, max(EASIEST, value)), 3)


def how_hard(value: float) -> float:
    """How far a sentence counts as hard, 0-1: none up to 0.2 below `HARD`, all from 0.2 above it.

    The model errs by about as much, so that a word more or less near the bound changes a level by a part, not a whole.
    """
    return min(1.0, max(0.0, (value - HARD + _UNSURE) / (2 * _UNSURE)))


def features(sentence: str) -> Floats:
    """What the model sees of a sentence, shape (COUNTS + 512,): counts first, then the sentence vector."""
    sentence = _of_no_sex(without_addresses(sentence))
    said = _WORD.findall(sentence)
    plain = [word.lower().replace("’", "'") for word in said]
    rarities = sorted((rarity(word) for word in plain), reverse=True) or [0.0]
    unknown = [word for place, word in enumerate(plain) if _is_rare(word, said[place], place)]
    tiers = [tier_of(word) for word in plain]
    counts = [
        *(tiers.count(tier) / max(len(plain), 1) for tier in _TIERS),
        log1p(len(plain)),
        len(plain) / 10,
        *(float(np.mean(rarities[:count])) for count in _HARDEST_WORDS),
        float(np.mean(rarities)),
        log1p(sum(value > _RARE for value in rarities)),
        log1p(len(unknown)),
        len(unknown) / max(len(plain), 1),
        log1p(sum(word in _terms() or word.removesuffix("s") in _terms() for word in plain)),
        log1p(0 if sentence.isupper() else len(_SHORTENED.findall(sentence))),
        log1p(sentence.count(",")),
    ]
    return np.concatenate([counts, embed([sentence])[0]]).astype(np.float64)


def _of_no_sex(sentence: str) -> str:
    """The sentence with he and she, sons and daughters alike: whose it is makes no sentence harder to read."""
    return _SEXED.sub(lambda found: _ALIKE[found.group().lower()], sentence)


def _is_rare(word: str, said: str, place: int) -> bool:
    """A word outside the everyday table; a name in mid-sentence is not."""
    if len(word) < 3 or tier_of(word) < 3:
        return False
    return not (place > 0 and _NAME.fullmatch(said) and word not in _terms())


@cache
def _terms() -> frozenset[str]:
    return frozenset(term for term, _ in rows("terms.tsv"))


@cache
def _model() -> Ridge:
    return Ridge.load(WEIGHTS)
