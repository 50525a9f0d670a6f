"""What may be told opens by gates, and only what a reply holds counts as said."""

from pathlib import Path

import pytest

import personas
from app.patient.disclosure import cue_due, heard, newly_open, tells_news, touches
from app.patient.scene import Mind, State
from scoring import Turn, read_turn
from scoring.reading import TurnReading

TOM = personas.load(Path(__file__).parents[2] / "personas" / "tiny.yaml")
BLOOD = TOM.scenarios[0]
ALL_LINES = [line.id for line in TOM.lines]
FAMILY = "Is there anything like this in your family?"


def student(text: str, *, silent: bool = False) -> tuple[Turn, TurnReading]:
    return Turn(speaker="student", text=text, silent=silent), read_turn(text, ())


def opened(trust: float, *said: tuple[Turn, TurnReading], turns: int = 6, already: tuple[str, ...] = ()) -> list[str]:
    mind = Mind(trust=trust, distress=0.5, understanding=0.3)
    state = State(mind=mind, open_concerns=already)
    return [opening.concern for opening in newly_open(TOM, state, mind, said, turns)]


def test_a_direct_question_without_trust_opens_nothing() -> None:
    assert opened(0.49, student(FAMILY)) == []


def test_the_same_question_opens_it_where_trust_is_there() -> None:
    assert opened(0.5, student(FAMILY)) == ["father"]


def test_trust_alone_opens_nothing_that_needs_more() -> None:
    assert opened(0.9, student("Do you like your job?")) == []


def test_a_feeling_named_opens_it_but_not_at_hello() -> None:
    named = student("It sounds like this really frightens you.")

    assert opened(0.6, named) == ["father"]
    assert opened(0.6, named, turns=2) == []


def test_what_nobody_asked_about_waits_until_it_was_hinted_at() -> None:
    cue = TOM.cues[1].model_copy(update={"leads_to": "father"})
    tom = TOM.model_copy(update={"cues": (cue,)})
    mind = Mind(trust=0.6, distress=0.5, understanding=0.3)
    named = [student("It sounds like this really frightens you.")]

    assert newly_open(tom, State(mind=mind), mind, named, 6) == ()
    hinted = newly_open(tom, State(mind=mind, offered_cues=(cue.id,)), mind, named, 6)
    assert [opening.concern for opening in hinted] == ["father"]


def test_a_topic_of_the_turn_before_still_counts() -> None:
    assert opened(0.6, student(FAMILY), student("Take your time.")) == ["father"]


def test_one_concern_opens_at_a_time_and_stays_open() -> None:
    both = student("Are your parents well? Who is at home?")

    assert len(opened(0.6, both)) == 1
    assert opened(0.6, both, already=("father",)) == ["dog"]
    assert opened(0.6, both, already=("father", "dog")) == []


def test_words_that_cannot_be_read_open_nothing() -> None:
    assert opened(0.9, student("fmly prnts dd lkm xx qq zz")) == []


@pytest.mark.parametrize(
    ("said", "touched"),
    [
        ("Are your parents still well?", True),
        ("do you parents feel well", True),
        ("I was wondering whether your father was ill.", True),
        ("My own father died of it.", False),
        ("I'm not going to ask about your parents.", False),
        ("We will do another blood test.", False),
        ("Nice weather today.", False),
    ],
)
def test_a_topic_is_touched_when_the_patient_is_asked_about_it(said: str, touched: bool) -> None:
    assert touches(said, ["are your parents well", "what did your father die of", "was your father ill"]) is touched


def test_she_is_whom_the_patient_spoke_of() -> None:
    topics = ["what was your mum like", "tell me about your mum"]

    assert touches("What was she like?", topics, before="I keep thinking about my mum.")
    assert not touches("What was she like?", topics, before="My sister came.")
    assert touches("What was Rose like?", topics, people={"Rose": "mum"})
    assert touches("You spoke of your mum. What was she like?", topics, before="My sister came.")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I'm afraid the count is not normal.", True),
        ("Is the count abnormal?", False),
        ("We have the result here.", False),
    ],
)
def test_the_news_is_recognised_by_its_patterns(said: str, told: bool) -> None:
    assert tells_news(BLOOD, said) is told


@pytest.mark.parametrize(
    ("asked", "said", "told"),
    [
        ("Is it cancer?", "Yes. I am so sorry.", True),
        ("Is it cancer?", "I'm afraid it is.", True),
        ("Is it cancer?", "No, it is not.", False),
        ("Is it raining?", "Yes.", False),
    ],
)
def test_a_plain_yes_to_the_question_tells_the_news(asked: str, said: str, told: bool) -> None:
    _, scenario = personas.find_scenario("maria-biopsy-result")

    assert tells_news(scenario, said, asked) is told


def test_a_hint_waits_for_its_turn_and_is_dropped_once() -> None:
    state = State(mind=Mind(trust=0, distress=1, understanding=0), offered_cues=("fingers",))
    first = Turn(speaker="student", text="Hello.")
    reply = Turn(speaker="patient", text="Hello.")

    assert (due := cue_due(TOM, state, [first])) is not None
    assert due.id == "tired"
    offered = state.model_copy(update={"offered_cues": ("fingers", "tired")})
    assert cue_due(TOM, offered, [first]) is None
    assert (due := cue_due(TOM, offered, [first, reply, first])) is not None
    assert due.id == "alone"


def test_no_two_hints_in_a_row() -> None:
    state = State(mind=Mind(trust=0, distress=1, understanding=0), offered_cues=("fingers",))
    opening = Turn(speaker="patient", text="I have been counting the days.")

    assert cue_due(TOM, state, [opening, Turn(speaker="student", text="Hello.")]) is None


def test_a_line_counts_by_its_id_and_a_model_s_reply_by_its_phrasings() -> None:
    assert heard("My dad had leukaemia. I was ten.", ["tell_father"], TOM).concerns == {
        "father": "My dad had leukaemia. I was ten."
    }
    assert heard("Well, my dad died of leukaemia, you see.", (), TOM).concerns == {"father": "my dad died of leukaemia"}
    assert heard("I am not myself, doctor.", (), TOM).cues == {"tired": "not myself"}


def test_a_stopped_reply_that_lacks_the_words_told_nothing() -> None:
    assert heard("My dad", ["tell_father"], TOM).concerns == {}


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("daniel-childs-film", "There is a small pach in the bone near the rist."),
        ("maria-biopsy-result", "The biospy shows that it is brest canser."),
        ("ray-new-diabetes", "The tests sho that you have type 2 diabetis."),
    ],
)
def test_the_news_is_told_in_any_spelling(scenario: str, said: str) -> None:
    assert tells_news(personas.find_scenario(scenario)[1], said)
