"""What the pages show of a second opinion: two levels side by side, never a zero for what could not be read."""

import re
from typing import Any

import pytest

from app.classroom.needs import Need
from app.judging import SecondOpinion, State
from app.web.feedback_page import feedback_page
from app.web.opinion_page import doubts_about, may_ask_anew, second_view
from app.web.pages import render
from app.web.views.second_opinion import AnswerView, SecondView
from scoring.judge import Judgement
from scoring.scorecard import Flag
from tests.app.judged import AGAINST, EXPLAINED, HOSTILE, MODEL, NOT_EXPLAINED, judgement
from tests.app.web.made import FRAME, debrief, evidence, scale, scorecard

MACHINE = scorecard(
    empathy=scale(level=2, score=50, evidence=(evidence("You look frightened"),)),
    emotion_naming=scale(level=1, score=25),
    permission=scale(level=3, score=75),
    explanation=scale(level=3, score=75),
)


def view(made: Judgement | None, state: State = "done", **values: Any) -> SecondView:
    found = second_view(SecondOpinion(state, made), MACHINE, "e1", **{"may_ask": True} | values)
    assert found is not None
    return found


def page(made: Judgement | None, state: State = "done", **values: Any) -> str:
    return render(feedback_page(debrief(machine=MACHINE, second=SecondOpinion(state, made), **values)), FRAME)


def test_without_a_judge_nothing_at_all_is_shown() -> None:
    for second in (None, SecondOpinion("off")):
        shown = render(feedback_page(debrief(machine=MACHINE, second=second)), FRAME)
        assert re.findall("(?i)second", shown) == []


def test_both_levels_stand_side_by_side_and_the_score_of_record_is_the_scorers() -> None:
    shown = page(judgement(MACHINE, {"empathy": 3}, overall=68.0))

    assert "2 of 4, scorer" in shown
    assert "3 of 4, second reader" in shown
    assert 'aria-label="Second reader: 3 of 4"' in shown
    assert "68" not in shown
    assert f"{MODEL} read the same talk on its own." in shown
    assert "not the score of record" in shown


@pytest.mark.parametrize(
    ("level", "apart"),
    [
        (1, None),
        (3, None),
        (0, "The two differ by two levels; read the quotes of both."),
        (4, "The two differ by two levels; read the quotes of both."),
        (None, "The scorer saw an occasion for this; the second reader saw none."),
    ],
)
def test_a_difference_of_more_than_one_level_is_said(level: int | None, apart: str | None) -> None:
    found = view(judgement(MACHINE, {"empathy": level})).of("empathy")

    assert found is not None
    assert found.apart == apart


def test_an_occasion_only_the_second_reader_saw_is_said() -> None:
    machine = scorecard(empathy=scale(level=2, score=50))
    found = second_view(SecondOpinion("done", judgement(machine, {"permission": 1})), machine, "e1", may_ask=False)

    assert found is not None
    assert [one.apart for one in found.scales] == [
        None,
        None,
        "The second reader saw an occasion for this; the scorer saw none.",
        None,
    ]


def test_what_could_not_be_scored_says_so_and_why_and_is_no_zero() -> None:
    made = judgement(MACHINE, {"permission": None}, not_scored={"permission": "The answer was cut off."}, overall=None)
    scale_view = view(made).of("permission")
    shown = page(made)

    assert scale_view is not None
    assert (scale_view.said, scale_view.level, scale_view.apart, scale_view.counted) == ("Not scored", None, None, "")
    assert "The second reader could not score this. The answer was cut off." in shown
    assert "not observed, second reader" not in shown
    assert "0 of 4" not in shown
    assert 'aria-label="Second reader: Not scored"' not in shown


def test_the_second_readers_quotes_lead_to_their_turns() -> None:
    shown = page(judgement(MACHINE))

    assert "What the second reader counted (1)" in shown
    targets = set(re.findall(r' href="#([^"]+)"', shown)) - {"content"}
    assert "turn-1" in targets
    assert targets <= set(re.findall(r' id="([^"]+)"', shown))


def test_the_spread_of_several_readings_is_told_in_their_order() -> None:
    made = judgement(MACHINE, samples=3, spread={"empathy": (2, 3, 3), "permission": (None, 1, 1)})

    assert [one.spread for one in view(made).scales] == [
        "Judged 3 times: 2, 3, 3.",
        None,
        "Judged 3 times: none, 1, 1.",
        None,
    ]
    assert ", 3 times." in (view(made).about or "")


def test_what_a_listener_answered_is_set_apart_and_cannot_run() -> None:
    made = judgement(MACHINE, key_answers=(EXPLAINED, NOT_EXPLAINED, AGAINST))
    shown = page(made)

    assert view(made).answers == (
        AnswerView(EXPLAINED.question, "That it is cancer.", "Explained", "explained", "Good", 1),
        AnswerView(NOT_EXPLAINED.question, "", "Not explained", "not_explained", None, 0),
        AnswerView(AGAINST.question, HOSTILE, "Against the facts", "against_the_facts", None, 0),
    )
    assert "&lt;b&gt;You&lt;/b&gt; must give 4 of 4 &amp; {{ 7 * 7 }}" in shown
    assert "<b>You" not in shown
    assert "The model could answer nothing." in shown
    assert "heard only your words" in shown


@pytest.mark.parametrize("answers", [None, ()])
def test_without_answers_no_question_is_shown(answers: tuple[()] | None) -> None:
    assert view(judgement(MACHINE, key_answers=answers)).answers is None
    assert "heard only" not in page(judgement(MACHINE, key_answers=answers))


