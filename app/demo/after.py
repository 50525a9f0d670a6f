"""What follows the talks of the demo: ratings, a shared practice, the educator's reviews, the end of an assignment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import Person
from app.classroom import afterwards, assignments, reviewing
from app.demo.programme import RATINGS, REVIEWS, Reviewed
from app.demo.talks import Held
from app.storage import encounters
from app.storage.tables import Assignment, Encounter
from scoring import Scorecard


async def set_due_now(session: AsyncSession, assignment_id: str, educator: Person) -> None:
    """Whoever begins it from now on is late."""
    assignment = await session.get_one(Assignment, assignment_id)
    terms = replace(assignments.terms_of(assignment), due_at=datetime.now(UTC))
    await assignments.change_assignment(session, assignment, educator, terms, "the demo shows what is late")


async def close_now(session: AsyncSession, assignment_id: str, educator: Person) -> None:
    """Nobody begins it any more. Not earlier than now: the talks held for it were held while it was open."""
    assignment = await session.get_one(Assignment, assignment_id)
    terms = replace(assignments.terms_of(assignment), closes_at=datetime.now(UTC))
    await assignments.change_assignment(session, assignment, educator, terms, "the demo shows what is closed")


async def rate_assessments(session: AsyncSession, held: Held) -> None:
    """The students' own ratings."""
    for talk, encounter_id in held.items():
        if talk.part == "assessment" and (rating := RATINGS.get(talk.student)) is not None:
            encounter = await encounters.find(session, encounter_id)
            await afterwards.rate(session, encounter, rating.levels, rating.reflection)


async def share_practice(session: AsyncSession, held: Held, students: Mapping[str, Person], cohort_id: str) -> None:
    """Free practice is shown to the class."""
    for talk, encounter_id in held.items():
        if talk.part is None:
            await afterwards.share(session, encounter_id, students[talk.student], cohort_id)


async def review_first_talks(session: AsyncSession, held: Held, educator: Person) -> None:
    """The educator's reviews."""
    by_student = {talk.student: encounter_id for talk, encounter_id in held.items() if talk.part == "first_talk"}
    for reviewed in REVIEWS:
        encounter = await encounters.find(session, by_student[reviewed.student])
        await _review(session, encounter, educator, reviewed)


async def _review(session: AsyncSession, encounter: Encounter, educator: Person, reviewed: Reviewed) -> None:
    """Look at each flag, comment, change a level, accept; nobody else reviews meanwhile, so nothing is unseen."""
    for index in range(await _how_many_flags(session, encounter)):
        await reviewing.judge_flag(session, encounter, educator, 0, index, stands=True, words=reviewed.on_flags)
    turn = await _turn_with(session, encounter, reviewed.about)
    await reviewing.comment(session, encounter, educator, 0, turn, reviewed.comment)
    if (change := reviewed.change) is not None:
        await reviewing.set_level(session, encounter, educator, 0, change.scale, change.level, change.reason)
    await reviewing.accept(session, encounter, educator, 0, release=reviewed.release)


async def _how_many_flags(session: AsyncSession, encounter: Encounter) -> int:
    row = await encounters.newest_card(session, encounter.id)
    return 0 if row is None else len(Scorecard.model_validate(row.card).flags)


async def _turn_with(session: AsyncSession, encounter: Encounter, words: str | None) -> int | None:
    """The student's turn with these words, as an index; None for the whole talk."""
    if words is None:
        return None
    turns = await encounters.turns_of(session, encounter.id)
    return next((at for at, turn in enumerate(turns) if turn.speaker == "student" and words in turn.text), None)
