"""Questions asked in the order of a statement, put into the order of a question: "what you have been told?".

Learners of English and many of its own varieties ask so ("What they told you?", "How you feeling?", "What questions you
have?"). The rules know one order. Only what ends in a question mark is turned, and only where nothing in it is in
question order already.
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from scoring.lexicon import rows
from scoring.spelling import states

_USED = {name: frozenset(listed.split()) for name, listed in rows("usage.tsv")}
_PRONOUNS = {
    "you": ("are", "have", "do"),
    "we": ("are", "have", "do"),
    "they": ("are", "have", "do"),
    "he": ("is", "has", "does"),
    "she": ("is", "has", "does"),
    "it": ("is", "has", "does"),
}
"""Each subject with its forms of be, have and do."""
_LED_IN = frozenset({"and", "or", "so", "but", "then"})
_HAVE = frozenset({"have", "has", "had"})
_PARTICIPLE = re.compile(r"\w{2,}(?<!e)ed$")  # not "need", "bleed"
_OFFERED = re.compile(
    r"you would like (?:to (?:tell|hear|know|talk|see|come|bring|have|discuss|stop|rest|sit|start|do)|"
    r"(?:me|us|your \w+) to)\b"
    r"|(?:it|that) (?:is|would be|will be) (?:all right|okay|fine) (?:if|to|with you)\b"
    r"|it is (?:all right|okay) for you\b"
)
_WANTED = re.compile(r"you (?:want (?:(?:me|us|your \w+) to|to (?:hear|know|talk|see))|prefer to)\b")
"""An offer or a question for leave, asked by tone alone."""

Placed = tuple[str, int, int]
"""A word and the first and last place of the words it stands for."""


def in_question_order(asked: Sequence[str], commas: Collection[int] = ()) -> list[Placed]:
    """The words of one question in question order; a word moved or put in stands for those it was moved across.

    Where it begins otherwise, the parts behind its commas are looked at: "before I begin, what they told you?".
    `commas` = places a comma follows.
    """
    turned = _turned(asked)
    if not commas or [word for word, _, _ in turned] != list(asked):
        return turned
    in_order = _is_turned(asked)
    starts = [0, *(place + 1 for place in sorted(commas) if place + 1 < len(asked))]
    parts = [_part(asked[start:end], asks_before=in_order) for start, end in pairwise([*starts, len(asked)])]
    return [
        (word, first + start, last + start)
        for start, part in zip(starts, parts, strict=True)
        for word, first, last in part
    ]


def _part(asked: Sequence[str], *, asks_before: bool) -> list[Placed]:
    """A part between commas in question order; a clause of time or place is none: "when you wake, what helps?".

    Where another part is in its order already, only what is added is turned: "is it okay now, or you prefer to wait?".
    """
    led = 1 if asked[:1] and asked[0] in _LED_IN else 0
    if asked[led : led + 1] in (["when"], ["where"]) or (asks_before and not led):
        return [(word, place, place) for place, word in enumerate(asked)]
    lead = [(word, place, place) for place, word in enumerate(asked[:led])]
    return [*lead, *((word, first + led, last + led) for word, first, last in _turned(asked[led:]))]


def _turned(asked: Sequence[str]) -> list[Placed]:
    """The words of one clause in question order."""
    as_said = [(word, place, place) for place, word in enumerate(asked)]
    if _WANTED.match(" ".join(asked)) and not _is_turned(asked):
        return [("do", 0, 0), *as_said]
    if _OFFERED.match(" ".join(asked)) and not _is_turned(asked):
        return [(asked[1], 0, 1), (asked[0], 0, 1), *as_said[2:]]
    at = _subject(asked)
    if at is None or at + 1 >= len(asked) or _is_turned(asked) or _is_cleft(asked, at):
        return as_said
    if asked[at + 2 : at + 3] == ["me"]:  # "what you told me" is a thing, not a question
        return as_said
    verb = at + 1 + _adverbs(asked[at + 1 :])
    if verb >= len(asked):
        return as_said
    word, after = asked[verb], asked[verb + 1 : verb + 2]
    if word in _USED["auxiliaries"] and not (word in _HAVE and not _completes(after)):
        moved = (word, at, verb)
        return [*as_said[:at], moved, *((one, at, verb) for one in asked[at:verb]), *as_said[verb + 1 :]]
    help_word = _help_for(asked[at], word)
    if help_word is None or (at > 1 and word not in _USED["asked of things"]):
        return as_said
    return [*as_said[:at], (help_word, at, at), *as_said[at:]]


def _subject(asked: Sequence[str]) -> int | None:
    """The place of the pronoun behind the question word, or behind "what questions", "how often"."""
    if not asked or asked[0] not in _USED["question words"]:
        return None
    at = 1 if asked[1:2] and asked[1] not in _USED["what is asked for"] else 2
    if asked[1:3] in (["kind", "of"], ["sort", "of"]):
        at = 4
    return at if at < len(asked) and asked[at] in _PRONOUNS else None


def _is_turned(asked: Sequence[str]) -> bool:
    """Whether a helping verb stands before a pronoun already: "when you wake, are you tired?"."""
    return any(one in _USED["auxiliaries"] and other in {*_PRONOUNS, "i"} for one, other in pairwise(asked))


def _is_cleft(asked: Sequence[str], at: int) -> bool:
    """Whether the clause is itself the subject: "what you need is rest"; not "what you think it is"."""
    return any(
        word in {"is", "was", "means"} and asked[place - 1] not in {*_PRONOUNS, *_USED["question words"], "that"}
        for place, word in enumerate(asked[at + 2 : -1], start=at + 2)
    )


def _adverbs(words: Sequence[str]) -> int:
    return next((place for place, word in enumerate(words) if word not in _USED["adverbs"]), len(words))


def _completes(after: Sequence[str]) -> bool:
    """Whether what follows "have" makes it a helping verb: "have been", "have told"; not "questions you have"."""
    return bool(after) and (after[0] in _USED["pasts"] or bool(_PARTICIPLE.match(after[0])))


def _help_for(subject: str, verb: str) -> str | None:
    """The helping verb that is missing: how you | feeling (are), told (have), think (do)."""
    be, have, do = _PRONOUNS[subject]
    if (verb.endswith("ing") and verb not in {"bring", "sing", "ring"}) or verb in states():
        return be
    if verb in _USED["pasts"] or _PARTICIPLE.match(verb):
        return have
    return do if verb in _HAVE or verb in _USED["asked of things"] or verb in _USED["asked of people"] else None
