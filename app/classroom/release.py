"""What a student may see of an encounter that was set for them, and since when."""

from datetime import datetime
from typing import Literal

from app.storage.tables import Assignment, Review

Hold = Literal["self_rating", "review", "flag"]
"""Why a score is not shown yet: rate yourself first; a person reviews first; an educator must look at a flag."""


def needs_review(assignment: Assignment) -> bool:
    """Whether a person looks at every result first: always where passing is at stake."""
    at_stake = assignment.mode == "assessment" or assignment.pass_mark is not None
    return at_stake or assignment.release == "after_review"


def hold_of(assignment: Assignment | None, review: Review | None, *, rated: bool, flags: int) -> Hold | None:
    """Why this result is held back, or None when its student may see it.

    `flags` is the number of safety flags on the scorecard. Free practice (no assignment) is never held: it is the
    student's own. A released result stays seen whatever the scorer finds later.
    """
    if assignment is None:
        return None
    if assignment.self_rating and not rated:
        return "self_rating"
    if review is not None and review.released_at is not None:
        return None
    if needs_review(assignment):
        return "review"
    return "flag" if flags > (review.cleared if review is not None else 0) else None


def closed_until(assignment: Assignment | None, now: datetime) -> datetime | None:
    """Until when what was not heard stays closed, and no second try is opened: others may still meet this patient."""
    return assignment.closes_at if assignment is not None and now < assignment.closes_at else None
