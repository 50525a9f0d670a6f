"""A second opinion arrives while its page is read, in a real browser: nothing is reloaded, nothing typed is lost."""

import asyncio
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app import marking
from app.settings import Settings
from app.storage import Store
from app.storage.tables import Encounter, JudgeJob, Review
from scoring.scorecard import Flag
from tests.app.judged import AGAINST, EXPLAINED, HOSTILE, job, judge_row, judgement
from tests.browser.conftest import Open, Service, faults, opening, serving

STUDENT = "joanna@example.org"
EDUCATOR = "educator@example.org"
ARRIVES_MS = 20_000
"""Looked for every five seconds, on a machine that may be busy."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The demo's talks, held without a judge, in a service that has one by now; nobody reaches it."""
    data = tmp_path_factory.mktemp("judged")
    with serving(data):
        pass
    settings = {"RAPPORT_JUDGE_MODEL": "a-judge", "RAPPORT_JUDGE_BASE_URL": "http://127.0.0.1:9"}
    with serving(data, first=("users", "link", STUDENT), **settings) as service:
        yield service


@pytest.fixture
def open_judged(chromium: Browser, judged: Service) -> Iterator[Open]:
    with opening(chromium, judged.address) as open_page:
        yield open_page


def in_database(service: Service, act: Any) -> Any:
    """What `act` makes of the service's database. In a thread: the browser's own loop runs in this one."""

    async def do() -> Any:
        settings = Settings(_env_file=None, data_dir=Path(service.environment["RAPPORT_DATA_DIR"]))
        store = await Store.open(settings)
        try:
            return await act(store)
        finally:
            await store.close()

    work: Coroutine[Any, Any, Any] = do()
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _talk(store: Store, *, free: bool) -> str:
    """An ended talk of the demo: free practice, or one its class has set; no judge and no educator was through it."""
    query = select(Encounter.id).where(
        Encounter.ended_at.is_not(None),
        Encounter.assignment_id.is_(None) if free else Encounter.assignment_id.is_not(None),
        Encounter.id.not_in(select(JudgeJob.encounter_id)),
        Encounter.id.not_in(select(Review.encounter_id).where(Review.accepted_at.is_not(None))),
    )
    async with store.read() as session:
        return str((await session.scalars(query.limit(1))).one())


async def wait_for_opinion(store: Store, *, free: bool) -> str:
    """A talk whose second opinion is on its way; nobody begins it before tomorrow."""
    talk = await _talk(store, free=free)
    async with store.write() as session:
        session.add(job(talk, "waiting", due_at=datetime.now(UTC) + timedelta(days=1)))
    return talk


async def let_it_arrive(store: Store, talk: str) -> None:
    card = await marking.card_of(store, talk)
    flag = Flag(turn=1, start=0, end=0, quote="", kind="missed_must_ask", why="This was not asked: who is at home.")
    made = judgement(card, {"empathy": 0}, key_answers=(EXPLAINED, AGAINST), flags=(flag,))
    async with store.write() as session:
        waiting = (await session.scalars(select(JudgeJob).where(JudgeJob.encounter_id == talk))).one()
        waiting.state, waiting.finished_at = "done", datetime.now(UTC)
        session.add(judge_row(talk, made))


def sign_in(page: Page, service: Service, email: str) -> None:
    page.goto(service.another_link(email))
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def test_it_arrives_on_the_feedback_without_a_reload(open_judged: Open, judged: Service) -> None:
    talk = in_database(judged, lambda store: wait_for_opinion(store, free=True))
    page = open_judged()
    sign_in(page, judged, STUDENT)
    page.goto(f"/encounters/{talk}/feedback")
    expect(page.get_by_text("Second reader: still reading")).to_have_count(4)
    expect(page.get_by_text("This page adds it by itself.")).to_be_visible()
    expect(page.get_by_text("Reload this page")).to_be_hidden()
    assert faults(page) == []

    page.get_by_text("Something is wrong with the patient").click()
    page.get_by_label("What is wrong?").fill("She said it")
    in_database(judged, lambda store: let_it_arrive(store, talk))
    expect(page.locator("#second-level-empathy").get_by_text("0 of 4, second reader")).to_be_visible(timeout=ARRIVES_MS)
    expect(page.locator("#second-arrived")).to_have_text("The second reader’s opinion has arrived.")
    expect(page.get_by_text("Second reader: still reading")).to_have_count(0)
    expect(page.get_by_text("The second reader thinks a person should look at this")).to_be_visible()
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    expect(page.get_by_label("What is wrong?")).to_have_value("She said it")
    expect(page.get_by_label("What is wrong?")).to_be_focused()
    page.get_by_text("What the second reader counted").first.click()
    assert faults(page) == []

    for width, scheme in ((1280, "dark"), (390, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert faults(page) == []


def test_it_arrives_in_a_review_beside_what_is_being_written(open_judged: Open, judged: Service) -> None:
    talk = in_database(judged, lambda store: wait_for_opinion(store, free=False))
    page = open_judged()
    sign_in(page, judged, EDUCATOR)
    page.goto(f"/encounters/{talk}/review")
    expect(page.get_by_text("The second reader is still reading.")).to_be_visible()
    page.get_by_label("Reason for the level of Empathy").fill("She waited")
    in_database(judged, lambda store: let_it_arrive(store, talk))

    expect(page.locator("[data-scale=empathy]").get_by_text("Second reader: 0 of 4.")).to_be_visible(timeout=ARRIVES_MS)
    marks = page.locator("[data-scale=empathy] svg.steps")
    expect(marks).to_have_attribute("aria-label", re.compile("the second reader: 0 of 4$"))
    expect(page.locator("#needs")).to_contain_text("The second reader flags: ")
    expect(page.get_by_label("Reason for the level of Empathy")).to_have_value("She waited")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#unsaved")).to_be_visible()  # what was written is kept from this form too
    assert faults(page) == []


def test_without_scripts_the_page_says_to_reload_it(chromium: Browser, judged: Service) -> None:
    talk = in_database(judged, lambda store: wait_for_opinion(store, free=False))
    context = chromium.new_context(base_url=judged.address, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, judged, EDUCATOR)
    page.goto(f"/encounters/{talk}/review")
    expect(page.get_by_text("Reload this page in a few minutes to see it.")).to_be_visible()
    expect(page.get_by_text("This page adds it by itself.")).to_be_hidden()
    in_database(judged, lambda store: let_it_arrive(store, talk))
    page.reload()

    expect(page.locator("[data-scale=empathy]").get_by_text("Second reader: 0 of 4.")).to_be_visible()
    context.close()
