"""Begin an encounter: free practice, an assignment, or another try from a turn of an earlier one."""

import hashlib
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import errors
from app.accounts import Person
from app.classroom import assignments
from app.classroom.release import closed_until
from app.patient import direction
from app.patient import turns as patient
from app.patient.memory import opening_cues
from app.patient.scene import Heard
from app.patient.stage import with_action
from app.replies import Rooms, add_to_ledger, now
from app.storage import classes, encounters
from app.storage.tables import Assignment, Encounter, LedgerRow, TurnRow
from personas import LoadedPersona, Persona, Scenario, shipped

DIFFICULTY = "standard"


async def begin(
    rooms: Rooms,
    person: Person,
    scenario_id: str | None,
    difficulty: str = DIFFICULTY,
    assignment_id: str | None = None,
) -> Encounter:
    """Open the door: a new encounter, with what the patient says first.

    An assignment sets scenario, difficulty and mode; the scenario may then be left out.

    Raises:
        NotFound: 404, no such scenario, or not an assignment of this student's classes.
        AssignmentClosed, NoAttemptsLeft: 409.
        CaseClosed: 409, practice with a case of an assessment that has not closed.
        BadRequest: 422, a difficulty this scenario does not have, or another scenario than the assignment's.
    """
    async with rooms.store.write() as session:
        entry = await _admit(session, assignment_id, person)
        if entry is not None:
            if scenario_id not in (None, entry.assignment.scenario_id):
                raise errors.BadRequest("The assignment is for another scenario.", "Leave the scenario out.")
            scenario_id, difficulty = entry.assignment.scenario_id, entry.assignment.difficulty
        if entry is None or entry.assignment.mode == "practice":
            await _refuse_in_assessment(session, scenario_id, person)
        loaded, scenario = _find_scenario(scenario_id)
        if difficulty not in scenario.difficulties:
            raise errors.BadRequest(f"Difficulty should be one of: {', '.join(scenario.difficulties)}.")
        await encounters.keep_persona(session, loaded, now())
        row = _new_encounter(rooms, person, loaded, scenario, difficulty, entry)
        session.add(row)
        await session.flush()
        await _open(session, row, loaded.persona, scenario)
    return row


async def branch(rooms: Rooms, person: Person, encounter_id: str, position: int) -> Encounter:
    """A new encounter that begins with the turns before `position`, where the student spoke: another try from there.

    It is free practice, with the persona as it was then.

    Raises:
        NotFound: 404, there is no such encounter.
        AssessmentMode: 403, it was set for a class and its window is open, or it has not ended.
        CaseClosed: 409, the case is part of an assessment that has not closed.
        BadRequest: 422, the student did not speak at this position.
    """
    async with rooms.store.write() as session:
        source = await encounters.lock(session, encounter_id)
        await _refuse_while_closed(session, source, person)
        turns = await encounters.turns_of(session, encounter_id)
        if not any(turn.position == position and turn.speaker == "student" for turn in turns):
            raise errors.BadRequest("You can try again only from something you said.")
        row = _branch_of(rooms, person, source, position)
        session.add(row)
        await session.flush()
        session.add_all(_copy(turn, row.id) for turn in turns if turn.position < position)
        ledger = await encounters.ledger_of(session, encounter_id)
        session.add_all(_copy_entry(entry, row.id) for entry in ledger if entry.position < position)
    return row


async def _refuse_in_assessment(session: AsyncSession, scenario_id: str | None, person: Person) -> None:
    """Nobody practises with a patient whom they are to meet in an assessment, or have met, until it closes."""
    if scenario_id in await classes.cases_in_assessment(session, person.id, now()):
        raise errors.CaseClosed


class Entry(NamedTuple):
    """What lets a student begin an assignment: its terms, and how much longer their time limit is."""

    assignment: Assignment
    time_factor: float


async def _admit(session: AsyncSession, assignment_id: str | None, person: Person) -> Entry | None:
    """The student's right to begin this assignment now; two tries at once do not share the last attempt."""
    if assignment_id is None:
        return None
    assignment = await encounters.assignment_for(session, assignment_id, person.id, hold=True)
    membership = await classes.hold_membership(session, assignment.cohort_id, person.id)
    if membership is None:
        raise errors.NotFound
    begun = await classes.how_many_begun(session, assignment.id, person.id)
    assignments.refuse_unless_open(assignment, begun, now())
    return Entry(assignment, membership.time_factor)


