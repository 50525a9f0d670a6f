"""The servers under test: each a process of its own on one core, with what it used of it."""

import asyncio
import fcntl
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app import accounts
from app.settings import Settings
from app.storage import Store
from benchmarks.readers import Line

ROOT = Path(__file__).parent.parent
ACCOUNTS = 20
READY_S = 30
PRIORITY = -19
SCENARIO = "maria-biopsy-result"


@dataclass
class Server:
    """A running server. `tokens` are bearer tokens of students, when it has accounts."""

    kind: str
    pid: int
    port: int
    tokens: tuple[str, ...] = ()
    folder: Path | None = None

    def cpu_s(self) -> float:
        """Processor time of all its threads since it began, in seconds."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def waited_s(self) -> float:
        """How long its event loop wanted to run and another program of its core ran instead, in seconds."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[1]) / 1e9

    def resident_kb(self) -> int:
        """Resident memory now, in kB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise ProcessLookupError(self.pid)


@contextmanager
def alone() -> Iterator[None]:
    """Wait for another measurement on this machine to end: two at once measure each other."""
    with (Path(tempfile.gettempdir()) / "rapport-benchmarks.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another measurement on this machine to end.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@asynccontextmanager
async def reference(kind: str, upstream: str, core: int) -> AsyncIterator[Server]:
    """One of the references, serving."""
    port = _free_port()
    command = ("-m", "benchmarks.references", kind, "--upstream", upstream, "--port", str(port))
    async with _running(command, {}, ROOT, core, port) as pid:
        yield Server(kind, pid, port)


@asynccontextmanager
async def rapport(upstream: str | None, core: int) -> AsyncIterator[Server]:
    """Rapport itself, on an empty SQLite database with students in it; without an upstream, the offline patient."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tokens = await _students(folder)
        variables = {
            "RAPPORT_DATA_DIR": str(folder / "data"),
            "RAPPORT_PORT": str(port),
            "RAPPORT_STREAMS": "10000",
            "RAPPORT_ENCOUNTER_TURNS": "1000",
        }
        if upstream is not None:
            variables |= {"RAPPORT_LLM_BASE_URL": upstream, "RAPPORT_LLM_MODEL": "bench"}
        async with _running(("-m", "app", "serve"), variables, folder, core, port) as pid:
            yield Server("rapport", pid, port, tokens, folder)


async def _students(folder: Path) -> tuple[str, ...]:
    settings = Settings(_env_file=None, data_dir=folder / "data")
    key = accounts.secret_key(settings)
    store = await Store.open(settings)
    tokens = []
    try:
        async with store.write() as session:
            for number in range(ACCOUNTS):
                person = await accounts.add_user(session, f"student{number}@example.org", "student", "Ada")
                tokens.append(await accounts.new_token(session, key, person.id))
    finally:
        await store.close()
    return tuple(tokens)


@asynccontextmanager
async def _running(
    command: tuple[str, ...], variables: Mapping[str, str], folder: Path, core: int, port: int
) -> AsyncIterator[int]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAPPORT_", "OPENAI_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **variables},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        preexec_fn=lambda: settle(core),
    )
    try:
        await _until_ready(port)
        yield process.pid
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def settle(core: int, *, first: bool = False) -> None:
    """Stay on one core and go before other programs of this machine, where that is allowed.

    `first` for the process that measures, before everything: whoever is late itself cannot tell who was late.
    """
    os.sched_setaffinity(0, {core})
    with suppress(OSError):
        if first:
            os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
            return
        os.setsid()  # a session of its own: Linux weighs sessions first, then processes
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
        Path("/proc/self/autogroup").write_text(str(PRIORITY))


async def _until_ready(port: int) -> None:
    async with asyncio.timeout(READY_S):
        while True:
            try:
                line = await Line.open(port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            await line.ask("GET", "/healthz", b"", "", [])  # 404 is an answer too
            line.close()
            return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
