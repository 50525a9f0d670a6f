"""The people of the demo, and the link that signs each of them in."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app import accounts
from app.accounts import Person
from app.settings import Settings

NEWCOMER = "Dana"
"""The student who has not spoken with anybody yet."""
STUDENTS: Mapping[str, str] = {
    "Dana": "Dana Whitfield",
    "Ada": "Ada Obi",
    "Ben": "Ben Hughes",
    "Cem": "Cem Yıldız",
    "Efua": "Efua Mensah",
    "Farid": "Farid Rahimi",
    "Grace": "Grace O'Connor",
    "Hiroshi": "Hiroshi Tanaka",
    "Imani": "Imani Clarke",
    "Joanna": "Joanna Kowalska",
    "Kiran": "Kiran Patel",
    "Lucia": "Lucía Ortega",
}
"""How each student is called here, and their name."""


@dataclass(frozen=True)
class Invited:
    """Someone of the demo, and the link that signs them in once."""

    person: Person
    link: str


@dataclass(frozen=True)
class Cast:
    """Everybody; `students` by how they are called in `STUDENTS`."""

    educator: Person
    admin: Person
    students: Mapping[str, Person]

    @property
    def in_order(self) -> tuple[Person, ...]:
        """Who to sign in as first stands first: who reviews, who is to hold a talk, then all others."""
        others = [student for name, student in self.students.items() if name != NEWCOMER]
        return (self.educator, self.students[NEWCOMER], self.admin, *others)


async def add_people(session: AsyncSession) -> Cast:
    """An account for each."""
    return Cast(
        educator=await accounts.add_user(session, "educator@example.org", "educator", "Eva Educator"),
        admin=await accounts.add_user(session, "admin@example.org", "admin", "Ann Admin"),
        students={
            called: await accounts.add_user(session, f"{called.lower()}@example.org", "student", name)
            for called, name in STUDENTS.items()
        },
    )


async def invite(session: AsyncSession, key: bytes, person: Person, settings: Settings, leads_to: str = "") -> Invited:
    """A new sign-in link for this person, and the page it leads to."""
    secret = await accounts.new_link(session, key, person.id, settings.sign_in_link_hours)
    return Invited(person, accounts.link_address(settings, secret, leads_to))
