"""Replies over a real socket: pieces come as they are spoken, and readers come and go."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI

from app import accounts, main
from app.main import Server, create_app
from app.settings import Settings
from app.storage import encounters
from tests.app.scripted import SCENARIO, ScriptedVoice, new_id, until
from tests.app.served import served


@dataclass
class Line:
    """A student's program on a line to the service."""

    app: FastAPI
    client: httpx2.AsyncClient
    voice: ScriptedVoice
    met: str

    async def is_over(self, turn_id: str) -> bool:
        async with self.app.state.store.read() as session:
            attempt = await encounters.last_attempt(session, self.met, turn_id)
        return attempt is not None and attempt.state not in encounters.RUNNING

    def say(self, turn_id: str) -> "httpx2.Request":
        body = {"turn_id": turn_id, "said": "Hello."}
        return self.client.build_request("POST", f"/encounters/{self.met}/turns", json=body)


@pytest.fixture
async def line(settings: Settings) -> AsyncIterator[Line]:
    voice = ScriptedVoice()
    app = create_app(settings, voice)
    async with served(app) as address:
        async with app.state.store.write() as session:
            student = await accounts.add_user(session, "ada@example.org", "student")
            token = await accounts.new_token(session, app.state.key, student.id)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(base_url=f"{address}/api/v1", headers=headers) as client:
            met = (await client.post("/encounters", json={"scenario": SCENARIO})).json()["id"]
            yield Line(app, client, voice, met)


async def test_each_piece_is_sent_when_it_is_spoken(line: Line) -> None:
    hold = asyncio.Event()
    line.voice.scripts = [["Ça va… ", hold, "yes."]]
    turn_id = new_id()

    answer = await line.client.send(line.say(turn_id), stream=True)
    arriving = answer.aiter_raw()
    first = await anext(arriving)
    hold.set()
    rest = b"".join([part async for part in arriving])

    assert first == 'id: 7\nevent: piece\ndata: {"text":"Ça va… "}\n\n'.encode()
    assert rest == (
        b'id: 11\nevent: piece\ndata: {"text":"yes."}\n\n'
        b"id: 11\nevent: done\n"
        + f'data: {{"turn_id":"{turn_id}","text":"Ça va… yes.","does":null,"state":"done"}}\n\n'.encode()
    )


async def test_a_reader_that_hangs_up_finds_the_whole_reply_later(line: Line) -> None:
    hold = asyncio.Event()
    line.voice.scripts = [["Ça va… ", hold, "yes."]]
    turn_id = new_id()
    answer = await line.client.send(line.say(turn_id), stream=True)
    first = await anext(answer.aiter_raw())
    await answer.aclose()
    hold.set()
    await until(lambda: line.is_over(turn_id))

    resumed = await line.client.get(f"/encounters/{line.met}/turns/{turn_id}/reply", params={"after": 7})

    assert first.startswith(b"id: 7\n")
    assert resumed.content.startswith(b'id: 11\nevent: piece\ndata: {"text":"yes."}\n\nid: 11\nevent: done\n')


async def test_two_windows_see_the_same_reply(line: Line) -> None:
    hold = asyncio.Event()
    line.voice.scripts = [["Ça va… ", hold, "yes."]]
    turn_id = new_id()
    answer = await line.client.send(line.say(turn_id), stream=True)
    arriving = answer.aiter_raw()
    seen = await anext(arriving)
    other = asyncio.create_task(line.client.get(f"/encounters/{line.met}/turns/{turn_id}/reply"))
    await asyncio.sleep(0)
    hold.set()
    seen += b"".join([part async for part in arriving])

    assert spoken(seen) == spoken((await other).content) == "Ça va… yes."


def spoken(stream: bytes) -> str:
    """The words of a stream's pieces."""
    data = [event.split("data: ")[1] for event in stream.decode().split("\n\n") if "event: piece" in event]
    return "".join(httpx2.Response(200, content=line).json()["text"] for line in data)


async def test_a_refusal_comes_with_its_status_and_not_within_a_stream(line: Line) -> None:
    refused = await line.client.post(f"/encounters/{line.met}/turns", json={"turn_id": new_id(), "said": " "})

    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/json")


async def test_a_service_that_stops_ends_a_long_reply_in_words(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "FINISH_S", 0)
    line.voice.scripts = [["Ça va… ", asyncio.Event(), "never said"]]
    config = uvicorn.Config(line.app, port=0, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=4)
    server = Server(config, line.app.state.rooms)

    async def has_started() -> bool:
        return server.started

    serving = asyncio.create_task(server.serve())
    await until(has_started)
    port = server.servers[0].sockets[0].getsockname()[1]
    turn_id = new_id()
    body = {"turn_id": turn_id, "said": "Hello."}
    address = f"http://127.0.0.1:{port}/api/v1/encounters/{line.met}/turns"
    answer = await line.client.send(line.client.build_request("POST", address, json=body), stream=True)
    arriving = answer.aiter_raw()
    first = await anext(arriving)
    server.should_exit = True
    rest = b"".join([part async for part in arriving])
    await serving

    assert first.startswith(b"id: 7\n")
    assert rest.startswith(b'id: 7\nevent: failed\ndata: {"code":"patient_cut_off"')
    assert await line.is_over(turn_id)
