"""What a patient's turn shows, sentence by sentence."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from personas.vocabulary import CueKind
from scoring.moves.phrasebook import phrase
from scoring.patient.clauses import Clause, clauses_of
from scoring.patient.feelings import feelings_in
from scoring.patient.hints import DYING, Expression, hints_in
from scoring.patient.sign import Sign
from scoring.patient.strength import strength

_OVER = phrase("patient", "over")
_FIGURE = phrase("patient", "figure")
_WITHDRAWN = phrase("patient", "withdrawn")
_MOST_FOR_A_FIGURE = 0.5
"""What a figure of speech alone shows at most: a plain word for a feeling says more."""
_CRYING = 0.9
_FELT = 0.65
"""An open feeling in a plain word, neither strengthened nor softened."""

_CRIES = re.compile(
    r"[\[(*](?:[^\])*]*\b(?:cr(?:ies|ying)|sob(?:s|bing)?|tear(?:s|ful|ing)?|weep(?:s|ing)?|voice (?:breaks|"
    r"cracks|shakes))\b[^\])*]*)[\])*]",
    re.IGNORECASE,
)
_CRIES_SEEN = re.compile(
    r"\b(?:cr(?:ies|ying)|sob|tear(?:s|ful)|weep|wipes (?:her|his|their) eyes|eyes (?:fill|well|are wet))",
    re.IGNORECASE,
)
_WHAT_IF = re.compile(r"(?:(?:and|but|so|oh|then),? )*(?:what if|suppose|supposing|imagine if)\b")
"""A loss only supposed is feared, not suffered."""
_HINTS: tuple[CueKind, ...] = ("challenge", "cue", "progress")


@lru_cache(maxsize=2048)
def signs(text: str, does: str | None = None) -> tuple[Sign, ...]:
    """What a patient's turn shows: at most one sign a sentence, the most open one."""
    crying = _CRIES.search(text)
    spoken = text if crying is None else _CRIES.sub(lambda seen: " " * len(seen.group()), text)
    found = list(_in_words(clauses_of(spoken)))
    if crying is not None:
        found.append(Sign("concern", "sadness", _CRYING, crying.start(), crying.end()))
    elif does is not None and _CRIES_SEEN.search(does):
        found.append(Sign("concern", "sadness", _CRYING, 0, len(text)))
    return tuple(found)


def _in_words(clauses: tuple[Clause, ...]) -> Iterator[Sign]:
    overcome = any(_OVER.search(clause.plain) for clause in clauses)
    succeeded = any(hints_in(clause, "progress") for clause in clauses)
    for clause in map(_not_withdrawn, clauses):
        sign = _shamed(clause) or _felt(clause, past_is_over=overcome or succeeded) or _hinted(clause)
        if sign is not None:
            yield sign


def _not_withdrawn(clause: Clause) -> Clause:
    """The clause without a cue that it takes back: "I'm scared, but that's not the issue"."""
    taken_back = _WITHDRAWN.search(clause.plain)
    return clause if taken_back is None else replace(clause, plain=clause.plain[taken_back.end() :].strip(" ,"))


def _shamed(clause: Clause) -> Sign | None:
    """'You make me feel like a criminal' is a reproach before it is a feeling."""
    for shown in hints_in(clause, "challenge"):
        if shown.family == "shame":
            return _sign(clause, shown)
    return None


def _felt(clause: Clause, *, past_is_over: bool) -> Sign | None:
    """The first feeling said outright, a plain word before a figure of speech; one felt then and over now is none."""
    for said in sorted(feelings_in(clause), key=lambda one: bool(_FIGURE.fullmatch(one.word))):
        if not (said.past and past_is_over):
            intensity = strength(_FELT, clause.plain, clause.mark)
            idiom = bool(_FIGURE.fullmatch(said.word))
            intensity = min(intensity, _MOST_FOR_A_FIGURE) if idiom else intensity
            return Sign("concern", said.family, intensity, clause.start, clause.end, said.word, idiom)
    return None


def _hinted(clause: Clause) -> Sign | None:
    supposed = bool(_WHAT_IF.match(clause.plain))
    for kind in _HINTS:
        for shown in hints_in(clause, kind):
            if not (supposed and kind == "challenge" and shown.family == "sadness"):
                return _sign(clause, shown)
    return None


def _sign(clause: Clause, shown: Expression) -> Sign:
    intensity = strength(shown.strength, clause.plain, clause.mark)
    intensity = max(intensity, shown.strength) if shown.strength >= DYING else intensity  # a "maybe" makes it no less
    return Sign(shown.kind, shown.family, intensity, clause.start, clause.end)
