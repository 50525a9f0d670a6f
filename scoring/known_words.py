"""Technical words this patient knows: no jargon to them."""

from collections.abc import Collection

from scoring.reading import TurnReading
from scoring.words import straight, words


def without_known_words(reading: TurnReading, known: Collection[str], heard: str) -> TurnReading:
    """The reading without `uses_jargon` for words in `known`, and for those the patient said before (`heard`)."""
    if not reading.has("uses_jargon"):
        return reading
    said = f" {' '.join(words(straight(heard)))} "
    spared = {word.lower() for word in known}
    moves = tuple(
        move
        for move in reading.moves
        if move.kind != "uses_jargon" or not ((move.term or "") in spared or f" {move.term} " in said)
    )
    return reading.model_copy(update={"moves": moves})
