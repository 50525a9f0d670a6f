"""What varieties of English say otherwise than the standard: left-out "are", other intensifiers, "is sounding".

Each rule asks for neighbours that leave no other reading. The features are those of the electronic World Atlas of
Varieties of English (Kortmann, Lunkenheimer & Ehret 2020): copula left out, the progressive used more widely,
adjectives as intensifiers, other words for what is to come.
"""

from collections.abc import Sequence
from functools import cache

from scoring.lexicon import rows

_SAID = {name: frozenset(listed.split()) for name, listed in rows("usage.tsv")}
_BE = frozenset({"am", "are", "is", "was", "were", "be", "been", "being"})
_PERSONS = frozenset({"you", "he", "she", "they", "we", "i", "him", "them"})
_BEFORE = {("is", "been"): ("has",), ("ey", "up"): ("hello",), ("ay", "up"): ("hello",), ("plenty", "to"): ("a", "lot")}
"""(word, the word after it) -> what is meant by the first."""
_AFRAID = frozenset({"scared", "frightened", "afraid", "terrified"})
_CUT_SHORT = {"o": "of", "t": "the"}
_ONE = frozenset({"it", "that", "this", "he", "she"})


def as_in_standard(word: str, earlier: Sequence[str], after: Sequence[str]) -> tuple[str, ...] | None:
    """The standard words for one word of a clause, between those before it and after it; None where it stays."""
    before, following = earlier[-1] if earlier else "", after[0] if after else ""
    if (heard := _by_neighbours(word, earlier, following)) is not None:
        return heard
    if word in _SAID["intensifiers"] and following in _felt() and before not in {"a", "the", "your", "not", "of"}:
        return ("really",)
    if word in _BE and following in _SAID["never progressive"]:
        return ()
    if word in _SAID["never progressive"] and before in _SAID["says of you"] | _ONE:
        return (_without_ing(word) + ("s" if before in _ONE else ""),)
    if word in {"you", "we", "they"} and list(after[:2]) == ["going", "to"] and before not in _BE:
        return word, "are"
    if word == "seh" and before in _SAID["before seh"]:
        return ()
    if word == "a" and before in _PERSONS and following.removesuffix("e") + "ing" in _SAID["what people do"]:
        return ()  # "you a blame yourself": the Jamaican progressive
    if word == "go" and before in {"i", "we"} and following in _SAID["done for you"]:
        return ("will",)
    asked = earlier[-1:] == ["how"] and following in _ONE  # "how long's it been?"
    if word.endswith("'s") and (following in _SAID["after is"] or asked):
        return word.removesuffix("'s"), "is"
    if word == "you" and following in _SAID["kin"] and before in _SAID["before your"] | {""}:
        return ("your",)
    return None


def _by_neighbours(word: str, earlier: Sequence[str], following: str) -> tuple[str, ...] | None:
    """What stands for another word before its neighbour: o' and t', "ey up", "I'm no going", "plenty to carry"."""
    before = earlier[-1] if earlier else ""
    if (word, following) in _BEFORE:
        return _BEFORE[word, following]
    if (before, word) == ("hello", "up"):
        return ()
    if word.endswith("'s") and following == "been":
        who = word.removesuffix("'s")
        return "dad" if who == "da" else who, "has"
    if word == "ask" and before == "i" and following == "myself":
        return ("wonder",)  # "I ask myself if": what many languages have for "I wonder if"
    if word == "myself" and list(earlier[-2:]) == ["i", "wonder"]:
        return ()
    if word == "from" and before in _AFRAID:
        return ("of",)
    if word == "no" and before in _BE and following.endswith("ing") and not _PERSONS.isdisjoint(earlier[-2:-1]):
        return ("not",)
    if word == "feart" and list(earlier[-2:]) == ["i", "am"]:
        return ("afraid",)
    if word == "da" and before in {"your", "my", "his", "her", "our"}:
        return ("dad",)
    if word in _CUT_SHORT and following and (before or word == "t"):
        return (_CUT_SHORT[word],)
    return None


@cache
def _felt() -> frozenset[str]:
    """What an intensifier can stand before: "pure frightening", "dead scared"."""
    return frozenset(
        term
        for _, how, terms in rows("feelings.tsv")
        if how in {"state", "quality", "weak"}
        for term in terms.split(" | ")
    )


def _without_ing(word: str) -> str:
    return word.removesuffix("ing")
