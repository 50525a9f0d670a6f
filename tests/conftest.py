"""What every test of the service starts from: settings of its own, the service in memory, people signed in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from app import accounts
from app.accounts import Person
from app.main import create_app
from app.settings import Settings
from app.storage import Store
from tests.app.scripted import ScriptedVoice

ADDRESS = "http://rapport.test"

pytest_plugins = ["tests.fake_llm.fixtures", "tests.postgresql"]

SignIn = Callable[[Person], Awaitable[httpx2.AsyncClient]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="Run tests/soak at full size: some of it takes half an hour.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last: its driver keeps a loop running, beside which no asynchronous test can run."""
    items.sort(key=lambda item: "chromium" in getattr(item, "fixturenames", ()))


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sends text to a model, or writes to a database, that this machine is set up for."""
    for name in ("RAPPORT_LLM_MODEL", "RAPPORT_JUDGE_MODEL", "RAPPORT_DATABASE_URL", "RAPPORT_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


def settings_in(folder: Path) -> Settings:
    """Settings for a service that keeps everything in this folder, with a key every test shares."""
    return Settings(_env_file=None, data_dir=folder, secret_key="k" * 40)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "data")


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The service, started, with a patient who only says "I see."; stopped after the test."""
    service = create_app(settings, ScriptedVoice())
    async with service.router.lifespan_context(service):
        yield service


@pytest.fixture
def store(app: FastAPI) -> Store:
    found: Store = app.state.store
    return found


def open_browser(app: FastAPI, session: str | None = None) -> httpx2.AsyncClient:
    """A browser that talks to the service in memory; `session` is the secret of its session cookie."""
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False),
        base_url=ADDRESS,
        headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
        cookies={"rapport": session} if session else None,
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """The browser of somebody who is not signed in."""
    async with open_browser(app) as browser:
        yield browser


@dataclass(frozen=True)
class People:
    """One person of each kind; nobody is in a class yet."""

    student: Person
    other_student: Person
    educator: Person
    other_educator: Person
    admin: Person


async def add_people(store: Store) -> People:
    """An account for each."""
    async with store.write() as session:
        return People(
            student=await accounts.add_user(session, "ada@example.org", "student", "Ada"),
            other_student=await accounts.add_user(session, "ben@example.org", "student", "Ben"),
            educator=await accounts.add_user(session, "eva@example.org", "educator", "Eva"),
            other_educator=await accounts.add_user(session, "odd@example.org", "educator", "Odd"),
            admin=await accounts.add_user(session, "ann@example.org", "admin", "Ann"),
        )


@pytest.fixture
async def people(store: Store) -> People:
    return await add_people(store)


@pytest.fixture
async def sign_in(app: FastAPI) -> AsyncIterator[SignIn]:
    """Gives the browser of a person who is signed in; every one is closed after the test."""
    opened: list[httpx2.AsyncClient] = []

    async def sign_in(person: Person) -> httpx2.AsyncClient:
        async with app.state.store.write() as session:
            secret = await accounts.new_session(session, app.state.key, person.id, days=1)
        opened.append(open_browser(app, secret))
        return opened[-1]

    yield sign_in
    for browser in opened:
        await browser.aclose()
