"""Measuring on labelled lines: each task's figures, and a clear word for a broken file."""

import json
from pathlib import Path
from typing import Any

import pytest

from scoring.transcript import Turn
from scoring.validation import Figure, Rival, ValidationFault, validate
from scoring.validation.lines import TASKS, read_lines
from scoring.validation.talks import TALK_TASKS
from scoring.validation.turns import TURN_TASKS


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


def test_the_text_form_shows_the_figure_and_both_baselines(tmp_path: Path) -> None:
    shown = validate(written(tmp_path, row("mi-behaviour", "What happened then?", "question"))).as_text()

    assert [" ".join(line.split()) for line in shown.splitlines()[1:4]] == [
        "mi-behaviour: n = 1 in 1 talks",
        "scorer 95 % interval constant simple difference simple rule",
        'macro-F1 1.00 [ 1.00, 1.00] 1.00 1.00 +0.00 [ 0.00, 0.00] "?" asks, words of advice put in, "you" reflects',
    ]


ASKED = ("May I tell you what we found?", "asked_permission")
TOLD = ("It is cancer.", "no_permission")


def test_a_figure_carries_the_simple_rule_and_the_interval_of_the_difference(tmp_path: Path) -> None:
    """The modal-question rule misses news that is told, so it has half of the codes and the scorer all."""
    lines = [row("permission", text, label, conversation="one talk") for text, label in (ASKED, TOLD)]

    exact = next(one for one in validate(written(tmp_path, *lines)).tasks[0].figures if one.name == "exact")

    assert exact == Figure(
        name="exact",
        value=1.0,
        low=1.0,
        high=1.0,
        baseline=0.5,
        simple=Rival(
            rule="a modal question asks; words of advice do not", value=0.5, difference=0.5, low=0.5, high=0.5
        ),
    )


def test_what_no_simple_rule_fits_has_none(tmp_path: Path) -> None:
    label = {"emotional_reactions": 0, "interpretations": 0, "explorations": 2}
    report = validate(written(tmp_path, row("empathy-epitome", "What happened then?", label)))

    assert {one.name: one.simple is not None for one in report.tasks[0].figures} == {
        "emotional_reaction macro-F1": True,
        "emotional_reaction weighted kappa": True,
        "interpretation macro-F1": False,
        "interpretation weighted kappa": False,
        "exploration macro-F1": True,
        "exploration weighted kappa": True,
    }


def test_misc_turns_are_measured_by_source_and_together(tmp_path: Path) -> None:
    report = validate(
        written(
            tmp_path,
            row("permission-misc", "You should drink more water.", "without_permission", source="People, coded"),
            row("permission-misc", "Did it hurt?", "no_advice", source="People, coded"),
            row("permission-misc", "Did it hurt?", "with_permission", source="Bot, coded"),
        )
    ).tasks[0]

    assert {one.name: one.value for one in report.figures if "macro" in one.name} == {
        "People: macro-F1": 1.0,
        "Bot: macro-F1": 0.0,
        "all: macro-F1": pytest.approx((1 + 2 / 3 + 0) / 3, abs=1e-4),
    }
    assert report.notes[0] == "Turns by source: People 2, Bot 1."


def said(*lines: tuple[str, str]) -> list[dict[str, str]]:
    return [{"role": "patient" if who == "P" else "clinician", "text": text} for who, text in lines]


KIND = said(
    ("P", "I'm so scared, I keep waking at night."),
    ("C", "So you keep waking at night. That sounds frightening."),
    ("P", "Yes, and then I lie there."),
    ("C", "You lie there with it all alone. What scares you most?"),
)
CURT = said(
    ("P", "I'm so scared, I keep waking at night."), ("C", "You should not worry. I had that too. You need to rest.")
)


def test_a_talk_without_an_overall_stands_by_the_mean_of_what_was_observed(tmp_path: Path) -> None:
    lines = [
        row("mi-quality", "", "high", id="a", context=KIND),
        row("mi-quality", "", "low", id="b", context=CURT),
    ]
    report = validate(written(tmp_path, *lines)).tasks[0]

    assert {one.name: one.value for one in report.figures} == {
        "overall AUC": 1.0,
        "overall AUC, None ranked last": 0.0,
        "overall AUC, without None": None,
    }
    assert report.notes[0] == "overall was None in 1 of 2 talks: there the mean of the observed scales stands."
    assert report.notes[1] == "2 are too few for a figure: look, do not quote."


