"""Whether a turn can be read at all: broken text gives no reading, bad spelling does."""

import re
from collections.abc import Sequence

from scoring.lexicon import tier_of
from scoring.moves.sentences import Sentence

_FEWEST_WORDS = 3
_LEAST_KNOWN_SHARE = 0.25
_LEAST_LETTER_SHARE = 0.5
_LONGEST_WORD = 30  # "gastroenterologically" has 22 letters


def is_legible(text: str, sentences: Sequence[Sentence]) -> bool:
    """False for gibberish, another script, or hardly any letters; short turns and misspelt ones are legible.

    A turn is gibberish when fewer than a quarter of its words are known, near-known words counted as known.
    """
    letters = re.findall(r"[^\W\d_]", text)
    if not letters:
        return bool(re.fullmatch(r"[\s.…?!,-]*", text)) is False and bool(re.search(r"\d", text))
    if sum(letter.isascii() for letter in letters) < _LEAST_LETTER_SHARE * len(letters):
        return False
    words = [word.text for sentence in sentences for word in sentence.words if word.text.isalpha()]
    if len(words) < _FEWEST_WORDS:
        return any(tier_of(word) < 3 or _speakable(word) for word in words)
    known = sum(tier_of(word) < 3 for word in words) + 0.5 * sum(
        tier_of(word) == 3 and _speakable(word) for word in words
    )
    return known >= _LEAST_KNOWN_SHARE * len(words) and any(tier_of(word) < 3 for word in words)


def _speakable(word: str) -> bool:
    """Letters in an English-looking order: vowels in between, no long runs of either, no endless word."""
    return (
        len(word) <= _LONGEST_WORD
        and bool(re.search(r"[aeiouy]", word))
        and not re.search(r"[^aeiouy]{5}|[aeiou]{4}|(.)\1\1", word)
    )
