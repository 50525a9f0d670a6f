"""What every test of the service starts from: settings of its own, the service in memory, people signed in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
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

ADDRESS = "http://rapport.test"

SignIn = Callable[[Person], Awaitable[httpx2.AsyncClient]]


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads this machine's `.env` or sends text to a model of its owner's."""
    for name in ("RAPPORT_LLM_MODEL", "RAPPORT_DATABASE_URL", "RAPPORT_DATA_DIR", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data", secret_key="k" * 40)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The service, started; it is stopped after the test."""
    service = create_app(settings)
    async with service.router.lifespan_context(service):
        yield service


@pytest.fixture
def store(app: FastAPI) -> Store:
    found: Store = app.state.store
    return found


@asynccontextmanager
async def browser(app: FastAPI, cookie: str | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that talks to the service in memory, with this session cookie."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    cookies = {"rapport": cookie} if cookie else {}
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    async with httpx2.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers, cookies=cookies) as client:
        yield client


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser of nobody's."""
    async with browser(app) as client:
        yield client


@dataclass(frozen=True)
class People:
    """One person of each kind. The educator teaches a class with the two students; the other educator does not."""

    student: Person
    other_student: Person
    educator: Person
    other_educator: Person
    admin: Person


@pytest.fixture
async def people(store: Store) -> People:
    async with store.write() as session:
        return People(
            student=await accounts.add_user(session, "ada@example.org", "student", "Ada"),
            other_student=await accounts.add_user(session, "ben@example.org", "student", "Ben"),
            educator=await accounts.add_user(session, "eva@example.org", "educator", "Eva"),
            other_educator=await accounts.add_user(session, "odd@example.org", "educator", "Odd"),
            admin=await accounts.add_user(session, "root@example.org", "admin", "Root"),
        )


@pytest.fixture
async def sign_in(app: FastAPI) -> AsyncIterator[SignIn]:
    """Gives the browser of a person who is signed in; every one is closed after the test."""
    opened: list[httpx2.AsyncClient] = []

    async def sign_in(person: Person) -> httpx2.AsyncClient:
        async with app.state.store.write() as session:
            cookie = await accounts.new_session(session, app.state.key, person.id, days=1)
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False),
            base_url=ADDRESS,
            headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
            cookies={"rapport": cookie},
        )
        opened.append(client)
        return client

    yield sign_in
    for client in opened:
        await client.aclose()
