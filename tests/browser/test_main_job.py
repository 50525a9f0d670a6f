"""The main job in a real browser: sign in, talk with Maria, read the feedback, try again."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Service, faults
from tests.browser.steps import TALK, WAIT_MS, end, enter, heard, ready, say, sign_in


def test_the_main_job(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    expect(page.get_by_text("Nothing here yet")).to_be_visible()

    enter(page)
    for words in TALK[:3]:
        say(page, words)
    page.get_by_label("What you say to Maria").fill("Half a thou")
    said = page.locator("#talk").inner_text()
    page.reload()
    ready(page, 7)
    assert page.locator("#talk").inner_text() == said
    expect(page.get_by_label("What you say to Maria")).to_have_value("Half a thou")
    for words in TALK[3:]:
        say(page, words)
    page.get_by_role("button", name="Stay silent").click()
    heard(page, 15)
    expect(page.locator("#talk .turn").nth(13)).to_contain_text("You stay silent.")

    end(page)
    expect(page.locator(".row-turn")).to_have_count(15)
    expect(page.locator(".row-turn svg.strip")).to_have_count(15)
    expect(page.locator(".scale")).to_have_count(4)
    expect(page.locator(".under-emotion_naming", has_text="frightened").first).to_be_visible()
    expect(page.get_by_text("How trust moved is this simulator's rule")).to_be_visible()

    mark = page.locator(".mark").first
    reason = page.locator(str(mark.get_attribute("href")))
    expect(reason).to_be_hidden()
    mark.press("Enter")
    expect(reason).to_be_visible()

    page.locator("#turn-5").hover()
    page.locator("#turn-5").get_by_role("button", name="Try again").click()
    ready(page, 5)
    say(page, "You said nobody rang. That must have been lonely, and frightening.")
    end(page)
    expect(page.get_by_text("The talk this one branched from, at turn 6")).to_be_visible()

    page.get_by_role("link", name="Home").first.click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_text("tried again")).to_be_visible()


def test_the_main_job_by_keyboard_alone(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    tab_to(page, "A biopsy result")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A biopsy result")).to_be_visible()
    tab_to(page, "Start")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What you say to Maria")).to_be_focused()
    page.keyboard.type("Hello, Maria.")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("I am Ann.")
    page.keyboard.press("Enter")
    heard(page, 3)
    assert page.locator("#talk .turn").nth(1).locator(".said").inner_text() == "Hello, Maria.\nI am Ann."
    tab_to(page, "End the talk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="End and go on")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Four scales")).to_be_visible(timeout=WAIT_MS)


def tab_to(page: Page, label: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith(label):
            return
    raise AssertionError(f"{label} cannot be reached with the Tab key")


def test_a_finished_reply_is_announced_once_and_its_pieces_never(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    page.evaluate(
        """() => {
            window.told = [];
            const tell = new MutationObserver(() => window.told.push(document.getElementById("heard").textContent));
            tell.observe(document.getElementById("heard"), {childList: true, characterData: true, subtree: true});
        }"""
    )
    say(page, TALK[0])

    told = page.evaluate("window.told")
    assert len(told) == 1
    last = page.locator("#talk .turn").last.locator(".said p:not(.does)").last.inner_text()
    assert told[0].startswith("Maria: ")
    assert last in told[0]
    assert page.locator("#talk").get_attribute("aria-live") is None


def test_ten_thousand_characters_are_refused_before_sending_and_kept(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    box = page.get_by_label("What you say to Maria")
    box.fill("word " * 2000)
    expect(page.locator("#limit")).to_have_text(
        "7,999 characters too many: a patient can take in 2,000 at once. Nothing was cut."
    )
    box.press("Enter")

    expect(box).to_have_value("word " * 2000)
    expect(page.locator("#talk .turn")).to_have_count(1)


def test_a_second_tab_shows_what_the_first_one_said(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    second = page.context.new_page()
    second.goto(page.url)
    ready(second, 1)
    say(page, TALK[0])
    second.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(second.locator("#talk .turn")).to_have_count(3)
    assert second.locator("#talk").inner_text() == page.locator("#talk").inner_text()


def test_what_a_student_writes_is_never_run(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    hostile = '<img src=x onerror="document.title=1"> <script>document.title=2</script>'
    say(page, hostile)
    expect(page.locator("#talk .turn").nth(1)).to_contain_text(hostile)
    end(page)

    expect(page.locator("#turn-1 .said")).to_have_text(hostile)
    expect(page).to_have_title(re.compile("^Feedback"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_any_page(open_page: Open, service: Service, width: int, scheme: str) -> None:
    page = open_page(width, 844, scheme)
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found[name] = faults(page)

    page.goto("/sign-in")
    look("sign in")
    link = service.link(f"{uuid4().hex[:12]}@example.org")
    page.goto(link)
    look("sign-in link")
    page.get_by_role("main").get_by_role("button").click()
    look("home, empty")
    page.get_by_role("link", name="A biopsy result", exact=True).first.click()
    look("door note")
    page.get_by_role("button", name="Start").click()
    ready(page, 1)
    for words in (TALK[2], "The biopsy shows an invasive carcinoma, so do not worry. Any questions?"):
        say(page, words)
    page.get_by_role("button", name="Hint").click()
    expect(page.locator("#hint")).to_be_visible()
    page.get_by_label("What you say to Maria").fill("word " * 2000)
    look("room, hint, too long")
    page.get_by_role("button", name="Notes").click()
    look("room, notes")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="End the talk").click()
    look("room, end")
    page.get_by_role("button", name="Keep talking").click()
    page.get_by_role("link", name="Leave").click()
    look("home, unfinished")
    page.get_by_role("link", name="Continue A biopsy result").click()
    ready(page, 5)
    end(page)
    for mark in page.locator(".mark").all():
        mark.click()
    look("feedback, all reasons open")
    for address in ("/", "/account", "/support"):
        page.goto(address)
        look(address)
    page.goto("/nowhere")
    look("error")
    open_page.complaints.clear()  # type: ignore[attr-defined]  # Chromium tells of the 404 it was sent to see

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_feedback_prints_on_two_pages(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    for words in TALK:
        say(page, words)
    end(page)

    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 2
