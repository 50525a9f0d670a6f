"""What lists show of an encounter: its score of record, its flags, the patient's state, and whose it is to see."""

from datetime import timedelta

import pytest

from app import accounts
from app.accounts import Person
from app.classroom import classes
from app.storage import Store, listings, reviews
from app.storage.listings import Listed
from app.storage.tables import Cohort, Encounter
from tests.app.classroom.made import OPENS, add_encounter, card, card_row, flag, set_for

MINUTE = timedelta(minutes=1)
LOW, HIGH, HIGHEST = card(empathy=0), card(empathy=3), card(empathy=4)


@pytest.fixture
async def cohort(store: Store, eva: Person, ada: Person) -> Cohort:
    async with store.write() as session:
        made = await classes.create_class(session, "Year 4", eva)
        await classes.add_member(session, made.id, ada.id, "student")
    return made


async def one(store: Store, encounter_id: str) -> Listed:
    async with store.read() as session:
        found = await listings.one(session, encounter_id)
    assert found is not None
    return found


OF_SCORE = {made.overall: made.summary.model_dump(mode="json") for made in (LOW, HIGH, HIGHEST)}


async def test_the_score_of_record_is_the_educators_then_the_newest_of_the_machines(store: Store, ada: Person) -> None:
    async with store.write() as session:
        row = await add_encounter(session, ada)
    later = OPENS + timedelta(hours=1)
    seen: list[float | None] = [(await one(store, row.id)).overall]
    for number, (made, source) in enumerate(
        [
            (LOW, "deterministic"),
            (HIGH, "judge"),
            (HIGH, "deterministic"),
            (HIGHEST, "educator"),
            (LOW, "deterministic"),
            (LOW, "educator"),
        ]
    ):
        async with store.write() as session:
            session.add(card_row(row.id, made, later + number * MINUTE, source))
        async with store.read() as session:
            cards = await reviews.cards_of(session, [row.id])
        seen.append((await one(store, row.id)).overall)
        of_record = reviews.of_record(cards[row.id])
        assert (of_record and of_record.summary) == (None if seen[-1] is None else OF_SCORE[seen[-1]])

    assert seen == [
        None,
        LOW.overall,
        LOW.overall,
        HIGH.overall,
        HIGHEST.overall,
        HIGHEST.overall,
        LOW.overall,
    ]
    assert len({LOW.overall, HIGH.overall, HIGHEST.overall}) == 3


async def test_an_educators_card_without_an_overall_is_of_record_too(store: Store, ada: Person) -> None:
    async with store.write() as session:
        row = await add_encounter(session, ada, made=HIGH)
        session.add(card_row(row.id, card(None, None), OPENS, "educator"))

    assert (await one(store, row.id)).overall is None


async def test_the_flags_are_those_of_the_machines_newest_card(store: Store, ada: Person) -> None:
    async with store.write() as session:
        row = await add_encounter(session, ada)
    seen = [(await one(store, row.id)).flags]
    two = card(flags=(flag("lapse"), flag("wrong_fact")))
    cards = [(two, "deterministic"), (card(), "educator"), (card(flags=(flag("lapse"),)), "deterministic")]
    for number, (made, source) in enumerate(cards):
        async with store.write() as session:
            session.add(card_row(row.id, made, OPENS + number * MINUTE, source))
        seen.append((await one(store, row.id)).flags)

    assert seen == [0, 2, 2, 1]


async def test_a_listed_encounter_has_its_turns_and_neither_review_nor_rating_yet(store: Store, ada: Person) -> None:
    async with store.write() as session:
        row = await add_encounter(session, ada)
    found = await one(store, row.id)

    assert (found.turns, found.state, found.review, found.rated, found.started_at) == (4, None, None, False, OPENS)
    async with store.read() as session:
        assert await listings.one(session, "nobody") is None


