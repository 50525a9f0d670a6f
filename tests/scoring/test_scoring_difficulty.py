"""How hard a sentence is to read: words, length and subject-matter, on MedReadMe's 1-6."""

import pytest

from scoring.difficulty import EASIEST, HARD, difficulty


@pytest.mark.parametrize(
    ("harder", "plainer"),
    [
        ("The biopsy demonstrated an invasive ductal carcinoma.", "The test showed that it is breast cancer."),
        ("Myocardial perfusion was impaired.", "The heart did not get enough blood."),
        ("Titrate the dose according to glycaemic response.", "We change how much you take by how your sugar is."),
    ],
)
def test_technical_wording_is_harder_than_the_same_in_plain_words(harder: str, plainer: str) -> None:
    assert difficulty(plainer) < HARD
    assert difficulty(harder) > difficulty(plainer) + 1


def test_without_a_word_nothing_is_hard() -> None:
    assert difficulty("...") == EASIEST


@pytest.mark.parametrize("sentence", ["Yes.", "Drink water.", "a" * 900, "Idiopathic " * 300, "12 % (3/4); [5]"])
def test_every_sentence_has_a_place_on_the_scale(sentence: str) -> None:
    assert EASIEST <= difficulty(sentence) <= 6.0


def test_whose_it_is_makes_no_sentence_harder_to_read() -> None:
    hers, his = "Her daughter says she has had the scan.", "His son says he has had the scan."

    assert difficulty(hers) == difficulty(his)
    assert difficulty("The mother rang her sister.") == difficulty("The father rang his brother.")
