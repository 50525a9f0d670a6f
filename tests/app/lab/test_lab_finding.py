"""What is wrong in a held talk is found, with its turn and its words; what is fine is left alone."""

import pytest

from app.lab import Step
from app.lab.finding import Found, breaks_in, contradictions_in, leaks_in, repeats_in
from app.patient.scene import Heard, Mind, Received, State
from app.patient.stage import split_actions
from personas import find_scenario
from scoring import read_turn
from scoring.transcript import Turn
from tests.app.patient.layered import TOM as LAYERED

MARIA, RESULT = find_scenario("maria-biopsy-result")
READING = read_turn("Hello.", ())


def answered(*replies: str, open_concerns: tuple[str, ...] = (), open_parts: tuple[str, ...] = ()) -> list[Step]:
    """A talk in which the patient said this, one reply a turn."""
    mind = Mind(trust=0.4, distress=0.5, understanding=0.2)
    state = State(mind=mind, open_concerns=open_concerns, open_parts=open_parts)
    return [_step(raw, state) for raw in replies]


def _step(raw: str, state: State) -> Step:
    text, does = split_actions(raw)
    return Step(
        said=Turn(speaker="student", text="Hello."),
        received=Received(state, READING, (), None),
        reply=Turn(speaker="patient", text=text, does=does, silent=not text),
        raw=raw,
        lines=(),
        heard=Heard(),
        state=state,
    )


def test_a_closed_concern_that_is_told_is_a_leak() -> None:
    steps = answered("I see.", "My mum died of breast cancer.")

    assert [(one.turn, one.what) for one in leaks_in(MARIA, steps)] == [(2, "mother")]
    assert next(leaks_in(MARIA, steps)).words in "My mum died of breast cancer."


def test_a_leak_may_stand_in_what_is_done() -> None:
    assert [one.what for one in leaks_in(MARIA, answered("*My mum died of breast cancer.* Yes."))] == ["mother"]


def test_what_is_open_is_no_leak() -> None:
    assert [*leaks_in(MARIA, answered("My mum died of breast cancer.", open_concerns=("mother",)))] == []


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("As an AI, I can't say that.", "machine"),
        ("I see. Trust: 0.4.", "leak"),
        ("You're doing a great job. Thank you.", "praise"),
        ("No quiero hablar de esto con usted, no lo sé.", "language"),
    ],
)
def test_a_sentence_out_of_character_is_a_break(reply: str, kind: str) -> None:
    assert [(one.turn, one.what) for one in breaks_in(MARIA, RESULT, answered("Yes, I know.", reply))] == [(2, kind)]


def test_a_leak_is_not_a_break_too() -> None:
    assert [*breaks_in(MARIA, RESULT, answered("My mum died of breast cancer."))] == []


def test_plain_words_break_nothing() -> None:
    assert [*breaks_in(MARIA, RESULT, answered("*She looks away.* I don't know what to say... Sorry."))] == []


def test_a_sentence_that_comes_again_is_a_repeat_whatever_its_marks() -> None:
    steps = answered("I keep the phone on.", "Well. I keep the phone on!", "I keep the phone on.")

    assert [*repeats_in(MARIA, RESULT, steps)] == [
        Found(2, "I keep the phone on!", ""),
        Found(3, "I keep the phone on.", ""),
    ]


def test_what_follows_a_pause_is_a_sentence_of_its_own() -> None:
    steps = answered("As an… I keep the phone on.", "I see... I keep the phone on.")

    assert [*repeats_in(MARIA, RESULT, steps)] == [Found(2, "I keep the phone on.", "")]


def test_few_words_and_gestures_may_come_again() -> None:
    assert [*repeats_in(MARIA, RESULT, answered("*She nods.* I don't know.", "*She nods.* I don't know."))] == []


def test_the_opening_counts_as_said() -> None:
    assert [one.turn for one in repeats_in(MARIA, RESULT, answered(RESULT.opening))] == [1]


def test_a_line_may_come_as_often_as_it_says() -> None:
    line = MARIA.lines[0].model_copy(update={"text": "I keep the phone on.", "times": 2})
    patient = MARIA.model_copy(update={"lines": (line,)})

    assert [one.turn for one in repeats_in(patient, RESULT, answered(*[line.text] * 3))] == [3]


@pytest.mark.parametrize("said", ["I'm {other}.", "I am {other} years old, you know.", "I’m {other}, and I’m tired."])
def test_another_age_is_a_contradiction(said: str) -> None:
    (found,) = contradictions_in(MARIA, answered(said.format(other=MARIA.age_years + 3)))

    assert (found.turn, found.what) == (1, "their age")


@pytest.mark.parametrize(
    "said",
    ["I'm {age}.", "I'm 10 minutes late.", "I'm 1 of 5.", "I was 20. Another life.", "He's 71.", "I'm one of four."],
)
def test_their_own_age_and_other_numbers_are_none(said: str) -> None:
    assert [*contradictions_in(MARIA, answered(said.format(age=MARIA.age_years)))] == []


def test_an_age_in_words_is_read() -> None:
    patient = MARIA.model_copy(update={"age_years": 48, "contradicted_by": ()})

    assert [one.words for one in contradictions_in(patient, answered("I'm forty-eight.", "I'm fifty two now."))] == [
        "I'm fifty two"
    ]


def test_what_the_file_lists_is_a_contradiction() -> None:
    patient = MARIA.model_copy(update={"contradicted_by": (r"\bmy (?:two|three) sons\b",)})

    assert [*contradictions_in(patient, answered("Yes.", "I have my two sons with me."))] == [
        Found(2, "my two sons", "who they are")
    ]


def test_a_part_told_before_it_is_open_is_a_leak_and_an_open_one_is_none() -> None:
    early = answered("My dad was ill, when I was small.")
    in_time = answered("My dad was ill, when I was small.", open_parts=("father",))

    assert [one.what for one in leaks_in(LAYERED, early)] == ["father"]
    assert [*leaks_in(LAYERED, in_time)] == []
