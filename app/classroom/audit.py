"""Who did what to a class, and when: rows are only ever added."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.storage.tables import AuditEntry


def note(session: AsyncSession, cohort_id: str, actor_id: str, what: str) -> None:
    """Keep that this person did this; `what` reads on after their name, and holds nothing that was said in a talk."""
    session.add(AuditEntry(id=str(uuid4()), cohort_id=cohort_id, actor_id=actor_id, at=datetime.now(UTC), what=what))
