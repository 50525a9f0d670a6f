"""Reflections and questions: what gives the patient back, and what only sounds like it."""

import pytest

from scoring.moves import read_turn
from scoring.moves.listening import takes_up


def reflections(said: str, heard: str) -> list[str]:
    reading = read_turn(said, [{"role": "patient", "text": heard}])
    return [move.kind for move in reading.all("reflects", "reflects_complex")]


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("I'd put myself at about a three.", "About a three."),
        ("It's the stairs at work that finish me.", "So the stairs at work finish you?"),
        ("My sister rings every day to check on me.", "I'm hearing that her calls weigh on you."),
        ("My daughters do everything.", "They run the whole house for you."),
        ("I'd have to leave my house.", "You would lose all you have there."),
        ("I haven't painted since he fell ill.", "I wonder if you feel you have lost a part of yourself."),
    ],
)
def test_words_that_give_the_patient_back_are_a_reflection(heard: str, said: str) -> None:
    assert len(reflections(said, heard)) == 1


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("I eat when I'm bored.", "and you know there is always room for a little cake of course"),
        ("I eat when I'm bored.", "I always keep some cake when I'm bored too."),
        ("I'm so tired of the tablets.", "Maybe just take the tablets until the tired days pass."),
        ("I'm so tired of the tablets.", "If you really want to feel less tired, the tablets help."),
        ("I don't know where to start.", "I wonder what you want from today."),
        ("I can't get to the gym.", "This is really important."),
        ("If you like.", "They pick you up, because the bus doesn't go there."),
        ("If you like.", "She will show you where to sit."),
        ("I'm not one for groups.", "You'd meet people of your own age."),
        ("I can't get to the gym.", "You want to make sure you go to the gym twice."),
    ],
)
def test_fillers_bids_and_talk_of_oneself_are_none(heard: str, said: str) -> None:
    assert reflections(said, heard) == []


def test_a_reflection_with_a_rising_tone_is_no_question() -> None:
    reading = read_turn(
        "So the stairs at work finish you?",
        [{"role": "patient", "text": "It's the stairs at work that finish me."}],
    )
    assert not reading.has("open_question", "closed_question")


@pytest.mark.parametrize(
    ("asked", "on_the_topic"),
    [
        ("What is that like for you?", True),
        ("Can you give me an example?", True),
        ("What do you mean by that?", True),
        ("What medicines are you on?", False),
        ("Is that every day?", False),
    ],
)
def test_a_question_that_asks_on_takes_up_what_was_said(asked: str, on_the_topic: bool) -> None:
    assert takes_up(asked) is on_the_topic


@pytest.mark.parametrize(
    ("asked", "starts"), [("Do you know what a biopsy is?", True), ("Do you know how long?", False)]
)
def test_a_starting_point_is_asked_about_what_is_known(asked: str, starts: bool) -> None:
    assert read_turn(asked, []).has("asks_prior_knowledge") is starts


@pytest.mark.parametrize(
    ("heard", "said", "kinds"),
    [
        ("I do the shop and the house.", "So much to carry.", ["reflects"]),
        ("They all moved away.", "So, all on your own.", ["reflects"]),
        ("He never calls.", "Hard to bear.", ["reflects"]),
        ("It keeps coming back.", "No rest.", ["reflects"]),
        ("What did it come to?", "A lot of money.", []),
        ("It's sore.", "A lot of it is inflammation.", []),
        ("It's sore.", "Right knee.", []),
    ],
)
def test_a_few_words_alone_can_sum_up_what_was_said(heard: str, said: str, kinds: list[str]) -> None:
    assert [kind for kind in reflections(said, heard) if kind.startswith("reflects")] == kinds


@pytest.mark.parametrize(
    ("said", "given_back"),
    [
        ("And it doesn't seem to frighten you.", True),
        ("You know the rules, and you're sharing with me that they come second.", True),
        ("Does that bother you?", False),
    ],
)
def test_what_does_not_touch_them_is_given_back(said: str, given_back: bool) -> None:
    assert bool(reflections(said, "I don't care.")) is given_back


@pytest.mark.parametrize(
    ("heard", "said", "kind"),
    [
        ("The money is gone and the rent is due.", "Because it puts you in a corner.", "reflects"),
        ("There's drinking in my family.", "So it gives you one more reason to stop.", "reflects_complex"),
        ("I'm a bit embarrassed.", "You haven't seen yourself as a patient.", "reflects_complex"),
        ("It's the thought of him.", "It feels just impossible now?", "reflects"),
        ("They're all so grown up.", "So when you walk with the others you feel less odd?", "reflects_complex"),
        ("I've a baby at home.", "The choices you make now are for the baby and for you.", "reflects"),
        ("It's my back.", "That leaves you with two options.", None),
        ("It's my back.", "When it started, did you fall?", None),
        ("It's my back.", "Have you not been sleeping?", None),
    ],
)
def test_what_it_does_to_them_is_given_back(heard: str, said: str, kind: str | None) -> None:
    assert next((one for one in reflections(said, heard) if one.startswith("reflects")), None) == kind


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("You've got chronic hyperglycaemia with insulin resistance.", []),
        ("You've got a lot on your plate.", ["reflects"]),
    ],
)
def test_you_have_and_a_technical_word_gives_nothing_back(said: str, kinds: list[str]) -> None:
    assert reflections(said, "Let's have it, then.") == kinds
