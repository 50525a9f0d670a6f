"""Brings a database to the tables this version of the service needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, event, text

from app.errors import StorageNotReady

FOLDER = Path(__file__).parent
ADVISORY_LOCK = 0x52617070
"""The number two PostgreSQL migrations started at once wait on."""


def migrate(database: str) -> None:
    """Run every migration that is missing, all in one transaction.

    `database` is an SQLAlchemy address. Foreign keys are off on SQLite meanwhile: rebuilding a table would
    otherwise delete the rows that point to it.

    Raises:
        StorageNotReady: the database is a newer version's.
    """
    engine = create_engine(database.replace("sqlite+aiosqlite:", "sqlite:"), poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
        _refuse_newer(connection)
        if not is_current(connection):
            configuration = _configuration()
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")


def is_current(connection: Connection) -> bool:
    """Whether the database has every migration this version knows."""
    here = MigrationContext.configure(connection).get_current_heads()
    return set(here) == set(ScriptDirectory.from_config(_configuration()).get_heads())


def is_known(revision: str) -> bool:
    """Whether this version has a migration of this name; a database that names another is a newer version's."""
    scripts = ScriptDirectory.from_config(_configuration())
    return any(script.revision == revision for script in scripts.walk_revisions())


def _refuse_newer(connection: Connection) -> None:
    heads = MigrationContext.configure(connection).get_current_heads()
    if not all(is_known(revision) for revision in heads):
        raise StorageNotReady("The database was made by a newer version of Rapport.", "Start that version instead.")


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    return configuration
