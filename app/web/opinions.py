"""The second reader's opinion: whether it has arrived, and asking for it again."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import Person
from app.errors import BadRequest, NotFound, StillRunning
from app.judging import ask_again, standing
from app.storage import classes
from app.storage.tables import Encounter
from app.web.access import Configured, Released, SignedIn, Stored, Visible
from app.web.afterwards import read_debrief
from app.web.opinion_page import may_ask_anew, second_view
from app.web.pages import show
from app.web.review_page import needs_shown
from app.web.views.second_opinion import Marked, SecondPart
from app.web.words import SCALES

router = APIRouter(include_in_schema=False)


def may_ask(encounter: Encounter, person: Person) -> bool:
    """Whether this person, who may read it, may ask: its student where it is practice, else those who set it."""
    return (encounter.student_id == person.id) == (encounter.assignment_id is None)


@router.get("/encounters/{encounter_id}/second-opinion")
async def arrived(
    request: Request, encounter: Released, store: Stored, settings: Configured, person: SignedIn
) -> Response:
    """The pieces of the feedback, or of an educator's review, that a second opinion fills; 204 while it is awaited."""
    if encounter.ended_at is None:
        return RedirectResponse(f"/encounters/{encounter.id}", status_code=303)
    async with store.read() as session:
        opinion = await standing(session, encounter.id, settings)
        student = await classes.name_of(session, encounter.student_id)
    if opinion.pending:
        return Response(status_code=204)
    debrief = await read_debrief(store, encounter, encounter.ended_at, settings)
    own, allowed = encounter.student_id == person.id, may_ask(encounter, person)
    reader = None if own else student
    second = second_view(
        opinion, debrief.machine, encounter.id, may_ask=allowed, student=reader, dismissed=debrief.dismissed
    )
    if second is None:
        raise NotFound
    if own:
        return show(request, SecondPart(second), person=person)
    cards = (debrief.card, debrief.machine)
    levels = tuple(Marked(name, *(card.scales[name].level for card in cards)) for name in SCALES)
    return show(request, SecondPart(second, levels, needs_shown(debrief)), person=person)


@router.post("/encounters/{encounter_id}/second-opinion")
async def ask(request: Request, encounter: Visible, store: Stored, settings: Configured, person: SignedIn) -> Response:
    """Ask for a second opinion: a student on their own practice, an educator on what their class has set.

    A form that is older than what stands now asks for nothing.
    """
    if settings.judge_model is None:
        raise NotFound
    if encounter.ended_at is None:
        raise StillRunning
    own = encounter.student_id == person.id
    if not may_ask(encounter, person):
        whose = "your class has set: its educators" if own else "practice its student shares with you: they"
        raise BadRequest(f"This is {'a talk ' if own else ''}{whose} ask for a second opinion.", "Ask them to.")
    async with store.write() as session:
        if may_ask_anew(await standing(session, encounter.id, settings), by_educator=not own):
            await ask_again(session, encounter.id, settings, datetime.now(UTC))
    if (judging := request.app.state.judging) is not None:
        judging.wake()
    page = "feedback" if own else "review"
    return RedirectResponse(f"/encounters/{encounter.id}/{page}#second-opinion", status_code=303)
