"""Brings a database to the tables this version of the service needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, event, text

FOLDER = Path(__file__).parent
ADVISORY_LOCK = 0x52617070
"""The number two PostgreSQL migrations started at once wait on."""


def migrate(database: str) -> None:
    """Run every migration that is missing, all in one transaction.

    `database` is an SQLAlchemy address. Foreign keys are off on SQLite meanwhile: rebuilding a table would
    otherwise delete the rows that point to it.
    """
    engine = create_engine(database.replace("sqlite+aiosqlite:", "sqlite:"), poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
        if not is_current(connection):
            configuration = _configuration()
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")


def is_current(connection: Connection) -> bool:
    """Whether the database has every migration this version knows."""
    here = MigrationContext.configure(connection).get_current_heads()
    return set(here) == set(ScriptDirectory.from_config(_configuration()).get_heads())


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    return configuration
