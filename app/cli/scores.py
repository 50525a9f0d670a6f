"""`score` and `validate`: the scorers without the service."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TextIO, TypeVar

import typer
from pydantic import BaseModel

from app.cli.terminal import AsJson, give_up, plainly, print_models, printable, settings_with
from app.llm import connect_judge
from app.settings import Settings
from personas import find_scenario
from scoring import Scorecard, Transcript, grade, judge, read_transcript
from scoring.judge import Ask, AskFault, Judgement
from scoring.transcript_files.swapped import looks_swapped
from scoring.validation import Report, read_lines, validate, validate_judge

Given = TypeVar("Given")
Made = TypeVar("Made")

WithJudge = Annotated[
    bool, typer.Option("--judge", help="Ask the model of RAPPORT_JUDGE_MODEL too: sends the transcripts to its server.")
]


class Judged(BaseModel):
    """Both cards of one talk; no second one where the judge gave no answer."""

    scorecard: Scorecard
    judgement: Judgement | None


def score(
    files: Annotated[list[Path], typer.Argument(help="Transcripts: JSON, WebVTT (.vtt) or CSV.")],
    as_json: AsJson = False,
    with_judge: WithJudge = False,
    student: Annotated[
        list[str] | None,
        typer.Option(help="How captions or a table call the student, where no word (Doctor, Nurse) says it."),
    ] = None,
) -> None:
    """Grade transcripts on the four scales. Without --judge it needs no network; it never needs a database."""
    settings = _judges_settings() if with_judge else None
    with plainly():
        transcripts = [read_transcript(file, student or ()) for file in files]
        cards = [_grade(transcript) for transcript in transcripts]
    for file, transcript in zip(files, transcripts, strict=True):
        if transcript.scenario is None and looks_swapped(transcript.turns):
            typer.echo(_SWAPPED.format(file=file), err=as_json)
    if not as_json:
        for file, card in zip(files, cards, strict=True):
            typer.echo(printable(_in_words(str(file), card)))
    judgements = _judge_all(transcripts, settings) if settings is not None else []
    if as_json:
        pairs = zip(cards, judgements, strict=True) if with_judge else ()
        both = [Judged(scorecard=card, judgement=judgement) for card, judgement in pairs]
        print_models(both or cards, of_many=len(files) > 1)
    else:
        for file, judgement in zip(files, judgements, strict=False):
            if judgement is not None:
                typer.echo(printable(_judgement_in_words(file, judgement)))
    if None in judgements:
        raise typer.Exit(2)


def validate_scorer(
    files: Annotated[list[Path], typer.Argument(help="Labelled lines, as JSONL; each file is measured by itself.")],
    as_json: AsJson = False,
    with_judge: WithJudge = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="With --judge: so many lines a task at most, taken at even steps.")
    ] = None,
) -> None:
    """Measure a scorer on labelled data: figures with 95 % intervals.

    The deterministic one stands beside two simple baselines; a judge stands beside the deterministic one.
    """
    if limit is not None and not with_judge:
        give_up("--limit goes with --judge: the scorer itself costs nothing.")
    with plainly():
        if with_judge:
            settings = _judges_settings()
            for file in files:
                read_lines(file)  # a fault in the last one is told before the first question is paid for
            reports = _each(files, lambda file, ask: _measure_judge(file, ask, limit, sys.stderr), settings)
        else:
            reports = [_measure(file, sys.stderr) for file in files]
    if as_json:
        print_models(reports, of_many=len(files) > 1)
    else:
        for report in reports:
            typer.echo(report.as_text())
    if len(reports) < len(files) or any(report.broken_off for report in reports):
        raise typer.Exit(2)


_NO_ANSWER = (
    "The judge gave no answer ({cause}), so it scored {done}. The line above says what to mend; a server that is busy "
    "or away can be asked later."
)
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


def _judges_settings() -> Settings:
    """The settings, in which a judge is set; else the command ends in a sentence."""
    with plainly():
        settings = settings_with()
    if settings.judge_model is None:
        give_up("No judge is set. Set RAPPORT_JUDGE_MODEL, and RAPPORT_JUDGE_BASE_URL where it is not OpenAI's.")
    return settings


def _judge_all(transcripts: Sequence[Transcript], settings: Settings) -> list[Judgement | None]:
    """The judge's card of each talk, one after the other; None from the first on that it gave no answer about."""
    samples, most_prompt_tokens = settings.judge_samples, settings.judge_prompt_tokens

    async def judge_one(transcript: Transcript, ask: Ask) -> Judgement:
        return await judge.grade(transcript, ask, samples=samples, most_prompt_tokens=most_prompt_tokens)

    with plainly():
        judged = _each(transcripts, judge_one, settings)
    return [*judged, *[None] * (len(transcripts) - len(judged))]


