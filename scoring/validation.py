"""Measure the scorer on labelled lines: per task n, the figures that fit it, a baseline, a 95 % interval."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from scoring import agreement
from scoring.moves import read_turn
from scoring.reading import TurnReading
from scoring.transcript import Transcript, TranscriptError, Turn, as_turns

Codes = Sequence[Any]

_EPITOME = {
    "emotional_reactions": "emotional_reaction",
    "interpretations": "interpretation",
    "explorations": "exploration",
}
_NAMES: dict[str, frozenset[str]] = {
    "emotion-naming": frozenset({"none", "acknowledges_unnamed", "names_emotion", "reflection_of_feelings", "other"}),
    "permission": frozenset({"asked_permission", "no_permission", "after_or_refused", "not_applicable"}),
    "permission-misc": frozenset({"with_permission", "without_permission", "mixed", "no_advice"}),
    "permission-miti": frozenset(
        {
            "seek_permission_or_collaboration",
            "persuade_with_permission",
            "persuade_or_confront_without",
            "information_only",
            "other",
        }
    ),
    "mi-behaviour": frozenset({"question", "reflection", "therapist_input", "other"}),
    "mi-quality": frozenset({"high", "low"}),
}


class ValidationFault(ValueError):
    """A labelled file that cannot be read; the message names file, line and fault."""


class Figure(BaseModel):
    """One figure with its interval, and what the simplest guess would reach."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: float | None
    low: float | None
    high: float | None
    baseline: float | None


class TaskReport(BaseModel):
    """One task of one file."""

    model_config = ConfigDict(frozen=True)

    task: str
    n: int
    groups: int
    figures: tuple[Figure, ...]


class Report(BaseModel):
    """All tasks of one file."""

    model_config = ConfigDict(frozen=True)

    file: str
    tasks: tuple[TaskReport, ...]

    def as_text(self) -> str:
        """A small table for a terminal."""
        lines = [self.file]
        for task in self.tasks:
            lines.append(f"  {task.task}: n = {task.n} in {task.groups} talks")
            lines += [f"    {_row(figure)}" for figure in task.figures]
        return "\n".join(lines)


@dataclass(frozen=True)
class Line:
    """One labelled line."""

    id: str
    task: str
    context: tuple[Turn, ...]
    text: str
    label: Any
    group: str


@dataclass(frozen=True)
class _Measure:
    """A figure, how to compute it, and the two codings it compares."""

    name: str
    figure: agreement.Figure
    truth: Codes
    given: Codes
    constant: Any = None  # what the simplest guess always says; by default the most frequent truth


def validate(path: Path) -> Report:
    """Measure every task found in a JSONL file of `{"id", "task", "context", "text", "label"}` lines.

    Raises:
        ValidationFault: the file is missing or empty, a line is broken, or a task is unknown; names file and line.
    """
    by_task: dict[str, list[Line]] = {}
    for line in read_lines(path):
        by_task.setdefault(line.task, []).append(line)
    return Report(file=str(path), tasks=tuple(_report(task, lines) for task, lines in by_task.items()))


def read_lines(path: Path) -> list[Line]:
    """The labelled lines of a file, each checked.

    Raises:
        ValidationFault: as for `validate`.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ValidationFault(f"{path}: {reason}") from error
    lines = [_line(raw, f"{path}:{number}") for number, raw in enumerate(content.splitlines(), start=1) if raw.strip()]
    if not lines:
        raise ValidationFault(f"{path}: no labelled line in it")
    return lines


def _line(raw: str, place: str) -> Line:
    try:
        row = json.loads(raw)
    except json.JSONDecodeError as error:
        raise ValidationFault(f"{place}: not JSON (column {error.colno}: {error.msg})") from error
    if not isinstance(row, dict):
        raise ValidationFault(f"{place}: a JSON object is expected")
    missing = [name for name in ("id", "task", "text", "label") if name not in row]
    if missing:
        raise ValidationFault(f"{place}: {' and '.join(missing)} missing")
    if row["task"] not in _MEASURES:
        raise ValidationFault(f"{place}: unknown task {row['task']!r}; known are {', '.join(sorted(_MEASURES))}")
    if not _label_fits(row["task"], row["label"]):
        raise ValidationFault(f"{place}: the label {row['label']!r} does not fit the task {row['task']}")
    try:
        context = as_turns([{"role": said["role"], "text": said["text"]} for said in row.get("context", [])])
    except (TranscriptError, KeyError, TypeError, AttributeError) as error:
        raise ValidationFault(f"{place}: context cannot be read ({error})") from error
    return Line(str(row["id"]), row["task"], context, str(row["text"]), row["label"], _group(row))


def _label_fits(task: str, label: Any) -> bool:
    """Whether a label has the form its task needs: one of the task's names, a number, or numbers by name."""
    if task in _NAMES:
        return isinstance(label, str) and label in _NAMES[task]
    if task == "plain-language":
        return isinstance(label, int | float)
    if task == "empathy-epitome":
        return isinstance(label, dict) and all(label.get(name) in {0, 1, 2} for name in _EPITOME)
    return isinstance(label, dict) and any(isinstance(value, int | float) for value in label.values())


