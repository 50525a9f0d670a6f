"""Joining a class by its code, with an account or making one on the way."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app import accounts
from app.accounts import Person
from app.classroom.classes import find_by_code, join_class
from app.errors import BadRequest, NotFound, RapportError, TooManyTries
from app.storage import Store, classes
from app.web.access import Configured, Key, Stored, Student, person_or_none, session_secret, set_session
from app.web.pages import show
from app.web.people import host
from app.web.views.teaching import JoinPage

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form(max_length=2000)]


@router.get("/join")
async def ask_code(request: Request, store: Stored, code: str = "") -> Response:
    """Where a code is typed; open to anybody."""
    if code.strip():
        return RedirectResponse(f"/join/{_tidy(code)}", status_code=303)
    return await _page(request, store, "", None)


@router.get("/join/{code}")
async def join_page(request: Request, store: Stored, code: str) -> Response:
    """The class with this code, and a button to join it; whoever has no account makes one."""
    request.app.state.tries_by_host.count(host(request))
    try:
        page = await _page(request, store, code, None)
    except NotFound as error:
        return await _page(request, store, "", error)
    request.app.state.tries_by_host.forgive(host(request))
    return page


@router.post("/join/{code}")
async def join(request: Request, store: Stored, person: Student, code: str) -> Response:
    """Join the class."""
    request.app.state.tries_by_host.count(host(request))
    async with store.write() as session:
        await join_class(session, code, person)
    request.app.state.tries_by_host.forgive(host(request))
    return RedirectResponse("/", status_code=303)


@router.post("/join/{code}/account")
async def join_with_new_account(
    request: Request,
    store: Stored,
    settings: Configured,
    key: Key,
    code: str,
    name: Text = "",
    email: Text = "",
    password: Text = "",
) -> Response:
    """Make a student's account and join the class with it, signed in."""
    try:
        request.app.state.tries_by_host.count(host(request))
        async with store.read() as session:
            await find_by_code(session, code)
        if not name.strip():
            raise BadRequest("Your educator needs to know who you are.", "Write your name.")
        password_hash = await accounts.hash_password(password)
        async with store.write() as session:
            person = await accounts.add_user(session, email, "student", name)
            await join_class(session, code, person)
            secret = await accounts.new_session(session, key, person.id, settings.session_days, session_secret(request))
            await accounts.set_password(session, key, person.id, password_hash, secret)
    except (BadRequest, TooManyTries) as error:
        return await _page(request, store, code, error, name, email)
    request.app.state.tries_by_host.forgive(host(request))  # a whole class may join from one address
    answer = RedirectResponse("/", status_code=303)
    set_session(answer, settings, secret)
    return answer


async def _page(
    request: Request, store: Store, code: str, error: RapportError | None, name: str = "", email: str = ""
) -> Response:
    person: Person | None = await person_or_none(request)
    cohort = educators = None
    if code:
        async with store.read() as session:
            found = await find_by_code(session, code)
            cohort = found.name
            educators = ", ".join(one.name for one in await classes.educators_of(session, found.id))
    view = JoinPage(
        code=_tidy(code),
        cohort=cohort,
        educators=educators or "",
        signed_in=person is not None,
        may_join=person is not None and person.role == "student",
        draft_name=name,
        draft_email=email,
        wrong=f"{error.message} {error.what_now}" if error else None,
    )
    return show(request, view, person=person, status=error.status if error else 200)


def _tidy(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())
