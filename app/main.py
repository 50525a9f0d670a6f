"""The web service, put together."""

import importlib
import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware

from app import accounts
from app.encounter import Rooms
from app.patient import Voice
from app.patient.voices import connect_voice
from app.settings import Settings, read_settings
from app.storage import Store
from app.web import people
from app.web.errors import handle_errors
from app.web.guards import AnswerHeaders, BodyLimit, LastResort, SameOrigin
from app.web.pages import STATIC

MAX_BODY_BYTES = 2_000_000
"""The largest request: a long transcript to be scored."""


def create_app(settings: Settings | None = None, voice: Voice | None = None) -> FastAPI:
    """The service for these settings, or for the environment's; it speaks with the voice they ask for, or with yours."""
    settings = settings or read_settings()
    app = FastAPI(
        title="Rapport",
        description="Practise difficult conversations with simulated patients.",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        middleware=[
            Middleware(AnswerHeaders),
            Middleware(LastResort),
            Middleware(SameOrigin, settings=settings),
            Middleware(BodyLimit, limit_bytes=MAX_BODY_BYTES),
        ],
    )
    app.state.settings = settings
    app.state.voice = voice
    app.state.tries_by_email = accounts.Tries(limit=10, window_s=60)
    app.state.tries_by_host = accounts.Tries(limit=60, window_s=60)  # a whole class may share one address
    handle_errors(app)
    app.include_router(people.router)
    for name in ("api", "health", "student", "educator"):
        if importlib.util.find_spec(f"app.web.{name}"):
            app.include_router(importlib.import_module(f"app.web.{name}").router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open what the service needs and close it again, whatever happens between."""
    settings: Settings = app.state.settings
    app.state.key = accounts.secret_key(settings)
    store = app.state.store = await Store.open(settings, server=True)
    try:
        rooms = app.state.rooms = Rooms(store, app.state.voice or connect_voice(settings), settings)
        await rooms.recover()
        try:
            yield
        finally:
            await rooms.close()
    finally:
        await store.close()
