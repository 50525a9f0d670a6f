"""A real server on a free port, a real Chromium, and people who sign in by their link."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent.parent
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_S = 60
expect.set_options(timeout=15_000)  # a busy machine may take its time


@dataclass
class Service:
    """The running service, and sign-in links that were not used yet, by role."""

    address: str
    environment: dict[str, str]
    links: dict[str, str] = field(default_factory=dict)

    def link(self, email: str, role: str = "student") -> str:
        """A one-time link of a new person."""
        printed = run(self.environment, "users", "add", email, "--role", role)
        return str(re.findall(r"http\S+/sign-in/\S+", printed)[-1])

    def another_link(self, email: str) -> str:
        """A new one-time link of somebody who has an account."""
        return str(re.findall(r"http\S+/sign-in/\S+", run(self.environment, "users", "link", email))[-1])


def run(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "app", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`demo`, then `serve`, in a fresh data folder: what a new user does."""
    with serving(tmp_path_factory.mktemp("data")) as started:
        yield started


@contextmanager
def serving(data: Path, *, first: tuple[str, ...] = ("demo",), **settings: str) -> Iterator[Service]:
    """A service of its own process, with these settings besides where it is and where it listens.

    `first` is the command that prepares its data; what it prints may hold sign-in links.
    """
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RAPPORT_", "OPENAI_"))}
    environment = inherited | settings
    environment |= {"RAPPORT_DATA_DIR": str(data), "RAPPORT_PORT": str(port), "RAPPORT_HOST": "127.0.0.1"}
    started = Service(f"http://127.0.0.1:{port}", environment)
    printed = run(environment, *first)
    started.links = dict(re.findall(r"^\s*(\w+)\s+\S+@\S+\s+(http\S+)", printed, re.MULTILINE))
    with subprocess.Popen([sys.executable, "-m", "app", "serve"], cwd=ROOT, env=environment) as server:
        try:
            wait_for(f"{started.address}/sign-in", server)
            yield started
        finally:
            server.terminate()


def wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(address):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, else the one that playwright installed."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            pytest.skip(f"no Chromium to drive: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


Open = Callable[..., Page]


@contextmanager
def opening(chromium: Browser, address: str) -> Iterator[Open]:
    """Opens pages of browsers of their own. At the end no page may have complained of anything.

    `complaints` on the function holds what consoles said; a test that provokes a refusal clears it.
    """
    contexts = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{message.text} {message.location.get('url', '')}")

    def open_page(width: int = 1280, height: int = 800, scheme: str = "light") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            base_url=address,
        )
        contexts.append(context)
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context.new_page()

    open_page.complaints = complaints  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_page(chromium: Browser, service: Service) -> Iterator[Open]:
    """Opens pages of the shared service."""
    with opening(chromium, service.address) as open_page:
        yield open_page


def faults(page: Page) -> list[str]:
    """What axe finds on the page, and whether it is wider than its window."""
    violations = Axe().run(page).response["violations"]
    found = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in violations]
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, *([f"wider than the window by {overflow} pixels"] if overflow > 0 else [])]
