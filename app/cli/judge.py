"""`judge`: the second opinions of a service that has a judge."""

from collections.abc import Sequence
from typing import Annotated

import typer

from app.cli.terminal import AsJson, plainly, print_json, settings_with, with_store
from app.judging import ask_all_again
from app.storage import Store, judgements
from app.storage.judgements import Tallied

judge = typer.Typer(help="Second opinions.", no_args_is_help=True)

STATES = {
    "waiting": "waiting",
    "running": "being judged",
    "done": "judged",
    "failed": "given up",
    "over_budget": "over the budget of their class",
}


@judge.command("status")
def show_status(as_json: AsJson = False) -> None:
    """Say how the second opinions stand, with the cause where the last try failed."""
    with plainly():
        tallied = with_store(settings_with(), _tally)
    if as_json:
        print_json([one._asdict() for one in tallied])
        return
    if not tallied:
        typer.echo("No talk has a second opinion, or waits for one.")
    for one in tallied:
        cause = "" if one.fault is None else f" ({one.fault})"
        typer.echo(f"{one.encounters:>6,}  {STATES[one.state]}{cause}")


@judge.command("again")
def ask_again(
    over_budget: Annotated[
        bool,
        typer.Option(
            "--over-budget",
            help="Also about those whose class had no tokens left; for when the month or the budget is another.",
        ),
    ] = False,
) -> None:
    """Ask again about every talk whose second opinion was given up, or waits for a later try.

    For after an outage, or when a setting was mended.
    """
    with plainly():
        settings = settings_with()
        asked = with_store(settings, lambda store: ask_all_again(store, settings, over_budget=over_budget))
    talks = "1 talk" if asked == 1 else f"{asked:,} talks"
    typer.echo(f"Asked again about {talks}.{' The server begins with them within seconds.' if asked else ''}")


async def _tally(store: Store) -> Sequence[Tallied]:
    async with store.read() as session:
        return await judgements.tally(session)
