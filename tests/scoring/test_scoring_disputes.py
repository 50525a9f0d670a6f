"""Arguing back at a patient who holds another view (rubric 2.1; MITI 4.2.1, Confront)."""

import pytest

from scoring import Scorecard, Transcript, Turn, grade
from scoring.conversation import Conversation
from scoring.responses.disputes import disputed

HOLDS = "I don't want tablets. I can't see any problem with a pressure like mine."
NOD = "Hm. I take my walks."


def card_of(answer: str, reply: str = NOD, holds: str = HOLDS) -> Scorecard:
    said = [("student", "You should take a tablet for your blood pressure."), ("patient", holds)]
    said += [("student", answer), ("patient", reply)]
    return grade(Transcript(turns=tuple(Turn(speaker=who, text=text) for who, text in said)))


def argues(answer: str, holds: str = HOLDS) -> bool:
    turns = (Turn(speaker="patient", text=holds), Turn(speaker="student", text=answer))
    return disputed(Conversation(Transcript(turns=turns), {}), 1, 0) is not None


@pytest.mark.parametrize(
    "answer",
    [
        "Well, it may be a problem at your age.",
        "But it is a real problem.",
        "I have to tell you, people have strokes with that.",
        "I honestly don't believe that's enough.",
        "Can you see why that's dangerous?",
        "I'm puzzled that you don't see the harm in it.",
        "Maybe you're just not facing it.",
        "That's simply not true.",
        "The fact is your pressure is up.",
        "You do realise that people die of this.",
        "Right, but it does damage the heart.",
        "you did have a stroke last year",
    ],
)
def test_an_answer_that_asserts_the_other_side_argues(answer: str) -> None:
    assert argues(answer)
    assert [one.grade for one in card_of(answer).scales["empathy"].occasions] == [0]


@pytest.mark.parametrize(
    "answer",
    [
        "So for you it isn't a problem.",
        "You see no problem in it.",
        "You feel that it is a problem for others, and not for you.",
        "Is it a problem for your wife?",
        "It's your decision, and I won't push.",
        "What would have to be different for it to be a problem?",
        "I don't think you're being silly at all.",
        "I'm confused, could you say that again?",
        "You did mention your walks.",
        "It does sound as if tablets are the last thing you want.",
        "Do you see the practice nurse for it?",
    ],
)
def test_giving_the_patients_view_back_or_asking_argues_against_nothing(answer: str) -> None:
    assert not argues(answer)


def test_a_stressed_verb_argues_only_after_a_denial() -> None:
    held = ("It's not so bad.", "It's bad.")
    assert [argues("But it does hurt the lungs.", one) for one in held] == [True, False]


def test_what_argued_is_quoted_with_what_it_did() -> None:
    empathy = card_of("I see. Well, it may be a problem at your age.").scales["empathy"]
    assert [(one.turn, one.quote, one.effect) for one in empathy.evidence] == [
        (2, "Well, it may be a problem at your age.", "lowers")
    ]
    assert empathy.occasions[0].why.endswith("you argued against it.")


def test_understood_but_is_no_yes_to_the_one_who_argues() -> None:
    replies = ("Yes, I see that, but it isn't me.", "Yes, I see that.")
    grades = [card_of("You do not want tablets.", reply).scales["empathy"].occasions[0].grade for reply in replies]
    assert grades == [2.0, 3.0]


def test_harm_held_against_one_who_is_overwhelmed_argues() -> None:
    said = "I know it isn't easy. But when you drink like that it creates problems."
    empathy = card_of(said, holds="It's a lot to take on. I'm not sure.").scales["empathy"]
    assert [(one.grade, one.why.rpartition(", ")[2]) for one in empathy.occasions] == [(0.0, "you argued against it.")]
