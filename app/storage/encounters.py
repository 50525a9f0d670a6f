"""Queries for encounters: turns, reply attempts, the cue ledger, scorecards, persona versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import and_, bindparam, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.storage.tables import (
    Assignment,
    Cohort,
    Encounter,
    LedgerRow,
    Membership,
    PersonaVersion,
    ReplyAttempt,
    ScorecardRow,
    TurnRow,
)
from personas import LoadedPersona, Persona, parse, shipped

RUNNING = ("pending", "partial")
"""The states of a reply that is still being spoken."""

_ATTEMPTS = ReplyAttempt.__table__
_IS_RUNNING = or_(*(_ATTEMPTS.c.state == state for state in RUNNING))  # `in_` cannot be used for many rows at once
_SAVE_WORDS = (
    update(ReplyAttempt.__table__)  # type: ignore[arg-type]  # the table, so that many rows are one statement
    .where(_ATTEMPTS.c.id == bindparam("attempt_id"), _IS_RUNNING)
    .values(
        text=bindparam("words"),
        lines=bindparam("line_ids"),
        screened=bindparam("left_out"),
        saved_at=bindparam("at"),
        state=case((bindparam("words") == "", "pending"), else_="partial"),
    )
)

_TURNS = TurnRow.__table__
_SAVE_READINGS = (
    update(TurnRow.__table__)  # type: ignore[arg-type]
    .where(
        _TURNS.c.encounter_id == bindparam("encounter"),
        _TURNS.c.turn_id == bindparam("sent_as"),
        _TURNS.c.state.is_(None),
    )
    .values(
        state=bindparam("left_state"), reading=bindparam("was_read"), changes=bindparam("did"), note=bindparam("noted")
    )
)


async def find(session: AsyncSession, encounter_id: str) -> Encounter:
    """The encounter of this id.

    Raises:
        NotFound: 404, there is none.
    """
    row = await session.get(Encounter, encounter_id)
    if row is None:
        raise NotFound
    return row


async def lock(session: AsyncSession, encounter_id: str) -> Encounter:
    """The encounter, held by this transaction alone: nobody else changes its turns until the block ends.

    Raises:
        NotFound: 404, there is none.
    """
    row = await session.get(Encounter, encounter_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row


async def of_student(session: AsyncSession, student_id: str) -> Sequence[Encounter]:
    """Every encounter of one student, the newest first."""
    query = select(Encounter).where(Encounter.student_id == student_id).order_by(Encounter.started_at.desc())
    return (await session.scalars(query)).all()


async def turns_of(session: AsyncSession, encounter_id: str) -> Sequence[TurnRow]:
    """The turns of an encounter in the order they were said."""
    query = select(TurnRow).where(TurnRow.encounter_id == encounter_id).order_by(TurnRow.position)
    return (await session.scalars(query)).all()


async def student_turn(session: AsyncSession, encounter_id: str, turn_id: str) -> TurnRow | None:
    """The student's turn that was sent with this id."""
    query = select(TurnRow).where(TurnRow.encounter_id == encounter_id, TurnRow.turn_id == turn_id)
    return (await session.scalars(query)).one_or_none()


async def last_turn(session: AsyncSession, encounter_id: str) -> TurnRow | None:
    """The turn that was said last."""
    query = select(TurnRow).where(TurnRow.encounter_id == encounter_id).order_by(TurnRow.position.desc()).limit(1)
    return (await session.scalars(query)).one_or_none()


async def attempt(session: AsyncSession, attempt_id: str) -> ReplyAttempt:
    """One try at answering.

    Raises:
        NotFound: 404, there is none.
    """
    row = await session.get(ReplyAttempt, attempt_id)
    if row is None:
        raise NotFound
    return row


