"""Queries for checks of patients in the lab."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.storage.tables import PersonaCheckRow


async def newest(session: AsyncSession, persona_id: str) -> PersonaCheckRow | None:
    """The check of this patient that began last, over or not."""
    return await session.scalar(
        select(PersonaCheckRow)
        .where(PersonaCheckRow.persona_id == persona_id)
        .order_by(PersonaCheckRow.started_at.desc(), PersonaCheckRow.id)
        .limit(1)
    )


async def newest_reported(session: AsyncSession, persona_id: str) -> PersonaCheckRow | None:
    """The newest check of this patient that came to a report."""
    return await session.scalar(
        select(PersonaCheckRow)
        .where(PersonaCheckRow.persona_id == persona_id, PersonaCheckRow.report.is_not(None))
        .order_by(PersonaCheckRow.started_at.desc(), PersonaCheckRow.id)
        .limit(1)
    )


async def newest_of_all(session: AsyncSession) -> Mapping[str, PersonaCheckRow]:
    """For every patient who was ever checked, the check that began last."""
    last = (
        select(PersonaCheckRow.persona_id, func.max(PersonaCheckRow.started_at).label("started_at"))
        .group_by(PersonaCheckRow.persona_id)
        .subquery()
    )
    rows = await session.scalars(
        select(PersonaCheckRow).join(
            last,
            (PersonaCheckRow.persona_id == last.c.persona_id) & (PersonaCheckRow.started_at == last.c.started_at),
        )
    )
    return {row.persona_id: row for row in rows}


async def unfinished(session: AsyncSession, persona_id: str) -> Sequence[PersonaCheckRow]:
    """Checks of this patient that have not come to an end."""
    rows = await session.scalars(
        select(PersonaCheckRow).where(PersonaCheckRow.persona_id == persona_id, PersonaCheckRow.finished_at.is_(None))
    )
    return rows.all()
