"""Which sensitive subjects are open already: the patient named them, or answered to them with a yes (rubric 2.3)."""

import re

from scoring.conversation import Conversation
from scoring.moves.phrasebook import phrase
from scoring.moves.sentences import Sentence, sentences_of
from scoring.moves.subjects import SUBJECTS, subjects_in, subjects_of
from scoring.patient.replies import agrees
from scoring.reading import Move

_OWN_AFFAIRS = frozenset(SUBJECTS) - {"abuse", "dying"}
"""What someone else does or feels does not open it for the patient; being hit, or a death, concerns both."""

_OF_THE_PATIENT = re.compile(r"\byou(?:r|rself)?\b")


def is_open(conversation: Conversation, index: int, opened: Move) -> bool:
    """Whether every subject these words touch was open before: named by the patient, or answered with a yes.

    Named once, at whatever distance, it is open; what someone else drinks opens nothing about the patient.
    """
    asked = _sentence(conversation, index, opened)
    wanted = subjects_of(asked)
    own = bool(_OF_THE_PATIENT.search(asked.lower()))
    return bool(wanted) and wanted <= _named_before(conversation, index, own=own) | _agreed_before(conversation, index)


def only_asks_leave(conversation: Conversation, index: int, opened: Move) -> bool:
    """Whether the sentence asks leave to speak of the subject and asks nothing about it yet: "May I ask about...?"."""
    leave = conversation.readings[index].all("asks_permission")
    asks = any(one.start <= opened.start and opened.end <= one.end for one in leave)
    return asks and not asks_at_once(_sentence(conversation, index, opened))


def asks_at_once(text: str) -> bool:
    """Whether words hold the question itself, "how much you drink", not only leave to come to it."""
    return any(phrase("sensitive", "asks_at_once").search(one.text) for one in sentences_of(text))


def _named_before(conversation: Conversation, index: int, *, own: bool) -> frozenset[str]:
    """What the patient named themselves before a turn. `own`: only as their own affair."""
    said = [turn.text for turn in conversation.turns[:index] if turn.speaker == "patient"]
    return frozenset().union(
        *(
            subjects_in(sentence.text) - (_OWN_AFFAIRS if own and _is_of_another(sentence) else frozenset())
            for text in said
            for sentence in sentences_of(text)
        )
    )


def _agreed_before(conversation: Conversation, index: int) -> frozenset[str]:
    """What the student had opened before, and the patient had answered with a yes: it is not opened again."""
    return frozenset().union(
        *(
            subjects_of(_sentence(conversation, turn, asked))
            for turn in conversation.spoken
            if turn < index and agrees(conversation.reply_to(turn))
            for asked in conversation.readings[turn].all("opens_sensitive")
        )
    )


def _sentence(conversation: Conversation, turn: int, move: Move) -> str:
    start, end = conversation.sentence_around(turn, move.start, move.end)
    return conversation.turns[turn].text[start:end]


def _is_of_another(sentence: Sentence) -> bool:
    said = sentence.text
    return bool(phrase("sensitive", "another").search(said)) and not phrase("sensitive", "oneself").search(said)
