"""What an educator does with assignments: set, change, look at, take back, release."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.classroom import assignments, reviewing
from app.classroom.assignments import Terms
from app.errors import AssignmentUsed, BadRequest, FlagsOpen
from app.storage import Store, classes
from app.storage.tables import Assignment, Cohort
from app.web import access
from app.web.access import Configured, Educator, SetInClass, Stored, Taught
from app.web.class_page import assignment_page, head_of, is_to_release
from app.web.class_record import read_record
from app.web.pages import show
from app.web.views.teaching import AssignmentForm, ScenarioChoice
from app.web.words import counted, from_local, local, moment, who
from personas import shipped

router = APIRouter(include_in_schema=False)

WEEK = timedelta(days=7)
TIMES = ("opens_at", "due_at", "closes_at")
NUMBERS = ("attempts", "time_limit_minutes", "pass_mark")
SWITCHES = ("hints", "self_rating")
WORDS = ("scenario_id", "difficulty", "mode", "counts", "release", "note")
SAID = {"set": "It is set. Students see it on their home page.", "saved": "Saved.", "none": "Nothing was to release."}


@router.get("/classes/{cohort_id}/assignments/new")
async def new(
    request: Request, cohort: Taught, store: Stored, person: Educator, scenario: str | None = None
) -> Response:
    """The form for a new assignment."""
    now = datetime.now(ZoneInfo(cohort.time_zone)).replace(second=0, microsecond=0)
    closes_at = (now + WEEK).replace(hour=23, minute=59)
    terms = Terms(scenario_id=scenario or "", opens_at=now.replace(minute=0), closes_at=closes_at)
    values = values_of(terms, cohort.time_zone)
    return show(request, await _form(request, store, cohort, None, values, {}), person=person)


@router.post("/classes/{cohort_id}/assignments")
async def set_new(request: Request, cohort: Taught, store: Stored, person: Educator) -> Response:
    """Set an assignment."""
    values = await _given(request)
    terms, faults = read_terms(values, cohort.time_zone)
    if terms is not None and not faults:
        faults = await _unfit(store, cohort, terms)
    if terms is None or faults:
        return show(request, await _form(request, store, cohort, None, values, faults), person=person, status=422)
    async with store.write() as session:
        assignment = await assignments.set_assignment(session, cohort, person, terms)
    return _to_assignment(assignment, "set")


@router.get("/classes/{cohort_id}/assignments/{assignment_id}")
async def one(
    request: Request,
    cohort: Taught,
    assignment: SetInClass,
    store: Stored,
    settings: Configured,
    person: Educator,
    said: str = "",
) -> Response:
    """One assignment: how the class does."""
    record = await read_record(store, cohort, settings, with_changes=True)
    words = SAID.get(said) or (f"{counted(int(said), 'result')} released." if said.isdecimal() else None)
    return show(request, assignment_page(record, assignment, datetime.now(UTC), words), person=person)


@router.get("/classes/{cohort_id}/assignments/{assignment_id}/edit")
async def edit(request: Request, cohort: Taught, assignment: SetInClass, store: Stored, person: Educator) -> Response:
    """The form to change an assignment."""
    values = values_of(assignments.terms_of(assignment), cohort.time_zone)
    return show(request, await _form(request, store, cohort, assignment, values, {}), person=person)


@router.post("/classes/{cohort_id}/assignments/{assignment_id}")
async def change(request: Request, cohort: Taught, assignment: SetInClass, store: Stored, person: Educator) -> Response:
    """Change an assignment."""
    values = await _given(request)
    terms, faults = read_terms(values, cohort.time_zone)
    try:
        if terms is not None and not faults:
            terms = _to_the_second(terms, assignment, values, cohort.time_zone)
            async with store.write() as session:
                row = await session.get_one(Assignment, assignment.id, with_for_update=True)
                await assignments.change_assignment(session, row, person, terms, values["reason"])
            return _to_assignment(assignment, "saved")
    except AssignmentUsed as error:
        faults = {error.cause: f"{error.message} {error.what_now}"}
    except BadRequest as error:
        faults = {"reason": f"{error.message} {error.what_now}"}
    return show(request, await _form(request, store, cohort, assignment, values, faults), person=person, status=422)


@router.post("/classes/{cohort_id}/assignments/{assignment_id}/delete")
async def delete(cohort: Taught, assignment: SetInClass, store: Stored, person: Educator) -> Response:
    """Take back an assignment nobody has begun."""
    async with store.write() as session:
        row = await session.get_one(Assignment, assignment.id, with_for_update=True)
        await assignments.delete_assignment(session, row, person)
    return RedirectResponse(f"/classes/{cohort.id}", status_code=303)


@router.post("/classes/{cohort_id}/assignments/{assignment_id}/release")
async def release_accepted(
    cohort: Taught, assignment: SetInClass, store: Stored, settings: Configured, person: Educator
) -> Response:
    """Release every result of this assignment that was accepted; one with a flag nobody looked at stays held."""
    record = await read_record(store, cohort, settings)
    released = 0
    for listed in record.of(assignment):
        if not is_to_release(listed):
            continue
        try:
            async with store.write() as session:
                await reviewing.release(session, listed.encounter, person)
            released += 1
        except FlagsOpen:
            continue
    return _to_assignment(assignment, str(released) if released else "none")


def read_terms(values: Mapping[str, str], zone: str) -> tuple[Terms | None, dict[str, str]]:
    """The terms a form holds, or what is wrong with which field; times are in the class's time zone."""
    faults: dict[str, str] = {}
    read: dict[str, Any] = {field: values[field] for field in WORDS} | {
        field: values[field] == "on" for field in SWITCHES
    }
    for field in TIMES:
        try:
            read[field] = from_local(values[field], zone) if values[field] else None
        except ValueError:
            faults[field] = "Write a date and a time."
    for field in NUMBERS:
        text = values[field].strip()
        if text and not text.isdecimal():
            faults[field] = "Write a whole number, or leave it empty."
        else:
            read[field] = int(text) if text else None
    for field in ("opens_at", "closes_at"):
        if read.get(field) is None:
            faults.setdefault(field, "Write a date and a time.")
    if faults:
        return None, faults
    terms = Terms(**read)
    return terms, assignments.faults_of(terms)


