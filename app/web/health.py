"""Whether the process lives, and whether it can serve."""

import logging
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from app.errors import RapportError
from app.storage import Store
from app.storage.migrations import is_current
from app.web.access import Stored
from personas import PersonaError, shipped

log = logging.getLogger(__name__)

router = APIRouter(tags=["Health"])


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """What serving needs, and whether it is there."""

    ready: bool
    database: bool
    migrations: bool
    personas: bool
    disk: bool
    """Whether SQLite's disk has room for more; always true with PostgreSQL, whose disk cannot be seen from here."""


@router.get("/healthz")
async def healthz() -> Alive:
    """The process lives; asks nothing else."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Ready, "description": "Something is missing."}})
async def readyz(store: Stored, response: Response) -> Ready:
    """The database answers, its tables are this version's, the personas load, and the disk has room."""
    database, migrations = await _ask_database(store)
    personas, disk = _load_personas(), _has_room(store)
    ready = database and migrations and personas and disk
    response.status_code = 200 if ready else 503
    return Ready(ready=ready, database=database, migrations=migrations, personas=personas, disk=disk)


async def _ask_database(store: Store) -> tuple[bool, bool]:
    """Whether it answers, and whether its tables are current."""
    try:
        async with store.read() as session:
            return True, await (await session.connection()).run_sync(is_current)
    except (RapportError, SQLAlchemyError, OSError) as error:
        log.warning("not ready: %s", type(error).__name__)
        return False, False


def _has_room(store: Store) -> bool:
    try:
        has_room = store.has_room()
    except OSError as error:
        log.warning("not ready: the disk cannot be looked at: %s", type(error).__name__)
        return False
    if not has_room:
        log.warning("not ready: the disk is almost full")
    return has_room


def _load_personas() -> bool:
    try:
        return bool(shipped())
    except PersonaError as error:
        log.warning("not ready: %s", error)
        return False