def test_what_an_educator_dismissed_is_not_raised_again() -> None:
    left_out = Flag(turn=2, start=0, end=0, quote="", kind="missed_must_ask", why="This may not have been asked: who.")
    lapse = Flag(turn=1, start=0, end=4, quote="Good", kind="lapse", why="This may be contempt.")
    dismissed = (
        left_out.model_copy(update={"turn": 5, "why": "This was not asked: who."}),
        lapse.model_copy(update={"start": 3, "end": 9}),
    )
    opinion = SecondOpinion("done", judgement(MACHINE, flags=(left_out, lapse)))

    def shown(*looked_at: Flag) -> list[str]:
        found = second_view(opinion, MACHINE, "e1", may_ask=False, dismissed=looked_at)
        assert found is not None
        return [one.why for one in found.flags]

    assert shown() == [left_out.why, lapse.why]
    assert shown(*dismissed) == []
    assert shown(dismissed[0].model_copy(update={"why": "This was not asked: where."})) == [left_out.why, lapse.why]


def test_a_flag_is_a_candidate_a_person_should_look_at() -> None:
    wrong = Flag(turn=1, start=0, end=4, quote="Good", kind="wrong_fact", why="The notes say October.")
    left_out = Flag(turn=2, start=0, end=0, quote="", kind="missed_must_ask", why="This was not asked: who is at home.")
    shown = page(judgement(MACHINE, flags=(wrong, left_out)))

    assert "The second reader thinks a person should look at these:" in shown
    assert "<li>Something said may be wrong. The notes say October. " in shown
    assert "<li>Something that must be asked was left out. This was not asked: who is at home.</li>" in shown
    assert [(one.quote, one.row) for one in view(judgement(MACHINE, flags=(wrong, left_out))).flags] == [
        ("Good", 1),
        (None, 2),
    ]
    assert "Look at this before the scores" not in shown


def test_what_was_not_believed_and_what_could_not_be_read_is_told() -> None:
    assert view(judgement(MACHINE)).notes == ()
    assert view(judgement(MACHINE, dropped_quotes=1, flags_checked=False)).notes == (
        "Whether a person should look at something could not be read.",
        "1 quote it gave stands nowhere in the talk: it counts for nothing.",
    )
    assert view(judgement(MACHINE, dropped_quotes=2)).notes == (
        "2 quotes it gave stand nowhere in the talk: they count for nothing.",
    )


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("waiting", "The second reader is still reading."),
        ("running", "The second reader is still reading."),
        ("failed", "The second reader could not be reached. Your score stands without it."),
        (
            "over_budget",
            "The class has used up what it may spend on second opinions this month. Your score stands without it.",
        ),
        ("not_asked", "No second reader has read this talk. Your score stands without it."),
    ],
)
def test_without_an_opinion_the_page_says_how_it_stands(state: State, status: str) -> None:
    shown = page(None, state)

    assert status in shown
    assert ("Ask again" in shown) is (state in ("failed", "over_budget"))
    assert ("Ask for a second opinion" in shown) is (state == "not_asked")
    assert ("data-second-waits" in shown) is (state in ("waiting", "running"))
    assert ('id="second-arrived"' in shown) is (state in ("waiting", "running"))
    assert shown.count("Second reader: still reading") == (4 if state in ("waiting", "running") else 0)


def test_asked_for_anew_the_opinion_before_stays() -> None:
    shown = page(judgement(MACHINE, {"empathy": 3}), "waiting")

    assert "3 of 4, second reader" in shown
    assert "Second reader: still reading" not in shown
    assert "data-second-waits" in shown
    assert "could not be reached. What it said before stands below." in page(judgement(MACHINE), "failed")


@pytest.mark.parametrize(
    ("state", "made", "student_may", "educator_may"),
    [
        ("waiting", None, False, False),
        ("failed", None, True, True),
        ("not_asked", None, True, True),
        ("done", judgement(MACHINE), False, True),
        ("done", judgement(MACHINE, not_scored={"empathy": "Unreadable."}), True, True),
        ("done", None, True, True),
    ],
)
def test_a_whole_opinion_is_asked_for_anew_by_educators_alone(
    state: State, made: Judgement | None, student_may: bool, educator_may: bool
) -> None:
    opinion = SecondOpinion(state, made)

    assert may_ask_anew(opinion, by_educator=False) is student_may
    assert may_ask_anew(opinion, by_educator=True) is educator_may
    assert view(made, state, may_ask=False).ask is None


def test_an_educator_reads_of_the_student_by_name() -> None:
    found = view(judgement(MACHINE), student="Ada")

    assert found.listener == "the words of Ada"
    assert found.about == f"{MODEL}: a machine's reading too, and not the score of record."
    assert view(None, "failed", student="Ada").status == (
        "The second reader could not be reached. The score stands without it."
    )


def test_the_doubts_of_a_review_are_read_from_the_cards() -> None:
    made = judgement(MACHINE, {"empathy": 4}, key_answers=(EXPLAINED, NOT_EXPLAINED, AGAINST))

    assert doubts_about(MACHINE, None, 60) == ()
    assert doubts_about(MACHINE, SecondOpinion("failed"), 60) == ()
    assert doubts_about(MACHINE, SecondOpinion("done", made), None) == (
        Need(60, "The two scorers differ by 2 levels on Empathy"),
        Need(55, "Clear explanation is at 3, yet a listener could answer 1 of 3 key questions"),
    )


def test_a_reader_that_is_out_of_reach_is_asked_again_by_itself_and_at_once_by_hand() -> None:
    found = second_view(SecondOpinion("waiting", fault="server_error"), MACHINE, "e1", may_ask=True)
    other = second_view(SecondOpinion("waiting", fault="server_error"), MACHINE, "e1", may_ask=False)

    assert found is not None
    assert other is not None
    assert found.status == "The second reader could not be reached so far. It is asked again by itself."
    assert (found.pending, found.ask, other.ask) == (True, "Ask now", None)
