"""A name before the words and 'she whispers' after them are taken off; playing a part is noticed."""

import pytest

from app.patient.narration import narration_of

MARIA = narration_of("Maria Rivera", "Maria", "she")


@pytest.mark.parametrize(
    ("written", "said", "is_seen"),
    [
        ('"I knew," she whispers, looking away.', "I knew.", False),
        ("she murmurs, looking away.", "", False),
        ("“I knew.”", "I knew.", False),
        ("Maria looks away.", "Maria looks away.", True),
        ("Maria is what they call me.", "Maria is what they call me.", False),
    ],
)
def test_what_is_said_is_told_from_what_is_written_around_it(written: str, said: str, is_seen: bool) -> None:
    assert MARIA.without(written) == (said, is_seen)


@pytest.mark.parametrize(
    ("said", "is_a_part"),
    [
        ("As Maria, I would be afraid.", True),
        ("I am no longer Maria Rivera.", True),
        ("I'm playing Maria here.", True),
        ("Maria's character is dry.", True),
        ("I'm Maria. I played along.", False),
        ("They pretended not to see me.", False),
    ],
)
def test_who_speaks_of_the_part_does_not_play_it(said: str, is_a_part: bool) -> None:
    assert (MARIA.as_a_part.search(said) is not None) is is_a_part


def test_a_name_may_yet_become_a_label() -> None:
    assert [MARIA.may_be_a_label(start) for start in ("mar", "maria", "patient", "no")] == [True, True, True, False]
    assert MARIA.label.sub("", "**Maria:** No.") == "No."
