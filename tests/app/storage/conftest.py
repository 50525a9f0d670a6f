"""An open database of each kind, with an educator and a student."""

from collections.abc import AsyncIterator

import pytest

from app import accounts
from app.accounts import Person
from app.settings import Settings
from app.storage import Store


@pytest.fixture
async def store(either: Settings) -> AsyncIterator[Store]:
    store = await Store.open(either)
    yield store
    await store.close()


@pytest.fixture
async def eva(store: Store) -> Person:
    async with store.write() as session:
        return await accounts.add_user(session, "eva@example.org", "educator", "Eva")


@pytest.fixture
async def ada(store: Store) -> Person:
    async with store.write() as session:
        return await accounts.add_user(session, "ada@example.org", "student", "Ada")
