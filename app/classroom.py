"""What an educator does with a class: create it, add people, set a scenario."""

import secrets
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import BadRequest
from app.storage.tables import Assignment, Cohort, Membership

CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What a join code is written with: nothing that is mistaken for something else when read aloud."""
CODE_LENGTH = 8
MODES = ("practice", "assessment")


async def create_class(session: AsyncSession, name: str, educator_id: str) -> Cohort:
    """A new class with its first educator and a join code.

    Raises:
        BadRequest: it has no name.
    """
    if not name.strip():
        raise BadRequest("A class needs a name.", "Write one, such as the year and the course.")
    cohort = Cohort(
        id=str(uuid4()),
        name=name.strip(),
        join_code="".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH)),
        created_at=datetime.now(UTC),
    )
    session.add(cohort)
    await session.flush()
    await add_member(session, cohort.id, educator_id, "educator")
    return cohort


async def add_member(session: AsyncSession, cohort_id: str, user_id: str, role: str) -> None:
    """Put somebody in a class, as student or educator; somebody who is in it already changes to that role."""
    await session.merge(Membership(cohort_id=cohort_id, user_id=user_id, role=role))
    await session.flush()


async def set_assignment(
    session: AsyncSession,
    cohort_id: str,
    scenario_id: str,
    opens_at: datetime,
    closes_at: datetime,
    *,
    difficulty: str = "standard",
    mode: str = "practice",
) -> Assignment:
    """Set a scenario for a class, open between two times.

    Raises:
        BadRequest: it would close before it opens, or the mode is unknown.
    """
    if closes_at <= opens_at:
        raise BadRequest("The assignment would close before it opens.", "Choose a later closing time.")
    if mode not in MODES:
        raise BadRequest(f"{mode} is not a mode.", f"Use one of {', '.join(MODES)}.")
    assignment = Assignment(
        id=str(uuid4()),
        cohort_id=cohort_id,
        scenario_id=scenario_id,
        difficulty=difficulty,
        mode=mode,
        opens_at=opens_at,
        closes_at=closes_at,
        created_at=datetime.now(UTC),
    )
    session.add(assignment)
    await session.flush()
    return assignment