def _group(row: Mapping[str, Any]) -> str:
    """The talk a turn comes from: what is drawn together in the bootstrap."""
    if "conversation" in row:
        return str(row["conversation"])
    ident = str(row["id"])
    if row["task"] == "empathy-epitome" and ident.count("-") >= 2:
        return ident.split("-")[1]
    return ident.rsplit("-t", 1)[0]


def _report(task: str, lines: Sequence[Line]) -> TaskReport:
    groups = [line.group for line in lines]
    figures = tuple(_figure(measure, groups) for measure in _MEASURES[task](lines))
    return TaskReport(task=task, n=len(lines), groups=len(set(groups)), figures=figures)


def _figure(measure: _Measure, groups: Sequence[str]) -> Figure:
    guess = measure.constant if measure.constant is not None else _most_frequent(measure.truth)
    interval = agreement.bootstrap(measure.figure, measure.truth, measure.given, groups)
    return Figure(
        name=measure.name,
        value=_rounded(measure.figure(measure.truth, measure.given)),
        low=_rounded(interval.low),
        high=_rounded(interval.high),
        baseline=_rounded(measure.figure(measure.truth, [guess] * len(measure.truth))),
    )


def _most_frequent(codes: Codes) -> Any:
    return sorted(Counter(codes).items(), key=lambda pair: (-pair[1], str(pair[0])))[0][0]


def _readings(lines: Sequence[Line]) -> list[TurnReading]:
    return [read_turn(line.text, line.context) for line in lines]


def _empathy_epitome(lines: Sequence[Line]) -> Iterator[_Measure]:
    readings = _readings(lines)
    for label, name in _EPITOME.items():
        truth, given = [line.label[label] for line in lines], [getattr(reading, name) for reading in readings]
        yield _Measure(f"{name} macro-F1", agreement.macro_f1, truth, given)
        yield _Measure(f"{name} weighted kappa", agreement.weighted_kappa, truth, given)


_NAMING_LEVELS = {"none": 0, "acknowledges_unnamed": 1, "names_emotion": 2}


def _emotion_naming(lines: Sequence[Line]) -> Iterator[_Measure]:
    """Two label sets share this task's name: the codebook's levels, and ESConv's strategy."""
    readings = _readings(lines)
    if {line.label for line in lines} <= {"reflection_of_feelings", "other"}:
        truth = [line.label == "reflection_of_feelings" for line in lines]
        yield _Measure("names_emotion AUC", agreement.auc, truth, [reading.names_emotion for reading in readings])
        return
    levels = [_NAMING_LEVELS[line.label] for line in lines]
    given = [reading.emotion_naming_level for reading in readings]
    yield _Measure("level weighted kappa", agreement.weighted_kappa, levels, given)
    yield _Measure("names F1", agreement.f1_of(2), levels, given)
    yield _Measure("level macro-F1", agreement.macro_f1, levels, given)
    yield _Measure("level exact", agreement.exact, levels, given)


_PERMISSION_LABELS = {
    "asked": "asked_permission",
    "not_asked": "no_permission",
    "after_or_refused": "after_or_refused",
    "not_needed": "not_applicable",
}


def _permission(lines: Sequence[Line]) -> Iterator[_Measure]:
    truth = [line.label for line in lines]
    given = [_PERMISSION_LABELS[reading.permission] for reading in _readings(lines)]
    yield _Measure("macro-F1", agreement.macro_f1, truth, given)
    yield _Measure("asked F1", agreement.f1_of("asked_permission"), truth, given)
    yield _Measure("exact", agreement.exact, truth, given)


def _permission_misc(lines: Sequence[Line]) -> Iterator[_Measure]:
    truth = [line.label for line in lines]
    given = [_misc_code(reading) for reading in _readings(lines)]
    yield _Measure("kappa", agreement.kappa, truth, given)
    yield _Measure("macro-F1", agreement.macro_f1, truth, given)


def _misc_code(reading: TurnReading) -> str:
    """MISC 2.5's Advise and Raise Concern; leave that came afterwards counts, a mere "what do you think?" is none."""
    concern = any(move.act == "advice" for move in reading.all("tells_fact"))
    if not (concern or reading.has("advises")):
        return "no_advice"
    return "with_permission" if reading.permission in {"asked", "after_or_refused"} else "without_permission"


def _permission_miti(lines: Sequence[Line]) -> Iterator[_Measure]:
    truth = [line.label for line in lines]
    given = [_miti_code(reading) for reading in _readings(lines)]
    yield _Measure("seek F1", agreement.f1_of("seek_permission_or_collaboration"), truth, given)
    yield _Measure("macro-F1", agreement.macro_f1, truth, given)


