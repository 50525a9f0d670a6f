"""What a student sees: home, door note, the consulting room, feedback."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from app import encounter as room
from app import marking
from app.accounts import Person
from app.encounter import Rooms
from app.errors import NotFound
from app.patient.scene import State
from app.storage import Store, encounters, listings
from app.storage.listings import Listed
from app.storage.tables import Assignment, Encounter, User
from app.web.access import (
    Configured,
    SignedIn,
    Stored,
    own_encounter,
    person_or_none,
    student_only,
    visible_encounter,
)
from app.web.debrief import Debrief, feedback_page
from app.web.home import Case, Held, door_note_page, home_page
from app.web.pages import show
from app.web.room import encounter_page
from app.web.views import OtherTry, SupportPage
from personas import find_scenario, shipped

router = APIRouter(include_in_schema=False)

Student = Annotated[Person, Depends(student_only)]
Own = Annotated[Encounter, Depends(own_encounter)]
Visible = Annotated[Encounter, Depends(visible_encounter)]


def _rooms(request: Request) -> Rooms:
    found: Rooms = request.app.state.rooms
    return found


InRooms = Annotated[Rooms, Depends(_rooms)]


@router.get("/")
async def home(request: Request, store: Stored, person: SignedIn) -> Response:
    """A student's home; an educator's are the classes."""
    if person.role != "student":
        return RedirectResponse("/classes" if person.role == "educator" else "/account", status_code=303)
    async with store.read() as session:
        held = []
        for one in await listings.of_student(session, person.id):
            persona = await encounters.persona_of(session, one.encounter)
            case = Case(persona, persona.scenario(one.encounter.scenario_id))
            held.append(Held(one.encounter, case, one.turns, one.overall))
    return show(request, home_page(_library(), held, dict(request.query_params)), person=person)


@router.get("/scenarios/{scenario_id}")
async def door_note(request: Request, scenario_id: str, person: Student) -> Response:
    """What stands at the door."""
    return show(request, door_note_page(_case(scenario_id)), person=person)


@router.post("/scenarios/{scenario_id}/begin")
async def begin(
    scenario_id: str, person: Student, rooms: InRooms, difficulty: Annotated[str, Form()] = room.DIFFICULTY
) -> Response:
    """Open the door."""
    encounter = await room.begin(rooms, person, scenario_id, difficulty)
    return RedirectResponse(f"/encounters/{encounter.id}", status_code=303)


@router.get("/encounters/{encounter_id}")
async def in_the_room(
    request: Request, encounter: Own, store: Stored, settings: Configured, person: SignedIn
) -> Response:
    """The consulting room; after the end, the feedback."""
    if encounter.ended_at is not None:
        return RedirectResponse(f"/encounters/{encounter.id}/feedback", status_code=303)
    async with store.read() as session:
        persona = await encounters.persona_of(session, encounter)
        turns, attempt = await encounters.as_it_stands(session, encounter.id)
    view = encounter_page(encounter, persona, turns, attempt, datetime.now(UTC), settings.turn_characters)
    return show(request, view, person=person)


@router.post("/encounters/{encounter_id}/end")
async def end(encounter: Own, rooms: InRooms) -> Response:
    """End the talk and go to its feedback."""
    await room.end(rooms, encounter.id)
    return RedirectResponse(f"/encounters/{encounter.id}/feedback", status_code=303)


@router.get("/encounters/{encounter_id}/feedback")
async def feedback(request: Request, encounter: Visible, store: Stored, person: SignedIn) -> Response:
    """The feedback of an ended encounter; while it runs, the room."""
    if encounter.ended_at is None:
        return RedirectResponse(f"/encounters/{encounter.id}", status_code=303)
    return show(request, feedback_page(await _debrief(store, encounter, encounter.ended_at, person)), person=person)


@router.post("/encounters/{encounter_id}/branch")
async def branch(encounter: Own, person: SignedIn, rooms: InRooms, position: Annotated[int, Form()]) -> Response:
    """Try again from one of one's own turns."""
    another = await room.branch(rooms, person, encounter.id, position)
    return RedirectResponse(f"/encounters/{another.id}", status_code=303)


@router.get("/support")
async def support(request: Request, settings: Configured) -> Response:
    """Where to turn for oneself; open to anybody."""
    view = SupportPage(support_contact=settings.support_url or None)
    return show(request, view, person=await person_or_none(request))


def _library() -> list[Case]:
    return [Case(loaded.persona, one) for loaded in shipped().values() for one in loaded.persona.scenarios]


def _case(scenario_id: str) -> Case:
    try:
        return Case(*find_scenario(scenario_id))
    except KeyError as error:
        raise NotFound("There is no such scenario.", "Choose one from the library.") from error


async def _debrief(store: Store, encounter: Encounter, ended_at: datetime, reader: Person) -> Debrief:
    card = await marking.card_of(store, encounter.id)
    async with store.read() as session:
        persona = await encounters.persona_of(session, encounter)
        turns = await encounters.turns_of(session, encounter.id)
        ledger = await encounters.ledger_of(session, encounter.id)
        own = encounter.student_id == reader.id
        owner = None if own else (await session.get_one(User, encounter.student_id)).name
        assignment = await session.get(Assignment, encounter.assignment_id) if encounter.assignment_id else None
        tries = await listings.other_tries(session, encounter) if own else ()
    return Debrief(
        encounter=encounter,
        ended_at=ended_at,
        persona=persona,
        turns=turns,
        ledger=ledger,
        card=card,
        closed_until=_closed_until(assignment, datetime.now(UTC)) if own else None,
        owner=owner,
        other_tries=_tries(encounter, tries),
    )


def _closed_until(assignment: Assignment | None, now: datetime) -> datetime | None:
    """While an assessment is open, others may still meet this patient."""
    if assignment is None or assignment.mode != "assessment" or assignment.closes_at <= now:
        return None
    return assignment.closes_at


def _tries(encounter: Encounter, listed: Sequence[Listed]) -> tuple[OtherTry, ...]:
    return tuple(
        OtherTry(
            encounter_id=one.encounter.id,
            label=_label(one.encounter, encounter),
            outcome=_outcome(one),
        )
        for one in listed
    )


def _label(other: Encounter, encounter: Encounter) -> str:
    if other.id == encounter.branched_from:
        return f"The talk this one branched from, at turn {(encounter.branched_at or 0) + 1}"
    return f"You tried again from turn {(other.branched_at or 0) + 1}"


def _outcome(listed: Listed) -> str:
    overall = "no overall score" if listed.overall is None else f"overall {round(listed.overall)} of 100"
    if listed.state is None:
        return f"{overall}."
    return f"{overall}, trust {round(State.model_validate(listed.state).mind.trust * 100)} at the end."
