"""Every shipped scenario has learners who fit it: the better ones score higher and hear more."""

from functools import cache

import pytest
from pydantic import ValidationError

import personas
from app.lab import LEARNERS, SCRIPTED, UNSCRIPTED, Room, Step, opening, play, transcript
from app.lab.scripts import Script, script_of, scripted
from app.patient.voices.authored import AuthoredVoice
from personas import find_scenario
from scoring import grade

SCENARIOS = sorted(scenario.id for one in personas.shipped().values() for scenario in one.persona.scenarios)
TURNS = 25
GAP_POINTS = 35
"""How far the skilled learner is above the brusque one, in points of `overall`, at least."""
FEWEST_CONCERNS = 3
"""How many main concerns the skilled learner hears, at least."""

_HELD: dict[tuple[str, str], list[Step]] = {}


async def held(scenario_id: str, learner: str) -> list[Step]:
    """An encounter at standard difficulty in the authored voice; held once for all tests."""
    if (scenario_id, learner) not in _HELD:
        steps = await play(*find_scenario(scenario_id), "standard", AuthoredVoice(), LEARNERS[learner], TURNS)
        _HELD[scenario_id, learner] = steps
    return _HELD[scenario_id, learner]


async def overall(scenario_id: str, learner: str) -> float:
    persona, scenario = find_scenario(scenario_id)
    made = transcript(persona, scenario, await held(scenario_id, learner))
    found = grade(made, scenario=scenario, persona=persona).overall
    assert found is not None
    return found


async def concerns_heard(scenario_id: str, learner: str) -> set[str]:
    return set((await held(scenario_id, learner))[-1].state.told_concerns)


@cache
def said_by(scenario_id: str, learner: str, turns: int) -> tuple[str, ...]:
    """What a learner says to somebody who answers nothing."""
    persona, scenario = find_scenario(scenario_id)
    room = Room(persona.called, scenario, tuple(exchange.turn for exchange in opening(scenario)))
    for _ in range(turns):
        room = Room(persona.called, scenario, (*room.turns, LEARNERS[learner](room)))
    return room.mine


def test_scenarios_and_scripts_are_the_same() -> None:
    assert [*scripted()] == SCENARIOS


@pytest.mark.parametrize("scenario_id", SCENARIOS)
async def test_the_skilled_learner_scores_far_above_the_brusque_one(scenario_id: str) -> None:
    assert await overall(scenario_id, "skilled") - await overall(scenario_id, "brusque") >= GAP_POINTS


@pytest.mark.parametrize("scenario_id", SCENARIOS)
async def test_the_middling_learner_scores_between_them(scenario_id: str) -> None:
    middle = await overall(scenario_id, "middling")

    assert await overall(scenario_id, "brusque") + 3 < middle < await overall(scenario_id, "skilled") - 10


@pytest.mark.parametrize("scenario_id", SCENARIOS)
async def test_the_skilled_learner_hears_the_main_concerns(scenario_id: str) -> None:
    main = {concern.id for concern in find_scenario(scenario_id)[0].concerns if concern.main}

    assert len(main & await concerns_heard(scenario_id, "skilled")) >= FEWEST_CONCERNS


@pytest.mark.parametrize("learner", ["brusque", "formulaic", *UNSCRIPTED])
@pytest.mark.parametrize("scenario_id", SCENARIOS)
async def test_who_is_harsh_says_formulas_or_wants_something_else_hears_no_concern(
    scenario_id: str, learner: str
) -> None:
    assert await concerns_heard(scenario_id, learner) == set()


@pytest.mark.parametrize("scenario_id", SCENARIOS)
def test_the_facts_that_are_told_unasked_are_facts_of_the_case(scenario_id: str) -> None:
    _, scenario = find_scenario(scenario_id)

    assert {*script_of(scenario_id).explains} <= {fact.id for fact in scenario.facts if not fact.news}


@pytest.mark.parametrize("scenario_id", SCENARIOS)
async def test_no_safety_flag_falls_on_the_skilled_learner(scenario_id: str) -> None:
    persona, scenario = find_scenario(scenario_id)
    made = transcript(persona, scenario, await held(scenario_id, "skilled"))

    assert grade(made, scenario=scenario, persona=persona).flags == ()


@pytest.mark.parametrize("learner", sorted(SCRIPTED))
@pytest.mark.parametrize("scenario_id", SCENARIOS)
def test_every_scripted_learner_tells_the_news_in_words_the_scorer_knows(scenario_id: str, learner: str) -> None:
    _, scenario = find_scenario(scenario_id)
    news = next(fact for fact in scenario.facts if fact.news)

    assert any(personas.says(news.told_by, said) for said in said_by(scenario_id, learner, 12))


def test_the_caller_knows_who_is_on_the_line_and_may_talk_before_the_news() -> None:
    _, scenario = find_scenario("daniel-childs-film")
    news = next(fact for fact in scenario.facts if fact.news)

    first, second, *later = said_by("daniel-childs-film", "skilled", 8)

    assert "date of birth" in first
    assert "good moment to talk" in second
    assert not personas.says(news.told_by, f"{first} {second}")
    assert personas.says(news.told_by, " ".join(later))


def test_a_scenario_without_a_script_is_named() -> None:
    with pytest.raises(KeyError, match="no-such-scenario"):
        script_of("no-such-scenario")


def test_what_is_misspelt_in_a_script_is_refused() -> None:
    content = script_of("maria-biopsy-result").model_dump()

    with pytest.raises(ValidationError, match="brusk"):
        Script.model_validate(content | {"brusk": content["brusque"]})
