"""Statements run where they are asked for; what may have to wait does so in a thread."""

import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiosqlite import Connection

from app.storage.in_place import open_in_place


@pytest.fixture
async def seen() -> list[bool]:
    """For each call of SQLite's `thread_of`, whether it ran in the thread of the event loop."""
    return []


@pytest.fixture
async def connection(tmp_path: Path, seen: list[bool]) -> AsyncIterator[Connection]:
    here = threading.get_ident()
    opened = await open_in_place(str(tmp_path / "one.sqlite"), isolation_level=None)
    await opened.create_function("thread_of", 0, lambda: seen.append(threading.get_ident() == here))
    yield opened
    await opened.close()


async def test_a_statement_runs_where_it_is_asked_for(connection: Connection, seen: list[bool]) -> None:
    await connection.execute("select thread_of()")
    async with connection.execute("select 7") as cursor:
        rows = await cursor.fetchall()

    assert (seen, [tuple(row) for row in rows]) == ([True], [(7,)])


async def test_what_may_have_to_wait_does_not_hold_up_the_loop(connection: Connection, seen: list[bool]) -> None:
    await connection.execute("create table one (a)")
    await connection.execute("create trigger t after insert on one begin select thread_of(); end")
    ran: list[str] = []
    connection._conn.set_trace_callback(lambda sql: ran.append(f"{threading.current_thread().name[:4]} {sql[:6]}"))

    for sql in ("BEGIN IMMEDIATE", "insert into one values (1)", "COMMIT"):
        await connection.execute(sql)

    here = threading.current_thread().name[:4]
    statements = [one for one in ran if "-- " not in one]
    assert statements[0] != f"{here} BEGIN "
    assert f"{here} insert" in statements
    assert statements[-1] != f"{here} COMMIT"


async def test_a_fault_comes_out_as_it_is_and_the_connection_goes_on(connection: Connection) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await connection.execute("select nothing from nowhere")

    async with connection.execute("select 1") as cursor:
        assert await cursor.fetchone() == (1,)
