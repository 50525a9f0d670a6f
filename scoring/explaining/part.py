"""One part of an explanation: its points, the words they rest on, and why. Rubric 2.4."""

from dataclasses import dataclass
from typing import Literal

Points = Literal[0, 1, 2]

MONOLOGUE_WORDS = 120
"""More than this without a turn for the patient is a monologue."""


@dataclass(frozen=True)
class Part:
    """Points for one part, the words they rest on (turn, start, end), and why in a sentence.

    `helps` says whether a single point was earned (a check that was asked) or a second one lost (one left unanswered).
    """

    points: Points
    why: str
    words_of: tuple[int, int, int] | None = None
    helps: bool = False

    @property
    def raises(self) -> bool:
        """Whether the words count for the level."""
        return self.points == 2 or (self.points == 1 and self.helps)
