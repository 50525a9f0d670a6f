"""Words as they are typed, heard or spoken elsewhere, read as standard English."""

import pytest

from scoring.moves.sentences import sentences_of
from scoring.spelling import respell
from scoring.words import content


def plain(said: str) -> str:
    return " | ".join(sentence.text for sentence in sentences_of(said))


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("undersatnd", "understand"),
        ("anrgy", "angry"),
        ("thruogh", "through"),
        ("exausted", "exhausted"),
        ("scaird", "scared"),
        ("fritened", "frightened"),
        ("anxous", "anxious"),
        ("embarased", "embarrassed"),
        ("qestions", "questions"),
        ("canser", "cancer"),
        ("worryed", "worried"),
        ("worrys", "worries"),
        ("blameing", "blaming"),
        ("worryin", "worrying"),
        ("docters", "doctors"),
        ("notised", "noticed"),
        ("husbend", "husband"),
        ("dauther", "daughter"),
        ("diabetis", "diabetes"),
    ],
)
def test_a_misspelt_word_is_the_one_it_sounds_like(misspelt: str, meant: str) -> None:
    assert respell(misspelt) == meant


@pytest.mark.parametrize(
    "word",
    ["wordy", "being", "aspirin", "biopsy", "stent", "inhaler", "statin", "scarred", "boys", "played", "cabin", "luck",
     "chat", "dying", "worrier", "Łódź", "x"],
)  # fmt: skip
def test_a_word_of_its_own_stays(word: str) -> None:
    assert respell(word) == word


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Your scared.", "you are scared"),
        ("It sounds like your really frightened of it.", "it sounds like you are really frightened of it"),
        ("No wonder your upset with us.", "no wonder you are upset with us"),
        ("I wonder if your feeling lost.", "i wonder if you are feeling lost"),
        ("Your not alone.", "you are not alone"),
        ("You really frightened.", "you are really frightened"),
        ("Of course you angry, with this wait.", "of course you are angry, with this wait"),
        ("You are very worry about it.", "you are very worried about it"),
        ("It sound like a lot.", "it sounds like a lot"),
        ("You are going threw so much.", "you are going through so much"),
        ("I'm staying hear with you.", "i am staying here with you"),
        ("I no how hard it is.", "i know how hard it is"),
        ("Ye're awfy feart, hen.", "you are awfully feart"),
        ("It has sense that you are scared.", "it makes sense that you are scared"),
        ("Whit worries ye aboot it?", "what worries you about it"),
        ("What 'ave you told 'er at 'ome?", "what have you told her at home"),
        ("Ey up one o' t' nurses is 'ere.", "hello one of the nurses is here"),
        ("I'm no gonnae leave ye.", "i am not going to leave you"),
        ("Yer da's been on yer mind.", "your dad has been on your mind"),
        ("I'm feart it's bad news.", "i am afraid it is bad news"),
        ("That is plenty to carry.", "that is a lot to carry"),
        ("I will rite it down.", "i will write it down"),
        ("Dose your wife know?", "does your wife know"),
        ("Is there any pane in it?", "is there any pain in it"),
        ("That word seamed to hit you.", "that word seemed to hit you"),
    ],
)
def test_what_was_meant_is_read(said: str, meant: str) -> None:
    assert plain(said) == meant


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Your worried mother rang.", "your worried mother rang"),
        ("Your upset stomach will settle.", "your upset stomach will settle"),
        ("Your breathing is better.", "your breathing is better"),
        ("Are you scared?", "are you scared"),
        ("What makes you angry?", "what makes you angry"),
        ("It is just stress.", "it is just stress"),
        ("How does that sound?", "how does that sound"),
        ("Well, do you smoke?", "do you smoke"),
        ("He threw it away.", "he threw it away"),
        ("She has sense enough to ring.", "she has sense enough to ring"),
        ("Take a dose your doctor chose.", "take a dose your doctor chose"),
        ("He said 'are you well' to me.", "he said are you well to me"),
        ("There is no going back.", "there is no going back"),
    ],
)
def test_standard_english_is_left_alone(said: str, read: str) -> None:
    assert plain(said) == read


def test_a_word_that_sounds_like_another_shares_the_subject_of_the_one_meant() -> None:
    assert content("Your farther died.") == content("Your father died.")


def test_a_word_put_in_points_to_the_words_it_stands_for() -> None:
    sentence = sentences_of("So your scared, I think.")[0]

    assert [(word.text, word.start, word.end, word.comma) for word in sentence.words[1:4]] == [
        ("you", 3, 7, False),
        ("are", 3, 7, False),
        ("scared", 8, 14, True),
    ]
