"""Whether words have turned to another language, or to a cipher."""

import re

from scoring.lexicon import tier_of

ENGLISH = frozenset(
    re.findall(
        r"\S+",
        """the a an and or but i you he she it we they me my your is am are was were be do did don't not no so to of in
        on at for with that this what how it's i'm have has just know if when there can would
        could as about out up all""",
    )
)
_OTHER_TONGUES = frozenset(
    re.findall(
        r"\S+",
        """que de la el los las un una es por para con se lo como pero muy está qué und der die das ist nicht ich
        sie ein eine mit auf für le les des est pas je vous et dans une ce il elle nous che di non per sono gli questo
        não uma""",
    )
)
FOREIGN = _OTHER_TONGUES - ENGLISH
"""Another language's small words; a few of them are English words too, and mean nothing yet."""


_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_MIXED = re.compile(r"[^\W\d_]\d+[^\W\d_]|\d[^\W\d_]+\d|\d[^\W\d_]{4}")
"""Letters and digits run together, as in 'pr1nt' and '6e6f'."""
_MEASURE = re.compile(r"\W*\d+[^\W\d_]{1,3}\W*")
"""'2nd', '10am', '7st'."""
_MORSE = re.compile(r"(?=.*[-_|/])[-_.|/·]{2,}")
_DASHES = frozenset({"--", "---"})
_LONG_NUMBER = 6
"""Digits. A telephone number has one or two of such; a message in zeroes and ones has many."""
_MOST_ODDNESS = 8
"""Four words nobody would know, or eight that might be names: a foreign word or two is fine, and so is a full name."""


def oddness(chunk: str) -> int:
    """How unlike English this is that stands between two spaces: 0, 1 where it may be a name or a letter, or 2."""
    if not any(letter.isalnum() for letter in chunk):
        return 2 if _MORSE.fullmatch(chunk) and chunk not in _DASHES else 0
    if _MIXED.search(chunk) or sum(letter.isdigit() for letter in chunk) >= _LONG_NUMBER:
        return 2
    found = _LETTERS.findall(chunk)
    if not found or _MEASURE.fullmatch(chunk) or any(_is_known(word.lower()) for word in found):
        return 0
    if len(found) > 1 and all(len(word) == 1 for word in found):
        return 2
    return 1 if all(word.istitle() for word in found) else 2


def is_mostly_odd(total: int, chunks: int) -> bool:
    """Whether so much oddness in so many chunks makes it no English sentence; it may be short and mean nothing yet."""
    return total >= chunks > 0


def is_too_odd(total: int) -> bool:
    """Whether mostly odd sentences that come to so much are more than a foreign word or two."""
    return total >= _MOST_ODDNESS


def _is_known(word: str) -> bool:
    bare = word.partition("'")[0]
    return word in ENGLISH or bare in ENGLISH or (len(word) > 1 and tier_of(word) < _UNKNOWN_TIER)


_UNKNOWN_TIER = 3


def in_another_language(words: str) -> bool:
    """A whole sentence in other letters, or with another language's small words. A foreign word or two is fine."""
    if not words.isascii() and _in_other_letters(words):
        return True
    found = [word.strip(".,!?…¿¡;:\"'").lower() for word in words.split()]
    english = sum(word in ENGLISH for word in found)
    other = sum(word in FOREIGN for word in found)
    return len(found) >= 4 and other >= 2 and other > english


def _in_other_letters(words: str) -> bool:
    letters = [letter for letter in words if letter.isalpha()]
    return len(letters) >= 4 and sum(letter > "\u024f" for letter in letters) > len(letters) * 0.3
