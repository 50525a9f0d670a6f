"""Whether a sentence has turned to another language."""

import re

_ENGLISH = frozenset(
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
FOREIGN = _OTHER_TONGUES - _ENGLISH
"""Another language's small words; a few of them are English words too, and mean nothing yet."""


def in_another_language(words: str) -> bool:
    """A whole sentence in other letters, or with another language's small words. A foreign word or two is fine."""
    if not words.isascii() and _in_other_letters(words):
        return True
    found = [word.strip(".,!?…¿¡;:\"'").lower() for word in words.split()]
    english = sum(word in _ENGLISH for word in found)
    other = sum(word in FOREIGN for word in found)
    return len(found) >= 4 and other >= 2 and other > english


def _in_other_letters(words: str) -> bool:
    letters = [letter for letter in words if letter.isalpha()]
    return len(letters) >= 4 and sum(letter > "\u024f" for letter in letters) > len(letters) * 0.3