def _miti_code(reading: TurnReading) -> str:
    """MITI 4.2.1's codes, the first that fits; a choice of nothing ("it is up to you") is Emphasising Autonomy."""
    shared = any(move.act is not None for move in reading.all("offers_choice"))
    if shared or reading.has("asks_permission", "asks_after"):
        return "seek_permission_or_collaboration"
    if reading.has("advises"):
        asked = reading.permission == "asked"
        return "persuade_with_permission" if asked else "persuade_or_confront_without"
    if reading.has("blames"):
        return "persuade_or_confront_without"
    return "information_only" if reading.has("tells_fact", "tells_plan", "tells_news") else "other"


def _plain_language(lines: Sequence[Line]) -> Iterator[_Measure]:
    truth = [float(line.label) for line in lines]
    given = [reading.difficulty for reading in _readings(lines)]
    middle = sum(truth) / len(truth)
    yield _Measure("Pearson", agreement.pearson, truth, given, middle)
    yield _Measure("Spearman", agreement.spearman, truth, given, middle)
    yield _Measure("mean absolute error", agreement.mean_absolute_error, truth, given, middle)


def _mi_behaviour(lines: Sequence[Line]) -> Iterator[_Measure]:
    truth = [line.label for line in lines]
    given = [_behaviour(reading) for reading in _readings(lines)]
    yield _Measure("macro-F1", agreement.macro_f1, truth, given)
    yield _Measure("exact", agreement.exact, truth, given)


def _behaviour(reading: TurnReading) -> str:
    """AnnoMI's main behaviour of a turn."""
    if reading.has("tells_news", "tells_fact", "advises", "tells_plan", "offers_choice", "asks_permission"):
        return "therapist_input"
    if reading.has("open_question", "closed_question"):
        return "question"
    return "reflection" if reading.has("reflects", "reflects_complex", "names_emotion") else "other"


def _quality(lines: Sequence[Line]) -> Iterator[_Measure]:
    truth = [line.label == "high" for line in lines]
    yield _Measure("overall AUC", agreement.auc, truth, [_overall(line) for line in lines])


def _rated(lines: Sequence[Line], scale: str | None = None) -> Iterator[_Measure]:
    """Talks rated on named scales: rank correlation of each with `overall`, or with one of our scales."""
    given = [_overall(line) if scale is None else _scale(line, scale) for line in lines]
    for name in sorted({name for line in lines for name in line.label}):
        kept = [(line.label[name], score) for line, score in zip(lines, given, strict=True) if name in line.label]
        if len(kept) == len(lines):
            middle = sum(value for value, _ in kept) / len(kept)
            yield _Measure(f"{name} Spearman", agreement.spearman, [v for v, _ in kept], given, middle)


def _graded(line: Line) -> Any:
    """The scorecard of a whole talk; grading is loaded only when a talk is to be graded."""
    from scoring.grading import grade

    return grade(Transcript(turns=line.context))


def _overall(line: Line) -> float:
    """The overall score; 0 when too few scales were observed, so that every talk has a place in the order."""
    return _graded(line).overall or 0.0


def _scale(line: Line, scale: str) -> float:
    return _graded(line).scales[scale].score or 0.0


def _osce(lines: Sequence[Line]) -> Iterator[_Measure]:
    """Items differ by case, so only the mean of those with a number is compared."""
    truth = [_item_mean(line.label) for line in lines]
    yield _Measure("mean item Spearman", agreement.spearman, truth, [_overall(line) for line in lines])


def _item_mean(label: Mapping[str, Any]) -> float:
    values = [float(value) for value in label.values() if isinstance(value, int | float)]
    return sum(values) / len(values)


_MEASURES: dict[str, Callable[[Sequence[Line]], Iterator[_Measure]]] = {
    "empathy-epitome": _empathy_epitome,
    "emotion-naming": _emotion_naming,
    "permission": _permission,
    "permission-misc": _permission_misc,
    "permission-miti": _permission_miti,
    "plain-language": _plain_language,
    "mi-behaviour": _mi_behaviour,
    "mi-quality": _quality,
    "mi-global": partial(_rated, scale="empathy"),
    "empathy-conversation-lendanear": partial(_rated, scale="empathy"),
    "empathy-conversation-ed": partial(_rated, scale="empathy"),
    "osce-mirs": _osce,
}


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _row(figure: Figure) -> str:
    return (
        f"{figure.name:34} {_shown(figure.value)}  [{_shown(figure.low)}, {_shown(figure.high)}]"
        f"  simplest guess {_shown(figure.baseline)}"
    )


def _shown(value: float | None) -> str:
    return "  -  " if value is None else f"{value:5.2f}"
