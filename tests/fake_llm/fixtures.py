"""The fixture `fake_llm`: a started server, stopped after the test."""

from collections.abc import AsyncIterator

import pytest

from tests.fake_llm.server import FakeLlm


@pytest.fixture
async def fake_llm() -> AsyncIterator[FakeLlm]:
    """A server that speaks the OpenAI protocol; set `RAPPORT_LLM_BASE_URL` to its `url`."""
    server = FakeLlm()
    await server.start()
    yield server
    await server.stop()
