"""What the student's sentences are about: nearness of meaning, with negation and whose story it is ruled out first."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from scoring.moves.sentences import Sentence, sentences_of
from scoring.vectors import embed
from scoring.words import straight

_NOT_ABOUT_IT = re.compile(
    r"\b(?:i|we) (?:am |are )?(?:will not|not going to|do not (?:want|need|have) to|need not)"
    r" (?:ask|talk|discuss|go into|bring up|mention|hear|know|speak)\b"
    r"|\b(?:has|have|had|is|was) (?:nothing|not\b.*) to do with\b"
    r"|\b(?:let us|we can|we will) (?:not|leave|skip)\b|\bnever mind\b"
)
_OWN_STORY = re.compile(
    r"\b(?:my|our) (?:own )?(?:mother|mum|mom|father|dad|sister|brother|aunt|uncle|gran\w*|wife|husband|partner|son"
    r"|daughter|kids|children|family|friend|dog|cat|job|work|boss)\b|\bi (?:had|lost|once|also|too)\b"
)
_PRONOUN = re.compile(r"\b(?:(?P<female>she|her)|(?P<male>he|him))\b")
_KIN = re.compile(
    r"\b(?:(?P<female>mum|mother|mam|mom|daughter|girl|sister|wife|gran|grandmother|aunt)"
    r"|(?P<male>dad|father|son|boy|brother|husband|grandad|grandfather|uncle))\b"
)
_SAME_KIN = {
    **dict.fromkeys(("mum", "mam", "mom"), "mother"),
    "dad": "father",
    "girl": "daughter",
    "boy": "son",
    "gran": "grandmother",
    "grandad": "grandfather",
}
_ASKS_INDIRECTLY = re.compile(
    r"\bi (?:wonder|was wondering|am wondering|would like to (?:hear|know|ask)|want to ask|wanted to ask)\b"
    r"|\b(?:can|may|could) i ask\b"
)
_ASKS_UNMARKED = re.compile(
    r"^(?:and |so |but |ok |okay |please )*(?:(?:is|are|was|were|do|does|did|have|has|can|could|will|would|should)"
    r" (?:you|he|she|it|they|your|there|that|this|any\w*|some\w*)\b"
    r"|(?:do|does|did|is|was|has|will|can) (?:the |a |an )?\w+ \w+|any \w+"
    r"|(?:who|what|where|why|how)\b(?! (?:you|i|we) (?:have )?(?:said|told|say|mean|just))|you have how\b)"
)
"""How a question begins that somebody typed without its mark."""
_EXCLAIMS = re.compile(
    r"^(?:what an? \w+|how (?:\w+ly |very )?(?:sad|awful|hard|horrible|terrible|difficult|frightening|lovely))\b"
)
_STARTS_ASKING = re.compile(
    r"(?:who|what|when|where|why|how|which|whose|tell me|is|are|do|does|did|have|has|can|could|will)\b"
)
_DENIED = re.compile(r"\b(?:not|no|never|without|cannot)\b")
_LEAD_IN = re.compile(
    r"^.{0,90}?\b(?:but|because|wondered|wonder|check|ask)\b (?:if |whether )?"
    r"(?=(?:who|what|when|where|why|how|is|are|do|does|did|have|has|can|could|will|would) \w+ \w+)"
)
"""What somebody nervous says before the question: 'I'm sorry to have to ask, but is there ...'."""
NOBODY_NAMED = 0.1
"""A phrase about a relative is so much further from a sentence that names none."""
_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b")


def asked_about(text: str, before: str = "", people: Mapping[str, str] | None = None) -> tuple[Sentence, ...]:
    """The sentences that are about this patient: nothing waved away, no story of the student's own.

    'What was she like?' is read as 'what was your mum like' where `before`, what was said last, or the sentence
    before speaks of her last; 'does Elena know' as 'does your daughter know' where `people` says who that is.
    """
    return tuple(_resolve(sentences_of(text), before, people or {}))


def without_call(text: str, called: str) -> str:
    """The text without the patient's name where they are called by it: whom one speaks to is not the subject."""
    name = re.escape(called)
    return re.sub(rf"(?:^|(?<=[.?!] )){name}, |, {name}(?=[.?!,]|$)", "", text)


