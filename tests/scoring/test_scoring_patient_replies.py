"""How a patient takes what was said."""

import pytest

from scoring.patient_replies import agrees, asks_word, is_lost, refuses, rejects_feeling


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("Yes, please.", True, False),
        ("Um, okay.", True, False),
        ("No, go ahead.", True, False),
        ("No, not now.", False, True),
        ("I'd rather not.", False, True),
        ("Well, it is my knee.", False, False),
    ],
)
def test_leave_is_given_or_refused(text: str, yes: bool, no: bool) -> None:
    assert (agrees(text), refuses(text)) == (yes, no)


def test_a_feeling_turned_down_is_heard() -> None:
    texts = ["I'm not angry, I'm scared.", "That's not it.", "Yes, exactly.", "I'm scared."]
    assert [rejects_feeling(text) for text in texts] == [True, True, False, False]


def test_being_lost_and_asking_for_a_word() -> None:
    assert [is_lost(text) for text in ("You've lost me.", "I lost my keys.", "What does that mean?")] == [
        True,
        False,
        True,
    ]
    assert asks_word("What is a stenosis?") == "stenosis"
