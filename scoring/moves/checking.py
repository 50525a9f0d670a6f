"""Checking that it was understood: teach-back, an open invitation, or a question that any patient answers with yes."""

from scoring.moves.phrasebook import rules
from scoring.moves.scene import Scene, matches
from scoring.reading import Move

_TABLE = rules("checking")


def checks_in(scene: Scene) -> list[Move]:
    """Every move of checking in the clinician's own sentences."""
    return matches(_TABLE, scene.own)
