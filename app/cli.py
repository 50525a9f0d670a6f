"""The `rapport` command: it reads what was typed, calls the service or the scorer, and prints."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TextIO, TypeVar

import typer
from pydantic import BaseModel

from app import accounts
from app.accounts import Person
from app.errors import BadRequest, RapportError
from app.settings import Settings, SettingsError, read_settings
from app.storage import Store, backup, migrate_server, people
from app.storage.faults import in_our_words
from app.storage.tables import Role
from personas import Fault, PersonaError, find_scenario, load
from personas.loader import FOLDER as PERSONA_FOLDER
from scoring import Scorecard, Transcript, TranscriptError, grade, read_transcript
from scoring.transcript_files.swapped import looks_swapped
from scoring.validation import Report, ValidationFault, validate

Given = TypeVar("Given")

cli = typer.Typer(
    help="Practise difficult conversations with simulated patients.", no_args_is_help=True, add_completion=False
)
users = typer.Typer(help="The people who sign in.", no_args_is_help=True)
personas = typer.Typer(help="The simulated patients.", no_args_is_help=True)
data = typer.Typer(help="What the service keeps.", no_args_is_help=True)
cli.add_typer(users, name="users")
cli.add_typer(personas, name="personas")
cli.add_typer(data, name="data")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def plainly() -> Iterator[None]:
    """End with one sentence and status 2 where something foreseen went wrong."""
    try:
        with in_our_words():
            yield
    except RapportError as error:
        _give_up(f"{error.message} {error.what_now}")
    except (SettingsError, TranscriptError, PersonaError, ValidationFault) as error:
        _give_up(str(error))


def _give_up(why: str) -> None:
    typer.echo(why, err=True)
    raise typer.Exit(2)


@cli.command()
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
        settings = _settings(host=host, port=port, workers=workers)
        serve_with = run_server if settings.workers == 1 else run_workers
        serve_with(settings, announce=typer.echo)


@cli.command("demo")
def seed_demo(
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing when there are people already.")] = False,
) -> None:
    """Fill an empty data folder with a class and its people, and print a sign-in link for each."""
    from app import demo
    from app.demo.announcing import announce

    with plainly():
        settings = _settings()
        is_inhabited = _with_store(settings, _is_inhabited)
        if is_inhabited and if_empty:
            typer.echo("There are people in this data folder already; nothing was added.")
            typer.echo(f"For a new sign-in link: {sys.executable} -m app users link dana@example.org")
            return
        if not is_inhabited:
            typer.echo("Making a demo class and holding its talks; this takes about ten seconds.")
        seeded = _with_store(settings, lambda store: demo.seed(store, settings))
    for line in announce(seeded.invited, seeded.fault):
        typer.echo(line)
    if seeded.fault is not None:
        raise typer.Exit(1)


@cli.command()
def score(
    files: Annotated[list[Path], typer.Argument(help="Transcripts: JSON, WebVTT (.vtt) or CSV.")],
    as_json: AsJson = False,
    student: Annotated[
        list[str] | None,
        typer.Option(help="How captions or a table call the student, where no word (Doctor, Nurse) says it."),
    ] = None,
) -> None:
    """Grade transcripts on the four scales. Needs no network and no database."""
    with plainly():
        transcripts = [read_transcript(file, student or ()) for file in files]
        cards = [_grade(transcript) for transcript in transcripts]
    for file, transcript in zip(files, transcripts, strict=True):
        if transcript.scenario is None and looks_swapped(transcript.turns):
            typer.echo(_SWAPPED.format(file=file), err=as_json)
    if as_json:
        _print_models(cards)
        return
    for file, card in zip(files, cards, strict=True):
        typer.echo(_in_words(file, card))


@cli.command("validate")
def validate_scorer(
    files: Annotated[list[Path], typer.Argument(help="Labelled lines, as JSONL; each file is measured by itself.")],
    as_json: AsJson = False,
) -> None:
    """Measure the deterministic scorer on labelled data: figures with 95 % intervals, beside two simple baselines."""
    with plainly():
        reports = [_measure(file, sys.stderr) for file in files]
    if as_json:
        _print_models(reports)
        return
    for report in reports:
        typer.echo(report.as_text())


@users.command("add")
def add_user(
    email: str,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    name: Annotated[str, typer.Option(help="How they are called.")] = "",
    token: Annotated[bool, typer.Option("--token", help="Print a bearer token instead of a sign-in link.")] = False,
) -> None:
    """Create an account; print a one-time sign-in link, or a bearer token alone on the last line."""
    with plainly():
        settings = _settings()
        person, way_in = _with_store(settings, lambda store: _add_user(store, settings, email, role, name, token))
        typer.echo(f"{person.name} ({person.email}) is a new {person.role}.")
        typer.echo("Bearer token, shown this once:" if token else _about_link(settings))
        typer.echo(way_in)


@users.command("link")
def link_user(email: str) -> None:
    """Print a new one-time sign-in link for somebody who has an account."""
    with plainly():
        settings = _settings()
        way_in = _with_store(settings, lambda store: _link_user(store, settings, email))
        typer.echo(_about_link(settings))
        typer.echo(way_in)


@users.command("disable")
def disable_user(email: str) -> None:
    """Close an account: signed out everywhere, no link or token works; what they wrote stays."""
    with plainly():
        person = _with_store(_settings(), lambda store: _disable_user(store, email))
        typer.echo(f"{person.email} can no longer sign in.")


@personas.command("check")
def check_personas(
    persona_id: Annotated[str | None, typer.Argument(help="One persona's id, or a file; all of them without.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read persona files and say what is wrong in them: file, line and field. Status 1 when something is."""
    with plainly():
        found = {path: _faults_of(path) for path in _persona_files(persona_id)}
    if as_json:
        entries = [{"id": path.stem, "errors": [vars(fault) for fault in faults]} for path, faults in found.items()]
        _print_json({"personas": entries})
    else:
        for path, faults in found.items():
            typer.echo(f"{path.name}: {'good' if not faults else f'{len(faults)} wrong'}")
            for fault in faults:
                typer.echo(f"  line {fault.line}, {fault.field}: {fault.message}")
    if any(found.values()):
        raise typer.Exit(1)


