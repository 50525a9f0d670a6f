"""Which encounters an educator should look at first, and the words that say why."""

from typing import Any

import pytest

from app.classroom.needs import Need, Scored, doubts_of, needs_of
from app.storage.tables import SelfRating
from scoring import Scorecard
from scoring.scorecard import SCALE_NAMES
from tests.app.classroom.made import OPENS, card, card_of, flag, scale


def rating(**levels: Any) -> SelfRating:
    return SelfRating(encounter_id="e1", levels=levels, reflection="", rated_at=OPENS)


def enough(*levels: int | None) -> Scorecard:
    """A card with these levels and two occasions for each scale."""
    return card_of({name: scale(level, occasions=2) for name, level in zip(SCALE_NAMES, levels, strict=True)})


PLAIN = enough(2, 2, 2, 2)


def test_an_ordinary_talk_needs_nobody_first() -> None:
    assert needs_of(PLAIN.summary, 55, None, None, 0) == ()
    assert needs_of(PLAIN.summary, 55, 70, rating(empathy=2, emotion_naming=1, permission=3, explanation=None), 0) == ()


@pytest.mark.parametrize(
    ("overall", "pass_mark", "needs"),
    [
        (55.0, 60, [Need(50, "Borderline: 55 points, the pass mark is 60")]),
        (65.0, 60, [Need(50, "Borderline: 65 points, the pass mark is 60")]),
        (59.6, 60, [Need(50, "Borderline: 60 points, the pass mark is 60")]),
        (54.99, 60, []),
        (65.01, 60, []),
        (60.0, None, []),
        (None, 60, []),
    ],
)
def test_within_five_points_of_the_pass_mark_is_borderline(
    overall: float | None, pass_mark: int | None, needs: list[Need]
) -> None:
    assert list(needs_of(PLAIN.summary, overall, pass_mark, None, 0)) == needs


@pytest.mark.parametrize(
    ("flags", "cleared", "needs"),
    [
        (("lapse",), 0, [Need(110, "Safety flag: a professional lapse")]),
        (("lapse", "lapse"), 1, [Need(110, "Safety flag: a professional lapse")]),
        (
            ("wrong_fact", "missed_must_ask", "lapse"),
            0,
            [
                Need(
                    130,
                    "Safety flag: something said may be wrong, something that must be asked was left out, "
                    "a professional lapse",
                )
            ],
        ),
        (("addresses_grader",), 0, [Need(110, "Safety flag: words meant for the scorer")]),
        (("lapse",), 1, []),
        (("lapse", "wrong_fact"), 2, []),
    ],
)
def test_a_flag_nobody_has_looked_at_comes_first(flags: tuple[str, ...], cleared: int, needs: list[Need]) -> None:
    flagged = PLAIN.model_copy(update={"flags": tuple(flag(kind) for kind in flags)})

    assert list(needs_of(flagged.summary, 55, None, None, cleared)) == needs


def test_little_evidence_says_little_about_anybody() -> None:
    one = scale(2, occasions=1)
    few = card_of({"empathy": one, "emotion_naming": one, "permission": one, "explanation": scale(None, occasions=0)})

    assert needs_of(enough(2, 2, None, None).summary, None, None, None, 0) == (
        Need(40, "Thin evidence: 2 of 4 scales could be observed"),
    )
    assert needs_of(few.summary, 55, None, None, 0) == (Need(30, "Thin evidence: 3 occasions in the whole talk"),)
    assert needs_of(card().summary, 55, None, None, 0) == ()


@pytest.mark.parametrize(
    ("own", "needs"),
    [
        ({"empathy": 4}, [Need(10, "Rated themselves 2 levels or more higher on 1 of 4 scales")]),
        (
            {"empathy": 0, "permission": 4},
            [Need(20, "Rated themselves 2 levels or more higher on 1 and lower on 1 of 4 scales")],
        ),
        ({"empathy": 3, "permission": 1}, []),
        ({"empathy": None}, []),
    ],
)
def test_a_self_rating_two_levels_off_is_worth_a_talk(own: dict[str, Any], needs: list[Need]) -> None:
    assert list(needs_of(PLAIN.summary, 55, None, rating(**own), 0)) == needs


def test_a_scale_that_was_not_observed_is_not_compared() -> None:
    assert needs_of(enough(2, 2, 2, None).summary, 55, None, rating(explanation=4), 0) == ()


def test_the_heaviest_reason_comes_first() -> None:
    flagged = enough(2, 2, None, None).model_copy(update={"flags": (flag("lapse"),)})

    found = needs_of(flagged.summary, 58, 60, rating(empathy=4), 0)

    assert [need.weight for need in found] == [110, 50, 40, 10]


def second(*levels: int | None, overall: float | None = None, flags: tuple[str, ...] = ()) -> Scored:
    """A second reader's card with these levels."""
    made = enough(*levels).model_copy(update={"flags": tuple(flag(kind) for kind in flags)})
    return Scored(made.summary, overall)


