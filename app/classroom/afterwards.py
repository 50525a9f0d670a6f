"""What a student does with an encounter besides talking: rate it, show it to a class, report a problem, delete it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import Person
from app.errors import AlreadyRated, BadRequest, NotFound, StillRunning
from app.storage import classes, encounters
from app.storage.tables import Encounter, ProblemReport, SelfRating
from personas.vocabulary import ScaleName
from scoring.scorecard import SCALE_NAMES

WORDS_CHARACTERS = 2_000


async def rate(
    session: AsyncSession, encounter: Encounter, levels: Mapping[ScaleName, int | None], reflection: str
) -> None:
    """Keep how the student rates the talk, once, before the score is seen: 0-4 for each scale, None for "no occasion".

    Raises:
        StillRunning: 409, it has not ended.
        AlreadyRated: 409.
        BadRequest: a scale is missing, or a level is none.
    """
    if encounter.ended_at is None:
        raise StillRunning
    if set(levels) != set(SCALE_NAMES) or any(level not in (None, 0, 1, 2, 3, 4) for level in levels.values()):
        raise BadRequest("Each scale needs a level from 0 to 4, or “no occasion”.", "Choose one for each.")
    await encounters.lock(session, encounter.id)
    if await session.get(SelfRating, encounter.id) is not None:
        raise AlreadyRated
    session.add(
        SelfRating(
            encounter_id=encounter.id,
            levels=dict(levels),
            reflection=_checked(reflection),
            rated_at=datetime.now(UTC),
        )
    )


async def share(session: AsyncSession, encounter_id: str, student: Person, cohort_id: str | None) -> None:
    """Show this free practice to the educators of one of the student's classes; None: to nobody any more.

    Raises:
        BadRequest: it was set for a class, so its educators see it anyway.
        StillRunning: 409, it has not ended.
        NotFound: the student is not in that class.
    """
    encounter = await encounters.lock(session, encounter_id)
    if encounter.assignment_id is not None:
        raise BadRequest(
            "This was set for your class, so its educators see it.", "Only free practice is yours to share."
        )
    if encounter.ended_at is None:
        raise StillRunning
    if cohort_id is not None:
        joined = [cohort.id for cohort in await classes.of_member(session, student.id, "student")]
        if cohort_id not in joined:
            raise NotFound("You are not in that class.", "Share it with a class you are in.")
    encounter.shared_with = cohort_id


async def report(session: AsyncSession, encounter: Encounter, about: str, words: str) -> None:
    """Report something wrong with the patient or with the feedback. The educators of the class own it.

    Raises:
        BadRequest: it is about neither.
    """
    if about not in ("patient", "feedback"):
        raise BadRequest("A report is about the patient or about the feedback.", "Choose which.")
    session.add(
        ProblemReport(
            id=str(uuid4()),
            encounter_id=encounter.id,
            about=about,
            words=_checked(words),
            reported_at=datetime.now(UTC),
        )
    )


async def close_report(session: AsyncSession, report_id: str, reader: Person, answer: str) -> None:
    """Answer a report; its student reads the answer. Who may is decided by who owns it.

    Raises:
        BadRequest: there is no answer, or somebody else was quicker.
    """
    found = await session.get_one(ProblemReport, report_id, with_for_update=True)
    if found.closed_at is not None:
        raise BadRequest("Somebody has answered this report already.", "Reload the page to read the answer.")
    words = _checked(answer)
    if not words:
        raise BadRequest(
            "The student reads your answer, so there should be one.", "Write a sentence and send it again."
        )
    found.closed_at, found.closed_by, found.answer = datetime.now(UTC), reader.id, words


async def delete_practice(session: AsyncSession, encounter_id: str) -> None:
    """Delete an encounter of free practice, with all that was said; it cannot be brought back.

    Raises:
        BadRequest: it was set for a class.
    """
    encounter = await encounters.lock(session, encounter_id)
    if encounter.assignment_id is not None:
        raise BadRequest("This was set for your class, so it stays.", "Only free practice is yours to delete.")
    await session.delete(encounter)


def _checked(words: str) -> str:
    tidy = words.strip()
    if len(tidy) > WORDS_CHARACTERS:
        raise BadRequest(f"That has more than {WORDS_CHARACTERS:,} characters.", "Shorten it and send it again.")
    return tidy
