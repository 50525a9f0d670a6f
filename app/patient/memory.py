"""What stored turns mean to the patient: the state they left, the history of the prompt, the scene to answer in."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.patient import turns as patient
from app.patient.scene import Exchange, Received, Scene, State
from app.storage import encounters
from app.storage.tables import Encounter, TurnRow
from personas import Persona, Scenario
from scoring import Turn, TurnReading


@dataclass(frozen=True)
class Record:
    """An encounter as it is stored, from its first turn to the one that waits for an answer."""

    encounter: Encounter
    persona: Persona
    turns: tuple[TurnRow, ...]

    @property
    def scenario(self) -> Scenario:
        """What is played."""
        return self.persona.scenario(self.encounter.scenario_id)


async def recall(session: AsyncSession, encounter: Encounter) -> Record:
    """The encounter with all its turns so far."""
    turns = await encounters.turns_of(session, encounter.id)
    return Record(encounter, await encounters.persona_of(session, encounter), tuple(turns))


def set_scene(record: Record) -> Coroutine[Any, Any, tuple[Scene, Received]]:
    """What finds out all the voice may know to answer the last turn, and what that turn did to the patient.

    The rows are looked at here and now, before anything is waited for: a commit that fails makes them unreadable.
    """
    *before, said = record.turns
    persona, scenario, earlier, last = record.persona, record.scenario, exchanges(before), exchanges((said,))[0]
    known, read = stored_reading(said), reading_of(record)

    async def find_out() -> tuple[Scene, Received]:
        """The turn is read in a thread, unless it was read before: asking again moves nothing twice."""
        received = known if known is not None else await asyncio.to_thread(read)
        history = (*earlier, replace(last, note=received.note, reading=None))
        return Scene(persona, scenario, history, received.state, received.reading), received

    return find_out()


def turn_of(row: TurnRow) -> Turn:
    """A stored turn as scoring and the patient know it."""
    return Turn(
        speaker="student" if row.speaker == "student" else "patient",
        text=row.text,
        does=row.does,
        silent=row.silent,
    )


def exchanges(rows: Iterable[TurnRow]) -> tuple[Exchange, ...]:
    """Stored turns as the prompt holds them."""
    return tuple(Exchange(turn_of(row), row.as_shown, row.note, row.reading) for row in rows)


def state_after(rows: Sequence[TurnRow], persona: Persona, scenario: Scenario, difficulty: str) -> State:
    """The patient's state after these turns; a turn that was never read changed nothing."""
    for row in reversed(rows):
        if row.state is not None:
            return State.model_validate(row.state)
    return patient.begin(persona, scenario, difficulty)


def has_left(rows: Sequence[TurnRow]) -> bool:
    """Whether the patient has gone: with an answer that stands, not one that is still to come."""
    said = next((row for row in reversed(rows) if row.speaker == "patient"), None)
    return said is not None and said.state is not None and State.model_validate(said.state).left


def stored_reading(row: TurnRow) -> Received | None:
    """What this turn did to the patient, if it was read before; None too where it was stored in an older form."""
    if row.state is None or row.reading is None:
        return None
    try:
        return Received(State.model_validate(row.state), TurnReading.model_validate(row.reading), (), row.note)
    except ValidationError:
        return None


def opening_cues(persona: Persona, scenario: Scenario) -> Mapping[str, str]:
    """Cue id -> the words of the opening that offer it; the whole opening when no phrasing finds them."""
    plain = scenario.opening.replace("\u2019", "'")
    found = {}
    for cue in persona.cues:
        if cue.id in scenario.opening_cues:
            matches = (re.search(pattern, plain, re.IGNORECASE) for pattern in cue.phrasings)
            match = next((match for match in matches if match), None)
            found[cue.id] = scenario.opening[match.start() : match.end()] if match else scenario.opening
    return found


def reading_of(record: Record) -> Callable[[], Received]:
    """What reads the last turn of this record and moves the patient by it. For a thread: it takes milliseconds.

    The rows are looked at here and now: in the thread they may just be on their way to the database.
    """
    *before, said = record.turns
    persona, scenario, difficulty = record.persona, record.scenario, record.encounter.difficulty
    state = state_after(before, persona, scenario, difficulty)
    return partial(patient.receive, persona, scenario, difficulty, state, turn_of(said), exchanges(before))