def _find_scenario(scenario_id: str | None) -> tuple[LoadedPersona, Scenario]:
    for loaded in shipped().values():
        for scenario in loaded.persona.scenarios:
            if scenario.id == scenario_id:
                return loaded, scenario
    raise errors.NotFound("There is no scenario with this id.", "Choose one from the library.")


def _new_encounter(
    rooms: Rooms, person: Person, loaded: LoadedPersona, scenario: Scenario, difficulty: str, entry: Entry | None
) -> Encounter:
    started_at = now()
    row = Encounter(
        id=str(uuid4()),
        student_id=person.id,
        persona_hash=loaded.content_hash,
        scenario_id=scenario.id,
        difficulty=difficulty,
        mode="practice",
        voice=rooms.voice.name,
        model=rooms.voice.model,
        prompt_hash=_prompt_hash(rooms, loaded.persona, scenario),
        hints=True,
        hints_used=0,
        late=False,
        started_at=started_at,
    )
    if entry is not None:
        terms = entry.assignment
        row.assignment_id, row.mode, row.hints = terms.id, terms.mode, terms.hints
        row.late = assignments.is_late(terms, started_at)
        row.deadline_at = assignments.deadline_of(terms.time_limit_minutes, entry.time_factor, started_at)
    return row


def _prompt_hash(rooms: Rooms, persona: Persona, scenario: Scenario) -> str | None:
    """SHA-256 of the fixed part of the prompt, when there is one."""
    if rooms.voice.name != "llm":
        return None
    return hashlib.sha256(direction.prefix(persona, scenario).encode()).hexdigest()


async def _open(session: AsyncSession, row: Encounter, persona: Persona, scenario: Scenario) -> None:
    """What the patient says and does first, with the cues that stand in it."""
    if not (scenario.opening or scenario.opening_does):
        return
    state = patient.begin(persona, scenario, row.difficulty)
    session.add(
        TurnRow(
            id=str(uuid4()),
            encounter_id=row.id,
            position=0,
            speaker="patient",
            text=scenario.opening,
            does=scenario.opening_does,
            silent=False,
            as_shown=with_action(scenario.opening_does, scenario.opening),
            state=state.model_dump(mode="json"),
            said_at=row.started_at,
        )
    )
    await add_to_ledger(session, row.id, 0, Heard(cues=opening_cues(persona, scenario)))


async def _refuse_while_closed(session: AsyncSession, source: Encounter, person: Person) -> None:
    """No second try shows what else a patient would tell while others may still meet them in an assignment."""
    assignment = await session.get(Assignment, source.assignment_id) if source.assignment_id else None
    if (source.assignment_id and source.ended_at is None) or closed_until(assignment, now()) is not None:
        raise errors.AssessmentMode(
            "There are no second tries while the assignment is open.", "You can try again when it has closed."
        )
    await _refuse_in_assessment(session, source.scenario_id, person)


def _branch_of(rooms: Rooms, person: Person, source: Encounter, position: int) -> Encounter:
    return Encounter(
        id=str(uuid4()),
        student_id=person.id,
        persona_hash=source.persona_hash,
        scenario_id=source.scenario_id,
        difficulty=source.difficulty,
        mode="practice",
        voice=rooms.voice.name,
        model=rooms.voice.model,
        prompt_hash=source.prompt_hash if rooms.voice.name == source.voice else None,
        hints=True,
        hints_used=0,
        late=False,
        branched_from=source.id,
        branched_at=position,
        started_at=now(),
    )


def _copy(turn: TurnRow, encounter_id: str) -> TurnRow:
    values = {column.key: getattr(turn, column.key) for column in TurnRow.__table__.columns}
    return TurnRow(**values | {"id": str(uuid4()), "encounter_id": encounter_id})


def _copy_entry(entry: LedgerRow, encounter_id: str) -> LedgerRow:
    values = {column.key: getattr(entry, column.key) for column in LedgerRow.__table__.columns}
    return LedgerRow(**values | {"id": str(uuid4()), "encounter_id": encounter_id})
