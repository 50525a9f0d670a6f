"""Grade a conversation: occasions and moves become levels by rule."""

from collections.abc import Mapping

from personas.schema import Persona, Scenario
from scoring.reading import TurnReading
from scoring.scorecard import SCALE_NAMES, ScaleResult, Scorecard, Talk
from scoring.transcript import Transcript

SCORER_VERSION = "1"


def grade(
    transcript: Transcript,
    *,
    scenario: Scenario | None = None,
    persona: Persona | None = None,
    readings: Mapping[int, TurnReading] | None = None,
) -> Scorecard:
    """The scorecard of one transcript; the scales come with the next commits."""
    unseen = ScaleResult(level=None, score=None, anchor="Not observed.", counted="Nothing was counted.")
    student = sum(len(turn.text.split()) for turn in transcript.turns if turn.speaker == "student")
    patient = sum(len(turn.text.split()) for turn in transcript.turns if turn.speaker == "patient")
    return Scorecard(
        scales=dict.fromkeys(SCALE_NAMES, unseen),
        overall=None,
        talk=Talk(
            student_words=student,
            patient_words=patient,
            student_share=student / max(1, student + patient),
            longest_turn=None,
            longest_turn_words=0,
            open_questions=0,
            closed_questions=0,
            silences=0,
        ),
        facts_checked=scenario is not None,
        scorer_version=SCORER_VERSION,
        rubric_version="1",
    )
