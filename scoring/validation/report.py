"""Figures with their intervals and baselines, and the table they make."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from scoring import agreement
from scoring.validation.lines import Line

Codes = Sequence[Any]

_FEW = 10


class Rival(BaseModel):
    """The simple baseline of a figure: a rule of one line, with nothing learned."""

    model_config = ConfigDict(frozen=True)

    rule: str
    value: float | None
    difference: float | None
    """The scorer's figure less this one; below zero the simple rule is better (of an error: worse)."""
    low: float | None
    high: float | None
    """95 % interval of the difference, both taken on the same draws of whole talks."""


class Figure(BaseModel):
    """One figure with its 95 % interval by talk, and what it would be without a scorer."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: float | None
    low: float | None
    high: float | None
    baseline: float | None
    """What the same answer every time would reach; None where that has no figure."""
    simple: Rival | None = None
    """None where no simple rule fits."""


class TaskReport(BaseModel):
    """One task of one file."""

    model_config = ConfigDict(frozen=True)

    task: str
    n: int
    groups: int
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()


class Report(BaseModel):
    """All tasks of one file."""

    model_config = ConfigDict(frozen=True)

    file: str
    tasks: tuple[TaskReport, ...]
    measured: str = "scorer"
    """Whose figures these are."""
    beside: str = "simple"
    """What the other figures are of."""
    about: str = ""
    """What was measured, and what that took."""
    broken_off: bool = False
    """Whether a judge fell silent, so that it was not asked about every line."""

    def as_text(self) -> str:
        """A table for a terminal."""
        lines = [f"{self.file}{f': {self.about}' if self.about else ''}"]
        for task in self.tasks:
            lines.append(f"  {task.task}: n = {task.n} in {task.groups} talks")
            lines.append(_titles(self.measured, self.beside))
            lines += [_row(figure) for figure in task.figures]
            lines += [f"    {note}" for note in task.notes]
        return "\n".join(lines)


@dataclass(frozen=True)
class Measure:
    """A figure, and the codings it compares: what is so, what the scorer gives, what a simple rule gives."""

    name: str
    figure: agreement.Figure
    truth: Codes
    given: Codes
    groups: Sequence[str]
    simple: Codes | None = None
    rule: str = ""
    constant: Any = None
    """What the same answer every time is; by default the most frequent truth."""


def report_of(task: str, lines: Sequence[Line], measured: Iterable[Measure | str]) -> TaskReport:
    """The report of a task; a string among the measures is a note."""
    found = list(measured)
    notes = [one for one in found if isinstance(one, str)]
    if len(lines) < _FEW:
        notes.append(f"{len(lines)} are too few for a figure: look, do not quote.")
    return TaskReport(
        task=task,
        n=len(lines),
        groups=len({line.group for line in lines}),
        figures=tuple(_figure(one) for one in found if isinstance(one, Measure)),
        notes=tuple(notes),
    )


def _figure(measure: Measure) -> Figure:
    guess = measure.constant if measure.constant is not None else _most_frequent(measure.truth)
    interval = agreement.bootstrap(measure.figure, measure.truth, measure.given, measure.groups)
    return Figure(
        name=measure.name,
        value=_rounded(measure.figure(measure.truth, measure.given)),
        low=_rounded(interval.low),
        high=_rounded(interval.high),
        baseline=_rounded(measure.figure(measure.truth, [guess] * len(measure.truth))),
        simple=None if measure.simple is None else _rival(measure, measure.simple),
    )


def _rival(measure: Measure, simple: Codes) -> Rival:
    value = measure.figure(measure.truth, simple)
    interval = agreement.bootstrap_difference(measure.figure, measure.truth, measure.given, simple, measure.groups)
    return Rival(
        rule=measure.rule,
        value=_rounded(value),
        difference=_rounded(measure.figure(measure.truth, measure.given) - value),
        low=_rounded(interval.low),
        high=_rounded(interval.high),
    )


def _most_frequent(codes: Codes) -> Any:
    return sorted(Counter(codes).items(), key=lambda pair: (-pair[1], str(pair[0])))[0][0]


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _titles(measured: str, beside: str) -> str:
    rule = f"{beside} rule" if beside == "simple" else ""
    return f"    {'':36} {measured:6}  95 % interval   constant  {beside:6}  difference        {rule}".rstrip()


def _row(figure: Figure) -> str:
    row = (
        f"    {figure.name:36} {_shown(figure.value)}  {_span(figure.low, figure.high)}   {_shown(figure.baseline)}   "
    )
    rival = figure.simple
    if rival is None:
        return f"{row} {_shown(None)}"
    return f"{row} {_shown(rival.value)}   {_shown(rival.difference, '+')} {_span(rival.low, rival.high)}  {rival.rule}"


def _span(low: float | None, high: float | None) -> str:
    return f"[{_shown(low)}, {_shown(high)}]"


def _shown(value: float | None, sign: str = "") -> str:
    return "  -  " if value is None else f"{value:{sign}5.2f}"
