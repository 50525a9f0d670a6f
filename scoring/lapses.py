"""Professional lapses: contempt, silencing, a sexual remark, a breach of confidence. Rubric 2."""

import re
from dataclasses import dataclass
from functools import lru_cache

from scoring.moves.phrasebook import phrase
from scoring.moves.sentences import sentences_of

_WHY = {
    "contempt": "This is contempt, whatever led to it.",
    "silencing": "This silences the patient.",
    "sexual": "This is a sexual remark.",
    "private": "This gives another person's private matters away.",
}
_OF_OTHERS = phrase("lapses", "of_others")
_DENIED = phrase("lapses", "denied")
_TO_OTHERS = re.compile(rf"(?:{phrase('lapses', 'to_others').pattern})$")
_NEAR_WORDS = 6
"""What stands further off, in speech without full stops, belongs to something else."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """Words of a turn, `[start:end]`, that no patient may be told, and why."""

    start: int
    end: int
    why: str


@lru_cache(maxsize=1024)
def lapses_in(text: str) -> tuple[Lapse, ...]:
    """The lapses of one turn, one of a kind in a sentence; words denied, or given as another's, are none."""
    found = []
    for sentence in sentences_of(text):
        for kind, why in _WHY.items():
            match = phrase("lapses", kind).search(sentence.text)
            if match is not None and not _is_not_meant(sentence.text[: match.start()]):
                found.append(Lapse(*sentence.span(match.start(), match.end()), why))
    return tuple(found)


def _is_not_meant(before: str) -> bool:
    near = " ".join(before.split()[-_NEAR_WORDS:])
    return bool(_OF_OTHERS.search(near) or _DENIED.search(near.rpartition(",")[2]) or _TO_OTHERS.search(near))