def is_asking(sentence: Sentence) -> bool:
    """Whether the sentence asks, be it in so many words: 'I was wondering whether ...'."""
    if sentence.asks or _ASKS_INDIRECTLY.search(sentence.text):
        return True
    return _ASKS_UNMARKED.search(sentence.text) is not None and _EXCLAIMS.search(sentence.text) is None


def nearness(sentence: Sentence, phrases: Sequence[str], *, same_form: bool = False) -> float:
    """Cosine between a sentence and the nearest of these phrases; 0 where none may be compared.

    The vectors are near-blind to whose mother or sister it is, so a phrase about another relative is left out, and to
    negation, so a statement is only compared with phrases that deny or affirm as it does;
    with `same_form` also not with questions: 'I am here for you' is near to 'is anyone here with you'.
    """
    plain = [_plain(phrase) for phrase in phrases]
    if not is_asking(sentence):
        denies = _DENIED.search(sentence.text) is not None
        plain = [one for one in plain if (_DENIED.search(one.text) is not None) == denies]
        plain = [one for one in plain if not (same_form and one.asks)]
    whose = _kin_of(sentence.text)
    plain = [one for one in plain if not whose or not one.kin or whose & one.kin]
    if not plain:
        return 0.0
    away = np.array([NOBODY_NAMED if one.kin and not whose else 0.0 for one in plain])
    return float(np.max(embed([one.text for one in plain]) @ embed((sentence.text,))[0] - away))


def prepare(phrases: Iterable[str]) -> None:
    """Compute the vectors of these phrases now, so that the first answer need not wait for them."""
    embed([_plain(phrase).text for phrase in phrases])


@dataclass(frozen=True)
class _Phrase:
    text: str
    asks: bool
    kin: frozenset[str]


def _resolve(sentences: Iterable[Sentence], before: str, people: Mapping[str, str]) -> Iterator[Sentence]:
    before = _without_names(straight(before).lower(), people, "my")
    for sentence in sentences:
        named = replace(sentence, text=_without_names(sentence.text, people, "your"))
        if is_asking(named):
            named = replace(named, text=_LEAD_IN.sub("", named.text))
        if _is_about_the_patient(sentence):
            yield _resolved(named, before)
        before = f"{before} {named.text}"


def _without_names(text: str, people: Mapping[str, str], whose: str) -> str:
    """The text with each name replaced by who that is: 'Elena' by 'your daughter'."""
    for name, who in people.items():
        text = re.sub(rf"\b(?:(?:my|your) {who},? )?{re.escape(name.lower())}\b", f"{whose} {who}", text)
    return text


def _resolved(sentence: Sentence, before: str) -> Sentence:
    """The sentence with 'she' or 'he' replaced by the relative who was spoken of last."""
    pronoun = _PRONOUN.search(sentence.text)
    if pronoun is None or _KIN.search(sentence.text):
        return sentence
    kin = [one.group() for one in _KIN.finditer(before) if one.lastgroup == pronoun.lastgroup]
    return replace(sentence, text=_PRONOUN.sub(f"your {kin[-1]}", sentence.text, count=1)) if kin else sentence


@lru_cache(maxsize=4096)
def _plain(phrase: str) -> _Phrase:
    """An authored phrase in the same plain spelling that the student's sentences get."""
    parts = sentences_of(phrase)
    text = " ".join(part.text for part in parts) or phrase
    asks = any(part.asks for part in parts) or _STARTS_ASKING.match(text) is not None
    return _Phrase(text, asks, _kin_of(text))


def _kin_of(text: str) -> frozenset[str]:
    """The relatives a text speaks of, each by one name."""
    return frozenset(_SAME_KIN.get(one.group(), one.group()) for one in _KIN.finditer(text))


def _is_about_the_patient(sentence: Sentence) -> bool:
    if _NOT_ABOUT_IT.search(sentence.text):
        return False
    return not _OWN_STORY.search(sentence.text) or _YOU.search(sentence.text) is not None
