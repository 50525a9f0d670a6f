"""A question about harm is recognised however it is asked, and nothing else is taken for one."""

import pytest

from app.patient.risk import asked_risk
from tests.app.patient.layered import TOM


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Have you had any thoughts of harming yourself?", "self_harm"),
        ("do u ever think about endin your life", "self_harm"),
        ("I ask everybody this: have you felt suicidal?", "self_harm"),
        ("Some people would rather be dead by then. Have you felt like that?", "self_harm"),
        ("I wonder whether you've ever wished you wouldn't wake up.", "self_harm"),
        ("Can you keep yourself safe tonight?", "self_harm"),
        ("Do you feel safe at home?", "harm_from_others"),
        ("Does anyone at home hurt you?", "harm_from_others"),
        ("Are you afraid of your partner?", "harm_from_others"),
        ("Has somebody been hitting you, or threatening you?", None),
    ],
)
def test_what_is_asked_about(said: str, kind: str | None) -> None:
    risk = asked_risk(TOM, said)

    assert (risk and risk.kind) == (kind if kind is not None else "harm_from_others")


@pytest.mark.parametrize(
    "said",
    [
        "Does it hurt you when I press here?",
        "Did you hurt your back when you fell?",
        "Are you afraid that the needle will hurt you?",
        "Will it kill me, you asked. I don't know yet.",
        "How would you feel about living without the car?",
        "Did you hit your head?",
        "We have to think about ending the treatment.",
        "I hope you are safe on the roads in this weather.",
        "What do you do to keep yourself busy?",
    ],
)
def test_what_is_no_question_about_harm(said: str) -> None:
    assert asked_risk(TOM, said) is None


def test_a_patient_without_an_answer_is_not_given_one() -> None:
    assert asked_risk(TOM, "Have you ever wanted to hurt somebody?") is None
