"""Safety flags, and the result an educator accepts, releases and opens again."""

import pytest

from app.accounts import Person
from app.classroom import reviewing
from app.classroom.release import hold_of
from app.classroom.standing import stand
from app.errors import BadRequest, FlagsOpen, NotFound
from app.storage import Store, listings, reviews
from app.storage.tables import Assignment, Cohort, Encounter, Review, ReviewAct
from tests.app.classroom.made import add_encounter, card, count, flag, on_sqlite, set_for


@pytest.fixture
async def talk(store: Store, cohort: Cohort, eva: Person, ada: Person) -> Encounter:
    """A talk with two safety flags, set with nothing but the flags to hold its result back."""
    made = await set_for(store, cohort, eva)
    async with store.write() as session:
        return await add_encounter(session, ada, made.id, card(flags=(flag("lapse"), flag("wrong_fact"))))


async def held(store: Store, talk: Encounter) -> str | None:
    async with store.read() as session:
        found = await listings.one(session, talk.id)
        assert found is not None
        terms = await session.get_one(Assignment, talk.assignment_id)
    return hold_of(terms, found.review, rated=found.rated, flags=found.flags)


async def signed(store: Store, talk: Encounter) -> tuple[bool, bool]:
    """Whether the result is accepted, and released."""
    async with store.read() as session:
        row = await session.get_one(Review, talk.id)
    return row.accepted_at is not None, row.released_at is not None


async def kinds(store: Store, talk: Encounter) -> list[tuple[int, str]]:
    async with store.read() as session:
        return [(one.act.number, one.act.kind) for one in await reviews.acts_of(session, talk.id)]


async def judge(store: Store, talk: Encounter, educator: Person, *indices: int, stands: bool = True) -> None:
    for index in indices:
        async with store.write() as session:
            await reviewing.judge_flag(session, talk, educator, 99, index, stands=stands, words="Looked at.")


async def test_a_result_is_held_until_every_flag_was_looked_at(store: Store, eva: Person, talk: Encounter) -> None:
    seen = [await held(store, talk)]
    for index in (0, 0, 1):
        await judge(store, talk, eva, index)
        seen.append(await held(store, talk))

    assert seen == ["flag", "flag", "flag", None]


@on_sqlite
@pytest.mark.parametrize("stands", [True, False])
async def test_the_verdict_on_a_flag_is_kept_with_its_words(
    store: Store, eva: Person, talk: Encounter, stands: bool
) -> None:
    await judge(store, talk, eva, 1, stands=stands)
    async with store.read() as session:
        standing = stand(await reviews.acts_of(session, talk.id))

    [(index, verdict)] = standing.flags.items()
    assert (index, verdict.act.effect, verdict.act.words, verdict.educator) == (
        1,
        "stands" if stands else "dismissed",
        "Looked at.",
        "Eva",
    )
    assert not standing.changes_card


@on_sqlite
@pytest.mark.parametrize("index", [-1, 2])
async def test_there_is_a_verdict_only_on_a_flag_that_is_there(
    store: Store, eva: Person, talk: Encounter, index: int
) -> None:
    async with store.write() as session:
        with pytest.raises(NotFound, match="no such flag"):
            await reviewing.judge_flag(session, talk, eva, 0, index, stands=True, words="")

    assert await count(store, ReviewAct) == 0


async def test_a_result_can_be_accepted_and_released_later(store: Store, eva: Person, talk: Encounter) -> None:
    with pytest.raises(FlagsOpen):
        async with store.write() as session:
            await reviewing.accept(session, talk, eva, 0, release=False)
    assert await kinds(store, talk) == []

    await judge(store, talk, eva, 0, 1)
    async with store.write() as session:
        await reviewing.accept(session, talk, eva, 2, release=False)
    assert await signed(store, talk) == (True, False)
    for _ in range(2):
        async with store.write() as session:
            await reviewing.release(session, talk, eva)
    assert await signed(store, talk) == (True, True)
    assert await kinds(store, talk) == [(1, "flag"), (2, "flag"), (3, "accept"), (4, "release")]


async def test_with_a_flag_open_a_release_is_refused_and_nothing_of_it_is_done(
    store: Store, eva: Person, talk: Encounter
) -> None:
    await judge(store, talk, eva, 0)
    with pytest.raises(FlagsOpen):
        async with store.write() as session:
            await reviewing.accept(session, talk, eva, 1, release=True)

    assert await signed(store, talk) == (False, False)
    assert await kinds(store, talk) == [(1, "flag")]
    assert await held(store, talk) == "flag"

    await judge(store, talk, eva, 1)
    async with store.write() as session:
        await reviewing.accept(session, talk, eva, 2, release=True)
    assert await signed(store, talk) == (True, True)
    assert await kinds(store, talk) == [(1, "flag"), (2, "flag"), (3, "accept"), (4, "release")]


async def test_what_nobody_accepted_is_not_released(store: Store, eva: Person, talk: Encounter) -> None:
    with pytest.raises(BadRequest, match="Nobody has accepted"):
        async with store.write() as session:
            await reviewing.release(session, talk, eva)

    assert await count(store, Review) == 0


async def test_an_opened_review_takes_acceptance_and_release_back(
    store: Store, cohort: Cohort, eva: Person, ada: Person
) -> None:
    made = await set_for(store, cohort, eva, release="after_review")
    async with store.write() as session:
        talk = await add_encounter(session, ada, made.id, card())
    seen = [await held(store, talk)]
    async with store.write() as session:
        await reviewing.accept(session, talk, eva, 0, release=True)
    seen.append(await held(store, talk))
    async with store.write() as session:
        await reviewing.reopen(session, talk, eva, 2, "Read again.")
    seen.append(await held(store, talk))

    assert seen == ["review", None, "review"]
    assert await signed(store, talk) == (False, False)
    assert await kinds(store, talk) == [(1, "accept"), (2, "release"), (3, "reopen")]


async def test_an_opened_review_keeps_the_verdicts_on_its_flags(store: Store, eva: Person, talk: Encounter) -> None:
    await judge(store, talk, eva, 0, 1)
    async with store.write() as session:
        await reviewing.accept(session, talk, eva, 2, release=True)
        await reviewing.reopen(session, talk, eva, 4, "Read again.")
        await reviewing.accept(session, talk, eva, 5, release=True)

    assert await signed(store, talk) == (True, True)