def _each(
    things: Sequence[Given], use: Callable[[Given, Ask], Coroutine[Any, Any, Made]], settings: Settings
) -> list[Made]:
    """What the judge of the settings makes of each, until it gives no answer; then the command says so.

    Where it gave none at all the command ends.
    """

    async def run() -> list[Made]:
        ask = connect_judge(settings)
        assert ask is not None
        made: list[Made] = []
        try:
            for thing in things:
                made.append(await use(thing, ask))
        except AskFault as fault:
            done = f"{len(made)} of {len(things)} files" if made else "nothing"
            typer.echo(_NO_ANSWER.format(cause=fault.cause, done=done), err=True)
            if not made:
                raise typer.Exit(2) from None
        finally:
            await ask.close()
        return made

    return asyncio.run(run())


async def _measure_judge(file: Path, ask: Ask, limit: int | None, terminal: TextIO) -> Report:
    with _telling(file, terminal, every=1) as tell:
        return await validate_judge(file, ask, limit=limit, tell=tell)


def _measure(file: Path, terminal: TextIO) -> Report:
    with _telling(file, terminal, every=20) as tell:
        return validate(file, tell)


@contextmanager
def _telling(file: Path, terminal: TextIO, *, every: int) -> Iterator[Callable[[int, int], None] | None]:
    """Somebody who watches sees how far it is."""
    if not terminal.isatty():
        yield None
        return

    def tell(done: int, of: int) -> None:
        if done % every == 0:
            terminal.write(f"\r{file.name}: {done:,} of {of:,} lines")
            terminal.flush()

    yield tell
    terminal.write("\r\x1b[K")
    terminal.flush()


def _judgement_in_words(file: Path, judgement: Judgement) -> str:
    """The judge's card for a terminal, under the scorer's."""
    usage = judgement.usage
    tokens = "uncounted" if usage.prompt_tokens is None else f"{usage.prompt_tokens + (usage.completion_tokens or 0):,}"
    lines = [_in_words(f"{file}, second opinion by {judgement.model}", judgement)]
    if judgement.key_answers is not None:
        lines.append("  what a listener could answer from the student's words alone:")
        lines += [
            f"    {one.verdict.replace('_', ' ')}: {one.question} {one.answer}".rstrip()
            for one in judgement.key_answers
        ]
    if judgement.samples > 1:
        lines.append(f"  judged {judgement.samples} times:")
        lines += [f"    {name.replace('_', ' ')}: {_levels_in_words(of)}" for name, of in judgement.spread.items()]
    lines.append(f"  {usage.calls} questions, {tokens} tokens, {judgement.dropped_quotes} quotes that stood nowhere")
    return "\n".join(lines)


def _levels_in_words(levels: Sequence[int | None]) -> str:
    return ", ".join("none" if one is None else str(one) for one in levels)


def _in_words(name: str, card: Scorecard) -> str:
    """A scorecard for a terminal."""
    overall = "not enough was observed" if card.overall is None else f"{card.overall:.0f} of 100"
    if isinstance(card, Judgement) and card.not_scored:
        overall = "not scored"
    lines = [f"{name}: {overall}"]
    for name, scale in card.scales.items():
        level = "not observed" if scale.level is None else f"{scale.level} of 4"
        if isinstance(card, Judgement) and name in card.not_scored:
            level = "not scored"
        lines.append(f"  {name.replace('_', ' '):<16} {level:<13} {scale.counted}")
        lines += [
            f'    {"+" if proof.effect == "raises" else "-"} turn {proof.turn + 1}: "{proof.quote}" {proof.why}'
            for proof in scale.evidence
        ]
    lines += [f'  look here, turn {flag.turn + 1}: "{flag.quote}" {flag.why}' for flag in card.flags]
    return "\n".join(lines)
