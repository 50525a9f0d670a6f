"""Hold an encounter without storage, and make a transcript of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.lab.room import Learner, Room
from app.patient.ledger import cues_in
from app.patient.memory import opening_cues
from app.patient.scene import Exchange, Heard, Received, Scene, State, Voice
from app.patient.stage import split_actions, with_action
from app.patient.turns import begin, receive, settle
from personas.schema import Persona, Scenario
from scoring.transcript import Transcript, Turn


@dataclass(frozen=True)
class Step:
    """One turn of a played encounter and its answer."""

    said: Turn
    received: Received
    reply: Turn
    raw: str
    lines: tuple[str, ...]
    heard: Heard
    state: State
    """After the answer was said."""


async def play(
    persona: Persona, scenario: Scenario, difficulty: str, voice: Voice, learner: Learner, turns: int
) -> list[Step]:
    """Hold an encounter of this many student turns, without storage, and return each with what it did.

    It is shorter where the patient walks out.
    """
    state = begin(persona, scenario, difficulty)
    history = [*opening(scenario)]
    steps: list[Step] = []
    for _ in range(turns):
        said = learner(Room(persona.called, scenario, tuple(exchange.turn for exchange in history)))
        received = await asyncio.to_thread(receive, persona, scenario, difficulty, state, said, tuple(history))
        history.append(Exchange(said, with_action(said.does, said.text), received.note))
        raw, lines = await _listen(voice, Scene(persona, scenario, tuple(history), received.state, received.reading))
        state, heard = settle(persona, scenario, received.state, raw, lines)
        spoken, does = split_actions(raw)
        reply = Turn(speaker="patient", text=spoken, does=does, silent=not spoken)
        history.append(Exchange(reply, raw))
        steps.append(Step(said, received, reply, raw, lines, heard, state))
        if state.left:
            break
    return steps


def opening(scenario: Scenario) -> tuple[Exchange, ...]:
    """The patient's first words as an exchange; nothing where the student begins."""
    if not (scenario.opening or scenario.opening_does):
        return ()
    turn = Turn(speaker="patient", text=scenario.opening, does=scenario.opening_does, silent=not scenario.opening)
    return (Exchange(turn, with_action(scenario.opening_does, scenario.opening)),)


def transcript(persona: Persona, scenario: Scenario, steps: Sequence[Step]) -> Transcript:
    """A played encounter as scoring takes it, with what the patient let slip and told."""
    turns = [exchange.turn for exchange in opening(scenario)]
    heard = Heard(cues=dict(opening_cues(persona, scenario)))
    cues = [*cues_in(heard, persona, 0, turns[0])] if turns else []
    known = {("cue", one) for one in heard.cues}
    for step in steps:
        turns += [step.said, step.reply]
        new = Heard(
            cues={one: quote for one, quote in step.heard.cues.items() if ("cue", one) not in known},
            parts={one: quote for one, quote in step.heard.parts.items() if ("part", one) not in known},
            concerns={one: quote for one, quote in step.heard.concerns.items() if ("concern", one) not in known},
        )
        for kind, items in (("cue", new.cues), ("part", new.parts), ("concern", new.concerns)):
            known |= {(kind, one) for one in items}
        cues += cues_in(new, persona, len(turns) - 1, step.reply)
    return Transcript(scenario=scenario.id, turns=tuple(turns), cues=tuple(cues))


async def _listen(voice: Voice, scene: Scene) -> tuple[str, tuple[str, ...]]:
    """The whole reply, and the authored lines in it."""
    pieces = [piece async for piece in voice.reply(scene)]
    return "".join(piece.text for piece in pieces), tuple(dict.fromkeys(piece.line for piece in pieces if piece.line))
