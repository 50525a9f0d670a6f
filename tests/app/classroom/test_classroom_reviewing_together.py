"""Two educators in one review: neither goes over what the other did, and what only adds is kept of both."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import marking
from app.accounts import Person
from app.classroom import reviewing
from app.classroom.standing import Span
from app.errors import NotFound, ReviewChanged
from app.storage import Store, reviews
from app.storage.reviews import Acted
from app.storage.tables import Cohort, Encounter, Review, ScorecardRow
from tests.app.classroom.made import add_encounter, at_once, card, count, flag, on_sqlite, set_for

Act = Callable[[AsyncSession, Encounter, Person], Awaitable[None]]


def level(session: AsyncSession, talk: Encounter, educator: Person) -> Awaitable[None]:
    return reviewing.set_level(session, talk, educator, 0, "empathy", 1, "Cold.")


def verdict(session: AsyncSession, talk: Encounter, educator: Person) -> Awaitable[None]:
    return reviewing.judge_flag(session, talk, educator, 0, 0, stands=True, words="")


def acceptance(session: AsyncSession, talk: Encounter, educator: Person) -> Awaitable[None]:
    return reviewing.accept(session, talk, educator, 0, release=False)


def opening(session: AsyncSession, talk: Encounter, educator: Person) -> Awaitable[None]:
    return reviewing.reopen(session, talk, educator, 0, "Read again.")


def comment(session: AsyncSession, talk: Encounter, educator: Person) -> Awaitable[None]:
    return reviewing.comment(session, talk, educator, 0, None, f"Read by {educator.name}.")


def striking(session: AsyncSession, talk: Encounter, educator: Person) -> Awaitable[None]:
    return reviewing.strike(session, talk, educator, 0, Span("empathy", 1, 0, 20, "raises"), "Read off.")


def adding(session: AsyncSession, talk: Encounter, educator: Person) -> Awaitable[None]:
    return reviewing.add_evidence(session, talk, educator, 0, "empathy", "raises", 3, "I am sorry.", "Kind.")


@pytest.fixture
async def talk(store: Store, cohort: Cohort, eva: Person, ada: Person) -> Encounter:
    made = await set_for(store, cohort, eva)
    async with store.write() as session:
        return await add_encounter(session, ada, made.id, made=card(flags=(flag("lapse"),)))


async def do(store: Store, act: Act, talk: Encounter, educator: Person) -> None:
    async with store.write() as session:
        await act(session, talk, educator)


async def acts(store: Store, talk: Encounter) -> list[Acted]:
    async with store.read() as session:
        return list(await reviews.acts_of(session, talk.id))


@pytest.mark.parametrize("act", [level, verdict, acceptance, opening])
async def test_what_goes_over_something_unseen_is_refused_and_names_who_did_it(
    store: Store, eva: Person, odd: Person, talk: Encounter, act: Act
) -> None:
    async with store.write() as session:
        await reviewing.set_level(session, talk, odd, 0, "empathy", 4, "Warm.")
    with pytest.raises(ReviewChanged) as refused:
        await do(store, act, talk, eva)

    assert refused.value.message == "Odd changed this review after this page was opened."
    assert [(one.educator, one.act.kind) for one in await acts(store, talk)] == [("Odd", "level")]
    assert (await marking.card_of_record(store, talk.id)).scales["empathy"].level == 4


@on_sqlite
@pytest.mark.parametrize("act", [verdict, opening])
async def test_ones_own_acts_need_not_be_seen(store: Store, eva: Person, talk: Encounter, act: Act) -> None:
    for _ in range(2):
        await do(store, act, talk, eva)

    assert [one.act.number for one in await acts(store, talk)] == [1, 2]


@on_sqlite
async def test_one_does_not_go_over_ones_own_level_from_another_window(
    store: Store, eva: Person, talk: Encounter
) -> None:
    await do(store, level, talk, eva)
    with pytest.raises(ReviewChanged, match="You, in another window, changed this review"):
        await do(store, level, talk, eva)
    async with store.write() as session:
        await reviewing.set_level(session, talk, eva, 0, "permission", 1, "Another scale.")

    assert [one.act.scale for one in await acts(store, talk)] == ["empathy", "permission"]


async def test_having_seen_the_others_act_one_may_go_over_it(
    store: Store, eva: Person, odd: Person, talk: Encounter
) -> None:
    await do(store, level, talk, odd)
    async with store.write() as session:
        await reviewing.set_level(session, talk, eva, 1, "empathy", 4, "Warm.")

    assert (await marking.card_of_record(store, talk.id)).scales["empathy"].level == 4


@pytest.mark.parametrize("act", [comment, striking, adding])
async def test_what_only_adds_is_kept_of_both(
    store: Store, eva: Person, odd: Person, talk: Encounter, act: Act
) -> None:
    await do(store, act, talk, odd)
    await do(store, act, talk, eva)

    assert [(one.act.number, one.educator) for one in await acts(store, talk)] == [(1, "Odd"), (2, "Eva")]


async def test_of_two_levels_set_at_once_one_is_refused(
    store: Store, eva: Person, odd: Person, talk: Encounter
) -> None:
    outcomes = await at_once(store, *(lambda session, who=who: level(session, talk, who) for who in (eva, odd)))
    [kept] = await acts(store, talk)

    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "ReviewChanged"]
    [refused] = [one for one in outcomes if one is not None]
    assert str(refused) == f"{kept.educator} changed this review after this page was opened."
    assert kept.act.number == 1
    assert await count(store, ScorecardRow) == 2


async def test_many_acts_at_once_are_numbered_without_a_gap(
    store: Store, eva: Person, odd: Person, talk: Encounter
) -> None:
    several = [(act, who) for act in (comment, striking, adding, level) for who in (eva, odd)]
    outcomes = await at_once(
        store, *(lambda session, act=act, who=who: act(session, talk, who) for act, who in several)
    )
    refused = [one for one in outcomes if one is not None]
    async with store.read() as session:
        review = await session.get_one(Review, talk.id)

    assert all(isinstance(one, ReviewChanged) for one in refused)
    assert [one.act.number for one in await acts(store, talk)] == list(range(1, 9 - len(refused)))
    assert review.acts == 8 - len(refused)


async def test_of_two_who_take_the_same_back_at_once_one_is_told_that_it_was(
    store: Store, eva: Person, odd: Person, talk: Encounter
) -> None:
    await do(store, comment, talk, eva)

    outcomes = await at_once(
        store, *(lambda session, who=who: reviewing.take_back(session, talk, who, 1, 1) for who in (eva, odd))
    )

    assert [type(one) for one in outcomes if one is not None] == [NotFound]
    assert [one.act.kind for one in await acts(store, talk)] == ["comment", "take_back"]


async def test_a_review_whose_educator_is_gone_still_refuses(
    store: Store, eva: Person, odd: Person, talk: Encounter
) -> None:
    await do(store, level, talk, odd)
    async with store.write() as session:
        [one] = await reviews.acts_of(session, talk.id)
        one.act.educator_id = None
    with pytest.raises(ReviewChanged, match="Somebody changed this review"):
        await do(store, level, talk, eva)
