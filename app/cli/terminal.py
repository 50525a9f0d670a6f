"""What every command shares: its settings, the database, a foreseen fault as one sentence, and how JSON is printed."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from pydantic import BaseModel

from app.errors import RapportError
from app.settings import Settings, SettingsError, read_settings
from app.storage import Store
from app.storage.faults import in_our_words
from personas import PersonaError
from scoring import TranscriptError
from scoring.validation import ValidationFault

Given = TypeVar("Given")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def plainly() -> Iterator[None]:
    """End with one sentence and status 2 where something foreseen went wrong."""
    try:
        with in_our_words():
            yield
    except RapportError as error:
        give_up(f"{error.message} {error.what_now}")
    except (SettingsError, TranscriptError, PersonaError, ValidationFault) as error:
        give_up(str(error))


def give_up(why: str) -> NoReturn:
    """Say why on the standard error, and end with status 2."""
    typer.echo(why, err=True)
    raise typer.Exit(2)


def settings_with(**given: object) -> Settings:
    """The environment's settings; what was typed, and is not None, goes before them."""
    return read_settings(**{name: value for name, value in given.items() if value is not None})


def with_store(settings: Settings, use: Callable[[Store], Coroutine[Any, Any, Given]]) -> Given:
    """Open the database, use it, close it."""

    async def run() -> Given:
        store = await Store.open(settings)
        try:
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(run())


def printable(text: str) -> str:
    """The text without what a terminal would obey: a transcript may hold anything."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def print_models(models: Sequence[BaseModel], *, of_many: bool) -> None:
    """One as an object; what is of many things as an array, however many of them there came to be."""
    plain = [model.model_dump(mode="json") for model in models]
    print_json(plain if of_many else plain[0])


def print_json(content: object) -> None:
    """The same content is the same bytes: keys sorted, no escapes that depend on the terminal."""
    sys.stdout.buffer.write(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n")
    sys.stdout.flush()
