"""The English of somebody who learnt it late: changed by rule, and still what the skilled learner means."""

import pytest

from app.lab import LEARNERS, Room, opening
from app.lab.second_language import as_learnt_late
from personas import find_scenario
from scoring.transcript import Turn


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("What do you know so far?", "What you know so far?"),
        ("I'm sorry, I can't say.", "I am sorry, I cannot say."),
        ("You have been blaming yourself.", "You are blaming yourself."),
        ("I have been thinking.", "I am thinking."),
        ("It sounds as though that frightens you.", "It sounds like that frighten you."),
        ("Are you scared of it?", "Are you scared from it?"),
        ("That has made you angry.", "That made you angry."),
        ("I will explain to you what the plan is.", "I will explain you what the plan is."),
        ("Put the form in the drawer by the door.", "Put the form in drawer by door."),
        ("Would it help if I wrote it down?", "It would help if I wrote it down?"),
        ("Have you had it for four weeks?", "Have you had it since four weeks?"),
        ("Many live for many years.", "Many live for many years."),
        ("Take your time.", "Take your time."),
    ],
)
def test_words_are_changed_by_rule(english: str, said: str) -> None:
    assert as_learnt_late(english) == said


@pytest.mark.parametrize("scenario_id", ["daniel-childs-film", "maria-biopsy-result", "ray-new-diabetes"])
def test_turn_by_turn_it_is_what_the_skilled_learner_says(scenario_id: str) -> None:
    persona, scenario = find_scenario(scenario_id)
    begun = tuple(exchange.turn for exchange in opening(scenario))
    plain, late = (Room(persona.called, scenario, begun) for _ in range(2))
    answers = ["I'm scared.", "Nobody told me anything. What happens now?", "My dad drove me.", "Yes."]
    for number in range(12):
        reply = Turn(speaker="patient", text=answers[number % 4])
        plain = Room(persona.called, scenario, (*plain.turns, LEARNERS["skilled"](plain), reply))
        late = Room(persona.called, scenario, (*late.turns, LEARNERS["second_language"](late), reply))

    assert late.mine == tuple(as_learnt_late(said) for said in plain.mine)
    assert late.mine != plain.mine
