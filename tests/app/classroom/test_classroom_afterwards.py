"""What a student does with a talk afterwards: rate it, show it to a class, report a problem, delete it."""

from typing import Any

import pytest

from app.accounts import Person
from app.classroom import afterwards, classes, reviewing
from app.errors import AlreadyRated, BadRequest, NotFound, StillRunning
from app.replies import new_attempt
from app.storage import Store, encounters, listings, reviews
from app.storage.tables import (
    Cohort,
    Encounter,
    LedgerRow,
    ProblemReport,
    ReplyAttempt,
    Review,
    ReviewAct,
    ScorecardRow,
    SelfRating,
    TurnRow,
)
from tests.app.classroom.made import add_encounter, at_once, card, count, on_sqlite, set_for

LEVELS: dict[Any, int | None] = {"empathy": 2, "emotion_naming": 0, "permission": 4, "explanation": None}


@pytest.fixture
async def talk(store: Store, ada: Person) -> Encounter:
    """Ended free practice."""
    async with store.write() as session:
        return await add_encounter(session, ada, made=card())


@pytest.fixture
async def running(store: Store, ada: Person) -> Encounter:
    async with store.write() as session:
        return await add_encounter(session, ada, ended=False)


@pytest.fixture
async def assigned(store: Store, cohort: Cohort, eva: Person, ada: Person) -> Encounter:
    """An ended talk that was set for the class."""
    made = await set_for(store, cohort, eva)
    async with store.write() as session:
        await classes.add_member(session, cohort.id, ada.id, "student")
        return await add_encounter(session, ada, made.id, card())


async def rate(store: Store, talk: Encounter, levels: dict[Any, int | None], reflection: str = "") -> None:
    async with store.write() as session:
        await afterwards.rate(session, talk, levels, reflection)


async def share(store: Store, talk: Encounter, student: Person, cohort_id: str | None) -> None:
    async with store.write() as session:
        await afterwards.share(session, talk.id, student, cohort_id)


async def shared(store: Store, cohort: Cohort) -> list[tuple[str, str]]:
    """What the class's educators see of free practice: encounter and name."""
    async with store.read() as session:
        return [(one.encounter.id, name) for one, name in await listings.shared_with(session, cohort.id)]


async def test_a_talk_is_rated_once(store: Store, talk: Encounter) -> None:
    await rate(store, talk, LEVELS, "  I hurried. ")
    with pytest.raises(AlreadyRated):
        await rate(store, talk, LEVELS | {"empathy": 4}, "Better.")
    async with store.read() as session:
        rating = (await reviews.ratings_of(session, [talk.id]))[talk.id]
        listed = await listings.one(session, talk.id)

    assert (rating.levels, rating.reflection) == (LEVELS, "I hurried.")
    assert listed is not None
    assert listed.rated


async def test_of_two_ratings_at_once_one_is_kept(store: Store, talk: Encounter) -> None:
    outcomes = await at_once(store, *[lambda session: afterwards.rate(session, talk, LEVELS, "")] * 2)

    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyRated", "NoneType"]


@on_sqlite
@pytest.mark.parametrize(
    ("levels", "reflection"),
    [
        ({}, ""),
        ({"empathy": 2, "emotion_naming": 0, "permission": 4}, ""),
        (LEVELS | {"warmth": 2}, ""),
        (LEVELS | {"empathy": 5}, ""),
        (LEVELS | {"empathy": -1}, ""),
        (LEVELS, "x" * 2_001),
    ],
)
async def test_a_rating_has_a_level_for_each_scale(
    store: Store, talk: Encounter, levels: dict[Any, int | None], reflection: str
) -> None:
    with pytest.raises(BadRequest):
        await rate(store, talk, levels, reflection)

    assert await count(store, SelfRating) == 0


async def test_a_talk_that_goes_on_is_neither_rated_nor_shown(
    store: Store, cohort: Cohort, ada: Person, running: Encounter
) -> None:
    with pytest.raises(StillRunning):
        await rate(store, running, LEVELS)
    with pytest.raises(StillRunning):
        await share(store, running, ada, cohort.id)


