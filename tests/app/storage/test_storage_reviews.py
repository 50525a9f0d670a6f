"""The trail of a class, and the problems its students reported: what is in them, and in which order."""

from datetime import datetime, timedelta

from app.accounts import Person
from app.classroom import classes
from app.storage import Store, encounters, reviews
from app.storage.reviews import Trace
from app.storage.tables import AuditEntry, Cohort, Encounter, ProblemReport, Review, ReviewAct
from tests.app.classroom.made import OPENS, add_encounter, set_for
from tests.app.scripted import SCENARIO, new_id

MINUTE = timedelta(minutes=1)


def entry(cohort: Cohort, actor: Person | None, at: datetime, what: str) -> AuditEntry:
    return AuditEntry(id=new_id(), cohort_id=cohort.id, actor_id=actor and actor.id, at=at, what=what)


def act(encounter: Encounter, educator: Person | None, at: datetime, number: int, kind: str) -> ReviewAct:
    return ReviewAct(
        encounter_id=encounter.id, educator_id=educator and educator.id, at=at, number=number, kind=kind, words=""
    )


def words(trace: Trace) -> tuple[str | None, str, str | None, str | None]:
    """Who did what, to whose talk about what."""
    what = trace.entry.what if trace.entry is not None else trace.act.kind if trace.act is not None else ""
    return trace.actor, what, trace.student, trace.scenario_id


async def test_the_trail_has_what_was_done_to_the_class_and_to_its_talks_newest_first(
    store: Store, cohort: Cohort, eva: Person, ada: Person
) -> None:
    made = await set_for(store, cohort, eva)
    async with store.write() as session:
        [set_entry] = (await reviews.trail_of(session, cohort.id, 9))[:1]
        assert set_entry.entry is not None
        set_entry.entry.at = OPENS
        assigned, shared, private = [await add_encounter(session, ada, one) for one in (made.id, None, None)]
        shared.shared_with = cohort.id
        session.add_all(
            [
                act(assigned, eva, OPENS + 2 * MINUTE, 1, "comment"),
                entry(cohort, eva, OPENS + 1 * MINUTE, "renamed the class"),
                act(shared, None, OPENS + 4 * MINUTE, 1, "level"),
                entry(cohort, None, OPENS + 3 * MINUTE, "archived the class"),
                act(private, eva, OPENS + 5 * MINUTE, 1, "comment"),
                act(assigned, eva, OPENS + 6 * MINUTE, 2, "accept"),
            ]
        )
    async with store.read() as session:
        whole = await reviews.trail_of(session, cohort.id, 9)
        newest = await reviews.trail_of(session, cohort.id, 2)

    assert [words(trace) for trace in whole] == [
        ("Eva", "accept", "Ada", SCENARIO),
        (None, "level", "Ada", SCENARIO),
        (None, "archived the class", None, None),
        ("Eva", "comment", "Ada", SCENARIO),
        ("Eva", "renamed the class", None, None),
        ("Eva", "set “A biopsy result” as practice", None, None),
    ]
    assert newest == whole[:2]


async def test_another_classs_trail_is_its_own(store: Store, cohort: Cohort, eva: Person) -> None:
    async with store.write() as session:
        other = await classes.create_class(session, "Year 5", eva)
        session.add(entry(cohort, eva, OPENS, "renamed the class"))
    async with store.read() as session:
        found = [await reviews.trail_of(session, one.id, 9) for one in (cohort, other)]

    assert [[words(trace)[1] for trace in one] for one in found] == [["renamed the class"], ["created the class"]]


async def test_acts_come_by_number_with_who_did_them(store: Store, eva: Person, ada: Person) -> None:
    async with store.write() as session:
        row = await add_encounter(session, ada)
        session.add_all([act(row, None, OPENS, 2, "comment"), act(row, eva, OPENS + MINUTE, 1, "level")])
        session.add(act(row, eva, OPENS, 10, "accept"))
    async with store.read() as session:
        found = await reviews.acts_of(session, row.id)

    assert [(one.act.number, one.educator) for one in found] == [(1, "Eva"), (2, None), (10, "Eva")]


async def test_a_review_is_begun_once(store: Store, ada: Person) -> None:
    async with store.write() as session:
        row = await add_encounter(session, ada)
        first = await reviews.hold(session, row.id)
        first.acts = 3
    async with store.write() as session:
        again = await reviews.hold(session, row.id)
        assert (again.acts, again.cleared, again.accepted_at, again.released_at) == (3, 0, None, None)
    async with store.read() as session:
        assert (await session.get_one(Review, row.id)).acts == 3


def report(encounter: Encounter, minute: int, words: str, *, closed: bool = False) -> ProblemReport:
    at = OPENS + minute * MINUTE
    return ProblemReport(
        id=new_id(),
        encounter_id=encounter.id,
        about="patient",
        words=words,
        reported_at=at,
        closed_at=at if closed else None,
        answer="",
    )


async def test_a_class_owns_the_reports_of_its_talks_and_the_rest_has_no_class(
    store: Store, cohort: Cohort, eva: Person, ada: Person
) -> None:
    made = await set_for(store, cohort, eva)
    async with store.write() as session:
        assigned, shared, private = [await add_encounter(session, ada, one) for one in (made.id, None, None)]
        shared.shared_with = cohort.id
        session.add_all(
            [
                report(assigned, 1, "first"),
                report(shared, 2, "second"),
                report(assigned, 3, "answered", closed=True),
                report(private, 4, "private, answered", closed=True),
                report(private, 5, "private"),
                report(private, 6, "private, newest"),
            ]
        )
    async with store.read() as session:
        owned = await reviews.reports_in(session, cohort.id)
        unowned = await reviews.unowned_reports(session)
        of_one = await reviews.reports_on(session, assigned.id)

    assert [(one.words, name, scenario_id) for one, name, scenario_id in owned] == [
        ("second", "Ada", SCENARIO),
        ("first", "Ada", SCENARIO),
        ("answered", "Ada", SCENARIO),
    ]
    assert [one.words for one, _, _ in unowned] == ["private, newest", "private", "private, answered"]
    assert [one.words for one in of_one] == ["first", "answered"]


async def test_only_turns_that_moved_the_patient_have_changes(store: Store, ada: Person) -> None:
    moved = [{"what": "trust", "by": -0.1, "why": "Hurried."}]
    async with store.write() as session:
        row, other = [await add_encounter(session, ada) for _ in range(2)]
        for encounter, position, changes in ((row, 1, moved), (row, 3, []), (other, 1, moved)):
            (await encounters.turns_of(session, encounter.id))[position].changes = changes
    async with store.read() as session:
        assert await reviews.changes_in(session, [row.id]) == [(row.id, moved)]
        assert await reviews.changes_in(session, []) == []
