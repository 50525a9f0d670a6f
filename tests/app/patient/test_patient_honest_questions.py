"""Hard but honest questions are heard as what they are, and an honest answer reaches the student word for word.

The questions stand in `honest/*.yaml`, one file for each patient with an answer each, and one for any of them.
"""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from app.patient.direction import prefix
from app.patient.disclosure import first_match
from app.patient.echo import echo_of
from app.patient.scene import Exchange, Scene
from app.patient.screen import Screen
from app.patient.turns import begin, receive
from app.patient.voices.authored import AuthoredVoice
from personas import find_scenario
from scoring import read_turn
from scoring.transcript import Turn
from tests.fake_llm.server import pieces

SCENARIOS = {
    "maria_rivera": "maria-biopsy-result",
    "ray_hodgkiss": "ray-new-diabetes",
    "daniel_adeyemi": "daniel-childs-film",
}
FOLDER = Path(__file__).parent / "honest"
PATIENTS = sorted(SCENARIOS)


def written(name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = YAML(typ="safe", pure=True).load(FOLDER / f"{name}.yaml")
    return found


def questions_to(name: str) -> list[str]:
    return [one["ask"] for one in (*written(name), *written("any_patient"))]


def opening_of(name: str) -> Exchange:
    _, scenario = find_scenario(SCENARIOS[name])
    return Exchange(Turn(speaker="patient", text=scenario.opening), scenario.opening)


def test_there_are_hard_questions_for_each_patient() -> None:
    assert [len(written(name)) >= 70 for name in PATIENTS] == [True] * len(PATIENTS)


@pytest.mark.parametrize("name", PATIENTS)
def test_no_honest_question_is_taken_for_words_to_a_machine(name: str) -> None:
    before = [opening_of(name).turn]
    taken = []
    for asked in questions_to(name):
        reading = read_turn(asked, before)
        if not reading.sure or reading.has("addresses_grader", "recites_skill"):
            taken.append(asked)
    assert taken == []


@pytest.mark.parametrize("name", PATIENTS)
async def test_no_honest_question_is_refused_by_the_offline_patient(name: str) -> None:
    persona, scenario = find_scenario(SCENARIOS[name])
    refusals = {line.id for line in persona.lines if line.on == "unclear" or "addresses_grader" in line.moves}
    refused = []
    for asked in questions_to(name):
        state, history = begin(persona, scenario, "standard"), [opening_of(name)]
        said = Turn(speaker="student", text=asked)
        received = receive(persona, scenario, "standard", state, said, history)
        history.append(Exchange(said, asked, received.note))
        scene = Scene(persona, scenario, tuple(history), received.state, received.reading)
        lines = {piece.line async for piece in AuthoredVoice().reply(scene) if piece.line}
        if lines & refusals or any("not said to" in change.why for change in received.changes):
            refused.append((asked, lines))
    assert refused == []


@pytest.mark.parametrize("name", PATIENTS)
def test_an_honest_answer_passes_word_for_word(name: str) -> None:
    persona, scenario = find_scenario(SCENARIOS[name])
    echo = echo_of(persona, prefix(persona, scenario))
    cut = []
    for one in written(name):
        screen = Screen(persona, echo=echo)
        said = [piece.text for token in pieces(one["answer"]) for piece in screen.feed(token)]
        said += [piece.text for piece in screen.finish()]
        if "".join(said) != one["answer"] or screen.breaches:
            cut.append((one["answer"], "".join(said), screen.breaches))
    assert cut == []


@pytest.mark.parametrize("name", PATIENTS)
def test_no_answer_here_tells_what_is_closed(name: str) -> None:
    """Else the screen would be right to cut it."""
    persona, _ = find_scenario(SCENARIOS[name])
    tellings = [one for concern in persona.concerns for one in (*concern.phrasings, *concern.never_before_open)]

    assert [one["answer"] for one in written(name) if first_match(tellings, one["answer"])] == []
