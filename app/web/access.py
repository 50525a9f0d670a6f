"""Who may do what: the signed-in person, their role, and the encounters they may open."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from app import accounts
from app.accounts import Person
from app.errors import NotFound, SignInNeeded
from app.settings import Settings
from app.storage import Store, people
from app.storage.tables import Encounter, Role


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


async def visible_encounter(encounter_id: str, person: SignedIn, store: Stored) -> Encounter:
    """An encounter the person may read: their own, or an ended one that an educator set their class.

    Free practice is seen by its student alone. An admin runs the service and reads no transcripts.

    Raises:
        NotFound: not theirs to read.
    """
    async with store.read() as session:
        encounter = await session.get(Encounter, encounter_id)
        if encounter is not None and encounter.student_id == person.id:
            return encounter
        if person.role == "educator":
            encounter = await people.may_see_ended(session, person.id, encounter_id)
            if encounter is not None:
                return encounter
    raise NotFound


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
