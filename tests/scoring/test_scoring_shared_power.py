"""Power shared over the talk and the plan: what counts as asking the patient, and what it is worth."""

import pytest

from scoring import Transcript, Turn, grade
from scoring.scorecard import ScaleResult

PATIENT = "I can't keep off the cigarettes in the evenings, that's all."
ANSWER = "I could leave them in the car, maybe, and see how it goes."


def permission_of(*student: str) -> ScaleResult:
    turns = [Turn(speaker="patient", text=PATIENT)]
    for said in student:
        turns += [Turn(speaker="student", text=said), Turn(speaker="patient", text=ANSWER)]
    return grade(Transcript(turns=tuple(turns))).scales["permission"]


@pytest.mark.parametrize(
    "asks",
    [
        "What do you think you'll do next?",
        "How would you go about it, if you did decide to?",
        "What ideas do you have about the evenings?",
        "What would help you leave them alone?",
        "Where do you want to go from here?",
        "What would need to change for that to work?",
        "what do you think you need to do to get through an evening",
        "Have you given any thought to what you might do about it? Any ideas about what you could try?",
        "What are you willing to try this week?",
        "How can I help you with this?",
    ],
)
def test_a_patient_asked_for_their_own_plan_shares_it(asks: str) -> None:
    result = permission_of(asks)
    assert [(one.answer_turn, one.grade, one.met) for one in result.occasions] == [(1, 2, True)]
    assert result.level == 3


@pytest.mark.parametrize(
    "asks",
    [
        "What do you do in the evenings?",
        "What did you do when the patches ran out?",
        "What helps you sleep?",
        "What else do you like to do?",
        "How can I help you today?",
        "Where do you go to work from here?",
        "What did the nurse say your plan was?",
    ],
)
def test_a_question_about_the_patients_day_shares_no_plan(asks: str) -> None:
    assert permission_of(asks).level is None


def test_a_plan_asked_for_behind_the_advice_is_not_shared() -> None:
    result = permission_of("You should stop buying them. What do you think you'll do next?")
    assert [(one.grade, one.met) for one in result.occasions] == [(0, False)]


def test_asking_what_to_talk_about_does_not_make_up_for_advice_unasked() -> None:
    result = permission_of("What would you like to talk about today?", "You should stop buying them altogether.")
    assert [one.grade for one in result.occasions] == [2, 0]
    assert result.level == 1


def test_sharing_alone_stops_at_three_and_says_what_a_four_takes() -> None:
    result = permission_of("What would you like to talk about today?", "What do you think you'll do next?")
    assert result.level == 3
    assert result.to_next == (
        "A 4 takes a weightier step than the agenda or the plan, with leave for it and a real choice."
    )


def test_how_do_you_do_asks_for_no_plan() -> None:
    assert permission_of("How do you do.").occasions == ()