FIRST = Scored(PLAIN.summary, 55.0)


def test_two_scorers_who_agree_raise_no_doubt() -> None:
    assert doubts_of(FIRST, second(3, 1, 2, 3, overall=58.0), None) == ()
    assert needs_of(PLAIN.summary, 55, None, None, 0, doubts_of(FIRST, second(2, 2, 2, 2), None)) == ()


@pytest.mark.parametrize(
    ("levels", "need"),
    [
        ((4, 2, 2, 2), Need(60, "The two scorers differ by 2 levels on Empathy")),
        ((2, 0, 2, 4), Need(65, "The two scorers differ by 2 levels on Naming emotion and Clear explanation")),
    ],
)
def test_levels_that_differ_by_more_than_one_are_a_reason(levels: tuple[int, ...], need: Need) -> None:
    assert doubts_of(FIRST, second(*levels), None) == (need,)


def test_the_widest_difference_is_said_first() -> None:
    wide = Scored(enough(0, 4, 0, 2).summary, 37.5)

    assert doubts_of(wide, second(4, 2, 3, 2), None) == (
        Need(
            70,
            "The two scorers differ by 4 levels on Empathy, by 3 levels on Asking permission, "
            "by 2 levels on Naming emotion",
        ),
    )


def test_a_scale_one_of_them_could_not_observe_is_not_compared() -> None:
    assert doubts_of(FIRST, second(None, 2, 2, 2), None) == ()
    assert doubts_of(Scored(enough(2, 2, 2, None).summary, 50.0), second(2, 2, 2, 4), None) == ()


@pytest.mark.parametrize(
    ("first", "other", "pass_mark", "is_doubted"),
    [
        (58.0, 66.4, 60, True),
        (66.4, 58.0, 60, True),
        (60.0, 59.9, 60, True),
        (60.0, 61.0, 60, False),
        (58.0, 66.4, None, False),
        (None, 66.4, 60, False),
        (58.0, None, 60, False),
    ],
)
def test_on_either_side_of_the_pass_mark_is_a_reason(
    first: float | None, other: float | None, pass_mark: int | None, is_doubted: bool
) -> None:
    found = doubts_of(Scored(PLAIN.summary, first), second(2, 2, 2, 2, overall=other), pass_mark)

    assert [need.weight for need in found] == ([80] if is_doubted else [])


def test_the_points_on_either_side_are_said() -> None:
    assert doubts_of(Scored(PLAIN.summary, 58.0), second(2, 2, 2, 2, overall=66.4), 60) == (
        Need(80, "The two scorers fall on either side of the pass mark: 58 and 66 points, the pass mark is 60"),
    )


def test_a_flag_only_the_second_reader_has_is_a_candidate() -> None:
    flagged = PLAIN.model_copy(update={"flags": (flag("lapse"),)})
    one = second(2, 2, 2, 2, flags=("lapse", "wrong_fact", "wrong_fact"))
    two = second(2, 2, 2, 2, flags=("missed_must_ask", "wrong_fact"))

    assert doubts_of(Scored(flagged.summary, 55.0), one, None) == (
        Need(90, "The second reader flags: something said may be wrong"),
    )
    assert doubts_of(Scored(flagged.summary, 55.0), two, None) == (
        Need(91, "The second reader flags: something that must be asked was left out, something said may be wrong"),
    )
    assert doubts_of(Scored(flagged.summary, 55.0), second(2, 2, 2, 2, flags=("lapse",)), None) == ()


@pytest.mark.parametrize(
    ("level", "asked", "explained", "is_doubted"),
    [
        (3, 4, 1, True),
        (4, 3, 1, True),
        (3, 4, 2, False),
        (2, 4, 0, False),
        (None, 4, 0, False),
        (3, None, None, False),
        (3, 0, 0, False),
    ],
)
def test_a_clear_explanation_that_left_most_questions_open_is_a_reason(
    level: int | None, asked: int | None, explained: int | None, is_doubted: bool
) -> None:
    found = doubts_of(
        Scored(enough(2, 2, 2, level).summary, 55.0),
        Scored(enough(2, 2, 2, level).summary, 55.0, asked, explained),
        None,
    )
    words = f"Clear explanation is at {level}, yet a listener could answer {explained} of {asked} key questions"

    assert list(found) == ([Need(55, words)] if is_doubted else [])


def test_safety_comes_first_then_disagreement_then_the_pass_mark_then_thin_evidence() -> None:
    first = enough(3, 3, None, None).model_copy(update={"flags": (flag("lapse"),)})
    doubts = doubts_of(Scored(first.summary, 58.0), second(1, 3, None, None, overall=70.0, flags=("wrong_fact",)), 60)
    found = needs_of(first.summary, 58, 60, rating(empathy=1), 0, doubts)

    assert [need.weight for need in found] == [110, 90, 80, 60, 50, 40, 10]
