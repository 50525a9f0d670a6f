"""`users`: the people who sign in."""

from typing import Annotated

import typer

from app import accounts
from app.accounts import Person
from app.cli.terminal import plainly, settings_with, with_store
from app.settings import Settings
from app.storage import Store
from app.storage.tables import Role

users = typer.Typer(help="The people who sign in.", no_args_is_help=True)


@users.command("add")
def add_user(
    email: str,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    name: Annotated[str, typer.Option(help="How they are called.")] = "",
    token: Annotated[bool, typer.Option("--token", help="Print a bearer token instead of a sign-in link.")] = False,
) -> None:
    """Create an account; print a one-time sign-in link, or a bearer token alone on the last line."""
    with plainly():
        settings = settings_with()
        person, way_in = with_store(settings, lambda store: _add_user(store, settings, email, role, name, token))
        typer.echo(f"{person.name} ({person.email}) is a new {person.role}.")
        typer.echo("Bearer token, shown this once:" if token else _about_link(settings))
        typer.echo(way_in)


@users.command("link")
def link_user(email: str) -> None:
    """Print a new one-time sign-in link for somebody who has an account."""
    with plainly():
        settings = settings_with()
        way_in = with_store(settings, lambda store: _link_user(store, settings, email))
        typer.echo(_about_link(settings))
        typer.echo(way_in)


@users.command("disable")
def disable_user(email: str) -> None:
    """Close an account: signed out everywhere, no link or token works; what they wrote stays."""
    with plainly():
        person = with_store(settings_with(), lambda store: _disable_user(store, email))
        typer.echo(f"{person.email} can no longer sign in.")


async def _add_user(
    store: Store, settings: Settings, email: str, role: Role, name: str, token: bool
) -> tuple[Person, str]:
    key = accounts.secret_key(settings)
    async with store.write() as session:
        person = await accounts.add_user(session, email, role, name)
        if token:
            return person, await accounts.new_token(session, key, person.id)
        secret = await accounts.new_link(session, key, person.id, settings.sign_in_link_hours)
    return person, accounts.link_address(settings, secret)


async def _link_user(store: Store, settings: Settings, email: str) -> str:
    key = accounts.secret_key(settings)
    async with store.write() as session:
        person = await accounts.find_user(session, email)
        secret = await accounts.new_link(session, key, person.id, settings.sign_in_link_hours)
    return accounts.link_address(settings, secret)


async def _disable_user(store: Store, email: str) -> Person:
    async with store.write() as session:
        person = await accounts.find_user(session, email)
        await accounts.disable_user(session, person.id)
    return person


def _about_link(settings: Settings) -> str:
    return f"This link signs in once, within {settings.sign_in_link_hours} hours:"
