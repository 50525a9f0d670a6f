"""Read a conversation from a file: JSON, WebVTT captions, or a table with a row for each thing said."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scoring.transcript import Transcript, TranscriptError, parse_transcript
from scoring.transcript_files.speakers import Said, as_turns_of
from scoring.transcript_files.tables import read_table
from scoring.transcript_files.webvtt import read_webvtt

MOST_BYTES = 2_000_000
MOST_TURNS = 2_000
MOST_CHARACTERS = 200_000
"""The longest conversation: some four hours of talk, a few seconds of work."""
MOST_TURN_CHARACTERS = 10_000
"""Its longest turn."""

_READERS: Mapping[str, Callable[[str], list[Said]]] = {".vtt": read_webvtt, ".csv": read_table, ".tsv": read_table}


def read_transcript(path: Path, students: Sequence[str] = ()) -> Transcript:
    """Read a transcript file: JSON, WebVTT or CSV, by its ending, or by how it begins where the ending says nothing.

    Args:
        path: the file; at most 2 MB.
        students: the names of the clinician, where the names in the file do not say who that is. JSON says it itself.

    Raises:
        TranscriptError: the file cannot be opened, is no transcript (with line, or with path in JSON), is too long, or
            does not say who is the student and who the patient (with the names that were found).
    """
    content = _bytes_of(path)
    form = _form_of(path, content)
    if form == ".json":
        transcript = parse_transcript(content, source=str(path))
    else:
        transcript = _from_said(path, _READERS[form], _text_of(path, content), students)
    _refuse_if_too_long(path, transcript)
    return transcript


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise TranscriptError(f"{path}: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise TranscriptError(f"{path}: more than {MOST_BYTES:,} bytes; score a part of it at a time")
    return content


def _form_of(path: Path, content: bytes) -> str:
    ending = path.suffix.lower()
    if ending == ".json" or ending in _READERS:
        return ending
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begins.startswith(b"WEBVTT"):
        return ".vtt"
    if begins.startswith((b"{", b"[")):
        return ".json"
    raise TranscriptError(f"{path}: a transcript is a .json, .vtt (WebVTT), .csv or .tsv file")


def _text_of(path: Path, content: bytes) -> str:
    """The text without its byte order mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TranscriptError(f"{path}: UTF-16 text; save it as UTF-8")
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = _line_of(content[: error.start].decode("utf-8", "replace"))
        raise TranscriptError(f"{path}: line {line}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise TranscriptError(f"{path}: line {_line_of(text[: text.index(chr(0))])}: not text (a zero byte)")
    return text


def _line_of(before: str) -> int:
    return len(re.findall(r"\r\n|\n|\r", before)) + 1


def _from_said(path: Path, read: Callable[[str], list[Said]], text: str, students: Sequence[str]) -> Transcript:
    """What was said, as turns of two sides; faults are told with the name of the file."""
    try:
        return Transcript(turns=as_turns_of(read(text), students))
    except TranscriptError as error:
        raise TranscriptError(f"{path}: {error}") from error


def _refuse_if_too_long(path: Path, transcript: Transcript) -> None:
    lengths = [len(turn.text) + len(turn.does or "") for turn in transcript.turns]
    if len(lengths) > MOST_TURNS:
        raise TranscriptError(f"{path}: more than {MOST_TURNS:,} turns; score a part of it at a time")
    if sum(lengths) > MOST_CHARACTERS:
        raise TranscriptError(f"{path}: more than {MOST_CHARACTERS:,} characters; score a part of it at a time")
    if max(lengths) > MOST_TURN_CHARACTERS:
        turn = lengths.index(max(lengths))
        raise TranscriptError(f"{path}: turn {turn} has more than {MOST_TURN_CHARACTERS:,} characters; split it")
