"""Classes: whose they are, who joins them, and what a change leaves in the trail."""

from datetime import UTC, datetime

import pytest

from app import accounts
from app.accounts import Person
from app.classroom import classes
from app.errors import BadRequest, NotFound, OnlyEducator
from app.storage import Store
from app.storage import classes as rows
from app.storage.tables import Cohort
from tests.app.classroom.made import trail


async def test_a_class_belongs_to_whoever_made_it(store: Store, eva: Person, cohort: Cohort) -> None:
    async with store.read() as session:
        taught = await rows.of_member(session, eva.id, "educator")
        joined = await rows.of_member(session, eva.id, "student")

    assert [(one.id, one.name, one.time_zone) for one in taught] == [(cohort.id, "Year 4", "Europe/London")]
    assert joined == []
    assert len(cohort.join_code) == classes.CODE_LENGTH
    assert set(cohort.join_code) <= set(classes.CODE_SIGNS)
    assert await trail(store, cohort) == [("Eva", "created the class")]


@pytest.mark.parametrize(
    ("name", "zone", "told"),
    [("  ", "UTC", "needs a name"), ("x" * 121, "UTC", "more than 120"), ("Year 4", "Mars/Base", "not a time zone")],
)
async def test_a_class_that_cannot_be_made_says_why(store: Store, eva: Person, name: str, zone: str, told: str) -> None:
    async with store.write() as session:
        with pytest.raises(BadRequest, match=told):
            await classes.create_class(session, name, eva, zone)


@pytest.mark.parametrize("typed", ["{code}", " {lower} ", "{spaced}"])
async def test_a_code_lets_a_student_in_however_it_is_typed(
    store: Store, ada: Person, cohort: Cohort, typed: str
) -> None:
    code = cohort.join_code
    given = typed.format(code=code, lower=code.lower(), spaced=f"{code[:4]} {code[4:]}")
    for _ in range(2):
        async with store.write() as session:
            await classes.join_class(session, given, ada)
    async with store.read() as session:
        members = await rows.members_of(session, cohort.id, "student")

    assert [(one.user.name, one.membership.time_factor) for one in members] == [("Ada", 1.0)]
    assert await trail(store, cohort) == [("Eva", "created the class"), ("Ada", "joined by code")]


async def test_only_students_join_by_code(store: Store, eva: Person, cohort: Cohort) -> None:
    async with store.write() as session:
        with pytest.raises(BadRequest, match="Only students"):
            await classes.join_class(session, cohort.join_code, eva)


async def test_a_renewed_code_and_an_archived_class_let_nobody_in(
    store: Store, eva: Person, ada: Person, cohort: Cohort
) -> None:
    old = cohort.join_code
    async with store.write() as session:
        row = await session.get_one(Cohort, cohort.id)
        await classes.renew_code(session, row, eva)
        new = row.join_code
    async with store.write() as session:
        with pytest.raises(NotFound, match="No class has this join code"):
            await classes.join_class(session, old, ada)
        await classes.archive_class(session, await session.get_one(Cohort, cohort.id), eva, archived=True)
    async with store.write() as session:
        with pytest.raises(NotFound):
            await classes.join_class(session, new, ada)
        await classes.archive_class(session, await session.get_one(Cohort, cohort.id), eva, archived=False)
    async with store.write() as session:
        assert (await classes.join_class(session, new, ada)).id == cohort.id


async def test_the_last_educator_cannot_leave(store: Store, eva: Person, ada: Person, cohort: Cohort) -> None:
    async with store.write() as session:
        with pytest.raises(OnlyEducator):
            await classes.remove_member(session, cohort, eva, eva.id)
        with pytest.raises(BadRequest, match="not an educator"):
            await classes.add_educator(session, cohort, eva, ada)
        odd = await accounts.add_user(session, "odd@example.org", "educator", "Odd")
        await classes.add_educator(session, cohort, eva, odd)
        await classes.remove_member(session, cohort, odd, eva.id)
    async with store.read() as session:
        assert [one.name for one in await rows.educators_of(session, cohort.id)] == ["Odd"]
        assert await rows.taught_by(session, eva.id, cohort.id) is None


async def test_extra_time_is_one_of_those_examination_offices_grant(
    store: Store, eva: Person, ada: Person, cohort: Cohort
) -> None:
    async with store.write() as session:
        await classes.join_class(session, cohort.join_code, ada)
        await classes.grant_time(session, cohort, eva, ada.id, 1.25)
        with pytest.raises(BadRequest, match="not one of the extra times"):
            await classes.grant_time(session, cohort, eva, ada.id, 9.0)
        with pytest.raises(NotFound, match="not in this class"):
            await classes.grant_time(session, cohort, eva, "nobody", 1.25)
    async with store.read() as session:
        assert [one.membership.time_factor for one in await rows.members_of(session, cohort.id, "student")] == [1.25]
    assert (await trail(store, cohort))[-1] == ("Eva", "set the time factor of Ada to 1.25")


async def test_a_change_says_in_the_trail_what_it_changed(store: Store, eva: Person, cohort: Cohort) -> None:
    async with store.write() as session:
        row = await session.get_one(Cohort, cohort.id)
        await classes.change_class(session, row, eva, "Year 5", "Asia/Tokyo")
        await classes.change_class(session, row, eva, "Year 5", "Asia/Tokyo")

    assert [what for _, what in await trail(store, cohort)] == [
        "created the class",
        "renamed the class from “Year 4” to “Year 5”",
        "set the time zone to Asia/Tokyo",
    ]
    assert cohort.created_at <= datetime.now(UTC)
