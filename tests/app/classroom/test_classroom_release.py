"""When a student sees a result, and until when what was not heard stays closed."""

from itertools import product
from typing import Any

import pytest

from app.classroom.release import closed_until, hold_of, needs_review
from app.storage.tables import Review
from tests.app.classroom.made import CLOSES, MOMENT, OPENS, assignment

AT_ONCE: dict[str, Any] = {}
RATED_FIRST = {"release": "after_self_rating", "self_rating": True}
REVIEWED_FIRST = {"release": "after_review"}
BOTH_FIRST = {"release": "after_review", "self_rating": True}
ASSESSED = {"mode": "assessment"}
WITH_PASS_MARK = {"pass_mark": 60}
REVIEWED = (REVIEWED_FIRST, ASSESSED, WITH_PASS_MARK)

NOT_BEGUN = None
LOOKED_AT = {"cleared": 1}
ACCEPTED = {"cleared": 1, "accepted_at": OPENS}
RELEASED = {"cleared": 1, "accepted_at": OPENS, "released_at": OPENS}
REOPENED = {"cleared": 1, "accepted_at": None, "released_at": None}


def review(values: dict[str, Any] | None) -> Review | None:
    return None if values is None else Review(encounter_id="e1", acts=1, **values)


TABLE = [
    # terms, review, rated, flags, hold
    *((AT_ONCE, state, rated, 0, None) for state, rated in product((NOT_BEGUN, LOOKED_AT, RELEASED), (False, True))),
    (AT_ONCE, NOT_BEGUN, False, 1, "flag"),
    (AT_ONCE, LOOKED_AT, False, 1, None),
    (AT_ONCE, LOOKED_AT, False, 2, "flag"),
    (AT_ONCE, ACCEPTED, False, 2, "flag"),
    (AT_ONCE, RELEASED, False, 2, None),
    *((RATED_FIRST, state, False, flags, "self_rating") for state, flags in product((NOT_BEGUN, RELEASED), (0, 1))),
    (RATED_FIRST, NOT_BEGUN, True, 0, None),
    (RATED_FIRST, NOT_BEGUN, True, 1, "flag"),
    (RATED_FIRST, LOOKED_AT, True, 1, None),
    *((one, NOT_BEGUN, rated, 0, "review") for one, rated in product(REVIEWED, (False, True))),
    *((one, LOOKED_AT, False, 1, "review") for one in REVIEWED),
    *((one, ACCEPTED, False, 1, "review") for one in REVIEWED),
    *((one, REOPENED, False, 1, "review") for one in REVIEWED),
    *((one, NOT_BEGUN, False, 1, "review") for one in REVIEWED),
    *((one, RELEASED, False, flags, None) for one, flags in product(REVIEWED, (0, 1, 2))),
    *((BOTH_FIRST, state, False, 0, "self_rating") for state in (NOT_BEGUN, ACCEPTED, RELEASED)),
    (BOTH_FIRST, ACCEPTED, True, 0, "review"),
    (BOTH_FIRST, RELEASED, True, 2, None),
]


@pytest.mark.parametrize(("terms", "state", "rated", "flags", "hold"), TABLE)
def test_a_result_is_held_back_for_the_first_reason_there_is(
    terms: dict[str, Any], state: dict[str, Any] | None, rated: bool, flags: int, hold: str | None
) -> None:
    assert hold_of(assignment(**terms), review(state), rated=rated, flags=flags) == hold


@pytest.mark.parametrize(
    ("state", "rated", "flags"), list(product((NOT_BEGUN, LOOKED_AT, RELEASED), (False, True), (0, 1, 2)))
)
def test_free_practice_is_never_held_back(state: dict[str, Any] | None, rated: bool, flags: int) -> None:
    assert hold_of(None, review(state), rated=rated, flags=flags) is None


@pytest.mark.parametrize(
    ("terms", "needed"),
    [(AT_ONCE, False), (RATED_FIRST, False), *((one, True) for one in (*REVIEWED, BOTH_FIRST))],
)
def test_a_person_reviews_first_where_passing_is_at_stake(terms: dict[str, Any], needed: bool) -> None:
    assert needs_review(assignment(**terms)) == needed


def test_what_was_not_heard_stays_closed_until_the_assignment_closes() -> None:
    assert closed_until(assignment(), CLOSES - MOMENT) == CLOSES
    assert closed_until(assignment(), CLOSES) is None
    assert closed_until(None, OPENS) is None