DIMENSIONS = (
    "validating_emotions",
    "encouraging_elaboration",
    "demonstrating_understanding",
    "dismissing_emotions",
    "advice_giving",
    "self_oriented",
)


def test_six_dimensions_of_a_talk_are_counted_each_by_itself(tmp_path: Path) -> None:
    """The kind talk is rated higher on the first three, the curt one on the others; so is the scorer's order."""
    kind = {name: 5 if place < 3 else 1 for place, name in enumerate(DIMENSIONS)}
    curt = {name: 6 - value for name, value in kind.items()}
    lines = [
        row("empathy-conversation-lendanear", "", kind, id="a", context=KIND),
        row("empathy-conversation-lendanear", "", curt, id="b", context=CURT),
    ]

    assert figures(written(tmp_path, *lines)) == {f"{name} Spearman": pytest.approx(1.0) for name in DIMENSIONS}


def test_empathy_and_partnership_are_ranked_by_scales_of_their_own(tmp_path: Path) -> None:
    asked = said(
        ("P", "What did the scan show?"),
        ("C", "May I go through it with you, now or with your partner here?"),
        ("P", "Now, please."),
        ("C", "The scan shows a small lump. We would like to take a sample of it."),
    )
    told = said(
        ("P", "I'm so scared."), ("C", "That sounds frightening. You should stop smoking and take these pills.")
    )
    lines = [
        row("mi-global", "", {"empathy": 1, "partnership": 5}, id="a", context=asked),
        row("mi-global", "", {"empathy": 1, "partnership": 1}, id="b", context=told),
    ]

    report = validate(written(tmp_path, *lines)).tasks[0]

    assert {one.name: one.value for one in report.figures} == {"empathy Spearman": None, "partnership Spearman": 1.0}


LABELS_ON_TURNS = {
    "codes": ["GI", "SR"],
    "behaviour": "therapist_input",
    "question_subtype": "open",
    "reflection_subtype": "complex",
    "therapist_input_subtype": "advice",
    "talk": "change",
    "uid": 7,
    "n_annotators": 3,
}
LABELS_ON_LINES = {
    "level": 2,
    "label_fine": "open",
    "passes": ["asked_permission"],
    "next": "Yes, please.",
    "codes": ["ADP"],
    "utterances": ["May I?"],
    "rationales": {"explorations": ["What"]},
    "expert_ratings": {"empathy": [5]},
    "title": "A good talk",
    "label_source": "human",
}


@pytest.mark.parametrize(
    ("task", "text", "label"),
    [
        ("mi-quality", "", "high"),
        ("mi-global", "", {"empathy": 3}),
        ("mi-behaviour", "What happened then?", "question"),
        ("permission", "Did it hurt?", "not_applicable"),
    ],
)
def test_labels_beside_the_words_reach_no_scorer(tmp_path: Path, task: str, text: str, label: Any) -> None:
    bare = written(tmp_path, row(task, text, label, context=KIND))
    (seen,) = read_lines(bare)
    report = validate(bare)
    labelled = written(
        tmp_path, row(task, text, label, context=[turn | LABELS_ON_TURNS for turn in KIND], **LABELS_ON_LINES)
    )

    assert read_lines(labelled) == [seen]
    assert seen.context == (
        Turn(speaker="patient", text=KIND[0]["text"]),
        Turn(speaker="student", text=KIND[1]["text"]),
        Turn(speaker="patient", text=KIND[2]["text"]),
        Turn(speaker="student", text=KIND[3]["text"]),
    )
    assert validate(labelled) == report


def test_who_waits_is_told_how_many_lines_are_scored(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    validate(
        written(tmp_path, *(row("permission", text, label) for text, label in (ASKED, TOLD))),
        lambda *so: told.append(so),
    )

    assert told == [(1, 2), (2, 2)]


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


def test_every_known_task_is_measured_and_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operators.md").read_text(encoding="utf-8")

    assert {*TURN_TASKS, *TALK_TASKS} == TASKS
    assert {task for task in TASKS if f"\n| `{task}` |" in page} == TASKS
