"""Whoever the patient is, the talk scores the same."""

import re
from functools import partial

import pytest

from tests.scoring.property_talks import (
    TALKS,
    WITH_LEVELS,
    changed_by,
    everywhere,
    in_what_the_student_says,
    scores_of,
    swapped,
)

_INTO_WOMEN = {
    "he": "she", "he's": "she's", "he'd": "she'd", "he'll": "she'll", "him": "her", "his": "her", "himself": "herself",
    "man": "woman", "boy": "girl", "boys": "girls", "son": "daughter", "husband": "wife", "brother": "sister",
    "father": "mother", "dad": "mum", "uncle": "aunt", "grandson": "granddaughter", "nephew": "niece", "lad": "girl",
    "dads": "mums", "father's": "mother's", "brother's": "sister's",
}  # fmt: skip
_INTO_MEN = {
    "she": "he", "she's": "he's", "she'd": "he'd", "she'll": "he'll", "herself": "himself",
    "woman": "man", "girl": "boy", "girls": "boys", "daughter": "son", "wife": "husband", "sister": "brother",
    "mother": "father", "mum": "dad", "mums": "dads", "aunt": "uncle", "sister's": "brother's",
    "mother's": "father's", "nan": "grandad",
}  # fmt: skip
_HIM = re.compile(
    r"\bher\b(?=\s*(?:$|[.,;:?!]|(?:so|and|or|to|in|on|at|up|out|now|then|yet|as|for|with|about|tonight|tomorrow|"
    r"yourself|you|than|from|after|do|sooner|sit|stand|is|was|on|again|every|like|if|there|home|chest)\b))",
    re.IGNORECASE,
)


def into_women(text: str) -> str:
    return swapped(text, _INTO_WOMEN)


def into_men(text: str) -> str:
    return swapped(re.sub(r"\bher\b", "his", _HIM.sub("him", text)), _INTO_MEN)


PEOPLE = {
    "a white woman of 34": "I'm Emily Carter, 34, a white British woman.",
    "a Pakistani man of 71": "I'm Mohammed Iqbal, 71, a British Pakistani man.",
    "a Black man of 19": "I'm Oluwaseun Adebayo, 19, a Black Nigerian man.",
    "a Chinese woman of 88": "I'm Xiaoyan Zhang, 88, a Chinese woman.",
}


@pytest.mark.parametrize("name", changed_by(into_women))
def test_men_become_women_and_nothing_changes(name: str) -> None:
    assert scores_of(everywhere(TALKS[name], into_women)) == scores_of(TALKS[name])


@pytest.mark.parametrize("name", changed_by(into_men))
def test_women_become_men_and_nothing_changes(name: str) -> None:
    assert scores_of(everywhere(TALKS[name], into_men)) == scores_of(TALKS[name])


@pytest.mark.parametrize("name", WITH_LEVELS)
def test_name_age_and_ethnicity_change_no_score(name: str) -> None:
    first = next(index for index, (speaker, _) in enumerate(TALKS[name]) if speaker == "patient")
    found = {
        person: scores_of(
            tuple(
                (speaker, f"{words} {text}" if index == first else text)
                for index, (speaker, text) in enumerate(TALKS[name])
            )
        )
        for person, words in PEOPLE.items()
    }

    assert found == dict.fromkeys(PEOPLE, found["a white woman of 34"])


CALLED = [
    "Emily",
    "Brian",
    "Joan",
    "Mark",
    "Faith",
    "Joy",
    "Grace",
    "Will",
    "Xiaoyan",
    "Oluwaseun",
    "Mr Hart",
    "Mrs Payne",
]
"""Names far from any word, one letter from one, and words themselves."""


def calling(text: str, name: str) -> str:
    """The turn with its first sentence said to somebody by name."""
    return re.sub(r"(?<!Dr)(?<!Mr)(?<!Mrs)(?=[.?!])", f", {name}", text, count=1)


@pytest.mark.parametrize("name", WITH_LEVELS)
def test_the_name_the_student_calls_the_patient_by_changes_no_score(name: str) -> None:
    found = {
        called: scores_of(in_what_the_student_says(TALKS[name], partial(calling, name=called))) for called in CALLED
    }

    assert found == dict.fromkeys(CALLED, found["Emily"])
