"""Talk with the patient: say, ask again, stop, ask for a hint."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import errors
from app.patient.memory import Record, has_left, recall, state_after, turn_of
from app.patient.stage import DONE, action_in, with_action
from app.patient.words import is_visible, storable
from app.replies import Begun, Reply, Rooms, conclude, new_attempt, now, refuse_if_running
from app.storage import encounters
from app.storage.tables import TurnRow
from personas.vocabulary import Action
from scoring import Turn

ON_THE_WAY = timedelta(seconds=10)
"""What was sent before the time was up may arrive so much later."""
SHAKEN = 0.6
"""Distress from which a hint after the news is to leave room rather than to ask on."""


async def say(
    rooms: Rooms,
    encounter_id: str,
    turn_id: str,
    said: str,
    *,
    silent: bool = False,
    does: Action | None = None,
) -> Reply:
    """Record what the student said or did and begin the patient's answer.

    Something done without a word is a silence too.

    The turn is committed before the patient is asked, so nothing typed is lost; the same `turn_id` with
    the same words returns the same reply, while it runs, afterwards, and after the end.

    Raises:
        EmptyTurn, TurnTooLong, TurnIdReused: 422.
        BadRequest: 422, what cannot be done in this scenario.
        EncounterEnded, PatientLeft, ReplyRunning, EncounterFull, TimeIsUp: 409.
        TooManyTalking: 503, as many replies are spoken as this process can; the turn was not stored.
        StorageFault: 507, 503; the turn was not stored.
    """
    words = _checked(said, silent or (does is not None and not is_visible(said)), rooms.settings.turn_characters)
    said_or_done = Turn(speaker="student", text=words, does=DONE[does] if does else None, silent=not words)
    if rooms.is_full:
        await _refuse_unless_known(rooms, encounter_id, turn_id)
    rooms.coming += 1
    try:
        return await rooms.shelter(_say(rooms, encounter_id, turn_id, said_or_done))
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
    await rooms.shelter(stop_attempt(rooms, reply.attempt_id))


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


async def hint(rooms: Rooms, encounter_id: str) -> str:
    """A hint at what the patient let slip and nobody took up; counted.

    Raises:
        AssessmentMode, NoHints: 403, no hints there.
        EncounterEnded: 409.
    """
    async with rooms.store.write() as session:
        row = await encounters.lock(session, encounter_id)
        if row.mode == "assessment":
            raise errors.AssessmentMode
        if not row.hints:
            raise errors.NoHints
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


async def _say(rooms: Rooms, encounter_id: str, turn_id: str, said: Turn) -> Reply:
    begun: Begun | None = None
    try:
        async with rooms.store.write() as session:
            row = await encounters.lock(session, encounter_id)
            record = await recall(session, row)
            known = next((turn for turn in record.turns if turn.turn_id == turn_id), None)
            if known is not None:
                return await _same_again(rooms, session, known, said)
            if row.ended_at is not None:
                raise errors.EncounterEnded
            if row.deadline_at is not None and now() > row.deadline_at + ON_THE_WAY:
                raise errors.TimeIsUp
            await refuse_if_running(rooms, session, encounter_id)
            _refuse_if_over(rooms, record, said)
            row_of_it = _student_turn(record, turn_id, said)
            session.add(row_of_it)
            attempt = new_attempt(encounter_id, turn_id, number=1)
            session.add(attempt)
            begun = rooms.prepare(attempt, replace(record, turns=(*record.turns, row_of_it)))
        rooms.start(begun)
        return Reply(rooms, attempt.id, turn_id)
    except BaseException:
        if begun is not None:
            rooms.withdraw(begun)
        raise
    finally:
        rooms.coming -= 1


async def _same_again(rooms: Rooms, session: AsyncSession, known: TurnRow, said: Turn) -> Reply:
    if turn_of(known) != said or known.turn_id is None:
        raise errors.TurnIdReused
    attempt = await encounters.last_attempt(session, known.encounter_id, known.turn_id)
    if attempt is None:
        raise errors.NotFound
    return Reply(rooms, attempt.id, known.turn_id)


def _refuse_if_over(rooms: Rooms, record: Record, said: Turn) -> None:
    """Nothing can be said to who has gone, nor done where it cannot be, nor anything when the encounter is full."""
    if has_left(record.turns):
        raise errors.PatientLeft
    if said.does is not None and action_in(said.does) not in record.scenario.actions:
        raise errors.BadRequest("That cannot be done here.", "Say it in words, or stay silent.")
    limit = rooms.settings.encounter_turns
    if sum(turn.speaker == "student" for turn in record.turns) >= limit:
        raise errors.EncounterFull(f"You have spoken {limit} times, which is as long as an encounter can be.")


def _student_turn(record: Record, turn_id: str, said: Turn) -> TurnRow:
    return TurnRow(
        id=str(uuid4()),
        encounter_id=record.encounter.id,
        position=record.turns[-1].position + 1 if record.turns else 0,
        turn_id=turn_id,
        speaker="student",
        text=said.text,
        does=said.does,
        silent=said.silent,
        as_shown=with_action(said.does, said.text),
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


async def stop_attempt(rooms: Rooms, attempt_id: str) -> None:
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
