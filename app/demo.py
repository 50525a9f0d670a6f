"""Fills an empty data folder by really running the product: a class, its people, talks of scripted learners."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import accounts, encounter
from app.accounts import Person
from app.classroom import assignments, classes
from app.classroom.assignments import Terms
from app.encounter import Rooms
from app.errors import BadRequest
from app.lab import LEARNERS, Learner, Room
from app.patient.memory import turn_of
from app.patient.voices.authored import AuthoredVoice
from app.settings import Settings
from app.storage import Store, encounters, people
from app.storage.tables import Assignment, Cohort
from personas import LoadedPersona, find_scenario, shipped

CLASS = "Demo class"
OPEN_DAYS = 28
"""How long what is set for the class stays open."""
NEWCOMER = "Dana"
"""The student who has not spoken with anybody yet."""
TALKS: Mapping[str, tuple[str, int]] = {"Ada": ("skilled", 16), "Ben": ("middling", 12), "Cem": ("brusque", 8)}
"""Who held a talk already: as which learner, and with how many turns."""


@dataclass(frozen=True)
class Invited:
    """Someone of the demo, and the link that signs them in once."""

    person: Person
    link: str


async def seed(store: Store, settings: Settings) -> tuple[Invited, ...]:
    """Make the class and its people, all or nothing, then let three of its students hold a talk.

    Raises:
        BadRequest: there are people already; a demo is not mixed with anybody's work.
    """
    key = accounts.secret_key(settings)
    async with store.write() as session:
        if await people.how_many_users(session):
            raise BadRequest("There are people in this data folder already.", "Set RAPPORT_DATA_DIR to an empty one.")
        educator = await accounts.add_user(session, "educator@example.org", "educator", "Eva Educator")
        students = {name: await _student(session, name) for name in (NEWCOMER, *TALKS)}
        admin = await accounts.add_user(session, "admin@example.org", "admin", "Ann Admin")
        cohort = await classes.create_class(session, CLASS, educator)
        for student in students.values():
            await classes.add_member(session, cohort.id, student.id, "student")
        assignment = await _set_first_scenario(session, cohort, educator, shipped())
        everybody = (*students.values(), educator, admin)
        invited = tuple([await _invite(session, key, person, settings) for person in everybody])
    if assignment is not None:
        await _hold_talks(Rooms(store, AuthoredVoice(), settings), students, assignment)
    return invited


async def _student(session: AsyncSession, name: str) -> Person:
    return await accounts.add_user(session, f"{name.lower()}@example.org", "student", f"{name} Student")


async def _set_first_scenario(
    session: AsyncSession, cohort: Cohort, educator: Person, personas: Mapping[str, LoadedPersona]
) -> Assignment | None:
    """Set the class the first scenario there is, as practice."""
    scenarios = [scenario.id for loaded in personas.values() for scenario in loaded.persona.scenarios]
    now = datetime.now(UTC)
    if not scenarios:
        return None
    terms = Terms(scenarios[0], now, now + timedelta(days=OPEN_DAYS))
    return await assignments.set_assignment(session, cohort, educator, terms)


async def _hold_talks(rooms: Rooms, students: Mapping[str, Person], assignment: Assignment) -> None:
    """One finished encounter for each who is to have one, with the offline patient."""
    try:
        for name, (learner, turns) in TALKS.items():
            await hold_talk(rooms, students[name], assignment, LEARNERS[learner], turns)
    finally:
        await rooms.close()


async def hold_talk(rooms: Rooms, person: Person, assignment: Assignment, learner: Learner, turns: int) -> str:
    """Hold and end an encounter as this learner would; its id."""
    held = await encounter.begin(rooms, person, None, assignment_id=assignment.id)
    persona, scenario = find_scenario(assignment.scenario_id)
    for _ in range(turns):
        async with rooms.store.read() as session:
            so_far = tuple(turn_of(row) for row in await encounters.turns_of(session, held.id))
        said = learner(Room(persona.called, scenario, so_far))
        reply = await encounter.say(rooms, held.id, str(uuid4()), said.text, silent=said.silent)
        await reply.outcome()
    await encounter.end(rooms, held.id)
    return held.id


async def _invite(session: AsyncSession, key: bytes, person: Person, settings: Settings) -> Invited:
    secret = await accounts.new_link(session, key, person.id, settings.sign_in_link_hours)
    return Invited(person, accounts.link_address(settings, secret))
