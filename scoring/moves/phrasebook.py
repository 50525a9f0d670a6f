"""Reads the rule and phrase files of `scoring/lexicon`: what words make which move, one alternative a line.

Lines are regular expressions over plain lower-case words (see `spelling`); a space also matches a comma and a space,
and each alternative begins and ends at a word's edge. `NAME = ...` at the top is a part used as `{NAME}` below.

    [kind options]      options: asked | stated (only in a question, only outside one), stock, tentative, act=<act>
    alternative
    unless alternative  the rule says nothing for a sentence that holds this

In a phrase file the header is `[name]`, or `[name raw]` for one expression taken as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast, get_args

from personas.vocabulary import Act, MoveKind

_FOLDER = Path(__file__).parents[1] / "lexicon"
_PART = re.compile(r"([A-Z_]+) = (.*)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A move and the plain words that make it. `asked`: only in a question (True), only outside one (False)."""

    kind: MoveKind
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    asked: bool | None = None
    act: Act | None = None
    stock: bool = False
    tentative: bool = False


@cache
def rules(name: str) -> tuple[Rule, ...]:
    """The rules of `rules/<name>.txt`, in their order.

    Raises:
        ValueError: a header that is no kind of move, or an expression that cannot be compiled, with file and header.
    """
    file = _FOLDER / "rules" / f"{name}.txt"
    return tuple(_rule(f"{file.name} [{header}]", header.split(), lines) for header, lines in _sections(file))


@cache
def phrase(name: str, wanted: str) -> re.Pattern[str]:
    """The phrase `[wanted]` of `phrases/<name>.txt`.

    Raises:
        ValueError: there is no such phrase, or it cannot be compiled.
    """
    file = _FOLDER / "phrases" / f"{name}.txt"
    for header, lines in _sections(file):
        title, *options = header.split()
        if title == wanted:
            return _compiled(f"{file.name} [{header}]", lines, raw="raw" in options)
    raise ValueError(f"{file.name}: there is no [{wanted}]")


@cache
def phrase_lines(name: str, wanted: str) -> tuple[str, ...]:
    """The alternatives of the phrase `[wanted]`, each as it is written, for rules that tell them apart.

    Raises:
        ValueError: there is no such phrase.
    """
    for header, lines in _sections(_FOLDER / "phrases" / f"{name}.txt"):
        if header.split()[0] == wanted:
            return tuple(lines)
    raise ValueError(f"{name}.txt: there is no [{wanted}]")


def words(pattern: str) -> re.Pattern[str]:
    """A pattern over plain words: it begins and ends at a word's edge; a space also matches a comma and space."""
    return re.compile(rf"(?<![\w'])(?:{pattern.replace(' ', ',? ')})(?![\w'])")


def sections(name: str) -> Iterator[tuple[str, list[str]]]:
    """(header, lines) of any file of the lexicon folder in this format."""
    return _sections(_FOLDER / name)


def _sections(file: Path) -> Iterator[tuple[str, list[str]]]:
    parts: dict[str, str] = {}
    header = ""
    lines: list[str] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        for part, instead in parts.items():
            line = line.replace("{" + part + "}", instead)  # noqa: PLW2901 - parts may stand in later parts
        if named := _PART.fullmatch(line):
            parts[named[1]] = named[2]
        elif line.startswith("[") and line.endswith("]"):
            if header:
                yield header, lines
            header, lines = line[1:-1], []
        else:
            lines.append(line)
    yield header, lines


def _rule(place: str, header: list[str], lines: list[str]) -> Rule:
    kind, *options = header
    if kind not in get_args(MoveKind):
        raise ValueError(f"{place}: {kind!r} is no kind of move")
    unless = [line.removeprefix("unless ") for line in lines if line.startswith("unless ")]
    acts = [option.removeprefix("act=") for option in options if option.startswith("act=")]
    return Rule(
        kind=cast(MoveKind, kind),
        pattern=_compiled(place, [line for line in lines if not line.startswith("unless ")]),
        unless=_compiled(place, unless) if unless else None,
        asked=True if "asked" in options else False if "stated" in options else None,
        act=cast(Act, acts[0]) if acts else None,
        stock="stock" in options,
        tentative="tentative" in options,
    )


def _compiled(place: str, lines: list[str], *, raw: bool = False) -> re.Pattern[str]:
    try:
        return re.compile(lines[0]) if raw else words("|".join(lines))
    except (re.error, IndexError) as error:
        raise ValueError(f"{place}: {error}") from error