@data.command("migrate")
def migrate_data() -> None:
    """Bring the database to this version's tables. SQLite needs no telling; PostgreSQL does."""
    with plainly():
        settings = _settings()
        if settings.database.startswith("sqlite"):
            _with_store(settings, _nothing)
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
        settings = _settings()
        copy = backup.take(settings, file)
        typer.echo(f"{copy.path}: {copy.size_bytes:,} bytes, {copy.encounters} encounters.")
        typer.echo(f"The secret key is not in it. Keep {_about_key(settings)} too, in another place.")


@data.command("restore")
def restore_data(file: Annotated[Path, typer.Argument(help="A file that `data backup` made.")]) -> None:
    """Put a copy in the place of the SQLite database; the one that is there stays beside it. Stop the server first."""
    with plainly():
        settings = _settings()
        restored = asyncio.run(backup.put_back(settings, file))
        typer.echo(f"{restored.path} is {file} now, with {restored.encounters} encounters.")
        if restored.aside is not None:
            typer.echo(f"What was there before is kept as {restored.aside}.")
        typer.echo(f"Its sign-in links, sessions and tokens work only with its secret key: {_about_key(settings)}.")
        typer.echo("Without that, people sign in by password, or by a new link: python -m app users link EMAIL")


def _about_key(settings: Settings) -> str:
    return "RAPPORT_SECRET_KEY" if settings.secret_key is not None else str(settings.data_dir / "secret")


def _settings(**given: object) -> Settings:
    return read_settings(**{name: value for name, value in given.items() if value is not None})


def _with_store(settings: Settings, use: Callable[[Store], Coroutine[Any, Any, Given]]) -> Given:
    """Open the database, use it, close it."""

    async def run() -> Given:
        store = await Store.open(settings)
        try:
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def _nothing(_: Store) -> None:
    """Opening the database was all that was wanted."""


async def _is_inhabited(store: Store) -> bool:
    async with store.read() as session:
        return await people.how_many_users(session) > 0


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


_SWAPPED = (
    "{file}: the speakers look swapped, as the student here speaks like a patient; if so, say who the student is with "
    "--student NAME (in JSON, change `speaker`)."
)


def _grade(transcript: Transcript) -> Scorecard:
    """Grade one talk; a scenario it names and that comes with Rapport lets its facts be checked too."""
    try:
        persona, scenario = find_scenario(transcript.scenario or "")
    except KeyError:
        return grade(transcript)
    return grade(transcript, scenario=scenario, persona=persona)


def _measure(file: Path, terminal: TextIO) -> Report:
    """Measure one file; somebody who watches sees how far it is."""
    if not terminal.isatty():
        return validate(file)

    def tell(done: int, of: int) -> None:
        if done % 20 == 0:
            terminal.write(f"\r{file.name}: {done:,} of {of:,} lines")
            terminal.flush()

    report = validate(file, tell)
    terminal.write("\r\x1b[K")
    terminal.flush()
    return report


def _in_words(file: Path, card: Scorecard) -> str:
    """A scorecard for a terminal."""
    overall = "not enough was observed" if card.overall is None else f"{card.overall:.0f} of 100"
    lines = [f"{file}: {overall}"]
    for name, scale in card.scales.items():
        level = "not observed" if scale.level is None else f"{scale.level} of 4"
        lines.append(f"  {name.replace('_', ' '):<16} {level:<13} {scale.counted}")
        lines += [
            f'    {"+" if proof.effect == "raises" else "-"} turn {proof.turn}: "{proof.quote}" {proof.why}'
            for proof in scale.evidence
        ]
    lines += [f'  look here, turn {flag.turn}: "{flag.quote}" {flag.why}' for flag in card.flags]
    return "\n".join(lines)


def _persona_files(persona_id: str | None) -> list[Path]:
    if persona_id is None:
        return sorted(PERSONA_FOLDER.glob("*.yaml"))
    path = Path(persona_id) if persona_id.endswith(".yaml") else PERSONA_FOLDER / f"{persona_id}.yaml"
    if not path.is_file():
        raise BadRequest(f"There is no persona file {path.name}.", "Its id is the name of its file without .yaml.")
    return [path]


def _faults_of(path: Path) -> tuple[Fault, ...]:
    try:
        load(path)
    except PersonaError as error:
        return error.faults
    return ()


def _print_models(models: Sequence[BaseModel]) -> None:
    """One as an object, several as an array."""
    plain = [model.model_dump(mode="json") for model in models]
    _print_json(plain[0] if len(plain) == 1 else plain)


def _print_json(content: object) -> None:
    """The same content is the same bytes: keys sorted, no escapes that depend on the terminal."""
    sys.stdout.buffer.write(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n")
    sys.stdout.flush()
