"""Grade a conversation with a patient on four scales, with quoted evidence.

Imports nothing of the web service: `grade` and `read_turn` work on any transcript, with no network.
"""

from scoring.grading import grade
from scoring.moves import read_turn
from scoring.reading import Move, TurnReading
from scoring.scorecard import Scorecard
from scoring.transcript import Cue, Transcript, TranscriptError, Turn
from scoring.transcript_files import read_transcript

__all__ = [
    "Cue",
    "Move",
    "Scorecard",
    "Transcript",
    "TranscriptError",
    "Turn",
    "TurnReading",
    "grade",
    "read_transcript",
    "read_turn",
]
