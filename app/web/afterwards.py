"""What a student does once a talk has ended: rate it, read its feedback, try again, share it, report, delete."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app import encounter as room
from app import marking
from app.accounts import Person
from app.classroom import afterwards
from app.classroom.release import Hold, closed_until
from app.errors import BadRequest
from app.judging import standing
from app.patient.scene import State
from app.settings import Settings
from app.storage import Store, classes, encounters, listings, reviews
from app.storage.listings import Listed
from app.storage.reviews import Acted
from app.storage.tables import Assignment, Cohort, Encounter, SelfRating
from app.web.access import Configured, InRooms, Own, SignedIn, Stored, Visible
from app.web.assigned import hold
from app.web.debrief import Debrief
from app.web.feedback_page import feedback_page
from app.web.pages import show
from app.web.room import spoken_turns
from app.web.views import View
from app.web.views.feedback import HeldPage, OtherTry, RatedScale, RatePage
from app.web.words import SCALES, day
from personas import Persona
from personas.vocabulary import ScaleName
from scoring import rubric
from scoring.scorecard import SCALE_NAMES

router = APIRouter(include_in_schema=False)

Words = Annotated[str, Form(max_length=10_000)]


@router.get("/encounters/{encounter_id}/feedback")
async def feedback(
    request: Request, encounter: Visible, store: Stored, settings: Configured, person: SignedIn
) -> Response:
    """The feedback of one's own ended encounter, or why it waits; while it runs, the room. An educator reviews it."""
    if encounter.student_id != person.id:
        return RedirectResponse(f"/encounters/{encounter.id}/review", status_code=303)
    if encounter.ended_at is None:
        return RedirectResponse(f"/encounters/{encounter.id}", status_code=303)
    debrief = await read_debrief(store, encounter, encounter.ended_at, settings)
    async with store.read() as session:
        listed = await listings.one(session, encounter.id)
    held = None if listed is None else hold(debrief.assignment, listed)
    view = feedback_page(await _with_surroundings(store, debrief, person)) if held is None else waiting(debrief, held)
    return show(request, view, person=person)


@router.post("/encounters/{encounter_id}/rating")
async def rate(request: Request, encounter: Own, store: Stored, person: SignedIn) -> Response:
    """Keep the student's own rating, and go on to the feedback."""
    form = await request.form()
    given = {name: str(form.get(name, "")) for name in SCALE_NAMES}
    reflection = str(form.get("reflection", ""))
    levels = {name: int(value) if value.isdecimal() else None for name, value in given.items() if value}
    try:
        async with store.write() as session:
            await afterwards.rate(session, encounter, levels, reflection)
    except BadRequest as error:
        async with store.read() as session:
            persona = await encounters.persona_of(session, encounter)
        page = rate_page(encounter, persona, given, reflection, f"{error.message} {error.what_now}")
        return show(request, page, person=person, status=error.status)
    return RedirectResponse(f"/encounters/{encounter.id}/feedback", status_code=303)


@router.post("/encounters/{encounter_id}/branch")
async def branch(encounter: Own, person: SignedIn, rooms: InRooms, position: Annotated[int, Form()]) -> Response:
    """Try again from one of one's own turns."""
    another = await room.branch(rooms, person, encounter.id, position)
    return RedirectResponse(f"/encounters/{another.id}", status_code=303)


@router.post("/encounters/{encounter_id}/share")
async def share(encounter: Own, store: Stored, person: SignedIn, cohort: Annotated[str, Form()] = "") -> Response:
    """Show free practice to the educators of a class; without one, to nobody any more."""
    async with store.write() as session:
        await afterwards.share(session, encounter.id, person, cohort or None)
    return RedirectResponse(f"/encounters/{encounter.id}/feedback#share", status_code=303)


@router.post("/encounters/{encounter_id}/report")
async def report(
    encounter: Own, store: Stored, about: Annotated[str, Form()] = "feedback", words: Words = ""
) -> Response:
    """Report something wrong with the patient or the feedback."""
    async with store.write() as session:
        await afterwards.report(session, encounter, about, words)
    return RedirectResponse(f"/encounters/{encounter.id}/feedback#report", status_code=303)


