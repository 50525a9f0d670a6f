"""The JSON API, /api/v1: what a program can do with encounters and transcripts."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Security
from fastapi.security import HTTPBearer
from starlette.responses import JSONResponse, Response

from app import encounter as room
from app import errors, marking
from app.encounter import Reply
from app.judging import standing
from app.storage import classes, encounters
from app.web.access import Configured, InRooms, Own, Released, SignedIn, Stored, Visible, is_held
from app.web.streams import EventStream
from app.web.wire import (
    Answer,
    AssignmentOut,
    Begin,
    EncounterOut,
    EncounterState,
    FaultAnswer,
    HeldOut,
    Hint,
    Me,
    Say,
    ScenarioOut,
    SecondOpinionOut,
    about,
    assignment_out,
    reply_out,
    scenario_out,
    turn_out,
)
from personas import shipped
from scoring import Scorecard, Transcript, grade

SCORED_TURNS = 2_000
SCORED_CHARACTERS = 200_000
"""The longest transcript to be scored: some four hours of talk, a few seconds of work."""
TURN_CHARACTERS = 10_000
"""Its longest turn."""

_token_in_words = HTTPBearer(
    auto_error=False,  # who may is decided in `access`; here the document learns how to ask
    description="From `users add EMAIL --role ROLE --token`. Our own pages send their session cookie instead.",
)

router = APIRouter(prefix="/api/v1", tags=["API"], dependencies=[Security(_token_in_words)])


After = Annotated[int, Query(ge=0, description="Characters of the reply that were received before.")]


def _faults(*kinds: type[errors.RapportError]) -> dict[int | str, dict[str, Any]]:
    """The declared error answers of a route, by status, each with the sentences it can carry."""
    found: dict[int | str, dict[str, Any]] = {}
    declared: tuple[type[errors.RapportError], ...] = (errors.SignInNeeded, *kinds)
    for kind in declared:
        entry = found.setdefault(kind.status, {"model": FaultAnswer, "content": {"application/json": {"examples": {}}}})
        example = {"error": {"code": kind.code, "message": kind.message, "what_now": kind.what_now}}
        entry["content"]["application/json"]["examples"][kind.code] = {"value": example}
        entry["description"] = " / ".join(entry["content"]["application/json"]["examples"])
    return found


_A_REPLY: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Answer,
        "description": "The reply as events `piece`, `done`, `failed` (ids: characters delivered), or as one JSON "
        "answer with `Accept: application/json`.",
        "content": {
            "text/event-stream": {
                "example": 'id: 7\nevent: piece\ndata: {"text":"Please."}\n\n'
                'id: 7\nevent: done\ndata: {"turn_id":"2f1f7f4e-4f0e-4c55-9d6b-3c0f5d3d7a11","text":"Please.",'
                '"does":null,"state":"done"}\n\n'
            }
        },
    }
}
_OF_ONE = (errors.NotFound, errors.BadRequest)
_UNSAVED = (errors.StorageFull, errors.StorageBusy, errors.StorageUnreachable, errors.StorageBroken)
_PATIENT_FAULTS = (errors.PatientUnreachable, errors.PatientCutOff, errors.PatientSlow)


@router.get("/me", responses=_faults())
async def me(person: SignedIn) -> Me:
    """Who is signed in."""
    return Me(id=person.id, email=person.email, name=person.name, role=person.role)


@router.get("/scenarios", responses=_faults())
async def scenarios(person: SignedIn, store: Stored) -> list[ScenarioOut]:
    """The practice library; without the cases that are part of an assessment of this student just now."""
    async with store.read() as session:
        closed = await classes.cases_in_assessment(session, person.id, datetime.now(UTC))
    return [
        scenario_out(loaded.persona, scenario)
        for loaded in shipped().values()
        for scenario in loaded.persona.scenarios
        if scenario.id not in closed
    ]


@router.get("/assignments", responses=_faults())
async def assignments(person: SignedIn, store: Stored) -> list[AssignmentOut]:
    """What the classes of this student have set, and what can be done with it now."""
    now = datetime.now(UTC)
    async with store.read() as session:
        found = await classes.assignments_for(session, person.id)
        begun = {one.id: await classes.how_many_begun(session, one.id, person.id) for one, _ in found}
    return [assignment_out(one, cohort, begun[one.id], now) for one, cohort in found]


@router.post(
    "/encounters",
    status_code=201,
    responses=_faults(
        *_OF_ONE,
        errors.AssignmentClosed,
        errors.NoAttemptsLeft,
        errors.CaseClosed,
        errors.TooLarge,
        *_UNSAVED,
    ),
)
async def begin(body: Begin, person: SignedIn, rooms: InRooms) -> EncounterOut:
    """Begin an encounter; the patient may speak first."""
    row = await room.begin(rooms, person, body.scenario, body.difficulty, body.assignment)
    async with rooms.store.read() as session:
        persona = await encounters.persona_of(session, row)
    return EncounterOut(**about(row, persona))


@router.get("/encounters/{encounter_id}", responses=_faults(*_OF_ONE))
async def read(encounter: Visible, person: SignedIn, rooms: InRooms) -> EncounterState:
    """All that was said so far, and the reply that is being spoken.

    The patient's mind is there once it has ended and its result is released.
    """
    shows_mind = encounter.ended_at is not None and not await is_held(rooms.store, encounter, person)
    async with rooms.store.read() as session:
        turns, attempt = await encounters.as_it_stands(session, encounter.id)
        persona = await encounters.persona_of(session, encounter)
    return EncounterState(
        **about(encounter, persona),
        turns=tuple(turn_out(turn, shows_mind=shows_mind) for turn in turns),
        reply=reply_out(attempt, rooms) if attempt is not None else None,
        hints_used=encounter.hints_used,
    )


@router.post(
    "/encounters/{encounter_id}/turns",
    response_model=Answer,
    responses=_A_REPLY
    | _faults(
        *_OF_ONE,
        errors.TooLarge,
        errors.EncounterEnded,
        errors.ReplyRunning,
        errors.EncounterFull,
        errors.PatientLeft,
        errors.TimeIsUp,
        errors.EmptyTurn,
        errors.TurnTooLong,
        errors.TurnIdReused,
        errors.TooManyTalking,
        *_UNSAVED,
        *_PATIENT_FAULTS,
    ),
)
async def say(encounter: Own, body: Say, request: Request, rooms: InRooms) -> Response:
    """Say something; the turn is stored before the answer begins."""
    reply = await room.say(rooms, encounter.id, str(body.turn_id), body.said, silent=body.silent, does=body.does)
    return await _answer(request, reply)


@router.get(
    "/encounters/{encounter_id}/turns/{turn_id}/reply",
    response_model=Answer,
    responses=_A_REPLY | _faults(*_OF_ONE, errors.TooManyTalking, *_PATIENT_FAULTS),
)
async def resume(encounter: Own, turn_id: UUID, request: Request, rooms: InRooms, after: After = 0) -> Response:
    """Watch a reply from any character on: while it is spoken, and ever after."""
    rooms.refuse_reader_if_full()
    return await _answer(request, await room.reply_to(rooms, encounter.id, str(turn_id)), after)


@router.post("/encounters/{encounter_id}/turns/{turn_id}/stop", status_code=204, responses=_faults(*_OF_ONE, *_UNSAVED))
async def stop(encounter: Own, turn_id: UUID, rooms: InRooms) -> None:
    """Let the patient stop; what was said stays said. Nothing happens when the reply is over."""
    await room.stop(rooms, encounter.id, str(turn_id))


@router.post(
    "/encounters/{encounter_id}/turns/{turn_id}/ask-again",
    response_model=Answer,
    responses=_A_REPLY
    | _faults(
        *_OF_ONE,
        errors.EncounterEnded,
        errors.ReplyRunning,
        errors.NothingToAnswer,
        errors.TooManyTalking,
        *_UNSAVED,
        *_PATIENT_FAULTS,
    ),
)
async def ask_again(encounter: Own, turn_id: UUID, request: Request, rooms: InRooms) -> Response:
    """Try once more after a failed reply."""
    return await _answer(request, await room.ask_again(rooms, encounter.id, str(turn_id)))


@router.post(
    "/encounters/{encounter_id}/hint",
    responses=_faults(*_OF_ONE, errors.AssessmentMode, errors.NoHints, errors.EncounterEnded, *_UNSAVED),
)
async def hint(encounter: Own, rooms: InRooms) -> Hint:
    """A hint, in practice mode; counted."""
    return Hint(hint=await room.hint(rooms, encounter.id))


@router.post(
    "/encounters/{encounter_id}/end",
    response_model=Scorecard,
    responses={202: {"model": HeldOut}, **_faults(*_OF_ONE, errors.NothingSaid, *_UNSAVED)},
)
async def end(encounter: Own, person: SignedIn, rooms: InRooms) -> Scorecard | JSONResponse:
    """End the encounter; its scorecard, or 202 where that is held back until it is released."""
    card = await room.end(rooms, encounter.id)
    async with rooms.store.read() as session:
        ended = await encounters.find(session, encounter.id)
    if await is_held(rooms.store, ended, person):
        return JSONResponse(HeldOut(id=ended.id).model_dump(), status_code=202)
    return card


@router.get(
    "/encounters/{encounter_id}/scorecard", responses=_faults(*_OF_ONE, errors.StillRunning, errors.NotReleased)
)
async def scorecard(encounter: Released, store: Stored) -> Scorecard:
    """The scorecard of record of an ended encounter: the educator's, where a review changed anything."""
    return await marking.card_of_record(store, encounter.id)


