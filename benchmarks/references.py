"""The servers Rapport is measured against: `python -m benchmarks.references KIND --upstream URL --port N`.

raw        the least a server of the same make can do: the model's lines read, ready bytes sent; nothing kept
unread     what the model sends is handed on as it comes
typical    how it is usually written: parsed chunks of the SDK, an event stream by FastAPI, a database in a thread
"""

import argparse
import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Literal, cast

import aiohttp
import orjson
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam
from pydantic import BaseModel

Kind = Literal["raw", "unread", "typical"]
TURNS = "/api/v1/encounters/{encounter_id}/turns"
SYSTEM = "You are a patient who waits for the result of a biopsy. Speak as she would, in a few plain sentences."


class Say(BaseModel):
    """One student turn."""

    turn_id: str
    said: str


def raw(upstream: str) -> FastAPI:
    """One event for each token, its bytes put together by hand."""
    app, model = _with_client(upstream)

    @app.post(TURNS)
    async def say(encounter_id: str, body: Say) -> StreamingResponse:
        return StreamingResponse(_events(model(body.said)), media_type="text/event-stream")

    return app


def unread(upstream: str) -> FastAPI:
    """What the model sends, unread."""
    app, model = _with_client(upstream)

    @app.post(TURNS)
    async def say(encounter_id: str, body: Say) -> StreamingResponse:
        return StreamingResponse(_chunks(model(body.said)), media_type="text/event-stream")

    return app


def typical(upstream: str) -> FastAPI:
    """Parsed chunks, FastAPI's own events, the talk kept in SQLite."""
    file = Path(tempfile.mkdtemp()) / "talks.sqlite"
    client = AsyncOpenAI(api_key="none", base_url=upstream)
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE messages (talk TEXT, role TEXT, content TEXT)")
    app = FastAPI()

    @app.post(TURNS, response_class=EventSourceResponse)
    async def say(encounter_id: str, body: Say) -> AsyncIterator[ServerSentEvent]:
        await asyncio.to_thread(_save, file, encounter_id, "user", body.said)
        messages = await asyncio.to_thread(_messages, file, encounter_id)
        stream = await client.chat.completions.create(model="bench", messages=messages, stream=True)
        text = ""
        async for chunk in stream:
            if chunk.choices and (words := chunk.choices[0].delta.content):
                text += words
                yield ServerSentEvent(event="piece", data={"text": words})
        await asyncio.to_thread(_save, file, encounter_id, "assistant", text)
        yield ServerSentEvent(event="done", data={"text": text})

    return app


def _with_client(upstream: str) -> tuple[FastAPI, Any]:
    """An empty service with an aiohttp client, and how to ask the model with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            app.state.session = session
            yield

    app = FastAPI(lifespan=lifespan)

    def ask(said: str) -> Any:
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": said}]
        body = {"model": "bench", "messages": messages, "stream": True}
        return app.state.session.post(f"{upstream}/chat/completions", json=body)

    return app, ask


async def _events(asked: Any) -> AsyncIterator[bytes]:
    rest = b""
    async with asked as response:
        async for data in response.content.iter_any():
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if not line.startswith(b"data: {"):
                    continue
                choices = orjson.loads(line[6:])["choices"]
                if choices and (words := choices[0]["delta"].get("content")):
                    yield b'event: piece\ndata: {"text":%b}\n\n' % orjson.dumps(words)
    yield b"event: done\ndata: {}\n\n"


async def _chunks(asked: Any) -> AsyncIterator[bytes]:
    async with asked as response:
        async for data in response.content.iter_any():
            yield data


def _save(file: Path, talk: str, role: str, content: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO messages VALUES (?, ?, ?)", (talk, role, content))


def _messages(file: Path, talk: str) -> list[ChatCompletionMessageParam]:
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT role, content FROM messages WHERE talk = ?", (talk,)).fetchall()
    messages = [{"role": "system", "content": SYSTEM}, *({"role": role, "content": said} for role, said in rows)]
    return cast(list[ChatCompletionMessageParam], messages)


KINDS = {"raw": raw, "unread": unread, "typical": typical}


def main() -> None:
    """Serve one of them until stopped."""
    options = argparse.ArgumentParser(description="A reference server.")
    options.add_argument("kind", choices=KINDS)
    options.add_argument("--upstream", required=True)
    options.add_argument("--port", type=int, required=True)
    chosen = options.parse_args()
    app = KINDS[chosen.kind](chosen.upstream)
    uvicorn.run(app, port=chosen.port, loop="uvloop", http="httptools", access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
