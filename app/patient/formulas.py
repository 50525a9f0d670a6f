"""What could be said to anybody: a turn of nothing but such sentences is heard, and wins nothing."""

from functools import lru_cache

from scoring.moves.sentences import sentences_of
from scoring.reading import TurnReading

_WORDS = frozenset(
    """
    i you we it that this they he she me us him her them my your our their all any a an the and but so or if as
    of to in for with at on by from about what where how be is are am was were been being do does did have has
    had will would can could may might must should not oh ok okay well now here there just very really
    too quite completely totally fully truly absolutely entirely perfectly deeply always also still even only
    through together way thing things lot much more time times moment need needs take takes taking get go goes
    going come coming like know knows want wants let see hear heard hearing listen listening understand
    understands understood understandable understandably imagine imagining sorry thank thanks thanking sharing
    share shared telling tell told saying say said open opening up honest honesty trust trusting appreciate
    appreciated feel feels feeling feelings emotions valid validate acknowledge normal natural fine right sense
    makes make sounds seems sound seem hard difficult tough rough challenging stressful situation alone support
    supporting help helping care cares loss empathise empathize sympathise sympathize heart out happening
    happened everything dear brave strong
    """.split()  # noqa: SIM905 - a word list reads better as words
)
"""The words formulas are made of. What is about this patient needs another."""


@lru_cache(maxsize=4096)
def fits_anybody(text: str) -> bool:
    """Whether every sentence is made of formula words and none asks: "Thank you for sharing. That must be hard."."""
    said = sentences_of(text)
    return bool(said) and all(
        not sentence.asks and all(word.text in _WORDS for word in sentence.words) for sentence in said
    )


def as_heard(text: str, reading: TurnReading) -> TurnReading:
    """The reading as it counts with the patient: every move of a turn that would fit anybody is a stock phrase."""
    if not fits_anybody(text):
        return reading
    stock = tuple(move.model_copy(update={"stock": True}) for move in reading.moves)
    return reading.model_copy(update={"moves": stock})
