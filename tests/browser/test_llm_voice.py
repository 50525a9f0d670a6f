"""A language model as the patient, over real HTTP, in a real browser."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, Open, Service, free_port, serving, wait_for
from tests.browser.steps import WAIT_MS, end, enter, heard, say, sign_in

REPLY = (
    "*She looks at the window.* I keep wondering what they found. My sister says to wait and see. "
    "I am no good at waiting. I clean the kitchen, and then I clean it again, until there is nothing left to clean."
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose patient is a slow model: about six words a second."""
    port = free_port()
    command = [sys.executable, "-m", "tests.fake_llm", "--port", str(port), "--tokens-per-s", "8", "--reply", REPLY]
    with subprocess.Popen(command, cwd=ROOT) as model:
        try:
            wait_for(f"http://127.0.0.1:{port}/v1/models", model)
            with serving(
                tmp_path_factory.mktemp("data"),
                RAPPORT_LLM_MODEL="fake",
                RAPPORT_LLM_BASE_URL=f"http://127.0.0.1:{port}/v1",
            ) as started:
                yield started
        finally:
            model.terminate()


def test_a_model_speaks_is_stopped_and_the_talk_ends_in_feedback(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)

    say(page, "Good morning, Mrs Rivera. I am one of the doctors.")
    answer = page.locator("#talk .turn").last
    expect(answer.locator(".does")).to_have_text("She looks at the window.")
    expect(answer).to_contain_text("until there is nothing left to clean.")

    page.get_by_label("What you say to Maria").fill("What are you thinking of?")
    page.keyboard.press("Enter")
    expect(page.locator("#talk .turn").last).to_contain_text("I keep wondering what they found.", timeout=WAIT_MS)
    page.get_by_role("button", name="Stop").click()
    heard(page, 5)
    expect(page.get_by_label("What you say to Maria")).to_be_focused()
    stopped = page.locator("#talk .turn").last.inner_text()
    assert "nothing left to clean" not in stopped

    page.reload()
    expect(page.locator("#talk .turn")).to_have_count(5)
    assert page.locator("#talk .turn").last.inner_text() == stopped
    end(page)
    expect(page.get_by_role("heading", name="What was said, and what it did")).to_be_visible()
