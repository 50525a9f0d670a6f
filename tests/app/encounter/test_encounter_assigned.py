"""Encounters of an assignment: what its terms allow, when they end, and who may begin what."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from app import accounts, errors
from app import encounter as room
from app.accounts import Person
from app.classroom import assignments, classes
from app.encounter import Rooms, beginning, ending, talking
from app.encounter.talking import ON_THE_WAY
from app.storage import encounters
from app.storage.tables import Assignment, Cohort, Encounter, ReplyAttempt, ScorecardRow, TurnRow
from scoring import Scorecard
from tests.app.classroom.made import MOMENT, count, on_sqlite, open_now, set_for
from tests.app.scripted import SCENARIO, new_id

OTHER = "ray-new-diabetes"


async def begin(rooms: Rooms, student: Person, assignment: Assignment) -> Encounter:
    return await room.begin(rooms, student, None, assignment_id=assignment.id)


async def stored(rooms: Rooms, encounter_id: str) -> Encounter:
    async with rooms.store.read() as session:
        return await encounters.find(session, encounter_id)


async def turns(rooms: Rooms, encounter_id: str) -> list[str]:
    """What the student said."""
    async with rooms.store.read() as session:
        return [one.text for one in await encounters.turns_of(session, encounter_id) if one.speaker == "student"]


async def say(rooms: Rooms, encounter_id: str, said: str) -> None:
    await (await room.say(rooms, encounter_id, new_id(), said)).outcome()


async def limited(rooms: Rooms, cohort: Cohort, eva: Person, ada: Person) -> tuple[str, datetime]:
    """An encounter with a time limit, and its deadline."""
    met = await begin(rooms, ada, await set_for(rooms.store, cohort, eva, time_limit_minutes=10))
    assert met.deadline_at is not None
    return met.id, met.deadline_at


async def change(rooms: Rooms, assignment: Assignment, eva: Person, **terms: Any) -> None:
    async with rooms.store.write() as session:
        row = await session.get_one(Assignment, assignment.id)
        await assignments.change_assignment(session, row, eva, open_now(**terms), "One was ill.")


@pytest.mark.parametrize(
    ("terms", "sets"),
    [
        ({}, ("standard", "practice", True, False)),
        ({"difficulty": "hard", "hints": False}, ("hard", "practice", False, False)),
        ({"mode": "assessment", "hints": True}, ("standard", "assessment", False, False)),
        ({"due_at": -1}, ("standard", "practice", True, True)),
        ({"due_at": 30}, ("standard", "practice", True, False)),
    ],
    ids=["plain", "without hints", "assessment", "late", "in time"],
)
async def test_an_assignment_sets_difficulty_mode_hints_and_lateness(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, terms: dict[str, Any], sets: tuple[object, ...]
) -> None:
    if "due_at" in terms:  # so many minutes from now
        terms = {"due_at": datetime.now(UTC) + timedelta(minutes=terms["due_at"])}
    made = await set_for(rooms.store, cohort, eva, **terms)
    row = await stored(rooms, (await begin(rooms, ada, made)).id)

    assert (row.difficulty, row.mode, row.hints, row.late) == sets
    assert (row.assignment_id, row.scenario_id, row.deadline_at) == (made.id, SCENARIO, None)


@pytest.mark.parametrize(("factor", "minutes"), [(1.0, 10.0), (1.25, 12.5)])
async def test_the_deadline_is_so_many_minutes_from_the_beginning_with_extra_time(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, factor: float, minutes: float
) -> None:
    async with rooms.store.write() as session:
        await classes.grant_time(session, cohort, eva, ada.id, factor)
    made = await set_for(rooms.store, cohort, eva, time_limit_minutes=10)
    row = await stored(rooms, (await begin(rooms, ada, made)).id)

    assert row.deadline_at == row.started_at + timedelta(minutes=minutes)


async def test_free_practice_has_hints_and_no_deadline(rooms: Rooms, ada: Person) -> None:
    row = await stored(rooms, (await room.begin(rooms, ada, SCENARIO)).id)

    assert (row.mode, row.hints, row.late, row.deadline_at, row.assignment_id) == ("practice", True, False, None, None)


async def test_after_the_last_attempt_there_is_no_other(rooms: Rooms, cohort: Cohort, eva: Person, ada: Person) -> None:
    made = await set_for(rooms.store, cohort, eva, attempts=2)
    for _ in range(2):
        await begin(rooms, ada, made)
    with pytest.raises(errors.NoAttemptsLeft):
        await begin(rooms, ada, made)

    assert await count(rooms.store, Encounter) == 2


async def test_one_students_attempts_are_not_anothers(rooms: Rooms, cohort: Cohort, eva: Person, ada: Person) -> None:
    made = await set_for(rooms.store, cohort, eva, attempts=1)
    async with rooms.store.write() as session:
        ben = await accounts.add_user(session, "ben@example.org", "student", "Ben")
        await classes.add_member(session, cohort.id, ben.id, "student")
    for student in (ada, ben):
        await begin(rooms, student, made)

    assert await count(rooms.store, Encounter) == 2


@pytest.mark.parametrize(("attempts", "tries"), [(1, 2), (2, 5)])
async def test_tries_at_once_never_share_the_last_attempt(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, attempts: int, tries: int
) -> None:
    made = await set_for(rooms.store, cohort, eva, attempts=attempts)
    outcomes = await asyncio.gather(*(begin(rooms, ada, made) for _ in range(tries)), return_exceptions=True)

    refused = [type(one) for one in outcomes if isinstance(one, BaseException)]
    assert refused == [errors.NoAttemptsLeft] * (tries - attempts)
    assert await count(rooms.store, Encounter) == attempts


@on_sqlite
async def test_an_archived_class_lets_nobody_begin_until_it_is_back(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person
) -> None:
    made = await set_for(rooms.store, cohort, eva)
    for archived in (True, False):
        async with rooms.store.write() as session:
            await classes.archive_class(session, await session.get_one(Cohort, cohort.id), eva, archived=archived)
        if archived:
            with pytest.raises(errors.NotFound):
                await begin(rooms, ada, made)

    assert (await begin(rooms, ada, made)).assignment_id == made.id


@on_sqlite
async def test_only_a_student_of_the_class_begins_what_was_set_for_it(
    rooms: Rooms, cohort: Cohort, eva: Person
) -> None:
    made = await set_for(rooms.store, cohort, eva)
    async with rooms.store.write() as session:
        ben = await accounts.add_user(session, "ben@example.org", "student", "Ben")
    for outsider in (eva, ben):
        with pytest.raises(errors.NotFound):
            await begin(rooms, outsider, made)


async def test_the_case_of_an_assessment_is_no_free_practice_until_it_closes(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await set_for(rooms.store, cohort, eva, mode="assessment")
    with pytest.raises(errors.CaseClosed):
        await room.begin(rooms, ada, SCENARIO)
    await room.begin(rooms, ada, OTHER)

    monkeypatch.setattr(beginning, "now", lambda: made.closes_at - MOMENT)
    with pytest.raises(errors.CaseClosed):
        await room.begin(rooms, ada, SCENARIO)
    monkeypatch.setattr(beginning, "now", lambda: made.closes_at)
    assert (await room.begin(rooms, ada, SCENARIO)).assignment_id is None


@on_sqlite
async def test_the_case_of_an_assessment_to_come_is_closed_already(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person
) -> None:
    at = datetime.now(UTC)
    later = {"opens_at": at + timedelta(days=1), "closes_at": at + timedelta(days=2)}
    await set_for(rooms.store, cohort, eva, mode="assessment", **later)

    with pytest.raises(errors.CaseClosed):
        await room.begin(rooms, ada, SCENARIO)


@on_sqlite
async def test_an_assessment_closes_its_case_only_for_its_own_class(rooms: Rooms, cohort: Cohort, eva: Person) -> None:
    await set_for(rooms.store, cohort, eva, mode="assessment")
    async with rooms.store.write() as session:
        ben = await accounts.add_user(session, "ben@example.org", "student", "Ben")

    assert (await room.begin(rooms, ben, SCENARIO)).scenario_id == SCENARIO


@on_sqlite
async def test_no_second_try_at_an_assignment_until_it_closes(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await set_for(rooms.store, cohort, eva, mode="assessment")
    met = (await begin(rooms, ada, made)).id
    await say(rooms, met, "Hello.")
    await room.end(rooms, met)
    with pytest.raises(errors.AssessmentMode):
        await room.branch(rooms, ada, met, 1)

    monkeypatch.setattr(beginning, "now", lambda: made.closes_at)
    other = await room.branch(rooms, ada, met, 1)
    assert (other.assignment_id, other.mode, other.hints, other.deadline_at) == (None, "practice", True, None)


@on_sqlite
async def test_while_it_runs_no_second_try_even_when_its_assignment_has_closed(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await set_for(rooms.store, cohort, eva)
    met = (await begin(rooms, ada, made)).id
    await say(rooms, met, "Hello.")
    monkeypatch.setattr(beginning, "now", lambda: made.closes_at)

    with pytest.raises(errors.AssessmentMode):
        await room.branch(rooms, ada, met, 1)


@on_sqlite
async def test_earlier_practice_opens_no_way_into_the_case_of_an_assessment(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person
) -> None:
    met = (await room.begin(rooms, ada, SCENARIO)).id
    await say(rooms, met, "Hello.")
    await room.end(rooms, met)
    await set_for(rooms.store, cohort, eva, mode="assessment")

    with pytest.raises(errors.CaseClosed):
        await room.branch(rooms, ada, met, 1)


@on_sqlite
@pytest.mark.parametrize(
    ("terms", "error"), [({"hints": False}, errors.NoHints), ({"mode": "assessment"}, errors.AssessmentMode)]
)
async def test_there_is_no_hint_where_hints_are_off(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, terms: dict[str, Any], error: type[Exception]
) -> None:
    met = (await begin(rooms, ada, await set_for(rooms.store, cohort, eva, **terms))).id
    with pytest.raises(error):
        await room.hint(rooms, met)

    assert (await stored(rooms, met)).hints_used == 0


async def test_what_was_on_the_way_when_time_was_up_is_said_and_what_came_later_is_not(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    met, deadline = await limited(rooms, cohort, eva, ada)
    monkeypatch.setattr(talking, "now", lambda: deadline + ON_THE_WAY)
    await say(rooms, met, "Just in time.")
    monkeypatch.setattr(talking, "now", lambda: deadline + ON_THE_WAY + MOMENT)
    with pytest.raises(errors.TimeIsUp):
        await room.say(rooms, met, new_id(), "Too late.")

    assert timedelta(seconds=10) == ON_THE_WAY
    assert await turns(rooms, met) == ["Just in time."]
    assert await count(rooms.store, ReplyAttempt) == 1


@on_sqlite
async def test_what_was_said_in_time_is_answered_again_after_time_was_up(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    met, deadline = await limited(rooms, cohort, eva, ada)
    turn_id = new_id()
    await (await room.say(rooms, met, turn_id, "Hello.")).outcome()
    monkeypatch.setattr(talking, "now", lambda: deadline + timedelta(hours=1))

    again = await room.say(rooms, met, turn_id, "Hello.")

    assert (await again.outcome()).data["text"] == "Yes."


async def test_exactly_those_whose_time_is_over_are_ended_and_graded(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, deadline = await limited(rooms, cohort, eva, ada)
    later, its_deadline = await limited(rooms, cohort, eva, ada)
    free = (await room.begin(rooms, ada, OTHER)).id
    await say(rooms, over, "Hello.")
    seen = []
    for now in (deadline + ON_THE_WAY, deadline + ON_THE_WAY + MOMENT, deadline + ON_THE_WAY + MOMENT):
        monkeypatch.setattr(ending, "now", lambda now=now: now)
        ended = await room.end_overdue(rooms)
        seen.append((ended, [(await stored(rooms, one)).ended_at is not None for one in (over, later, free)]))

    assert deadline < its_deadline
    assert seen == [(0, [False, False, False]), (1, [True, False, False]), (0, [True, False, False])]
    assert await count(rooms.store, ScorecardRow) == 1


async def test_one_in_which_nothing_was_said_is_removed_and_its_attempt_given_back(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await set_for(rooms.store, cohort, eva, time_limit_minutes=10, attempts=1)
    met = await begin(rooms, ada, made)
    async with rooms.store.write() as session:
        await session.execute(delete(TurnRow))  # as with a patient who waits to be spoken to
    with monkeypatch.context() as later:
        later.setattr(ending, "now", lambda: met.started_at + timedelta(hours=1))
        assert await room.end_overdue(rooms) == 1

    assert await count(rooms.store, Encounter) == await count(rooms.store, ScorecardRow) == 0
    assert (await begin(rooms, ada, made)).id != met.id


@on_sqlite
async def test_one_that_another_process_removed_meanwhile_keeps_no_other_from_ending(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed, _ = await limited(rooms, cohort, eva, ada)
    other, deadline = await limited(rooms, cohort, eva, ada)
    await say(rooms, other, "Hello.")
    end = ending.end

    async def too_late(rooms: Rooms, encounter_id: str) -> Scorecard:
        if encounter_id != removed:
            return await end(rooms, encounter_id)
        async with rooms.store.write() as session:
            await session.delete(await encounters.find(session, removed))
        raise errors.NothingSaid

    monkeypatch.setattr(ending, "end", too_late)
    monkeypatch.setattr(ending, "now", lambda: deadline + timedelta(minutes=1))

    assert await room.end_overdue(rooms) == 2
    assert (await stored(rooms, other)).ended_at is not None
    assert await count(rooms.store, Encounter) == 1


async def test_changed_terms_leave_running_encounters_as_they_are(
    rooms: Rooms, cohort: Cohort, eva: Person, ada: Person
) -> None:
    made = await set_for(rooms.store, cohort, eva, time_limit_minutes=10)
    met = (await begin(rooms, ada, made)).id
    before = await stored(rooms, met)
    await change(rooms, made, eva, time_limit_minutes=60, hints=False, due_at=datetime.now(UTC) - timedelta(minutes=1))
    async with rooms.store.write() as session:
        await classes.grant_time(session, cohort, eva, ada.id, 2.0)
    after, new = await stored(rooms, met), await begin(rooms, ada, made)

    assert before.deadline_at is not None
    assert new.deadline_at is not None
    assert (after.hints, after.late, after.deadline_at, after.mode) == (True, False, before.deadline_at, "practice")
    assert (new.hints, new.late, new.deadline_at - new.started_at) == (False, True, timedelta(hours=2))
    assert await room.hint(rooms, met)
