"""Hold the talks of the demo: every one is begun, spoken turn by turn and ended as by a student."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from app import encounter
from app.accounts import Person
from app.demo.programme import DANIEL, Part, Talk
from app.encounter import Rooms
from app.lab import LEARNERS, Learner, Room
from app.patient.memory import turn_of
from app.storage import encounters
from app.storage.tables import Encounter
from personas import find_scenario

Held = Mapping[Talk, str]
"""The id of each encounter."""


async def hold_talks(
    rooms: Rooms, students: Mapping[str, Person], assignment_ids: Mapping[Part, str], talks: Sequence[Talk]
) -> dict[Talk, str]:
    """Hold these talks, one after the other: reading what is said takes one core, so a few at a time are no faster.

    Raises:
        RapportError: one could not be held; those before it were.
    """
    held = {}
    for talk in talks:
        assignment_id = assignment_ids[talk.part] if talk.part is not None else None
        held[talk] = await hold_talk(rooms, students[talk.student], assignment_id, talk)
    return held


async def hold_talk(rooms: Rooms, person: Person, assignment_id: str | None, talk: Talk) -> str:
    """Hold an encounter as this learner would, and end it if it is to end; its id."""
    scenario_id = DANIEL if assignment_id is None else None
    held = await encounter.begin(rooms, person, scenario_id, assignment_id=assignment_id)
    for _ in range(talk.turns):
        await _take_turn(rooms, held, LEARNERS[talk.learner])
    if talk.ends:
        await encounter.end(rooms, held.id)
    return held.id


async def _take_turn(rooms: Rooms, held: Encounter, learner: Learner) -> None:
    persona, scenario = find_scenario(held.scenario_id)
    async with rooms.store.read() as session:
        so_far = tuple(turn_of(row) for row in await encounters.turns_of(session, held.id))
    said = learner(Room(persona.called, scenario, so_far))
    reply = await encounter.say(rooms, held.id, str(uuid4()), said.text, silent=said.silent)
    await reply.outcome()
