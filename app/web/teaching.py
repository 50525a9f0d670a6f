"""What an educator does with classes and their people: list, create, change, archive, import a list."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from app import accounts
from app.accounts import Person
from app.classroom import classes, roster
from app.errors import BadRequest, RapportError
from app.judging import month_of
from app.settings import Settings
from app.storage import Store, judgements
from app.storage import classes as rows
from app.storage.tables import Cohort
from app.web.access import Configured, Educator, Key, Stored, Taught
from app.web.assigned import state_words
from app.web.class_page import ClassRecord, class_page, head_of
from app.web.class_record import read_record
from app.web.pages import show
from app.web.views import Choice, View
from app.web.views.teaching import (
    ClassesPage,
    ClassLine,
    NewLink,
    PeoplePage,
    PersonLine,
)
from app.web.words import counted, title_of

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form(max_length=200_000)]


@router.get("/classes")
async def list_classes(request: Request, store: Stored, settings: Configured, person: Educator) -> Response:
    """The educator's classes, and a form for a new one."""
    return show(request, await _classes(store, settings, person), person=person)


@router.post("/classes")
async def create(
    request: Request,
    store: Stored,
    settings: Configured,
    person: Educator,
    name: Text = "",
    time_zone: Text = "UTC",
) -> Response:
    """Create a class."""
    try:
        async with store.write() as session:
            cohort = await classes.create_class(session, name, person, time_zone)
    except BadRequest as error:
        page = await _classes(store, settings, person, error, name, time_zone)
        return show(request, page, person=person, status=error.status)
    return RedirectResponse(f"/classes/{cohort.id}", status_code=303)


@router.get("/classes/{cohort_id}")
async def one_class(
    request: Request, cohort: Taught, store: Stored, settings: Configured, person: Educator
) -> Response:
    """One class at a glance."""
    record = await read_record(store, cohort, settings, with_changes=True)
    now = datetime.now(UTC)
    used = await _second_opinions(store, settings, cohort, now)
    return show(request, class_page(record, join_link(settings, cohort), now, used), person=person)


async def _second_opinions(store: Store, settings: Settings, cohort: Cohort, now: datetime) -> str | None:
    """What the class's second opinions took in this calendar month, in UTC, in words; None without a judge."""
    if settings.judge_model is None:
        return None
    async with store.read() as session:
        used = await judgements.used_by_class(session, cohort.id, month_of(now))
    budget = f" of {settings.judge_class_tokens:,}" if settings.judge_class_tokens is not None else ""
    cost = f", {settings.judge_currency} {used.cost:,.2f}" if used.cost is not None else ""
    return f"Second opinions this month: {used.opinions:,}. {used.tokens:,} tokens{budget}{cost}."


@router.get("/classes/{cohort_id}/people")
async def people_of(
    request: Request, cohort: Taught, store: Stored, settings: Configured, person: Educator, said: str = ""
) -> Response:
    """Who is in the class, how to join it, and its settings."""
    return show(request, await _people(store, settings, cohort, said=SAID.get(said)), person=person)


SAID = {
    "saved": "Saved.",
    "removed": "They are no longer in the class. What they did for it stays.",
    "code": "The class has a new join code. The old one lets nobody in any more.",
    "added": "They teach the class now.",
}


@router.post("/classes/{cohort_id}/settings")
async def change(
    request: Request,
    cohort: Taught,
    store: Stored,
    settings: Configured,
    person: Educator,
    name: Text = "",
    time_zone: Text = "",
) -> Response:
    """Rename the class, or set its time zone."""
    try:
        async with store.write() as session:
            await classes.change_class(session, await session.get_one(Cohort, cohort.id), person, name, time_zone)
    except BadRequest as error:
        return show(request, await _people(store, settings, cohort, error), person=person, status=error.status)
    return _to_people(cohort, "saved")


@router.post("/classes/{cohort_id}/archive")
async def archive(
    cohort: Taught, store: Stored, person: Educator, archived: Annotated[bool, Form()] = True
) -> Response:
    """Put the class away, or bring it back."""
    async with store.write() as session:
        await classes.archive_class(session, await session.get_one(Cohort, cohort.id), person, archived=archived)
    return RedirectResponse(f"/classes/{cohort.id}", status_code=303)


@router.post("/classes/{cohort_id}/code")
async def renew_code(cohort: Taught, store: Stored, person: Educator) -> Response:
    """Make a new join code."""
    async with store.write() as session:
        await classes.renew_code(session, await session.get_one(Cohort, cohort.id), person)
    return _to_people(cohort, "code")


@router.post("/classes/{cohort_id}/educators")
async def add_educator(
    request: Request, cohort: Taught, store: Stored, settings: Configured, person: Educator, email: Text = ""
) -> Response:
    """Let another educator teach the class."""
    try:
        async with store.write() as session:
            other = await accounts.find_user(session, email)
            await classes.add_educator(session, cohort, person, other)
    except BadRequest as error:
        return show(request, await _people(store, settings, cohort, error), person=person, status=error.status)
    return _to_people(cohort, "added")


