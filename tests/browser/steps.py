"""What a student does in the browser, step by step: sign in, enter, say, end."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service

TALK = (
    "Good morning, Mrs Rivera. My name is Ann, I am a foundation doctor working with Ms Okafor.",
    "Before we go through the result: what have you been told so far?",
    "You look frightened. It sounds as if the waiting has been awful. Is that right?",
    "Would you like me to tell you the result now, or would you rather take a minute first?",
    "I am afraid it is not the news we hoped for. The biopsy shows that the lump is breast cancer. I am so sorry.",
    "What is going through your mind?",
)
WAIT_MS = 60_000


def sign_in(page: Page, service: Service) -> None:
    page.goto(service.link(f"{uuid4().hex[:12]}@example.org"))
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", name="Practice library")).to_be_visible()


def enter(page: Page) -> None:
    """From home to the consulting room."""
    page.get_by_role("link", name="A biopsy result", exact=True).first.click()
    page.get_by_role("button", name="Start").click()
    ready(page, 1)


def ready(page: Page, turns: int) -> None:
    expect(page.locator("#talk .turn")).to_have_count(turns)
    expect(page.get_by_role("button", name="Send")).to_be_enabled()


def say(page: Page, words: str) -> None:
    """Say something and hear the whole answer."""
    before = page.locator("#talk .turn").count()
    page.get_by_label("What you say to Maria").fill(words)
    page.keyboard.press("Enter")
    heard(page, before + 2)


def heard(page: Page, turns: int) -> None:
    expect(page.locator("#talk .turn")).to_have_count(turns, timeout=WAIT_MS)
    expect(page.get_by_role("button", name="Send")).to_be_visible(timeout=WAIT_MS)


def end(page: Page) -> None:
    page.get_by_role("button", name="End the talk").click()
    page.get_by_role("button", name="End and go on").click()
    expect(page.get_by_role("heading", name="Four scales")).to_be_visible(timeout=WAIT_MS)
