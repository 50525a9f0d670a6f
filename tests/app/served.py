"""The service behind a real socket of this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from tests.app.scripted import until


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The service behind a real socket; its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))

    async def has_started() -> bool:
        return server.started

    async with app.router.lifespan_context(app):
        serving = asyncio.create_task(server.serve())
        await until(has_started)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
