"""Assignments: which terms can be set, the state at every boundary, which attempt counts, and what the trail says."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from app.accounts import Person
from app.classroom import assignments, reviewing
from app.classroom.assignments import deadline_of, faults_of, one_that_counts, settle, state_of
from app.errors import AssignmentClosed, AssignmentUsed, BadRequest, NoAttemptsLeft
from app.storage import Store
from app.storage import classes as rows
from app.storage.tables import Assignment, Cohort
from personas import loader
from tests.app.classroom.made import CLOSES, DUE, MOMENT, OPENS, add_encounter, assignment, card, set_for, terms, trail

WITHIN_TWENTY = "It should be a number from 1 to 20, or empty."
WITHIN_TWO_HOURS = "It should be a number from 2 to 120, or empty."
WITHIN_HUNDRED = "It should be a number from 1 to 100, or empty."
BETWEEN = "It should be due between opening and closing."


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, {}),
        ({"scenario_id": "nobody"}, {"scenario_id": "Choose a scenario."}),
        ({"scenario_id": "nobody", "difficulty": "odd"}, {"scenario_id": "Choose a scenario."}),
        ({"difficulty": "hard"}, {}),
        ({"difficulty": "odd"}, {"difficulty": "This scenario does not have that difficulty."}),
        ({"closes_at": OPENS}, {"closes_at": "It would close before it opens."}),
        ({"due_at": None}, {}),
        ({"due_at": OPENS}, {"due_at": BETWEEN}),
        ({"due_at": OPENS + MOMENT}, {}),
        ({"due_at": CLOSES}, {}),
        ({"due_at": CLOSES + MOMENT}, {"due_at": BETWEEN}),
        ({"mode": "exam"}, {"mode": "Choose one of: practice, assessment."}),
        ({"counts": "mean"}, {"counts": "Choose one of: best, last, first."}),
        ({"release": "never"}, {"release": "Choose one of: at_once, after_self_rating, after_review."}),
        ({"attempts": 1}, {}),
        ({"attempts": 20}, {}),
        ({"attempts": 0}, {"attempts": WITHIN_TWENTY}),
        ({"attempts": 21}, {"attempts": WITHIN_TWENTY}),
        ({"time_limit_minutes": 2}, {}),
        ({"time_limit_minutes": 120}, {}),
        ({"time_limit_minutes": 1}, {"time_limit_minutes": WITHIN_TWO_HOURS}),
        ({"time_limit_minutes": 121}, {"time_limit_minutes": WITHIN_TWO_HOURS}),
        ({"pass_mark": 1}, {}),
        ({"pass_mark": 100}, {}),
        ({"pass_mark": 0}, {"pass_mark": WITHIN_HUNDRED}),
        ({"pass_mark": 101}, {"pass_mark": WITHIN_HUNDRED}),
        ({"note": "x" * 1_000}, {}),
        ({"note": "x" * 1_001}, {"note": "It has more than 1,000 characters."}),
        ({"mode": "exam", "attempts": 0}, {"mode": "Choose one of: practice, assessment.", "attempts": WITHIN_TWENTY}),
    ],
)
def test_each_term_that_cannot_be_set_is_named_with_a_sentence(changes: dict[str, Any], faults: dict[str, str]) -> None:
    assert faults_of(terms(**changes)) == faults


@pytest.mark.parametrize(
    ("chosen", "follows"),
    [
        ({}, {}),
        ({"hints": False}, {}),
        ({"mode": "assessment"}, {"hints": False, "release": "after_review"}),
        ({"mode": "assessment", "release": "after_self_rating"}, {"hints": False, "release": "after_review"}),
        ({"pass_mark": 60}, {"release": "after_review"}),
        ({"release": "after_self_rating"}, {"self_rating": True}),
        ({"pass_mark": 60, "self_rating": True}, {"release": "after_review"}),
        ({"release": "after_review"}, {}),
    ],
)
def test_where_passing_is_at_stake_there_is_a_review_first(chosen: dict[str, Any], follows: dict[str, Any]) -> None:
    assert settle(terms(**chosen)) == terms(**chosen | follows)


@pytest.mark.parametrize(
    ("now", "begun", "attempts", "state"),
    [
        (OPENS - MOMENT, 0, None, "not_open"),
        (OPENS - MOMENT, 2, 2, "not_open"),
        (OPENS, 0, None, "open"),
        (OPENS, 1, 2, "open"),
        (OPENS, 2, 2, "no_attempts_left"),
        (OPENS, 3, 2, "no_attempts_left"),
        (DUE - MOMENT, 9, None, "open"),
        (DUE, 9, None, "late"),
        (DUE, 1, 2, "late"),
        (DUE, 2, 2, "no_attempts_left"),
        (CLOSES - MOMENT, 1, 2, "late"),
        (CLOSES, 1, 2, "closed"),
        (CLOSES, 2, 2, "closed"),
    ],
)
def test_the_state_changes_at_the_very_moment(now: datetime, begun: int, attempts: int | None, state: str) -> None:
    assert state_of(assignment(attempts=attempts), begun, now) == state


def test_nothing_is_late_where_nothing_is_due() -> None:
    assert state_of(assignment(due_at=None), 0, CLOSES - MOMENT) == "open"


@pytest.mark.parametrize(
    ("now", "begun", "error", "sentence"),
    [
        (OPENS - MOMENT, 0, AssignmentClosed, "This assignment is not open yet."),
        (CLOSES, 0, AssignmentClosed, "This assignment has closed."),
        (CLOSES, 2, AssignmentClosed, "This assignment has closed."),
        (DUE, 2, NoAttemptsLeft, "You have used all your attempts at this assignment."),
    ],
)
def test_what_cannot_be_begun_is_refused_in_words(
    now: datetime, begun: int, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as refused:
        assignments.refuse_unless_open(assignment(attempts=2), begun, now)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("now", [OPENS, DUE, CLOSES - MOMENT])
def test_what_is_open_or_late_can_be_begun(now: datetime) -> None:
    assignments.refuse_unless_open(assignment(attempts=2), 1, now)


@pytest.mark.parametrize(
    ("limit", "factor", "minutes"), [(None, 2.0, None), (10, 1.0, 10.0), (10, 1.25, 12.5), (15, 1.33, 19.95)]
)
def test_extra_time_moves_the_deadline(limit: int | None, factor: float, minutes: float | None) -> None:
    ends_at = None if minutes is None else OPENS + timedelta(minutes=minutes)

    assert deadline_of(limit, factor, OPENS) == ends_at


class Tried(NamedTuple):
    started_at: datetime
    overall: float | None


def tried(*scores: float | None) -> list[Tried]:
    """Attempts an hour apart with these scores."""
    return [Tried(OPENS + timedelta(hours=hour), score) for hour, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("counts", "scores", "place"),
    [
        ("best", (40, 70, 60), 1),
        ("best", (40, 70, 70), 1),
        ("best", (None, 0, 0), 1),
        ("best", (None, None), 0),
        ("last", (70, 40, 60), 2),
        ("last", (70, None), 1),
        ("first", (40, 70), 0),
        ("first", (None, 70), 0),
    ],
)
def test_one_attempt_counts(counts: str, scores: tuple[float | None, ...], place: int) -> None:
    attempts = tried(*scores)

    assert one_that_counts(attempts, counts) == attempts[place]
    assert one_that_counts(attempts[::-1], counts) == attempts[place]


@pytest.mark.parametrize("counts", ["best", "last", "first"])
def test_without_an_attempt_none_counts(counts: str) -> None:
    assert one_that_counts([], counts) is None


@pytest.fixture
async def used(store: Store, cohort: Cohort, eva: Person, ada: Person) -> Assignment:
    """An assignment somebody has begun."""
    made = await set_for(store, cohort, eva)
    async with store.write() as session:
        await add_encounter(session, ada, made.id, ended=False)
    return made


async def test_an_assignment_is_stored_with_what_follows_from_its_terms(
    store: Store, cohort: Cohort, eva: Person
) -> None:
    async with store.write() as session:
        made = await assignments.set_assignment(session, cohort, eva, terms(mode="assessment", pass_mark=60))
    async with store.read() as session:
        [stored] = await rows.assignments_of(session, cohort.id)

    expected = terms(mode="assessment", pass_mark=60, hints=False, release="after_review")
    assert (stored.id, assignments.terms_of(stored)) == (made.id, expected)
    assert (await trail(store, cohort))[1:] == [("Eva", "set “A biopsy result” as assessment")]


async def test_terms_with_a_fault_are_refused_by_its_sentence_and_nothing_is_stored(
    store: Store, cohort: Cohort, eva: Person
) -> None:
    async with store.write() as session:
        with pytest.raises(BadRequest) as refused:
            await assignments.set_assignment(session, cohort, eva, terms(time_limit_minutes=1))
    async with store.read() as session:
        assert await rows.assignments_of(session, cohort.id) == []

    assert (refused.value.message, refused.value.what_now) == (
        WITHIN_TWO_HOURS,
        "Correct “time limit minutes” and save again.",
    )
    assert (await trail(store, cohort))[1:] == []


async def test_a_change_names_what_was_changed_and_only_that(store: Store, cohort: Cohort, eva: Person) -> None:
    async with store.write() as session:
        made = await assignments.set_assignment(session, cohort, eva, terms())
        new = terms(due_at=None, time_limit_minutes=10, difficulty="hard", pass_mark=55)
        for _ in range(2):
            await assignments.change_assignment(session, made, eva, new)
    async with store.read() as session:
        [stored] = await rows.assignments_of(session, cohort.id)

    assert assignments.terms_of(stored) == settle(new)
    assert (await trail(store, cohort))[2:] == [
        (
            "Eva",
            "changed “A biopsy result”: due from 2026-11-05 09:00 UTC to none; difficulty from standard to hard; "
            "time limit minutes from none to 10; release from at once to after review; pass mark from none to 55",
        )
    ]


@pytest.mark.parametrize(
    "changes", [{"scenario_id": "ray-new-diabetes"}, {"difficulty": "hard"}, {"mode": "assessment"}]
)
async def test_once_begun_it_stays_the_same_case_and_mode(
    store: Store, cohort: Cohort, eva: Person, used: Assignment, changes: dict[str, Any]
) -> None:
    async with store.write() as session:
        row = await session.get_one(Assignment, used.id)
        before = assignments.terms_of(row)
        with pytest.raises(AssignmentUsed):
            await assignments.change_assignment(session, row, eva, terms(**changes))
    async with store.read() as session:
        assert assignments.terms_of(await session.get_one(Assignment, used.id)) == before


async def test_once_begun_its_other_terms_can_change(
    store: Store, cohort: Cohort, eva: Person, used: Assignment
) -> None:
    async with store.write() as session:
        row = await session.get_one(Assignment, used.id)
        later = replace(assignments.terms_of(row), attempts=3, hints=False)
        with pytest.raises(BadRequest, match="a change needs a reason"):
            await assignments.change_assignment(session, row, eva, later, " ")
        await assignments.change_assignment(session, row, eva, later, "One was ill.")
    async with store.read() as session:
        assert assignments.terms_of(await session.get_one(Assignment, used.id)) == later
    assert (await trail(store, cohort))[-1] == (
        "Eva",
        "changed “A biopsy result”: attempts from none to 3; hints from yes to no. Reason: One was ill.",
    )


@pytest.mark.parametrize("changes", [{"pass_mark": 60}, {"counts": "last"}])
async def test_once_a_result_is_released_what_decides_a_pass_stays(
    store: Store, cohort: Cohort, eva: Person, ada: Person, changes: dict[str, Any]
) -> None:
    made = await set_for(store, cohort, eva, pass_mark=50)
    async with store.write() as session:
        talk = await add_encounter(session, ada, made.id, card())
        row = await session.get_one(Assignment, made.id)
        new = replace(assignments.terms_of(row), **changes)
        await assignments.change_assignment(session, row, eva, new, "It was too low.")
        await reviewing.accept(session, talk, eva, 0, release=True)
        again = replace(new, pass_mark=70)
        with pytest.raises(AssignmentUsed, match="A result was released"):
            await assignments.change_assignment(session, row, eva, again, "Still too low.")


async def test_an_assignment_nobody_has_begun_can_be_taken_back(store: Store, cohort: Cohort, eva: Person) -> None:
    made = await set_for(store, cohort, eva)
    async with store.write() as session:
        await assignments.delete_assignment(session, await session.get_one(Assignment, made.id), eva)
    async with store.read() as session:
        assert await rows.assignments_of(session, cohort.id) == []

    assert (await trail(store, cohort))[-1] == ("Eva", "took back “A biopsy result”")


async def test_an_assignment_somebody_has_begun_stays(
    store: Store, cohort: Cohort, eva: Person, used: Assignment
) -> None:
    async with store.write() as session:
        with pytest.raises(AssignmentUsed):
            await assignments.delete_assignment(session, await session.get_one(Assignment, used.id), eva)
    async with store.read() as session:
        assert [one.id for one in await rows.assignments_of(session, cohort.id)] == [used.id]


async def test_an_assignment_whose_scenario_is_gone_can_be_taken_back(
    store: Store, cohort: Cohort, eva: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await set_for(store, cohort, eva)
    monkeypatch.setattr(loader, "_shipped", dict)
    async with store.write() as session:
        await assignments.delete_assignment(session, await session.get_one(Assignment, made.id), eva)

    assert (await trail(store, cohort))[-1] == ("Eva", "took back “maria-biopsy-result”")
