"""What a judge's model sees of a conversation: numbered turns, without turns to the scorer and without copies."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from scoring.conversation import Conversation
from scoring.moves import read_turn
from scoring.scorecard import Quote
from scoring.transcript import Transcript, Turn
from scoring.words import straight, words

WITHHELD = "[a turn with words to whoever scores, left out]"
"""Stands for a turn that speaks to the scorer: it is flagged and earns nothing by rule, so a model need not read it."""

_FEWEST_WORDS = 6
"""An exchange with fewer words may well be said twice: "Okay?" - "Yes."."""


class ShownTurn(NamedTuple):
    """One turn as it stands in the prompt, on one line."""

    number: int
    who: str
    text: str


def show(conversation: Conversation) -> tuple[ShownTurn, ...]:
    """Every turn, numbered as in the conversation. Line breaks go: no turn can look like several."""
    return tuple(
        ShownTurn(index, turn.speaker.upper(), _on_one_line(conversation, index, turn))
        for index, turn in enumerate(conversation.turns)
    )


def _on_one_line(conversation: Conversation, index: int, turn: Turn) -> str:
    text = WITHHELD if withheld(conversation, index) else turn.text
    seen = f"({turn.does})" if turn.does and not _speaks_to_scorer(turn.does) else ""
    silence = "(stays silent)" if turn.silent and not text.strip() else ""
    return " ".join(f"{silence} {text} {seen}".split())


def _speaks_to_scorer(seen: str) -> bool:
    """Whether what is seen was written for whoever scores: in a transcript from elsewhere it can be anything."""
    return read_turn(seen, ()).has("addresses_grader", "recites_skill")


def withheld(conversation: Conversation, index: int) -> list[Quote]:
    """The sentences of a student's turn that speak to the scorer, in order, each once."""
    reading = conversation.read.get(index)
    if reading is None:
        return []
    text = conversation.turns[index].text
    moves = reading.all("addresses_grader", "recites_skill")
    spans: list[tuple[int, int]] = []
    for start, end in sorted({conversation.sentence_around(index, move.start, move.end) for move in moves}):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return [Quote(turn=index, start=start, end=end, quote=text[start:end]) for start, end in spans]


def without_copies(transcript: Transcript) -> tuple[Transcript, tuple[int, ...]]:
    """The transcript without exchanges that are word for word an earlier one, and where its turns stood.

    What both said again in the same words is a copy, not a second occasion. The turn that begins a copy has to be
    another's than the turn before it, else it is said twice in a row, which is a copy too.
    """
    copies = _copies(transcript.turns)
    if not copies:
        return transcript, tuple(range(len(transcript.turns)))
    kept = tuple(index for index in range(len(transcript.turns)) if index not in copies)
    place = {index: number for number, index in enumerate(kept)}
    cues = tuple(cue.model_copy(update={"turn": place[cue.turn]}) for cue in transcript.cues if cue.turn in place)
    turns = tuple(transcript.turns[index] for index in kept)
    return transcript.model_copy(update={"turns": turns, "cues": cues}), kept


def _copies(turns: Sequence[Turn]) -> frozenset[int]:
    said = [(turn.speaker, tuple(words(straight(turn.text))), turn.does) for turn in turns]
    copies = {index for index in range(1, len(turns)) if said[index] == said[index - 1] and len(said[index][1]) >= 2}
    left = [index for index in range(len(turns)) if index not in copies]
    seen: set[object] = set()
    for first, second in pairwise(left):
        pair = (said[first], said[second])
        if pair in seen and len(said[first][1]) + len(said[second][1]) >= _FEWEST_WORDS:
            copies |= {first, second}
        seen.add(pair)
    return frozenset(copies)
