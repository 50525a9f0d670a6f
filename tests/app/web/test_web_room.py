"""The consulting room: speech and gestures, the clock, a turn that waits, what is offered."""

from datetime import timedelta

import pytest

from app.storage.tables import ReplyAttempt
from app.web.pages import render
from app.web.room import encounter_page, parts_of, seconds_in_room
from app.web.views.practice import Part
from tests.app.web.made import FRAME, START, encounter, maria, talk


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("*She nods.* Yes.", [(True, "She nods."), (False, "Yes.")]),
        ("Yes. *She nods.* I see.", [(False, "Yes."), (True, "She nods."), (False, "I see.")]),
        ("I *really* do.", [(False, "I really do.")]),
        ("*Nods.*", [(True, "Nods.")]),
        ("*Nods* Yes.", [(True, "Nods"), (False, "Yes.")]),
        ("What * is this", [(False, "What  is this")]),
        ("", []),
    ],
)
def test_what_is_done_is_told_apart_from_what_is_said(raw: str, parts: list[tuple[bool, str]]) -> None:
    assert parts_of(raw) == tuple(Part(does=does, text=text) for does, text in parts)


def test_the_clock_counts_no_time_away() -> None:
    moments = [START, START + timedelta(seconds=60), START + timedelta(days=2), START + timedelta(days=2, seconds=10)]

    assert seconds_in_room(moments) == 60 + 180 + 10


def test_the_clock_counts_no_turns_of_another_try() -> None:
    assert seconds_in_room([START, START - timedelta(days=1), START + timedelta(seconds=20)]) == 20


def test_the_clock_counts_nothing_where_the_machines_was_set_back() -> None:
    moments = [START + timedelta(seconds=at) for at in (0, 60, 20, 30)]

    assert seconds_in_room(moments) == 60 + 0 + 10


def attempt(state: str, code: str | None = None, what_now: str | None = None) -> ReplyAttempt:
    values = {
        "id": "a",
        "encounter_id": "e1",
        "turn_id": "t1",
        "number": 1,
        "text": "",
        "lines": [],
        "started_at": START,
        "state": state,
        "error_code": code,
        "error_what_now": what_now,
    }
    return ReplyAttempt(**values)


SLOW = "The patient took too long to answer. Your words are saved. Ask again."


@pytest.mark.parametrize(
    ("tried", "running", "message"),
    [
        (attempt("partial"), True, ""),
        (
            attempt("failed", "patient_slow"),
            False,
            "The patient took too long to answer. Your words are saved. Ask again.",
        ),
        (
            attempt("failed", "patient_slow", "Your words are saved. Ask again in about 30 seconds."),
            False,
            "The patient took too long to answer. Your words are saved. Ask again in about 30 seconds.",
        ),
        (None, False, "The patient's answer was cut off. Your words are saved. Ask again."),
    ],
)
def test_a_turn_without_an_answer_says_so(tried: ReplyAttempt | None, running: bool, message: str) -> None:
    page = encounter_page(encounter(ended_at=None), maria(), talk()[:2], tried, START, 2000)

    assert page.waiting is not None
    assert (page.waiting.turn_id, page.waiting.running, page.waiting.message) == ("t1", running, message)


def test_an_answered_turn_waits_for_nothing() -> None:
    assert encounter_page(encounter(ended_at=None), maria(), talk(), None, START, 2000).waiting is None


def test_no_hint_is_offered_in_an_assessment() -> None:
    pages = [
        render(encounter_page(encounter(ended_at=None, mode=mode), maria(), talk(), None, START, 2000), FRAME)
        for mode in ("practice", "assessment")
    ]

    assert ["ask-hint" in page for page in pages] == [True, False]


def test_the_running_encounter_gives_nothing_away() -> None:
    page = render(encounter_page(encounter(ended_at=None), maria(), talk(), None, START, 2000), FRAME)

    assert [concern.id for concern in maria().concerns if concern.summary in page or concern.tell in page] == []
    assert "trust" not in page.lower()
