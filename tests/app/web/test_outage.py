"""What people and programs are told while PostgreSQL is away, and that the same process serves again afterwards."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from fastapi import FastAPI

from app import accounts
from app.main import create_app
from app.settings import Settings
from tests.app.scripted import SCENARIO, ScriptedVoice, new_id
from tests.conftest import People, SignIn
from tests.postgresql import Cluster, new_database, open_cluster

JSON = {"Accept": "application/json"}
AWAY = {
    "code": "storage_unreachable",
    "message": "The server cannot reach its database just now.",
    "what_now": "Try again in a moment.",
}


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    with open_cluster() as opened:
        yield opened


@pytest.fixture
async def app(own_cluster: Cluster, settings: Settings) -> AsyncIterator[FastAPI]:
    database = new_database(str(own_cluster.folder))
    service = create_app(settings.model_copy(update={"database_url": database}), ScriptedVoice())
    async with service.router.lifespan_context(service):
        yield service


@pytest.fixture
async def headers(app: FastAPI, people: People) -> dict[str, str]:
    """Of a student's program."""
    async with app.state.store.write() as session:
        return {"Authorization": f"Bearer {await accounts.new_token(session, app.state.key, people.student.id)}"}


async def test_every_page_and_every_call_says_that_the_database_is_away_until_it_is_back(
    own_cluster: Cluster, client: httpx2.AsyncClient, people: People, sign_in: SignIn, headers: dict[str, str]
) -> None:
    browser = await sign_in(people.student)
    met = (await client.post("/api/v1/encounters", json={"scenario": SCENARIO}, headers=headers)).json()["id"]
    turn = {"turn_id": new_id(), "said": "Good morning."}

    async def say() -> httpx2.Response:
        return await client.post(f"/api/v1/encounters/{met}/turns", json=turn, headers=headers | JSON)

    own_cluster.stop()
    try:
        page = await browser.get("/")
        calls = await asyncio.gather(
            client.get("/api/v1/me", headers=headers),
            client.get(f"/api/v1/encounters/{met}", headers=headers),
            say(),
        )
        ready, alive = await client.get("/readyz"), await client.get("/healthz")
    finally:
        own_cluster.start()

    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert AWAY["message"] in page.text
    assert [(one.status_code, one.headers["Retry-After"], one.json()["error"]) for one in calls] == [
        (503, "5", AWAY)
    ] * 3
    assert (ready.status_code, ready.json()["database"], alive.status_code) == (503, False, 200)
    assert (await browser.get("/")).status_code == 200
    assert (await say()).json()["text"] == "I see."
    assert (await client.get("/readyz")).json()["ready"] is True
