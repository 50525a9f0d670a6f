"""A second opinion is asked for with the end of a talk, and again only where something was left without a score."""

from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import encounter as room
from app import judging
from app.accounts import Person
from app.classroom import afterwards, classes
from app.encounter import Rooms
from app.errors import NotFound, NothingSaid, RapportError, StillRunning
from app.judging import Judging, SecondOpinion
from app.settings import Settings
from app.storage import Store, encounters, judgements
from app.storage.judgements import NOTHING, Took
from app.storage.tables import Cohort, Encounter, JudgeJob, ScorecardRow
from personas.vocabulary import ScaleName
from tests.app.classroom.made import add_encounter, set_for
from tests.app.judging.made import (
    ScriptedJudge,
    ScriptedModel,
    add_job,
    change_job,
    job_of,
    judge_cards,
    judgement,
)
from tests.app.scripted import SCENARIO, ScriptedVoice, new_id

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
async def rooms(store: Store, judged: Settings) -> AsyncIterator[Rooms]:
    opened = Rooms(store, ScriptedVoice(), judged)
    yield opened
    await opened.close()


async def talk(rooms: Rooms, student: Person, said: str = "You look frightened.") -> str:
    """A talk of one turn that goes on; without words it is a silence."""
    met = await room.begin(rooms, student, SCENARIO)
    await (await room.say(rooms, met.id, new_id(), said, silent=not said)).outcome()
    return met.id


async def jobs(store: Store) -> list[JudgeJob]:
    async with store.read() as session:
        return list(await session.scalars(select(JudgeJob)))


async def test_a_talk_that_ends_waits_for_a_second_opinion(rooms: Rooms, ada: Person) -> None:
    told: list[str] = []
    rooms.on_end = lambda: told.append("ended")
    met = await talk(rooms, ada)

    await room.end(rooms, met)
    await room.end(rooms, met)

    [job] = await jobs(rooms.store)
    async with rooms.store.read() as session:
        ended = await encounters.find(session, met)
    assert (job.encounter_id, job.state, job.tries, job.due_at) == (met, "waiting", 0, ended.ended_at)
    assert (job.cohort_id, job.claimed_by, job.finished_at, job.cost) == (None, None, None, None)
    assert told == ["ended", "ended"]


