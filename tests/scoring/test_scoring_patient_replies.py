"""How a patient takes what was said: their questions, and what they give back."""

import pytest

from scoring.patient_replies import question, said_back


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
