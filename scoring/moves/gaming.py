"""Talk that is not to this patient: to the grader, or about the skill instead of using it."""

from scoring.moves.phrasebook import rules
from scoring.moves.scene import Scene, matches
from scoring.reading import Move

_TABLE = rules("gaming")


def games_in(scene: Scene) -> list[Move]:
    """Words to the grader, and skill names recited."""
    return matches(_TABLE, scene.sentences)
