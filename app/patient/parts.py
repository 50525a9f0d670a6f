"""Cuts what a model says into sentences and things done, as soon as each is whole."""

import re
from typing import NamedTuple

LONGEST_ACTION = 140
"""Characters. What is longer is no deed but a story."""

_SENTENCE_END = re.compile(r"[.!?…]+[\"”’')]*(?=\s|\*|$)|\n+")
_ACTION_WITHIN = re.compile(r"[\s.!?…]\*(?=[^*\s][^*\n]*(?:[\s.][^*\n]*\*|\*\s+[A-Z]))")
_ACTION = re.compile(r"\*(?!\*)[ \t]*[^*\s][^*\n]*?\*(?!\*)|\[[^\]\n]{3,}\]|\([a-z][^)\n]{3,}\)")
_UNCLOSED = re.compile(r"\*[^\s*]")
_NO_END = re.compile(r"\b(?:dr|mr|mrs|ms|st|e\.g|i\.e|approx|\d)\.$", re.IGNORECASE)
_LONGEST_SHORT = 8
"""Characters: as many as the longest of these has."""


class Part(NamedTuple):
    """A sentence, or one thing that is done, with the space before it."""

    text: str
    is_action: bool


def next_part(rest: str, *, at_the_end: bool) -> Part | None:
    """The sentence or deed at the front of what is waiting, once it is whole; `at_the_end` nothing more will come."""
    body = rest.lstrip()
    space = len(rest) - len(body)
    if action := _ACTION.match(body):
        if action.end() < len(body) or at_the_end or body[-2] in ".!?…":
            return Part(rest[: space + action.end()], is_action=True)
        return None
    if body[:1] in ("*", "[") and not at_the_end and len(body) < LONGEST_ACTION and "\n" not in body:
        return None
    unclosed = _UNCLOSED.match(body) is not None
    opens = _ACTION_WITHIN.search(rest, space)
    for end in _SENTENCE_END.finditer(rest, space + 1):
        if opens and opens.start() < end.start():
            break  # an action comes first
        if not at_the_end and (end.end() == len(rest) or _may_be_within_an_action(rest, end.start())):
            return None  # more of it may come: "Dr.", "...", the end of "*She looks. Then"
        if not _NO_END.search(rest, max(end.start() - _LONGEST_SHORT, 0), end.start() + 1):
            return Part(rest[: end.end()], is_action=unclosed)
    return Part(rest[: opens.start() + 1], is_action=False) if opens else None


def _may_be_within_an_action(rest: str, place: int) -> bool:
    star = rest.rfind("*", 0, place)
    since = rest[star:]
    return rest.count("*", 0, place) % 2 == 1 and len(since) < LONGEST_ACTION and "\n" not in since


def plain_words(part: Part) -> str:
    """The words without the marks a screen would show: stars, brackets, stray quotes."""
    words = " ".join(part.text.split())
    if part.is_action:
        return words.replace("*", "").strip("[]()_ ")
    words = re.sub(r"\*\*?|__", "", words)
    for quote in ("“”", '""'):
        if words.count(quote[0]) + (words.count(quote[1]) if quote[0] != quote[1] else 0) == 1:
            words = words.strip(quote)
    return words.strip()
