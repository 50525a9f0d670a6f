import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from app.errors import StorageNotReady
from app.settings import Settings
from app.storage import Store, migrate_server
from app.storage.migrations import FOLDER, migrate
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


def test_cards_that_were_there_get_what_lists_show_of_them(either: Settings) -> None:
    either.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(either.database)
    engine = create_engine(either.database.replace("+aiosqlite", ""))
    with engine.begin() as connection:
        configuration = Config()
        configuration.set_main_option("script_location", str(FOLDER))
        configuration.set_main_option("path_separator", "os")
        configuration.attributes["connection"] = connection
        command.downgrade(configuration, "0001")
        for statement in BEFORE:
            connection.execute(text(statement), {"card": json.dumps(CARD), "at": datetime(2026, 3, 1, tzinfo=UTC)})

    migrate(either.database)
    with engine.connect() as connection:
        kept = connection.execute(text("select flags, summary from scorecards")).one()
        cohort = connection.execute(text("select time_zone from cohorts")).scalar_one()
    engine.dispose()

    summary = kept.summary if isinstance(kept.summary, dict) else json.loads(kept.summary)
    assert kept.flags == 1
    assert summary == {"levels": {"empathy": 3, "permission": None}, "occasions": 2, "flags": ["lapse"]}
    assert cohort == "UTC"


CARD = {
    "scales": {"empathy": {"level": 3, "occasions": [1, 2]}, "permission": {"level": None, "occasions": []}},
    "flags": [{"kind": "lapse"}],
}
BEFORE = (
    "insert into users (id, email, name, role, created_at) values ('u', 'a@b.c', 'A', 'student', :at)",
    "insert into cohorts (id, name, join_code, created_at) values ('c', 'C', 'CODE', :at)",
    "insert into persona_versions (content_hash, persona_id, yaml_text, imported_at) values ('h', 'p', '', :at)",
    "insert into encounters "
    "(id, student_id, persona_hash, scenario_id, difficulty, mode, voice, hints_used, started_at) "
    "values ('e', 'u', 'h', 's', 'standard', 'practice', 'authored', 0, :at)",
    "insert into scorecards (id, encounter_id, source, card, rubric_version, scorer_version, created_at) "
    "values ('k', 'e', 'deterministic', :card, '1', '1', :at)",
)
"""An encounter with its card as version 0001 kept them."""
