"""Classes and who is in them: create, join by code, change, archive."""

import re
import secrets
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import available_timezones

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import Person
from app.classroom.audit import note
from app.errors import BadRequest, NotFound, OnlyEducator
from app.storage import classes
from app.storage.tables import Cohort, Membership

CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What a join code is written with: nothing that is mistaken for something else when read aloud."""
CODE_LENGTH = 8
NAME_CHARACTERS = 120
TIME_FACTORS = (1.0, 1.1, 1.25, 1.33, 1.5, 2.0, 3.0, 4.0)
"""Extra time as examination offices grant it: a quarter more is the most common, up to four times."""


async def create_class(session: AsyncSession, name: str, educator: Person, time_zone: str = "UTC") -> Cohort:
    """A new class with its first educator and a join code.

    `time_zone` is a name of the IANA database: the times of its assignments are written and shown in it.

    Raises:
        BadRequest: it has no name, or there is no such time zone.
    """
    cohort = Cohort(
        id=str(uuid4()),
        name=checked_name(name),
        join_code=new_code(),
        time_zone=checked_zone(time_zone),
        created_at=datetime.now(UTC),
    )
    session.add(cohort)
    await session.flush()
    await add_member(session, cohort.id, educator.id, "educator")
    note(session, cohort.id, educator.id, "created the class")
    return cohort


async def change_class(session: AsyncSession, cohort: Cohort, educator: Person, name: str, time_zone: str) -> None:
    """Give the class another name or time zone. Assignments stay at the same moment, written in the new zone.

    Raises:
        BadRequest: it would have no name, or there is no such time zone.
    """
    name, time_zone = checked_name(name), checked_zone(time_zone)
    if name != cohort.name:
        note(session, cohort.id, educator.id, f"renamed the class from “{cohort.name}” to “{name}”")
        cohort.name = name
    if time_zone != cohort.time_zone:
        note(session, cohort.id, educator.id, f"set the time zone to {time_zone}")
        cohort.time_zone = time_zone


async def archive_class(session: AsyncSession, cohort: Cohort, educator: Person, *, archived: bool) -> None:
    """Put the class away: nobody joins it or begins anything; what was done stays readable. Or bring it back."""
    if (cohort.archived_at is not None) != archived:
        cohort.archived_at = datetime.now(UTC) if archived else None
        note(session, cohort.id, educator.id, "archived the class" if archived else "brought the class back")


async def renew_code(session: AsyncSession, cohort: Cohort, educator: Person) -> None:
    """A new join code; the old one lets nobody in any more."""
    cohort.join_code = new_code()
    note(session, cohort.id, educator.id, "made a new join code")


async def find_by_code(session: AsyncSession, code: str) -> Cohort:
    """The class with this join code, however it was typed.

    Raises:
        NotFound: there is none, or it is archived.
    """
    cohort = await classes.by_code(session, re.sub(r"[^A-Z0-9]", "", code.upper()))
    if cohort is None or cohort.archived_at is not None:
        raise NotFound("No class has this join code.", "Check the code with your educator: it may have been renewed.")
    return cohort


async def join_class(session: AsyncSession, code: str, student: Person) -> Cohort:
    """Become a student of the class with this code; twice is once.

    Raises:
        NotFound: there is no such class.
        BadRequest: an educator or an admin cannot join as a student.
    """
    cohort = await find_by_code(session, code)
    if student.role != "student":
        raise BadRequest("Only students join a class by code.", "Another educator of the class can add you to it.")
    if await session.get(Membership, (cohort.id, student.id)) is None:
        await add_member(session, cohort.id, student.id, "student")
        note(session, cohort.id, student.id, "joined by code")
    return cohort


async def add_member(session: AsyncSession, cohort_id: str, user_id: str, role: str) -> None:
    """Put somebody in a class, as student or educator; somebody who is in it already changes to that role."""
    member = await session.get(Membership, (cohort_id, user_id))
    if member is None:
        session.add(Membership(cohort_id=cohort_id, user_id=user_id, role=role, time_factor=1.0))
    else:
        member.role = role
    await session.flush()


async def add_educator(session: AsyncSession, cohort: Cohort, educator: Person, other: Person) -> None:
    """Let another educator teach the class.

    Raises:
        BadRequest: the other is no educator.
    """
    if other.role != "educator":
        raise BadRequest(f"{other.email} is not an educator's account.", "Ask whoever runs this server for one.")
    await add_member(session, cohort.id, other.id, "educator")
    note(session, cohort.id, educator.id, f"added {other.name} as an educator")


async def remove_member(session: AsyncSession, cohort: Cohort, educator: Person, user_id: str) -> None:
    """Take somebody out of the class; what they did for it stays.

    Raises:
        NotFound: they are not in it.
        OnlyEducator: the class would have nobody who teaches it.
    """
    member = await _member(session, cohort, user_id)
    if member.role == "educator" and len(await classes.educators_of(session, cohort.id)) == 1:
        raise OnlyEducator
    name = await classes.name_of(session, user_id)
    await session.delete(member)
    note(session, cohort.id, educator.id, f"took {name} out of the class")


async def grant_time(session: AsyncSession, cohort: Cohort, educator: Person, user_id: str, time_factor: float) -> None:
    """Let a student have this many times the time limit, from their next attempt on.

    Raises:
        NotFound: they are not in the class.
        BadRequest: not one of `TIME_FACTORS`.
    """
    if time_factor not in TIME_FACTORS:
        raise BadRequest("That is not one of the extra times.", "Choose one from the list.")
    member = await _member(session, cohort, user_id)
    if member.time_factor != time_factor:
        member.time_factor = time_factor
        name = await classes.name_of(session, user_id)
        note(session, cohort.id, educator.id, f"set the time factor of {name} to {time_factor:g}")


def new_code() -> str:
    """A join code nobody can guess: eight signs of thirty-one."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def checked_name(name: str) -> str:
    """The name as it is stored.

    Raises:
        BadRequest: it is empty or too long.
    """
    tidy = " ".join(name.split())
    if not tidy:
        raise BadRequest("A class needs a name.", "Write one, such as the year and the course.")
    if len(tidy) > NAME_CHARACTERS:
        raise BadRequest(f"That name has more than {NAME_CHARACTERS} characters.", "Choose a shorter one.")
    return tidy


def checked_zone(time_zone: str) -> str:
    """The time zone, if there is one of this name.

    Raises:
        BadRequest: there is none.
    """
    if time_zone not in available_timezones():
        raise BadRequest(f"{time_zone or 'Nothing'} is not a time zone.", "Choose one such as Europe/London.")
    return time_zone


async def _member(session: AsyncSession, cohort: Cohort, user_id: str) -> Membership:
    member = await session.get(Membership, (cohort.id, user_id))
    if member is None:
        raise NotFound("They are not in this class.", "Reload the page to see who is.")
    return member
