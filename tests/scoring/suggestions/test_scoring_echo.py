"""The patient's words turned to "you": cleanly, or not at all."""

import pytest

from scoring.suggestions.echo import echoed


@pytest.mark.parametrize(
    ("said", "echo"),
    [
        ("I'm so scared of what you'll say.", "You are so scared"),
        ("Well, I mean, my mother had this too.", "Your mother had this too"),
        ("I was worried about my girls, you know.", "You were worried about your girls"),
        ("I can't sleep for worry.", "You can't sleep for worry"),
        ("We've been frightened since Tuesday.", "You have been frightened since Tuesday"),
        ("Nobody told us anything.", "Nobody told you anything"),
        ("It frightens me.", "It frightens you"),
        ("I've had no rest since Friday.", "You have had no rest since Friday"),
        ("I keep thinking about me dad.", "You keep thinking about your dad"),
        ("[looks down] I feel so alone.", "You feel so alone"),
    ],
)
def test_a_clean_clause_is_turned(said: str, echo: str) -> None:
    assert echoed(said) == echo


@pytest.mark.parametrize(
    "said",
    [
        "Is it cancer?",
        "I'm a bad mother.",
        "It's my fault.",
        "I'm going to die, I'm terrified.",
        "You people never listen to me.",
        "It- it's just I-I don't know.",
        "I keep thinking about the",
        "Scared.",
        "They don't ring you for nothing.",
        "I feel so stupid.",
        "I've not had sugar in me tea.",
        "I knew it.",
        "I lost my job was hard to bear.",
        "I'm scared he will fall again.",
        "Nobody told me it was today.",
    ],
)
def test_what_does_not_turn_cleanly_or_would_hurt_is_left(said: str) -> None:
    assert echoed(said) is None
