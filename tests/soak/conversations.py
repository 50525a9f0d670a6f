"""A class in conversation with the service, and whether the database holds what each of them sent and saw."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

import aiohttp
from sqlalchemy import select

from app.settings import Settings
from app.storage import Store
from app.storage.tables import ReplyAttempt, TurnRow
from tests.fake_llm import FakeLlm
from tests.soak.service import Service
from tests.soak.student import Heard, Student

TURNS = 100
"""After so many a student begins anew: an encounter holds no more than 120."""
OPENING = 16
"""Characters by which one reply is told from every other."""
SAID = (
    "What is on your mind?",
    "That sounds hard. Tell me more.",
    "May I tell you what we found?",
    "What do you know so far?",
    "I can see that this frightens you.",
)
THOUGHTS = (
    "I keep looking at the clock on that wall.",
    "My sister said I should write things down.",
    "It was raining when I came in this morning.",
    "I am not sure what I am meant to ask you.",
    "The waiting is what I find hard, you know.",
    "I could not eat anything at breakfast.",
    "I told them at work that I had the dentist.",
)


@asynccontextmanager
async def open_model(
    tokens_per_s: float | None = 20, sentences: Sequence[int] = (len(THOUGHTS),)
) -> AsyncIterator[FakeLlm]:
    """A model that never says the same twice, in turn so many sentences after the first; seven take three seconds."""
    numbers, lengths = count(100_000), cycle(sentences)
    model = FakeLlm(tokens_per_s=tokens_per_s, counts=False, keeps=20)
    model.answers = lambda body: " ".join((f"Thought {next(numbers)} then.", *THOUGHTS[: next(lengths)]))
    await model.start()
    try:
        yield model
    finally:
        await model.stop()


@asynccontextmanager
async def students_of(service: Service) -> AsyncIterator[list[Student]]:
    """A client for every account of the service."""
    forever = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(service.url, connector=aiohttp.TCPConnector(limit=0), timeout=forever) as client:
        yield [Student(client, token) for token in service.tokens]


@asynccontextmanager
async def talking(service: Service) -> AsyncIterator[list[Student]]:
    """Every student in conversation; each has been answered when the block is left."""
    over = asyncio.Event()
    async with students_of(service) as students, asyncio.TaskGroup() as conversations:
        for student in students:
            conversations.create_task(_converse(student, over))
        yield students
        over.set()


async def until_all_have_spoken(students: Sequence[Student]) -> None:
    """Return once every student has had a turn acknowledged."""
    while not all(student.acknowledged for student in students):  # noqa: ASYNC110  clients wake nobody
        await asyncio.sleep(0.02)


async def until_the_patient_speaks(model: FakeLlm) -> None:
    """Return once a new reply has begun; words of an old one may be read again long before."""
    while model.open_streams == 0:  # noqa: ASYNC110  as above
        await asyncio.sleep(0.02)


async def _converse(student: Student, over: asyncio.Event) -> None:
    for number, said in enumerate(cycle(SAID)):
        if number % TURNS == 0:
            await student.begin_through_all()
        await student.say(said)
        if over.is_set():
            return


@dataclass(frozen=True)
class Kept:
    """Everything a database holds of conversations."""

    turns: Sequence[TurnRow]
    attempts: Sequence[ReplyAttempt]


async def kept_in(settings: Settings) -> Kept:
    """What the database of these settings holds."""
    store = await Store.open(settings)
    try:
        async with store.read() as session:
            turns = await session.scalars(select(TurnRow).order_by(TurnRow.encounter_id, TurnRow.position))
            attempts = await session.scalars(select(ReplyAttempt).order_by(ReplyAttempt.number))
            return Kept(turns.all(), attempts.all())
    finally:
        await store.close()


def assert_each_turn_is_stored_once(students: Sequence[Student], turns: Sequence[TurnRow]) -> None:
    """What was sent until it was answered is there, once, and nothing else."""
    stored = Counter((turn.turn_id, turn.text) for turn in turns if turn.speaker == "student")
    assert stored == Counter(sent for student in students for sent in student.sent.items())


def assert_turns_alternate(turns: Sequence[TurnRow]) -> None:
    """The patient speaks first, then both in turn, without a gap."""
    by_encounter: dict[str, list[TurnRow]] = {}
    for turn in turns:
        by_encounter.setdefault(turn.encounter_id, []).append(turn)
    for held in by_encounter.values():
        assert [turn.position for turn in held] == list(range(len(held)))
        assert [turn.speaker for turn in held] == [("patient", "student")[at % 2] for at in range(len(held))]


def assert_readers_saw_what_is_stored(heard: Sequence[Heard], kept: Kept) -> None:
    """A reply that was read to its end is the patient's turn; one that was cut is kept as it was shown afterwards."""
    assert {attempt.state for attempt in kept.attempts} <= {"done", "interrupted"}
    finished = {one.text for one in heard if one.is_done}
    spoken = [turn.as_shown for turn in kept.turns if turn.speaker == "patient" and turn.position > 0]
    assert sorted(finished) == sorted(spoken)
    assert sorted(finished) == sorted(attempt.text for attempt in kept.attempts if attempt.state == "done")
    cut = {attempt.text for attempt in kept.attempts if attempt.state == "interrupted"}
    assert {one.text for one in heard if one.last is not None and not one.is_done} <= cut


def seconds_lost(heard: Heard, attempts: Sequence[ReplyAttempt], crashed_at_s: Sequence[float]) -> float:
    """How long before the crash the first words came that a reader had and the database has not; 0 without such."""
    assert heard.broke_at_s is not None
    crash_s = max(at for at in crashed_at_s if at <= heard.broke_at_s)
    text = next((one.text for one in attempts if one.text[:OPENING] == heard.text[:OPENING]), "")
    shared = min(len(text), len(heard.text))
    assert text[:shared] == heard.text[:shared]
    end = 0
    for at_s, words in heard.pieces:
        end += len(words)
        if end > len(text):
            return max(0.0, crash_s - at_s)
    return 0.0


def faults_in(database: Path) -> list[str]:
    """What SQLite itself finds wrong in a file."""
    with closing(sqlite3.connect(database)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return found + [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
