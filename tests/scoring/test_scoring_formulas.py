import pytest

from scoring.formulas import is_copy, is_formula


@pytest.mark.parametrize(
    ("sentence", "closed_after", "formula"),
    [
        ("I understand.", False, True),
        ("I see, I do understand.", False, True),
        ("Er, well, so, I understand, yeah.", False, True),
        ("Im so sorry to hear that.", False, True),
        ("I understand why the nights frighten you.", False, False),
        ("That's understandable.", True, True),
        ("That's understandable.", False, False),
        ("It's understandable that you hate the bag.", True, False),
    ],
)
def test_what_would_fit_anybody_is_a_formula(sentence: str, closed_after: bool, formula: bool) -> None:
    assert is_formula(sentence, closed_after=closed_after) is formula


@pytest.mark.parametrize(
    ("sentence", "copied"),
    [
        ("You said: I'm terrified of it.", True),
        ("I'm terrified of it, all day long.", True),
        ("I'm terrified of it.", False),
        ("You said you're terrified of it.", False),
    ],
)
def test_the_patients_own_sentence_is_a_copy_behind_you_said_too(sentence: str, copied: bool) -> None:
    said = ["I'm terrified of it.", "I'm terrified of it, all day long."]

    assert is_copy(sentence, said) is copied
