"""What one answer is worth, and why."""

from typing import Literal, NamedTuple

from scoring.reading import Move

Grade = Literal[0, 1, 2, 3, 4]
"""r0-r4 of rubric 2.1."""


class Verdict(NamedTuple):
    """The grade, what the student did as the end of "When she said ..., ", and the words it rests on."""

    grade: Grade
    did: str
    words_of: Move | None = None
