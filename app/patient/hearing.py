"""What a language model told in words of its own: its sentences held beside what it was allowed to tell.

The checked phrasings of a persona find the usual wordings; a model that says its note in other words has told it too,
and would otherwise be asked to tell it again. Only what is open can be heard so, and hints that were not dropped yet.
"""

import re
from functools import lru_cache
from itertools import pairwise

import numpy as np

from app.patient.scene import Heard, State
from personas.schema import Persona
from scoring.moves.sentences import sentences_of
from scoring.vectors import embed

SAYS_IT = 0.74
"""Cosine from which a sentence says what a note said. Told in other words they lay at 0.75 and above, beside the
subject at 0.72 and below (some twenty replies to the notes of three patients)."""

_NOT_TO_SAY = re.compile(r"^you (?:do not say|keep back|have told (?:nobody|no one)|say that)\b")
_TURNED = (
    (re.compile(r"\byou are\b"), "i am"),
    (re.compile(r"\byou were\b"), "i was"),
    (re.compile(r"\byourself\b"), "myself"),
    (re.compile(r"\byours\b"), "mine"),
    (re.compile(r"\byour\b"), "my"),
    (re.compile(r"\byou\b"), "i"),
)


def heard_by_meaning(persona: Persona, state: State, text: str) -> Heard:
    """What these words tell of what is open and untold, and which hints they drop, each with the sentence that does."""
    spans = [(one.start, one.end) for one in sentences_of(text)]
    spans += [(first[0], second[1]) for first, second in pairwise(spans)]  # 'It's Elena. She's who I lie awake over.'
    said = [text[start:end] for start, end in spans]
    if not said:
        return Heard()
    told = {
        one.id: quote
        for one in persona.concerns
        if one.id in state.open_concerns and one.id not in state.told_concerns and (quote := _telling(one.tell, said))
    }
    begun = {
        one.id: quote
        for one in persona.concerns
        if one.part and one.id in state.open_parts and one.id not in {*state.told_parts, *state.told_concerns, *told}
        if (quote := _telling(one.part.tell, said))
    }
    hints = {
        cue.id: quote
        for cue in persona.cues
        if cue.id not in state.offered_cues and (quote := _telling(cue.hint_at, said))
    }
    return Heard(concerns=told, parts=begun, cues=hints)


def _telling(note: str, said: list[str]) -> str | None:
    """The sentence that says the note: its first sentence, which is the heart of it, or else two of its sentences."""
    wanted = _in_first_person(note)
    if not wanted:
        return None
    near = embed(wanted) @ embed([" ".join(one.text for one in sentences_of(words)) for words in said]).T
    best = near.max(axis=1)
    if best[0] >= SAYS_IT or np.sum(best >= SAYS_IT) > 1:
        return said[int(near.max(axis=0).argmax())]
    return None


@lru_cache(maxsize=1024)
def _in_first_person(note: str) -> tuple[str, ...]:
    """The note's sentences as the patient would say them: 'You lie awake' as 'I lie awake'."""
    sentences = [one.text for one in sentences_of(note) if not _NOT_TO_SAY.search(one.text)]
    for you, i in _TURNED:
        sentences = [you.sub(i, one) for one in sentences]
    return tuple(sentences)
