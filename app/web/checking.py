"""What an educator or an admin does with patients: look at them, and check them in the lab."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.errors import CheckRunning, RapportError
from app.lab import most_calls
from app.lab.checking import TURNS
from app.lab.keeping import INTERRUPTED, Checks
from app.storage import Store, checks
from app.storage.tables import PersonaCheckRow
from app.web.access import InLab, InRooms, Patient, Staff, Stored
from app.web.pages import show
from app.web.patient_page import (
    check_view,
    concerns_of,
    hints_of,
    patient_line,
    progress_words,
    report_in,
    temper_words,
)
from app.web.views.patients import PatientPage, PatientsPage
from app.web.words import review, title_of, who
from personas import LoadedPersona, shipped

router = APIRouter(include_in_schema=False)

_OLD_FORM = "The last check was made by another version of Rapport. Check this patient again."


@router.get("/personas")
async def list_patients(request: Request, store: Stored, lab: InLab, person: Staff) -> Response:
    """The patients, and what their last checks came to."""
    async with store.read() as session:
        newest = await checks.newest_of_all(session)
    lines = tuple(
        patient_line(loaded, row := newest.get(name), running=row is not None and lab.is_running(row))
        for name, loaded in shipped().items()
    )
    return show(request, PatientsPage(patients=lines), person=person)


@router.get("/personas/{persona_id}")
async def one_patient(
    request: Request, patient: Patient, store: Stored, lab: InLab, rooms: InRooms, person: Staff
) -> Response:
    """One patient: the file's facts, and the last check."""
    page = await _page(store, lab, patient, model=rooms.voice.model)
    return show(request, page, person=person)


@router.post("/personas/{persona_id}/check")
async def check(
    request: Request, patient: Patient, store: Stored, lab: InLab, rooms: InRooms, person: Staff
) -> Response:
    """Begin to check this patient, beside everything else."""
    try:
        await lab.begin(patient)
    except CheckRunning as error:
        page = await _page(store, lab, patient, model=rooms.voice.model, error=error)
        return show(request, page, person=person, status=error.status)
    return RedirectResponse(f"/personas/{patient.persona.id}#check", status_code=303)


async def _page(
    store: Store, lab: Checks, patient: LoadedPersona, *, model: str | None, error: RapportError | None = None
) -> PatientPage:
    async with store.read() as session:
        newest = await checks.newest(session, patient.persona.id)
        reported = await checks.newest_reported(session, patient.persona.id)
    persona, report = patient.persona, report_in(reported)
    running = newest is not None and lab.is_running(newest)
    calls = most_calls(persona)
    return PatientPage(
        persona_id=persona.id,
        who=who(persona),
        review=review(persona),
        scenarios=tuple(title_of(scenario.id) for scenario in persona.scenarios),
        life=persona.who,
        speech=persona.speech,
        temper=temper_words(persona),
        concerns=concerns_of(persona, report),
        hints=hints_of(persona),
        check=None
        if reported is None or report is None
        else check_view(reported, report, persona, patient.content_hash),
        running=progress_words(lab.talks_over(newest), calls // TURNS) if newest is not None and running else None,
        came_to_nothing=None if newest is None or running else _came_to_nothing(newest),
        asks_model=None if model is None else f"This asks {model} for {calls:,} answers at most.",
        wrong=f"{error.message} {error.what_now}" if error else None,
    )


def _came_to_nothing(newest: PersonaCheckRow) -> str | None:
    """Why the newest check, which does not run, has no report that can be shown."""
    if newest.finished_at is None:
        return INTERRUPTED
    if newest.fault is not None:
        return newest.fault
    return _OLD_FORM if report_in(newest) is None else None