@router.post("/classes/{cohort_id}/people/{user_id}/remove")
async def remove(cohort: Taught, user_id: str, store: Stored, person: Educator) -> Response:
    """Take somebody out of the class."""
    async with store.write() as session:
        await classes.remove_member(session, cohort, person, user_id)
    return _to_people(cohort, "removed") if user_id != person.id else RedirectResponse("/classes", status_code=303)


@router.post("/classes/{cohort_id}/people/{user_id}/time")
async def grant_time(
    cohort: Taught, user_id: str, store: Stored, person: Educator, time_factor: Annotated[float, Form()]
) -> Response:
    """Give a student extra time."""
    async with store.write() as session:
        await classes.grant_time(session, cohort, person, user_id, time_factor)
    return _to_people(cohort, "saved")


@router.post("/classes/{cohort_id}/roster")
async def import_roster(
    request: Request,
    cohort: Taught,
    store: Stored,
    settings: Configured,
    key: Key,
    person: Educator,
    roster_text: Text = "",
    file: UploadFile | None = None,
) -> Response:
    """Import a class list, pasted or as a file. New accounts get sign-in links, shown this once."""
    text = roster_text
    try:
        if file is not None and file.size:
            text = _decoded(await file.read())
        async with store.write() as session:
            lines = roster.read_roster(text)
            done = await roster.enrol(session, key, cohort, person, lines, settings.sign_in_link_hours)
    except BadRequest as error:
        page = await _people(store, settings, cohort, error, draft_roster=text)
        return show(request, page, person=person, status=error.status)
    links = tuple(
        NewLink(one.name, one.email, accounts.link_address(settings, done.links[one.email])) for one in done.new
    )
    said = f"{counted(done.joined, 'student')} joined the class, {done.already} were in it already."
    return show(request, await _people(store, settings, cohort, said=said, new_links=links), person=person)


def join_link(settings: Settings, cohort: Cohort) -> str:
    """The address that joins the class."""
    return f"{settings.base_url}/join/{cohort.join_code}"


async def _classes(
    store: Store,
    settings: Settings,
    person: Person,
    error: RapportError | None = None,
    name: str = "",
    time_zone: str = "",
) -> ClassesPage:
    async with store.read() as session:
        found = await rows.of_member(session, person.id, "educator")
    lines = [(cohort, _class_line(await read_record(store, cohort, settings), datetime.now(UTC))) for cohort in found]
    return ClassesPage(
        classes=tuple(line for cohort, line in lines if cohort.archived_at is None),
        archived=tuple(line for cohort, line in lines if cohort.archived_at is not None),
        zones=tuple(sorted(available_timezones())),
        wrong=f"{error.message} {error.what_now}" if error else None,
        draft_name=name,
        draft_zone=time_zone,
    )


def _class_line(record: ClassRecord, now: datetime) -> ClassLine:
    running = [one for one in record.assignments if one.opens_at <= now < one.closes_at]
    zone = record.cohort.time_zone
    nearest = min(running, key=lambda one: one.closes_at, default=None)
    return ClassLine(
        cohort_id=record.cohort.id,
        name=record.cohort.name,
        students=counted(len(record.students), "student"),
        to_review=len(record.waiting()),
        now="Nothing is open just now."
        if nearest is None
        else f"{title_of(nearest.scenario_id)}. {state_words(nearest, 'open', zone)}",
    )


async def _people(
    store: Store,
    settings: Settings,
    cohort: Cohort,
    error: RapportError | None = None,
    *,
    said: str | None = None,
    draft_roster: str = "",
    new_links: tuple[NewLink, ...] = (),
) -> View:
    record = await read_record(store, cohort, settings)
    async with store.read() as session:
        educators = await rows.members_of(session, cohort.id, "educator")
    return PeoplePage(
        head=head_of(record, "people"),
        join_code=cohort.join_code,
        join_link=join_link(settings, cohort),
        time_zone=cohort.time_zone,
        zones=tuple(sorted(available_timezones())),
        educators=tuple(PersonLine(one.user.id, one.user.name, one.user.email, ()) for one in educators),
        students=tuple(
            PersonLine(one.user.id, one.user.name, one.user.email, _factors(one.membership.time_factor))
            for one in record.students
        ),
        wrong=f"{error.message} {error.what_now}" if error else None,
        said=said,
        draft_roster=draft_roster,
        new_links=new_links,
    )


def _factors(chosen: float) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=f"{one:g}", label="none" if one == 1 else f"{one:g} times", chosen=one == chosen)
        for one in classes.TIME_FACTORS
    )


def _to_people(cohort: Cohort, said: str) -> Response:
    return RedirectResponse(f"/classes/{cohort.id}/people?said={said}", status_code=303)


def _decoded(content: bytes) -> str:
    """A file as spreadsheets write it: UTF-8, else the Windows page of western Europe."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
