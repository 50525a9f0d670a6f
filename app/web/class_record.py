"""Reads what is known of a class, for its pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.storage import Store, classes, listings, reviews
from app.storage.tables import Cohort
from app.web.class_page import ClassRecord
from scoring.scorecard import Summary


async def read_record(store: Store, cohort: Cohort, *, with_changes: bool = False) -> ClassRecord:
    """What is known of this class, in one look at the database; what each turn did only where a page tells of it."""
    async with store.read() as session:
        attempts = await listings.set_in_class(session, cohort.id)
        ended = [one.encounter.id for one in attempts if one.encounter.ended_at is not None]
        summaries = await reviews.summaries_of(session, ended)
        return ClassRecord(
            cohort=cohort,
            students=await classes.members_of(session, cohort.id, "student"),
            assignments=await classes.assignments_of(session, cohort.id),
            attempts=attempts,
            shared=await listings.shared_with(session, cohort.id),
            cards={one: Summary.model_validate(summary) for one, summary in summaries.items()},
            ratings=await reviews.ratings_of(session, ended),
            changes=await _changes(session, ended) if with_changes else {},
            open_reports=sum(report.closed_at is None for report, *_ in await reviews.reports_in(session, cohort.id)),
        )


async def _changes(session: AsyncSession, ended: Sequence[str]) -> Mapping[str, list[list[dict[str, Any]]]]:
    found: dict[str, list[list[dict[str, Any]]]] = {}
    for encounter_id, changes in await reviews.changes_in(session, ended):
        found.setdefault(encounter_id, []).append(changes)
    return found
