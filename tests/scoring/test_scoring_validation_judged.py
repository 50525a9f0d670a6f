"""A judge measured on labelled lines: what it gave no answer about is left out and said, and ends no run."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from scoring.judge import AskFault, Message, Reply
from scoring.validation import Report, validate_judge
from scoring.validation.judged import MOST_FAULTS_IN_A_ROW
from tests.fake_llm.judging import honestly

AWAY = AskFault("server_error", passing=True)
TALKS = 8


class Judge:
    """Answers honestly, but about the talks with these numbers not at all; it remembers which it was asked about."""

    def __init__(self, *silent_on: int) -> None:
        self.model = "fake"
        self.silent_on = silent_on
        self.asked_about: list[int] = []

    async def __call__(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any]) -> Reply:
        prompt = messages[1]["content"]
        number = next(number for number in range(TALKS) if f"visit {number}" in prompt)
        if number not in self.asked_about:
            self.asked_about.append(number)
        if number in self.silent_on:
            raise AWAY
        return Reply(honestly({"messages": list(messages)}), prompt_tokens=90, completion_tokens=10)


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """Talks by turns high and low, told apart by what the patient says."""
    said = {"high": "It sounds as if you blame yourself for it.", "low": "You should just stop."}
    lines = [
        {
            "id": f"talk-{number}",
            "task": "mi-quality",
            "context": [
                {"role": "patient", "text": f"I feel so ashamed. This is visit {number}."},
                {"role": "clinician", "text": said[label]},
            ],
            "text": "",
            "label": label,
        }
        for number, label in enumerate(["high", "low"] * (TALKS // 2))
    ]
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


@pytest.fixture
def turns(tmp_path: Path) -> Path:
    """Turns that name a feeling or do not."""
    said = {"names_emotion": "You sound ashamed.", "other": "Take a seat."}
    lines = [
        {
            "id": f"turn-{number}",
            "task": "emotion-naming",
            "context": [{"role": "patient", "text": f"I feel so ashamed. This is visit {number}."}],
            "text": said[label],
            "label": label,
        }
        for number, label in enumerate(["names_emotion", "other"] * (TALKS // 2))
    ]
    path = tmp_path / "turns.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


def notes(report: Report) -> tuple[str, ...]:
    return tuple(note for note in report.tasks[0].notes if "too few" not in note)


async def test_every_talk_is_judged_and_nothing_is_said_of_faults(talks: Path) -> None:
    judge = Judge()

    report = await validate_judge(talks, judge)

    assert (report.tasks[0].n, report.tasks[0].figures[0].value, notes(report)) == (TALKS, 1.0, ())
    assert report.about.endswith(" tokens counted")


async def test_a_talk_without_an_answer_is_left_out_and_said_and_the_rest_is_measured(talks: Path) -> None:
    judge = Judge(2, 5)

    report = await validate_judge(talks, judge)

    assert judge.asked_about == list(range(TALKS))
    assert report.tasks[0].figures[0].value == 1.0
    assert notes(report) == (f"not scored by the judge: 2 of {TALKS} talks, left out on both sides.",)
    assert report.about.endswith("; it gave no answer on 2 lines (server_error)")


async def test_a_server_that_is_gone_is_asked_no_more_and_what_was_measured_is_kept(talks: Path) -> None:
    judge = Judge(*range(3, TALKS))
    told: list[tuple[int, int]] = []

    report = await validate_judge(talks, judge, tell=lambda done, of: told.append((done, of)))

    assert judge.asked_about == list(range(3 + MOST_FAULTS_IN_A_ROW))
    assert report.tasks[0].figures[0].value == 1.0
    assert notes(report) == (f"not scored by the judge: {TALKS - 3} of {TALKS} talks, left out on both sides.",)
    assert report.about.endswith(f"; it gave no answer on {TALKS - 3} lines (server_error), and was asked no more")
    assert report.broken_off
    assert told[-1] == (TALKS, TALKS)


async def test_a_server_that_is_silent_on_the_last_lines_alone_was_asked_about_all(talks: Path) -> None:
    report = await validate_judge(talks, Judge(*range(TALKS - MOST_FAULTS_IN_A_ROW, TALKS)))

    assert report.about.endswith(f"; it gave no answer on {MOST_FAULTS_IN_A_ROW} lines (server_error)")
    assert not report.broken_off


async def test_a_judge_that_answers_nothing_from_the_start_ends_the_run_at_once(talks: Path) -> None:
    judge = Judge(*range(TALKS))

    with pytest.raises(AskFault):
        await validate_judge(talks, judge)

    assert judge.asked_about == [0]


async def test_a_turn_without_an_answer_is_left_out_of_namings_too(turns: Path) -> None:
    report = await validate_judge(turns, Judge(1))

    assert report.tasks[0].figures[0].value == 1.0
    assert notes(report) == (f"not read by the judge: 1 of {TALKS} turns, left out on both sides.",)
    assert report.about.endswith("; it gave no answer on 1 line (server_error)")
