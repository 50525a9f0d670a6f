"""Who can be sent to a patient: those who need a script, those who need none, and what they say."""

from collections.abc import Callable

import pytest

import personas
from app.lab import LEARNERS, SCRIPTED, UNSCRIPTED, Room, opening
from personas import find_scenario
from personas.schema import Scenario
from scoring.transcript import Turn

SCENARIOS = sorted(scenario.id for one in personas.shipped().values() for scenario in one.persona.scenarios)
TURNS = 30


def talk(learner: str, scenario: Scenario, called: str, answer: Callable[[int], str]) -> tuple[Turn, ...]:
    """The learner's own turns of a whole talk, answered by number."""
    room = Room(called, scenario, tuple(exchange.turn for exchange in opening(scenario)))
    for number in range(TURNS):
        said = LEARNERS[learner](room)
        room = Room(called, scenario, (*room.turns, said, Turn(speaker="patient", text=answer(number))))
    return tuple(turn for turn in room.turns if turn.speaker == "student")


def in_any_talk(learner: str) -> tuple[Turn, ...]:
    persona, scenario = find_scenario("maria-biopsy-result")
    return talk(learner, scenario, persona.called, lambda number: f"I don't know. That is number {number}.")


def test_everybody_is_scripted_or_not() -> None:
    assert LEARNERS == {**SCRIPTED, **UNSCRIPTED}
    assert not SCRIPTED.keys() & UNSCRIPTED.keys()


@pytest.mark.parametrize("learner", sorted(UNSCRIPTED))
def test_who_needs_no_script_speaks_in_a_scenario_that_has_none(learner: str) -> None:
    _, known = find_scenario("maria-biopsy-result")
    unknown = known.model_copy(update={"id": "no-such-scenario"})

    assert len(talk(learner, unknown, "Kim", lambda number: "Yes.")) == TURNS


@pytest.mark.parametrize("learner", sorted(UNSCRIPTED.keys() - {"silent"}))
def test_thirty_turns_are_thirty_different_ones(learner: str) -> None:
    said = [turn.text for turn in in_any_talk(learner)]

    assert len({*said}) == len(said) == TURNS


def test_the_silent_one_is_mostly_silent_and_says_a_word_now_and_then() -> None:
    turns = in_any_talk("silent")

    assert 20 <= sum(turn.silent for turn in turns) < TURNS
    assert all(len(turn.text.split()) <= 2 for turn in turns)


@pytest.mark.parametrize("learner", sorted(UNSCRIPTED))
@pytest.mark.parametrize("scenario_id", SCENARIOS)
def test_their_words_do_not_tell_the_news(scenario_id: str, learner: str) -> None:
    persona, scenario = find_scenario(scenario_id)
    told_by = [one for fact in scenario.facts if fact.news for one in fact.told_by]

    said = [turn.text for turn in talk(learner, scenario, persona.called, lambda number: "Yes.")]

    assert not any(personas.says(told_by, one) for one in said)


def test_probing_presses_on_with_the_patients_own_last_words() -> None:
    said = [turn.text for turn in in_any_talk("probing")]

    assert said[3] == 'You said "That is number 2." What is behind that?'


def test_probing_digs_from_the_first_turn() -> None:
    assert in_any_talk("probing")[0].text.endswith("?")


def test_injecting_comes_in_other_languages_tags_and_disguises() -> None:
    said = " ".join(turn.text for turn in in_any_talk("injecting"))

    for way in ("Ignora tus", "Vergiss", "忽略", "<note>", "[SYSTEM]", "SWdub3Jl", "You are not Maria"):
        assert way in said
