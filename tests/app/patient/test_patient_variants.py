"""The same talk in another English, or with another person, finds the same patient."""

from itertools import cycle

import pytest

import personas
from app.lab.playing import Step
from tests.app.patient.people import OTHERS, Somebody, exchanged, with_people, without_gender
from tests.app.patient.talks import ALIKE, TALKS, by, play_with, played, received_instead

MOST_APART = 0.08
"""How far trust may end from where the plain talk ends."""
MOST_APART_ON_THE_WAY = 0.2
"""How far it may be from it after any turn: another line may be the answer, and a hint come a turn later."""
REWRITES = [
    pytest.param(scenario, version, id=f"{scenario}: {version}")
    for scenario, versions in TALKS.items()
    for version in versions
    if version not in ALIKE
]
IN_TURN = [
    pytest.param(scenario, somebody, id=f"{scenario}: {somebody.called}")
    for scenario, somebody in zip(cycle(TALKS), OTHERS, strict=False)
]
FAMILIES = {
    "maria-biopsy-result": {"Elena": "Hope", "Dave": "Will", "Carmen": "Joy"},
    "ray-new-diabetes": {"Jean": "Grace", "Kelly": "Oluwaseun", "Alfie": "Łukasz", "Terry": "Mark"},
    "daniel-childs-film": {"Noah": "Xiuying", "Hannah": "Faith", "Ruth": "Siân"},
}


def told(steps: tuple[Step, ...]) -> tuple[set[str], set[str]]:
    """The concerns that may be told at the end, and those that were."""
    return set(steps[-1].state.open_concerns), set(steps[-1].state.told_concerns)


def felt(steps: tuple[Step, ...]) -> list[object]:
    """The mind, what is open and the reasons without gender, after every turn."""
    return [
        (
            step.state.mind,
            step.state.open_concerns,
            sorted((change.what, change.by, without_gender(change.why)) for change in step.received.changes),
        )
        for step in steps
    ]


@pytest.mark.parametrize("scenario", TALKS)
def test_a_good_talk_opens_every_main_concern(scenario: str) -> None:
    persona, _ = personas.find_scenario(scenario)
    open_concerns, told_concerns = told(played(scenario, TALKS[scenario]["plain"]))

    assert {concern.id for concern in persona.concerns if concern.main} <= open_concerns & told_concerns


@pytest.mark.parametrize("scenario", TALKS)
def test_every_rewrite_says_every_turn(scenario: str) -> None:
    plain = TALKS[scenario]["plain"]

    assert 16 <= len(plain) <= 20
    assert {version.partition("_")[0] for version in TALKS[scenario]} == {
        "plain", "named", "second", "dialect", "dyslexic", "dictation"
    }  # fmt: skip
    for lines in TALKS[scenario].values():
        assert [not line for line in lines] == [not line for line in plain]


@pytest.mark.parametrize(("scenario", "version"), REWRITES)
def test_another_english_is_told_the_same(scenario: str, version: str) -> None:
    plain, other = (played(scenario, TALKS[scenario][one]) for one in ("plain", version))
    trusts = [(one.state.mind.trust, two.state.mind.trust) for one, two in zip(plain, other, strict=True)]

    assert told(other) == told(plain)
    assert abs(trusts[-1][0] - trusts[-1][1]) <= MOST_APART
    assert max(abs(one - two) for one, two in trusts) <= MOST_APART_ON_THE_WAY


@pytest.mark.parametrize(("scenario", "version"), REWRITES)
def test_no_turn_in_another_english_costs_trust_that_the_plain_one_does_not(scenario: str, version: str) -> None:
    plain = played(scenario, TALKS[scenario]["plain"])
    costs = {
        line: by(received_instead(scenario, plain, place, line).changes)
        for place, line in enumerate(TALKS[scenario][version])
        if by(plain[place].received.changes) >= 0
    }

    assert {line: trust for line, trust in costs.items() if trust < 0} == {}


@pytest.mark.parametrize(("scenario", "somebody"), IN_TURN)
def test_name_gender_and_age_change_nothing(scenario: str, somebody: Somebody) -> None:
    lines = TALKS[scenario]["named"]
    persona, as_said = exchanged(personas.find_scenario(scenario)[0], lines, somebody)
    case = next(one for one in persona.scenarios if one.id == scenario)

    assert felt(play_with(persona, case, as_said)) == felt(played(scenario, lines))


@pytest.mark.parametrize("scenario", TALKS)
def test_the_names_of_the_family_change_nothing(scenario: str) -> None:
    lines = TALKS[scenario]["named"]
    persona, as_said = with_people(personas.find_scenario(scenario)[0], lines, FAMILIES[scenario])
    case = next(one for one in persona.scenarios if one.id == scenario)

    assert felt(play_with(persona, case, as_said)) == felt(played(scenario, lines))
