"""Sensitive subjects as both sides name them: `lexicon/phrases/sensitive.txt`."""

from functools import lru_cache

from scoring.moves.phrasebook import phrase
from scoring.moves.sentences import sentences_of

SUBJECTS = (
    "alcohol", "tobacco", "drugs", "sex", "pregnancy", "self_harm", "mood", "abuse", "weight", "dying", "money",
)  # fmt: skip


def subjects_of(text: str) -> frozenset[str]:
    """The sensitive subjects that words name; fluids drunk and a pill swallowed are none."""
    return frozenset().union(*(subjects_in(sentence.text) for sentence in sentences_of(text)))


@lru_cache(maxsize=4096)
def subjects_in(plain: str) -> frozenset[str]:
    """The same for one sentence of plain words."""
    return frozenset(subject for subject in SUBJECTS if phrase("sensitive", subject).search(plain))
