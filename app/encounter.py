"""What a student does with a patient: begin, say, ask again, stop, end, branch, ask for a hint."""

import hashlib
from dataclasses import replace
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import errors, marking
from app.accounts import Person
from app.patient import direction
from app.patient import turns as patient
from app.patient.memory import Record, opening_cues, recall, state_after
from app.patient.scene import Heard
from app.patient.stage import with_action
from app.patient.words import is_visible, storable
from app.replies import (
    Begun,
    Reply,
    Rooms,
    add_to_ledger,
    conclude,
    new_attempt,
    now,
    refuse_if_running,
)
from app.storage import encounters
from app.storage.tables import Assignment, Encounter, LedgerRow, ReplyAttempt, TurnRow
from personas import LoadedPersona, Persona, Scenario, shipped
from scoring import Scorecard

__all__ = ["Reply", "Rooms", "ask_again", "begin", "branch", "end", "hint", "reply_to", "say", "stop"]

DIFFICULTY = "standard"
SHAKEN = 0.6
"""Distress from which a hint after the news is to leave room rather than to ask on."""


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
        AssignmentClosed: 409, outside its dates.
        BadRequest: 422, a difficulty this scenario does not have, or another scenario than the assignment's.
    """
    async with rooms.store.write() as session:
        assignment = await _assignment(session, assignment_id, person)
        if assignment is not None:
            if scenario_id not in (None, assignment.scenario_id):
                raise errors.BadRequest("The assignment is for another scenario.", "Leave the scenario out.")
            scenario_id, difficulty = assignment.scenario_id, assignment.difficulty
        loaded, scenario = _find_scenario(scenario_id)
        if difficulty not in scenario.difficulties:
            raise errors.BadRequest(f"Difficulty should be one of: {', '.join(scenario.difficulties)}.")
        await encounters.keep_persona(session, loaded, now())
        row = _new_encounter(rooms, person, loaded, scenario, difficulty, assignment)
        session.add(row)
        await session.flush()
        await _open(session, row, loaded.persona, scenario)
    return row


async def say(rooms: Rooms, encounter_id: str, turn_id: str, said: str, *, silent: bool = False) -> Reply:
    """Record what the student said and begin the patient's answer.

    The turn is committed before the patient is asked, so nothing typed is lost; the same `turn_id` with
    the same words returns the same reply, while it runs, afterwards, and after the end.

    Raises:
        EmptyTurn, TurnTooLong, TurnIdReused: 422.
        EncounterEnded, ReplyRunning, EncounterFull: 409.
        TooManyTalking: 503, as many replies are spoken as this process can; the turn was not stored.
        StorageFault: 507, 503; the turn was not stored.
    """
    words = _checked(said, silent, rooms.settings.turn_characters)
    if rooms.is_full:
        await _refuse_unless_known(rooms, encounter_id, turn_id)
    rooms.coming += 1
    try:
        return await rooms.shelter(_say(rooms, encounter_id, turn_id, words, silent))
    except errors.StorageFault as error:
        raise type(error)(what_now=f"Your words are still in the box. {error.what_now}") from error


async def ask_again(rooms: Rooms, encounter_id: str, turn_id: str) -> Reply:
    """Let the patient try once more to answer the last thing said; joins a try that is under way.

    Raises:
        NotFound: 404, there is no such turn.
        EncounterEnded, ReplyRunning, NothingToAnswer: 409.
        TooManyTalking: 503.
    """
    if rooms.is_full:
        raise errors.TooManyTalking(what_now="Your words are saved. Ask again in a few seconds.")
    rooms.coming += 1
    return await rooms.shelter(_ask_again(rooms, encounter_id, turn_id))


async def stop(rooms: Rooms, encounter_id: str, turn_id: str) -> None:
    """Let the patient stop speaking; what was said becomes their turn. Nothing happens when nobody speaks.

    Raises:
        NotFound: 404, there is no such turn.
    """
    reply = await reply_to(rooms, encounter_id, turn_id)
    await rooms.shelter(_stop(rooms, reply.attempt_id))


async def end(rooms: Rooms, encounter_id: str) -> Scorecard:
    """End the encounter and grade it; a reply that is being spoken is stopped first. Twice is once.

    Raises:
        NotFound: 404, there is no such encounter.
        NothingSaid: 409, there is not one turn.
    """
    return await rooms.shelter(_end(rooms, encounter_id))


async def reply_to(rooms: Rooms, encounter_id: str, turn_id: str) -> Reply:
    """The newest answer to this turn, running or over.

    Raises:
        NotFound: 404, there is no such turn.
    """
    async with rooms.store.read() as session:
        attempt = await encounters.last_attempt(session, encounter_id, turn_id)
    if attempt is None:
        raise errors.NotFound
    return Reply(rooms, attempt.id, turn_id)


async def branch(rooms: Rooms, person: Person, encounter_id: str, position: int) -> Encounter:
    """A new encounter that begins with the turns before `position`, where the student spoke: another try from there.

    It is free practice, with the persona as it was then.

    Raises:
        NotFound: 404, there is no such encounter.
        AssessmentMode: 403, an assessment that has not ended.
        BadRequest: 422, the student did not speak at this position.
    """
    async with rooms.store.write() as session:
        source = await encounters.lock(session, encounter_id)
        if source.mode == "assessment" and source.ended_at is None:
            raise errors.AssessmentMode
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


async def hint(rooms: Rooms, encounter_id: str) -> str:
    """A hint at what the patient let slip and nobody took up; counted.

    Raises:
        AssessmentMode: 403, no hints there.
        EncounterEnded: 409.
    """
    async with rooms.store.write() as session:
        row = await encounters.lock(session, encounter_id)
        if row.mode == "assessment":
            raise errors.AssessmentMode
        if row.ended_at is not None:
            raise errors.EncounterEnded
        turns = await encounters.turns_of(session, encounter_id)
        persona = await encounters.persona_of(session, row)
        state = state_after(turns, persona, persona.scenario(row.scenario_id), row.difficulty)
        row.hints_used += 1
    for cue in persona.cues:
        if cue.id == state.pending_cue:
            return cue.hint
    if state.news_told and state.mind.distress >= SHAKEN:
        return f"{persona.called} has hard news to take in. Leave room, or say gently what you see in {persona.object}."
    return f"Nothing {persona.subject} said is waiting for an answer. Ask {persona.object} an open question."


def _checked(said: str, silent: bool, limit: int) -> str:
    """The student's words as they are stored."""
    words = storable(said).strip()
    if silent and words:
        raise errors.BadRequest("A silence has no words.", "Send your words without the silence, or stay silent.")
    if not silent and not is_visible(words):
        raise errors.EmptyTurn
    if len(words) > limit:
        raise errors.TurnTooLong(f"That is more than {limit:,} characters, longer than a patient can take in at once.")
    return words


