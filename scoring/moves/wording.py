"""How hard the wording is to read, on MedReadMe's 1-6; terms that stay undefined, and those that are explained."""

import re
from collections.abc import Sequence
from functools import cache
from math import log1p

from scoring.lexicon import rows, tier_of
from scoring.moves.phrasebook import phrase
from scoring.moves.scene import Scene
from scoring.moves.sentences import Sentence
from scoring.reading import Move

HARD = 4.5  # a sentence above this is hard to read (rubric 2.4 A)
EASIEST, HARDEST = 1.0, 6.0
_LONG_LETTERS = 10

_NAME = re.compile(r"[A-Z][a-z]+")
_SHORTENED = re.compile(r"[A-Z]{2,6}s?")
_GLOSS_AFTER = phrase("wording", "gloss_after")
_GLOSS_BEFORE = phrase("wording", "gloss_before")
_EXPLAINS = phrase("wording", "explains")


def difficulty(sentence: str) -> float:
    """How hard one sentence is to read, 1-6, higher is harder.

    What readers stumble over, each counting less the more there is of it: words outside everyday English, length,
    abbreviations. The weights were set by hand; no labelled sentence trained them.
    """
    words = re.findall(r"[A-Za-z][A-Za-z'’]*", sentence)
    if not words:
        return EASIEST
    plain = [word.lower().replace("’", "'") for word in words]
    rare = sum(
        1.5 if len(word) >= _LONG_LETTERS else 1.0
        for place, (word, said) in enumerate(zip(plain, words, strict=True))
        if _is_rare(word, said, place)
    )
    shortened = sum(bool(_SHORTENED.fullmatch(said)) for said in words)
    value = 0.95 + 1.1 * log1p(rare) + 0.8 * rare / len(words) + 0.42 * log1p(len(words)) + 0.12 * min(shortened, 3)
    return round(min(HARDEST, max(EASIEST, value)), 3)


def _is_rare(word: str, said: str, place: int) -> bool:
    """A word outside the everyday table; a name in mid-sentence and a number word are not."""
    if len(word) < 3 or tier_of(word) < 3:
        return False
    return not (place > 0 and _NAME.fullmatch(said) and not _is_term(word))


@cache
def terms() -> dict[str, str]:
    """Technical term in plain lower case -> its meaning in everyday words."""
    return {term: gloss for term, gloss in rows("terms.tsv")}  # noqa: C416 - typed pairs


@cache
def _term_pattern() -> re.Pattern[str]:
    every = sorted(terms(), key=lambda term: (-len(term), term))
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, every))})(?:s|es)?(?![\w'])")


def _is_term(word: str) -> bool:
    return word in terms() or word.removesuffix("s") in terms()


def terms_in(scene: Scene) -> list[Move]:
    """Technical terms: `uses_jargon` when left unexplained, `defines` when glossed in this or the next sentence.

    A term the patient used first, and one already glossed in this turn, is neither.
    """
    found: list[Move] = []
    explained: set[str] = set()
    for place, sentence in enumerate(scene.own):
        for match in _term_pattern().finditer(sentence.text):
            term = _base(match.group())
            if term in explained or f" {term}" in f" {scene.patient_words}":
                continue
            start, end = sentence.span(*match.span())
            if not sentence.asks and _is_glossed(scene.own, place, match):
                explained.add(term)
                found.append(Move(kind="defines", start=start, end=_gloss_end(scene.own, place, match), term=term))
            else:
                found.append(Move(kind="uses_jargon", start=start, end=end, term=term))
    return found


def _base(said: str) -> str:
    return next((form for form in (said, said.removesuffix("s"), said.removesuffix("es")) if form in terms()), said)


def _is_glossed(sentences: Sequence[Sentence], place: int, match: re.Match[str]) -> bool:
    text = sentences[place].text
    if _GLOSS_AFTER.match(text[match.end() :]) or _GLOSS_BEFORE.search(text[: match.start()]):
        return True
    following = sentences[place + 1].text if place + 1 < len(sentences) else ""
    return bool(_EXPLAINS.match(following)) and len(text) - match.end() < 60


def _gloss_end(sentences: Sequence[Sentence], place: int, match: re.Match[str]) -> int:
    text = sentences[place].text
    if _GLOSS_AFTER.match(text[match.end() :]) or _GLOSS_BEFORE.search(text[: match.start()]):
        return sentences[place].end
    return sentences[place + 1].end