@router.get(
    "/encounters/{encounter_id}/second-opinion", responses=_faults(*_OF_ONE, errors.StillRunning, errors.NotReleased)
)
async def second_opinion(encounter: Released, store: Stored, settings: Configured) -> SecondOpinionOut:
    """The judge's second opinion on an ended encounter; never the score of record. State `off`: there is no judge."""
    if encounter.ended_at is None:
        raise errors.StillRunning
    async with store.read() as session:
        opinion = await standing(session, encounter.id, settings)
    return SecondOpinionOut(state=opinion.state, judgement=opinion.judgement)


@router.post("/score", responses=_faults(errors.BadRequest, errors.TooLarge))
async def score(transcript: Transcript, person: SignedIn, request: Request) -> Scorecard:
    """Grade a transcript from anywhere; nothing is kept. One at a time, so that whoever talks meanwhile is answered."""
    _refuse_if_too_long(transcript)
    one_at_a_time: asyncio.Lock = request.app.state.scoring
    async with one_at_a_time:
        return await asyncio.to_thread(grade, transcript)


def _refuse_if_too_long(transcript: Transcript) -> None:
    lengths = [len(turn.text) + len(turn.does or "") for turn in transcript.turns]
    if max(len(lengths), len(transcript.cues)) > SCORED_TURNS:
        raise errors.TooLarge(f"That transcript has more than {SCORED_TURNS:,} turns or cues.", "Send a part of it.")
    if max(lengths) > TURN_CHARACTERS:
        raise errors.TooLarge(f"A turn in it has more than {TURN_CHARACTERS:,} characters.", "Split it into turns.")
    if sum(lengths) > SCORED_CHARACTERS:
        raise errors.TooLarge(
            f"That transcript has more than {SCORED_CHARACTERS:,} characters.", "Send a part of it at a time."
        )


async def _answer(request: Request, reply: Reply, after: int = 0) -> Response:
    """The reply as a stream of events, or as one JSON answer for whoever accepts only that."""
    accepts = request.headers.get("accept", "")
    if "application/json" in accepts and "text/event-stream" not in accepts:
        last = await reply.outcome()
        if last.event == "failed":
            raise errors.by_code(last.data["code"], last.data["what_now"])
        return JSONResponse(last.data)
    return EventStream(reply, after)
