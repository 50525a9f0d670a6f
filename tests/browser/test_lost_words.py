"""What a lost answer, a dropped network or a full house does to a talk in a real browser: no word is lost or twice."""

import re

from playwright.sync_api import Route, expect

from app.errors import TooManyTalking
from tests.browser.conftest import Open, Service
from tests.browser.steps import TALK, enter, heard, ready, say, sign_in


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
