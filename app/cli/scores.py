"""`score` and `validate`: the scorer without the service."""

import sys
from pathlib import Path
from typing import Annotated, TextIO

import typer

from app.cli.terminal import AsJson, plainly, print_models
from personas import find_scenario
from scoring import Scorecard, Transcript, grade, read_transcript
from scoring.transcript_files.swapped import looks_swapped
from scoring.validation import Report, validate


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
        print_models(cards)
        return
    for file, card in zip(files, cards, strict=True):
        typer.echo(_in_words(file, card))


def validate_scorer(
    files: Annotated[list[Path], typer.Argument(help="Labelled lines, as JSONL; each file is measured by itself.")],
    as_json: AsJson = False,
) -> None:
    """Measure the deterministic scorer on labelled data: figures with 95 % intervals, beside two simple baselines."""
    with plainly():
        reports = [_measure(file, sys.stderr) for file in files]
    if as_json:
        print_models(reports)
        return
    for report in reports:
        typer.echo(report.as_text())


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
