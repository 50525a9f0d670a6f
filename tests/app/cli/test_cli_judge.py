"""`judge status` and `judge again`: how second opinions stand, and a new try for those that came to nothing."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app import accounts
from app.cli import cli
from app.storage import Store
from tests.app.classroom.made import add_encounter
from tests.app.judged import job
from tests.conftest import settings_in

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("RAPPORT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RAPPORT_JUDGE_MODEL", "a-judge")
    return lambda *words: CliRunner().invoke(cli, ["judge", *words], prog_name="rapport")


@pytest.fixture
def left_behind(tmp_path: Path) -> None:
    """Two talks that were judged, two whose judge could not be reached, one the class had no tokens for."""

    async def add() -> None:
        store = await Store.open(settings_in(tmp_path))
        async with store.write() as session:
            ada = await accounts.add_user(session, "ada@example.org", "student", "Ada")
            for state, fault in [("done", None)] * 2 + [("failed", "bad_key")] * 2 + [("over_budget", None)]:
                session.add(job((await add_encounter(session, ada)).id, state, fault=fault))
        await store.close()

    asyncio.run(add())


@pytest.mark.usefixtures("left_behind")
def test_the_status_counts_talks_by_how_their_opinion_stands(run: Run) -> None:
    assert run("status").stdout.splitlines() == [
        "     2  judged",
        "     2  given up (bad_key)",
        "     1  over the budget of their class",
    ]
    assert json.loads(run("status", "--json").stdout) == [
        {"state": "done", "fault": None, "encounters": 2},
        {"state": "failed", "fault": "bad_key", "encounters": 2},
        {"state": "over_budget", "fault": None, "encounters": 1},
    ]


@pytest.mark.usefixtures("left_behind")
def test_what_was_given_up_is_asked_again_and_waits_for_the_server(run: Run) -> None:
    first, again, rest = run("again"), run("again"), run("again", "--over-budget")

    assert first.stdout == "Asked again about 2 talks. The server begins with them within seconds.\n"
    assert again.stdout == "Asked again about 0 talks.\n"
    assert rest.stdout == "Asked again about 1 talk. The server begins with them within seconds.\n"
    assert run("status").stdout.splitlines() == ["     2  judged", "     3  waiting"]


def test_before_any_talk_was_judged_the_status_says_so(run: Run) -> None:
    done = run("status")

    assert (done.exit_code, done.stdout) == (0, "No talk has a second opinion, or waits for one.\n")


def test_without_a_judge_nothing_is_asked_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAPPORT_JUDGE_MODEL")

    done = run("again")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "No judge is set up here. Whoever runs this server can set RAPPORT_JUDGE_MODEL.\n"
