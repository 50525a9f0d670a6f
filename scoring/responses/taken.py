"""How the patient took an answer: understood, rejected, gone on from, made good later."""

import re
from functools import lru_cache

from scoring.conversation import Conversation
from scoring.patient import signs
from scoring.patient.replies import agrees, rejects_feeling, takes_as_understood
from scoring.reading import Move
from scoring.words import straight, words

_MORE_THAN_YES_WORDS = 6

_WISH = re.compile(
    r"\byou(?:'d|'re| would| are| really| just| also| still)* (?:want|like|love|wish|hope|hoping|long|need|rather)\b",
    re.IGNORECASE,
)

_A_RUN_WORDS = 6
"""So many words in a row are taken over, not met by chance."""


def is_rejected(conversation: Conversation, turn: int) -> bool:
    return rejects_feeling(conversation.reply_to(turn))


def taken_as_understood(conversation: Conversation, turn: int) -> bool:
    return takes_as_understood(conversation.reply_to(turn)) or _takes_words_over(conversation, turn)


def _takes_words_over(conversation: Conversation, turn: int) -> bool:
    """Whether the patient answers in words of the student's that were not theirs before: it said what they meant."""
    mine = _runs(conversation.turns[turn].text)
    before = (one.text for one in conversation.turns[:turn] if one.speaker == "patient")
    return bool((_runs(conversation.reply_to(turn)) & mine).difference(*map(_runs, before)))


@lru_cache(maxsize=1024)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """Every few words that stand together in a text."""
    said = words(straight(text).lower())
    return frozenset(zip(*(said[place:] for place in range(_A_RUN_WORDS)), strict=False))


def confirmed(conversation: Conversation, turn: int, move: Move) -> bool:
    """Whether the patient says yes to the meaning put into words for them: with more to say, or to a wish of theirs."""
    reply = conversation.reply_to(turn)
    wish = _WISH.search(straight(conversation.turns[turn].text[move.start : move.end]))
    return agrees(reply) and (bool(wish) or len(words(reply)) >= _MORE_THAN_YES_WORDS)


def goes_on(conversation: Conversation, turn: int) -> bool:
    """Whether the patient opens up after it: more than a word or two, and about the feeling."""
    reply = conversation.patient_after(turn)
    if reply is None:
        return False
    said = conversation.turns[reply]
    return len(words(said.text)) >= 8 and (bool(signs(said.text, said.does)) or takes_as_understood(said.text))


_MOVED = re.compile(
    r"\b(?:that|it|this) (?:really )?(?:means|meant) (?:a lot|so much|the world|something)\b|"
    r"\bi (?:really |do |so )*appreciate (?:that|it|you|this|your)\b",
    re.IGNORECASE,
)


def moved(conversation: Conversation, turn: int) -> bool:
    """Whether the patient says that an offer meant something to them."""
    return bool(_MOVED.search(straight(conversation.reply_to(turn))))


def is_repaired(conversation: Conversation, turn: int) -> bool:
    """Whether the student made good within their next two turns: an apology, or the feeling met after all."""
    following = [index for index in conversation.spoken if index > turn][:2]
    for index in following:
        reading = conversation.readings[index]
        if reading.has("dismisses", "blames", "reassures_early"):
            continue
        if reading.has("apologises") or any(not move.stock for move in reading.all("validates", "names_emotion")):
            return True
    return False
