"""Plain spelling: contractions written out, dialect and dictation levelled, a misspelt feeling recognised."""

import re
from functools import cache, lru_cache

from scoring.lexicon import rows, tier_of

_WRITTEN_OUT = {written: plain for written, plain in rows("spellings.tsv")}  # noqa: C416 - typed pairs
_ENDINGS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would"}
_IS_AFTER = frozenset(
    [
        "it",
        "that",
        "what",
        "he",
        "she",
        "there",
        "here",
        "who",
        "how",
        "where",
        "when",
        "why",
        "this",
        "everything",
        "something",
        "nothing",
        "everyone",
    ]
)
_WILL_BEFORE = frozenset(
    [
        "be",
        "do",
        "get",
        "go",
        "just",
        "need",
        "send",
        "explain",
        "tell",
        "give",
        "call",
        "ring",
        "come",
        "have",
        "let",
        "make",
        "see",
        "write",
        "try",
        "talk",
        "come",
    ]
)

_MODALS = frozenset({"should", "must", "could", "would", "might", "may"})  # "should of" is "should have" as it is heard

_BEFORE_A_NOUN = frozenset(
    {"the", "a", "one", "main", "root", "common", "likely", "no", "any", "can", "could", "may", "might", "will"}
)
_BEFORE_A_PAPER = frozenset({"your", "my", "his", "her", "their", "the", "an", "photo", "no", "any", "some", "patient"})

# Words the rules lean on besides the feelings: worth recognising when misspelt.
_LEANED_ON = [
    "understand",
    "understandable",
    "understandably",
    "sorry",
    "difficult",
    "explain",
    "explaining",
    "questions",
    "question",
    "permission",
    "sounds",
    "feeling",
    "feelings",
    "natural",
    "imagine",
    "because",
    "through",
    "together",
    "examine",
    "examination",
    "results",
    "result",
    "suggest",
    "recommend",
    "happened",
    "happening",
    "wonder",
    "wondering",
    "straight",
    "answer",
    "information",
    "worried",
    "appreciate",
    "situation",
    "people",
    "through",
    "something",
    "anything",
    "important",
    "remember",
    "believe",
    "thought",
    "reassure",
    "honest",
    "apologise",
    "apologize",
    "medicine",
    "tablets",
    "treatment",
    "doctor",
    "patient",
    "hospital",
    "cancer",
    "discuss",
    "advice",
    "would",
    "could",
    "should",
    "really",
]


def plain_words(said: str, after: str = "") -> tuple[str, ...]:
    """The words one token stands for: "don't" -> do, not; `after` is the word before it."""
    word = re.sub("[’´`]", "'", said).lower()
    if word == "of" and after in _MODALS:
        return ("have",)
    if word == "ill" and after in {"", "and", "so", "then", "but", "okay"}:
        return ("i", "will")
    if word == "cause" and after in _BEFORE_A_NOUN:
        return (word,)
    if word == "id" and after not in _BEFORE_A_PAPER:
        return ("i", "would")
    if word in _WRITTEN_OUT:
        return tuple(_WRITTEN_OUT[word].split())
    for ending, instead in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return word.removesuffix(ending), instead
    if word.endswith("'s") and word[:-2] in _IS_AFTER:
        return word[:-2], "is"
    return (word,)


@lru_cache(maxsize=8192)
def respell(word: str) -> str:
    """A word the rules lean on, when this is a misspelling of it; else the word itself.

    One edit for words of five to seven letters, two for longer ones, first letter kept; a known English word stays.
    """
    if len(word) < 5 or not word.isascii() or not word.isalpha() or word in _leaned_on() or tier_of(word) < 3:
        return word
    best = min(
        (
            (_distance(word, known), known)
            for known in _by_first_letter().get(word[0], ())
            if abs(len(known) - len(word)) <= 2
        ),
        default=(9, word),
    )
    allowed = 1 if min(len(best[1]), len(word)) < 7 else 2
    if best[0] <= allowed and _same_end(word, best[1], best[0]):
        return best[1]
    return word


def _same_end(word: str, known: str, distance: int) -> bool:
    """A different ending is a different word (worry, worrier); at one edit the last letter may be lost."""
    return word[-1] == known[-1] or (distance == 1 and len(word) <= len(known))


@cache
def _leaned_on() -> frozenset[str]:
    words = set(_LEANED_ON)
    for _family, _how, terms in rows("feelings.tsv"):
        words.update(word for term in terms.split(" | ") for word in term.split() if len(word) >= 5)
    return frozenset(words)


@cache
def _by_first_letter() -> dict[str, tuple[str, ...]]:
    letters: dict[str, list[str]] = {}
    for word in sorted(_leaned_on()):
        letters.setdefault(word[0], []).append(word)
    return {letter: tuple(words) for letter, words in letters.items()}


def _distance(one: str, other: str) -> int:
    """Edits between two words (insert, delete, replace, swap of neighbours), cut off at 3."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, wanted in enumerate(other, start=1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, before_last[j - 2] + 1)
            row.append(best)
        if min(row) > 2:
            return 3
        before_last, last = last, row
    return last[-1]
