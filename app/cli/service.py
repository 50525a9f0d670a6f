"""`serve` and `demo`."""

import sys
from typing import Annotated

import typer

from app.cli.terminal import plainly, settings_with, with_store
from app.storage import Store, people


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes; more than one needs PostgreSQL.")] = None,
) -> None:
    """Serve what is in the data folder. Adds nothing to it."""
    from app.main import log_to_stderr, run_server
    from app.workers import run_workers

    log_to_stderr()
    with plainly():
        settings = settings_with(host=host, port=port, workers=workers)
        serve_with = run_server if settings.workers == 1 else run_workers
        serve_with(settings, announce=typer.echo)


def seed_demo(
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing when there are people already.")] = False,
) -> None:
    """Fill an empty data folder with a class and its people, and print a sign-in link for each."""
    from app import demo
    from app.demo.announcing import announce

    with plainly():
        settings = settings_with()
        is_inhabited = with_store(settings, _is_inhabited)
        if is_inhabited and if_empty:
            typer.echo("There are people in this data folder already; nothing was added.")
            typer.echo(f"For a new sign-in link: {sys.executable} -m app users link dana@example.org")
            return
        if not is_inhabited:
            typer.echo("Making a demo class and holding its talks; this takes about ten seconds.")
        seeded = with_store(settings, lambda store: demo.seed(store, settings))
    for line in announce(seeded.invited, seeded.fault):
        typer.echo(line)
    if seeded.fault is not None:
        raise typer.Exit(1)


async def _is_inhabited(store: Store) -> bool:
    async with store.read() as session:
        return await people.how_many_users(session) > 0
