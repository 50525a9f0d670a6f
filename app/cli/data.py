"""`data`: what the service keeps."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from app.cli.terminal import plainly, settings_with, with_store
from app.settings import Settings
from app.storage import Store, backup, migrate_server

data = typer.Typer(help="What the service keeps.", no_args_is_help=True)


@data.command("migrate")
def migrate_data() -> None:
    """Bring the database to this version's tables. SQLite needs no telling; PostgreSQL does."""
    with plainly():
        settings = settings_with()
        if settings.database.startswith("sqlite"):
            with_store(settings, _nothing)
        else:
            migrate_server(settings.database)
        typer.echo("The database is up to date.")


@data.command("backup")
def back_up_data(
    file: Annotated[
        Path | None, typer.Argument(help="A new file; without, one in the data folder's `backups`.")
    ] = None,
) -> None:
    """Copy the SQLite database to a file, also while it is served: all that was stored until now, checked."""
    with plainly():
        settings = settings_with()
        copy = backup.take(settings, file)
        typer.echo(f"{copy.path}: {copy.size_bytes:,} bytes, {copy.encounters} encounters.")
        typer.echo(f"The secret key is not in it. Keep {_about_key(settings)} too, in another place.")


@data.command("restore")
def restore_data(file: Annotated[Path, typer.Argument(help="A file that `data backup` made.")]) -> None:
    """Put a copy in the place of the SQLite database; the one that is there stays beside it. Stop the server first."""
    with plainly():
        settings = settings_with()
        restored = asyncio.run(backup.put_back(settings, file))
        typer.echo(f"{restored.path} is {file} now, with {restored.encounters} encounters.")
        if restored.aside is not None:
            typer.echo(f"What was there before is kept as {restored.aside}.")
        typer.echo(f"Its sign-in links, sessions and tokens work only with its secret key: {_about_key(settings)}.")
        typer.echo("Without that, people sign in by password, or by a new link: python -m app users link EMAIL")


def _about_key(settings: Settings) -> str:
    return "RAPPORT_SECRET_KEY" if settings.secret_key is not None else str(settings.data_dir / "secret")


async def _nothing(_: Store) -> None:
    """Opening the database was all that was wanted."""
