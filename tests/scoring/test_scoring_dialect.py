"""What varieties of English say otherwise is read as the standard says it; what only looks like it stays."""

import pytest

from personas.vocabulary import MoveKind
from scoring import read_turn
from scoring.moves.sentences import sentences_of


def plain(said: str) -> str:
    return " | ".join(sentence.text for sentence in sentences_of(said))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("That sounds pure frightenin.", "that sounds really frightening"),
        ("You must be dead scared.", "you must be really scared"),
        ("You vex, and rightly so.", "you are angry, and rightly so"),
        ("You frighten it will come back.", "you are frightened it will come back"),
        ("You gon be fine.", "you are going to be fine"),
        ("I'm finna examine you.", "i am going to examine you"),
        ("That is sounding frightening.", "that sounds frightening"),
        ("It sounding heavy.", "it sounds heavy"),
        ("We are wanting to open the pipe.", "we want to open the pipe"),
        ("I go ask the nurse.", "i will ask the nurse"),
        ("The pain's under control.", "the pain is under control"),
        ("How long's it been going on?", "how long is it been going on"),
        ("Yuh baby dead.", "your baby dead"),
        ("It sound like seh yuh a blame yuhself.", "it sounds like you blame yourself"),
        ("You a nurse yourself?", "you a nurse yourself"),
        ("Yuh waan yuh husband fi come in?", "do you want your husband to come in"),
        ("You would like to hear about it now?", "would you like to hear about it now"),
        ("It would be all right if we plan it?", "would it be all right if we plan it"),
        ("Nah, it isn't.", "no, it is not"),
        ("I ask myself if you are scared from it.", "i wonder if you are scared of it"),
        ("It sounds like that really frighten you.", "it sounds like that really frightens you"),
        ("Is it the treatment that frighten you?", "is it the treatment that frightens you"),
        ("Do the letters that frighten you come at night?", "do the letters that frighten you come at night"),
        ("I asked myself that too.", "i asked myself that too"),
    ],
)
def test_another_english_is_read_as_the_standard(said: str, meant: str) -> None:
    assert plain(said) == meant


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("It is not fair.", "it is not fair"),
        ("He is dead.", "he is dead"),
        ("You frighten me.", "you frighten me"),
        ("Are you going to stay?", "are you going to stay"),
        ("You are having the operation on Monday.", "you are having the operation on monday"),
        ("I go to the gym.", "i go to the gym"),
        ("Your father's scan is back.", "your father's scan is back"),
        ("Are you mother of two?", "are you mother of two"),
        ("You would like a garden.", "you would like a garden"),
        ("You want to stop?", "you want to stop"),
    ],
)
def test_what_only_looks_like_it_stays(said: str, stays: str) -> None:
    assert plain(said) == stays


@pytest.mark.parametrize(
    ("said", "cut"),
    [
        ("i hear how worn out you are would you like a rest", "i hear how worn out you are | would you like a rest"),
        ("the bus does not go there you should try the train", "the bus does not go there | you should try the train"),
        ("you have every right to be you have been left", "you have every right to be | you have been left"),
        ("nothing you did caused this it happens because of the genes",
         "nothing you did caused this | it happens because of the genes"),
        ("so tired of it would you like a break", "so tired of it | would you like a break"),
        ("of course you can i am here", "of course you can i am here"),
        ("tell me how tired you are in the evening", "tell me how tired you are in the evening"),
        ("i wonder what that would you know do to her", "i wonder what that would you know do to her"),
    ],
)  # fmt: skip
def test_dictation_is_cut_where_a_new_sentence_begins(said: str, cut: str) -> None:
    assert plain(said) == cut


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Your baby has expired, ma'am.", "tells_news"),
        ("The baby dead.", "tells_news"),
        ("Any doubts?", "checks_closed"),
        ("Kindly take the tablets at night.", "advises"),
        ("It happens because the egg could not grow from the start.", "tells_fact"),
        ("We want to open the pipe with a balloon.", "tells_plan"),
        ("We open the pipe, so blood can reach your foot.", "gives_why"),
        ("It must feel so empty.", "names_emotion"),
    ],
)
def test_a_move_is_the_same_in_another_english(said: str, kind: str) -> None:
    assert [move.kind for move in read_turn(said, ()).moves if move.kind == kind] == [kind]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Your prescription has expired.", "tells_news"),
        ("It happens because you worry.", "tells_fact"),
        ("So what can we do?", "gives_why"),
        ("Do you drink coffee?", "opens_sensitive"),
    ],
)
def test_what_only_looks_like_a_move_is_none(said: str, kind: MoveKind) -> None:
    assert not read_turn(said, ()).has(kind)
