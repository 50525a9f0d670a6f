import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from app.errors import StorageNotReady
from app.settings import Settings
from app.storage import Store, migrate_server
from app.storage.migrations import migrate
from app.storage.tables import Table
from tests.postgresql import address, new_database


def test_the_migrations_make_the_tables_of_the_code(either: Settings) -> None:
    either.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(either.database)
    engine = create_engine(either.database.replace("+aiosqlite", ""))

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Table.metadata)
    engine.dispose()

    assert differences == []


def test_the_checks_of_the_tables_are_in_the_migrations(tmp_path: Path) -> None:
    """Alembic does not compare CHECK constraints, so their names are compared here."""
    migrate(f"sqlite+aiosqlite:///{tmp_path / 'x.sqlite'}")
    connection = sqlite3.connect(tmp_path / "x.sqlite")
    made = " ".join(sql for (sql,) in connection.execute("select sql from sqlite_master where type = 'table'"))
    connection.close()

    wanted = {
        str(one.name) for table in Table.metadata.tables.values() for one in table.constraints if "ck_" in str(one.name)
    }
    assert wanted
    assert {name for name in wanted if name not in made} == set()


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / '100% x.sqlite'}"
    migrate(database)
    before = (tmp_path / "100% x.sqlite").read_bytes()

    migrate(database)

    assert (tmp_path / "100% x.sqlite").read_bytes() == before


async def test_postgresql_waits_to_be_told(settings: Settings, cluster: str) -> None:
    empty = settings.model_copy(update={"database_url": new_database(cluster, "template0")})
    with pytest.raises(StorageNotReady, match="does not have this version's tables") as refused:
        await Store.open(empty)
    assert refused.value.what_now == "Run: python -m app data migrate"

    migrate_server(empty.database)

    store = await Store.open(empty)
    async with store.read() as session:
        assert await session.scalar(text("select count(*) from users")) == 0
    await store.close()


async def test_a_database_server_that_is_not_there_is_said_so(settings: Settings, tmp_path: Path) -> None:
    nowhere = settings.model_copy(update={"database_url": address(str(tmp_path), "none")})

    with pytest.raises(StorageNotReady, match="could not be reached"):
        await Store.open(nowhere)
    with pytest.raises(StorageNotReady, match="could not be reached"):
        migrate_server(nowhere.database)


def test_a_database_of_a_newer_version_is_left_alone(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True)
    migrate(settings.database)
    with closing(sqlite3.connect(settings.data_dir / "rapport.sqlite", isolation_level=None)) as connection:
        connection.execute("update alembic_version set version_num = '9999'")

    with pytest.raises(StorageNotReady, match="made by a newer version"):
        migrate(settings.database)
