"""Good talks as fixed text, `variants/<scenario>.yaml`: played against the offline patient, once each.

`plain` is the talk in standard English, `named` the same with the names of those in it; the others are its rewrites.
"""

import asyncio
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

import personas
from app.lab.playing import Step, opening, play
from app.lab.room import Learner, Room
from app.patient.scene import Change, Exchange, Received, State
from app.patient.turns import begin, receive
from app.patient.voices.authored import AuthoredVoice
from personas.schema import Persona, Scenario
from scoring.transcript import Turn

FOLDER = Path(__file__).parent / "variants"
TALKS: dict[str, dict[str, tuple[str, ...]]] = {
    path.stem: {
        version: tuple(lines) for version, lines in YAML(typ="safe", pure=True).load(path.read_text("utf-8")).items()
    }
    for path in sorted(FOLDER.glob("*.yaml"))
}
"""Scenario -> version -> what the student says; "" is silence."""
ALIKE = ("plain", "named")


def said(text: str) -> Turn:
    return Turn(speaker="student", text=text, silent=not text)


def in_order(lines: Iterable[str]) -> Learner:
    """A learner who says these lines, one a turn, whatever is answered."""
    left = iter(lines)

    def say(room: Room) -> Turn:
        return said(next(left))

    return say


def play_with(persona: Persona, scenario: Scenario, lines: Sequence[str]) -> tuple[Step, ...]:
    """These lines in order, against the offline patient at the standard difficulty."""
    return tuple(asyncio.run(play(persona, scenario, "standard", AuthoredVoice(), in_order(lines), len(lines))))


@cache
def played(scenario_id: str, lines: tuple[str, ...]) -> tuple[Step, ...]:
    """The same with the shipped persona, played once a run."""
    return play_with(*personas.find_scenario(scenario_id), lines)


def moment_before(scenario_id: str, steps: Sequence[Step], place: int) -> tuple[State, tuple[Exchange, ...]]:
    """The state and the history that turn `place` of a played talk met."""
    persona, scenario = personas.find_scenario(scenario_id)
    history = [*opening(scenario)]
    for step in steps[:place]:
        history += [Exchange(step.said, step.said.text, step.received.note), Exchange(step.reply, step.raw)]
    return (steps[place - 1].state if place else begin(persona, scenario, "standard")), tuple(history)


def received_instead(scenario_id: str, steps: Sequence[Step], place: int, text: str) -> Received:
    """What turn `place` of a played talk would have done, had this been said."""
    persona, scenario = personas.find_scenario(scenario_id)
    state, history = moment_before(scenario_id, steps, place)
    return receive(persona, scenario, "standard", state, said(text), history)


def by(changes: Iterable[Change], what: str = "trust") -> float:
    """The sum of what these changes did to one value."""
    return round(sum(change.by for change in changes if change.what == what), 4)
