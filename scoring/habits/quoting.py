"""The student's words that a habit is seen in."""

import re
from collections.abc import Iterable, Iterator, Sequence

from personas.vocabulary import MoveKind
from scoring.conversation import Conversation
from scoring.scorecard import Evidence
from scoring.words import straight


def overlaps(one: Evidence, others: Iterable[Evidence]) -> bool:
    return any(one.turn == other.turn and one.start < other.end and other.start < one.end for other in others)


def stated(conversation: Conversation, found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Without what is asked or given back: "That means you would rather stop, right?" says nothing of what it means."""
    return tuple(
        one
        for one in found
        if not one.quote.endswith("?")
        and not any(
            move.start < one.end and one.start < move.end
            for move in conversation.readings[one.turn].all("reflects", "reflects_complex", "names_emotion")
        )
    )


def quoted(
    conversation: Conversation,
    turns: Sequence[int],
    kinds: tuple[MoveKind, ...],
    why: str,
    faults: Sequence[Evidence] = (),
) -> tuple[Evidence, ...]:
    """The first words of these kinds in each turn; formulas are left out, and what overlaps `faults`."""
    found = [
        [
            said
            for move in conversation.readings[index].all(*kinds)
            if not move.stock and not overlaps(said := sentence(conversation, index, move.start, move.end, why), faults)
        ]
        for index in turns
    ]
    return tuple(said[0] for said in found if said)


def matching(
    conversation: Conversation, turns: Sequence[int], pattern: re.Pattern[str], why: str, effect: str = "raises"
) -> tuple[Evidence, ...]:
    """The first words of each turn that a pattern describes."""

    def found() -> Iterator[Evidence]:
        for index in turns:
            match = pattern.search(straight(conversation.turns[index].text))
            if match is not None:
                yield sentence(conversation, index, match.start(), match.end(), why, effect)

    return tuple(found())


def sentence(conversation: Conversation, turn: int, start: int, end: int, why: str, effect: str = "raises") -> Evidence:
    return conversation.evidence(turn, *conversation.sentence_around(turn, start, end), effect, why)
