"""Reads persona files: YAML in, a checked Persona out, or every fault with its file, line and field."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.reader import ReaderError

from personas.schema import Misplaced, Persona, Place, Scenario

FOLDER = Path(__file__).parent

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
"""What plain YAML can hold here. A date stays the text it was written as."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a persona file."""

    line: int
    field: str
    message: str


class PersonaError(ValueError):
    """A persona file that cannot be used. `line`, `field` and `message` are the first fault's; `faults` holds all."""

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file = file
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        self.line, self.field, self.message = self.faults[0].line, self.faults[0].field, self.faults[0].message
        super().__init__("\n".join(f"{file}, line {one.line}, {one.field}: {one.message}" for one in self.faults))


@dataclass(frozen=True)
class LoadedPersona:
    """A persona with the text it was read from; the hash is SHA-256 of the file's bytes, in hex."""

    persona: Persona
    yaml_text: str
    content_hash: str


def load(path: Path) -> Persona:
    """Read one persona file.

    Raises:
        PersonaError: unreadable, not UTF-8, not YAML, or not a persona; its id is not the file's name.
    """
    return _load(path).persona


def parse(text: str, source: str) -> Persona:
    """Read a persona from YAML kept elsewhere, for instance in the database; `source` is the name used in errors.

    Raises:
        PersonaError: as for `load`, the file's name aside.
    """
    content, lines = _read_yaml(text, source)
    try:
        return Persona.model_validate(content)
    except ValidationError as error:
        found = [Fault(_line_of(place, lines), _name(place), message) for place, message in _places(error)]
        raise PersonaError(source, found) from error


def shipped() -> dict[str, LoadedPersona]:
    """The personas that come with Rapport, by id; read once.

    Raises:
        PersonaError: a file is wrong, or two files use the same scenario id.
    """
    return dict(_shipped())


def find_scenario(scenario_id: str) -> tuple[Persona, Scenario]:
    """The shipped persona and scenario of this scenario id; KeyError if there is none."""
    for one in _shipped().values():
        for scenario in one.persona.scenarios:
            if scenario.id == scenario_id:
                return one.persona, scenario
    raise KeyError(scenario_id)


@cache
def _shipped() -> dict[str, LoadedPersona]:
    return load_folder(FOLDER)


def load_folder(folder: Path) -> dict[str, LoadedPersona]:
    """Every persona in a folder, by id, in the order of the file names.

    Raises:
        PersonaError: a file is wrong, or two files use the same scenario id.
    """
    loaded: dict[str, LoadedPersona] = {}
    owner: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        one = _load(path)
        for number, scenario in enumerate(one.persona.scenarios):
            if scenario.id in owner:
                message = f"{scenario.id!r} is already a scenario of {owner[scenario.id]}.yaml"
                raise _fault_in(one.yaml_text, _shown(path), ("scenarios", number, "id"), message)
            owner[scenario.id] = one.persona.id
        loaded[one.persona.id] = one
    return loaded


def _load(path: Path) -> LoadedPersona:
    source = _shown(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PersonaError(source, [Fault(1, "the whole file", error.strerror or "cannot be read")]) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PersonaError(source, [Fault(line, "the whole file", "not UTF-8 text: save it as UTF-8")]) from error
    persona = parse(text, source)
    if persona.id != path.stem:
        raise _fault_in(text, source, ("id",), f"{persona.id!r} should be the file's name, {path.stem!r}")
    return LoadedPersona(persona, text, hashlib.sha256(content).hexdigest())


def _shown(path: Path) -> str:
    """The path as people know it: `personas/x.yaml` for shipped files."""
    return f"{FOLDER.name}/{path.name}" if path.resolve().parent == FOLDER.resolve() else str(path)


def _fault_in(text: str, source: str, place: Place, message: str) -> PersonaError:
    _, lines = _read_yaml(text, source)
    return PersonaError(source, [Fault(_line_of(place, lines), _name(place), message)])


def _read_yaml(text: str, source: str) -> tuple[Value, dict[Place, int]]:
    """Plain values, and the line (from 1) of each place. Tags, anchors and repeated keys are refused."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = error.problem or error.context or "not YAML"
        raise PersonaError(source, [Fault(line, "YAML", message)]) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise PersonaError(source, [Fault(line, "YAML", "a character that cannot stand in YAML")]) from error
    except YAMLError as error:
        raise PersonaError(source, [Fault(1, "YAML", str(error))]) from error
    except RecursionError as error:
        raise PersonaError(source, [Fault(1, "YAML", "nested too deeply")]) from error
    if not isinstance(node, MappingNode):
        raise PersonaError(source, [Fault(1, "the whole file", "should hold fields, each as 'name: value'")])
    lines: dict[Place, int] = {}
    faults: list[Fault] = []
    content = _value(node, (), lines, faults, seen=set())
    if faults:
        raise PersonaError(source, faults)
    return content, lines


def _value(node: Node, place: Place, lines: dict[Place, int], faults: list[Fault], seen: set[int]) -> Value:
    """The node as plain values; notes lines and faults on the way."""
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if id(node) in seen:
        faults.append(Fault(lines[place], _name(place), "references (& and *) are not used in persona files"))
        return None
    seen.add(id(node))
    kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
    if kind not in ("map", "seq", "str", "timestamp", "null", "bool", "int", "float"):
        faults.append(Fault(line, _name(place), f"tags such as {kind} are not used in persona files"))
        return None
    if isinstance(node, MappingNode):
        return _mapping(node, place, lines, faults, seen)
    if isinstance(node, SequenceNode):
        return [_value(item, (*place, index), lines, faults, seen) for index, item in enumerate(node.value)]
    return _scalar(kind, node.value)


def _mapping(
    node: MappingNode, place: Place, lines: dict[Place, int], faults: list[Fault], seen: set[int]
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in found:
            faults.append(Fault(line, _name((*place, key)), f"stands here twice, first in line {lines[(*place, key)]}"))
            continue
        lines[(*place, key)] = line
        found[key] = _value(value_node, (*place, key), lines, faults, seen)
    return found


def _scalar(kind: str, text: str) -> Value:
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" | "float":
            try:
                return int(text) if kind == "int" else float(text)
            except ValueError:
                return text  # 0x1F or .inf: no number a persona needs, so the field's own check speaks
        case _:
            return text


def _places(error: ValidationError) -> Iterator[tuple[Place, str]]:
    """Each fault's place and message; a Misplaced error names several places below its own."""
    faults = error.errors(include_url=False, include_input=False)
    for fault in faults:
        place: Place = tuple(part for part in fault["loc"] if part != "[key]")
        if fault["type"] == "too_short" and any(
            place == other["loc"][: len(place)] for other in faults if other != fault
        ):
            continue  # it is only too short because a part of it is wrong, and that is said
        cause = fault.get("ctx", {}).get("error")
        if isinstance(cause, Misplaced):
            yield from (((*place, *below), message) for below, message in cause.faults)
        elif fault["type"] == "extra_forbidden":
            yield place, "there is no such field: is it misspelt, or in the wrong place?"
        else:
            yield place, fault["msg"].removeprefix("Value error, ")


def _line_of(place: Place, lines: dict[Place, int]) -> int:
    """The line of this place, or of the nearest one above it that stands in the file."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _name(place: Place) -> str:
    return ".".join(str(part) for part in place) or "the whole file"
