"""Names are read as they are written, and the name of the one who is spoken to is not read at all."""

import pytest

from scoring.moves.sentences import sentences_of
from scoring.names import names_in, without_addresses
from scoring.words import alike, content


def plain(said: str) -> str:
    return " | ".join(sentence.text for sentence in sentences_of(said))


def names(said: str) -> list[str]:
    return [said[start:].split()[0].strip(".,?!") for start in sorted(names_in(said))]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("I have spoken to Brian and Joan.", "i have spoken to brian and joan"),
        ("This is about Brian's scan.", "this is about brian's scan"),
        ("Hello Brian. I'm the nurse.", "hello brian | i am the nurse"),
        ("hello brian i am the nurse", "hello brian i am the nurse"),
        ("I saw Mr Hart and Mrs. Payne.", "i saw mr hart and mrs payne"),
        ("my name is brian", "my name is brian"),
        ("He is with Wen until Wensday.", "he is with wen until wednesday"),
        ("O'Neill rang. Did McBrian ring?", "o'neill rang | did mcbrian ring"),
    ],
)
def test_a_name_is_not_respelled(said: str, read: str) -> None:
    assert plain(said) == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("you are worryed about the canser brian", "you are worried about the cancer brain"),
        ("I hear Youre tired and Im sory.", "i hear you are tired and i am sorry"),
        ("SO YOU ARE WORRYED ABOUT THE CANSER.", "so you are worried about the cancer"),
        ("You Sound Frigtened And Anxous Today.", "you sound frightened and anxious today"),
        ("Sory, I was late. Anxous? Rite, sit down.", "sorry, i was late | anxious | right, sit down"),
        ("Morning. Worryed?", "morning | worried"),
        ("The docter said so.", "the doctor said so"),
    ],
)
def test_words_that_are_no_names_are_still_mended(said: str, read: str) -> None:
    assert plain(said) == read


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("That must be hard, Joy.", "That must be hard."),
        ("Well, Joy, you are worried.", "Well, you are worried."),
        ("Are you in pain, Mr Van Dyke?", "Are you in pain?"),
        ("I'm sorry. Xiaoyan, sit down.", "I'm sorry.  sit down."),
        ("Brian?", "Brian?"),
        ("We meet on Monday, Tuesday, and Friday.", "We meet on Monday, Tuesday, and Friday."),
        ("No, it is not. Well, so it is.", "No, it is not. Well, so it is."),
        ("Take Warfarin, Aspirin, and rest.", "Take Warfarin, Aspirin, and rest."),
        ("that must be hard, joy", "that must be hard, joy"),
    ],
)
def test_whom_one_speaks_to_is_not_what_one_says(said: str, kept: str) -> None:
    assert without_addresses(said) == kept


def test_technical_terms_and_odd_capitals_are_no_names() -> None:
    assert names("You have Leukaemia, I'm afraid. GP OK I'm A&E") == []
    assert names("Tell Faith that I rang.") == ["Faith"]


def test_a_name_shares_no_subject_with_the_word_it_resembles() -> None:
    assert content("I told Brian.") & content("Is it his brain?") == frozenset()


def test_a_sentence_said_to_another_is_the_same_sentence() -> None:
    assert alike("That must be hard, Joy.", "That must be hard, Mr Hart.") == 1.0
