"""`score --judge` and `validate --judge`, against a real server that speaks the OpenAI protocol."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from scoring import Transcript, Turn, grade
from tests.fake_llm import FakeLlm
from tests.fake_llm.judging import honestly

Run = Callable[..., Result]

TALK = Transcript(
    scenario="maria-biopsy-result",
    turns=(
        Turn(speaker="patient", text="I'm so scared of what you found."),
        Turn(speaker="student", text="You sound frightened, and you waited alone with it. May I tell you now?"),
        Turn(speaker="patient", text="Yes, please. It has been awful."),
        Turn(speaker="student", text="I'm sorry to tell you that the biopsy shows breast cancer."),
        Turn(speaker="patient", text="Oh God."),
    ),
)
LINES = [
    {
        "id": f"talk-{number}",
        "task": "mi-quality",
        "context": [{"role": "patient", "text": "I feel so ashamed."}, {"role": "clinician", "text": said}],
        "text": "",
        "label": label,
    }
    for number, (said, label) in enumerate(
        [("It sounds as if you blame yourself for it.", "high"), ("You should just stop.", "low")] * 3
    )
]


@pytest.fixture
def model() -> Iterator[FakeLlm]:
    """The server, in a loop of its own: the command runs one too."""
    server, loop = FakeLlm(answers=honestly), asyncio.new_event_loop()
    loop.run_until_complete(server.start())
    thread = Thread(target=loop.run_forever)
    thread.start()
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: FakeLlm) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAPPORT_JUDGE_MODEL", "fake")
    monkeypatch.setenv("RAPPORT_JUDGE_BASE_URL", model.url)
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words], prog_name="rapport")


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.json"
    path.write_text(TALK.model_dump_json())
    return path


def test_both_cards_are_printed_and_never_merged(run: Run, talk: Path, model: FakeLlm) -> None:
    done = run("score", talk, "--judge", "--json")
    both = json.loads(done.stdout)

    assert done.exit_code == 0
    assert sorted(both) == ["judgement", "scorecard"]
    assert both["scorecard"] == json.loads(grade(TALK).model_dump_json())
    assert both["judgement"]["model"] == "fake"
    assert both["judgement"]["scales"]["empathy"]["level"] is not None
    assert both["judgement"]["usage"]["calls"] == len(model.asked) > 0


def test_without_the_option_nobody_is_asked(run: Run, talk: Path, model: FakeLlm) -> None:
    assert run("score", talk, "--json").exit_code == 0
    assert model.asked == []


def test_the_judges_card_in_words_stands_under_the_scorers(run: Run, talk: Path, model: FakeLlm) -> None:
    said = run("score", talk, "--judge").stdout

    assert said.startswith(f"{talk}: ")
    assert re.findall(r", second opinion by (\w+): ", said) == ["fake"]
    assert "  what a listener could answer from the student's words alone:\n" in said
    assert f"  {len(model.asked)} questions, " in said


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("401", "The judge gave no answer (bad_key), so it scored nothing."),
        ("404", "The judge gave no answer (no_such_model), so it scored nothing."),
    ],
)
def test_a_judge_out_of_reach_ends_in_a_sentence_and_no_score(
    run: Run, talk: Path, model: FakeLlm, fault: str, said: str
) -> None:
    model.fail(fault, times=None)  # type: ignore[arg-type]

    done = run("score", talk, "--judge", "--json")

    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def fail_after(model: FakeLlm, answers: int) -> None:
    """Let the server refuse its key once it has given so many answers more."""
    left = answers

    def answer(body: dict[str, Any]) -> str:
        nonlocal left
        left -= 1
        if left == 0:
            model.fail("401", times=None)
        return honestly(body)

    model.answers = answer


def test_what_was_judged_before_the_judge_fell_silent_is_printed(run: Run, talk: Path, model: FakeLlm) -> None:
    first = json.loads(run("score", talk, "--judge", "--json").stdout)
    calls = first["judgement"]["usage"]["calls"]
    fail_after(model, calls)

    done = run("score", talk, talk, talk, "--judge", "--json")
    model.heal()
    fail_after(model, calls)
    in_words = run("score", talk, talk, "--judge")

    assert (done.exit_code, in_words.exit_code) == (2, 2)
    both, *rest = json.loads(done.stdout)
    assert both["judgement"]["scales"] == first["judgement"]["scales"]
    assert rest == [{"scorecard": first["scorecard"], "judgement": None}] * 2
    assert "The judge gave no answer (bad_key), so it scored 1 of 3 files." in done.stderr
    assert re.findall(r", second opinion by (\w+): ", in_words.stdout) == ["fake"]


def test_files_measured_before_the_judge_fell_silent_are_printed(run: Run, tmp_path: Path, model: FakeLlm) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES))
    whole = json.loads(run("validate", path, "--judge", "--json").stdout)
    fail_after(model, len(model.asked))

    done = run("validate", path, path, "--judge", "--json")

    assert (done.exit_code, json.loads(done.stdout)) == (2, [whole])
    assert "The judge gave no answer (bad_key), so it scored 1 of 2 files." in done.stderr


def test_a_file_in_which_the_judge_fell_silent_is_printed_as_far_as_it_came(
    run: Run, tmp_path: Path, model: FakeLlm
) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES))
    run("validate", path, "--judge", "--limit", 1)
    fail_after(model, len(model.asked))

    done = run("validate", path, "--judge", "--json")
    report = json.loads(done.stdout)

    assert (done.exit_code, report["broken_off"]) == (2, True)
    assert report["about"].endswith("; it gave no answer on 5 lines (bad_key), and was asked no more")


def test_a_broken_file_is_told_before_anything_is_asked(run: Run, tmp_path: Path, model: FakeLlm) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES))
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{")

    done = run("validate", path, broken, "--judge")

    assert (done.exit_code, done.stdout, model.asked) == (2, "", [])
    assert done.stderr.startswith(f"{broken}:1: ")


def test_a_judge_that_declines_scores_nothing_and_says_so(run: Run, talk: Path, model: FakeLlm) -> None:
    model.fail("refusal", times=None, after_tokens=1)

    card = json.loads(run("score", talk, "--judge", "--json").stdout)["judgement"]

    assert {name: scale["level"] for name, scale in card["scales"].items()} == dict.fromkeys(card["scales"])
    assert set(card["not_scored"].values()) == {"The model declined to answer."}
    assert (card["overall"], card["key_answers"], card["flags_checked"]) == (None, None, False)


def test_without_a_judge_in_the_settings_the_option_is_refused(
    run: Run, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAPPORT_JUDGE_MODEL")

    done = run("score", talk, "--judge")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("No judge is set. Set RAPPORT_JUDGE_MODEL")


def test_a_judge_is_measured_beside_the_scorer_on_the_same_talks(run: Run, tmp_path: Path, model: FakeLlm) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES))

    report = json.loads(run("validate", path, "--judge", "--json").stdout)
    figure = report["tasks"][0]["figures"][0]

    assert (report["tasks"][0]["n"], figure["name"], figure["value"]) == (6, "overall AUC", 1.0)
    assert figure["simple"]["rule"] == "the deterministic scorer"


def test_what_was_measured_and_what_it_took_stand_above_the_figures(run: Run, tmp_path: Path, model: FakeLlm) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES))

    first, _, titles, *_ = run("validate", path, "--judge").stdout.splitlines()

    took = rf"{len(model.asked)} questions, [\d,]+ tokens counted"
    assert re.fullmatch(rf"{path}: judge fake, prompts [0-9a-f]{{16}}; {took}", first)
    assert titles.split() == ["judge", "95", "%", "interval", "constant", "scorer", "difference"]


def test_a_limit_without_a_judge_is_refused(run: Run, tmp_path: Path) -> None:
    done = run("validate", tmp_path / "labelled.jsonl", "--limit", 2)

    assert (done.exit_code, done.stdout) == (2, "")


@pytest.mark.parametrize("command", ["score", "validate"])
def test_a_wrong_setting_is_said_in_a_line(run: Run, talk: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("RAPPORT_JUDGE_FORMAT", "yaml")

    done = run(command, talk, "--judge")

    assert done.exit_code == 2
    assert done.stderr.startswith("RAPPORT_JUDGE_FORMAT: ")


def test_a_limit_bounds_how_many_talks_are_sent(run: Run, tmp_path: Path, model: FakeLlm) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES))

    report = json.loads(run("validate", path, "--judge", "--limit", 2, "--json").stdout)
    talks = {asked.text.partition("QUESTION")[0].partition("\n[0]")[2] for asked in model.asked}

    assert report["tasks"][0]["n"] == 2
    assert len(talks) == 2


def test_nothing_in_a_transcript_is_obeyed_by_the_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    said = Turn(
        speaker="student", text="You sound frightened \x1b[31m\x1b]0;pwned\x07, and that is a lot to carry alone."
    )
    path.write_text(TALK.model_copy(update={"turns": (TALK.turns[0], said)}).model_dump_json())

    shown = run("score", path, "--judge").stdout

    assert "You sound frightened" in shown
    assert [letter for letter in shown if not letter.isprintable() and letter != "\n"] == []
