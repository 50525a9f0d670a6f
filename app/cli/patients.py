"""`personas`: the simulated patients."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from app.cli.terminal import AsJson, plainly, print_json, settings_with
from app.errors import BadRequest
from app.settings import Settings
from personas import Fault, Persona, PersonaError, load
from personas.loader import FOLDER

personas = typer.Typer(help="The simulated patients.", no_args_is_help=True)

FilesOnly = Annotated[bool, typer.Option("--files-only", help="Only read the files; hold no talks.")]


@personas.command("check")
def check_personas(
    persona_id: Annotated[str | None, typer.Argument(help="One persona's id, or a file; all of them without.")] = None,
    as_json: AsJson = False,
    files_only: FilesOnly = False,
) -> None:
    """Read persona files, then hold each patient in the lab with every learner. Status 1 when one does not pass.

    What is wrong in a file is named by line and field. Who speaks is what the service is set up for: the patient's
    own lines, or a language model.
    """
    with plainly():
        read = {path: _read(path) for path in _persona_files(persona_id)}
        good = {path: found for path, found in read.items() if isinstance(found, Persona)}
        faults = {path: () if isinstance(found, Persona) else found for path, found in read.items()}
        if files_only:
            passes = _print_faults(faults, as_json=as_json)
        else:
            passes = _hold(settings_with(), good, faults, as_json=as_json)
    if not passes:
        raise typer.Exit(1)


def _hold(
    settings: Settings,
    good: Mapping[Path, Persona],
    faults: Mapping[Path, tuple[Fault, ...]],
    *,
    as_json: bool,
) -> bool:
    """Hold every patient whose file is good, print what came of it; whether all pass."""
    from app import lab  # loads the sentence vectors
    from app.lab import reporting
    from app.patient.voices import connect_voice

    voice = connect_voice(settings)
    if voice.model is not None and good:
        typer.echo(reporting.before_calls([*good.values()], voice.model), err=True)

    async def hold_all() -> dict[Path, lab.PersonaCheck]:
        try:
            return {path: await lab.check_persona(one, voice, told=_counter(one.id)) for path, one in good.items()}
        finally:
            await voice.close()

    checks = asyncio.run(hold_all())
    if as_json:
        entries = [reporting.as_json(path.stem, found, checks.get(path)) for path, found in faults.items()]
        print_json({"personas": entries})
    else:
        for path, found in faults.items():
            _print_file(path, found)
            if path in good:
                typer.echo(reporting.as_text(good[path], checks[path]))
    return not any(faults.values()) and all(check.passes for check in checks.values())


def _counter(persona_id: str) -> Callable[[int, int], None] | None:
    """Tells somebody who watches how many talks are over; the line is wiped after the last."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, of: int) -> None:
        sys.stderr.write(f"\r{persona_id}: {done} of {of} talks" if done < of else "\r\x1b[K")
        sys.stderr.flush()

    return tell


def _print_faults(faults: Mapping[Path, tuple[Fault, ...]], *, as_json: bool) -> bool:
    if as_json:
        entries = [{"id": path.stem, "errors": [vars(fault) for fault in found]} for path, found in faults.items()]
        print_json({"personas": entries})
    else:
        for path, found in faults.items():
            _print_file(path, found)
    return not any(faults.values())


def _print_file(path: Path, faults: tuple[Fault, ...]) -> None:
    typer.echo(f"{path.name}: {'the file is good' if not faults else f'{len(faults)} wrong'}")
    for fault in faults:
        typer.echo(f"  line {fault.line}, {fault.field}: {fault.message}")


def _persona_files(persona_id: str | None) -> list[Path]:
    if persona_id is None:
        return sorted(FOLDER.glob("*.yaml"))
    path = Path(persona_id) if persona_id.endswith(".yaml") else FOLDER / f"{persona_id}.yaml"
    if not path.is_file():
        raise BadRequest(f"There is no persona file {path.name}.", "Its id is the name of its file without .yaml.")
    return [path]


def _read(path: Path) -> Persona | tuple[Fault, ...]:
    try:
        return load(path)
    except PersonaError as error:
        return error.faults
