"""What a class's talks say about what to teach next."""

from typing import Any

import pytest

from app.classroom.teaching import Spread, spreads, teach_next, what_costs_trust
from scoring.scorecard import Summary
from tests.app.classroom.made import card


def change(what: str, by: float, why: str) -> dict[str, Any]:
    return {"what": what, "by": by, "why": why}


def cards(*levels: tuple[int | None, int | None, int | None, int | None]) -> list[Summary]:
    return [card(*four).summary for four in levels]


def test_a_spread_counts_how_many_talks_reached_each_level() -> None:
    found = spreads(cards((0, 1, 2, None), (0, 3, 2, None), (4, 1, None, None)))

    assert found == (
        Spread("empathy", (2, 0, 0, 0, 1), 0),
        Spread("emotion_naming", (0, 2, 0, 1, 0), 0),
        Spread("permission", (0, 0, 2, 0, 0), 1),
        Spread("explanation", (0, 0, 0, 0, 0), 3),
    )
    assert [(one.weak, one.observed) for one in found] == [(2, 3), (2, 3), (0, 2), (0, 0)]


def test_without_a_talk_nothing_is_spread() -> None:
    assert spreads([]) == tuple(
        Spread(name, (0, 0, 0, 0, 0), 0) for name in ("empathy", "emotion_naming", "permission", "explanation")
    )


@pytest.mark.parametrize(
    "levels", [(), ((0, 0, 0, 0),), ((0, 0, 0, 0), (1, 1, 1, 1)), ((0, None, None, None),) * 2], ids=len
)
def test_nothing_is_said_of_a_handful_of_talks(levels: tuple[Any, ...]) -> None:
    assert teach_next(cards(*levels), []) is None


def test_the_scale_with_the_largest_share_of_weak_talks_is_taught_next() -> None:
    found = cards((2, 1, 2, 0), (2, 0, 2, None), (1, 3, 2, None), (2, 3, 2, None))

    assert teach_next(found, []) == "Naming emotion: 2 of 4 talks stayed at level 1 or below."


def test_a_scale_seen_in_too_few_talks_is_not_the_weakest() -> None:
    found = cards((3, 3, 1, 0), (3, 3, 3, 0), (3, 3, 3, None))

    assert teach_next(found, []) == "Asking permission: 1 of 3 talks stayed at level 1 or below."


def test_where_nobody_stayed_low_the_weakest_is_the_one_with_the_lowest_levels() -> None:
    assert teach_next(cards((4, 3, 2, 3), (4, 3, 2, 3), (4, 3, 3, 3)), []) == (
        "No scale stands out: in asking permission, the weakest, all reached level 2 or more."
    )


def test_the_line_names_what_most_often_cost_trust() -> None:
    rushed = change("trust", -0.1, "The news came before she was asked")
    turns = [[rushed], [change("trust", -0.2, "A feeling was passed over.")], [rushed, change("distress", 0.1, "News")]]

    assert teach_next(cards((0, 2, 2, 2), (0, 2, 2, 2), (0, 2, 2, 2)), turns) == (
        "Empathy: 3 of 3 talks stayed at level 1 or below. "
        "Trust fell most often with this: “The news came before she was asked.”"
    )


@pytest.mark.parametrize(
    ("turns", "cost"),
    [
        ([], None),
        ([[change("trust", 0.2, "Heard")]], None),
        ([[change("distress", -0.2, "Calmed")]], None),
        ([[change("trust", 0.2, "Heard")] * 3, [change("trust", -0.1, "Hurried.")]], "Hurried."),
        ([[change("trust", -0.3, "Once"), change("trust", -0.1, "Twice")], [change("trust", -0.1, "Twice")]], "Twice."),
    ],
)
def test_only_what_lowered_trust_costs_it(turns: list[list[dict[str, Any]]], cost: str | None) -> None:
    assert what_costs_trust(turns) == cost
