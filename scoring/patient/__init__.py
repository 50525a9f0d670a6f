"""What a patient's words show and ask, read from the text alone."""

from scoring.patient.sign import Sign
from scoring.patient.signs import signs
from scoring.patient.stories import held_by_story

__all__ = ["Sign", "held_by_story", "signs"]
