"""Transcript files: which form a file has, what is refused, and the same conversation from every form."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring import Transcript, TranscriptError, Turn, read_transcript
from scoring import transcript_files as files

TALK = Transcript(
    turns=(
        Turn(speaker="patient", text="I'm scared, doctor.", at_s=1.0),
        Turn(speaker="student", text="That sounds frightening.", at_s=4.5),
    )
)
AS_JSON = TALK.model_dump_json()
AS_WEBVTT = (
    "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Mrs Rivera>I'm scared, doctor.</v>\n\n"
    "00:04.500 --> 00:06.000\n<v Dr Lee>That sounds frightening.</v>\n"
)
AS_CSV = 'speaker,text,at_s\nPatient,"I\'m scared, doctor.",1\nStudent,That sounds frightening.,4.5\n'
BOM = b"\xef\xbb\xbf"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("mark", [b"", BOM])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("talk.json", AS_JSON),
        ("talk.vtt", AS_WEBVTT),
        ("talk.VTT", AS_WEBVTT.replace("\n", "\r\n")),
        ("talk.csv", AS_CSV),
        ("talk.tsv", AS_CSV.replace("at_s", "time").replace('"', "").replace(",", "\t").replace("scared\t", "scared,")),
        ("talk", AS_JSON),
        ("talk.txt", AS_WEBVTT),
    ],
)
def test_the_same_conversation_from_every_form(tmp_path: Path, name: str, content: str, mark: bytes) -> None:
    assert read_transcript(written(tmp_path, name, mark + content.encode())) == TALK


def test_the_student_can_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, "talk.csv", "who,said\nAnn,Hello.\nBob,Hi.\n")

    assert [turn.speaker for turn in read_transcript(path, ["Bob"]).turns] == ["patient", "student"]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("talk.srt", "1\n00:00:01,000 --> 00:00:02,000\nHi.", "a transcript is a .json, .vtt"),
        ("talk.vtt", BOM + b"WEBVTT\n\n00:01.000 --> 00:02.000\r\nAnn: caf\xe9", r"line 4: not UTF-8 text \(byte 44\)"),
        ("talk.csv", "who,said\nAnn,Hi.".encode("utf-16"), "UTF-16 text; save it as UTF-8"),
        ("talk.csv", "who,said\nAnn,H\0i.", "line 2: not text"),
        ("talk.csv", "who,said\nAnn,Hi.\nBob,Hi.\n", "not clear who the student is"),
        ("talk.vtt", "WEBVTT\n", "nothing is said in it"),
        ("talk.json", "", "line 1, column 1"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_file(tmp_path: Path, name: str, content: str | bytes, fault: str) -> None:
    path = written(tmp_path, name, content)

    with pytest.raises(TranscriptError, match=f"^{path}: .*{fault}"):
        read_transcript(path)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (["Doctor,Hi.", "Patient,Hi."] * (files.MOST_TURNS // 2 + 1), "more than 2,000 turns"),
        (["Doctor,Hi.", f"Patient,{'a' * (files.MOST_TURN_CHARACTERS + 1)}"], "turn 1 has more than 10,000 characters"),
        (["Doctor,Hi.", f"Patient,{'a' * files.MOST_TURN_CHARACTERS}"] * 20, "more than 200,000 characters"),
        (["Doctor,Hi.", f"Patient,{'a' * files.MOST_BYTES}"], "more than 2,000,000 bytes"),
    ],
)
def test_what_is_too_long_is_refused(tmp_path: Path, rows: list[str], fault: str) -> None:
    with pytest.raises(TranscriptError, match=fault):
        read_transcript(written(tmp_path, "talk.csv", "\n".join(["who,said", *rows])))


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1).filter(
    lambda text: text == " ".join(text.split()) and bool(text)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.lists(st.tuples(words, st.none() | words, st.integers(0, 9000), st.booleans()), min_size=2, max_size=6))
def test_a_talk_written_as_a_table_or_as_json_is_read_again(
    tmp_path: Path, said: list[tuple[str, str | None, int, bool]]
) -> None:
    turns = tuple(
        Turn(speaker="student" if place % 2 else "patient", text=text, does=does, silent=silent, at_s=at_s / 10)
        for place, (text, does, at_s, silent) in enumerate(said)
    )
    table, plain = tmp_path / "talk.csv", tmp_path / "talk.json"
    with table.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["speaker", "text", "does", "at_s", "silent"])
        out.writerows([turn.speaker, turn.text, turn.does, turn.at_s, turn.silent] for turn in turns)
    plain.write_text(Transcript(turns=turns).model_dump_json(), encoding="utf-8")

    assert read_transcript(table).turns == turns
    assert read_transcript(plain).turns == turns


def test_the_educators_page_has_the_limits_of_a_file() -> None:
    page = " ".join((Path(__file__).parents[2] / "docs" / "educators.md").read_text(encoding="utf-8").split())

    assert (
        f"up to {files.MOST_BYTES // 1_000_000} MB, {files.MOST_TURNS:,} turns and {files.MOST_CHARACTERS:,} characters"
        in page
    )


PIECES = [
    "WEBVTT",
    "\n",
    "\r\n",
    "\n\n",
    "00:01.000 --> 00:02.000",
    "-->",
    "<v Ann>",
    "<v>",
    "</v>",
    "Bob: ",
    "NOTE x",
    " ",
]
PIECES += ["[silence]", "&amp;", "<", "who", "said", "time", ",", ";", "\t", '"', "Doctor", "Patient", "1:02", "é"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25), st.sampled_from([".vtt", ".csv"]))
def test_whatever_is_in_a_file_it_is_a_transcript_or_told_why_not(
    tmp_path: Path, pieces: list[str], ending: str
) -> None:
    head = "WEBVTT\n\n" if ending == ".vtt" else "who,said\n"
    path = written(tmp_path, f"talk{ending}", (head + "".join(pieces)).encode("utf-8", "surrogatepass"))

    try:
        turns = read_transcript(path).turns
    except TranscriptError as error:
        told, sides = str(error), set()
    else:
        told, sides = f"{path}: ", {turn.speaker for turn in turns}

    assert told.startswith(f"{path}: ")
    assert sides in (set(), {"student", "patient"})
