"""Turns cut into sentences, and what asks when no question mark says so."""

import pytest

from scoring.moves import read_turn
from scoring.moves.breaths import looks_asked
from scoring.moves.sentences import sentences_of
from scoring.transcript import Turn

MONDAY = (Turn(speaker="patient", text="My chest has been tight since Monday."),)


@pytest.mark.parametrize(
    "said",
    [
        "any allergies",
        "and any fever or chills at all",
        "and your mother did she have this too",
        "how bad is it on a scale of one to ten",
        "and before that were you well",
        "and when you cough does anything come up",
        "since monday have you eaten anything",
        "in your family has anyone had a stroke",
        "on a bad day how many do you take",
        "who lives with you",
        "and your husband is he well",
        "so on the days you work how does that go",
        "and at home is everything okay",
        "any pain when you breathe in",
        "anybody at home to help",
        "and the tablets are they helping at all",
        "which side is it",
        "what helps",
        "how far can you walk",
        "ever had that before",
        "anything else you have noticed",
        "so if you had to pick one thing what would it be",
        "And your mother, did she have this too.",
    ],
)
def test_a_question_without_its_mark_is_asked(said: str) -> None:
    assert read_turn(said, MONDAY).has("closed_question", "open_question")


@pytest.mark.parametrize(
    "said",
    [
        "any time you like",
        "any of these can happen",
        "when mum was your age she smoked",
        "the pains are there all the time",
        "the nurses do it every day",
        "what i mean is you can rest",
        "what worries me is the fever",
        "what helps is rest",
        "how bad it is depends on the dose",
        "after that you do not eat",
        "which is why we do it",
        "who you tell is up to you",
        "the problem is he drinks",
        "any pain after that is normal",
        "anyone who smokes knows it",
        "how this works is simple",
        "i think it is a strain and it should settle in a week",
        "i can see you are all right",
        "how awful for you",
    ],
)
def test_a_statement_that_begins_like_a_question_asks_nothing(said: str) -> None:
    assert not read_turn(said, MONDAY).has("closed_question", "open_question")
    assert not looks_asked(said)


@pytest.mark.parametrize(
    ("said", "cut"),
    [
        (
            "i am sorry to hear that how are you managing at home",
            ["i am sorry to hear that", "how are you managing at home"],
        ),
        ("i understand so what happened next", ["i understand", "so what happened next"]),
        ("so no fever no cough and do you smoke", ["so no fever no cough", "and do you smoke"]),
        ("i will explain the scan and how long it takes", ["i will explain the scan and how long it takes"]),
        ("is that what is worrying you", ["is that what is worrying you"]),
        ("what i hear you saying is that you are worn out", ["what i hear you saying is that you are worn out"]),
    ],
)
def test_a_question_said_in_the_same_breath_as_a_statement_stands_alone(said: str, cut: list[str]) -> None:
    assert [one.text for one in sentences_of(said)] == cut


def test_sounds_before_dictated_speech_change_no_cut() -> None:
    said = "you must be worn out with it so do you want a break"

    assert [one.text for one in sentences_of(said)] == [one.text for one in sentences_of(f"Er, well, um, {said}")]


def test_okay_said_of_something_joins_nothing() -> None:
    said = (
        "i am going to go through all of it with you now and then would it be okay if we talk about the tablets again"
    )
    assert [one.text.partition("would it be")[2] for one in sentences_of(said) if "would it be" in one.text] == [
        " okay if we talk about the tablets again"
    ]


def test_words_turned_round_after_not_only_ask_nothing() -> None:
    assert [looks_asked(said) for said in ("so not only was it frightening", "was it frightening")] == [False, True]


@pytest.mark.parametrize(
    ("said", "cut"),
    [
        ("it is long to wait what have you been told", ["it is long to wait", "what have you been told"]),
        ("the team will tell you does your wife know", ["the team will tell you", "does your wife know"]),
        ("you are very frightened anyone would be", ["you are very frightened", "anyone would be"]),
        ("that was hard for you it makes sense", ["that was hard for you", "it makes sense"]),
        ("that is all right i will write it down", ["that is all right", "i will write it down"]),
        ("it may be in the family most cancers are not", ["it may be in the family", "most cancers are not"]),
        ("you said it was your weekend", ["you said it was your weekend"]),
        ("i will write down what was seen", ["i will write down what was seen"]),
        ("please tell me in your words what happens next", ["please tell me in your words what happens next"]),
    ],
)  # fmt: skip
def test_dictated_speech_is_cut_where_a_sentence_begins_and_nowhere_else(said: str, cut: list[str]) -> None:
    assert [sentence.text for sentence in sentences_of(said)] == cut
