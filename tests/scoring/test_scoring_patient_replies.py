"""How a patient takes what was said: their questions, leave, lost threads, and what they give back."""

import pytest

from scoring.patient.questions import question
from scoring.patient.replies import agrees, asks_word, is_lost, refuses, rejects_feeling, said_back


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("I see. Is it serious?", "Is it serious?"),
        ("Just give me the results.", "Just give me the results."),
        ("Just give me a minute.", None),
        ('My sister says, "Is it going to last?"', None),
        ('"Is it serious?"', '"Is it serious?"'),
        ("It shows, does it?", None),
    ],
)
def test_a_question_is_the_patients_own(said: str, asked: str | None) -> None:
    found = question(said)
    assert (found.text if found else None) == asked


@pytest.mark.parametrize(
    ("reply", "given"),
    [
        ("I take one in the morning and one at night, with food.", True),
        ("I don't know, it went past me, all of that.", False),
        ("One a day.", False),
        ("No, I'd rather you told me that again, please.", False),
    ],
)
def test_what_was_said_back_is_more_than_a_word(reply: str, given: bool) -> None:
    assert said_back(reply) is given


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("Yes, please.", True, False),
        ("Um, okay.", True, False),
        ("No, go ahead.", True, False),
        ("Aye. There is that.", True, False),
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


def test_any_hard_feeling_may_be_turned_down_at_any_length() -> None:
    rest = "I have brought up three of them and my sister is a nurse at the school."
    down = ("Not terrified, no.", "I'm not lonely.", "I wouldn't say bitter.", "Never guilty.", "It's not grief.")
    kept = ("I'm not happy.", "I'm not only scared.", "I have not lost weight.", "Terrified.", "It's not far.")
    assert [rejects_feeling(f"{text} {rest}") for text in (*down, *kept)] == [True] * 5 + [False] * 5


def test_being_lost_and_asking_for_a_word() -> None:
    assert [is_lost(text) for text in ("You've lost me.", "I lost my keys.", "What does that mean?")] == [
        True,
        False,
        True,
    ]
    assert asks_word("What is a stenosis?") == "stenosis"


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("No, I'd like that.", True),
        ("No, we made time for this.", True),
        ("No, I'm glad you asked.", True),
        ("No, I came to talk about it.", True),
        ("Very true.", True),
        ("No, I'd like to go home.", False),
        ("No, I made up my mind.", False),
        ("No, I don't want to talk.", False),
    ],
)
def test_a_no_that_goes_on_to_agree_is_a_yes(text: str, yes: bool) -> None:
    assert agrees(text) is yes
