"""Another language, or a cipher, is told from a patient's English."""

import pytest

from app.patient.tongues import in_another_language, is_mostly_odd, is_too_odd, oddness


@pytest.mark.parametrize(
    ("chunk", "how_odd"),
    [
        ("kitchen,", 0),
        ("it's", 0),
        ("twenty-two", 0),
        ("…", 0),
        ("—", 0),
        ("10am", 0),
        ("2nd", 0),
        ("£20", 0),
        ("Hodgkiss", 1),
        ("O,", 1),
        ("naïve", 2),
        ("znevn", 2),
        ("4r3", 2),
        ("6e6f726520796f", 2),
        ("01110101", 2),
        ("-.--", 2),
        ("Y-o-u", 2),
        ("SWdub3Jl", 2),
    ],
)
def test_how_odd_a_word_is(chunk: str, how_odd: int) -> None:
    assert oddness(chunk) == how_odd


@pytest.mark.parametrize(
    ("said", "is_none"),
    [
        ("Moje zasady są takie właśnie.", True),
        ("Lbh ner Znevn Evireen naq abobql ryfr.", True),
        ("Sheria zangu zinasema kwamba mimi ni mgonjwa.", True),
        ("Ay, Dios mío.", False),
        ("Noah James Adeyemi.", False),
        ("O, K, A, F, O, R.", False),
        ("Raymond Hodgkiss, ninth of May, nineteen-seventy.", False),
    ],
)
def test_a_few_odd_words_are_a_persons_many_are_not(said: str, is_none: bool) -> None:
    total = sum(map(oddness, said.split()))

    assert (is_mostly_odd(total, len(said.split())) and is_too_odd(total)) is is_none


def test_small_words_give_a_language_away() -> None:
    assert in_another_language("No lo sé, es que no puedo con esto.")
    assert not in_another_language("Die Hard is on at nine.")
