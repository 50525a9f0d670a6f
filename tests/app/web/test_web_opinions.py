"""A second opinion on its way to the pages: while it is awaited, when it has come, when it is asked for again."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import marking
from app.accounts import Person
from app.settings import Settings
from app.storage import Store
from app.storage.tables import JudgeJob
from app.web.opinions import may_ask
from scoring import Scorecard
from scoring.judge import Judgement
from tests.app.judged import MODEL, job, judge_row, judgement
from tests.app.web.conftest import Classroom
from tests.app.web.made import encounter
from tests.conftest import SignIn

KIND = (
    "Hello Maria, I am Ada. You look frightened.",
    "Who is with you today? How will you get home?",
    "Is there breast cancer in your family?",
    "I am afraid the biopsy shows breast cancer. I am so sorry.",
)
AWAY = {"judge_model": MODEL, "judge_base_url": "http://127.0.0.1:9"}
"""A judge nobody reaches: what it says is put into the database by the tests."""


@pytest.fixture
def judged(app: FastAPI) -> Settings:
    """The settings of a service that has a judge from now on; nothing asks it."""
    app.state.settings = app.state.settings.model_copy(update=AWAY)
    found: Settings = app.state.settings
    return found


async def arrive(store: Store, held: str, levels: dict[str, int | None] | None = None, **changes: Any) -> Judgement:
    """Let the second opinion on this talk arrive."""
    made = judgement(await marking.card_of(store, held), levels, **changes)
    async with store.write() as session:
        session.add_all([judge_row(held, made), job(held, "done")])
    return made


async def wait(store: Store, held: str) -> None:
    async with store.write() as session:
        session.add(job(held, "waiting"))


def pieces(page: httpx2.Response) -> list[str]:
    """What a script puts in place, by name."""
    return sorted(re.findall(r'id="(needs|second-[\w-]+)" data-second', page.text))


def needs(page: httpx2.Response) -> list[str]:
    """The reasons to look that stand on top of a review."""
    [shown] = re.findall(r'<ul class="notice needs".*?</ul>', page.text, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", shown)


SCALES = ("emotion_naming", "empathy", "explanation", "permission")


async def test_while_it_is_awaited_there_is_nothing_then_every_piece_of_the_page(
    year4: Classroom, sign_in: SignIn, judged: Settings, store: Store
) -> None:
    student = await sign_in(year4.people.student)
    held = await year4.hold(year4.people.student, None, *KIND)
    await wait(store, held)
    page = await student.get(f"/encounters/{held}/feedback")
    awaited = await student.get(f"/encounters/{held}/second-opinion")
    async with store.write() as session:
        await session.delete((await session.scalars(select(JudgeJob))).one())
    await arrive(store, held, {"empathy": 4})
    arrived = await student.get(f"/encounters/{held}/second-opinion")

    assert (awaited.status_code, awaited.text) == (204, "")
    assert arrived.status_code == 200
    assert pieces(arrived) == sorted(
        ["second-opinion", *(f"second-{what}-{name}" for what in ("level", "scale") for name in SCALES)]
    )
    assert set(pieces(arrived)) == set(pieces(page))
    assert "4 of 4, second reader" in arrived.text
    assert 'data-arrived="The second reader’s opinion has arrived."' in arrived.text


async def test_an_educator_gets_the_pieces_of_the_review(
    year4: Classroom, sign_in: SignIn, judged: Settings, store: Store
) -> None:
    educator = await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(), *KIND)
    await arrive(store, held, {"empathy": 4})
    arrived = await educator.get(f"/encounters/{held}/second-opinion")
    page = await educator.get(f"/encounters/{held}/review")

    assert pieces(arrived) == pieces(page)
    assert pieces(page) == sorted(
        ["needs", "second-opinion", *(f"second-{what}-{name}" for what in ("mark", "scale") for name in SCALES)]
    )
    assert "; the second reader: 4 of 4" in page.text
    assert "heard only the words of Ada" not in page.text  # no question was put
    assert "Ask again" in page.text


async def test_the_reasons_to_look_arrive_with_the_opinion_until_the_result_is_accepted(
    year4: Classroom, sign_in: SignIn, judged: Settings, store: Store
) -> None:
    educator = await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(), *KIND)
    before = await educator.get(f"/encounters/{held}/review")
    await arrive(store, held, scales=_moved(await marking.card_of(store, held)))
    arrived = await educator.get(f"/encounters/{held}/second-opinion")
    page = await educator.get(f"/encounters/{held}/review")
    await educator.post(f"/encounters/{held}/review/accept", data={"seen": "0"})
    accepted = [await educator.get(f"/encounters/{held}/{what}") for what in ("review", "second-opinion")]

    assert needs(before) == []
    assert needs(arrived) == needs(page) == ["The two scorers differ by 2 levels on Empathy"]
    assert [needs(one) for one in accepted] == [[], []]


async def test_an_opinion_that_failed_is_told_to_whoever_waits(
    year4: Classroom, sign_in: SignIn, judged: Settings, store: Store
) -> None:
    student = await sign_in(year4.people.student)
    held = await year4.hold(year4.people.student, None, *KIND)
    async with store.write() as session:
        session.add(job(held, "failed"))
    found = await student.get(f"/encounters/{held}/second-opinion")

    assert "The second reader could not be reached. Your score stands without it." in found.text
    assert "Ask again" in found.text
    assert pieces(found) == ["second-opinion"]


async def test_without_a_judge_there_is_nothing_to_ask_and_nothing_to_see(
    year4: Classroom, sign_in: SignIn, store: Store
) -> None:
    student = await sign_in(year4.people.student)
    held = await year4.hold(year4.people.student, None, *KIND)
    await arrive(store, held)

    assert (await student.get(f"/encounters/{held}/second-opinion")).status_code == 404
    assert (await student.post(f"/encounters/{held}/second-opinion")).status_code == 404
    assert (await student.get(f"/api/v1/encounters/{held}/second-opinion")).json() == {
        "state": "off",
        "judgement": None,
    }
    assert "econd reader" not in (await student.get(f"/encounters/{held}/feedback")).text


async def test_asked_again_by_who_may_and_only_where_the_page_would_offer_it(
    year4: Classroom, sign_in: SignIn, judged: Settings, store: Store
) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    practice = await year4.hold(year4.people.student, None, *KIND)
    assigned = await year4.hold(year4.people.student, await year4.set(), *KIND)
    await arrive(store, practice)
    await arrive(store, assigned)

    assert (await student.post(f"/encounters/{practice}/second-opinion")).status_code == 303
    assert (await student.post(f"/encounters/{assigned}/second-opinion")).status_code == 422
    asked = await educator.post(f"/encounters/{assigned}/second-opinion")
    assert asked.headers["location"] == f"/encounters/{assigned}/review#second-opinion"
    async with store.read() as session:
        waiting = (await session.scalars(select(JudgeJob).where(JudgeJob.state == "waiting"))).all()
    assert [one.encounter_id for one in waiting] == [assigned]  # the student's practice has a whole opinion
    assert (await educator.get(f"/encounters/{assigned}/second-opinion")).status_code == 204


async def test_held_from_its_student_is_the_second_opinion_too(
    year4: Classroom, sign_in: SignIn, judged: Settings, store: Store
) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(mode="assessment"), *KIND)
    made = await arrive(store, held, {"empathy": 4})
    address = f"/api/v1/encounters/{held}/second-opinion"

    assert (await student.get(f"/encounters/{held}/second-opinion")).status_code == 409
    assert (await student.get(address)).status_code == 409
    assert MODEL not in (await student.get(f"/encounters/{held}/feedback")).text
    found = (await educator.get(address)).json()
    assert (found["state"], Judgement.model_validate(found["judgement"])) == ("done", made)


async def test_a_doubted_result_joins_the_queue_and_is_not_held(
    year4: Classroom, sign_in: SignIn, judged: Settings, store: Store
) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(), *KIND)
    queue = f"{year4.address}/review"
    card = await marking.card_of(store, held)
    assert card.flags == ()
    await arrive(store, held)
    assert "Nothing waits for review." in (await educator.get(queue)).text

    flag = {"turn": 1, "start": 0, "end": 5, "quote": "Hello", "kind": "lapse", "why": "Look at it."}
    await arrive(store, held, flags=(flag,), scales=_moved(card))
    page = (await educator.get(queue)).text
    assert "To review (1)" in page
    assert "The second reader flags: a professional lapse" in page
    assert "The two scorers differ by" in page
    assert "1 to review" in (await educator.get(year4.address)).text
    assert "Four scales" in (await student.get(f"/encounters/{held}/feedback")).text

    done = await educator.post(f"/encounters/{held}/review/accept", data={"seen": "0"})
    assert done.status_code == 303
    assert "Nothing waits for review." in (await educator.get(queue)).text


def _moved(card: Scorecard) -> dict[str, Any]:
    """The card's scales, empathy two levels away."""
    level = card.scales["empathy"].level
    assert level is not None
    moved = card.scales["empathy"].model_copy(update={"level": level + 2 if level < 3 else level - 2})
    return {str(name): scale.model_dump() for name, scale in (card.scales | {"empathy": moved}).items()}


