"""Technical terms: those left undefined, and those that are explained."""

import re
from collections.abc import Sequence
from functools import cache

from scoring.lexicon import rows
from scoring.moves.phrasebook import phrase
from scoring.moves.scene import Scene
from scoring.moves.sentences import Sentence
from scoring.reading import Move

_GLOSS_AFTER = phrase("wording", "gloss_after")
_GLOSS_BEFORE = phrase("wording", "gloss_before")
_EXPLAINS = phrase("wording", "explains")


@cache
def terms() -> dict[str, str]:
    """Technical term in plain lower case -> its meaning in everyday words."""
    return {term: gloss for term, gloss in rows("terms.tsv")}  # noqa: C416 - typed pairs


@cache
def _term_pattern() -> re.Pattern[str]:
    every = sorted(terms(), key=lambda term: (-len(term), term))
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, every))})(?:s|es)?(?![\w'])")


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
