"""How hard the wording is to read, on MedReadMe's 1-6; terms that stay undefined, and those that are explained."""

import re
from collections.abc import Sequence
from functools import cache

from scoring.lexicon import rows, tier_of
from scoring.moves.phrasebook import phrase
from scoring.moves.scene import Scene
from scoring.moves.sentences import Sentence
from scoring.reading import Move

HARD = 4.5  # a sentence above this is hard to read (rubric 2.4 A)
EASIEST, HARDEST = 1.0, 6.0

_NAME = re.compile(r"[A-Z][a-z]+")
_SYLLABLE = re.compile(r"[aeiouy]+")
_GLOSS_AFTER = phrase("wording", "gloss_after")
_GLOSS_BEFORE = phrase("wording", "gloss_before")
_EXPLAINS = phrase("wording", "explains")


def syllables(word: str) -> int:
    """Roughly, how many syllables an English word has; at least one."""
    count = len(_SYLLABLE.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(1, count)


def difficulty(sentence: str) -> float:
    """How hard one sentence is to read, 1-6, higher is harder.

    A weighted sum of what readers stumble over: long sentences, long words, words outside everyday English, terms.
    The weights were set by hand; no labelled sentence trained them.
    """
    words = re.findall(r"[A-Za-z][A-Za-z'’]*", sentence)
    if not words:
        return EASIEST
    plain = [word.lower().replace("’", "'") for word in words]
    counted = len(plain)
    rare = sum(_is_rare(word, said, place) for place, (word, said) in enumerate(zip(plain, words, strict=True)))
    second = sum(tier_of(word) == 2 for word in plain)
    long = sum(syllables(word) >= 4 for word in plain)
    letters = sum(map(len, plain)) / counted
    signs = len(re.findall(r"[()%;:/\d]+", sentence))
    value = (
        1.05
        + 0.030 * min(counted, 50)
        + 0.22 * min(rare, 9) ** 0.9
        + 1.6 * rare / (counted + 4)
        + 0.5 * second / counted
        + 0.10 * min(long, 8)
        + 0.20 * max(0.0, letters - 3.6)
        + 0.04 * min(signs, 8)
    )
    return round(float(min(HARDEST, max(EASIEST, value))), 3)


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
            if _is_glossed(scene.own, place, match):
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
