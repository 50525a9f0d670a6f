"""Grade a conversation: occasions and moves become levels by rule."""

from collections.abc import Callable, Mapping

from personas import find_scenario
from personas.schema import Persona, Scenario
from personas.vocabulary import ScaleName
from scoring import rubric
from scoring.conversation import Conversation
from scoring.flags import find_flags
from scoring.habits import observe
from scoring.habits.talk import count_talk
from scoring.levels import overall_of
from scoring.moments import choose_moments
from scoring.moves import read_turn
from scoring.reading import TurnReading
from scoring.scales import emotion_naming, empathy, explanation, permission
from scoring.scorecard import ScaleResult, Scorecard
from scoring.spaces import card_as_typed, tidy_readings, tidy_transcript
from scoring.suggestions import suggest
from scoring.transcript import Transcript

SCORER_VERSION = "7"
"""Raised whenever the same transcript may get another score."""

_SCALES: Mapping[ScaleName, Callable[[Conversation], ScaleResult]] = {
    "empathy": empathy.score,
    "emotion_naming": emotion_naming.score,
    "permission": permission.score,
    "explanation": explanation.score,
}


def grade(
    transcript: Transcript,
    *,
    scenario: Scenario | None = None,
    persona: Persona | None = None,
    readings: Mapping[int, TurnReading] | None = None,
) -> Scorecard:
    """The scorecard of one transcript: four scales by rule, each resting on quotes. No network, no clock.

    The same transcript gives the same card, byte for byte. `readings` holds stored readings by turn
    index; those turns are not read again. Spaces are put right here, once, and every quote stands as it was
    typed. Without `scenario` the one the transcript names is used if it is shipped; where there is none, no
    fact is checked and the card says so.
    """
    if scenario is None and transcript.scenario is not None:
        persona, scenario = find_shipped(transcript.scenario, persona)
    tidy = tidy_transcript(transcript)
    read = read_turns(tidy, tidy_readings(readings or {}, transcript))
    return card_as_typed(_card_of(Conversation(tidy, read, scenario, persona)), transcript)


def _card_of(conversation: Conversation) -> Scorecard:
    scales = _with_one_verdict({name: score(conversation) for name, score in _SCALES.items()})
    for name, suggestions in suggest(conversation, scales).items():
        scales[name] = scales[name].model_copy(update={"suggestions": suggestions})
    return Scorecard(
        scales=scales,
        overall=overall_of(tuple(scales.values())),
        habits=observe(conversation, scales.values()),
        talk=count_talk(conversation),
        flags=find_flags(conversation),
        moments=choose_moments(scales, [one for scale in scales.values() for one in scale.suggestions]),
        facts_checked=conversation.scenario is not None,
        scorer_version=SCORER_VERSION,
        rubric_version=rubric.VERSION,
    )


def _with_one_verdict(scales: dict[ScaleName, ScaleResult]) -> dict[ScaleName, ScaleResult]:
    """The scales without those words held against empathy that are praised as a naming."""
    praised = [one for one in scales["emotion_naming"].evidence if one.effect == "raises"]
    kept = tuple(
        one
        for one in scales["empathy"].evidence
        if one.effect == "raises"
        or not any(one.turn == other.turn and one.start < other.end and other.start < one.end for other in praised)
    )
    return scales | {"empathy": scales["empathy"].model_copy(update={"evidence": kept})}


def read_turns(transcript: Transcript, stored: Mapping[int, TurnReading]) -> dict[int, TurnReading]:
    """A reading for every student turn that has words; stored ones are kept as they are."""
    read = {}
    for index, turn in enumerate(transcript.turns):
        if turn.speaker == "student" and turn.text.strip():
            read[index] = stored[index] if index in stored else read_turn(turn.text, transcript.turns[:index])
    return read


def find_shipped(scenario_id: str, persona: Persona | None) -> tuple[Persona | None, Scenario | None]:
    """The scenario of this id if it comes with Rapport, with its persona unless one is given."""
    try:
        found, scenario = find_scenario(scenario_id)
    except KeyError:
        return persona, None
    return persona or found, scenario
