"""Who may do what: the signed-in person, their role, and the classes and encounters they may open."""

from typing import Annotated, NamedTuple

from fastapi import Depends, Request
from fastapi.responses import Response

from app import accounts
from app.accounts import Person
from app.classroom.release import hold_of
from app.encounter import Rooms
from app.errors import NotFound, NotReleased, SignInNeeded
from app.lab.keeping import Checks
from app.settings import Settings
from app.storage import Store, classes, listings, reviews
from app.storage.tables import Assignment, Cohort, Encounter, Role
from personas import LoadedPersona, shipped


def store(request: Request) -> Store:
    """The database."""
    found: Store = request.app.state.store
    return found


def settings(request: Request) -> Settings:
    """The settings this service was started with."""
    found: Settings = request.app.state.settings
    return found


def key(request: Request) -> bytes:
    """The key that hashes links, sessions and tokens."""
    found: bytes = request.app.state.key
    return found


def rooms(request: Request) -> Rooms:
    """Where replies are spoken."""
    found: Rooms = request.app.state.rooms
    return found


def checks(request: Request) -> Checks:
    """Where patients are checked."""
    found: Checks = request.app.state.checks
    return found


async def person_or_none(request: Request) -> Person | None:
    """Who is signed in. A bearer token counts alone: beside one, no cookie is looked at."""
    if hasattr(request.state, "person"):
        known: Person | None = request.state.person
        return known
    found = await _find_person(request)
    request.state.person = found
    return found


async def _find_person(request: Request) -> Person | None:
    token = bearer_token(request.headers.get("authorization", ""))
    cookie = session_secret(request)
    if token is None and cookie is None:
        return None
    async with store(request).read() as session:
        if token is not None:
            return await accounts.who_has_token(session, key(request), token)
        return await accounts.who_has_session(session, key(request), cookie or "")


async def person(request: Request) -> Person:
    """Who is signed in, by session cookie or bearer token.

    Raises:
        SignInNeeded: nobody is; the API answers 401, a page sends to the sign-in.
    """
    found = await person_or_none(request)
    if found is None:
        raise SignInNeeded
    return found


Stored = Annotated[Store, Depends(store)]
Configured = Annotated[Settings, Depends(settings)]
Key = Annotated[bytes, Depends(key)]
SignedIn = Annotated[Person, Depends(person)]
InRooms = Annotated[Rooms, Depends(rooms)]
InLab = Annotated[Checks, Depends(checks)]


def _only(someone: Person, role: Role) -> Person:
    if someone.role != role:
        raise NotFound
    return someone


def student_only(someone: SignedIn) -> Person:
    """A student; for anybody else the page is not there."""
    return _only(someone, "student")


def educator_only(someone: SignedIn) -> Person:
    """An educator; for anybody else the page is not there."""
    return _only(someone, "educator")


def admin_only(someone: SignedIn) -> Person:
    """Who runs the service; for anybody else the page is not there."""
    return _only(someone, "admin")


def staff_only(someone: SignedIn) -> Person:
    """An educator, or who runs the service; for a student the page is not there."""
    if someone.role == "student":
        raise NotFound
    return someone


Student = Annotated[Person, Depends(student_only)]
Educator = Annotated[Person, Depends(educator_only)]
Admin = Annotated[Person, Depends(admin_only)]
Staff = Annotated[Person, Depends(staff_only)]


def shipped_patient(persona_id: str, staff: Staff) -> LoadedPersona:
    """A patient of this service, for an educator or an admin: the page tells what a student has to find out.

    Raises:
        NotFound: there is none.
    """
    found = shipped().get(persona_id)
    if found is None:
        raise NotFound
    return found


Patient = Annotated[LoadedPersona, Depends(shipped_patient)]


async def taught_class(cohort_id: str, educator: Educator, store: Stored) -> Cohort:
    """A class this educator teaches, archived or not.

    Raises:
        NotFound: somebody else's, or none: the two look the same from outside.
    """
    async with store.read() as session:
        cohort = await classes.taught_by(session, educator.id, cohort_id)
    if cohort is None:
        raise NotFound
    return cohort


