"""Sentences that would fit any patient, and those copied from this one: formulas both (rubric 2 and 2.1)."""

import re

from scoring.moves.sentences import sentences_of
from scoring.words import alike, straight, without_lead_in, words

_SAME_SENTENCE = 0.85
"""Rubric 2: sentences more alike than this are the same sentence."""

_FEWEST_COPIED_WORDS, _FEWEST_QUOTED_WORDS = 5, 3
"""A shorter sentence of the patient's said again is an echo; behind "You said" a shorter one is a copy."""

_MOST_FORMULA_WORDS = 20
"""A longer sentence says something besides."""
_STOCK = (
    r"(?:i (?:can |do |really |completely |totally |fully |quite |certainly |just )*(?:understand|see|get it|hear you)"
    r"(?: (?:that|it|you|how you feel|completely|totally|perfectly|fully))?|understood|of course|fair enough|"
    r"(?:i am |i )?(?:so |very |really )?sorry(?: to hear (?:that|about that|it))?|sorry about that|i know)"
)
_AFTER = r"(?:\W+(?:yeah|yes|so|now|then|love|dear|mate|pet|hen))*"
_FORMULA = re.compile(
    rf"^(?:(?:ok(?:ay)?|yeah|yes|right|oh|well|mm+|so|and)\W+)*{_STOCK}"
    rf"(?:\W+(?:and |but |yes |yeah )?{_STOCK})*{_AFTER}\W*$",
    re.IGNORECASE,
)
_BARE_VALIDATION = re.compile(
    r"^(?:(?:ok(?:ay)?|yeah|yes|right|oh|well|mm+|so|and|of course)\W+)*(?:(?:that|it|this) is)? ?"
    r"(?:(?:very|quite|so|really|completely|totally|perfectly|only|entirely) )*"
    r"(?:understandable|natural|normal|to be expected|okay|fine|all right)\W*$",
    re.IGNORECASE,
)
"""With a closed question behind it: "That's understandable. Do you get the allowance?"."""
_QUOTES = re.compile(
    r"^\W*(?:so |and )*(?:you (?:said|say|told me|mentioned)|i heard you say|your words were)(?: that)?\W+",
    re.IGNORECASE,
)


def is_formula(sentence: str, *, closed_after: bool) -> bool:
    """Whether a sentence would fit any patient: "I see, I do understand."; "That's understandable." and on at once.

    `closed_after`: whether a closed question of the same turn comes after it, and no open one.
    """
    if len(words(sentence)) > _MOST_FORMULA_WORDS:
        return False
    plain = without_lead_in(" ".join(one.text for one in sentences_of(sentence)))
    return bool(_FORMULA.match(plain)) or (closed_after and bool(_BARE_VALIDATION.match(plain)))


def is_same(one: str, other: str) -> bool:
    """Whether two sentences are the same one, near enough (rubric 2)."""
    shorter, longer = sorted((len(one), len(other)))
    return shorter >= 0.6 * longer and alike(one, other) > _SAME_SENTENCE


def is_copy(sentence: str, said: list[str]) -> bool:
    """Whether a sentence is one of the patient's own, "I" and all, with "You said:" before it or without."""
    bare = _QUOTES.sub("", straight(sentence))
    least = _FEWEST_COPIED_WORDS if bare == straight(sentence) else _FEWEST_QUOTED_WORDS
    return (
        len(words(bare)) >= least
        and bool({"i", "i'm", "my", "me", "i've"} & set(words(bare)))
        and any(is_same(bare, other) for other in said)
    )
