"""A transcript in JSON that does not fit: each fault said once, in words a person can act on."""

import json

import pytest

from scoring.transcript import TranscriptError, parse_transcript


def fault(turns: list[dict[str, object]]) -> str:
    with pytest.raises(TranscriptError) as caught:
        parse_transcript(json.dumps({"turns": turns}), source="talk.json")
    return str(caught.value)


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (
            [{"role": "student", "text": "Hello."}, {"role": "patient", "text": "Hi."}] * 20,
            "talk.json: turns need `speaker`: student or patient (found `role`)",
        ),
        ([{"text": "Hello."}, {"text": "Hi."}], "talk.json: turns need `speaker`: student or patient"),
        (
            [{"speaker": "doctor", "text": "Hello."}, {"speaker": "nurse", "text": "Hi."}],
            "talk.json: turns.0.speaker: Input should be 'student' or 'patient' (and in 1 more)",
        ),
        (
            [{"role": "student", "text": "Hello."}, {"speaker": "patient", "text": "Hi.", "mood": 1}],
            "talk.json: turns need `speaker`: student or patient (found `role`); "
            "turns.1.mood: Extra inputs are not permitted",
        ),
        (
            [{"speaker": "student", "text": " "}, {"speaker": "patient", "text": ""}],
            "talk.json: turns.0: a turn needs text, unless it is silent or something is done (and in 1 more)",
        ),
    ],
)
def test_a_fault_of_many_turns_is_said_once(turns: list[dict[str, object]], said: str) -> None:
    assert fault(turns) == said


def test_an_empty_transcript_says_that_it_is_empty() -> None:
    assert fault([]) == "talk.json: turns: Tuple should have at least 1 item after validation, not 0"