async def test_a_talk_does_not_end_without_its_job(rooms: Rooms, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise ValueError("anything")

    met = await talk(rooms, ada)
    with monkeypatch.context() as broken:
        broken.setattr(judgements, "class_of", fail)
        with pytest.raises(ValueError, match="anything"):
            await room.end(rooms, met)

    async with rooms.store.read() as session:
        assert (await encounters.find(session, met)).ended_at is None
    await room.end(rooms, met)
    assert [job.encounter_id for job in await jobs(rooms.store)] == [met]


async def test_a_talk_the_clock_ends_waits_for_a_second_opinion_too(rooms: Rooms, ada: Person) -> None:
    met = await talk(rooms, ada)
    async with rooms.store.write() as session:
        (await encounters.find(session, met)).deadline_at = NOW - timedelta(days=1)

    assert await room.end_overdue(rooms) == 1

    assert [job.encounter_id for job in await jobs(rooms.store)] == [met]


async def test_without_a_judge_no_job_is_made(store: Store, either: Settings, ada: Person) -> None:
    rooms = Rooms(store, ScriptedVoice(), either)
    met = await talk(rooms, ada)

    await room.end(rooms, met)

    assert await jobs(store) == []
    async with store.read() as session:
        assert await judging.standing(session, met, either) == SecondOpinion("off")
    await rooms.close()


@pytest.mark.parametrize("said", ["", "...", "?!"])
async def test_a_student_who_said_no_word_is_not_judged(rooms: Rooms, ada: Person, said: str) -> None:
    met = await talk(rooms, ada, said)

    await room.end(rooms, met)

    assert await jobs(rooms.store) == []
    async with rooms.store.read() as session:
        assert await judging.standing(session, met, rooms.settings) == SecondOpinion("not_asked")
    with pytest.raises(NothingSaid, match="nothing in words"):
        async with rooms.store.write() as session:
            await judging.ask_again(session, met, rooms.settings, NOW)


async def test_the_class_whose_budget_it_is_on_is_the_one_that_set_it_sees_it_or_teaches_its_student(
    store: Store, judged: Settings, ada: Person, eva: Person
) -> None:
    async with store.write() as session:
        oldest, newest, left, archived = [
            await classes.create_class(session, name, eva) for name in ("Oldest", "Newest", "Left", "Archived")
        ]
        for cohort in (oldest, newest, archived):
            await classes.add_member(session, cohort.id, ada.id, "student")
    async with store.write() as session:
        for days, cohort in enumerate((oldest, newest, left, archived)):
            row = await session.get_one(Cohort, cohort.id)
            row.created_at = NOW + timedelta(days=days)
            row.archived_at = NOW if cohort is archived else None
    assignment = await set_for(store, oldest, eva)

    async def class_of(assignment_id: str | None = None, shared_with: str | None = None) -> str | None:
        async with store.write() as session:
            encounter = await add_encounter(session, ada, assignment_id)
            encounter.shared_with = shared_with
            job = await judging.request(session, encounter, judged, NOW)
        assert job is not None
        return job.cohort_id

    assert await class_of(assignment.id, shared_with=left.id) == oldest.id
    assert await class_of(shared_with=left.id) == left.id
    assert await class_of() == newest.id


async def test_whoever_is_in_no_class_is_on_nobodys_budget(store: Store, judged: Settings, ada: Person) -> None:
    encounter_id = await add_job(store, ada, judged)

    assert (await job_of(store, encounter_id)).cohort_id is None


@pytest.mark.parametrize("state", ["failed", "over_budget"])
async def test_a_job_that_came_to_nothing_is_asked_again_as_a_new_one(
    store: Store, judged: Settings, ada: Person, state: str
) -> None:
    encounter_id = await add_job(store, ada, judged, state=state, finished_at=NOW, tries=5, fault="server_error")
    old = await job_of(store, encounter_id)

    async with store.write() as session:
        made = await judging.ask_again(session, encounter_id, judged, NOW)

    newest = await job_of(store, encounter_id)
    assert (newest.id, newest.state, newest.tries, newest.due_at) == (made.id, "waiting", 0, NOW)
    assert newest.id != old.id
    assert newest.created_at > old.created_at > NOW  # also where the clock was set back since


async def test_a_job_that_waits_is_due_now_and_stays_the_same(store: Store, judged: Settings, ada: Person) -> None:
    later = NOW + timedelta(hours=2)
    encounter_id = await add_job(store, ada, judged, due_at=later, tries=4, fault="server_error")

    async with store.write() as session:
        asked = await judging.ask_again(session, encounter_id, judged, NOW)

    [job] = await jobs(store)
    assert (job.id, job.due_at, job.tries) == (asked.id, NOW, 4)


LEFT: dict[str, dict[str, Any]] = {
    "judged": {"state": "done", "finished_at": NOW},
    "given up": {"state": "failed", "finished_at": NOW, "tries": 5, "fault": "bad_key"},
    "over budget": {"state": "over_budget", "finished_at": NOW},
    "tried": {"due_at": NOW + timedelta(days=9000), "tries": 2, "fault": "bad_key"},
    "new": {"due_at": NOW + timedelta(days=9000)},
    "running": {"state": "running", "fault": "interrupted"},
}


def is_as(job: JudgeJob, other: JudgeJob) -> bool:
    return (job.id, job.state, job.due_at) == (other.id, other.state, other.due_at)


@pytest.mark.parametrize(
    ("over_budget", "asked"), [(False, {"given up", "tried"}), (True, {"given up", "tried", "over budget"})]
)
async def test_all_that_came_to_nothing_or_waits_since_a_fault_is_asked_again(
    store: Store, judged: Settings, ada: Person, over_budget: bool, asked: set[str]
) -> None:
    talks = {name: await add_job(store, ada, judged, **changes) for name, changes in LEFT.items()}
    before = {name: await job_of(store, encounter_id) for name, encounter_id in talks.items()}

    assert await judging.ask_all_again(store, judged, over_budget=over_budget) == len(asked)

    after = {name: await job_of(store, encounter_id) for name, encounter_id in talks.items()}
    now = datetime.now(UTC)
    assert {name for name, job in after.items() if job.state == "waiting" and job.due_at <= now} == asked
    assert {name for name, job in after.items() if job.id != before[name].id} == asked - {"tried"}
    assert after["tried"].tries == 2
    assert {name for name in LEFT if is_as(after[name], before[name])} == set(LEFT) - asked


async def test_only_the_newest_job_of_a_talk_decides_whether_it_is_asked_again(
    store: Store, judged: Settings, ada: Person
) -> None:
    encounter_id = await add_job(store, ada, judged, state="failed", finished_at=NOW, fault="bad_key")
    await judging.ask_all_again(store, judged, over_budget=False)
    await Judging(store, judged, ScriptedModel(), ScriptedJudge()).work()

    assert await judging.ask_all_again(store, judged, over_budget=False) == 0
    assert (await job_of(store, encounter_id)).state == "done"


async def test_what_changed_since_the_list_was_made_is_passed_over(
    store: Store, judged: Settings, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An erased talk, and talks that were judged meanwhile, or are just then, or for which somebody asked."""
    left = await add_job(store, ada, judged, **LEFT["given up"])
    others = [await add_job(store, ada, judged, **LEFT[name]) for name in ("judged", "running", "new")]
    before = [await job_of(store, other) for other in others]

    async def as_it_was(session: AsyncSession, ended: Collection[str]) -> list[str]:
        return [new_id(), *others, left]

    monkeypatch.setattr(judgements, "left_behind", as_it_was)

    assert await judging.ask_all_again(store, judged, over_budget=False) == 1
    assert (await job_of(store, left)).state == "waiting"
    assert [is_as(await job_of(store, other), was) for other, was in zip(others, before, strict=True)] == [True] * 3


async def test_without_a_judge_nothing_is_asked_again(store: Store, either: Settings, ada: Person) -> None:
    with pytest.raises(NotFound) as refused:
        await judging.ask_all_again(store, either, over_budget=False)

    assert refused.value.message == "No judge is set up here."


async def test_a_talk_with_all_its_scores_can_be_judged_anew(store: Store, judged: Settings, ada: Person) -> None:
    """Who may ask for that, and pay for it, is the page's to say."""
    encounter_id = await add_job(store, ada, judged)
    await Judging(store, judged, ScriptedModel(), ScriptedJudge()).work()

    async with store.write() as session:
        asked = await judging.ask_again(session, encounter_id, judged, NOW)

    assert [(job.id == asked.id, job.state) for job in await jobs(store)] == [(False, "done"), (True, "waiting")]


async def test_what_was_left_without_a_score_is_asked_again_and_the_newest_card_counts(
    store: Store, judged: Settings, ada: Person
) -> None:
    encounter_id = await add_job(store, ada, judged)
    left_out: tuple[ScaleName, ...] = ("empathy",)
    await Judging(store, judged, ScriptedModel(), ScriptedJudge(not_scored=left_out)).work()
    async with store.write() as session:  # the clock was set back since
        await session.execute(update(ScorecardRow).values(created_at=datetime.now(UTC) + timedelta(days=1)))

    async with store.write() as session:
        await judging.ask_again(session, encounter_id, judged, NOW)
    await Judging(store, judged, ScriptedModel(), ScriptedJudge()).work()

    assert len(await judge_cards(store, encounter_id)) == 2
    async with store.read() as session:
        stands = await judging.standing(session, encounter_id, judged)
    assert (stands.state, stands.judgement) == ("done", judgement())


async def test_a_talk_that_ended_before_there_was_a_judge_can_be_given_to_it(
    store: Store, judged: Settings, ada: Person
) -> None:
    async with store.write() as session:
        encounter_id = (await add_encounter(session, ada)).id

    async with store.write() as session:
        await judging.ask_again(session, encounter_id, judged, NOW)

    job = await job_of(store, encounter_id)
    assert (job.state, job.due_at, job.created_at) == ("waiting", NOW, NOW)


async def test_nobody_is_asked_about_a_talk_that_goes_on_or_is_not_there_or_where_there_is_no_judge(
    store: Store, judged: Settings, either: Settings, ada: Person
) -> None:
    async with store.write() as session:
        going_on = (await add_encounter(session, ada, ended=False)).id
    failed = await add_job(store, ada, judged, state="failed", finished_at=NOW)

    refused: list[tuple[str, Settings, type[RapportError]]] = [
        (going_on, judged, StillRunning),
        (failed, either, NotFound),
        ("none", judged, NotFound),
    ]
    for encounter_id, settings, why in refused:
        with pytest.raises(why):
            async with store.write() as session:
                await judging.ask_again(session, encounter_id, settings, NOW)


async def test_a_card_stays_where_a_later_job_fails_and_what_both_took_is_added_up(
    store: Store, judged: Settings, ada: Person
) -> None:
    encounter_id = await add_job(store, ada, judged)
    await Judging(store, judged, ScriptedModel(), ScriptedJudge(not_scored=("empathy",))).work()
    async with store.write() as session:
        await judging.ask_again(session, encounter_id, judged, NOW)
    await change_job(
        store,
        encounter_id,
        state="failed",
        fault="server_error",
        finished_at=NOW,
        calls=1,
        prompt_tokens=7,
        cost=0.25,
    )

    async with store.read() as session:
        stands = await judging.standing(session, encounter_id, judged)
    [row] = await judge_cards(store, encounter_id)

    assert stands == SecondOpinion(
        "failed",
        judgement(not_scored=("empathy",)),
        row.created_at,
        "server_error",
        Took(calls=3, prompt_tokens=207, cached_tokens=120, completion_tokens=20, cost=0.25),
    )


@pytest.mark.parametrize("state", ["waiting", "running", "over_budget"])
async def test_a_talk_without_a_card_says_how_far_it_is(
    store: Store, judged: Settings, ada: Person, state: str
) -> None:
    encounter_id = await add_job(store, ada, judged, state=state)

    async with store.read() as session:
        stands = await judging.standing(session, encounter_id, judged)
    assert stands == SecondOpinion(state, took=NOTHING)  # type: ignore[arg-type]
    assert stands.pending == (state != "over_budget")


async def test_erasing_a_talk_erases_its_cards_and_leaves_what_its_class_used(
    store: Store, judged: Settings, ada: Person, eva: Person
) -> None:
    """Else whoever erases their practice would fill the budget up again."""
    async with store.write() as session:
        cohort_id = (await classes.create_class(session, "Year 4", eva)).id
    encounter_id = await add_job(store, ada, judged, cohort_id=cohort_id)
    await Judging(store, judged, ScriptedModel(), ScriptedJudge()).work()

    async with store.write() as session:
        await afterwards.delete_practice(session, encounter_id)

    async with store.read() as session:
        left = [await session.scalar(select(func.count()).select_from(one)) for one in (Encounter, ScorecardRow)]
        used = await judgements.used_by_class(session, cohort_id, NOW - timedelta(days=1))
    [job] = await jobs(store)
    assert left == [0, 0]
    assert (job.encounter_id, job.state, used.opinions, used.tokens) == (None, "done", 1, 220)
