"""The main job in a real browser: sign in, talk with Maria, read the feedback, try again."""

import re
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from app.errors import TooManyTalking
from app.web.room import parts_of
from tests.browser.conftest import Open, Service, faults

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


def test_words_sent_while_offline_go_back_into_the_box_and_are_said_once(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    page.context.set_offline(True)
    page.get_by_label("What you say to Maria").fill(TALK[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Your words are still in the box.")
    expect(page.get_by_label("What you say to Maria")).to_have_value(TALK[0])
    open_page.complaints.clear()  # type: ignore[attr-defined]  # Chromium tells that it was offline

    page.context.set_offline(False)
    page.get_by_role("button", name="Send again").click()
    heard(page, 3)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_words_whose_answer_is_lost_are_one_turn_however_often_they_are_sent(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(re.compile(r"/turns$"), lambda route: route.abort(), times=1)
    page.route(re.compile(r"/turns$"), lose, times=1)  # the newest route goes first
    page.get_by_label("What you say to Maria").fill(TALK[0])
    page.keyboard.press("Enter")
    for _ in range(2):
        expect(page.get_by_role("alert")).to_contain_text("Your words are still in the box.")
        page.get_by_role("button", name="Send again").click()
    heard(page, 3)
    shown = page.locator("#talk").inner_text()
    open_page.complaints.clear()  # type: ignore[attr-defined]  # Chromium tells of the lost answers
    page.reload()
    ready(page, 3)

    assert page.locator("#talk").inner_text() == shown
    expect(page.get_by_label("What you say to Maria")).to_have_value("")


def test_other_words_after_a_lost_answer_are_a_turn_of_their_own(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    box = page.get_by_label("What you say to Maria")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(re.compile(r"/turns$"), lose, times=1)
    box.fill(TALK[0])
    page.keyboard.press("Enter")
    expect(box).to_have_value(TALK[0])
    box.fill(f"{TALK[0]} {TALK[1]}")
    page.keyboard.press("Enter")
    ready(page, 3)  # reloaded: the first words had arrived
    expect(box).to_have_value(TALK[1])
    open_page.complaints.clear()  # type: ignore[attr-defined]  # Chromium tells of the lost answer and of the 422
    box.press("Enter")
    heard(page, 5)

    assert page.locator("#talk .turn").nth(3).locator(".said").inner_text() == TALK[1]


def test_words_typed_while_others_are_on_their_way_are_kept_with_them(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    held: list[Route] = []
    page.route(re.compile(r"/turns$"), lambda route: held.append(route), times=1)
    box = page.get_by_label("What you say to Maria")
    box.fill(TALK[0])
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("button", name="Stop")).to_be_disabled()  # nothing to stop before the turn is stored
    expect(box).to_be_focused()
    page.keyboard.type("And then")
    held[0].abort()

    expect(box).to_have_value(f"{TALK[0]}\nAnd then")
    open_page.complaints.clear()  # type: ignore[attr-defined]
    page.reload()
    ready(page, 1)
    expect(box).to_have_value(f"{TALK[0]}\nAnd then")


def test_a_reply_that_breaks_off_goes_on_at_the_same_word(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)

    def cut(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().split("\n\n")[0] + "\n\n")

    page.route(re.compile(r"/turns$"), cut)
    say(page, TALK[0])
    shown = page.locator("#talk").inner_text()
    page.reload()

    assert page.locator("#talk").inner_text() == shown


def test_a_failed_reply_says_so_and_can_be_asked_for_again(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    failure = '{"code":"patient_cut_off","message":"The patient\'s answer was cut off.","what_now":"Ask again."}'
    page.route(
        re.compile(r"/turns$"),
        lambda route: route.fulfill(
            content_type="text/event-stream", body=f"id: 0\nevent: failed\ndata: {failure}\n\n"
        ),
    )
    page.get_by_label("What you say to Maria").fill(TALK[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The patient's answer was cut off. Ask again.")
    expect(page.locator("#talk .turn")).to_have_count(2)

    page.route(
        re.compile(r"/ask-again$"),
        lambda route: route.fulfill(
            content_type="text/event-stream",
            body='id: 9\nevent: piece\ndata: {"text":"*She nods.* Yes."}\n\n'
            'id: 9\nevent: done\ndata: {"turn_id":"x","text":"Yes.","does":"She nods.","state":"done"}\n\n',
        ),
    )
    page.get_by_role("button", name="Ask again").click()
    heard(page, 3)
    assert page.locator("#talk .turn").last.locator(".said").inner_text().split() == ["She", "nods.", "Yes."]


def test_words_that_found_no_place_go_back_into_the_box_and_can_be_sent_again(
    open_page: Open, service: Service
) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)
    full = TooManyTalking()
    told = {"error": {"code": full.code, "message": full.message, "what_now": full.what_now}}
    page.route(re.compile(r"/turns$"), lambda route: route.fulfill(status=503, json=told), times=1)
    page.get_by_label("What you say to Maria").fill(TALK[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(full.message)
    expect(page.get_by_label("What you say to Maria")).to_have_value(TALK[0])
    open_page.complaints.clear()  # type: ignore[attr-defined]  # Chromium tells of the 503

    page.get_by_role("button", name="Send again").click()
    heard(page, 3)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_reply_is_found_again_when_there_was_no_place_for_one_more_reader(open_page: Open, service: Service) -> None:
    page = open_page()
    sign_in(page, service)
    enter(page)

    def cut(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().split("\n\n")[0] + "\n\n")

    full = {"error": {"code": "too_many_talking", "message": "Full.", "what_now": "Wait."}}
    page.route(re.compile(r"/turns$"), cut)
    page.route(re.compile(r"/reply"), lambda route: route.fulfill(status=503, json=full), times=1)
    say(page, TALK[0])
    open_page.complaints.clear()  # type: ignore[attr-defined]
    shown = page.locator("#talk").inner_text()
    page.reload()

    assert page.locator("#talk").inner_text() == shown


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


SPEECH = (
    "*She nods.* Yes.",
    "Yes. *She looks away.* I *really* do. *Nods*",
    "What * is this",
    "*Nods* Yes, *not* now.",
    "Two\nlines *and one* more.",
)


def test_the_page_and_the_server_tell_speech_from_action_alike(open_page: Open, service: Service) -> None:
    page = open_page()
    page.goto(service.address + "/sign-in")
    parts = "raw => import('/static/speech.js').then((speech) => speech.partsOf(raw))"

    for raw in SPEECH:
        assert page.evaluate(parts, raw) == [{"does": part.does, "text": part.text} for part in parts_of(raw)]


def test_words_already_shown_never_change_while_a_reply_streams(open_page: Open, service: Service) -> None:
    page = open_page()
    page.goto(service.address + "/sign-in")
    settle = (
        "raws => import('/static/speech.js').then(({partsOf, settled}) => raws.map((raw) => partsOf(settled(raw))))"
    )

    for raw in SPEECH:
        states: list[list[dict[str, Any]]] = page.evaluate(settle, [raw[:length] for length in range(len(raw) + 1)])
        states.append([{"does": part.does, "text": part.text} for part in parts_of(raw)])
        for earlier, later in pairwise(states):
            for before, after in zip(earlier, later, strict=False):
                assert before["does"] == after["does"]
                assert after["text"].startswith(before["text"])
            assert len(earlier) <= len(later)


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
