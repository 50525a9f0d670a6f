"""A database of each kind for a service with a judge, and a student in it."""

from collections.abc import AsyncIterator

import pytest

from app import accounts
from app.accounts import Person
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


@pytest.fixture
async def ada(store: Store) -> Person:
    async with store.write() as session:
        return await accounts.add_user(session, "ada@example.org", "student", "Ada")


@pytest.fixture
async def eva(store: Store) -> Person:
    async with store.write() as session:
        return await accounts.add_user(session, "eva@example.org", "educator", "Eva")
