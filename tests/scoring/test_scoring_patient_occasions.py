"""What is an occasion in a patient's words and what only looks like one (rubric 2.1)."""

import pytest

from scoring.occasions import find_opportunities
from scoring.patient import signs
from scoring.patient.questions import question
from scoring.transcript import Transcript


@pytest.mark.parametrize(
    ("said", "kind", "family"),
    [
        ("That's depressing.", "concern", "sadness"),
        ("Oh God, that is awful.", "concern", "sadness"),
        ("I'm in over my head.", "concern", "overwhelm"),
        ("I've got too much on my plate.", "concern", "overwhelm"),
        ("I'm an anxious person.", "concern", "fear"),
        ("I'm lazy.", "concern", "shame"),
        ("I don't want to fall again.", "cue", "fear"),
        ("I don't want to lose my leg.", "cue", "fear"),
        ("I don't want to end up like him.", "cue", "fear"),
        ("Damn it!", "cue", "anger"),
        ("But do I have to do this?", "challenge", "ambivalence"),
        ("Well, I... you know.", "cue", "ambivalence"),
        ("The pain's bad but that's not the issue, I'm scared of dying.", "concern", "fear"),
        ("I don't understand what that means.", "concern", "confusion"),
    ],
)
def test_a_turn_that_shows_a_feeling(said: str, kind: str, family: str) -> None:
    assert [(one.kind, one.family) for one in signs(said)] == [(kind, family)]


@pytest.mark.parametrize(
    "said",
    [
        "The food is terrible here.",
        "That's great.",
        "I don't want to lose any more weight.",
        "I had a lazy Sunday.",
        "Do I have to take it with food?",
        "Well, you know where it is.",
        "I guess I'll try the soup.",
        "I'm scared, but that's not the issue.",
        "I don't understand what benign means.",
    ],
)
def test_a_turn_that_only_looks_like_it(said: str) -> None:
    assert signs(said) == ()


def test_reluctance_is_no_request() -> None:
    asked = [question(one) for one in ("Do I have to?", "Do I have to take it with food?")]
    assert [one.text if one else None for one in asked] == [None, "Do I have to take it with food?"]


@pytest.mark.parametrize(
    ("heard", "said", "seen"),
    [
        ("You really should cut down.", "I guess I'll try.", 1),
        ("It is nice out today.", "I guess I'll try.", 0),
        ("Any cancer in the family?", "No, nobody in my family had cancer.", 0),
        ("Do you sleep?", "No, I can't stop thinking of it.", 1),
        ("You look frustrated.", "Frustrated.", 0),
        ("Are you frustrated?", "Frustrated.", 1),
    ],
)
def test_what_was_said_before_decides(heard: str, said: str, seen: int) -> None:
    turns = [{"speaker": "student", "text": heard}, {"speaker": "patient", "text": said}]
    assert len(find_opportunities(Transcript.model_validate({"turns": turns}))) == seen
