"""The skilled learner in the English of somebody who learnt it late.

The same things are said in the same order; only the wording is changed, by rules. Each rule is a pattern that
learners of English are known for across first languages: articles that are left out, an -s that is missing, a
question in the order of a statement, the past where English has the perfect, a preposition of one's own language,
words that count though English does not count them. What a sheet says, facts of the case, is changed like the rest.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from app.lab.learners import skilled
from app.lab.room import Room
from scoring.transcript import Turn

_IN_FULL: tuple[tuple[str, str], ...] = (
    (r"\bcan't\b", "cannot"),
    (r"\bwon't\b", "will not"),
    (r"\b(\w+)n't\b", r"\1 not"),
    (r"\b(I)'m\b", r"\1 am"),
    (r"\b(you|we|they)'re\b", r"\1 are"),
    (r"\b(I|you|we|they)'ve\b", r"\1 have"),
    (r"\b(I|you|he|she|it|we|they)'ll\b", r"\1 will"),
    (r"\b(I|you|he|she|we|they)'d (?=like|rather)", r"\1 would "),
    (r"\b(it|that|what|there|he|she|who)'s (?=\w)", r"\1 is "),
)
"""Contractions are what one learns last; spoken in full they are no mistake."""
_PATTERNS: tuple[tuple[str, str], ...] = (
    # A question in the order of a statement.
    (r"\b(what|how|why|when|where) (?:do|does|did) (you|he|she|it|they|that)\b", r"\1 \2"),
    (r"\b(what|how) are you (\w+ing)\b", r"\1 you are \2"),
    (r"\b(?:do|did) you (have|know|want|understand|think)\b", r"you \1"),
    (r"\bwould it help if\b", "it would help if"),
    # The past, or the present, where English has the perfect.
    (r"\b(you|we|they|I) have been (\w+ing)\b", r"\1 are \2"),
    (r"\bhave (you|we|they) been (?!\w+ing)", r"were \1 "),
    (r"\b(?:has|have) (left|made|had|told|said|found|seen|thought|brought|kept|lost)\b", r"\1"),
    (r"\b(you|we|they|I) have (\w+ed)\b", r"\1 \2"),
    (r"\bI are\b", "I am"),
    # An -s that is missing, or one too many.
    (r"\b(it|that|this) (really |only |just )?(frighten|mean|make|feel|need|take)s\b", r"\1 \2\3"),
    (r"\binformation\b", "informations"),
    (r"\badvice\b", "advices"),
    (r"\bnews is\b", "news are"),
    (r"\bbad news\b", "a bad news"),
    # Prepositions and patterns of verbs, as other languages have them.
    (r"\b(tell|explain|show)(s|ed)? (?:to )?(me|you) more about\b", r"\1\2 \3 more of"),
    (r"\bexplain(s|ed)? to (you|him|her|them|me)\b", r"explain\1 \2"),
    (r"\blisten(ing)? to\b", r"listen\1"),
    (r"\bworried about\b", "worried for"),
    (r"\b(scared|frightened|afraid) of\b", r"\1 from"),
    (r"\bdepends on\b", "depends of"),
    (r"\bthink of\b", "think at"),
    (r"\bright now\b", "in this moment"),
    (r"\bat the moment\b", "in this moment"),
    (r"\bas (?:though|if)\b", "like"),
    (r"\bI wonder if\b", "I ask myself if"),
    (r"\bgoes through your mind\b", "goes in your mind"),
    (
        r"\b((?:have|been|waiting|known)\b[^.?!]{0,30}) for (two|three|four|five|six|many) (days|weeks|months|years)\b",
        r"\1 since \2 \3",
    ),
)
_ARTICLE = re.compile(r"(?<=\w )(?:the|a|an) (?=[a-z])")
_ARTICLE_KEPT = 3
"""Of so many articles one is kept, the first: nobody leaves out all of them."""


def second_language(room: Room) -> Turn:
    """What the skilled learner says, in the English of somebody who learnt it late."""
    plain = Room(room.called, room.scenario, _as_first_said(room))
    return _reworded(skilled(plain))


def _as_first_said(room: Room) -> tuple[Turn, ...]:
    """The talk with the skilled learner's own words in the learner's turns: by these they know what they said."""
    turns: tuple[Turn, ...] = ()
    for turn in room.turns:
        turns += (skilled(Room(room.called, room.scenario, turns)),) if turn.speaker == "student" else (turn,)
    return turns


def _reworded(said: Turn) -> Turn:
    return said.model_copy(update={"text": as_learnt_late(said.text)}) if said.text else said


@lru_cache(maxsize=1024)
def as_learnt_late(text: str) -> str:
    """These words as somebody says them who learnt English late. The same words always come out the same."""
    said = text.replace("\u2019", "'")
    for pattern, instead in (*_IN_FULL, *_PATTERNS):
        said = re.sub(pattern, _instead(instead), said, flags=re.IGNORECASE)
    return _without_articles(said)


def _instead(template: str) -> Callable[[re.Match[str]], str]:
    """What stands in the place of a match, with a capital where there was one."""

    def put(found: re.Match[str]) -> str:
        new = found.expand(template)
        return new[:1].upper() + new[1:] if found.group()[:1].isupper() else new

    return put


def _without_articles(said: str) -> str:
    count = -1

    def drop(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return found.group() if count % _ARTICLE_KEPT == 0 else ""

    return _ARTICLE.sub(drop, said)
