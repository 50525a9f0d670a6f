"""What a student sees up to the end of a talk: home, door notes, the consulting room."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app import encounter as room
from app.errors import CaseClosed, NotFound
from app.storage import classes, encounters, listings
from app.storage.listings import Listed
from app.storage.tables import Assignment, Cohort, Membership
from app.web.access import Configured, InRooms, Own, SignedIn, Stored, Student, person_or_none
from app.web.assigned import Case, Door, Setting, assigned_view, terms_words
from app.web.home import Held, door_note_page, home_page
from app.web.pages import show
from app.web.room import encounter_page
from app.web.views import SupportPage
from personas import find_scenario, shipped

router = APIRouter(include_in_schema=False)

HOMES = {"educator": "/classes", "admin": "/reports"}


@router.get("/")
async def home(request: Request, store: Stored, person: SignedIn) -> Response:
    """A student's home; an educator's are the classes, an admin's the reports."""
    if person.role != "student":
        return RedirectResponse(HOMES[person.role], status_code=303)
    now = datetime.now(UTC)
    async with store.read() as session:
        listed = await listings.of_student(session, person.id)
        settings = [_setting(*one, listed) for one in await classes.assignments_for(session, person.id)]
        no_more = [_setting(*one, listed) for one in await classes.assignments_no_more(session, person.id)]
        held = [await _held(session, one) for one in listed if one.encounter.assignment_id is None]
        cohorts = await classes.of_member(session, person.id, "student")
        closed = await classes.cases_in_assessment(session, person.id, now)
    library = [case for case in _library() if case.scenario.id not in closed]
    names = [cohort.name for cohort in cohorts if cohort.archived_at is None]
    return show(
        request, home_page(library, held, dict(request.query_params), now, settings, no_more, names), person=person
    )


@router.get("/scenarios/{scenario_id}")
async def door_note(
    request: Request, scenario_id: str, store: Stored, settings: Configured, person: Student
) -> Response:
    """What stands at the door of free practice."""
    case = _case(scenario_id)
    async with store.read() as session:
        if scenario_id in await classes.cases_in_assessment(session, person.id, datetime.now(UTC)):
            raise CaseClosed
    return show(request, door_note_page(case, model=settings.llm_model), person=person)


@router.post("/scenarios/{scenario_id}/begin")
async def begin(
    scenario_id: str, person: Student, rooms: InRooms, difficulty: Annotated[str, Form()] = room.DIFFICULTY
) -> Response:
    """Open the door."""
    encounter = await room.begin(rooms, person, scenario_id, difficulty)
    return RedirectResponse(f"/encounters/{encounter.id}", status_code=303)


@router.get("/assignments/{assignment_id}")
async def assigned_door_note(
    request: Request, assignment_id: str, store: Stored, settings: Configured, person: Student
) -> Response:
    """What stands at the door of something a class has set: the case, and the terms."""
    now = datetime.now(UTC)
    async with store.read() as session:
        assignment = await encounters.assignment_for(session, assignment_id, person.id)
        cohort = await session.get_one(Cohort, assignment.cohort_id)
        member = await session.get_one(Membership, (cohort.id, person.id))
        setting = _setting(assignment, cohort, await listings.of_student(session, person.id))
    terms = terms_words(assignment, cohort.time_zone, len(setting.attempts), member.time_factor, now)
    limit = assignment.time_limit_minutes
    minutes = None if limit is None else limit * member.time_factor
    door = Door(assigned_view(setting, now), assignment.note, terms, minutes)
    return show(request, door_note_page(setting.case, door, settings.llm_model), person=person)


@router.post("/assignments/{assignment_id}/begin")
async def begin_assigned(assignment_id: str, person: Student, rooms: InRooms) -> Response:
    """Open the door of something a class has set."""
    encounter = await room.begin(rooms, person, None, assignment_id=assignment_id)
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
        assignment = await session.get(Assignment, encounter.assignment_id) if encounter.assignment_id else None
    now = datetime.now(UTC)
    view = encounter_page(encounter, persona, turns, attempt, now, settings.turn_characters, assignment)
    return show(request, view, person=person)


@router.post("/encounters/{encounter_id}/end")
async def end(encounter: Own, rooms: InRooms) -> Response:
    """End the talk and go to its feedback."""
    await room.end(rooms, encounter.id)
    return RedirectResponse(f"/encounters/{encounter.id}/feedback", status_code=303)


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


def _setting(assignment: Assignment, cohort: Cohort, listed: Iterable[Listed]) -> Setting:
    """What was set, with this student's attempts at it in the order they began."""
    own = [one for one in listed if one.encounter.assignment_id == assignment.id]
    attempts = sorted(own, key=lambda one: (one.started_at, one.encounter.id))
    return Setting(assignment, cohort, _case(assignment.scenario_id), attempts)


async def _held(session: AsyncSession, listed: Listed) -> Held:
    persona = await encounters.persona_of(session, listed.encounter)
    case = Case(persona, persona.scenario(listed.encounter.scenario_id))
    return Held(listed.encounter, case, listed.turns, listed.overall)
