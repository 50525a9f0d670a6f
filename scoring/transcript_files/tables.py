"""A table of a conversation, a row for each thing said: CSV with comma, semicolon or tab."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from scoring.transcript import TranscriptError
from scoring.transcript_files.speakers import Said, is_silence

_TITLES: Mapping[str, tuple[str, ...]] = {
    "speaker": ("speaker", "role", "who"),
    "text": ("text", "said", "utterance"),
    "at_s": ("at_s", "start", "time"),
    "does": ("does",),
    "silent": ("silent",),
}
_CLOCK = re.compile(r"(?:(\d+):)?([0-5]?\d):([0-5]?\d(?:[.,]\d+)?)")
_SECONDS = re.compile(r"\d{1,7}(?:[.,]\d+)?")

_Row = tuple[int, list[str]]


def read_table(text: str) -> list[Said]:
    """Every row with its speaker; the first row names the columns, others than these are passed over.

    `speaker` (or role, who) and `text` (or said, utterance) must be there; `at_s` (or start, time), in seconds or as
    1:02:03, `does` (what is seen) and `silent` (yes: a silence kept) may be.

    Raises:
        TranscriptError: a column is missing or there twice, a quote is never closed, a row has other cells than the
            first, a speaker or the words are missing, or a time cannot be read; with the line.
    """
    rows = _rows(text)
    line, titles = next(rows, (1, []))
    columns = _columns(line, titles)
    return [_said(line, cells, columns) for line, cells in rows if _fits(line, cells, titles)]


def _rows(text: str) -> Iterator[_Row]:
    """Each row that is not empty, with the number of its first line."""
    head = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise TranscriptError(f"line {begins}: {error}") from error


def _columns(line: int, titles: Sequence[str]) -> dict[str, int]:
    """Which column holds what."""
    plain = [title.strip().casefold() for title in titles]
    columns = {}
    for what, names in _TITLES.items():
        places = [place for place, title in enumerate(plain) if title in names]
        if len(places) > 1:
            raise TranscriptError(f"line {line}: keep one of the columns {' and '.join(plain[p] for p in places)}")
        if places:
            columns[what] = places[0]
        elif what in ("speaker", "text"):
            raise TranscriptError(f"line {line}: no column is called {', '.join(names[:-1])} or {names[-1]}")
    return columns


def _fits(line: int, cells: Sequence[str], titles: Sequence[str]) -> bool:
    if len(cells) != len(titles):
        raise TranscriptError(
            f"line {line}: {len(cells)} cells under {len(titles)} titles; put quotes around words with a separator"
        )
    return True


def _said(line: int, cells: Sequence[str], columns: Mapping[str, int]) -> Said:
    cell = {what: cells[place].strip() for what, place in columns.items()}
    if not cell["speaker"]:
        raise TranscriptError(f"line {line}: nobody is named as the speaker")
    silent = _yes(line, cell.get("silent", "")) or is_silence(cell["text"])
    words = "" if is_silence(cell["text"]) else "\n".join(cell["text"].splitlines())
    does = cell.get("does") or None
    if not (words or does or silent):
        raise TranscriptError(f"line {line}: nothing is said (a silence is written [silence])")
    return Said(line, cell["speaker"], words, does, _at_s(line, cell.get("at_s", "")), silent)


def _yes(line: int, written: str) -> bool:
    if written.casefold() in ("", "0", "no", "false"):
        return False
    if written.casefold() in ("1", "yes", "true"):
        return True
    raise TranscriptError(f"line {line}: silent is yes, no or empty")


def _at_s(line: int, written: str) -> float | None:
    """Seconds from the start: `62.5`, `1:02.5` or `0:01:02`."""
    if not written:
        return None
    if _SECONDS.fullmatch(written):
        return float(written.replace(",", "."))
    clock = _CLOCK.fullmatch(written)
    if clock is None:
        raise TranscriptError(f"line {line}: a time is seconds (62.5) or 1:02:03")
    hours, minutes, seconds = clock.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
