"""Measure the scorer on labelled lines: per task n, the figures that fit it, two baselines, 95 % intervals."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

from scoring.validation.judged import validate_judge
from scoring.validation.lines import Line, ValidationFault, read_lines
from scoring.validation.report import Figure, Report, Rival, TaskReport, report_of
from scoring.validation.talks import TALK_TASKS, grade_talk
from scoring.validation.turns import TURN_TASKS, read_line

__all__ = ["Figure", "Report", "Rival", "TaskReport", "ValidationFault", "read_lines", "validate", "validate_judge"]

Tell = Callable[[int, int], None]
"""Is told how many lines are scored, of how many."""


def validate(path: Path, tell: Tell | None = None) -> Report:
    """Measure every task found in a JSONL file of `{"id", "task", "context", "text", "label"}` lines.

    The scorer sees the words and who said them, and nothing else of a line.

    Raises:
        ValidationFault: the file is missing or empty, a line is broken, or a task is unknown; names file and line.
    """
    lines = read_lines(path)
    by_task: dict[str, list[Line]] = {}
    for line in lines:
        by_task.setdefault(line.task, []).append(line)
    done = count(1)

    def scored() -> None:
        if tell is not None:
            tell(next(done), len(lines))

    return Report(file=str(path), tasks=tuple(_measure(task, of_task, scored) for task, of_task in by_task.items()))


def _measure(task: str, lines: Sequence[Line], scored: Callable[[], None]) -> TaskReport:
    if task in TALK_TASKS:
        return report_of(task, lines, TALK_TASKS[task]([grade_talk(line) for line in _each(lines, scored)]))
    return report_of(task, lines, TURN_TASKS[task]([read_line(line) for line in _each(lines, scored)]))


def _each(lines: Sequence[Line], scored: Callable[[], None]) -> Iterator[Line]:
    for line in lines:
        yield line
        scored()
