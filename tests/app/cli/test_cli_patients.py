"""`personas check`: what is wrong in a file, and what came of holding the patient in the lab."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import personas
from app import lab
from app.cli import cli
from app.lab import LEARNERS, UNSCRIPTED, check_persona

Run = Callable[..., Result]

FIGURES = {"leaks", "breaks", "repeats", "separation", "heard_skilled", "heard_others", "contradictions", "passes"}
ABOUT_IT = {"voice", "model", "difficulty", "reading_limit", "unscripted", "reasons"}
OF_A_LEARNER = {
    *("learner", "scenario", "not_held", "turns", "begun", "told", "hints", "leaks", "breaks", "screened", "repeats"),
    *("contradictions", "reading_grade", "overall", "trust"),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `personas check` with an empty data folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAPPORT_DATA_DIR", str(tmp_path / "data"))
    return lambda *words: CliRunner().invoke(cli, ["personas", "check", *map(str, words)], prog_name="rapport")


@pytest.fixture
def _short_talks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Talks of two turns: enough to be reported."""
    monkeypatch.setattr(lab, "check_persona", partial(check_persona, turns=2))


@pytest.fixture
def wrong(tmp_path: Path) -> tuple[Path, int]:
    """Maria's file with a wrong age, and the line it stands in."""
    path = tmp_path / "maria_rivera.yaml"
    shutil.copy(personas.loader.FOLDER / path.name, path)
    lines = path.read_text().split("\n")
    number = next(number for number, line in enumerate(lines, 1) if line.startswith("age_years:"))
    lines[number - 1] = "age_years: many"
    path.write_text("\n".join(lines))
    return path, number


def test_the_files_that_come_with_it_are_good(run: Run) -> None:
    done = run("--files-only", "--json")

    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"personas": [{"id": name, "errors": []} for name in sorted(personas.shipped())]}


def test_files_alone_in_words(run: Run) -> None:
    done = run("maria_rivera", "--files-only")

    assert (done.exit_code, done.stdout) == (0, "maria_rivera.yaml: the file is good\n")


@pytest.mark.parametrize("options", [(), ("--files-only",)])
def test_a_wrong_file_is_named_with_line_and_field_and_not_held(
    run: Run, wrong: tuple[Path, int], options: tuple[str, ...]
) -> None:
    path, number = wrong

    in_words, as_json = run(path, *options), run(path, "--json", *options)
    (entry,) = json.loads(as_json.stdout)["personas"]
    (fault,) = entry["errors"]

    assert (in_words.exit_code, as_json.exit_code) == (1, 1)
    assert f"  line {number}, age_years: " in in_words.stdout
    assert (fault["line"], fault["field"]) == (number, "age_years")
    assert entry["id"] == "maria_rivera"
    if not options:
        assert (entry["passes"], entry["separation"], entry["leaks"], entry["learners"]) == (False, None, None, [])


def test_a_patient_is_held_with_everybody_and_passes(run: Run) -> None:
    done = run("maria_rivera", "--json")
    (entry,) = json.loads(done.stdout)["personas"]

    assert (done.exit_code, done.stderr) == (0, "")
    assert entry.keys() == {"id", "errors", "learners", *FIGURES, *ABOUT_IT}
    assert [one["learner"] for one in entry["learners"]] == [*LEARNERS]
    assert all(one.keys() == OF_A_LEARNER for one in entry["learners"])
    assert (entry["leaks"], entry["breaks"], entry["repeats"], entry["errors"]) == (0, 0, 0, [])
    assert (entry["heard_skilled"], entry["heard_others"], entry["passes"]) == (1.0, 0.0, True)
    assert entry["separation"] >= 35
    assert (entry["voice"], entry["model"]) == ("authored", None)


@pytest.mark.usefixtures("_short_talks")
def test_in_words_it_is_a_table_with_a_row_a_learner_and_one_line_a_patient(run: Run) -> None:
    done = run("maria_rivera")
    title, voice, head, *rows, verdict = done.stdout.rstrip("\n").split("\n")

    assert done.exit_code == 1
    assert title == "maria_rivera.yaml: the file is good"
    assert voice == "  voice: authored; difficulty: standard; at most 30 turns a learner"
    assert " ".join(head.split()) == (
        "learner turns told hints leaks breaks repeats contradictions screened grade overall trust"
    )
    assert [row.split()[:4] for row in rows] == [
        [name, "2", "0/4", row.split()[3]] for name, row in zip(LEARNERS, rows, strict=True)
    ]
    assert verdict.startswith("  does not pass: ")
    assert "skilled hears 0% of the main concerns in 25 turns" in verdict


@pytest.mark.usefixtures("_short_talks")
def test_a_patient_of_somebodys_own_needs_no_script_to_be_held(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "tiny.yaml"
    shutil.copy(Path(__file__).parents[2] / "personas" / "tiny.yaml", own)

    done = run(own, "--json")
    (entry,) = json.loads(done.stdout)["personas"]

    assert done.exit_code == 1
    assert [one["learner"] for one in entry["learners"]] == [*UNSCRIPTED] * len(entry["unscripted"])
    assert "has no script" in entry["reasons"][-1]


@pytest.mark.usefixtures("_short_talks")
def test_a_model_that_is_not_there_is_no_zero_and_its_calls_are_told_before(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_LLM_MODEL", "fake")
    monkeypatch.setenv("RAPPORT_LLM_BASE_URL", "http://127.0.0.1:1/v1")

    done = run("maria_rivera", "--json")
    (entry,) = json.loads(done.stdout)["personas"]

    assert done.exit_code == 1
    assert done.stderr == "This asks fake for 300 answers at most: 30 turns with every learner.\n"
    assert {one["overall"] for one in entry["learners"]} == {None}
    assert all(one["not_held"].startswith("The patient could not be reached") for one in entry["learners"])
    assert (entry["model"], entry["separation"], entry["heard_others"]) == ("fake", None, None)
