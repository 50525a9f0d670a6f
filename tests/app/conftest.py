"""Who is in the tests: an educator and a student, in whatever `store` a folder's tests open."""

import pytest

from app import accounts
from app.accounts import Person
from app.storage import Store


@pytest.fixture
async def eva(store: Store) -> Person:
    """An educator."""
    async with store.write() as session:
        return await accounts.add_user(session, "eva@example.org", "educator", "Eva")


@pytest.fixture
async def ada(store: Store) -> Person:
    """A student, who is in no class yet."""
    async with store.write() as session:
        return await accounts.add_user(session, "ada@example.org", "student", "Ada")
