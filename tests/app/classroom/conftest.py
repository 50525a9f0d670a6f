"""What every test of the classroom starts from: a database of each kind, educators, and a class of one of them."""

from collections.abc import AsyncIterator

import pytest

from app import accounts
from app.accounts import Person
from app.classroom import classes
from app.settings import Settings
from app.storage import Store
from app.storage.tables import Cohort


@pytest.fixture
async def store(either: Settings) -> AsyncIterator[Store]:
    store = await Store.open(either)
    yield store
    await store.close()


@pytest.fixture
async def odd(store: Store) -> Person:
    """Another educator."""
    async with store.write() as session:
        return await accounts.add_user(session, "odd@example.org", "educator", "Odd")


@pytest.fixture
async def cohort(store: Store, eva: Person) -> Cohort:
    async with store.write() as session:
        return await classes.create_class(session, " Year  4 ", eva, "Europe/London")