Taught = Annotated[Cohort, Depends(taught_class)]


async def set_in_class(assignment_id: str, cohort: Taught, store: Stored) -> Assignment:
    """An assignment of a class this educator teaches.

    Raises:
        NotFound: another class's, or none.
    """
    async with store.read() as session:
        assignment = await session.get(Assignment, assignment_id)
    if assignment is None or assignment.cohort_id != cohort.id:
        raise NotFound
    return assignment


SetInClass = Annotated[Assignment, Depends(set_in_class)]


class ToReview(NamedTuple):
    """An encounter an educator may review, and the class it belongs to."""

    encounter: Encounter
    cohort: Cohort


async def to_review(encounter_id: str, educator: Educator, store: Stored) -> ToReview:
    """An ended encounter that this educator's class has set, or that is shared with it.

    Raises:
        NotFound: not theirs to read. Free practice nobody shared is seen by its student alone.
    """
    async with store.read() as session:
        found = await reviews.may_review(session, educator.id, encounter_id)
    if found is None:
        raise NotFound
    return ToReview(*found)


Reviewed = Annotated[ToReview, Depends(to_review)]


async def own_encounter(encounter_id: str, person: SignedIn, store: Stored) -> Encounter:
    """The person's own encounter.

    Raises:
        NotFound: somebody else's, or none: the two look the same from outside.
    """
    async with store.read() as session:
        encounter = await session.get(Encounter, encounter_id)
    if encounter is None or encounter.student_id != person.id:
        raise NotFound
    return encounter


Own = Annotated[Encounter, Depends(own_encounter)]


async def visible_encounter(encounter_id: str, person: SignedIn, store: Stored) -> Encounter:
    """An encounter the person may read: their own, or an ended one that an educator may review.

    Free practice is seen by its student alone, unless they share it. An admin runs the service and reads no talk.

    Raises:
        NotFound: not theirs to read.
    """
    async with store.read() as session:
        encounter = await session.get(Encounter, encounter_id)
        if encounter is not None and encounter.student_id == person.id:
            return encounter
        if person.role == "educator":
            found = await reviews.may_review(session, person.id, encounter_id)
            if found is not None:
                return found[0]
    raise NotFound


Visible = Annotated[Encounter, Depends(visible_encounter)]


async def is_held(store: Store, encounter: Encounter, person: Person) -> bool:
    """Whether the result of an ended encounter is held back from this person: only ever from its own student."""
    if encounter.student_id != person.id or encounter.assignment_id is None or encounter.ended_at is None:
        return False
    async with store.read() as session:
        assignment = await session.get(Assignment, encounter.assignment_id)
        listed = await listings.one(session, encounter.id)
    assert listed is not None
    return hold_of(assignment, listed.review, rated=listed.rated, flags=listed.flags) is not None


async def released_encounter(encounter: Visible, person: SignedIn, store: Stored) -> Encounter:
    """A visible encounter whose result, once there is one, this person may see.

    Raises:
        NotReleased: 409, the student's own, and held back.
    """
    if await is_held(store, encounter, person):
        raise NotReleased
    return encounter


Released = Annotated[Encounter, Depends(released_encounter)]


def bearer_token(authorization: str) -> str | None:
    """The token of an `Authorization: Bearer` header."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def over_https(settings: Settings) -> bool:
    """Whether people reach the service by https."""
    return settings.base_url.startswith("https://")


def cookie_name(settings: Settings) -> str:
    """The session cookie's name; by https no other host and no plain page can plant it."""
    return "__Host-rapport" if over_https(settings) else "rapport"


def session_secret(request: Request) -> str | None:
    """The secret in the session cookie."""
    return request.cookies.get(cookie_name(settings(request)))


def set_session(response: Response, settings: Settings, secret: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=settings.session_days * 86_400,
        path="/",
        httponly=True,
        samesite="lax",
        secure=over_https(settings),
    )


def clear_session(response: Response, settings: Settings) -> None:
    """Take the session away from the browser."""
    response.delete_cookie(cookie_name(settings), path="/", httponly=True, samesite="lax", secure=over_https(settings))
