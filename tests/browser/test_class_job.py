"""The educator's job in a real browser: from an empty account to a released score, on SQLite and on PostgreSQL."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open, Service, faults, opening, serving
from tests.postgresql import new_database

WAIT_MS = 60_000
TALK = (
    "Good morning, Mrs Rivera. I am Ann, one of the doctors. You look frightened.",
    "Would you like me to tell you the result now?",
    "I am afraid it is not the news we hoped for. The biopsy shows that the lump is breast cancer. I am so sorry.",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """A service without anybody, on a database of each kind."""
    settings = {}
    if request.param == "postgresql":
        settings["RAPPORT_DATABASE_URL"] = new_database(request.getfixturevalue("cluster"))
    with serving(tmp_path / "data", first=("data", "migrate"), **settings) as service:
        yield service


def follow(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("main").get_by_role("button").click()


def make_class(page: Page) -> str:
    """A class, from its educator's empty home; the link that joins it."""
    expect(page.get_by_text("You teach no class yet.")).to_be_visible()
    page.get_by_label("Name").fill("Year 4")
    page.get_by_label("Time zone").fill("Europe/London")
    page.get_by_role("button", name="Create class").click()
    expect(page.get_by_role("heading", name="Year 4")).to_be_visible()
    return page.locator(".link-to-copy").inner_text()


def join(page: Page, link: str) -> None:
    """A student who has no account yet."""
    page.goto(link)
    expect(page.get_by_role("heading", name="Join Year 4")).to_be_visible()
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Make an account and join").click()
    expect(page.get_by_text("nothing is set just now")).to_be_visible()


def set_assessment(page: Page) -> None:
    page.reload()
    expect(page.get_by_text("1 has joined: Ada Lovelace.")).to_be_visible()
    page.get_by_role("link", name="Set an assignment").click()
    page.get_by_label("A biopsy result").check()
    page.get_by_role("radio", name=re.compile("^Assessment")).check()
    page.get_by_role("spinbutton", name="Attempts").fill("1")
    page.get_by_role("spinbutton", name="Time limit").fill("12")
    page.get_by_role("spinbutton", name="Pass mark").fill("101")
    page.get_by_role("button", name="Set it").click()
    assert page.get_by_role("spinbutton", name="Pass mark").evaluate("field => !field.validity.valid")
    page.get_by_role("spinbutton", name="Pass mark").fill("40")
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_text("It is set. Students see it on their home page.")).to_be_visible()


def hold(page: Page) -> None:
    """The assessment, from the student's home to the page that says that its result waits."""
    page.goto("/")
    page.get_by_role("link", name="Open A biopsy result").click()
    expect(page.get_by_text("The pass mark is 40 of 100.")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    expect(page.get_by_role("button", name="Hint")).to_have_count(0)
    for number, words in enumerate(TALK, 1):
        expect(page.get_by_role("button", name="Send")).to_be_enabled()
        page.get_by_label("What you say to Maria").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator("#talk .turn")).to_have_count(1 + 2 * number, timeout=WAIT_MS)
        expect(page.get_by_role("button", name="Send")).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="End the talk").click()
    expect(page.get_by_text("An educator reviews it before you see the result.")).to_be_visible()
    page.get_by_role("button", name="End and go on").click()
    expect(page.get_by_text("Your talk is saved and scored.")).to_be_visible(timeout=WAIT_MS)
    assert page.get_by_text(re.compile(r"\d of 100")).count() == 0


def open_page_again(page: Page) -> None:
    """A page that refused an act has the act's address; opened again it is the review."""
    page.goto(page.url)
    expect(page.get_by_role("heading", name="Ada Lovelace with Maria Rivera")).to_be_visible()


