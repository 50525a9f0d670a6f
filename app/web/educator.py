"""What an educator sees: their classes and what was done of what they set."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.accounts import Person
from app.storage import listings, people
from app.storage.listings import Listed, Member
from app.web.access import Stored, educator_only
from app.web.pages import show
from app.web.views import AssignedEncounter, ClassesPage, ClassView, StudentLine
from app.web.words import day
from personas import find_scenario

router = APIRouter(include_in_schema=False)

Educator = Annotated[Person, Depends(educator_only)]


@router.get("/classes")
async def classes(request: Request, store: Stored, person: Educator) -> Response:
    """The educator's classes, each with its students and their ended encounters."""
    async with store.read() as session:
        found = [
            ClassView(
                name=cohort.name,
                join_code=cohort.join_code,
                students=student_lines(await listings.members_of(session, cohort)),
            )
            for cohort in await people.classes_of(session, person.id, "educator")
        ]
    return show(request, ClassesPage(classes=tuple(found)), person=person)


def student_lines(members: Iterable[Member]) -> tuple[StudentLine, ...]:
    """The rows of a class."""
    return tuple(
        StudentLine(
            name=member.user.name,
            email=member.user.email,
            encounters=tuple(line for one in member.encounters if (line := _encounter(one)) is not None),
        )
        for member in members
    )


def _encounter(listed: Listed) -> AssignedEncounter | None:
    if listed.encounter.ended_at is None:
        return None
    return AssignedEncounter(
        encounter_id=listed.encounter.id,
        title=_title(listed.encounter.scenario_id),
        ended=day(listed.encounter.ended_at),
        overall=None if listed.overall is None else round(listed.overall),
    )


def _title(scenario_id: str) -> str:
    """The scenario's title; its id when it is no longer shipped."""
    try:
        return find_scenario(scenario_id)[1].title
    except KeyError:
        return scenario_id
