"""The prompt is not said over; what the patient knows may be said."""

import pytest

from app.patient.direction import prefix
from app.patient.echo import NO_ECHO, Recital, echo_of, words_of
from personas import find_scenario

MARIA, BIOPSY = find_scenario("maria-biopsy-result")
ECHO = echo_of(MARIA, prefix(MARIA, BIOPSY))


def is_said_over(*sentences: str) -> bool:
    recital = Recital(ECHO)
    for sentence in sentences[:-1]:
        recital.end_sentence(sentence)
    return recital.goes_on_in(sentences[-1])


@pytest.mark.parametrize(
    "said",
    [
        "You run the kitchen of a primary school in Leicester.",
        "you  run the KITCHEN, of a “primary” school",
        "One to three short spoken sentences, fewer when I am upset.",
        "I need not be brave, reasonable or grateful.",
        "It says you are afraid that this goes from mother to daughter.",
        "What I want: I keep it to what is wrong and what will be done I know only from what they tell me.",
    ],
)
def test_what_was_said_to_the_patient_is_no_answer_in_any_person(said: str) -> None:
    assert is_said_over(said)


@pytest.mark.parametrize(
    "said",
    [
        "I run the kitchen of a primary school in Leicester: two hundred and forty dinners a day.",
        "It does not hurt. It feels like a dried chickpea.",
        "She found it at fifty-one and died at fifty-three.",
        "You run a kitchen and see how you like it.",
        "What is wrong, and what will be done?",
        "No.",
    ],
)
def test_what_the_patient_knows_may_be_said(said: str) -> None:
    assert not is_said_over(said)


def test_a_recital_goes_on_across_full_stops() -> None:
    assert is_said_over("Plain, quick, dry.", "Short sentences.", "When you do not trust someone.")
    assert not is_said_over("Plain, quick, dry.", "Short sentences.")


def test_no_more_than_two_words_of_a_recital_are_let_go() -> None:
    recital = Recital(ECHO)
    held = []
    for chunk in ["Right.", "You", "run", "the", "kitchen", "of", "a", "primary", "school"]:
        recital.hear(chunk)
        held.append(recital.is_held)

    assert held == [False, False, False, True, True, True, True, True, True]


def test_once_it_is_plain_nothing_more_passes() -> None:
    recital = Recital(ECHO)
    for chunk in ["You", "run", "the", "kitchen", "of", "an", "inn", "in", "Spain", "now"]:
        recital.hear(chunk)
    assert not recital.is_held

    for chunk in ["and", "you", "run", "the", "kitchen", "of", "a", "primary", "hotel", "in", "Spain"]:
        recital.hear(chunk)
    assert recital.is_held


def test_letters_in_a_row_are_spelling() -> None:
    recital = Recital(NO_ECHO)
    held = []
    for chunk in ["I", "h", "a", "v", "e"]:
        recital.hear(chunk)
        held.append(recital.is_held)

    assert held == [False, False, True, True, True]
    recital.begin_sentence()
    assert not recital.is_held


def test_words_are_compared_without_their_marks() -> None:
    assert words_of("Don’t (you) say “fifty-one”, Maria!") == ["don't", "you", "say", "fifty", "one", "maria"]


def test_no_line_of_a_persona_says_the_prompt_over() -> None:
    said = [
        line.text
        for scenario_id in ("maria-biopsy-result", "ray-new-diabetes", "daniel-childs-film")
        for persona, scenario in [find_scenario(scenario_id)]
        for line in persona.lines
        if echo_of(persona, prefix(persona, scenario)).is_in(words_of(line.text or ""))
    ]
    assert said == []
