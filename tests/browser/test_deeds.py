"""What a student does besides talking, and a patient who goes: in a real browser."""

from playwright.sync_api import expect

from tests.browser.conftest import Open, Service
from tests.browser.steps import WAIT_MS, enter, heard, say, sign_in

INSULT = "You stupid woman, it is your own fault. Stop wasting my time."


def test_a_deed_goes_with_the_words_or_by_itself(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)

    page.get_by_role("button", name="Do something").click()
    page.get_by_role("button", name="Sit down").click()
    expect(page.get_by_role("button", name="Sit down")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("What you say to Maria")).to_be_focused()
    say(page, "Good morning, Maria.")
    expect(page.locator("#talk .turn").nth(1)).to_contain_text("You sit down.")
    expect(page.locator("#talk .turn").nth(1)).to_contain_text("Good morning, Maria.")
    expect(page.get_by_role("button", name="Sit down")).to_be_hidden()

    page.get_by_role("button", name="Do something").click()
    page.get_by_role("button", name="Offer a tissue").click()
    page.keyboard.press("Enter")
    heard(page, 5)
    page.reload()
    expect(page.locator("#talk .turn").nth(3)).to_contain_text("You offer a tissue.")


def test_a_patient_who_is_insulted_goes_and_the_talk_can_only_be_ended(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    gone = page.get_by_text("Maria has left the room.")

    for turn in range(12):
        page.get_by_label("What you say to Maria").fill(INSULT)
        page.keyboard.press("Enter")
        expect(page.locator("#talk .turn")).to_have_count(2 * turn + 3, timeout=WAIT_MS)
        expect(page.get_by_role("button", name="Stop")).to_be_hidden(timeout=WAIT_MS)
        if gone.is_visible():
            break
    expect(gone).to_be_visible()
    expect(page.get_by_label("What you say to Maria")).to_be_hidden()
    page.reload()
    expect(gone).to_be_visible()

    page.get_by_role("button", name="End the talk").click()
    page.get_by_role("button", name="End and go on").click()
    expect(page.get_by_role("heading", name="Four scales")).to_be_visible(timeout=WAIT_MS)
