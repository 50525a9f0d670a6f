"""How a fault is answered: JSON for programs, a page for people, always with what to do now."""

import logging
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from app.errors import (
    BadRequest,
    NotFound,
    RapportError,
    SignInNeeded,
    TooLarge,
    Unexpected,
    WrongMethod,
)
from app.web.access import person_or_none
from app.web.pages import show
from app.web.views import View

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ErrorPage(View):
    """What went wrong, in a sentence, and what to do now."""

    template: ClassVar[str] = "error.html"

    status: int
    message: str
    what_now: str


def handle_errors(app: FastAPI) -> None:
    """Answer every error of the tree, of validation and of routing in one way."""

    async def ours(request: Request, error: Exception) -> Response:
        return respond(request, error if isinstance(error, RapportError) else Unexpected())

    async def invalid(request: Request, error: Exception) -> Response:
        faults: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
        return respond(request, _name_the_field(faults))

    async def http(request: Request, error: Exception) -> Response:
        status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
        await _recall(request)
        return respond(request, _from_status(status), headers)

    app.add_exception_handler(RapportError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


async def _recall(request: Request) -> None:
    """Find out who is signed in although no route asked, so that the page keeps its bar; a database may be down."""
    with suppress(RapportError, SQLAlchemyError):
        await person_or_none(request)


def respond(request: Request, error: RapportError, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to this error: a page that needs a sign-in sends there, and back afterwards."""
    extra = dict(headers or {})
    if error.retry_after_s is not None:
        extra["Retry-After"] = str(error.retry_after_s)
    if wants_json(request):
        if isinstance(error, SignInNeeded):
            extra["WWW-Authenticate"] = "Bearer"
        fault = {"code": error.code, "message": error.message, "what_now": error.what_now}
        return JSONResponse({"error": fault}, status_code=error.status, headers=extra)
    if isinstance(error, SignInNeeded):
        come_back = f"?next={quote(request.url.path)}" if request.method == "GET" and request.url.path != "/" else ""
        return RedirectResponse(f"/sign-in{come_back}", status_code=303)
    view = ErrorPage(status=error.status, message=error.message, what_now=error.what_now)
    answer = show(request, view, person=getattr(request.state, "person", None), status=error.status)
    answer.headers.update(extra)
    return answer


def wants_json(request: Request) -> bool:
    """Whether a program asks: under /api, or whoever accepts JSON and no page."""
    accepts = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("application/json" in accepts and "text/html" not in accepts)


def log_unforeseen(error: Exception, route: str) -> None:
    """Log where it happened and what kind it was. Its message is left out: it may hold what was said."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s at %s\n%s", type(error).__name__, route, frames)


def _name_the_field(faults: Sequence[Any]) -> BadRequest:
    if not faults:
        return BadRequest()
    if faults[0].get("type") == "json_invalid":
        return BadRequest("What was sent is not JSON.")
    place = faults[0].get("loc")
    parts = [str(part) for part in place] if isinstance(place, (tuple, list)) else []
    field = ".".join(parts[1:]) or "body"
    return BadRequest(f"Part of what was sent could not be understood: {field} ({faults[0].get('msg')}).")


def _from_status(status: int) -> RapportError:
    known: dict[int, type[RapportError]] = {404: NotFound, 405: WrongMethod, 413: TooLarge}
    if status in known:
        return known[status]()
    return BadRequest() if 400 <= status < 500 else Unexpected()
