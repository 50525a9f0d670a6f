"""Signing in and out, and one's own account."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app import accounts
from app.accounts import Person
from app.errors import BadRequest, RapportError, WrongPassword
from app.storage import people
from app.storage.tables import User
from app.web.access import (
    Configured,
    Key,
    SignedIn,
    Stored,
    clear_session,
    person_or_none,
    session_secret,
    set_session,
)
from app.web.pages import show
from app.web.views import View

router = APIRouter(include_in_schema=False)

Field = Annotated[str, Form(max_length=2000)]


@dataclass(frozen=True)
class SignInPage(View):
    """Email and password. `wrong` says what was wrong the last time; `come_back` is where to go then."""

    template: ClassVar[str] = "sign_in.html"

    email: str
    come_back: str
    wrong: str | None


@dataclass(frozen=True)
class SignInLinkPage(View):
    """A one-time link was opened: one button signs in, so that a link preview cannot use it up."""

    template: ClassVar[str] = "sign_in_link.html"

    name: str
    secret: str
    come_back: str
    """Where it leads."""


@dataclass(frozen=True)
class AccountPage(View):
    """One's own account, and its password. `wrong` says what was wrong, `saved` that it was changed."""

    template: ClassVar[str] = "account.html"

    name: str
    email: str
    role: str
    has_password: bool
    shortest: int
    wrong: str | None
    saved: bool


@router.get("/sign-in")
async def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002  the word in the address
    """The sign-in page; whoever is signed in goes home."""
    if await person_or_none(request) is not None:
        return RedirectResponse(inside(next), status_code=303)
    return show(request, SignInPage(email="", come_back=inside(next), wrong=None))


@router.post("/sign-in")
async def sign_in(
    request: Request,
    store: Stored,
    settings: Configured,
    key: Key,
    email: Field,
    password: Field,
    next: Field = "/",  # noqa: A002  the word in the form
) -> Response:
    """Sign in with a password."""
    tries = [
        (request.app.state.tries_by_email, email.strip().lower()),
        (request.app.state.tries_by_host, host(request)),
    ]
    for counter, who in tries:
        counter.count(who)
    async with store.read() as session:
        user = await people.user_by_email(session, email.strip().lower())
    try:
        person = await accounts.check_password(user, password)
    except WrongPassword as error:
        view = SignInPage(email=email, come_back=inside(next), wrong=f"{error.message} {error.what_now}")
        return show(request, view, status=error.status)
    for counter, who in tries:
        counter.forgive(who)
    async with store.write() as session:
        secret = await accounts.new_session(session, key, person.id, settings.session_days, session_secret(request))
    answer = RedirectResponse(inside(next), status_code=303)
    set_session(answer, settings, secret)
    return answer


@router.get("/sign-in/{secret}")
async def sign_in_link_page(
    request: Request,
    store: Stored,
    key: Key,
    secret: str,
    next: str = "/",  # noqa: A002  the word in the address
) -> Response:
    """A button that uses the link; opening the page does not."""
    async with store.read() as session:
        person = await accounts.whose_link(session, key, secret)
    return show(request, SignInLinkPage(name=person.name, secret=secret, come_back=inside(next)))


@router.post("/sign-in/{secret}")
async def follow_sign_in_link(
    request: Request,
    store: Stored,
    settings: Configured,
    key: Key,
    secret: str,
    next: Field = "/",  # noqa: A002  the word in the form
) -> Response:
    """Use the link up, sign in, and go on to where it leads."""
    async with store.write() as session:
        person = await accounts.follow_link(session, key, secret)
        opened = await accounts.new_session(session, key, person.id, settings.session_days, session_secret(request))
    answer = RedirectResponse(inside(next), status_code=303)
    set_session(answer, settings, opened)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, store: Stored, settings: Configured, key: Key) -> Response:
    """End this browser's session, on the server and in the browser."""
    secret = session_secret(request)
    if secret is not None:
        async with store.write() as session:
            await accounts.end_session(session, key, secret)
    answer = RedirectResponse("/sign-in", status_code=303)
    clear_session(answer, settings)
    return answer


@router.get("/account")
async def account_page(request: Request, store: Stored, person: SignedIn, saved: bool = False) -> Response:
    """One's own account."""
    return await _account(request, store, person, saved=saved)


@router.post("/account/password")
async def change_password(
    request: Request, store: Stored, key: Key, person: SignedIn, password: Field, current: Field = ""
) -> Response:
    """Set or change the password; other browsers are signed out."""
    request.app.state.tries_by_email.count(person.email)
    async with store.read() as session:
        user = await session.get_one(User, person.id)
    try:
        if user.password_hash is not None:
            await accounts.check_password(user, current)
        password_hash = await accounts.hash_password(password)
    except WrongPassword:
        return await _account(
            request, store, person, wrong=BadRequest("That is not your current password.", "Try again.")
        )
    except BadRequest as error:
        return await _account(request, store, person, wrong=error)
    request.app.state.tries_by_email.forgive(person.email)
    async with store.write() as session:
        await accounts.set_password(session, key, person.id, password_hash, session_secret(request) or "")
    return RedirectResponse("/account?saved=true", status_code=303)


async def _account(
    request: Request, store: Stored, person: Person, *, wrong: RapportError | None = None, saved: bool = False
) -> Response:
    async with store.read() as session:
        user = await session.get_one(User, person.id)
    view = AccountPage(
        name=person.name,
        email=person.email,
        role=person.role,
        has_password=user.password_hash is not None,
        shortest=accounts.PASSWORD_CHARACTERS[0],
        wrong=f"{wrong.message} {wrong.what_now}" if wrong else None,
        saved=saved,
    )
    return show(request, view, person=person, status=wrong.status if wrong else 200)


def inside(address: str) -> str:
    """The address when it is a page of ours, else home: a sign-in must not lead to another site."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else "/"


def host(request: Request) -> str:
    """Where the request came from, as far as the server can tell."""
    return request.client.host if request.client else ""
