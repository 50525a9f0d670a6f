"""What a patient's turn shows, sentence by sentence."""

import re
from collections.abc import Iterator
from dataclasses import replace

from personas.vocabulary import CueKind
from scoring.moves.phrasebook import phrase
from scoring.patient import head
from scoring.patient.clauses import Clause, clauses_of
from scoring.patient.feelings import feelings_in
from scoring.patient.hints import Expression, hints_in
from scoring.patient.questions import question
from scoring.patient.sign import Sign
from scoring.patient.strength import strength
from scoring.words import words

_OVER = phrase("patient", "over")
_CRYING = 0.9
_FELT = 0.65
"""An open feeling in a plain word, neither strengthened nor softened."""
_SENSED = 0.35
_LEAST = 0.1
_FEWEST_WORDS = 4
_MODEL_COUNTS, _MIDDLE = 0.5, 0.7
"""The model's intensity counts half; 0.7 is the middle of those it was taught."""

_CRIES = re.compile(
    r"[\[(*](?:[^\])*]*\b(?:cr(?:ies|ying)|sob(?:s|bing)?|tear(?:s|ful|ing)?|weep(?:s|ing)?|voice (?:breaks|"
    r"cracks|shakes))\b[^\])*]*)[\])*]",
    re.IGNORECASE,
)
_CRIES_SEEN = re.compile(
    r"\b(?:cr(?:ies|ying)|sob|tear(?:s|ful)|weep|wipes (?:her|his|their) eyes|eyes (?:fill|well|are wet))",
    re.IGNORECASE,
)
_HINTS: tuple[CueKind, ...] = ("challenge", "cue", "progress")


def signs(text: str, does: str | None = None) -> list[Sign]:
    """What a patient's turn shows: at most one sign a sentence, the most open one, else what the model is sure of."""
    crying = _CRIES.search(text)
    spoken = text if crying is None else _CRIES.sub(lambda seen: " " * len(seen.group()), text)
    found = _weighed(spoken, list(_in_words(clauses_of(spoken)))) or _sensed(spoken)
    if crying is not None:
        found.append(Sign("concern", "sadness", _CRYING, crying.start(), crying.end()))
    elif does is not None and _CRIES_SEEN.search(does):
        found.append(Sign("concern", "sadness", _CRYING, 0, len(text)))
    return found


def _in_words(clauses: tuple[Clause, ...]) -> Iterator[Sign]:
    overcome = any(_OVER.search(clause.plain) for clause in clauses)
    succeeded = any(hints_in(clause, "progress") for clause in clauses)
    for clause in clauses:
        sign = _shamed(clause) or _felt(clause, past_is_over=overcome or succeeded) or _hinted(clause)
        if sign is not None:
            yield sign


def _weighed(text: str, found: list[Sign]) -> list[Sign]:
    """The signs moved by half of what the model makes of the whole turn: two strong words may stand in a mild one."""
    if not found:
        return []
    moved = _MODEL_COUNTS * (head.look(text).intensity - _MIDDLE)
    return [replace(sign, intensity=round(min(1.0, max(_LEAST, sign.intensity + moved)), 2)) for sign in found]


def _sensed(text: str) -> list[Sign]:
    """A hint in a turn that asks nothing and fits no expression, when the model is sure; of no family it could name."""
    if len(words(text)) < _FEWEST_WORDS or question(text) is not None or head.look(text).shows < head.SURE:
        return []
    return [Sign("cue", None, _SENSED, *head.strongest_sentence(text))]


def _shamed(clause: Clause) -> Sign | None:
    """'You make me feel like a criminal' is a reproach before it is a feeling."""
    for shown in hints_in(clause, "challenge"):
        if shown.family == "shame":
            return _sign(clause, shown)
    return None


def _felt(clause: Clause, *, past_is_over: bool) -> Sign | None:
    """The first feeling said outright; one felt then and over now is none."""
    for said in feelings_in(clause):
        if not (said.past and past_is_over):
            intensity = strength(_FELT, clause.plain, clause.mark)
            return Sign("concern", said.family, intensity, clause.start, clause.end, said.word)
    return None


def _hinted(clause: Clause) -> Sign | None:
    for kind in _HINTS:
        for shown in hints_in(clause, kind):
            return _sign(clause, shown)
    return None


def _sign(clause: Clause, shown: Expression) -> Sign:
    intensity = strength(shown.strength, clause.plain, clause.mark)
    return Sign(shown.kind, shown.family, intensity, clause.start, clause.end)
