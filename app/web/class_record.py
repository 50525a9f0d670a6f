"""Reads what is known of a class, for its pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.classroom.needs import Need, Scored, doubts_of
from app.settings import Settings
from app.storage import Store, classes, listings, reviews
from app.storage.listings import Listed
from app.storage.reviews import ListedCard
from app.storage.tables import Assignment, Cohort
from app.web.class_page import ClassRecord
from scoring.scorecard import Summary


async def read_record(store: Store, cohort: Cohort, settings: Settings, *, with_changes: bool = False) -> ClassRecord:
    """What is known of this class, in one look at the database; what each turn did only where a page tells of it."""
    async with store.read() as session:
        attempts = await listings.set_in_class(session, cohort.id)
        ended = [one.encounter.id for one in attempts if one.encounter.ended_at is not None]
        cards = await reviews.cards_of(session, ended)
        terms = await classes.assignments_of(session, cohort.id)
        return ClassRecord(
            cohort=cohort,
            students=await classes.members_of(session, cohort.id, "student"),
            assignments=terms,
            attempts=attempts,
            shared=await listings.shared_with(session, cohort.id),
            cards={
                one: Summary.model_validate(card.summary)
                for one, each in cards.items()
                if (card := reviews.of_record(each)) is not None
            },
            doubts=_doubts(attempts, terms, cards) if settings.judge_model is not None else {},
            ratings=await reviews.ratings_of(session, ended),
            changes=await _changes(session, ended) if with_changes else {},
            open_reports=sum(report.closed_at is None for report, *_ in await reviews.reports_in(session, cohort.id)),
        )


def _doubts(
    attempts: Sequence[Listed], terms: Sequence[Assignment], cards: Mapping[str, Mapping[str, ListedCard]]
) -> Mapping[str, tuple[Need, ...]]:
    """What second opinions say against the deterministic cards, by encounter; the pass mark is the assignment's."""
    marks = {one.id: one.pass_mark for one in terms}
    found = {}
    for encounter in (listed.encounter for listed in attempts):
        by = cards.get(encounter.id, {})
        if "deterministic" in by and "judge" in by:
            mark = marks.get(encounter.assignment_id or "")
            found[encounter.id] = doubts_of(_scored(by["deterministic"]), _scored(by["judge"]), mark)
    return {encounter_id: doubts for encounter_id, doubts in found.items() if doubts}


def _scored(card: ListedCard) -> Scored:
    stored = card.summary
    return Scored(Summary.model_validate(stored), card.overall, stored.get("key_questions"), stored.get("explained"))


async def _changes(session: AsyncSession, ended: Sequence[str]) -> Mapping[str, list[list[dict[str, Any]]]]:
    found: dict[str, list[list[dict[str, Any]]]] = {}
    for encounter_id, changes in await reviews.changes_in(session, ended):
        found.setdefault(encounter_id, []).append(changes)
    return found
