"""A fact of the case is put to the person who is there."""

import pytest

from app.lab import Room
from personas import find_scenario
from personas.schema import Fact


def told(scenario_id: str, statement: str) -> str:
    persona, scenario = find_scenario(scenario_id)
    return Room(persona.called, scenario, ()).tell(Fact(id="one", statement=statement, source="a test"))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Ray has type 2 diabetes.", "You have type 2 diabetes."),
        ("His feet are checked, and Ray's eyes too.", "Your feet are checked, and your eyes too."),
        ("He is not to blame; nobody is.", "You are not to blame. Nobody is."),
        ("The nurse rings him when he isn't driving.", "The nurse rings you when you aren't driving."),
        ("He's asked to keep it himself.", "You're asked to keep it yourself."),
        ("This is his, and it always was.", "This is yours, and it always was."),
        ("Ray always takes his time.", "You always take your time."),
        ("Others have this too.", "Others have this too."),
    ],
)
def test_a_patient_is_spoken_to_as_you(written: str, said: str) -> None:
    assert told("ray-new-diabetes", written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Nobody can say whether it would help her.", "Nobody can say whether it would help you."),
        ("The plan is settled with her today.", "The plan is settled with you today."),
        ("Her sister and Maria's husband are outside.", "Your sister and your husband are outside."),
        ("It is hers, and she was told herself.", "It is yours, and you were told yourself."),
    ],
)
def test_her_is_you_or_your_by_what_follows(written: str, said: str) -> None:
    assert told("maria-biopsy-result", written) == said


def test_a_relative_hears_of_somebody_else() -> None:
    written = "He is well; his father rings if Noah has pain."

    assert told("daniel-childs-film", written) == "He is well. His father rings if Noah has pain."


@pytest.mark.parametrize("scenario_id", ["maria-biopsy-result", "ray-new-diabetes"])
def test_no_fact_speaks_of_the_patient_as_a_third_person(scenario_id: str) -> None:
    persona, scenario = find_scenario(scenario_id)
    room = Room(persona.called, scenario, ())

    said = " ".join(room.tell(fact) for fact in scenario.facts)

    assert not {persona.called, "he", "she", "him", "her", "his"} & {*said.replace(".", " ").split()}
    assert not any(wrong in said.lower() for wrong in ("you has", "you is", "you was", "you does"))
