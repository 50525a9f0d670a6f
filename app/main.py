"""The web service, put together."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from threading import Thread

import uvicorn
import uvloop
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware

from app import accounts
from app.encounter import Rooms, end_overdue
from app.errors import RapportError
from app.judging import Judge, JudgeModel, Judging
from app.lab.keeping import Checks
from app.llm import connect_judge
from app.patient import Voice
from app.patient.voices import connect_voice
from app.patient.voices.authored import prepare_for
from app.settings import Settings, SettingsError, read_settings
from app.storage import Store
from app.web import (
    afterwards,
    api,
    assigning,
    checking,
    health,
    joining,
    opinions,
    oversight,
    people,
    reviewing,
    student,
    teaching,
)
from app.web.errors import handle_errors
from app.web.guards import AnswerHeaders, BodyLimit, LastResort, SameOrigin
from app.web.pages import STATIC
from app.web.streams import STALLED_S
from personas import shipped
from scoring import read_turn
from scoring.judge import grade as grade_by_judge

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 2_000_000
"""The largest request: a long transcript to be scored."""
SWITCH_S = 0.0005
"""How soon a thread that reads a turn gives way to the loop that speaks to everybody else; Python's own is 5 ms."""
LOADED_S = 30.0
"""After so long all is loaded that stays: the garbage collector need not walk through it again while people talk."""
RARELY = 100
"""Collections of the middle generation for one of all: that one stops everybody's words for a fifth of a second when
hundreds are spoken to. Python's own is 10."""
OVERDUE_EVERY_S = 10.0
"""How often it is looked up which talks have reached their time limit; the page ends its own by itself."""
FINISH_S = 4
"""How long replies may go on when the service is stopped; then they are cut off, and their readers told."""
GRACE_S = 8
"""How long any connection may take to end then. Whoever stops us is impatient after 10 seconds, as containers are."""


def create_app(
    settings: Settings | None = None,
    voice: Voice | None = None,
    ask: JudgeModel | None = None,
    judge: Judge = grade_by_judge,
) -> FastAPI:
    """The service for these settings, or the environment's; it speaks with the voice they ask for, or with yours.

    So it is with the model that is asked for second opinions, and with who makes them of its answers.
    """
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
    app.state.judge_ask = ask
    app.state.judge = judge
    app.state.scoring = asyncio.Lock()
    app.state.tries_by_email = accounts.Tries(limit=10, window_s=60)
    app.state.tries_by_host = accounts.Tries(limit=60, window_s=60)  # a whole class may share one address
    handle_errors(app)
    for part in (
        people,
        joining,
        student,
        afterwards,
        teaching,
        assigning,
        reviewing,
        opinions,
        oversight,
        checking,
        api,
        health,
    ):
        app.include_router(part.router)
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
        checks = app.state.checks = Checks(store, rooms.voice, settings)
        await rooms.recover()
        judging = app.state.judging = _begin_judging(app, rooms)
        # Last: begun earlier it would take half the processor until the service is ready. A daemon: who stops us in the
        # first seconds does not wait for it.
        Thread(target=_prepare, args=(rooms.voice,), name="prepare", daemon=True).start()
        clock = asyncio.create_task(_watch_the_clock(rooms))
        try:
            yield
        finally:
            clock.cancel()
            if judging is not None:
                await judging.close()
            await checks.close()  # first: what closes the rooms closes the voice
            await rooms.close()
    finally:
        await store.close()


def _begin_judging(app: FastAPI, rooms: Rooms) -> Judging | None:
    """Give second opinions from now on, where a judge is set up."""
    settings: Settings = app.state.settings
    ask: JudgeModel | None = app.state.judge_ask or connect_judge(settings)
    if settings.judge_model is None or ask is None:
        return None
    judging = Judging(rooms.store, settings, ask, app.state.judge)
    rooms.on_end = judging.wake
    judging.begin()
    return judging


async def _watch_the_clock(rooms: Rooms) -> None:
    """End talks whose time is over, whether or not their page is still open."""
    while True:
        await asyncio.sleep(OVERDUE_EVERY_S)
        try:
            await end_overdue(rooms)
        except RapportError as error:
            log.warning("talks whose time is over could not be ended: %s", error.code)
        except Exception as error:  # noqa: BLE001  one talk that cannot be graded must not stop the clock of all others
            log.error("talks whose time is over could not be ended: %s", type(error).__name__)


def _prepare(voice: Voice) -> None:
    """Load the sentence vectors and what is compared with them, so that the first student does not wait for it."""
    read_turn("Hello.", ())
    for loaded in shipped().values():
        prepare_for(loaded.persona, speaks_lines=voice.name == "authored")


def run_server(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until asked to stop (Ctrl+C or SIGTERM); `announce` gets the address once it can be opened.

    Raises:
        StorageNotReady: another server has the data folder, or the database is not ready.
        SettingsError: nothing can listen at this host and port.
    """
    with closing(listen(settings)) as listener:
        run_on(listener, settings, lambda _: announce(where(settings, listener)))


def run_on(listener: socket.socket, settings: Settings, begun: Callable[["Server"], None]) -> None:
    """Serve whoever comes to this socket until asked to stop; `begun` gets the server when it begins.

    Raises:
        StorageNotReady: another server has the data folder, or the database is not ready.
    """
    sys.setswitchinterval(SWITCH_S)
    gc.set_threshold(*gc.get_threshold()[:2], RARELY)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(listener, settings, begun))


async def _serve(listener: socket.socket, settings: Settings, begun: Callable[["Server"], None]) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        server = Server(
            uvicorn.Config(
                app,
                http="httptools",
                lifespan="off",  # opened and closed here, so that a refusal is one sentence and not a traceback
                access_log=False,  # addresses hold sign-in links
                log_config=None,
                log_level="warning",
                timeout_graceful_shutdown=GRACE_S,
            ),
            app.state.rooms,
        )
        begun(server)
        asyncio.get_running_loop().call_later(LOADED_S, gc.freeze)
        await server.serve(sockets=[listener])


def where(settings: Settings, listener: socket.socket) -> str:
    """The address, in a sentence."""
    address = settings.public_url or "http://{}:{}".format(*listener.getsockname()[:2])
    return f"Rapport is at {address} (Ctrl+C stops it)."


def listen(settings: Settings) -> socket.socket:
    """A socket at the host and port of the settings.

    Raises:
        SettingsError: nothing can listen there.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"Nothing can listen at {settings.host}, port {settings.port}: {os.strerror(error.errno or 0)}. "
            "Set RAPPORT_HOST and RAPPORT_PORT to others."
        ) from error
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; a closed connection whose reader takes nothing would stay for ever
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(STALLED_S * 1000))
    return listener


def log_to_stderr() -> None:
    """Log what a person who runs the service wants to know."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for name in ("alembic", "httpx2"):  # a line for each step, and for each reply of a model
        logging.getLogger(name).setLevel(logging.WARNING)


class Server(uvicorn.Server):
    """Stops on a signal and returns. Uvicorn's own raises the signal again, which would end us before we closed."""

    def __init__(self, config: uvicorn.Config, rooms: Rooms) -> None:
        super().__init__(config)
        self._rooms = rooms

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let open connections end, and long replies end in words rather than in a broken line."""
        cut = asyncio.get_running_loop().call_later(FINISH_S, self._rooms.interrupt)
        await super().shutdown(sockets)
        cut.cancel()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop serving on SIGINT or SIGTERM."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for one in signals:
            loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            for one in signals:
                loop.remove_signal_handler(one)
