"""The feedback page: scales, moments, what was heard and what was not; what is closed stays closed."""

import re
from datetime import timedelta

import pytest

from app.patient.scene import Mind, State
from app.storage.tables import LedgerRow
from app.web.feedback_page import feedback_page, how_it_felt
from app.web.pages import render
from app.web.views.feedback import FeedbackPage
from scoring.scorecard import Moment
from tests.app.web.made import FRAME, SAID, START, debrief, evidence, maria, scale, scorecard, talk, turn


def told(concern: str) -> LedgerRow:
    return LedgerRow(id=concern, encounter_id="e1", position=2, kind="concern", item_id=concern, quote="Go on.")


def moment(turn_index: int, **values: object) -> Moment:
    place = {"turn": turn_index, "start": 0, "end": 2, "quote": "Is", "what_happened": "It moved her."}
    return Moment.model_validate(place | {"answer_turn": None} | values)


def test_every_quote_of_a_scale_leads_to_a_reason_on_the_page() -> None:
    found = (evidence("You look frightened"), evidence("Would you like me to go on?", "lowers", "After telling."))
    card = scorecard(
        empathy=scale(level=2, score=50, evidence=found), permission=scale(level=1, score=25, evidence=found)
    )
    page = render(feedback_page(debrief(machine=card)), FRAME)

    targets = set(re.findall(r' href="#([^"]+)"', page)) - {"content"}
    assert len(targets) >= 4
    assert targets <= set(re.findall(r' id="([^"]+)"', page))


def test_an_unobserved_scale_is_no_zero() -> None:
    page = render(feedback_page(debrief(machine=scorecard())), FRAME)

    assert "0 of 4" not in page
    assert page.count("No occasion arose.") == 4
    assert "there is no overall score" in page


def test_what_was_told_and_what_was_not_are_told_apart() -> None:
    mains = [concern for concern in maria().concerns if concern.main]
    page = feedback_page(debrief(ledger=(told(mains[0].id),)))

    assert [(one.summary, one.row) for one in page.heard] == [(mains[0].summary, 2)]
    assert [one.summary for one in page.unheard] == [concern.summary for concern in mains[1:]]
    assert all(one.opens for one in page.unheard)


def test_what_was_told_in_part_is_quoted_beside_what_was_not() -> None:
    main = next(concern for concern in maria().concerns if concern.main)
    entry = told(main.id)
    entry.kind = "part"

    page = feedback_page(debrief(ledger=(entry,)))

    assert page.heard == ()
    assert [(one.part, one.part_row) for one in page.unheard][:2] == [(entry.quote, entry.position), (None, None)]


def test_while_an_assessment_is_open_nothing_unheard_is_in_the_page() -> None:
    page = render(feedback_page(debrief(closed_until=START + timedelta(days=3))), FRAME)

    assert "4 March 2026" in page
    assert [concern.summary for concern in maria().concerns if concern.summary[:40] in page] == []


@pytest.mark.parametrize(
    ("first", "last", "felt"),
    [
        (0.35, 0.6, "well"),
        (0.35, 0.4, "middling"),
        (0.35, 0.2, "badly"),
        (0.25, 0.27, "middling"),
        (0.6, 0.58, "middling"),
    ],
)
def test_how_it_felt_follows_trust(first: float, last: float, felt: str) -> None:
    path = [Mind(trust=value, distress=0.5, understanding=0.5) for value in (first, last)]

    assert how_it_felt(path) == felt


def test_only_what_could_have_gone_better_is_tried_again() -> None:
    moments = (moment(0, helped=True, answer_turn=1), moment(0, helped=False, answer_turn=1), moment(1, helped=False))

    assert [one.try_from for one in feedback_page(debrief(machine=scorecard(moments))).moments] == [None, 1, 1]


def test_what_helped_shows_the_students_words_beside_the_patients() -> None:
    quote = {"turn": 1, "start": 0, "end": 2, "quote": "Oh"}
    by_patient, by_student = moment(0, helped=True, said=quote), moment(1, helped=True, said=quote)
    pages = [
        feedback_page(debrief(machine=scorecard((one,)))) for one in (by_patient, by_student, moment(0, helped=False))
    ]

    assert [page.moments[0].answer for page in pages] == ["Oh", None, None]
    assert ["You: “Oh”" in render(page, FRAME) for page in pages] == [True, False, False]


def test_feedback_of_a_talk_without_the_patients_mind_has_no_curves() -> None:
    page = feedback_page(debrief(turns=[turn(0, "student", SAID), turn(1, "patient", "Yes.")], machine=scorecard()))

    assert isinstance(page, FeedbackPage)
    assert not page.mind_shown
    assert '<svg class="strip"' not in render(page, FRAME)


@pytest.mark.parametrize(
    ("news_told", "left", "looks_back"), [(True, False, True), (False, False, False), (False, True, True)]
)
def test_the_patient_looks_back_once_the_news_was_told_or_they_left(
    news_told: bool, left: bool, looks_back: bool
) -> None:
    mind = Mind(trust=0.6, distress=0.5, understanding=0.4)
    last = State(mind=mind, news_told=news_told, left=left).model_dump(mode="json")
    rows = [*talk(), turn(3, "student", "Goodbye.", state=last)]

    assert (feedback_page(debrief(turns=rows)).afterwards is not None) == looks_back
