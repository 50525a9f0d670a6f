"""What a patient's words show without naming a feeling: challenges, hints, successes, by reviewed expressions."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import cast

from personas.vocabulary import CueKind, Family
from scoring.moves.phrasebook import sections, words
from scoring.patient.clauses import Clause, clauses_of

_FILES: dict[CueKind, str] = {"challenge": "challenges", "cue": "cues", "progress": "progress"}


@dataclass(frozen=True, slots=True)
class Expression:
    """Words that show something: what kind, in which family, how strongly (0-1)."""

    kind: CueKind
    family: Family
    strength: float
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None

    def shows_in(self, clause: Clause) -> bool:
        """Whether the clause holds the words and nothing that undoes them."""
        if not self.pattern.search(clause.plain):
            return False
        return self.unless is None or not self.unless.search(clause.plain)


@lru_cache(maxsize=2048)
def hints_in(clause: Clause, kind: CueKind) -> tuple[Expression, ...]:
    """The expressions of a kind that a clause holds, as they stand in the file."""
    return tuple(one for one in expressions(kind) if one.shows_in(clause))


DYING = 0.95
"""The strength of thoughts of dying in `challenges.txt`; nothing else there is so strong."""


def dying_in(text: str) -> Clause | None:
    """The clause of a patient's turn that speaks of wanting to die, meant or supposed."""
    strongest = [one for one in expressions("challenge") if one.strength >= DYING]
    return next((clause for clause in clauses_of(text) if any(one.shows_in(clause) for one in strongest)), None)


@cache
def expressions(kind: CueKind) -> tuple[Expression, ...]:
    """The expressions of `lexicon/patient/<kind>s.txt`."""
    return tuple(_read(kind, header, lines) for header, lines in sections(f"patient/{_FILES[kind]}.txt"))


def _read(kind: CueKind, header: str, lines: list[str]) -> Expression:
    family, strength = header.split()
    unless = [line.removeprefix("unless ") for line in lines if line.startswith("unless ")]
    shows = [line for line in lines if not line.startswith("unless ")]
    return Expression(
        kind=kind,
        family=cast(Family, family),
        strength=float(strength),
        pattern=words("|".join(shows)),
        unless=words("|".join(unless)) if unless else None,
    )
