"""Spaces as the scorer reads them, put right once at its door, and the way back to the words as they were typed.

Every rule reads single spaces and single line breaks. Quotes and places go back to the original turn, word for word.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from scoring.reading import TurnReading
from scoring.scorecard import Moment, Quote, ScaleResult, Scorecard
from scoring.transcript import Transcript, Turn

_UNSEEN = "\u00ad\u200b\u2060\ufeff"  # soft hyphen, zero-width space, word joiner, byte order mark: copied, never typed
_PIECES = re.compile(rf"(?P<said>[^\s{_UNSEEN}]+)|[\s{_UNSEEN}]+")
_UNTIDY = re.compile(rf"^\s|\s$|\s\s|[^\S \n]|[{_UNSEEN}]")

_Quoted = TypeVar("_Quoted", bound=Quote)
_Card = TypeVar("_Card", bound=Scorecard)


@dataclass(frozen=True, slots=True)
class Tidy:
    """A text with single spaces. `places[i]` = where its character i stood; the last place is the end of the typed."""

    text: str
    places: tuple[int, ...]

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """The typed characters behind `text[start:end]`."""
        if end <= start:
            return self.places[start], self.places[start]
        return self.places[start], self.places[end - 1] + 1

    def tidied(self, start: int, end: int) -> tuple[int, int]:
        """Where typed characters stand in `text`; the other way of `typed`."""
        return bisect_left(self.places, start, hi=len(self.text)), bisect_left(self.places, end, hi=len(self.text))


@lru_cache(maxsize=4096)
def tidy(text: str) -> Tidy:
    """The text with each gap as one space, or one line break where a line ends in it; none at either end."""
    if not _UNTIDY.search(text):
        return Tidy(text, tuple(range(len(text) + 1)))
    kept = ""
    places: list[int] = []
    for piece in _PIECES.finditer(text):
        said = piece["said"] or (_one_space(piece[0]) if kept and piece.end() < len(text) else "")
        kept += said
        places.extend(range(piece.start(), piece.start() + len(said)))
    return Tidy(kept, (*places, len(text)))


def _one_space(gap: str) -> str:
    """What stands for a gap: nothing where it holds nothing but characters that are not seen."""
    if not gap.strip(_UNSEEN):
        return ""
    return "\n" if re.search(r"[\n\r\u2028\u2029]", gap) else " "


def tidy_turn(turn: Turn) -> Turn:
    """The turn with single spaces; a turn that needs nothing is itself."""
    text = tidy(turn.text).text
    return turn if text == turn.text else turn.model_copy(update={"text": text})


def tidy_transcript(transcript: Transcript) -> Transcript:
    """The transcript with single spaces in what is said and in the quotes of its cues."""
    turns = tuple(tidy_turn(turn) for turn in transcript.turns)
    if turns == transcript.turns:
        return transcript
    cues = tuple(cue.model_copy(update={"quote": tidy(cue.quote).text}) for cue in transcript.cues)
    return transcript.model_copy(update={"turns": turns, "cues": cues})


def tidy_readings(readings: Mapping[int, TurnReading], transcript: Transcript) -> dict[int, TurnReading]:
    """Stored readings of the typed turns, with the places of the tidy ones."""
    return {
        index: _moved(reading, tidy(transcript.turns[index].text).tidied)
        for index, reading in readings.items()
        if index < len(transcript.turns)
    }


def reading_as_typed(reading: TurnReading, text: str) -> TurnReading:
    """A reading of the tidy text with the places of the typed one."""
    return _moved(reading, tidy(text).typed)


def _moved(reading: TurnReading, place: Callable[[int, int], tuple[int, int]]) -> TurnReading:
    spans = [place(move.start, move.end) for move in reading.moves]
    moves = tuple(
        move if span == (move.start, move.end) else move.model_copy(update={"start": span[0], "end": span[1]})
        for move, span in zip(reading.moves, spans, strict=True)
    )
    return reading if moves == reading.moves else reading.model_copy(update={"moves": moves})


def quote_as_typed(quote: _Quoted, transcript: Transcript) -> _Quoted:
    """A quote from the tidy transcript as it stands in the typed one."""
    text = transcript.turns[quote.turn].text
    start, end = tidy(text).typed(quote.start, quote.end)
    return quote.model_copy(update={"start": start, "end": end, "quote": text[start:end]})


def card_as_typed(card: _Card, transcript: Transcript) -> _Card:
    """The card of a tidy transcript with every quote as it stands in the typed one."""
    if tidy_transcript(transcript) is transcript:
        return card

    def typed(quote: _Quoted) -> _Quoted:
        return quote_as_typed(quote, transcript)

    def scale_typed(scale: ScaleResult) -> ScaleResult:
        evidence = tuple(typed(one) for one in scale.evidence)
        return scale.model_copy(
            update={"evidence": evidence, "occasions": tuple(typed(one) for one in scale.occasions)}
        )

    moments: tuple[Moment, ...] = tuple(typed(one) for one in card.moments)
    return card.model_copy(
        update={
            "scales": {name: scale_typed(scale) for name, scale in card.scales.items()},
            "habits": tuple(
                habit.model_copy(update={"evidence": tuple(typed(one) for one in habit.evidence)})
                for habit in card.habits
            ),
            "flags": tuple(typed(one) for one in card.flags),
            "moments": moments,
        }
    )
