"""Small in the ordinary run, at full size with `make soak`: the same tests, other numbers."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Protocol, TypeVar

import pytest

from tests.postgresql import new_database

T = TypeVar("T")

Report = Callable[[str], None]
"""Takes figures in words."""


class Size(Protocol):
    """`size(small, full)` is the one that fits this run."""

    def __call__(self, small: T, full: T) -> T: ...


@pytest.fixture
def is_full(request: pytest.FixtureRequest) -> bool:
    """Whether this is `make soak`."""
    return bool(request.config.getoption("--soak"))


@pytest.fixture
def size(is_full: bool) -> Size:
    """Picks the small or the full number."""

    def pick(small: T, full: T) -> T:
        return full if is_full else small

    return pick


@pytest.fixture
def report(is_full: bool, capsys: pytest.CaptureFixture[str]) -> Report:
    """Prints what was measured: at full size always, else only where output is shown."""

    def say(figures: str) -> None:
        with capsys.disabled() if is_full else nullcontext():
            print(f"\n{figures}")  # noqa: T201

    return say


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite in the data folder, or the address of a new PostgreSQL database."""
    if request.param == "sqlite":
        return None
    cluster: str = request.getfixturevalue("cluster")
    return new_database(cluster)
