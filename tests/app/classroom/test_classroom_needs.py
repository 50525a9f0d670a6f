"""Which encounters an educator should look at first, and the words that say why."""

from typing import Any

import pytest

from app.classroom.needs import Need, needs_of
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
