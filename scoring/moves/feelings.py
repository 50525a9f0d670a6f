"""Answers to feelings: named, acknowledged, validated, passed over or blamed; and the codebook's naming level."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from scoring.moves import heads
from scoring.moves.naming import Naming, family_words, namings
from scoring.moves.phrasebook import phrase, rules
from scoring.moves.scene import Scene, matches, move
from scoring.moves.sentences import Sentence
from scoring.reading import Move

_RULES = rules("feelings")
_FIX = phrase("feelings", "fix")
_HURTS = phrase("feelings", "hurts")
_ACHES = phrase("feelings", "aches")
_FIRST_WORDS = 3  # "Oh." or "I see." before a fix does not make it less of a first answer

_ASKED_ABOUT_ONESELF = re.compile(r"\b(?:are you|do you feel|how do you feel|were you)\b(?! (?:saying|telling|asking))")

_NEAR_NAMING = (
    ("acknowledges", 0.35),
    ("validates", 0.32),
    ("reflects_complex", 0.3),
    ("reflects", 0.2),
    ("own_feeling", 0.12),
    ("partners", 0.1),
    ("respects", 0.08),
)


def feelings_in(scene: Scene) -> list[Move]:
    """Every move about feelings in the clinician's own sentences."""
    return [*matches(_RULES, scene.own), *_named(scene), *_fixes_first(scene)]


def naming_level(moves: Sequence[Move]) -> Literal[0, 1, 2]:
    """The codebook's level: 2 a feeling named, 1 acknowledged unnamed, 0 neither."""
    kinds = {found.kind for found in moves}
    if "names_emotion" in kinds:
        return 2
    return 1 if kinds & {"acknowledges", "validates"} else 0


def naming_probability(scene: Scene, moves: Sequence[Move]) -> float:
    """How likely a feeling of this patient is named, 0-1, to rank turns by.

    A third is the rules' (the surest frame, else what comes near to naming), two thirds the head's: how far the turn
    is from one that leaves feelings alone. A head alone never makes the move.
    """
    heard = 1 - float(heads.scores("naming", scene)[0])
    return round((min(1.0, max(0.0, heard)) * 2 + _named_by_rule(scene, moves)) / 3, 4)


def _named_by_rule(scene: Scene, moves: Sequence[Move]) -> float:
    sure = max((naming.sure for sentence in scene.own for naming in namings(sentence)), default=0.0)
    if sure:
        return sure
    kinds = {found.kind for found in moves}
    return max((value for kind, value in _NEAR_NAMING if kind in kinds), default=0.04)


def _named(scene: Scene) -> Iterator[Move]:
    for sentence in scene.own:
        for naming in namings(sentence):
            if _is_bodily(scene, sentence, naming) or _is_of_oneself(scene, sentence):
                continue
            start, end = sentence.span(naming.start, naming.end)
            yield Move(kind="names_emotion", start=start, end=end, family=naming.family, tentative=naming.tentative)


_OF_ONESELF = re.compile(
    r"^(?:\w+ ){0,2}i (?:just |also |once |really |actually )*"
    r"(?:got|had|was|went|lost|felt|have been|have had|failed)\b"
)
_OF_THEM = re.compile(r"\b(?:you|your|yours|yourself)\b")


def _is_of_oneself(scene: Scene, sentence: Sentence) -> bool:
    """Whether a feeling told right behind a story of one's own is one's own: "I lost mine too. It was frightening"."""
    place = scene.own.index(sentence)
    before = scene.own[place - 1].text if place else ""
    told = _OF_ONESELF.match(before) and not _OF_THEM.search(before)
    return bool(told) and not _OF_THEM.search(sentence.text)


def _is_bodily(scene: Scene, sentence: Sentence, naming: Naming) -> bool:
    """Whether "painful", "must have hurt" is said of a body: the patient spoke of one, and of no feeling beside it."""
    if not _HURTS.search(sentence.text[naming.start : naming.end]):
        return False
    said = f"{sentence.text[: naming.start]} . {sentence.text[naming.end :]} . {scene.patient_words}"
    return bool(_ACHES.search(said)) and not family_words(_HURTS.sub("", said))


def answers_for_oneself(scene: Scene, sentence: Sentence) -> bool:
    """Whether a bare feeling in answer to "Are you frightened?" is the speaker's own: "Terrified." """
    bare = len(sentence.words) <= _FIRST_WORDS and bool(family_words(sentence.text))
    return bare and bool(_ASKED_ABOUT_ONESELF.search(scene.patient_last))


def _fixes_first(scene: Scene) -> Iterator[Move]:
    """The first thing said to a patient who just voiced a feeling is a fix."""
    if not family_words(scene.patient_last) - {"relief"}:
        return
    for sentence in scene.own[:2]:
        found = _FIX.search(sentence.text)
        if found and not (sentence.mark == "?" and found.group().startswith("you ")):
            yield move("problem_solves", sentence, found)
            return
        if len(sentence.words) > _FIRST_WORDS:
            return
