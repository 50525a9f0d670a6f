"""A language model that tells what its note said, in words of its own, has told it; what only lies near has not."""

import pytest

from app.patient.hearing import heard_by_meaning
from app.patient.scene import Heard, Mind, State
from app.patient.turns import settle
from personas import find_scenario

MARIA, RESULT = find_scenario("maria-biopsy-result")
OPEN = ("mother", "daughter", "delay", "chemo")
STATE = State(mind=Mind(trust=0.7, distress=0.5, understanding=0.3), open_parts=OPEN, open_concerns=OPEN)


@pytest.mark.parametrize(
    ("said", "begun"),
    [
        ("I once sat in such a room with my mum. It was her turn then.", {"mother"}),
        ("It's Elena I lie awake over.", {"daughter"}),
        ("It was longer than the two weeks, if I'm honest.", {"delay"}),
        ("I've a girl with her mocks coming.", set()),
        ("I could murder a cup of tea.", set()),
        ("Two weeks, I told them. Two weeks or so.", set()),
    ],
)
def test_a_part_is_heard_in_other_words(said: str, begun: set[str]) -> None:
    assert heard_by_meaning(MARIA, STATE, said).parts.keys() == begun


def test_the_sentence_that_tells_it_is_its_quote_and_the_told_is_not_begun() -> None:
    said = "I'm afraid that this goes from mother to daughter, that Elena's got it from me"

    found = heard_by_meaning(MARIA, STATE, f"Right. {said}.")

    assert found.concerns == {"daughter": said}
    assert "daughter" not in found.parts


def test_what_is_closed_is_not_heard_nor_what_was_told_before() -> None:
    said = "I once sat in such a room with my mum. It was her turn then."

    assert heard_by_meaning(MARIA, STATE.model_copy(update={"open_parts": ()}), said).parts == {}
    assert heard_by_meaning(MARIA, STATE.model_copy(update={"told_parts": OPEN}), said).parts == {}
    assert heard_by_meaning(MARIA, STATE, "") == Heard()


def test_only_a_models_words_are_heard_so() -> None:
    said = "It's Elena I lie awake over."

    by_model, _ = settle(MARIA, RESULT, STATE, said, [])
    by_line, _ = settle(MARIA, RESULT, STATE, said, ["greet_any"])

    assert (by_model.told_parts, by_line.told_parts) == (("daughter",), ())
