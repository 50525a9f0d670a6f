"""Feelings put into words: whose they are, and whether they are denied, asked for or only conditional."""

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

from personas.vocabulary import Family
from scoring.lexicon import rows
from scoring.moves.phrasebook import phrase, sections, words
from scoring.moves.sentences import Sentence

_TENTATIVE = phrase("feelings", "tentative")
_ASKED_BEFORE = phrase("feelings", "asked_before")
_LETS_THROUGH = phrase("feelings", "lets_through")
_LETS_THROUGH_END = re.compile(rf"(?:{_LETS_THROUGH.pattern}),? $")
_NOT_ELLIPTIC = phrase("feelings", "not_elliptic")
_OF_SOMETHING_ELSE = phrase("feelings", "quality_is_of_something_else")
_STOP_NAMING = phrase("feelings", "stop_naming")
_OPENED = phrase("feelings", "opened")
_INVERTED = phrase("feelings", "inverted")
_EXCLAIMS = phrase("feelings", "exclaims")
_DENIED = phrase("feelings", "denied")
_NEGATED = re.compile(
    r"\b(?:not(?! (?:knowing|being|having|hearing|seeing|sleeping)\b)|never|no longer|no|nothing|without|hardly|less|"
    r"neither|nor|stop|than)\b"
)
_TO_ANOTHER = re.compile(r"\b(?:to|for) (?:me|us|him|her|them|my \w+)\b|\b(?:i|we) (?:find|found|feel|felt)\b")
_FOR_ANOTHER = re.compile(
    r"(?: \w+)? (?:to|for) (?:me|us|him|them|her(?= |$)(?! \w)|my \w+|the (?:family|staff|team|nurses?))\b"
)
"""Behind the feeling: "it's sad for me to see", "it is hard for my team"."""
_OF_A_PERSON = re.compile(r"\b(?:he|she|they|i|we)(?: \w+ly| just| also)* $")
"""'She sounds annoying' says what she is like."""
_PEOPLE = re.compile(
    r"\b(?:you|your|yours|(?P<others>(?:many|most|some|other|all|lots of|a lot of) (?:\w+ )?\w+s|people|kids|children|"
    r"patients|students|parents|teenagers|they|them|everyone|everybody|he|she))\b(?! (?:know|knows|see|hear|think)\b)"
)
_OPINION = re.compile(r"\bfeel(?:ing)? that (?:the|this|it|they|we|he|she)\b")
_PATIENT_IN_SIGHT = re.compile(r"\byou|\bsounds\b|\bthat is\b|\bsuch\b|\b(?:anyone|anybody|who) would\b")
_LESS_THAN_BEFORE = re.compile(r"\b(?:as|so|quite as) \w+$")
_BY_NOW = re.compile(r"\bnow|any ?more|these days\b")
_DOUBLE_NEGATIVE = re.compile(r"\bhard not|difficult not|not surprising|no wonder|not only|not just|not surprised\b")
_TOPIC = phrase("feelings", "topic")
_SAYS_MORE = re.compile(
    r"\byour \w+ .*\b(?:will|would|may|might|can|could|does|did|do|is|was)\b"
)  # "your knee may hurt"
_OF_THE_BODY = re.compile(
    r"\b(?:weight|hair|hearing|blood|memory|sight|vision|bone|appetite|fluid|tooth|teeth|muscle|heat) $"
)  # "your hearing loss" is no grief
_ALSO_A_TOPIC = frozenset(
    {"stress", "anxiety", "depression", "panic", "grief", "nerves", "loss", "concern", "concerns"}
)
_CONCEDES = re.compile(r"\b(?:though|although|even|even if|while) you (?:sound|look|seem|are|appear)(?: \w+)? $")
"""'Even though you sound calm': the calm is set aside, not named."""
_SAFE = frozenset({"safe", "calm", "comfortable", "reassured"})


@dataclass(frozen=True, slots=True)
class Naming:
    """A naming found in a sentence: plain-text places, family, and how sure the rule is (0-1)."""

    start: int
    end: int
    family: Family
    tentative: bool
    sure: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """One way of putting a feeling into words: group `f` is the feeling, group `you` what leads to it."""

    how: str
    pattern: re.Pattern[str]
    guarded: bool
    sure: float


def namings(sentence: Sentence) -> list[Naming]:
    """The patient's feelings this sentence puts into words; denied, asked for, conditional and others' left out."""
    if _word_list().search(sentence.text):
        return []
    found: list[Naming] = []
    for frame in _frames():
        for match in frame.pattern.finditer(sentence.text):
            naming = _naming(sentence, frame, match)
            if naming and not any(naming.start < other.end and other.start < naming.end for other in found):
                found.append(naming)
    return sorted(found, key=lambda naming: naming.start)


def family_words(text: str) -> set[Family]:
    """Families of feeling whose words stand anywhere in plain text; for what the patient says."""
    known = _family_of()
    return {known[found.group().replace(",", "")] for found in _every_term().finditer(text)}


def _naming(sentence: Sentence, frame: _Frame, match: re.Match[str]) -> Naming | None:
    """The match as a naming, unless something around it says that it is none."""
    if (
        _STOP_NAMING.search(sentence.text[: match.end()])
        or _is_asked(sentence, match)
        or (frame.guarded and _is_conditional(sentence.text, match))
    ):
        return None
    if not _fits_frame(sentence, frame, match):
        return None
    family: Family | None = _terms()[frame.how][match["f"].replace(",", "")]
    if _is_denied(sentence.text, match):
        family = _denied_family(cast(Family, family), sentence.text, match)
    if family is None or (family == "relief" and _CONCEDES.search(sentence.text[: match.start("f")])):
        return None
    start, end = _widened(sentence, match)
    tentative = sentence.asks or bool(_TENTATIVE.search(sentence.text[: match.end()]))
    return Naming(start, end, family, tentative, frame.sure)


