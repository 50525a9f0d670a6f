"""An open database of each kind, and a class in it."""

from collections.abc import AsyncIterator

import pytest

from app.classroom import classes
from app.settings import Settings
from app.storage import Store
from app.storage.tables import Cohort
from tests.app.classroom.made import OPENS
from tests.app.scripted import new_id


@pytest.fixture
async def store(either: Settings) -> AsyncIterator[Store]:
    store = await Store.open(either)
    yield store
    await store.close()


@pytest.fixture
async def cohort(store: Store) -> Cohort:
    """A class with nobody in it and an empty trail."""
    async with store.write() as session:
        made = Cohort(id=new_id(), name="Year 4", join_code=classes.new_code(), created_at=OPENS)
        session.add(made)
    return made
