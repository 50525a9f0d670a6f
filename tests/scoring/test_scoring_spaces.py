"""Spaces are put right once; places and quotes lead back to the words as they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Cue, Transcript, Turn, grade, read_turn
from scoring.spaces import tidy, tidy_readings, tidy_transcript

TYPED = "  You  sound\tfrightened. \n\n  What\u00a0worries you?\u200b "


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("You sound frightened.", "You sound frightened."),
        ("You  sound   frightened.", "You sound frightened."),
        (" \n You sound frightened. \n", "You sound frightened."),
        ("You sound\tfright\u00adened.", "You sound frightened."),
        ("You\u00a0sound\u200b frightened.", "You sound frightened."),
        ("First.\r\n \r\nSecond.", "First.\nSecond."),
        ("   ", ""),
        ("", ""),
    ],
)
def test_a_gap_is_one_space_and_a_line_break_stays_one(typed: str, read: str) -> None:
    assert tidy(typed).text == read


@given(st.text(alphabet="ab .\n\t\u00a0\u200b", max_size=30))
def test_every_tidy_character_is_the_typed_one_and_finds_its_way_there_and_back(typed: str) -> None:
    found = tidy(typed)
    letters = [place for place, letter in enumerate(found.text) if not letter.isspace()]

    assert "".join(found.text.split()) == "".join(typed.replace("\u200b", "").split())
    assert [typed[slice(*found.typed(place, place + 1))] for place in letters] == [found.text[p] for p in letters]
    assert [found.tidied(*found.typed(p, p + 1)) for p in letters] == [(p, p + 1) for p in letters]


def test_a_turn_is_read_as_if_typed_with_single_spaces_and_its_moves_stand_where_they_were_typed() -> None:
    neat = "You sound frightened.\nWhat worries you?"
    untidy, plain = read_turn(TYPED, ()), read_turn(neat, ())

    assert untidy.model_copy(update={"moves": ()}) == plain.model_copy(update={"moves": ()})
    assert [(move.kind, " ".join(TYPED[move.start : move.end].split())) for move in untidy.moves] == [
        (move.kind, " ".join(neat[move.start : move.end].split())) for move in plain.moves
    ]


def test_a_stored_reading_of_the_typed_turn_grades_as_a_fresh_one() -> None:
    turns = (Turn(speaker="patient", text="I'm  so  scared."), Turn(speaker="student", text=TYPED))
    transcript = Transcript(turns=turns)
    stored = {1: read_turn(TYPED, turns[:1])}

    assert grade(transcript, readings=stored) == grade(transcript)
    assert tidy_readings(stored, transcript) == {1: read_turn(tidy(TYPED).text, turns[:1])}


def test_quotes_hold_the_double_spaces_that_were_typed() -> None:
    turns = (
        Turn(speaker="patient", text="I'm  so  scared  of it."),
        Turn(speaker="student", text="You  sound  scared."),
    )
    occasions = grade(Transcript(turns=turns)).scales["empathy"].occasions

    assert [one.quote for one in occasions] == ["I'm  so  scared  of it."]


def test_the_quote_of_a_cue_is_tidied_with_its_turn() -> None:
    cue = Cue(turn=0, kind="concern", quote="so  scared")
    transcript = Transcript(turns=(Turn(speaker="patient", text="I'm  so  scared."),), cues=(cue,))

    assert [one.quote for one in tidy_transcript(transcript).cues] == ["so scared"]