async def test_the_queue_knows_of_key_questions_what_the_summary_holds(
    year4: Classroom, sign_in: SignIn, judged: Settings, store: Store
) -> None:
    educator = await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(), *KIND)
    card = await marking.card_of(store, held)
    clear = card.scales["explanation"].model_copy(update={"level": 3, "score": 75.0})
    clear_card = card.model_copy(update={"scales": card.scales | {"explanation": clear}})
    async with store.write() as session:
        session.add(_machine_row(held, clear_card))
        session.add(judge_row(held, judgement(clear_card), key_questions=4, explained=1))

    page = (await educator.get(f"{year4.address}/review")).text
    assert "Clear explanation is at 3, yet a listener could answer 1 of 4 key questions" in page


def _machine_row(held: str, card: Scorecard) -> Any:
    row = judge_row(held, judgement(card))
    row.source, row.card = "deterministic", card.model_dump(mode="json")
    return row


async def test_the_class_page_says_what_second_opinions_took_this_month(
    year4: Classroom, sign_in: SignIn, app: FastAPI, judged: Settings, store: Store
) -> None:
    educator = await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(), *KIND)
    assert "Second opinions this month: 0. 0 tokens." in (await educator.get(year4.address)).text

    app.state.settings = judged.model_copy(update={"judge_class_tokens": 2_000_000, "judge_currency": "EUR"})
    took = {"prompt_tokens": 9000, "completion_tokens": 800, "cost": 0.125}
    async with store.write() as session:
        session.add(job(held, "done", cohort_id=year4.cohort.id, **took))
        session.add(
            job(held, "done", cohort_id=year4.cohort.id, **took | {"finished_at": datetime(2020, 1, 1, tzinfo=UTC)})
        )
    page = (await educator.get(year4.address)).text
    assert "Second opinions this month: 1. 9,800 tokens of 2,000,000, EUR 0.12." in page


async def test_a_class_without_a_judge_says_nothing_of_it(year4: Classroom, sign_in: SignIn) -> None:
    await year4.hold(year4.people.student, await year4.set(), *KIND)

    assert "econd opinion" not in (await (await sign_in(year4.people.educator)).get(year4.address)).text


def person(user_id: str) -> Person:
    return Person(id=user_id, email="x@example.org", name="X", role="student")


@pytest.mark.parametrize(
    ("assignment", "who", "may"), [(None, "u1", True), (None, "u2", False), ("a1", "u1", False), ("a1", "u2", True)]
)
def test_practice_is_its_students_to_ask_about_and_what_was_set_its_educators(
    assignment: str | None, who: str, may: bool
) -> None:
    assert may_ask(encounter(assignment_id=assignment), person(who)) is may
