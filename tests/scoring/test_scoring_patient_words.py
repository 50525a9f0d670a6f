"""What a patient's words show, and how a patient takes what was said."""

import pytest

from scoring.patient_replies import agrees, asks_word, is_lost, question, refuses, rejects_feeling
from scoring.patient_words import signs


@pytest.mark.parametrize(
    ("text", "kind", "family"),
    [
        ("I'm really scared.", "concern", "fear"),
        ("Scared, to be honest.", "concern", "fear"),
        ("I'm not just worried, I'm terrified.", "concern", "fear"),
        ("It's hard not to feel overwhelmed.", "concern", "overwhelm"),
        ("I can't cope any more.", "concern", "overwhelm"),
        ("I feel so ashamed.", "concern", "shame"),
        ("I'm fed up with waiting.", "concern", "anger"),
        ("I'm torn, honestly.", "concern", "ambivalence"),
        ("I don't understand what that is.", "concern", "confusion"),
        ("My mother had this too.", "cue", "fear"),
        ("My dad died in June.", "cue", "sadness"),
        ("What if it comes back?", "cue", "fear"),
        ("What's the point.", "cue", "sadness"),
        ("Why didn't anyone ring me?", "challenge", "anger"),
        ("Nobody listens to me.", "challenge", "anger"),
        ("I'm so relieved.", "progress", "relief"),
        ("I've stopped smoking.", "progress", "relief"),
        ("It is, well... [crying]", "concern", "sadness"),
    ],
)
def test_a_sign_is_seen(text: str, kind: str, family: str) -> None:
    shown = signs(text)
    assert [(sign.kind, sign.family) for sign in shown] == [(kind, family)]
    assert all(text[sign.start : sign.end] for sign in shown)


@pytest.mark.parametrize(
    "text",
    [
        "I'm not scared.",
        "I haven't been stressed.",
        "You look worried, doctor.",
        "She was angry.",
        "It started on Monday.",
        "I take two tablets a day.",
        "I lost my glasses.",
    ],
)
def test_no_sign_is_seen(text: str) -> None:
    assert signs(text) == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Well. Is it cancer?", "Is it cancer?"),
        ("Just tell me.", "Just tell me."),
        ("When is the scan?", "When is the scan?"),
        ("How are you?", None),
        ("What do you mean?", None),
        ("It hurts here.", None),
    ],
)
def test_a_direct_question_is_told_from_small_talk(text: str, asked: str | None) -> None:
    found = question(text)
    assert (found.text if found else None) == asked


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
