"""Sentences that were once misread, each in words of its own: what they are, and what they are not."""

import re

import pytest

from scoring.moves import naming, read_turn
from scoring.reading import Move, TurnReading
from scoring.transcript import Turn

AFRAID = (Turn(speaker="patient", text="I keep thinking she'll get it too. I found it in March."),)


def reading_of(said: str) -> TurnReading:
    return read_turn(said, AFRAID)


def moves_of(said: str) -> tuple[Move, ...]:
    return reading_of(said).moves


@pytest.mark.parametrize(
    ("said", "family"),
    [
        ("It makes perfect sense that you're worried for him.", "fear"),
        ("You have been lying awake terrified.", "fear"),
        ("This is an awful shock.", "overwhelm"),
        ("It is overwhelming.", "overwhelm"),
        ("It made you feel stupid.", "shame"),
    ],
)
def test_a_feeling_is_named_however_the_sentence_leads_up_to_it(said: str, family: str) -> None:
    assert [move.family for move in moves_of(said) if move.kind == "names_emotion"] == [family]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("You shouldn't talk like that.", "dismisses"),
        ("You must not think like this.", "dismisses"),
        ("You're worthless.", "blames"),
        ("You should of rung us sooner.", "blames"),
        ("Why didn't you say anything earlier?", "blames"),
        ("Why did you leave it so long?", "blames"),
        ("I'm going to examine your breast now.", "examines"),
        ("Would it help if I explained what the letters mean?", "asks_permission"),
        ("It's not good I'm afraid, it's lung cancer.", "tells_news"),
        ("I'm afraid it is cancer.", "tells_news"),
        ("I'm afraid this is not the answer you were hoping for", "warns"),
        ("No one here judges you for that.", "validates"),
        ("That must of been horrible.", "acknowledges"),
        ("you seem worryed", "names_emotion"),
        ("You've had a rough old week.", "acknowledges"),
        ("You sound as if you were at a crossroads.", "names_emotion"),
        ("I have an idea about the stairs, if you'd be open to one.", "asks_permission"),
        ("Grinding can wear the enamel off your teeth.", "tells_fact"),
        ("Your loss is still so fresh.", "names_emotion"),
    ],
)
def test_what_a_sentence_does(said: str, kind: str) -> None:
    assert kind in {move.kind for move in moves_of(said)}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Shall I answer your questions before we move on?", "dismisses"),
        ("Would it help if I told you more?", "blames"),
        ("I told you a lot.", "blames"),
        ("I told you some hard things now.", "blames"),
        ("That is all right, I will write it down.", "reassures_early"),
        ("Am I speaking to Daniel Adeyemi?", "reflects"),
        ("The scan is there so that we can see whether it has spread.", "tells_news"),
        ("An operation to take the lump away is recommended first.", "tells_news"),
        ("The lump is little and it was found in good time.", "tells_news"),
        ("Your lungs looked normal on the scan.", "validates"),
        ("You shouldn't think like that.", "advises"),
        ("You should of come in March.", "advises"),
        ("You're useless.", "names_emotion"),
        ("It helps with your hearing loss.", "names_emotion"),
        ("Walking brings the weight loss you want.", "names_emotion"),
        ("Have you ever tried to cut down?", "advises"),
        ("It comes as an oral syrup.", "uses_jargon"),
        ("What a frightening thing to live with.", "elicits_concerns"),
        ("I'm afraid this is not the answer you were hoping for", "closed_question"),
    ],
)
def test_what_a_sentence_does_not_do(said: str, kind: str) -> None:
    assert kind not in {move.kind for move in moves_of(said)}


@pytest.mark.parametrize("said", ["I hear what you're saying.", "All your feelings are valid.", "I am here for you."])
def test_a_stock_phrase_is_stock_and_reflects_nothing(said: str) -> None:
    assert [move.stock for move in moves_of(said)] == [True]


def test_the_same_words_about_this_patient_still_reflect() -> None:
    assert reading_of("I hear what you're saying: you keep thinking she'll get it too.").has("reflects")


def test_no_way_of_naming_holds_a_part_that_was_never_filled_in() -> None:
    assert [frame.how for frame in naming._frames() if re.search(r"\{[A-Z]", frame.pattern.pattern)] == []