async def _refuse_unless_known(rooms: Rooms, encounter_id: str, turn_id: str) -> None:
    """With no place left, only what was said before is answered: found without waiting for the writer."""
    async with rooms.store.read() as session:
        if await encounters.student_turn(session, encounter_id, turn_id) is None:
            raise errors.TooManyTalking


async def _say(rooms: Rooms, encounter_id: str, turn_id: str, words: str, silent: bool) -> Reply:
    begun: Begun | None = None
    try:
        async with rooms.store.write() as session:
            row = await encounters.lock(session, encounter_id)
            record = await recall(session, row)
            known = next((turn for turn in record.turns if turn.turn_id == turn_id), None)
            if known is not None:
                return await _same_again(rooms, session, known, words, silent)
            if row.ended_at is not None:
                raise errors.EncounterEnded
            await refuse_if_running(rooms, session, encounter_id)
            _refuse_if_full(rooms, record)
            said = _student_turn(record, turn_id, words, silent)
            session.add(said)
            attempt = new_attempt(encounter_id, turn_id, number=1)
            session.add(attempt)
            begun = rooms.prepare(attempt, replace(record, turns=(*record.turns, said)))
        rooms.start(begun)
        return Reply(rooms, attempt.id, turn_id)
    except BaseException:
        if begun is not None:
            rooms.withdraw(begun)
        raise
    finally:
        rooms.coming -= 1


async def _same_again(rooms: Rooms, session: AsyncSession, known: TurnRow, words: str, silent: bool) -> Reply:
    if (known.text, known.silent) != (words, silent) or known.turn_id is None:
        raise errors.TurnIdReused
    attempt = await encounters.last_attempt(session, known.encounter_id, known.turn_id)
    if attempt is None:
        raise errors.NotFound
    return Reply(rooms, attempt.id, known.turn_id)


def _refuse_if_full(rooms: Rooms, record: Record) -> None:
    limit = rooms.settings.encounter_turns
    if sum(turn.speaker == "student" for turn in record.turns) >= limit:
        raise errors.EncounterFull(f"You have spoken {limit} times, which is as long as an encounter can be.")


