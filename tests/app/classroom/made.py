"""Terms, cards and encounters as the tests of the classroom need them, and what a class's trail says."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import Person
from app.classroom import assignments
from app.classroom.assignments import Terms
from app.storage import Store, encounters, reviews
from app.storage.tables import Assignment, Cohort, Encounter, ScorecardRow, TurnRow
from personas import shipped
from personas.vocabulary import ScaleName
from scoring import Scorecard, rubric
from scoring.levels import overall_of
from scoring.scorecard import Evidence, Flag, Occasion, ScaleResult, Talk
from tests.app.scripted import SCENARIO

OPENS = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DUE = OPENS + timedelta(days=3)
CLOSES = OPENS + timedelta(days=7)
MOMENT = timedelta(microseconds=1)

on_sqlite = pytest.mark.parametrize("either", ["sqlite"], indirect=True)
"""For tables of what is refused before a database could make a difference: one of the two is enough."""

SAID = (
    ("patient", "Is it bad? My mum sat here."),
    ("student", "You look frightened. Would you like me to go on?"),
    ("patient", "Yes. Please."),
    ("student", "It is cancer. I am sorry."),
)


def terms(**changes: Any) -> Terms:
    """Terms that can be set: open for a week, due after three days."""
    return replace(Terms(SCENARIO, OPENS, CLOSES, DUE), **changes)


def open_now(**changes: Any) -> Terms:
    """Terms of an assignment that opened an hour ago and closes in an hour."""
    at = datetime.now(UTC)
    return replace(Terms(SCENARIO, at - timedelta(hours=1), at + timedelta(hours=1)), **changes)


def assignment(**changes: Any) -> Assignment:
    """An assignment that is in no database."""
    return Assignment(id="a1", cohort_id="c1", created_at=OPENS, **vars(terms(**changes)))


def scale(level: int | None, score: float | None = None, occasions: int = 1, **values: Any) -> ScaleResult:
    """A scale at this level; its score lies a little beside the level's middle, as the machine's does."""
    if score is None and level is not None:
        score = 25 * level + 5 if level < 4 else 100
    occasion = Occasion(turn=0, start=0, end=9, quote=SAID[0][1][:9], kind="cue", met=True, grade=None, why="She asks.")
    made = {"level": level, "score": score, "anchor": "The machine's words.", "counted": "1 of 1 was met."}
    return ScaleResult.model_validate(made | {"occasions": (occasion,) * occasions} | values)


def evidence(quote: str, turn: int = 1, effect: str = "raises") -> Evidence:
    start = SAID[turn][1].index(quote)
    return Evidence.model_validate(
        {"turn": turn, "start": start, "end": start + len(quote), "quote": quote, "effect": effect, "why": "It fits."}
    )


def flag(kind: str, turn: int = 3) -> Flag:
    return Flag.model_validate({"turn": turn, "start": 0, "end": 2, "quote": "It", "kind": kind, "why": "Look at it."})


def card_of(scales: Mapping[ScaleName, ScaleResult], flags: Sequence[Flag] = ()) -> Scorecard:
    return Scorecard(
        scales=dict(scales),
        overall=overall_of(tuple(scales.values())),
        talk=Talk(
            student_words=15,
            patient_words=8,
            student_share=0.65,
            longest_turn=1,
            longest_turn_words=9,
            open_questions=0,
            closed_questions=1,
            silences=0,
        ),
        flags=tuple(flags),
        facts_checked=True,
        scorer_version="1",
        rubric_version=rubric.VERSION,
    )


def card(
    empathy: int | None = 2,
    emotion_naming: int | None = 1,
    permission: int | None = 3,
    explanation: int | None = None,
    flags: Sequence[Flag] = (),
) -> Scorecard:
    """A card with these levels; what raised empathy is "You look frightened."."""
    return card_of(
        {
            "empathy": scale(empathy, evidence=(evidence("You look frightened."),)),
            "emotion_naming": scale(emotion_naming),
            "permission": scale(permission),
            "explanation": scale(explanation),
        },
        flags,
    )


def card_row(encounter_id: str, made: Scorecard, at: datetime, source: str = "deterministic") -> ScorecardRow:
    return ScorecardRow(
        id=str(uuid4()),
        encounter_id=encounter_id,
        source=source,
        card=made.model_dump(mode="json"),
        overall=made.overall,
        flags=len(made.flags),
        summary=made.summary.model_dump(mode="json"),
        rubric_version=made.rubric_version,
        scorer_version=made.scorer_version,
        created_at=at,
    )


async def add_encounter(
    session: AsyncSession,
    student: Person,
    assignment_id: str | None = None,
    made: Scorecard | None = None,
    *,
    started_at: datetime = OPENS,
    ended: bool = True,
) -> Encounter:
    """An encounter of four turns; with the machine's card, if one is given."""
    persona = shipped()["maria_rivera"]
    await encounters.keep_persona(session, persona, started_at)
    row = Encounter(
        id=str(uuid4()),
        student_id=student.id,
        assignment_id=assignment_id,
        persona_hash=persona.content_hash,
        scenario_id=SCENARIO,
        difficulty="standard",
        mode="practice",
        voice="authored",
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=9) if ended else None,
    )
    session.add(row)
    await session.flush()
    session.add_all(_turn(row, position, *said) for position, said in enumerate(SAID))
    if made is not None:
        session.add(card_row(row.id, made, started_at + timedelta(minutes=9)))
    await session.flush()
    return row


def _turn(row: Encounter, position: int, speaker: str, text: str) -> TurnRow:
    return TurnRow(
        id=str(uuid4()),
        encounter_id=row.id,
        position=position,
        turn_id=f"t{position}" if speaker == "student" else None,
        speaker=speaker,
        text=text,
        as_shown=text,
        said_at=row.started_at + timedelta(minutes=position),
    )


async def set_for(store: Store, cohort: Cohort, educator: Person, **changes: Any) -> Assignment:
    """Set an assignment for a class that is open now."""
    async with store.write() as session:
        return await assignments.set_assignment(session, cohort, educator, open_now(**changes))


async def at_once(store: Store, *acts: Callable[[AsyncSession], Awaitable[None]]) -> list[BaseException | None]:
    """Do each in a transaction of its own, and how each came out: None, or what it was refused with.

    On PostgreSQL none does anything before all have begun; SQLite lets one write after the other.
    """
    all_begun = asyncio.Barrier(len(acts))

    async def do(act: Callable[[AsyncSession], Awaitable[None]]) -> None:
        async with store.write() as session:
            if (await session.connection()).dialect.name == "postgresql":
                await all_begun.wait()
            await act(session)

    return await asyncio.gather(*(do(act) for act in acts), return_exceptions=True)


async def trail(store: Store, cohort: Cohort) -> list[tuple[str | None, str]]:
    """Who did what to the class, the oldest first."""
    async with store.read() as session:
        found = await reviews.trail_of(session, cohort.id, 50)
    return [(one.actor, one.entry.what) for one in reversed(found) if one.entry is not None]


async def count(store: Store, table: Any) -> int:
    async with store.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0
