"""Fills an empty data folder, so that there is something to look at: a class, its people, what was set for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app import accounts, classroom
from app.accounts import Person
from app.errors import BadRequest
from app.settings import Settings
from app.storage import Store, people
from personas import LoadedPersona, shipped

CLASS = "Demo class"
OPEN_DAYS = 28
"""How long what is set for the class stays open."""


@dataclass(frozen=True)
class Invited:
    """Someone of the demo, and the link that signs them in once."""

    person: Person
    link: str


async def seed(store: Store, settings: Settings) -> tuple[Invited, ...]:
    """Make the class and its people, all or nothing.

    Raises:
        BadRequest: there are people already; a demo is not mixed with anybody's work.
    """
    key = accounts.secret_key(settings)
    async with store.write() as session:
        if await people.how_many_users(session):
            raise BadRequest("There are people in this data folder already.", "Set RAPPORT_DATA_DIR to an empty one.")
        educator = await accounts.add_user(session, "educator@example.org", "educator", "Eva Educator")
        students = [
            await accounts.add_user(session, f"{name.lower()}@example.org", "student", f"{name} Student")
            for name in ("Ada", "Ben", "Cem")
        ]
        admin = await accounts.add_user(session, "admin@example.org", "admin", "Ann Admin")
        cohort = await classroom.create_class(session, CLASS, educator.id)
        for student in students:
            await classroom.add_member(session, cohort.id, student.id, "student")
        await _set_first_scenario(session, cohort.id, shipped())
        return tuple([await _invite(session, key, person, settings) for person in (*students, educator, admin)])


async def _set_first_scenario(session: AsyncSession, cohort_id: str, personas: Mapping[str, LoadedPersona]) -> None:
    """Set the class the first scenario there is, as practice."""
    scenarios = [scenario.id for loaded in personas.values() for scenario in loaded.persona.scenarios]
    now = datetime.now(UTC)
    if scenarios:
        await classroom.set_assignment(session, cohort_id, scenarios[0], now, now + timedelta(days=OPEN_DAYS))


async def _invite(session: AsyncSession, key: bytes, person: Person, settings: Settings) -> Invited:
    secret = await accounts.new_link(session, key, person.id, settings.sign_in_link_hours)
    return Invited(person, accounts.link_address(settings, secret))
