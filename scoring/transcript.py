"""Turn and Transcript: the one thing the web service and the scorer both know."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from personas.vocabulary import CueKind, Family

Speaker = Literal["student", "patient"]


class TranscriptError(ValueError):
    """A transcript that cannot be read; the message names the place and the fault."""


class Turn(BaseModel):
    """What one person said, and what was seen, until the other spoke."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    speaker: Speaker
    text: str = ""
    does: str | None = Field(None, description="What is seen: 'She looks away.'")
    silent: bool = Field(False, description="A silence kept on purpose; needs no text.")
    at_s: float | None = Field(None, ge=0, description="Seconds from the start of the encounter.")

    @model_validator(mode="after")
    def _says_something(self) -> "Turn":
        if not (self.text.strip() or self.silent or self.does):
            raise ValueError("a turn needs text, unless it is silent or something is done")
        return self


class Cue(BaseModel):
    """An empathic opportunity the simulator knows it offered: a row of the cue ledger."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    turn: int = Field(ge=0, description="Index of the patient's turn, from 0.")
    kind: CueKind
    family: Family | None = None
    intensity: float = Field(0.5, ge=0, le=1)
    quote: str = Field(description="The patient's words, as they stand in the turn.")


class Transcript(BaseModel):
    """One conversation. `turns` are numbered from 0 wherever a turn is referred to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = None
    scenario: str | None = None
    turns: tuple[Turn, ...] = Field(min_length=1)
    cues: tuple[Cue, ...] = ()

    @model_validator(mode="after")
    def _cues_stand_in_their_turns(self) -> "Transcript":
        for number, cue in enumerate(self.cues):
            if cue.turn >= len(self.turns):
                raise ValueError(f"cues.{number}: there is no turn {cue.turn}")
            if self.turns[cue.turn].speaker != "patient":
                raise ValueError(f"cues.{number}: turn {cue.turn} is not the patient's")
            if cue.quote not in self.turns[cue.turn].text:
                raise ValueError(f"cues.{number}: the quote does not stand in turn {cue.turn}")
        return self


_SPEAKERS: Mapping[str, Speaker] = {
    "student": "student",
    "clinician": "student",
    "patient": "patient",
}


def as_turns(context: Sequence[Turn | Mapping[str, str]]) -> tuple[Turn, ...]:
    """Turns as they are, or as the `{"role", "text"}` lines of labelled data; empty lines are dropped.

    Raises:
        TranscriptError: a role that is neither the clinician's nor the patient's.
    """
    turns = []
    for line in context:
        if isinstance(line, Turn):
            turns.append(line)
            continue
        role = line.get("speaker") or line.get("role") or ""
        if role not in _SPEAKERS:
            raise TranscriptError(f"unknown speaker {role!r}: use student (or clinician) and patient")
        if line.get("text", "").strip():
            turns.append(Turn(speaker=_SPEAKERS[role], text=line["text"]))
    return tuple(turns)


def parse_transcript(text: str | bytes, source: str = "transcript") -> Transcript:
    """Read the JSON form of a transcript; `source` is the name used in errors.

    Raises:
        TranscriptError: not JSON (with line and column), or a field that does not fit (with its path).
    """
    try:
        content = json.loads(text)
    except UnicodeDecodeError as error:
        raise TranscriptError(f"{source}: not UTF-8 text (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise TranscriptError(f"{source}: line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise TranscriptError(f"{source}: nested too deeply to be a transcript") from error
    try:
        return Transcript.model_validate(content)
    except ValidationError as error:
        raise TranscriptError(f"{source}: {_say(error)}") from error


_Loc = tuple[int | str, ...]
_EXTRA = "extra_forbidden"
_NEEDS_SPEAKER = "turns need `speaker`: student or patient"


def _say(error: ValidationError) -> str:
    """Each fault once, with the path where it first stands: `turns.3.speaker: Input should be 'student' or 'patient'`.

    Turns without `speaker` are one fault, with the key that stands there instead.
    """
    faults = [(fault["loc"], fault["type"], fault["msg"]) for fault in error.errors(include_url=False)]
    nameless = {loc[1] for loc, kind, _ in faults if loc[2:] == ("speaker",) and kind == "missing"}
    instead = [loc[2] for loc, kind, _ in faults if _is_of_turn(loc) and loc[1] in nameless and kind == _EXTRA]
    said = [_NEEDS_SPEAKER + (f" (found `{instead[0]}`)" if instead else "")] if nameless else []
    places: dict[tuple[_Loc, str], list[str]] = {}
    for loc, kind, message in faults:
        of_nameless = _is_of_turn(loc) and loc[1] in nameless and (kind == _EXTRA or loc[2:] == ("speaker",))
        only_follows = kind == "too_short" and len(faults) > 1
        if not (of_nameless or only_follows):
            what = loc[2:] if _is_of_turn(loc) else loc
            places.setdefault((what, message.removeprefix("Value error, ")), []).append(".".join(map(str, loc)))
    return "; ".join([*said, *(_once(where, message) for (_, message), where in places.items())])


def _is_of_turn(loc: _Loc) -> bool:
    return len(loc) > 1 and loc[0] == "turns"


def _once(where: list[str], message: str) -> str:
    more = f" (and in {len(where) - 1} more)" if len(where) > 1 else ""
    return f"{where[0] or 'the whole file'}: {message}{more}"