async def test_free_practice_is_shown_to_ones_own_class_and_hidden_again(
    store: Store, cohort: Cohort, eva: Person, ada: Person, talk: Encounter
) -> None:
    async with store.write() as session:
        await classes.add_member(session, cohort.id, ada.id, "student")
    seen = [await shared(store, cohort)]
    for cohort_id in (cohort.id, None):
        await share(store, talk, ada, cohort_id)
        seen.append(await shared(store, cohort))

    assert seen == [[], [(talk.id, "Ada")], []]


async def test_a_class_one_is_not_in_is_shown_nothing(
    store: Store, cohort: Cohort, eva: Person, odd: Person, ada: Person, talk: Encounter
) -> None:
    async with store.write() as session:
        other = await classes.create_class(session, "Year 5", odd)
        await classes.add_member(session, cohort.id, ada.id, "student")
    with pytest.raises(NotFound, match="not in that class"):
        await share(store, talk, ada, other.id)

    assert await shared(store, other) == []


async def test_what_was_set_for_a_class_is_neither_shared_nor_deleted(
    store: Store, cohort: Cohort, ada: Person, assigned: Encounter
) -> None:
    with pytest.raises(BadRequest, match="educators see it"):
        await share(store, assigned, ada, cohort.id)
    with pytest.raises(BadRequest, match="so it stays"):
        async with store.write() as session:
            await afterwards.delete_practice(session, assigned.id)
    async with store.read() as session:
        assert (await encounters.find(session, assigned.id)).shared_with is None


async def test_a_report_is_answered_by_whoever_owns_it(
    store: Store, cohort: Cohort, eva: Person, assigned: Encounter
) -> None:
    async with store.write() as session:
        await afterwards.report(session, assigned, "patient", " She answered twice. ")
    async with store.write() as session:
        [(open_report, name, scenario_id)] = await reviews.reports_in(session, cohort.id)
        await afterwards.close_report(session, open_report.id, eva, " Thank you; we look into it. ")
    async with store.read() as session:
        [closed] = await reviews.reports_on(session, assigned.id)

    assert (name, scenario_id) == ("Ada", assigned.scenario_id)
    assert (closed.about, closed.words) == ("patient", "She answered twice.")
    assert (closed.answer, closed.closed_by) == ("Thank you; we look into it.", eva.id)
    assert closed.closed_at is not None
    assert closed.closed_at >= closed.reported_at


async def test_a_report_is_about_the_patient_or_the_feedback_and_its_answer_has_words(
    store: Store, eva: Person, talk: Encounter
) -> None:
    with pytest.raises(BadRequest, match="about the patient or about the feedback"):
        async with store.write() as session:
            await afterwards.report(session, talk, "weather", "Rain.")
    async with store.write() as session:
        await afterwards.report(session, talk, "feedback", "It is wrong.")
    async with store.write() as session:
        [report] = await reviews.reports_on(session, talk.id)
        with pytest.raises(BadRequest, match="there should be one"):
            await afterwards.close_report(session, report.id, eva, "  ")
    async with store.read() as session:
        [(report, name, _)] = await reviews.unowned_reports(session)

    assert (report.closed_at, report.closed_by, report.answer, name) == (None, None, "", "Ada")


async def test_deleted_practice_is_gone_with_all_that_belongs_to_it(
    store: Store, eva: Person, ada: Person, talk: Encounter
) -> None:
    await rate(store, talk, LEVELS)
    async with store.write() as session:
        await afterwards.report(session, talk, "patient", "Odd.")
        await reviewing.comment(session, talk, eva, 0, None, "Warm.")
        session.add(LedgerRow(id="l1", encounter_id=talk.id, position=0, kind="cue", item_id="c", quote="Is it bad?"))
        session.add(new_attempt(talk.id, "t1", 1))
        branched = await add_encounter(session, ada, made=card())
        branched.branched_from = talk.id
    async with store.write() as session:
        await afterwards.delete_practice(session, talk.id)
    async with store.read() as session:
        kept = await encounters.find(session, branched.id)

    assert kept.branched_from is None
    gone = (SelfRating, ProblemReport, Review, ReviewAct, LedgerRow, ReplyAttempt)
    assert [await count(store, table) for table in gone] == [0] * 6
    assert [await count(store, table) for table in (Encounter, ScorecardRow)] == [1, 1]
    assert await count(store, TurnRow) == 4
    with pytest.raises(NotFound):
        async with store.write() as session:
            await afterwards.delete_practice(session, talk.id)