def _student_turn(record: Record, turn_id: str, words: str, silent: bool) -> TurnRow:
    return TurnRow(
        id=str(uuid4()),
        encounter_id=record.encounter.id,
        position=record.turns[-1].position + 1 if record.turns else 0,
        turn_id=turn_id,
        speaker="student",
        text=words,
        does=None,
        silent=silent,
        as_shown=words,
        note=None,
        reading=None,
        state=None,
        changes=None,
        said_at=now(),
    )


async def _ask_again(rooms: Rooms, encounter_id: str, turn_id: str) -> Reply:
    begun: Begun | None = None
    try:
        async with rooms.store.write() as session:
            row = await encounters.lock(session, encounter_id)
            if row.ended_at is not None:
                raise errors.EncounterEnded
            before = await encounters.last_attempt(session, encounter_id, turn_id)
            if before is None:
                raise errors.NotFound
            if before.state in encounters.RUNNING and not rooms.is_orphan(before):
                return Reply(rooms, before.id, turn_id)
            await refuse_if_running(rooms, session, encounter_id)
            record = await recall(session, row)
            if record.turns[-1].turn_id != turn_id:
                raise errors.NothingToAnswer
            attempt = new_attempt(encounter_id, turn_id, before.number + 1)
            session.add(attempt)
            begun = rooms.prepare(attempt, record)
        rooms.start(begun)
        return Reply(rooms, attempt.id, turn_id)
    except BaseException:
        if begun is not None:
            rooms.withdraw(begun)
        raise
    finally:
        rooms.coming -= 1


async def _stop(rooms: Rooms, attempt_id: str) -> None:
    """Stop a reply here, or, when another process speaks it, end it with the words saved last."""
    live = rooms.live.get(attempt_id)
    if live is None:
        async with rooms.store.read() as session:
            attempt = await encounters.attempt(session, attempt_id)
        if attempt.state in encounters.RUNNING:
            if rooms.is_orphan(attempt):
                await conclude(rooms.store, attempt_id, "interrupted", fault=errors.PatientCutOff(cause="process_gone"))
            else:
                await conclude(rooms.store, attempt_id, "stopped")
        return
    live.interrupt("stopped")
    await Reply(rooms, attempt_id, live.turn_id).outcome()


async def _end(rooms: Rooms, encounter_id: str) -> Scorecard:
    while (running := await _freeze(rooms, encounter_id)) is not None:
        await _stop(rooms, running.id)
    return await marking.card_of(rooms.store, encounter_id)


async def _freeze(rooms: Rooms, encounter_id: str) -> ReplyAttempt | None:
    """Set the end, unless a reply is being spoken: then that reply."""
    async with rooms.store.write() as session:
        row = await encounters.lock(session, encounter_id)
        if row.ended_at is not None:
            return None
        running = await encounters.running_attempt(session, encounter_id)
        if running is None:
            if await encounters.last_turn(session, encounter_id) is None:
                raise errors.NothingSaid
            row.ended_at = now()
        return running


async def _assignment(session: AsyncSession, assignment_id: str | None, person: Person) -> Assignment | None:
    if assignment_id is None:
        return None
    assignment = await encounters.assignment_for(session, assignment_id, person.id)
    if not assignment.opens_at <= now() < assignment.closes_at:
        raise errors.AssignmentClosed
    return assignment


def _find_scenario(scenario_id: str | None) -> tuple[LoadedPersona, Scenario]:
    for loaded in shipped().values():
        for scenario in loaded.persona.scenarios:
            if scenario.id == scenario_id:
                return loaded, scenario
    raise errors.NotFound("There is no scenario with this id.", "Choose one from the library.")


def _new_encounter(
    rooms: Rooms,
    person: Person,
    loaded: LoadedPersona,
    scenario: Scenario,
    difficulty: str,
    assignment: Assignment | None,
) -> Encounter:
    return Encounter(
        id=str(uuid4()),
        student_id=person.id,
        assignment_id=assignment.id if assignment is not None else None,
        persona_hash=loaded.content_hash,
        scenario_id=scenario.id,
        difficulty=difficulty,
        mode=assignment.mode if assignment is not None else "practice",
        voice=rooms.voice.name,
        model=rooms.voice.model,
        prompt_hash=_prompt_hash(rooms, loaded.persona, scenario),
        hints_used=0,
        started_at=now(),
    )


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
        hints_used=0,
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
