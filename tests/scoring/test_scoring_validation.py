"""Measuring on labelled lines: each task's figures, and a clear word for a broken file."""

import json
from pathlib import Path
from typing import Any

import pytest

from scoring.validation import ValidationFault, validate


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def row(task: str, text: str, label: Any, **more: Any) -> dict[str, Any]:
    return {"id": f"{task}-{text}", "task": task, "context": [], "text": text, "label": label} | more


def figures(path: Path) -> dict[str, float | None]:
    return {figure.name: figure.value for task in validate(path).tasks for figure in task.figures}


def test_naming_levels_are_measured_by_the_codebook(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        row("emotion-naming", "You seem frightened.", "names_emotion"),
        row("emotion-naming", "I'm sorry to hear that.", "acknowledges_unnamed"),
        row("emotion-naming", "How long have you had it?", "none"),
    )

    assert figures(path) == {
        "level weighted kappa": 1.0,
        "names F1": 1.0,
        "level macro-F1": 1.0,
        "level exact": 1.0,
    }


def test_the_same_task_with_other_labels_is_ranked(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        row("emotion-naming", "You seem frightened.", "reflection_of_feelings"),
        row("emotion-naming", "How long have you had it?", "other"),
    )

    assert figures(path) == {"names_emotion AUC": 1.0}


def test_permission_labels_are_the_codebooks(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        row("permission", "Would it be okay if I explained the results?", "asked_permission"),
        row("permission", "You should drink more water.", "no_permission"),
        row("permission", "Did it hurt?", "not_applicable"),
    )

    assert figures(path) == {"macro-F1": 1.0, "asked F1": 1.0, "exact": 1.0}


@pytest.mark.parametrize(
    ("task", "text", "label"),
    [
        ("permission-misc", "You should drink more water.", "without_permission"),
        ("permission-miti", "Would it be okay if I explained the results?", "seek_permission_or_collaboration"),
        ("mi-behaviour", "What happened then?", "question"),
        ("plain-language", "The test shows no sign of cancer.", 1.8),
        (
            "empathy-epitome",
            "I'm so sorry you went through that.",
            {"emotional_reactions": 2, "interpretations": 0, "explorations": 0},
        ),
    ],
)
def test_every_turn_task_is_measured(tmp_path: Path, task: str, text: str, label: Any) -> None:
    report = validate(written(tmp_path, row(task, text, label)))

    assert [(part.task, part.n, bool(part.figures)) for part in report.tasks] == [(task, 1, True)]


@pytest.mark.parametrize(
    ("task", "label"),
    [
        ("mi-quality", "high"),
        ("mi-global", {"empathy": 3}),
        ("empathy-conversation-ed", {"empathy": 4.0}),
        ("empathy-conversation-lendanear", {"validating_emotions": 2}),
    ],
)
def test_a_whole_talk_is_graded(tmp_path: Path, task: str, label: Any) -> None:
    context = [{"role": "patient", "text": "I'm scared."}, {"role": "clinician", "text": "You sound scared."}]
    report = validate(written(tmp_path, row(task, "", label, context=context)))

    assert [(part.task, part.n) for part in report.tasks] == [(task, 1)]


def test_groups_are_counted_by_talk(tmp_path: Path) -> None:
    lines = [row("mi-behaviour", text, "question", conversation="a talk") for text in ("What is it?", "Why now?")]

    assert [(part.n, part.groups) for part in validate(written(tmp_path, *lines)).tasks] == [(2, 1)]


def test_the_text_form_shows_figure_interval_and_simplest_guess(tmp_path: Path) -> None:
    shown = validate(written(tmp_path, row("mi-behaviour", "What happened then?", "question"))).as_text()

    assert "mi-behaviour: n = 1" in shown
    assert "macro-F1" in shown
    assert "simplest guess" in shown


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", r":1: not JSON"),
        ("[]", r":1: a JSON object is expected"),
        ('{"id": "1", "task": "permission"}', r":1: text and label missing"),
        ('{"id": "1", "task": "other", "text": "", "label": 1}', r":1: unknown task 'other'"),
        (
            '{"id": "1", "task": "mi-quality", "text": "", "label": "low", "context": [{"role": "dog", "text": "x"}]}',
            r":1: context cannot be read",
        ),
        ('{"id": "1", "task": "plain-language", "text": "a", "label": "hard"}', r":1: the label 'hard' does not fit"),
        ('{"id": "1", "task": "emotion-naming", "text": "a", "label": "no"}', r":1: the label 'no' does not fit"),
        ("", r"no labelled line"),
    ],
)
def test_a_broken_file_names_file_line_and_fault(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(line, encoding="utf-8")

    with pytest.raises(ValidationFault, match=f"broken.jsonl.*{fault}"):
        validate(path)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ValidationFault, match="No such file"):
        validate(tmp_path / "none.jsonl")
