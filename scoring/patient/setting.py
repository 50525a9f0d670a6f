"""Whether a sign means in its talk what its words mean alone: what the student had said just before decides."""

import re
from collections.abc import Sequence

from scoring.moves.phrasebook import phrase
from scoring.patient.clauses import clauses_of
from scoring.patient.sign import Sign
from scoring.words import content, straight, words

_PUSHES, _CHOICE, _RESISTS, _OWN_DOING, _OPPOSED, _ABSTAINS, _ASKS_HISTORY, _PROUD, _HALF_YES, _DENIES_HISTORY = (
    phrase("patient", name)
    for name in (
        "pushes",
        "choice",
        "resists",
        "own_doing",
        "someone_opposed",
        "abstains",
        "asks_history",
        "proud",
        "half_yes",
        "denies_history",
    )
)
_YES = re.compile(
    r"\W*(?:(?:um+|uh+|oh|well|mm+)\W+)*(?:yes|yeah|yep|yup|exactly|right|definitely|absolutely|totally|true|"
    r"that's (?:it|right|exactly)|that is (?:it|right)|i (?:am|do|was)(?=\W|$))|"
    r".*\b(?:exactly|that's (?:it|right))\W*$",
    re.IGNORECASE | re.DOTALL,
)
_DOES_NOT_KNOW_IT = re.compile(
    r"\b(?:don't|didn't|do not|did not) know what (?:it|this|that) (?:is|was|means|meant)\b", re.IGNORECASE
)
_AN_ECHO_WORDS = 5
"""A turn this short with nothing but the student's words only repeats them."""
_ADDS_LITTLE = 1
"""Words of substance that a yes may add and still be nothing but a yes."""


def stands_in(sign: Sign, text: str, heard: Sequence[str], *, answers: bool) -> bool:
    """Whether the sign is an occasion after what was `heard`, the student's last turns, the latest last.

    `answers`: the latest of them stands right before this turn.
    """
    said = text[sign.start : sign.end]
    if _is_resistance(sign, said):
        return not _says(_OWN_DOING, said) and (_says(_OPPOSED, said) or any(_pushed(one, text) for one in heard))
    if sign.family == "ambivalence" and _says(_HALF_YES, said):
        return any(_says(_PUSHES, one) for one in heard)
    if not answers or not heard:
        return True
    return not (
        _takes_up(sign, text, said, heard[-1])
        or _tells_history(sign, text, said, heard[-1])
        or _only_answers(sign, said, heard[-1])
        or _denies_history(sign, said, heard[-1])
    )


def _is_resistance(sign: Sign, said: str) -> bool:
    if sign.kind != "challenge" or sign.family not in ("ambivalence", "anger"):
        return False
    if _says(_CHOICE, said) or _says(_OWN_DOING, said):
        return True
    return sign.family == "ambivalence" and _says(_RESISTS, said)


def _pushed(heard: str, text: str) -> bool:
    """Whether the student advised, told, or questioned the patient about what they speak of."""
    return _says(_PUSHES, heard) or ("?" in heard and bool(content(heard) & content(text)))


def _takes_up(sign: Sign, text: str, said: str, heard: str) -> bool:
    """'Yes, overwhelmed, exactly': the word the student offered, given back with little more."""
    offered = content(heard)
    if _YES.match(straight(text)) is None:
        short = len(words(text)) <= _AN_ECHO_WORDS and "?" not in heard
        return short and sign.word is not None and content(text) <= offered and bool(content(sign.word) & offered)
    if sign.word is None:
        return bool(content(said) & offered) and not content(said) - offered - content("yes exactly")
    return bool(content(sign.word) & offered) and len(content(said) - offered - content("yes exactly")) <= _ADDS_LITTLE


def _tells_history(sign: Sign, text: str, said: str, heard: str) -> bool:
    """'I haven't smoked since then', to "do you smoke?": an answer and no success, unless there is pride in it."""
    asked = sign.kind == "progress" and _says(_ABSTAINS, said) and _says(_ASKS_HISTORY, heard)
    return asked and not _says(_PROUD, text)


def _only_answers(sign: Sign, said: str, heard: str) -> bool:
    """'I don't know what that is', to "have you heard of...?": an answer, and nothing more."""
    return (
        sign.family == "confusion" and heard.rstrip().endswith("?") and bool(_DOES_NOT_KNOW_IT.search(straight(said)))
    )


def _denies_history(sign: Sign, said: str, heard: str) -> bool:
    """'No, nobody had cancer', to "any cancer in the family?": nothing is hinted at."""
    return sign.kind == "cue" and "?" in heard and _says(_DENIES_HISTORY, said)


def _says(wanted: re.Pattern[str], text: str) -> bool:
    return any(wanted.search(one.plain) for one in clauses_of(text))
