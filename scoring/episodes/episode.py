"""One act that needed leave: what it was, how much it weighs, and how leave was got. Rubric 2.3."""

from dataclasses import dataclass
from typing import Literal

from personas.vocabulary import Act, MoveKind
from scoring.reading import Move
from scoring.scorecard import Quote

Grade = Literal[-1, 0, 1, 2]


How = Literal[
    "requested",
    "asked",
    "shared",
    "held",
    "same_turn",
    "unanswered",
    "bad_moment",
    "announced",
    "after",
    "none",
    "overridden",
    "fake_choice",
    "respected",
    "stalled",
    "tic",
]

WEIGHTS: dict[Act, float] = {
    "news": 3.0,
    "examination": 3.0,
    "sensitive": 2.5,
    "advice": 2.0,
    "plan": 1.5,
    "education": 1.0,
    "agenda": 0.5,
}
"""How much an act weighs; the weightiest one decides levels 3 and 4."""

ACT_OF: dict[MoveKind, Act] = {
    "tells_news": "news",
    "examines": "examination",
    "opens_sensitive": "sensitive",
    "advises": "advice",
    "tells_plan": "plan",
    "tells_fact": "education",
}


@dataclass(frozen=True)
class Episode:
    """One act that needed leave, over the turns it took, with its grade and how leave was got."""

    act: Act
    turns: tuple[int, ...]
    grade: Grade
    how: How
    move: Move | None = None
    ask: tuple[int, Move] | None = None
    request: Quote | None = None
    with_choice: bool = False
    repaired: bool = False

    @property
    def weight(self) -> float:
        """How much this act weighs."""
        return WEIGHTS[self.act]