@router.post("/encounters/{encounter_id}/delete")
async def delete(encounter: Own, store: Stored) -> Response:
    """Delete one's own free practice."""
    async with store.write() as session:
        await afterwards.delete_practice(session, encounter.id)
    return RedirectResponse("/", status_code=303)


async def read_debrief(store: Store, encounter: Encounter, ended_at: datetime, settings: Settings) -> Debrief:
    """What an ended encounter left behind, graded now if it was not."""
    card = await marking.card_of(store, encounter.id)
    async with store.read() as session:
        assignment = await session.get(Assignment, encounter.assignment_id) if encounter.assignment_id else None
        return Debrief(
            encounter=encounter,
            ended_at=ended_at,
            persona=await encounters.persona_of(session, encounter),
            turns=await encounters.turns_of(session, encounter.id),
            ledger=await encounters.ledger_of(session, encounter.id),
            machine=card,
            acts=await reviews.acts_of(session, encounter.id),
            rating=await session.get(SelfRating, encounter.id),
            assignment=assignment,
            cohort=await session.get(Cohort, assignment.cohort_id) if assignment is not None else None,
            second=await standing(session, encounter.id, settings),
        )


async def _with_surroundings(store: Store, debrief: Debrief, person: Person) -> Debrief:
    """What only the student sees beside it: other tries, classes to share with, their reports, what is closed yet."""
    async with store.read() as session:
        tries = await listings.other_tries(session, debrief.encounter)
        joined = await classes.of_member(session, person.id, "student")
        reports = await reviews.reports_on(session, debrief.encounter.id)
        in_assessment = await classes.cases_in_assessment(session, person.id, datetime.now(UTC))
    closed = closed_until(debrief.assignment, datetime.now(UTC)) or in_assessment.get(debrief.encounter.scenario_id)
    return replace(
        debrief,
        joined=joined,
        reports=reports,
        closed_until=closed,
        other_tries=_tries(debrief.encounter, tries),
    )


def waiting(debrief: Debrief, held: Hold) -> View:
    """The page that stands in the feedback's place while the result is held back."""
    encounter, persona = debrief.encounter, debrief.persona
    if held == "self_rating":
        return rate_page(encounter, persona, {}, "", None)
    return HeldPage(
        title=persona.scenario(encounter.scenario_id).title,
        patient=persona.name,
        ended=day(debrief.ended_at),
        why=(*AGAIN, *WAITS[held]) if _was_released(debrief.acts) else WAITS[held],
        turns=spoken_turns(debrief.turns, persona.called),
    )


AGAIN = ("You saw this result before. An educator has opened its review again.",)


def _was_released(acts: Sequence[Acted]) -> bool:
    return any(one.act.kind == "release" for one in acts)


WAITS: dict[Hold, tuple[str, ...]] = {
    "review": (
        "Your talk is saved and scored. An educator reviews it before you see the result.",
        "You find it on your home page when it is released.",
    ),
    "flag": (
        "Your talk is saved and scored. The scorer found something that an educator looks at first: a fact that may be "
        "wrong, something that must be asked, or a remark. It may be the scorer's mistake.",
        "You find the result on your home page when that is done. Free practice shows its feedback at once.",
    ),
}


def rate_page(
    encounter: Encounter, persona: Persona, given: dict[ScaleName, str], reflection: str, wrong: str | None
) -> RatePage:
    """The form for one's own rating, with what was chosen before."""
    return RatePage(
        encounter_id=encounter.id,
        title=persona.scenario(encounter.scenario_id).title,
        patient=persona.name,
        scales=tuple(
            RatedScale(
                name=name,
                letter=SCALES[name].letter,
                title=SCALES[name].title,
                question=rubric.scale(name).question,
                anchors=tuple(rubric.scale(name).anchors[level] for level in range(5)),
                chosen=given.get(name, ""),
            )
            for name in SCALE_NAMES
        ),
        reflection=reflection,
        wrong=wrong,
    )


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
