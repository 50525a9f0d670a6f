"""The real service as a child process: to be killed, stopped, started again and looked at from outside."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from app import accounts
from app.settings import Settings
from app.storage import Store

ROOT = Path(__file__).parent.parent.parent
KEY = "k" * 40
START_S = 180
"""Longer than any start takes: a service that is not ready by then will never be."""


@dataclass
class Service:
    """One data folder, one address, and the process that serves them now, if one does."""

    settings: Settings
    environment: dict[str, str]
    tokens: list[str] = field(default_factory=list)
    """Bearer tokens, one for each student."""
    module: str = "app"
    killed_at_s: list[float] = field(default_factory=list)
    """When (seconds of `time.monotonic`), for each time."""
    start_cpu_s: list[float] = field(default_factory=list)
    """What each start took of the processor: how it would be on a machine with nothing else to do."""
    exit_code: int | None = None
    """How the last process ended; negative: by that signal."""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is served, before and after any restart."""
        return f"http://127.0.0.1:{self.settings.port}"

    @property
    def pid(self) -> int:
        """The process that serves now."""
        assert self._process is not None
        return self._process.pid

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.settings.data_dir / "rapport.sqlite"

    @property
    def log(self) -> str:
        """All that was logged, by every process there was."""
        return self._log.read_text(encoding="utf-8")

    @property
    def tracebacks(self) -> list[str]:
        """What was logged of faults nobody foresaw, whole, so that a test that fails shows it."""
        return [f"Traceback{rest}" for rest in self.log.split("Traceback")[1:]]

    @property
    def _log(self) -> Path:
        return self.settings.data_dir.parent / "service.log"

    async def start(self) -> float:
        """Start a process and wait until it is ready; how many seconds that took."""
        began_at_s = time.monotonic()
        process = self.spawn()
        async with aiohttp.ClientSession() as client:
            while not await is_ready(client, self.url):
                assert process.poll() is None, f"the service ended: {self.log[-2000:]}"
                assert time.monotonic() - began_at_s < START_S, f"never ready: {self.log[-2000:]}"
                await asyncio.sleep(0.02)
        self.start_cpu_s.append(cpu_s(process.pid))
        return time.monotonic() - began_at_s

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start a process and wait for nothing."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module, "serve"],
                cwd=self.settings.data_dir.parent,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        return self._process

    async def kill(self) -> None:
        """End the process at once, as a crash does."""
        self.killed_at_s.append(time.monotonic())
        await self._end(signal.SIGKILL)

    async def terminate(self) -> float:
        """Ask the process to stop, and wait for it; how many seconds that took."""
        began_at_s = time.monotonic()
        await self._end(signal.SIGTERM)
        return time.monotonic() - began_at_s

    async def pause(self) -> None:
        """Halt every thread of the process, between two of its system calls."""
        os.kill(self.pid, signal.SIGSTOP)
        while not _is_paused(self.pid):  # noqa: ASYNC110  the kernel wakes nobody
            await asyncio.sleep(0.001)

    def go_on(self) -> None:
        """Let a paused process run again."""
        os.kill(self.pid, signal.SIGCONT)

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is not None:
            process.send_signal(how)
            self.exit_code = await asyncio.to_thread(process.wait)
            self._process = None


@asynccontextmanager
async def open_service(
    folder: Path,
    llm_url: str,
    *,
    students: int = 1,
    database_url: str | None = None,
    module: str = "app",
    **more: str,
) -> AsyncIterator[Service]:
    """A service that runs and is ready, on a data folder of its own, with one account for each student.

    Without `database_url` it keeps its data in SQLite. `more` are further variables of its environment.
    """
    settings = Settings(
        _env_file=None,
        data_dir=folder / "data",
        database_url=database_url,
        secret_key=KEY,
        port=free_port(),
        llm_base_url=llm_url,
        llm_model="fake",
    )
    service = Service(settings, _environment(settings, more), await add_students(settings, students), module)
    try:
        await service.start()
        yield service
    finally:
        await service._end(signal.SIGKILL)


async def add_students(settings: Settings, students: int) -> list[str]:
    """An account for each student; their bearer tokens."""
    store = await Store.open(settings)
    try:
        async with store.write() as session:
            key = accounts.secret_key(settings)
            people = [
                await accounts.add_user(session, f"s{number}@example.org", "student") for number in range(students)
            ]
            return [await accounts.new_token(session, key, person.id) for person in people]
    finally:
        await store.close()


async def is_ready(client: aiohttp.ClientSession, url: str) -> bool:
    """Whether it serves."""
    try:
        async with client.get(f"{url}/readyz") as response:
            return response.status == 200
    except (aiohttp.ClientError, OSError):
        return False


def cpu_s(pid: int) -> float:
    """Seconds of processor time a process has had so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port nothing listens at; the same one over every restart, so that clients find the service again."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def _environment(settings: Settings, more: dict[str, str]) -> dict[str, str]:
    """The child's environment: this one's, without what it says of Rapport or of a model."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAPPORT_", "OPENAI_"))}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "RAPPORT_DATA_DIR": str(settings.data_dir),
        "RAPPORT_DATABASE_URL": settings.database_url or "",
        "RAPPORT_SECRET_KEY": KEY,
        "RAPPORT_PORT": str(settings.port),
        "RAPPORT_LLM_BASE_URL": settings.llm_base_url or "",
        "RAPPORT_LLM_MODEL": "fake",
        **more,
    }


def _is_paused(pid: int) -> bool:
    """Whether every thread of the process is halted."""
    stats = [(thread / "stat").read_text() for thread in Path(f"/proc/{pid}/task").iterdir()]
    return all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats)
