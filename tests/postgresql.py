"""A throw-away PostgreSQL where its binaries are found, and a database address of each kind to test on."""

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from app.settings import Settings
from app.storage.migrations import migrate

PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/pgsql/bin")
SERVANTS = ("postgres", "nobody")
"""Who runs the cluster when root runs the tests: PostgreSQL refuses to be run by root."""


def find_binaries() -> Path | None:
    """The folder with `initdb` and `pg_ctl`."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for place in PLACES:
        folders += sorted(Path("/").glob(place.lstrip("/")), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def find_servant() -> str | None:
    """An account that may run PostgreSQL: one's own, or an unprivileged one when that is root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    known = Path("/etc/passwd").read_text(encoding="utf-8")
    return next((name for name in SERVANTS if f"\n{name}:" in known), None)


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of the tests' own: its folder holds its data, its log and its socket."""

    folder: Path
    binaries: Path
    servant: str

    def start(self) -> None:
        """Start it, and return when it can be reached."""
        self.run("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} -h '' -F")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; `immediate` is as a power cut, `fast` breaks connections and ends in order."""
        self.run("pg_ctl", "stop", "-w", "-m", mode)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs on this cluster's data."""
        subprocess.run(
            [self.binaries / program, "-D", self.folder / "data", *arguments],
            check=True,
            cwd=self.folder,
            user=self.servant if os.geteuid() == 0 else None,
            stdout=subprocess.DEVNULL,
        )


@contextmanager
def open_cluster() -> Iterator[Cluster]:
    """A running cluster with one database, `rapport_template`, that has all tables; gone after the block."""
    binaries, servant = find_binaries(), find_servant()
    if binaries is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl were not found")
    if servant is None:
        pytest.skip(f"PostgreSQL refuses root, and none of {', '.join(SERVANTS)} is an account here")
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="rapport-pg-")), binaries, servant)
    if os.geteuid() == 0:
        shutil.chown(cluster.folder, servant)
    try:
        cluster.run("initdb", "--username=rapport", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        cluster.start()
        try:
            with psycopg.connect(f"host={cluster.folder} user=rapport dbname=postgres", autocommit=True) as connection:
                connection.execute("create database rapport_template")
            migrate(address(str(cluster.folder), "rapport_template"))
            yield cluster
        finally:
            if (cluster.folder / "data" / "postmaster.pid").exists():
                cluster.stop()
    finally:
        shutil.rmtree(cluster.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The folder of the socket of a cluster all tests share. A test that stops one opens its own."""
    with open_cluster() as opened:
        yield str(opened.folder)


def address(cluster: str, database: str) -> str:
    """The SQLAlchemy address of a database in the cluster."""
    return f"postgresql+psycopg://rapport@/{database}?host={cluster}"


def new_database(cluster: str, template: str = "rapport_template") -> str:
    """The address of a database of the test's own, copied from the template."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(f"host={cluster} user=rapport dbname=postgres", autocommit=True) as connection:
        connection.execute(f'create database "{name}" template "{template}"')
    return address(cluster, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings for an up-to-date database of each kind."""
    if request.param == "sqlite":
        return settings
    cluster: str = request.getfixturevalue("cluster")
    return settings.model_copy(update={"database_url": new_database(cluster)})