def review(page: Page) -> None:
    """Change a level by keyboard, add evidence and comments, look at the flags, accept and release."""
    page.get_by_role("link", name=re.compile("^To review")).first.click()
    page.get_by_role("link", name="Ada Lovelace").click()
    expect(page.get_by_role("button", name="Keys")).to_be_visible()  # the script is there to hear them
    page.keyboard.press("s")
    machine = page.locator("[data-scale=empathy] input[name=level]:checked").get_attribute("value")
    page.keyboard.press("2" if machine == "1" else "1")
    page.keyboard.type("You waited for her answer.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The level is saved.")).to_be_visible()

    turn = page.locator("#turn-1")
    turn.get_by_text("Add evidence from turn 2").click()
    turn.get_by_label("For which scale").select_option("emotion_naming")
    turn.get_by_label("The words", exact=True).fill("You look frightened")
    turn.get_by_label("Why they count").fill("A warm beginning.")
    turn.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_text("The evidence is added.")).to_be_visible()

    page.locator("[data-scale=permission] .levels label").last.click()
    page.get_by_role("button", name="Accept and release").click()
    expect(page.get_by_text("Asking permission: the level you chose is not saved.")).to_be_visible()
    page.get_by_role("button", name="Save level").nth(2).click()
    expect(page.get_by_text("A changed level needs a reason")).to_be_visible()
    page.get_by_role("button", name="Accept and release").click()
    expect(page.get_by_text("Asking permission: the level you chose is not saved.")).to_be_visible()
    open_page_again(page)

    page.get_by_label("Comment on the whole").last.fill("Leave her more room after the news.")
    page.get_by_role("button", name="Add comment").click()
    page.get_by_role("button", name="Accept and release").click()
    expect(page.get_by_text("There are safety flags nobody has looked at yet.")).to_be_visible()
    flags = page.locator(".flag")
    for index in range(flags.count()):
        flags.nth(index).get_by_role("button", name="Dismiss flag").click()
        flags.nth(index).locator("summary").click()
        expect(flags.nth(index).get_by_text("looked at this and dismisses it")).to_be_visible()
    page.get_by_role("button", name="Accept and release").click()
    expect(page.get_by_text("Ada Lovelace: accepted and released.")).to_be_visible()


def test_from_an_empty_account_to_a_released_score(chromium: Browser, empty: Service) -> None:
    with opening(chromium, empty.address) as open_page:
        educator, student = open_page(), open_page()
        follow(educator, empty.link("eva@example.org", "educator"))
        join(student, make_class(educator))
        set_assessment(educator)
        hold(student)
        review(educator)
        open_page.complaints.clear()  # type: ignore[attr-defined]  # Chromium tells of the 409 of a flag nobody saw

        student.goto("/")
        expect(student.get_by_text(re.compile(r"Your score: \d+ of 100"))).to_be_visible()
        student.get_by_role("link", name="Attempt 1").click()
        expect(student.get_by_text("eva changed this")).to_be_visible()
        expect(student.get_by_text("“You waited for her answer.”")).to_be_visible()
        expect(student.get_by_text("Leave her more room after the news.")).to_be_visible()
        expect(student.get_by_text(re.compile(r": \d+ of 100, the mark is 40"))).to_be_visible()
        expect(student.get_by_text("This opens when the assignment closes")).to_be_visible()
        assert student.get_by_role("button", name="Try again").count() == 0

        educator.get_by_role("link", name="Year 4").click()
        educator.get_by_role("link", name="History").click()
        trail = educator.locator(".trail").inner_text()
    for words in (
        "released the result (Ada Lovelace, A biopsy result)",
        ": You waited for her answer. (Ada Lovelace, A biopsy result)",
        "added evidence for Naming emotion in turn 2",
        "set “A biopsy result” as assessment.",
        "Ada Lovelace joined by code.",
        "created the class.",
    ):
        assert words in trail


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_pages_of_an_educator(
    open_page: Open, service: Service, width: int, scheme: str
) -> None:
    page = open_page(width, 844, scheme)
    found: dict[str, list[str]] = {}
    follow(page, service.another_link("educator@example.org"))
    found["classes"] = faults(page)
    page.locator(".row-title a").first.click()
    home = page.url
    for place in ("", "/people", "/review", "/trail", "/reports", "/assignments/new"):
        page.goto(home + place)
        found[place] = faults(page)
    page.goto(home)
    page.locator("h3 a").first.click()
    found["assignment"] = faults(page)
    page.goto(f"{home}/review")
    page.locator(".row-title a").first.click()
    for summary in page.locator("summary").all():
        summary.click()
    found["review"] = faults(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    found["review, keys"] = faults(page)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_axe_finds_nothing_on_the_pages_of_a_class_its_students_see(
    open_page: Open, service: Service, width: int, scheme: str
) -> None:
    page = open_page(width, 844, scheme)
    found: dict[str, list[str]] = {}
    page.goto("/join")
    found["join"] = faults(page)
    follow(page, service.another_link("dana@example.org"))
    found["home"] = faults(page)
    page.get_by_role("link", name=re.compile("^Open ")).first.click()
    found["door note"] = faults(page)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_time_limit_ends_the_talk_by_itself(open_page: Open, service: Service) -> None:
    page = open_page()
    page.clock.install()
    follow(page, service.another_link("dana@example.org"))
    page.get_by_role("link", name="Open Two blood tests").click()
    expect(page.get_by_text("After 12 minutes the talk ends by itself")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    page.clock.fast_forward("12:05")

    expect(page.get_by_role("heading", name="Before you see the score")).to_be_visible(timeout=WAIT_MS)
