"""WebVTT captions as what was said: https://www.w3.org/TR/webvtt1/.

Our own reader: webvtt-py (0.6) passes over what it cannot read, keeps one voice a caption and no line numbers; a score
must not rest on half a conversation.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from scoring.transcript import TranscriptError
from scoring.transcript_files.speakers import Said, is_role, is_silence

_TIME = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)[.,](\d{3})")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:\s+([^>]*))?>|</v>")
_NOBODYS_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s*>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<\d[\d:.]*>")
_NAMED = re.compile(r"(?:(?:-|–|>>)\s*)?([^\W\d_][^:：<>!?;\"]{0,59}?)\s*[:：](?:\s+(.*))?")
_CHANGE = re.compile(r">>|[-–]\s")
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")

_Line = tuple[int, str]


class _Cue(NamedTuple):
    line: int
    at_s: float
    body: list[_Line]


def read_webvtt(text: str) -> list[Said]:
    """Every caption with its speaker, by voice tag (`<v Name>`) or as `Name: words`.

    A caption without a name goes on with the speaker before it. Styles, settings and notes are passed over.

    Raises:
        TranscriptError: no WebVTT, a block that is no caption, times that cannot be read or go back, words before any
            name, or a silence that is nobody's; with the line.
    """
    said: list[Said] = []
    began = 0.0
    for cue in _cues(text):
        if cue.at_s < began:
            raise TranscriptError(f"line {cue.line}: begins before the caption above it")
        began = cue.at_s
        for line, name, words in _spoken(cue):
            said.append(_said(line, name or _speaker_before(said, line, words), words, cue.at_s))
    return said


def _said(line: int, name: str, words: str, at_s: float) -> Said:
    silent = is_silence(words)
    return Said(line, name, "" if silent else words, None, at_s, silent)


def _speaker_before(said: list[Said], line: int, words: str) -> str:
    if is_silence(words):
        raise TranscriptError(f"line {line}: whose silence is it? Put a name before it")
    if not said or _CHANGE.match(words):
        raise TranscriptError(f"line {line}: no name says who speaks: <v Name>words, or Name: words")
    return said[-1].name


def _cues(text: str) -> Iterator[_Cue]:
    for block in _blocks(text):
        place = next((place for place, (_, words) in enumerate(block) if "-->" in words), None)
        if place is not None and place <= 1:
            line, times = block[place]
            body = block[place + 1 :]
            _refuse_if_two(body)
            yield _Cue(line, _start_s(line, times), body)
        elif not _NO_CUE.fullmatch(block[0][1]):
            raise TranscriptError(
                f"line {block[0][0]}: no times above these words (a caption has them, and no empty line in it)"
            )


def _refuse_if_two(body: list[_Line]) -> None:
    for line, words in body:
        if "-->" in words:
            raise TranscriptError(f"line {line}: an empty line is missing above these times")


def _blocks(text: str) -> Iterator[list[_Line]]:
    """The blocks below the header, parted by empty lines; each line with its number.

    A line of spaces parts them too, unless it is the first below the times: some captions begin so.
    """
    lines = list(enumerate(re.split(r"\r\n|\n|\r", text), start=1))
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0][1]):
        raise TranscriptError("line 1: WebVTT begins with WEBVTT")
    block: list[_Line] = []
    for number, words in [*_below_header(lines), (len(lines) + 1, "")]:
        if words.strip() or (words and block and "-->" in block[-1][1]):
            block.append((number, words))
        elif block:
            yield block
            block = []


def _below_header(lines: list[_Line]) -> list[_Line]:
    """The lines from the first empty one on, or from the first times."""
    ends = (place for place, (_, words) in enumerate(lines) if not words.strip() or "-->" in words)
    return lines[next(ends, len(lines)) :]


def _start_s(line: int, times: str) -> float:
    """When a caption begins, in seconds."""
    start, _, rest = times.partition("-->")
    end = rest.split(maxsplit=1)[:1]
    begins = _TIME.fullmatch(start.strip())
    if begins is None or not (end and _TIME.fullmatch(end[0])):
        raise TranscriptError(f"line {line}: times are written 00:01:02.500 --> 00:01:04.000")
    hours, minutes, seconds, thousandths = (int(part or 0) for part in begins.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _spoken(cue: _Cue) -> Iterator[tuple[int, str, str]]:
    """Each speaker's words in a caption, with the line they begin in; the name is empty where none is given."""
    written = "\n".join(words for _, words in cue.body)
    if _NOBODYS_VOICE.search(written):
        raise TranscriptError(f"line {cue.line + 1}: a voice without a name")
    pieces = _by_voice(written) if _VOICE.search(written) else _by_name(written)
    for before, name, words in pieces:
        plain = " ".join(unescape(_TAG.sub("", words)).split())
        if plain:
            yield cue.line + 1 + before, " ".join(unescape(name).split()), plain


def _by_voice(written: str) -> Iterator[tuple[int, str, str]]:
    """What stands in each voice tag, and between them: lines above it, name, words."""
    begins, name = 0, ""
    for tag in _VOICE.finditer(written):
        yield written.count("\n", 0, begins), name, written[begins : tag.start()]
        begins, name = tag.end(), tag.group(1) or ""
    yield written.count("\n", 0, begins), name, written[begins:]


def _by_name(written: str) -> Iterator[tuple[int, str, str]]:
    """Each line that begins with `Name:`, with the lines that follow it."""
    begins, name, words = 0, "", [""]
    for place, line in enumerate(written.split("\n")):
        found = _NAMED.fullmatch(_TAG.sub("", line).strip())
        if found and _is_name(found.group(1)):
            yield begins, name, "\n".join(words)
            begins, name, words = place, found.group(1), [found.group(2) or ""]
        else:
            words.append(line)
    yield begins, name, "\n".join(words)


def _is_name(words: str) -> bool:
    """One word, or up to six of which the first and last are no small letters or a role: not "here is the thing"."""
    each = re.findall(r"[^\s.]+", re.sub(r"\([^)]*\)|\[[^\]]*\]", "", words))
    ends = [word for word in (*each[:1], *each[-1:]) if word[0].islower() and not is_role(word)]
    return len(each) == 1 or (1 < len(each) <= 6 and not ends)
