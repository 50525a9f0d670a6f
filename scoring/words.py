"""Words and sentences with their places: cutting, comparing, quoting."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring.names import names_in, without_addresses
from scoring.spelling import named, put_right, standard

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*(?:[\"')\]]+)?|[.!?]+")

_COMMON_WORDS = """
next step steps day days week weeks start started good bad big new old long first last else anything everything
a about after again all also am an and any are aren't as at be because been before being but by can can't cannot
come could couldn't did didn't do does doesn't doing don't down even ever for from get gets getting go goes going
gonna got had has have haven't having he he's her here him his how i i'd i'll i'm i've if in into is isn't it it'd
it'll it's its just know let let's like little lot made make many may maybe me mean might more most much must my
need no not now of off oh ok okay on one only or other our out over quite really right said same say see she she's
should so some something sort still such sure take than that that's the their them then there there's these they
they're thing things think this those through to today too up us very want was wasn't way we we'd we'll we're we've
well were what what's when where which while who why will with won't would wouldn't yeah yes yet you you'd you'll
you're you've your hear heard feel feeling feelings felt sounds sound seem seems understand bit kind moment time
tell talk yourself myself mate hen eh ma'am sir madam
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_FUNCTION_WORDS = """
a about an and are as at be been but by can could did do does for from had has have he her him his how i i'd i'll
i'm i've if in is it it's its just like me my no not of on or our she so some than that that's the their them then
there these they they're this to us was we we'll we're we've were what when where which who why will with would you
you'd you'll you're you've your
"""
_FUNCTION = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True)
class Sentence:
    """A sentence and where it stands: `text[start:end]`."""

    text: str
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text, spaces trimmed, empty ones left out."""
    found = []
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        start = match.start() + len(piece) - len(piece.lstrip())
        end = match.end() - (len(piece) - len(piece.rstrip()))
        if end > start and any(letter.isalnum() for letter in text[start:end]):
            found.append(Sentence(text[start:end], start, end))
    return found


def words(text: str) -> list[str]:
    """The words in lower case; curly apostrophes are straightened."""
    return _WORD.findall(straight(text).lower())


def straight(text: str) -> str:
    """The same text with straight apostrophes; places do not move."""
    return text.replace("\u2019", "'").replace("\u2018", "'")


@lru_cache(maxsize=4096)
def content(text: str) -> frozenset[str]:
    """The words that carry the subject, cut to their stems; a misspelt word is the one meant, a name itself.

    The name of the one who is spoken to is left out.
    """
    said = straight(without_addresses(text))
    names = names_in(said)
    meant = put_right(
        [
            plain
            for word in _WORD.finditer(said.lower())
            for plain in (named(word[0]) if word.start() in names else standard(word[0]))
        ]
    )
    return frozenset(_stem(word) for _, word in meant if word not in _COMMON and len(word) > 2)


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    if word in ("mum", "mom", "mam", "mummy", "mommy"):
        return "mother"
    if word in ("dad", "daddy"):
        return "father"
    for ending in ("ingly", "edly", "ing", "ied", "ies", "ed", "es", "ly", "y", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def alike(one: str, other: str) -> float:
    """How alike two sentences are, 0-1: twice the shared words over all words (Dice)."""
    first, second = sorted((_bag(one), _bag(other)), key=len)
    total = first.total() + second.total()
    shared = sum(min(times, second[word]) for word, times in first.items() if word in second)
    return 2 * shared / total if total else 0.0


@lru_cache(maxsize=4096)
def _bag(text: str) -> Counter[str]:
    """The words and how often; remembered, since each sentence is compared with all before it. Not to be changed."""
    return Counter(words(without_addresses(text)))


_LEAD_IN = re.compile(
    r"^\W*(?:(?:um+|uh+|er+m?|erm|ah+|mm+|hm+|oh|ok(?:ay)?|well|so|and|right|anyway|like|look|"
    r"actually|yeah|you know|i mean)\b\W*)+",
    re.IGNORECASE,
)


_STAGE = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*")


def without_stage(text: str) -> str:
    """A text without what is seen beside the words: "[chuckles]", "(nods)", "*sighs*"."""
    return _STAGE.sub(" ", text)


def without_lead_in(text: str) -> str:
    """A sentence on one line without the fillers it begins with: "Er, well, so, I understand." is "I understand."."""
    return _LEAD_IN.sub("", " ".join(text.split()))


_FILLER = re.compile(
    r"^(?!\W*yeah\W*$)\W*(?:(?:um+|uh+|er+m?|ah+|well|so|and|anyway|like|yeah|you know|i mean)\b\W*)+$", re.IGNORECASE
)


def is_filler(text: str) -> bool:
    """Whether a sentence holds nothing but fillers: "So, yeah.", "You know."; "Yeah." and "Okay." are answers."""
    return bool(_FILLER.match(text))


def is_word_salad(text: str) -> bool:
    """Whether a text of eight words or more is a list of words rather than something said."""
    said = words(text)
    return len(said) >= 8 and sum(word in _FUNCTION for word in said) / len(said) < 0.15


def most_within(seen: Sequence[bool], window: int) -> int:
    """The most that `seen` holds within any `window` places in a row; what is added before or after changes nothing."""
    return max((sum(seen[start : start + window]) for start in range(len(seen))), default=0)


def starting_with(*patterns: str) -> re.Pattern[str]:
    """One pattern for several phrases, each from the beginning of a word; capitals do not matter."""
    return re.compile(r"\b(?:" + "|".join(patterns) + r")", re.IGNORECASE)
