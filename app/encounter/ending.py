"""End an encounter and grade it; end those whose time is over."""

from app import errors, judging, marking
from app.encounter.talking import ON_THE_WAY, stop_attempt
from app.replies import Rooms, now
from app.storage import encounters
from app.storage.tables import ReplyAttempt
from scoring import Scorecard


async def end(rooms: Rooms, encounter_id: str) -> Scorecard:
    """End the encounter and grade it; a reply that is being spoken is stopped first. Twice is once.

    Raises:
        NotFound: 404, there is no such encounter.
        NothingSaid: 409, there is not one turn.
    """
    return await rooms.shelter(_end(rooms, encounter_id))


async def end_overdue(rooms: Rooms) -> int:
    """End every encounter whose time limit is over, as its student would have; how many there were.

    One in which nothing was said by anybody is removed: nothing is graded, and the attempt is given back.
    """
    async with rooms.store.read() as session:
        overdue = await encounters.overdue(session, now() - ON_THE_WAY)
    for encounter_id in overdue:
        try:
            await _end_or_remove(rooms, encounter_id)
        except errors.NotFound:
            continue  # removed meanwhile, by its student or by another process
    return len(overdue)


async def _end_or_remove(rooms: Rooms, encounter_id: str) -> None:
    try:
        await end(rooms, encounter_id)
    except errors.NothingSaid:
        async with rooms.store.write() as session:
            await session.delete(await encounters.lock(session, encounter_id))


async def _end(rooms: Rooms, encounter_id: str) -> Scorecard:
    while (running := await _freeze(rooms, encounter_id)) is not None:
        await stop_attempt(rooms, running.id)
    card = await marking.card_of(rooms.store, encounter_id)
    rooms.on_end()
    return card


async def _freeze(rooms: Rooms, encounter_id: str) -> ReplyAttempt | None:
    """Set the end and ask for a second opinion, unless a reply is being spoken: then that reply."""
    async with rooms.store.write() as session:
        row = await encounters.lock(session, encounter_id)
        if row.ended_at is not None:
            return None
        running = await encounters.running_attempt(session, encounter_id)
        if running is None:
            if await encounters.last_turn(session, encounter_id) is None:
                raise errors.NothingSaid
            row.ended_at = now()
            await judging.request(session, row, rooms.settings, row.ended_at)
        return running