async def _unfit(store: Store, cohort: Cohort, terms: Terms) -> dict[str, str]:
    """What is wrong with terms that could be set at another time, or in another class: field -> a sentence."""
    now = datetime.now(UTC)
    if terms.closes_at <= now:
        return {"closes_at": "It would be closed already."}
    async with store.read() as session:
        others = await classes.assignments_of(session, cohort.id)
    for one in others:
        same = one.scenario_id == terms.scenario_id and one.closes_at > now
        if same and "assessment" in (one.mode, terms.mode):
            until = moment(one.closes_at, cohort.time_zone)
            return {"scenario_id": f"It is set as {one.mode} until {until}, and an assessment has its case alone."}
    return {}


def _to_the_second(terms: Terms, assignment: Assignment, values: Mapping[str, str], zone: str) -> Terms:
    """The terms with every moment that was not changed as it was: a form knows no seconds."""
    kept = {
        field: getattr(assignment, field) for field in TIMES if values[field] == local(getattr(assignment, field), zone)
    }
    return replace(terms, **kept)


def values_of(terms: Terms, zone: str) -> dict[str, str]:
    """The terms as a form holds them."""
    values = {field: str(getattr(terms, field)) for field in WORDS}
    values |= {field: local(getattr(terms, field), zone) for field in TIMES}
    values |= {field: "" if getattr(terms, field) is None else str(getattr(terms, field)) for field in NUMBERS}
    return values | {field: "on" if getattr(terms, field) else "" for field in SWITCHES} | {"reason": ""}


async def _given(request: Request) -> dict[str, str]:
    form = await request.form()
    return {field: str(form.get(field, "")) for field in (*WORDS, *TIMES, *NUMBERS, *SWITCHES, "reason")}


async def _form(
    request: Request,
    store: Store,
    cohort: Cohort,
    assignment: Assignment | None,
    values: dict[str, str],
    faults: dict[str, str],
) -> AssignmentForm:
    record = await read_record(store, cohort, access.settings(request))
    fixed = released = False
    if assignment is not None:
        async with store.read() as session:
            fixed = await classes.how_many_begun(session, assignment.id) > 0
            released = await classes.is_any_released(session, assignment.id)
    return AssignmentForm(
        head=head_of(record, "class"),
        assignment_id=assignment.id if assignment is not None else None,
        time_zone=cohort.time_zone,
        scenarios=tuple(
            ScenarioChoice(
                scenario_id=scenario.id,
                label=f"{scenario.title}: {who(loaded.persona)}",
                chosen=values["scenario_id"] == scenario.id,
            )
            for loaded in shipped().values()
            for scenario in loaded.persona.scenarios
        ),
        values=values,
        faults=faults,
        fixed=fixed,
        released=released,
    )


def _to_assignment(assignment: Assignment, said: str) -> Response:
    address = f"/classes/{assignment.cohort_id}/assignments/{assignment.id}?said={said}"
    return RedirectResponse(address, status_code=303)
