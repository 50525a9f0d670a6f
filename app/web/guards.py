"""What stands around every request: headers of the answer, where the request came from, the last resort.

Plain ASGI, so that a streamed reply is passed on piece by piece.
"""

from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TooLarge, Unexpected, WrongOrigin
from app.settings import Settings
from app.web.access import bearer_token
from app.web.errors import log_unforeseen, respond

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class AnswerHeaders:
    """Puts the security headers on every answer, and keeps what is personal out of every cache."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if not scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_headers)


class SameOrigin:
    """Refuses a request that changes something and was sent by another site's page.

    A bearer token is exempt: no page of another site can add one. What carries neither header is no browser of
    this decade, and the cookie is SameSite=Lax besides (the rules of Go's `http.CrossOriginProtection`).
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._may_pass(Request(scope)):
            await self.app(scope, receive, send)
        else:
            await respond(Request(scope), WrongOrigin())(scope, receive, send)

    def _may_pass(self, request: Request) -> bool:
        if request.method in SAFE_METHODS or bearer_token(request.headers.get("authorization", "")) is not None:
            return True
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = request.headers.get("origin")
        if origin is None:
            return True
        return urlsplit(origin).netloc in (request.headers.get("host"), urlsplit(self.settings.base_url).netloc)


class BodyLimit:
    """Refuses a request that is too long, in our words: FastAPI's own `max_body_size` answers without any."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self.app = app
        self.limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > self.limit_bytes:
            await respond(Request(scope), TooLarge())(scope, receive, send)
            return
        got_bytes = 0

        async def receive_counted() -> Message:
            nonlocal got_bytes
            message = await receive()
            got_bytes += len(message.get("body", b""))
            if got_bytes > self.limit_bytes:
                raise HTTPException(413)  # the one kind that FastAPI lets through while it reads a body
            return message

        await self.app(scope, receive_counted, send)


def _route_of(scope: Scope) -> str:
    """Which route it was, as it is written in the code: the address itself may hold a sign-in link's secret."""
    return str(getattr(scope.get("route"), "path", "no route"))


class LastResort:
    """Answers what nobody foresaw with an error that tells no details."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as error:  # noqa: BLE001  the one place where every fault must end in an answer
            log_unforeseen(error, _route_of(scope))
            if not begun:
                await respond(Request(scope), Unexpected())(scope, receive, send)
