"""A database of each kind for a service with a judge."""

from collections.abc import AsyncIterator

import pytest

from app.settings import Settings
from app.storage import Store


@pytest.fixture
def judged(either: Settings) -> Settings:
    """Settings with a judge."""
    return either.model_copy(update={"judge_model": "judge-1"})


@pytest.fixture
async def store(judged: Settings) -> AsyncIterator[Store]:
    opened = await Store.open(judged)
    yield opened
    await opened.close()
