"""Several processes at one address: a parent that listens, and workers that serve, each with a store of its own.

Uvicorn's supervisor is not used: when it stops it waits for its workers without limit and hears no second signal,
it starts one that cannot start again and again without a pause, and its workers live on when it is killed.
"""

import asyncio
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from app import accounts
from app.errors import RapportError, Unexpected
from app.main import GRACE_S, Server, listen, log_to_stderr, run_on, where
from app.settings import Settings, SettingsError
from app.storage import Store

log = logging.getLogger(__name__)

STOP_S = GRACE_S + 1.0
"""How long workers may take to stop before they are killed. Whoever stops us is impatient after 10 seconds."""
LOOK_EVERY_S = 0.1
"""How often the parent looks whether it was sent a signal."""
PAUSES_S = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0)
"""How long to wait before a worker is replaced, by how many ended in its place, one after the other, unready."""

spawn = get_context("spawn")


@dataclass
class Place:
    """The place of one worker; when that ends, another takes it."""

    process: SpawnProcess | None = None
    line: Connection | None = None
    """To the worker: it says on it that it serves, and stops when nobody holds this end any more."""
    is_ready: bool = False
    failures: int = 0
    free_until_s: float = 0.0


def run_workers(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve with `settings.workers` processes until asked to stop; a worker that ends is replaced.

    The first SIGINT or SIGTERM lets the workers finish, for STOP_S at most; a second one kills them.

    Raises:
        SettingsError: the database is SQLite, or nothing can listen at this host and port.
        StorageNotReady: the database is not ready.
        Unexpected: a worker ended before any had served.
    """
    if settings.database.startswith("sqlite"):
        raise SettingsError("RAPPORT_WORKERS: SQLite takes one process; set it to 1, or use PostgreSQL.")
    accounts.secret_key(settings)
    asyncio.run(_try_database(settings))
    with closing(listen(settings)) as listener, _signals() as asked:
        workers = Workers(settings, listener)
        try:
            workers.keep(asked, lambda: announce(where(settings, listener)))
            workers.stop(asked)
        finally:
            workers.kill()


class Workers:
    """The processes that serve, and who looks after them."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._places = [Place() for _ in range(settings.workers)]

    def keep(self, asked: Sequence[int], begun: Callable[[], None]) -> None:
        """Keep every place filled until asked to stop; `begun` is called once, when the first worker serves.

        Raises:
            Unexpected: a worker ended before any had served.
        """
        has_begun = False
        while not asked:
            for place in self._places:
                if place.process is None and time.monotonic() >= place.free_until_s:
                    self._fill(place)
            connection.wait([thing for place in self._places for thing in _news_of(place)], LOOK_EVERY_S)
            for place in self._places:
                _hear(place)
                if place.process is not None and place.process.exitcode is not None:
                    if not has_begun and not place.is_ready:
                        raise Unexpected("A worker ended before it served.", "The log says why.")
                    _clear(place)
            if not has_begun and any(place.is_ready for place in self._places):
                has_begun = True
                begun()

    def stop(self, asked: Sequence[int]) -> None:
        """Ask every worker to stop and wait for them, until STOP_S are over or a second signal comes."""
        for process in self._living():
            process.terminate()
        ends_at_s = time.monotonic() + STOP_S
        while (living := self._living()) and len(asked) < 2 and time.monotonic() < ends_at_s:
            connection.wait([process.sentinel for process in living], LOOK_EVERY_S)

    def kill(self) -> None:
        """End at once whatever still runs."""
        for process in self._living():
            log.warning("worker %d did not stop in time and is killed", process.pid)
            process.kill()
            process.join()

    def _living(self) -> list[SpawnProcess]:
        return [place.process for place in self._places if place.process is not None and place.process.is_alive()]

    def _fill(self, place: Place) -> None:
        """Start a worker. Ctrl+C is kept from it: a terminal sends that to all, and the parent tells it to stop."""
        place.line, theirs = spawn.Pipe()
        place.process = spawn.Process(target=work, args=(self._settings, self._listener, theirs), name="worker")
        resource_tracker.ensure_running()  # else the first start does this, and unblocks the signal
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            place.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            theirs.close()


def work(settings: Settings, listener: socket.socket, parent: Connection) -> None:
    """Be a worker: serve until told to stop, or until the parent is gone."""
    log_to_stderr()
    try:
        run_on(listener, settings, lambda server: _report(server, parent))
    except RapportError as error:
        log.error("a worker cannot serve: %s", error.message)
        sys.exit(2)


def _report(server: Server, parent: Connection) -> None:
    """Say that this worker serves; from now on the end of the line is a signal to stop."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_reader(parent.fileno())
        server.handle_exit(signal.SIGTERM, None)

    loop.add_reader(parent.fileno(), stop)
    parent.send(None)


def _news_of(place: Place) -> list[Connection | int]:
    """What to wait for: the end of a worker, and its word that it serves."""
    if place.process is None or place.line is None:
        return []
    return [place.process.sentinel] if place.is_ready else [place.process.sentinel, place.line]


def _hear(place: Place) -> None:
    """Note that a worker says it serves."""
    if place.line is not None and not place.is_ready and place.line.poll():
        try:
            place.line.recv()
        except EOFError:  # it ended; its exit code says so too
            return
        place.is_ready, place.failures = True, 0


def _clear(place: Place) -> None:
    """Free the place of a worker that ended."""
    assert place.process is not None
    assert place.line is not None
    log.warning("worker %d ended (exit code %s); another takes its place", place.process.pid, place.process.exitcode)
    place.failures = 0 if place.is_ready else place.failures + 1
    place.free_until_s = time.monotonic() + PAUSES_S[min(place.failures, len(PAUSES_S) - 1)]
    place.process.close()
    place.line.close()
    place.process, place.line, place.is_ready = None, None, False


async def _try_database(settings: Settings) -> None:
    """Refuse once and in words what every worker would refuse."""
    await (await Store.open(settings, server=True)).close()


@contextmanager
def _signals() -> Iterator[list[int]]:
    """The signals to stop that came so far."""
    asked: list[int] = []
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, lambda number, _: asked.append(number)) for kind in kinds]
    try:
        yield asked
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)
