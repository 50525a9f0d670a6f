"""The demo is made by really running the product."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import demo
from app.accounts import Person
from app.classroom import assignments
from app.classroom.release import hold_of
from app.demo import after, programme
from app.demo.announcing import announce
from app.demo.cast import STUDENTS
from app.demo.programme import EXTRA_TIME, Talk
from app.errors import StorageFull
from app.settings import Settings
from app.storage import Store, classes, listings, people, reviews
from app.storage.listings import Listed
from app.storage.tables import Assignment, Membership


class Made:
    """What is in the database after the demo was made, by how a student is called."""

    def __init__(self, seeded: demo.Seeded, session: AsyncSession) -> None:
        self.seeded = seeded
        self.session = session
        self.students: Mapping[str, Person] = {
            called: one.person
            for called in STUDENTS
            for one in seeded.invited
            if one.person.email == f"{called.lower()}@example.org"
        }

    async def talks(self, called: str) -> Sequence[Listed]:
        return await listings.of_student(self.session, self.students[called].id)

    async def talk(self, called: str, mode: str = "practice") -> Listed:
        """Their only talk of this mode."""
        (found,) = [talk for talk in await self.talks(called) if talk.encounter.mode == mode]
        return found

    async def all_talks(self) -> list[Listed]:
        return [talk for called in STUDENTS for talk in await self.talks(called)]

    async def overall(self, called: str, mode: str) -> float:
        found = (await self.talk(called, mode)).overall
        assert found is not None
        return found

    async def assignments_of(self, called: str) -> list[Assignment]:
        return [one for one, _ in await classes.assignments_for(self.session, self.students[called].id)]

    async def states(self, called: str) -> dict[tuple[str, str], str]:
        """The state each assignment is in for this student, by how and on whose case it is set."""
        now = datetime.now(UTC)
        states: dict[tuple[str, str], str] = {}
        for one in await self.assignments_of(called):
            begun = await classes.how_many_begun(self.session, one.id, self.students[called].id)
            states[one.scenario_id, one.release] = assignments.state_of(one, begun, now)
        return states


async def check_people_and_states(made: Made) -> None:
    assert await people.how_many_users(made.session) == 14
    assert [len(await made.talks(called)) for called in ("Dana", "Lucia")] == [0, 0]
    before = {
        (programme.MARIA, "after_review"): "closed",
        (programme.MARIA, "at_once"): "open",
        (programme.RAY, "after_review"): "open",
        (programme.DANIEL, "at_once"): "not_open",
    }
    assert await made.states("Dana") == before
    assert await made.states("Ada") == before | {(programme.RAY, "after_review"): "no_attempts_left"}


async def check_talks(made: Made) -> None:
    talks = await made.all_talks()

    assert len([talk for talk in talks if talk.encounter.ended_at is not None]) == 14
    assert [talk.encounter.student_id for talk in talks if talk.encounter.ended_at is None] == [
        made.students["Kiran"].id
    ]
    assert all(talk.overall is not None for talk in talks if talk.encounter.ended_at is not None)
    assert [talk.encounter.student_id for talk in talks if talk.encounter.late] == [made.students["Farid"].id]
    shared = [talk.encounter for talk in talks if talk.encounter.shared_with is not None]
    assert [(one.student_id, one.assignment_id) for one in shared] == [(made.students["Joanna"].id, None)]


async def check_scores(made: Made) -> None:
    best, middle, worst = [await made.overall(called, "assessment") for called in ("Ada", "Ben", "Cem")]
    assert best - 10 > middle > worst + 10

    again = [talk.overall for talk in await made.talks("Imani")]
    assert len(again) == 2
    assert max(again, key=lambda one: one or 0) == again[0]


async def check_closed_assignment(made: Made) -> None:
    (closed,) = [
        one
        for one in await made.assignments_of("Dana")
        if (one.scenario_id, one.release) == (programme.MARIA, "after_review")
    ]
    held = [talk.encounter for talk in await made.all_talks() if talk.encounter.assignment_id == closed.id]

    assert len(held) == 5
    assert closed.opens_at < closed.closes_at
    assert all(one.ended_at is not None and one.ended_at <= closed.closes_at for one in held)


async def check_time_limit(made: Made) -> None:
    given = {}
    for called in ("Ada", "Grace"):
        encounter = (await made.talk(called, "assessment")).encounter
        assert encounter.deadline_at is not None
        given[called] = encounter.deadline_at - encounter.started_at
    assert given == {"Ada": timedelta(minutes=12), "Grace": timedelta(minutes=15)}
    members = [await made.session.get(Membership, (await _cohort_of(made), one.id)) for one in made.students.values()]
    assert sorted(one.time_factor for one in members if one is not None) == [1.0] * 11 + [EXTRA_TIME["Grace"]]


async def check_ratings(made: Made) -> None:
    rated = {called: (await made.talk(called, "assessment")).rated for called in ("Ada", "Ben", "Cem", "Grace")}

    assert rated == dict.fromkeys(rated, True)
    assert not (await made.talk("Hiroshi", "assessment")).rated


async def check_reviews(made: Made) -> None:
    holds, kinds = {}, {}
    for called in ("Ada", "Ben", "Cem", "Efua", "Farid"):
        (talk,) = [talk for talk in await made.talks(called) if await _is_of_first(made, talk)]
        assignment = await made.session.get(Assignment, talk.encounter.assignment_id)
        holds[called] = hold_of(assignment, talk.review, rated=talk.rated, flags=talk.flags)
        kinds[called] = [one.act.kind for one in await reviews.acts_of(made.session, talk.encounter.id)]

    assert holds == {"Ada": None, "Farid": None, "Ben": "review", "Cem": "review", "Efua": "review"}
    assert kinds["Ada"][-4:] == ["comment", "level", "accept", "release"]
    assert kinds["Farid"][-3:] == ["comment", "accept", "release"]
    assert kinds["Efua"][-2:] == ["comment", "accept"]
    assert kinds["Ben"] == kinds["Cem"] == []


async def _is_of_first(made: Made, talk: Listed) -> bool:
    assignment = await made.session.get(Assignment, talk.encounter.assignment_id or "")
    return assignment is not None and (assignment.scenario_id, assignment.release) == (programme.MARIA, "after_review")


async def _cohort_of(made: Made) -> str:
    return (await made.assignments_of("Dana"))[0].cohort_id


async def test_a_class_at_work_is_made_once_with_every_state(store: Store, settings: Settings) -> None:
    seeded = await demo.seed(store, settings)

    assert seeded.fault is None
    async with store.read() as session:
        made = Made(seeded, session)
        for check in (
            check_people_and_states,
            check_talks,
            check_scores,
            check_closed_assignment,
            check_time_limit,
            check_ratings,
            check_reviews,
        ):
            await check(made)


async def test_who_to_sign_in_as_first_stands_first(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("TALKS", "LATER_TALKS"):
        monkeypatch.setattr(demo, part, ())
    monkeypatch.setattr(after, "REVIEWS", ())

    seeded = await demo.seed(store, settings)

    assert [one.person.email for one in seeded.invited[:3]] == [
        "educator@example.org",
        "dana@example.org",
        "admin@example.org",
    ]
    lines = [*announce(seeded.invited, seeded.fault)]
    assert [line.split()[0] for line in lines if "http" in line and "@" in line.split()[1]] == ["educator", "student"]
    assert len([line for line in lines if "http" in line]) == 14


async def test_a_talk_that_cannot_be_held_is_said_and_the_people_are_there(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> dict[Talk, str]:
        raise StorageFull

    monkeypatch.setattr(demo, "hold_talks", full)

    seeded = await demo.seed(store, settings)

    assert isinstance(seeded.fault, StorageFull)
    assert len(seeded.invited) == 14
    assert "not all of its talks" in next(announce(seeded.invited, seeded.fault))
    async with store.read() as session:
        assert await people.how_many_users(session) == 14
        assert await Made(seeded, session).all_talks() == []
