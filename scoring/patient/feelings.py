"""Feelings a patient says outright: their own, felt now, and not denied."""

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

from personas.vocabulary import Family
from scoring.lexicon import rows
from scoring.moves.phrasebook import phrase, sections, words
from scoring.patient.clauses import Clause

_DENIED = phrase("patient", "denied")
_CANNOT_HELP = phrase("patient", "cannot_help")
_SUPPOSED = re.compile(rf"(?:{phrase('patient', 'supposed').pattern})$")
_SCORNED = phrase("patient", "scorned")
_ASKED_BACK = re.compile(r"(?:(?:what|me|oh|so|why|am i|i am|and),? )*\W*")
_OF_WHAT = re.compile(r"(?:,? me|(?: (?:of|about|at|by|for|with))? (?:what|why|who))?")
_PAST = phrase("patient", "past")
_LOOK_ALIKE = phrase("patient", "look_alike")
_TO_ME = {"your": "my", "you": "me", "yourself": "myself"}
_NEAR_WORDS = 3
"""A denial stands at most this many words before the one who feels: "it is not that I am afraid"."""


@dataclass(frozen=True, slots=True)
class Said:
    """A feeling in the patient's own word; `past`: it was felt then."""

    family: Family
    word: str
    past: bool


def feelings_in(clause: Clause) -> list[Said]:
    """The feelings of a clause, one a family, as they come."""
    if not _any_term().search(clause.plain):
        return []
    found: dict[Family, tuple[int, Said]] = {}
    for pattern, family_of in _frames():
        for match in pattern.finditer(clause.plain):
            term = match["feeling"]
            if family_of[term] not in found and not _is_asked_back(clause, term) and _holds(clause.plain, match):
                past = bool(_PAST.search(match.group()))
                found[family_of[term]] = match.start("feeling"), Said(family_of[term], term, past)
    return [said for _, said in sorted(found.values(), key=lambda pair: pair[0])]


def denies_feeling(clause: Clause) -> bool:
    """Whether a hard feeling is said not to be theirs: "Not terrified, no", "I wouldn't say I'm angry"."""
    return bool(_denial().search(clause.plain))


def _is_asked_back(clause: Clause, term: str) -> bool:
    """'Sad?': the word that was offered, in doubt, and nothing more."""
    before, _, after = clause.plain.partition(term)
    return clause.mark == "?" and bool(_ASKED_BACK.fullmatch(before) and _OF_WHAT.fullmatch(after))


def _holds(plain: str, match: re.Match[str]) -> bool:
    """Whether the words are a feeling of the patient's: not denied, not only supposed, no idiom or symptom."""
    before, leading = plain[: match.start()], plain[match.start() : match.start("feeling")]
    near = " ".join([*before.replace(",", " ,").rpartition(",")[2].split()[-_NEAR_WORDS:], leading])
    denied = _DENIED.search(near.replace("not knowing", "")) and not _CANNOT_HELP.search(f"{before}{leading}")
    supposed = _SUPPOSED.search(before) or _SCORNED.search(f"{before}{leading}".rpartition(",")[2])
    return not (denied or supposed or _LOOK_ALIKE.match(plain, match.start("feeling")))


@cache
def _frames() -> tuple[tuple[re.Pattern[str], dict[str, Family]], ...]:
    """Each frame with the terms of its kind, and the family of each term."""
    frames = []
    for how, lines in sections("patient/frames.txt"):
        terms = _terms(how)
        any_of = "|".join(re.escape(term) for term in sorted(terms, key=lambda term: (-len(term), term)))
        # `escape` guards spaces too, and a space must stay one: it also matches a comma and a space.
        frames += [(words(line.replace("{FEELING}", any_of.replace("\\ ", " "))), terms) for line in lines]
    return tuple(frames)


@cache
def _terms(how: str) -> dict[str, Family]:
    """Term -> family: the clinicians' table without what means something else here, then the patients' own."""
    own = [row for row in rows("patient/feelings.tsv") if row[1] == how]
    not_here = {
        (row[0], term) for row in rows("patient/feelings.tsv") if row[1] == "not" for term in row[2].split(" | ")
    }
    shared = [row for row in rows("feelings.tsv") if row[1] == how and row[0] != "relief"]
    terms = {
        _as_mine(term): cast(Family, family)
        for family, _, listed in shared
        for term in listed.split(" | ")
        if (family, term) not in not_here
    }
    return terms | {term: cast(Family, family) for family, _, listed in own for term in listed.split(" | ")}


def _as_mine(term: str) -> str:
    """'weight on your shoulders' -> 'weight on my shoulders'."""
    return " ".join(_TO_ME.get(word, word) for word in term.split())


@cache
def _denial() -> re.Pattern[str]:
    """The words of denial straight before a feeling; less of a good feeling is no denial ("I'm not happy")."""
    hard = {term for how in ("state", "quality", "noun") for term, family in _terms(how).items() if family != "relief"}
    any_of = "|".join(sorted(hard, key=lambda term: (-len(term), term)))
    return words(f"(?:{phrase('patient', 'denies').pattern}) (?:{any_of})")


@cache
def _any_term() -> re.Pattern[str]:
    every = {term for how, _ in sections("patient/frames.txt") for term in _terms(how)}
    return words("|".join(sorted(every, key=lambda term: (-len(term), term))))
