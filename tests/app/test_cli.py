import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import app.cli
from app import demo
from app.cli import cli, scores
from app.demo import after
from app.web import api
from scoring import transcript_files

ROOT = Path(app.cli.__file__).parents[2]
GOOD_TALK = {
    "turns": [
        {"speaker": "patient", "text": "I am so scared of what you found."},
        {"speaker": "student", "text": "That sounds frightening. May I tell you what the test showed?"},
    ]
}

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on an empty data folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAPPORT_DATA_DIR", str(tmp_path / "data"))
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words], prog_name="rapport")


@pytest.fixture
def _three_talks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo of three talks and no reviews: enough to be copied."""
    monkeypatch.setattr(demo, "TALKS", demo.TALKS[:3])
    monkeypatch.setattr(demo, "LATER_TALKS", ())
    monkeypatch.setattr(after, "REVIEWS", ())


def last_line(result: Result) -> str:
    return result.stdout.rstrip("\n").split("\n")[-1]


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.json"
    path.write_text(json.dumps(GOOD_TALK))
    return path


def test_a_new_user_gets_a_link_on_the_last_line(run: Run) -> None:
    done = run("users", "add", "Ada@example.org", "--role", "student", "--name", "Ada")

    assert done.exit_code == 0
    assert done.stdout.startswith("Ada (ada@example.org) is a new student.\n")
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in/[\w-]{43}", last_line(done))


def test_a_token_stands_alone_on_the_last_line(run: Run) -> None:
    done = run("users", "add", "bot@example.org", "--role", "educator", "--token")

    assert re.fullmatch(r"[\w-]{43}", last_line(done))


def test_links_lead_to_the_public_address(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("users", "add", "ada@example.org", "--role", "student")
    monkeypatch.setenv("RAPPORT_PUBLIC_URL", "https://rapport.school.example/")

    assert last_line(run("users", "link", "ada@example.org")).startswith("https://rapport.school.example/sign-in/")


def test_an_account_can_be_closed_and_its_address_stays_taken(run: Run) -> None:
    run("users", "add", "ada@example.org", "--role", "student")

    done = run("users", "disable", "ada@example.org")

    assert (done.exit_code, done.stdout) == (0, "ada@example.org can no longer sign in.\n")
    assert run("users", "add", "ada@example.org", "--role", "student").exit_code == 2


REFUSED = [
    (("users", "link", "nobody@example.org"), "nobody@example.org has no account. Create it first.\n"),
    (("users", "disable", "nobody@example.org"), "nobody@example.org has no account. Create it first.\n"),
    (("users", "add", "ada", "--role", "student"), "That is not an email address. Write it like name@example.org.\n"),
    (("personas", "check", "nobody"), "There is no persona file nobody.yaml."),
    (
        ("serve", "--workers", "2"),
        "RAPPORT_WORKERS: SQLite takes one process; set it to 1, or use PostgreSQL.\n",
    ),
    (("data", "backup"), "There is no database at "),
    (("data", "restore", "nothing"), "There is no file nothing. Name a file that `data backup` made.\n"),
    (("score", "missing.json"), "missing.json: No such file or directory\n"),
]


@pytest.mark.parametrize(("words", "sentence"), REFUSED)
def test_what_cannot_be_done_is_one_sentence_and_status_2(run: Run, words: tuple[str, ...], sentence: str) -> None:
    done = run(*words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_a_role_nobody_has_is_refused(run: Run) -> None:
    assert run("users", "add", "ada@example.org", "--role", "dean").exit_code == 2


def test_one_address_has_one_account(run: Run) -> None:
    run("users", "add", "ada@example.org", "--role", "student")

    done = run("users", "add", "ADA@example.org", "--role", "student")

    assert (done.exit_code, done.stderr) == (
        2,
        "ada@example.org already has an account. Make a new sign-in link for it instead.\n",
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("RAPPORT_PORT", "many", "RAPPORT_PORT: Input should be a valid integer"),
        ("RAPPORT_PUBLIC_URL", "rapport.school.example", "RAPPORT_PUBLIC_URL: should start with https:// or http://"),
        ("RAPPORT_LLM_BASE_URL", "localhost:8080/v1", "RAPPORT_LLM_BASE_URL: should start with https:// or http://"),
        (
            "RAPPORT_JUDGE_BASE_URL",
            "localhost:8080/v1",
            "RAPPORT_JUDGE_BASE_URL: should start with https:// or http://",
        ),
        ("RAPPORT_DATABASE_URL", "mysql://x", "RAPPORT_DATABASE_URL: should start with sqlite+aiosqlite:///"),
    ],
)
def test_a_wrong_setting_names_itself(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)

    done = run("data", "migrate")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)


def test_the_demo_fills_an_empty_folder_once(run: Run) -> None:
    first, if_empty, again = run("demo"), run("demo", "--if-empty"), run("demo")

    assert first.exit_code == 0
    linked = r"^  (\w+) +(\S+) +http://\S+/sign-in/[\w-]{43}\?next=/(classes|scenarios)/\S+$"
    assert re.findall(linked, first.stdout, re.MULTILINE) == [
        ("educator", "educator@example.org", "classes"),
        ("student", "dana@example.org", "scenarios"),
    ]
    others = re.findall(r"^  (\w+)@example\.org +http://\S+/sign-in/\S{43}$", first.stdout, re.MULTILINE)
    assert others[:4] == ["admin", "ada", "ben", "cem"]
    assert len(others) == 12
    assert (if_empty.exit_code, if_empty.stdout.split(";")[0]) == (0, "There are people in this data folder already")
    assert (again.exit_code, again.stderr) == (
        2,
        "There are people in this data folder already. Set RAPPORT_DATA_DIR to an empty one.\n",
    )


def test_migrating_sqlite_makes_the_file(run: Run, tmp_path: Path) -> None:
    done = run("data", "migrate")

    assert (done.exit_code, done.stdout) == (0, "The database is up to date.\n")
    assert (tmp_path / "data" / "rapport.sqlite").exists()


@pytest.mark.usefixtures("_three_talks")
def test_a_backup_says_where_it_is_and_what_it_lacks(run: Run, tmp_path: Path) -> None:
    run("demo")

    done = run("data", "backup", tmp_path / "copy")

    size = (tmp_path / "copy").stat().st_size
    assert (done.exit_code, done.stdout) == (
        0,
        f"{tmp_path / 'copy'}: {size:,} bytes, 3 encounters.\n"
        f"The secret key is not in it. Keep {tmp_path / 'data' / 'secret'} too, in another place.\n",
    )


@pytest.mark.usefixtures("_three_talks")
def test_a_restore_says_what_is_there_now_and_what_was_before(run: Run, tmp_path: Path) -> None:
    run("demo")
    run("data", "backup", tmp_path / "copy")
    run("users", "add", "late@example.org", "--role", "student")

    done = run("data", "restore", tmp_path / "copy")
    now, before, key, without = done.stdout.splitlines()

    data = tmp_path / "data"
    assert now == f"{data / 'rapport.sqlite'} is {tmp_path / 'copy'} now, with 3 encounters."
    assert before.startswith(f"What was there before is kept as {data / 'rapport.sqlite'}.before-")
    assert key == f"Its sign-in links, sessions and tokens work only with its secret key: {data / 'secret'}."
    assert without.endswith("python -m app users link EMAIL")
    assert run("users", "link", "late@example.org").exit_code == 2
    assert run("users", "link", "ada@example.org").exit_code == 0


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("backup", "Run: pg_dump --format=custom --file='my copy' --dbname='postgresql://rapport@db:5433/r?sslmode=x'"),
        (
            "restore",
            "Stop Rapport and run: pg_restore --clean --if-exists --no-owner --single-transaction "
            "--dbname='postgresql://rapport@db:5433/r?sslmode=x' 'my copy' and then: python -m app data migrate",
        ),
    ],
)
def test_postgresql_has_commands_of_its_own_for_copies(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, told: str
) -> None:
    monkeypatch.setenv("RAPPORT_DATABASE_URL", "postgresql+psycopg://rapport:secret@db:5433/r?sslmode=x")

    done = run("data", command, "my copy")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"This database is PostgreSQL, which brings its own tools for this. {told}\n"


def test_a_score_is_the_same_bytes_twice_with_its_keys_in_order(run: Run, talk: Path) -> None:
    first, second = run("score", talk, "--json"), run("score", talk, "--json")
    card = json.loads(first.stdout)

    assert first.stdout_bytes == second.stdout_bytes
    assert list(card) == sorted(card)
    assert card["scales"]["empathy"]["level"] is not None
    for scale in card["scales"].values():
        for proof in scale["evidence"]:
            assert GOOD_TALK["turns"][proof["turn"]]["text"][proof["start"] : proof["end"]] == proof["quote"]


def test_several_transcripts_are_an_array_in_the_order_they_were_given(run: Run, talk: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"turns": [{"speaker": "student", "text": "Hello."}]}))

    both = json.loads(run("score", other, talk, "--json").stdout)

    assert both == [json.loads(run("score", one, "--json").stdout) for one in (other, talk)]


def test_a_score_in_words_names_every_scale(run: Run, talk: Path) -> None:
    said = run("score", talk).stdout

    assert said.startswith(f"{talk}: not enough was observed\n")
    assert re.findall(r"^  (empathy|emotion naming|permission|explanation) ", said, re.MULTILINE) == [
        "empathy",
        "emotion naming",
        "permission",
        "explanation",
    ]
    assert '+ turn 2: "That sounds frightening."' in said


def test_captions_and_tables_are_graded_like_json(run: Run, talk: Path, tmp_path: Path) -> None:
    table = tmp_path / "talk.csv"
    rows = [("Ann" if turn["speaker"] == "student" else "Bob", turn["text"]) for turn in GOOD_TALK["turns"]]
    table.write_text("\n".join(["who;said", *(f"{who};{said}" for who, said in rows)]))
    captions = tmp_path / "talk.vtt"
    times = "\n\n00:01.000 --> 00:02.000\n"
    captions.write_text("WEBVTT" + "".join(f"{times}<v {who}>{said}" for who, said in rows))

    from_json = run("score", talk, "--json")

    assert run("score", table, "--student", "Ann", "--json").stdout == from_json.stdout
    assert run("score", captions, "--student", "Ann", "--json").stdout == from_json.stdout


def test_who_the_student_is_is_asked_back(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "talk.csv"
    table.write_text("who,said\nAnn,Hello.\nBob,Hi.")

    done = run("score", table)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"{table}: it is not clear who the student is; the names are Ann (line 2), Bob (line 3): "
        "say who with --student NAME, or write Student and Patient\n"
    )


SWAPPED = (
    ("Doctor", "My chest hurts when I climb the stairs."),
    ("Ann", "When did it start?"),
    ("Doctor", "In May. I'm really scared that it is my heart."),
    ("Ann", "Do you smoke? I would recommend a tracing of your heart."),
    ("Doctor", "I can't sleep without one."),
    ("Ann", "How do you feel about stopping?"),
)
LOOKS_SWAPPED = (
    "{file}: the speakers look swapped, as the student here speaks like a patient; if so, say who the student is with "
    "--student NAME (in JSON, change `speaker`).\n"
)


def test_swapped_speakers_are_told_of_above_the_report(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "talk.csv"
    table.write_text("\n".join(["who;said", *(f"{who};{said}" for who, said in SWAPPED)]))

    told, as_json, put_right = (
        run("score", table),
        run("score", table, "--json"),
        run("score", table, "--student", "Ann"),
    )

    assert told.stdout.startswith(LOOKS_SWAPPED.format(file=table))
    assert as_json.stderr == LOOKS_SWAPPED.format(file=table)
    assert "look swapped" not in put_right.stdout


def test_a_talk_that_names_its_scenario_is_never_called_swapped(run: Run, tmp_path: Path) -> None:
    talk = tmp_path / "talk.json"
    turns = [{"speaker": "student" if who == "Doctor" else "patient", "text": said} for who, said in SWAPPED]
    talk.write_text(json.dumps({"scenario": "made-up", "turns": turns}))

    assert "look swapped" not in run("score", talk).stdout


def test_a_file_may_be_as_long_as_what_the_api_takes() -> None:
    assert (transcript_files.MOST_TURNS, transcript_files.MOST_CHARACTERS, transcript_files.MOST_TURN_CHARACTERS) == (
        api.SCORED_TURNS,
        api.SCORED_CHARACTERS,
        api.TURN_CHARACTERS,
    )


BROKEN = [
    ('{"turns": [', "line 1, column 12"),
    ('{"turns": [{"speaker": "nurse", "text": "x"}]}', "turns.0.speaker"),
    ("[]", "the whole file"),
]


@pytest.mark.parametrize(("content", "place"), BROKEN)
def test_a_broken_transcript_is_named_with_the_place(run: Run, tmp_path: Path, content: str, place: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content)

    done = run("score", path, "--json")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{path}: {place}: ")


LABELLED = [
    {
        "id": "a",
        "task": "permission",
        "context": [],
        "text": "May I tell you what we found?",
        "label": "asked_permission",
    },
    {"id": "b", "task": "permission", "context": [], "text": "It is cancer.", "label": "no_permission"},
]


def test_a_scorer_is_measured_file_by_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(map(json.dumps, LABELLED)))

    one = json.loads(run("validate", path, "--json").stdout)
    two = json.loads(run("validate", path, path, "--json").stdout)

    assert two == [one, one]
    assert [(task["task"], task["n"]) for task in one["tasks"]] == [("permission", 2)]
    assert run("validate", path).stdout.startswith(f"{path}\n  permission: n = 2")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_written_to_a_terminal_only_and_wiped_at_the_end(run: Run, tmp_path: Path) -> None:
    path, terminal = tmp_path / "labels.jsonl", Terminal()
    path.write_text("\n".join(json.dumps(LABELLED[0] | {"id": str(number)}) for number in range(45)))

    scores._measure(path, terminal)

    assert terminal.getvalue() == "\rlabels.jsonl: 20 of 45 lines\rlabels.jsonl: 40 of 45 lines\r\x1b[K"
    assert run("validate", path).stderr == ""


def test_a_broken_label_is_named_with_file_and_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(LABELLED[0]) + "\nnot JSON\n")

    done = run("validate", path, "--json")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{path}:2: not JSON")


def test_it_serves_says_where_refuses_a_second_and_stops_cleanly(tmp_path: Path) -> None:
    environment = {**os.environ, "RAPPORT_DATA_DIR": str(tmp_path / "data"), "RAPPORT_PORT": "0"}
    command = [sys.executable, "-m", "app", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        address = said.split()[3]
        with urllib.request.urlopen(f"{address}/readyz") as answer:
            ready = json.load(answer)
        second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        server.send_signal(signal.SIGTERM)
        stopped = server.wait(timeout=20)

    assert said == f"Rapport is at {address} (Ctrl+C stops it).\n"
    assert ready["ready"] is True
    assert second.returncode == 2
    assert second.stderr.endswith(
        "Another Rapport server is already using this data folder. "
        "Stop it first, or give this one its own folder with RAPPORT_DATA_DIR.\n"
    )
    assert stopped == 0
    assert not (tmp_path / "data" / "rapport.sqlite-wal").exists()


def test_a_port_that_is_taken_is_said_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        environment = {**os.environ, "RAPPORT_DATA_DIR": str(tmp_path / "data")}
        done = subprocess.run(
            [sys.executable, "-m", "app", "serve", "--port", port],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert done.stderr == (
        f"Nothing can listen at 127.0.0.1, port {port}: Address already in use. "
        "Set RAPPORT_HOST and RAPPORT_PORT to others.\n"
    )
