"""What a test says in an encounter, and what is stored of it."""

from datetime import timedelta

from app import encounter as room
from app import replies
from app.encounter import Reply, Rooms
from app.replies import Event
from app.storage import encounters
from app.storage.tables import ReplyAttempt, TurnRow
from tests.app.scripted import new_id

WORDS = ["*She looks at the floor.* ", "Ça va… ", "I’m ", "fine \N{WILTED FLOWER}, ", "really."]
WHOLE = "".join(WORDS)


async def say(rooms: Rooms, met: str, said: str = "Good morning.") -> Reply:
    return await room.say(rooms, met, new_id(), said)


async def attempt(rooms: Rooms, reply: Reply) -> ReplyAttempt:
    async with rooms.store.read() as session:
        return await encounters.attempt(session, reply.attempt_id)


async def turns(rooms: Rooms, met: str) -> list[TurnRow]:
    async with rooms.store.read() as session:
        return list(await encounters.turns_of(session, met))


async def first_words(reply: Reply) -> Event:
    """Wait until the patient has begun to speak."""
    return await anext(reply.watch())


async def is_saved(rooms: Rooms, reply: Reply, text: str) -> bool:
    return (await attempt(rooms, reply)).text == text


async def crash(rooms: Rooms, met: str, text: str, silent_s: float = 0.0) -> ReplyAttempt:
    """Leave behind what a process leaves that is killed while the patient speaks."""
    async with rooms.store.write() as session:
        turn_id = new_id()
        session.add(
            TurnRow(
                id=new_id(),
                encounter_id=met,
                position=1,
                turn_id=turn_id,
                speaker="student",
                text="Good morning.",
                as_shown="Good morning.",
                said_at=replies.now(),
            )
        )
        row = replies.new_attempt(met, turn_id, 1)
        row.state, row.text, row.saved_at = "partial", text, row.saved_at - timedelta(seconds=silent_s)
        session.add(row)
    return row
