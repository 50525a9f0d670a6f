"""Which words of a text are names: told by their capital and their place, never by a list of names.

A name is read as it is written. Respelled, "Brian" would be a brain and "Mr Hart" a heart.
"""

import re
from functools import cache, lru_cache

from scoring.lexicon import rows, tier_of
from scoring.spelling import DAYS_AND_MONTHS, is_leaned_on, plain_words, respell

_WORD = re.compile(r"[^\W\d_]+(?:['’´`][^\W\d_]+)*")
_CAPITALISED = re.compile(r"[^\W\d_a-z](?:['’][^\W\d_a-z])?[^\W\d_]*[a-z][^\W\d_]*(?:['’]s)?")
_OPENS = re.compile(r"(?:^|[.?!…\n:][\"'”’)\]]*\s*|[\"“(\[])\s*$")
"""What stands before the first word of a sentence."""
_INTRODUCES = re.compile(
    r"\b(?:(?:mr|mrs|ms|dr|prof)\.?|(?:miss|mx|professor|sir|hello|hi|hiya|hey|dear|morning|afternoon|evening)"
    r"|(?:name is|name's|names|called|call (?:you|me|him|her)),?)\s+$",
    re.IGNORECASE,
)
"""What stands before a name, however it is typed: a title, a greeting, "my name is"."""
_AFTER_A_CALL = re.compile(r"(?:-[^\W\d_a-z][^\W\d_]*)*(?:[,!?]|\s*$)")
_LIKE_A_DAY = re.compile(rf", ({'|'.join(sorted(DAYS_AND_MONTHS))})(?=[.?!,]|$)", re.IGNORECASE)
_OF_TIME = re.compile(
    rf"\b(?:(?:{'|'.join(sorted(DAYS_AND_MONTHS - {'may'}))}),? (?:{'|'.join(sorted(DAYS_AND_MONTHS))}|and|or|morning)"
    r"|(?:on|by|until|till|since|next|last|this|every|from) (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|when|which day|what day|appointment|tomorrow|today|week)\b",
    re.IGNORECASE,
)
"""What makes a day behind a comma a day: "it is next week, Sunday"."""
_ABBREVIATION = re.compile(r"\b(?:dr|mr|mrs|ms|prof|st)\.\s*$", re.IGNORECASE)
_UNKNOWN = 3
_MOST_CAPITALS = 0.5
"""Where more words than this begin with a capital, the capitals are a way of typing."""

_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\.? )?"
_NAME = r"[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_a-z][^\W\d_]*)*"
_DEAR = (
    r"(?:my )?(?:dear|dearie|love|lovely|luv|hen|pet|darling|sweetheart|sweetie|honey|hun|hon|mate|pal|duck|bach|"
    r"doux-doux|ma['’]am|madam|sir|miss|boss|bro|sis|auntie|aunty|uncle)"
)
"""What one calls somebody whose name one does not say."""
_TO_SOMEBODY = (
    r"(?:you|your|you['’]\w+|i|i['’]\w+|we|we['’]\w+|can|could|would|will|are|do|did|have|is|how|what|why|when|where|"
    r"please|sit|look|listen|tell|let|let['’]s|this|that|that['’]s|it|it['’]s|thanks?)"
)
"""How a sentence goes on that is said to somebody: "Keyhole, they told me" calls nobody."""
_CALLED = re.compile(
    rf", ?{_TITLE}(?P<last>{_NAME})(?: {_NAME}){{0,2}}(?=\s*(?:[.?!…,;–—]|$))(?!, (?:and|or)\b)"
    rf"|, ?(?i:{_DEAR})(?=\s*(?:[.?!…,;–—]|$))(?!, (?:and|or)\b)"
    rf"|(?:^|(?<=[.?!…\n]\s)|(?<=[.?!…\n])){_TITLE}(?P<first>{_NAME})(?: {_NAME})?(?=,\s*(?i:{_TO_SOMEBODY})\b)"
)
"""A name set off by a comma behind what is said, or before it."""


@lru_cache(maxsize=4096)
def names_in(text: str) -> frozenset[int]:
    """Where the names of a text begin.

    A capitalised word inside a sentence is one, and whatever follows a title or a greeting; so is a word the text has
    as a name elsewhere. Technical terms are none, and in a text of capitals a capital tells nothing.
    """
    found = list(_WORD.finditer(text))
    inside = [word for word in found if not _opens(text[: word.start()][-12:])]
    capitals = [word for word in inside if _is_capitalised(word[0])]
    if len(capitals) > max(2, _MOST_CAPITALS * len(inside)):
        capitals = []
    elif len(found) > 1:
        capitals += [word for word in found if word not in inside and _is_first_name(text, word)]
    introduced = [word for word in found if _INTRODUCES.search(text[: word.start()][-24:])]
    days = DAYS_AND_MONTHS - _called_like_a_day(text)
    names = {_bare(word[0]) for word in (*capitals, *introduced)} - _terms() - days
    return frozenset(
        word.start()
        for word in found
        if _bare(word[0]) in names and (word[0][0].isupper() or word in capitals or word in introduced)
    )


def _called_like_a_day(text: str) -> frozenset[str]:
    """Days and months that are somebody's name here: called by it behind a comma, with no time of day or week about."""
    called = _LIKE_A_DAY.search(text)
    return frozenset({called[1].lower()}) if called and not _OF_TIME.search(text) else frozenset()


def _opens(before: str) -> bool:
    return bool(_OPENS.search(before)) and not _ABBREVIATION.search(before)


def _is_first_name(text: str, word: re.Match[str]) -> bool:
    """Whether the first word of a sentence, no English one, is somebody called or whose something is.

    "Sory, I was late" is neither, and "Well, Joy" begins with neither.
    """
    plain = word[0].lower()
    if not _is_capitalised(word[0]) or tier_of(plain) < _UNKNOWN or plain_words(plain) != (plain,):
        return False
    called = word[0].endswith(("'s", "’s")) or bool(_AFTER_A_CALL.match(text, word.end()))
    return called and not is_leaned_on(respell(plain))


def _is_capitalised(word: str) -> bool:
    """Whether a word begins with a capital as a name does: "Brian", "O'Neill", "McKay"; not "I'm" or "GP"."""
    return bool(_CAPITALISED.fullmatch(word)) and not re.match(r"I['’]", word)


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", word.lower())


@cache
def _terms() -> frozenset[str]:
    return frozenset(word for row in rows("terms.tsv") for word in row[0].split())


@lru_cache(maxsize=4096)
def addresses_in(text: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of each name somebody is called by, its comma included: "That is hard, Joy.", "Joy, sit down."."""
    names = names_in(text)
    return tuple(
        (called.start(), called.end() + bool(called["first"]))
        for called in _CALLED.finditer(text)
        if (called["last"] or called["first"]) is None or called.start("last" if called["last"] else "first") in names
    )


def without_addresses(text: str) -> str:
    """The text without the names somebody is called by: whom one speaks to is not what one says."""
    for start, end in reversed(addresses_in(text)):
        text = text[:start] + text[end:]
    return text.strip() if text.strip() else text
