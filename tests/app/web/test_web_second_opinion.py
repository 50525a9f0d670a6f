"""How a second opinion stands, who may ask for it, and that asking twice is asking once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts import Person
from app.settings import Settings
from app.storage.tables import Encounter, JudgeJob
from app.web.second_opinion import SecondOpinion, ask_again, may_ask, standing
from tests.app.judged import job, judge_row, judgement
from tests.app.web.conftest import Classroom
from tests.app.web.made import encounter, scale, scorecard

CARD = scorecard(empathy=scale(level=2, score=50))
NOW = datetime.now(UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def judged(settings: Settings) -> Settings:
    return settings.model_copy(update={"judge_model": "a-judge"})


async def stands(year4: Classroom, held: str, settings: Settings) -> SecondOpinion:
    async with year4.app.state.store.read() as session:
        return await standing(session, held, settings)


async def test_without_a_judge_nothing_is_shown_not_even_an_old_opinion(
    year4: Classroom, settings: Settings, judged: Settings
) -> None:
    held = await year4.hold(year4.people.student, None)
    async with year4.app.state.store.write() as session:
        session.add(judge_row(held, judgement(CARD)))

    assert await stands(year4, held, settings) == SecondOpinion("off")
    assert await stands(year4, held, judged) == SecondOpinion("done", judgement(CARD))


@pytest.mark.parametrize("state", ["waiting", "running", "done", "failed", "over_budget"])
async def test_the_newest_job_and_the_newest_card_count(year4: Classroom, judged: Settings, state: str) -> None:
    held = await year4.hold(year4.people.student, None)
    assert (await stands(year4, held, judged)).state == "not_asked"
    async with year4.app.state.store.write() as session:
        session.add_all(
            [judge_row(held, judgement(CARD, {"empathy": 0}), NOW - MINUTE), judge_row(held, judgement(CARD), NOW)]
        )
        session.add_all([job(held, "failed", created_at=NOW - MINUTE), job(held, state, created_at=NOW)])
    found = await stands(year4, held, judged)

    assert (found.state, found.judgement) == (state, judgement(CARD))
    assert found.pending is (state in ("waiting", "running"))


async def test_asking_makes_one_job_on_the_class_that_set_it(year4: Classroom) -> None:
    held = await year4.hold(year4.people.student, await year4.set())
    for _ in range(2):
        async with year4.app.state.store.write() as session:
            await ask_again(session, await session.get_one(Encounter, held))
    async with year4.app.state.store.read() as session:
        jobs = (await session.scalars(select(JudgeJob))).all()

    assert [(one.encounter_id, one.cohort_id, one.state, one.tries) for one in jobs] == [
        (held, year4.cohort.id, "waiting", 0)
    ]


async def test_a_job_asked_for_after_another_is_the_newest_also_when_the_clock_was_set_back(
    year4: Classroom, judged: Settings
) -> None:
    held = await year4.hold(year4.people.student, None)
    async with year4.app.state.store.write() as session:
        session.add(job(held, "failed", created_at=NOW + 60 * MINUTE))
    async with year4.app.state.store.write() as session:
        await ask_again(session, await session.get_one(Encounter, held))

    assert (await stands(year4, held, judged)).state == "waiting"


def person(user_id: str) -> Person:
    return Person(id=user_id, email="x@example.org", name="X", role="student")


@pytest.mark.parametrize(
    ("assignment", "who", "may"), [(None, "u1", True), (None, "u2", False), ("a1", "u1", False), ("a1", "u2", True)]
)
def test_practice_is_its_students_to_ask_about_and_what_was_set_its_educators(
    assignment: str | None, who: str, may: bool
) -> None:
    assert may_ask(encounter(assignment_id=assignment), person(who)) is may
