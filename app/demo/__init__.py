"""Fills an empty data folder by really running the product: a class, its people, talks of scripted learners."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app import accounts
from app.accounts import Person
from app.classroom import assignments, classes
from app.demo import after
from app.demo.cast import NEWCOMER, Cast, Invited, add_people, invite
from app.demo.programme import CLASS, DOOR, EXTRA_TIME, LATER_TALKS, TALKS, TIME_ZONE, Part, terms
from app.demo.talks import hold_talks
from app.encounter import Rooms
from app.errors import BadRequest, RapportError
from app.patient.voices.authored import AuthoredVoice
from app.settings import Settings
from app.storage import Store, people
from app.storage.tables import Cohort

__all__ = ["LATER_TALKS", "NEWCOMER", "TALKS", "Invited", "Seeded", "seed"]


@dataclass(frozen=True)
class Seeded:
    """What was made: the class, and everybody in the order of `Cast.in_order`.

    `fault` says why something that should follow is missing: a talk, a rating, a review. None: nothing is.
    """

    invited: tuple[Invited, ...]
    fault: RapportError | None = None


@dataclass(frozen=True)
class _Class:
    cast: Cast
    cohort_id: str
    assignment_ids: Mapping[Part, str]


async def seed(store: Store, settings: Settings) -> Seeded:
    """Make the class, its people and what it was set, all or nothing; then hold its talks and review some.

    Raises:
        BadRequest: there are people already; a demo is not mixed with anybody's work.
    """
    key = accounts.secret_key(settings)
    async with store.write() as session:
        if await people.how_many_users(session):
            raise BadRequest("There are people in this data folder already.", "Set RAPPORT_DATA_DIR to an empty one.")
        made = await _make_class(session)
        leads_to = {made.cast.educator: f"/classes/{made.cohort_id}/review", made.cast.students[NEWCOMER]: DOOR}
        everybody = made.cast.in_order
        invited = tuple([await invite(session, key, one, settings, leads_to.get(one, "")) for one in everybody])
    # Nobody asked for second opinions on talks that were made up: each would be sent away, and paid for.
    rooms = Rooms(store, AuthoredVoice(), settings.model_copy(update={"judge_model": None}))
    try:
        await _hold_and_review(rooms, made)
    except RapportError as fault:
        return Seeded(invited, fault)
    finally:
        await rooms.close()
    return Seeded(invited)


async def _make_class(session: AsyncSession) -> _Class:
    """The people, their class, and what it was set."""
    cast = await add_people(session)
    cohort = await classes.create_class(session, CLASS, cast.educator, TIME_ZONE)
    for student in cast.students.values():
        await classes.add_member(session, cohort.id, student.id, "student")
    for name, factor in EXTRA_TIME.items():
        await classes.grant_time(session, cohort, cast.educator, cast.students[name].id, factor)
    return _Class(cast, cohort.id, await _set_assignments(session, cohort, cast.educator))


async def _set_assignments(session: AsyncSession, cohort: Cohort, educator: Person) -> dict[Part, str]:
    set_now = terms(datetime.now(UTC))
    return {
        part: (await assignments.set_assignment(session, cohort, educator, one)).id for part, one in set_now.items()
    }


async def _hold_and_review(rooms: Rooms, made: _Class) -> None:
    """The talks in two rounds, the second when the first talk was due; then what follows them."""
    students, educator, first_talk = made.cast.students, made.cast.educator, made.assignment_ids["first_talk"]
    held = await hold_talks(rooms, students, made.assignment_ids, TALKS)
    async with rooms.store.write() as session:
        await after.set_due_now(session, first_talk, educator)
    held |= await hold_talks(rooms, students, made.assignment_ids, LATER_TALKS)
    async with rooms.store.write() as session:
        await after.close_now(session, first_talk, educator)
        await after.rate_assessments(session, held)
        await after.review_first_talks(session, held, educator)
        await after.share_practice(session, held, students, made.cohort_id)
