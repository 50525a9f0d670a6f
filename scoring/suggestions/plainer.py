"""A sentence in plainer words: technical terms by their meaning, formal words by everyday ones."""

import re
from functools import cache

from scoring.lexicon import rows, tier_of
from scoring.words import straight, words

_LONGEST_WORDS = 26
_HARD_WORD = 3
"""The tier of a word that stands in no table of everyday words."""
_ARTICLE = re.compile(r"^(?:an?|the|too|your)\s+")


@cache
def meanings() -> dict[str, str]:
    """Technical terms and what they mean in everyday words."""
    return {term.lower(): meaning for term, meaning in rows("terms.tsv")}


def meaning_of(term: str) -> str | None:
    """What a technical term means, in its singular too."""
    said = straight(term).lower().strip()
    for form in (said, said.removesuffix("s"), said.removesuffix("es")):
        if form in meanings():
            return meanings()[form]
    return None


def in_plain_words(sentence: str) -> str | None:
    """The sentence in plainer words, or None where it would not read well, or not be plainer."""
    said = " ".join(straight(sentence).split()).rstrip(".,;: ")
    plain = _everyday(_without_terms(said))
    if plain.lower() == said.lower() or not _reads_well(plain):
        return None
    return plain[0].upper() + plain[1:] + "."


def _without_terms(said: str) -> str:
    """Terms behind an article that are followed by nothing they belong to: 'a haematoma.' -> 'a bruise.'"""
    for term, meaning in sorted(meanings().items(), key=lambda pair: -len(pair[0])):
        noun = _ARTICLE.match(meaning)
        if noun is None or len(meaning.split()) > 8:
            continue
        pattern = (
            rf"\b(?:an?|the|this|your) {re.escape(term)}(?=$|[,.;]| (?:and|or|which|that|is|was|in|of|on|to|for)\b)"
        )
        said = re.sub(pattern, meaning, said, flags=re.IGNORECASE)
    return said


def _everyday(said: str) -> str:
    for formal, plain in rows("suggestions/plain.tsv"):
        said = re.sub(rf"\b{re.escape(formal)}\b", plain, said, flags=re.IGNORECASE)
    return said


def _reads_well(plain: str) -> bool:
    """Whole, short enough, a statement, and without a technical or an unknown word left in it."""
    own = words(plain)
    left = [word for word in own if word in meanings() or (tier_of(word) >= _HARD_WORD and not word.isdigit())]
    whole = re.fullmatch(r"[A-Za-z][A-Za-z0-9', -]+", plain) is not None and not re.search(r"\b(\w+) \1\b|--|- ", plain)
    return whole and 5 <= len(own) <= _LONGEST_WORDS and not left