def _fits_frame(sentence: Sentence, frame: _Frame, match: re.Match[str]) -> bool:
    """What each way of naming asks for besides its words."""
    text = sentence.text
    if frame.how == "quality" and _OF_A_PERSON.search(text[: match.start("you")]):
        return False
    if frame.how == "quality":
        clause = text[: match.end()] + text[match.end() :].partition(",")[0]
        to_another = _TO_ANOTHER.search(text[: match.end()]) or _FOR_ANOTHER.match(text, match.end("f"))
        return not (_OF_SOMETHING_ELSE.search(clause) or to_another)
    if frame.how == "noun" and "you" not in match["you"] and _is_of_others(text[: match.start("you")]):
        return False
    if frame.how == "noun" and _SAYS_MORE.search(text[match.start() : match.start("f")]):
        return False
    if frame.how == "noun" and match["f"].startswith("loss") and _OF_THE_BODY.search(text[: match.start("f")]):
        return False
    if frame.how == "noun" and match["f"] in _ALSO_A_TOPIC:
        return not _TOPIC.search(text[: match.start("you")])
    if frame.how == "idiom":
        return bool(_PATIENT_IN_SIGHT.search(text))
    if frame.how == "state" and not match["you"]:
        return not (sentence.asks or _NOT_ELLIPTIC.match(text[match.start("f") :]))
    return not (frame.how in {"state", "weak"} and _OPINION.search(match.group()))


def _is_of_others(before: str) -> bool:
    """Whether those last spoken of are people in general or another: "many students have a lot of stress"."""
    people = list(_PEOPLE.finditer(before))
    return bool(people) and people[-1]["others"] is not None


def _is_asked(sentence: Sentence, match: re.Match[str]) -> bool:
    """'Are you scared?', 'what frightens you?': a question for the feeling, not a naming."""
    before = sentence.text[: match.end("you")]
    clause = before.rpartition(", ")[2].strip()
    if _INVERTED.search(clause) and not _LETS_THROUGH.search(clause):
        return True
    opened = _OPENED.match(sentence.text)
    asks = bool(opened) and (sentence.asks or bool(opened and opened.group().endswith("tell me")))
    return asks and not _EXCLAIMS.match(sentence.text) and not _LETS_THROUGH.search(before)


def _is_conditional(text: str, match: re.Match[str]) -> bool:
    """'If you feel anxious, ...', 'what you are worried about', 'to help you feel calm'."""
    before = text[: match.start("you")]
    return bool(_ASKED_BEFORE.search(before)) and not _LETS_THROUGH_END.search(before)


def _is_denied(text: str, match: re.Match[str]) -> bool:
    return bool(_NEGATED.search(text[match.start("you") : match.start("f")]) or _DENIED.search(text[: match.start()]))


def _denied_family(family: Family, text: str, match: re.Match[str]) -> Family | None:
    """'You do not feel safe' names fear, 'not confident' doubt, 'not so scared now' relief; others name nothing."""
    upto = text[: match.end("f")]
    if match["f"] == "confident":
        return "ambivalence"
    if family == "relief":
        return "fear" if match["f"] in _SAFE else "sadness"
    if _LESS_THAN_BEFORE.search(upto) and _BY_NOW.search(text):
        return "relief"
    return family if _DOUBLE_NEGATIVE.search(upto) else None


def _widened(sentence: Sentence, match: re.Match[str]) -> tuple[int, int]:
    """The naming with the words that lead into it: 'it sounds like you are frightened'."""
    leads = [lead for lead in _TENTATIVE.finditer(sentence.text) if lead.end() <= match.start() + 1]
    near = bool(leads) and match.start() - leads[-1].end() < 12
    return (leads[-1].start() if near else match.start()), match.end()


@cache
def _frames() -> tuple[_Frame, ...]:
    """Every way of naming in `frames.txt`, the surest first."""
    found = []
    for header, lines in sections("frames.txt"):
        how, guard, sure, *raw = header.split()
        pattern = lines[0].replace("{FEELING}", _any_of(_terms()[how]))
        compiled = re.compile(pattern) if raw else words(pattern)
        found.append(_Frame(how, compiled, guard == "guarded", float(sure.removeprefix("sure="))))
    return tuple(found)


@cache
def _terms() -> dict[str, dict[str, Family]]:
    """kind -> word or idiom -> family. A word listed in two families counts for the first."""
    terms: dict[str, dict[str, Family]] = {}
    for family, how, listed in rows("feelings.tsv"):
        for term in listed.split(" | "):
            terms.setdefault(how, {}).setdefault(term, cast(Family, family))
    return terms


@cache
def _family_of() -> dict[str, Family]:
    terms: dict[str, Family] = {}
    for how in ("state", "noun", "quality", "idiom", "stirs"):
        for term, family in _terms()[how].items():
            terms.setdefault(term, family)
    return terms


@cache
def _every_term() -> re.Pattern[str]:
    return words(_any_of(_family_of()))


@cache
def _word_list() -> re.Pattern[str]:
    """Four or more feelings in a row with no sentence around them: a word list, not a naming."""
    one = f"(?:{_any_of(_terms()['state'] | _terms()['noun'] | _terms()['quality'])})"
    return words(rf"{one}(?:(?: and| or)? {one}){{3,}}")


def _any_of(terms: dict[str, Family]) -> str:
    """An alternation of terms, the longest first."""
    return "|".join(sorted(terms, key=lambda term: (-len(term), term)))