async def last_attempt(session: AsyncSession, encounter_id: str, turn_id: str) -> ReplyAttempt | None:
    """The newest try at answering this turn."""
    query = (
        select(ReplyAttempt)
        .where(ReplyAttempt.encounter_id == encounter_id, ReplyAttempt.turn_id == turn_id)
        .order_by(ReplyAttempt.number.desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def as_it_stands(session: AsyncSession, encounter_id: str) -> tuple[Sequence[TurnRow], ReplyAttempt | None]:
    """All turns, and the newest try at answering the last of them where it is the student's.

    The try is looked up first: an answer that is stored meanwhile is then among the turns, never in neither.
    """
    query = (
        select(ReplyAttempt)
        .join(TurnRow, and_(TurnRow.encounter_id == encounter_id, TurnRow.turn_id == ReplyAttempt.turn_id))
        .where(ReplyAttempt.encounter_id == encounter_id)
        .order_by(TurnRow.position.desc(), ReplyAttempt.number.desc())
        .limit(1)
    )
    newest = (await session.scalars(query)).one_or_none()
    turns = await turns_of(session, encounter_id)
    waits = newest is not None and bool(turns) and turns[-1].turn_id == newest.turn_id
    return turns, newest if waits else None


async def running_attempt(session: AsyncSession, encounter_id: str) -> ReplyAttempt | None:
    """The reply that is being spoken in this encounter, if any."""
    query = (
        select(ReplyAttempt)
        .where(ReplyAttempt.encounter_id == encounter_id, ReplyAttempt.state.in_(RUNNING))
        .order_by(ReplyAttempt.started_at)
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def running_attempts(session: AsyncSession, saved_before: datetime | None = None) -> Sequence[ReplyAttempt]:
    """Every reply that is being spoken anywhere, or only those last saved before a time; held by this transaction."""
    query = select(ReplyAttempt).where(ReplyAttempt.state.in_(RUNNING)).with_for_update()
    if saved_before is not None:
        query = query.where(ReplyAttempt.saved_at < saved_before)
    return (await session.scalars(query)).all()


async def save_words(session: AsyncSession, spoken: Sequence[Mapping[str, object]]) -> set[str]:
    """Save what each of these replies holds so far, in one go; the ids of those that are still running.

    `spoken` has `attempt_id`, `words`, `line_ids`, `left_out`, `at` each. One that was ended stays as it was.
    """
    ids = [one["attempt_id"] for one in spoken]
    query = select(ReplyAttempt.id).where(ReplyAttempt.id.in_(ids), ReplyAttempt.state.in_(RUNNING))
    running = set((await session.scalars(query)).all())
    if running:
        await session.execute(_SAVE_WORDS, [one for one in spoken if one["attempt_id"] in running])
    return running


async def save_readings(session: AsyncSession, read: Sequence[Mapping[str, object]]) -> None:
    """Keep what these student turns did to the patient, in one go; a turn that was read before stays as it was.

    `read` has `encounter`, `sent_as`, `left_state`, `was_read`, `did`, `noted` each.
    """
    await session.execute(_SAVE_READINGS, read)


async def overdue(session: AsyncSession, before: datetime) -> Sequence[str]:
    """The ids of running encounters whose time limit was over before this moment."""
    query = select(Encounter.id).where(Encounter.deadline_at < before, Encounter.ended_at.is_(None))
    return (await session.scalars(query)).all()


async def ledger_of(session: AsyncSession, encounter_id: str) -> Sequence[LedgerRow]:
    """The cues offered and the concerns told, in the order they were said."""
    query = select(LedgerRow).where(LedgerRow.encounter_id == encounter_id).order_by(LedgerRow.position, LedgerRow.id)
    return (await session.scalars(query)).all()


async def newest_card(session: AsyncSession, encounter_id: str, source: str = "deterministic") -> ScorecardRow | None:
    """The newest scorecard of one source: the one that counts."""
    query = (
        select(ScorecardRow)
        .where(ScorecardRow.encounter_id == encounter_id, ScorecardRow.source == source)
        .order_by(ScorecardRow.created_at.desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def assignment_for(
    session: AsyncSession, assignment_id: str, student_id: str, *, hold: bool = False
) -> Assignment:
    """An assignment of a class this student is in and that is not archived.

    With `hold` nobody changes it or takes it back until this transaction ends; others may hold it too.

    Raises:
        NotFound: 404, there is none, or it is another class's.
    """
    query = (
        select(Assignment)
        .join(Membership, Membership.cohort_id == Assignment.cohort_id)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .where(
            Assignment.id == assignment_id,
            Membership.user_id == student_id,
            Membership.role == "student",
            Cohort.archived_at.is_(None),
        )
    )
    if hold:
        query = query.with_for_update(read=True, of=Assignment)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise NotFound
    return row


async def keep_persona(session: AsyncSession, loaded: LoadedPersona, now: datetime) -> None:
    """Keep the persona file as it is now, once for each content."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(
        insert(PersonaVersion)
        .values(
            content_hash=loaded.content_hash,
            persona_id=loaded.persona.id,
            yaml_text=loaded.yaml_text,
            imported_at=now,
        )
        .on_conflict_do_nothing()
    )


async def persona_of(session: AsyncSession, encounter: Encounter) -> Persona:
    """The persona as it was when this encounter was held with it."""
    for loaded in shipped().values():
        if loaded.content_hash == encounter.persona_hash:
            return loaded.persona
    version = await session.get(PersonaVersion, encounter.persona_hash)
    if version is None:
        raise NotFound
    return _parse(version.content_hash, version.yaml_text)


@lru_cache(maxsize=32)
def _parse(content_hash: str, yaml_text: str) -> Persona:
    return parse(yaml_text, source=f"persona version {content_hash[:12]}")
