"""Labelled lines: read, checked, and stripped of everything a scorer must not see."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.transcript import TranscriptError, Turn, as_turns

EPITOME = {
    "emotional_reactions": "emotional_reaction",
    "interpretations": "interpretation",
    "explorations": "exploration",
}
"""EPITOME's names of its three scales -> ours."""

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
_NUMBERED = frozenset(
    {
        "empathy-epitome",
        "plain-language",
        "mi-global",
        "empathy-conversation-lendanear",
        "empathy-conversation-ed",
        "osce-mirs",
    }
)
TASKS = frozenset(_NAMES) | _NUMBERED


class ValidationFault(ValueError):
    """A labelled file that cannot be read; the message names file, line and fault."""


@dataclass(frozen=True)
class Line:
    """One labelled line. `context` and `text` are all that is scored; turns in it carry words and speaker only."""

    id: str
    task: str
    context: tuple[Turn, ...]
    text: str
    label: Any
    group: str
    source: str
    """The collection it comes from: the first word of the line's `source`."""


def read_lines(path: Path) -> list[Line]:
    """The labelled lines of a file, each checked.

    Raises:
        ValidationFault: the file is missing or empty, a line is broken, or a task is unknown; names file and line.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ValidationFault(f"{path}: {reason}") from error
    lines = [_line(raw, f"{path}:{number}") for number, raw in enumerate(content.split("\n"), start=1) if raw.strip()]
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
    if row["task"] not in TASKS:
        raise ValidationFault(f"{place}: unknown task {row['task']!r}; known are {', '.join(sorted(TASKS))}")
    if not _label_fits(row["task"], row["label"]):
        raise ValidationFault(f"{place}: the label {row['label']!r} does not fit the task {row['task']}")
    try:
        # codes, behaviours and annotators stand on the turns of some files: only role and words are taken
        context = as_turns([{"role": said["role"], "text": said["text"]} for said in row.get("context", [])])
    except (TranscriptError, KeyError, TypeError, AttributeError) as error:
        raise ValidationFault(f"{place}: context cannot be read ({error})") from error
    source = str(row.get("source", "")).replace(",", " ").split(maxsplit=1)[:1]
    return Line(str(row["id"]), row["task"], context, str(row["text"]), row["label"], _group(row), "".join(source))


def _label_fits(task: str, label: Any) -> bool:
    """Whether a label has the form its task needs: one of the task's names, a number, or numbers by name."""
    if task in _NAMES:
        return isinstance(label, str) and label in _NAMES[task]
    if task == "plain-language":
        return isinstance(label, int | float)
    if task == "empathy-epitome":
        return isinstance(label, dict) and all(label.get(name) in {0, 1, 2} for name in EPITOME)
    return isinstance(label, dict) and any(isinstance(value, int | float) for value in label.values())


def _group(row: Mapping[str, Any]) -> str:
    """The talk a turn comes from: what is drawn together in the bootstrap."""
    if "conversation" in row:
        return str(row["conversation"])
    ident = str(row["id"])
    if row["task"] == "empathy-epitome" and ident.count("-") >= 2:
        return ident.split("-")[1]
    return ident.rsplit("-t", 1)[0]