async def test_a_students_encounters_come_newest_first_by_their_end(store: Store, ada: Person) -> None:
    async with store.write() as session:
        early = await add_encounter(session, ada)
        running = await add_encounter(session, ada, started_at=OPENS + MINUTE, ended=False)
        late = await add_encounter(session, ada, started_at=OPENS + 2 * MINUTE)
        ben = await accounts.add_user(session, "ben@example.org", "student", "Ben")
        await add_encounter(session, ben)
    async with store.read() as session:
        found = await listings.of_student(session, ada.id)

    assert [listed.encounter.id for listed in found] == [late.id, early.id, running.id]


async def test_other_tries_are_the_ended_ones_of_the_same_student(store: Store, ada: Person) -> None:
    async with store.write() as session:
        ben = await accounts.add_user(session, "ben@example.org", "student", "Ben")
        first = await add_encounter(session, ada)
        second, third, running, another = [
            await add_encounter(session, who, started_at=OPENS + number * MINUTE, ended=ended)
            for number, (who, ended) in enumerate([(ada, True), (ada, True), (ada, False), (ben, True)], 1)
        ]
        for row in (second, running, another):
            row.branched_from = first.id
        third.branched_from = second.id
    async with store.read() as session:
        found = {
            row.id: [one.encounter.id for one in await listings.other_tries(session, row)]
            for row in (first, second, third)
        }

    assert found == {first.id: [second.id], second.id: [first.id, third.id], third.id: [second.id]}


async def test_a_class_lists_what_was_set_for_it_running_ones_too(
    store: Store, cohort: Cohort, eva: Person, ada: Person
) -> None:
    made = await set_for(store, cohort, eva)
    async with store.write() as session:
        later = await add_encounter(session, ada, made.id, started_at=OPENS + MINUTE)
        first = await add_encounter(session, ada, made.id, ended=False)
        await add_encounter(session, ada)
    async with store.read() as session:
        found = await listings.set_in_class(session, cohort.id)

    assert [listed.encounter.id for listed in found] == [first.id, later.id]


async def test_shared_practice_is_listed_once_ended_and_while_its_student_is_in_the_class(
    store: Store, cohort: Cohort, eva: Person, ada: Person
) -> None:
    async with store.write() as session:
        rows = [await add_encounter(session, ada, started_at=OPENS + at * MINUTE, ended=at < 2) for at in range(3)]
        for row in rows:
            row.shared_with = cohort.id
    seen = []
    for leaves in (True, False):
        async with store.read() as session:
            found = await listings.shared_with(session, cohort.id)
            seen.append([(listed.encounter.id, name) for listed, name in found])
        if leaves:
            async with store.write() as session:
                await classes.remove_member(session, cohort, eva, ada.id)

    assert seen == [[(rows[1].id, "Ada"), (rows[0].id, "Ada")], []]


async def who_may_review(store: Store, encounter: Encounter, *educators: Person) -> list[str | None]:
    """The class by which each of these may review it."""
    async with store.read() as session:
        found = [await reviews.may_review(session, one.id, encounter.id) for one in educators]
    return [None if pair is None else pair[1].name for pair in found]


async def test_only_who_teaches_the_class_reviews_what_was_set_for_it_or_is_shared_with_it(
    store: Store, cohort: Cohort, eva: Person, ada: Person
) -> None:
    made = await set_for(store, cohort, eva)
    async with store.write() as session:
        odd = await accounts.add_user(session, "odd@example.org", "educator", "Odd")
        assigned = await add_encounter(session, ada, made.id)
        running = await add_encounter(session, ada, made.id, ended=False)
        private = await add_encounter(session, ada)
        shared = await add_encounter(session, ada)
        shared.shared_with = cohort.id

    assert [await who_may_review(store, row, eva, odd, ada) for row in (assigned, shared, running, private)] == [
        ["Year 4", None, None],
        ["Year 4", None, None],
        [None] * 3,
        [None] * 3,
    ]
