"""What passes between the patient's parts: the state after a turn, the scene a voice speaks in, and what it says."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from personas.schema import Persona, Scenario
from scoring.reading import TurnReading
from scoring.transcript import Turn


class Mind(BaseModel):
    """How the patient feels now. All values lie in 0-1."""

    model_config = ConfigDict(frozen=True)

    trust: float = Field(ge=0, le=1)
    distress: float = Field(ge=0, le=1)
    understanding: float = Field(ge=0, le=1)


class Change(BaseModel):
    """One step of the mind and its reason, in words a student understands."""

    model_config = ConfigDict(frozen=True)

    what: str = Field(description="trust, distress or understanding")
    by: float
    why: str
    kind: str | None = Field(None, description="personas.vocabulary.ChangeKind; none in what older versions stored.")
    start: int | None = Field(None, description="Where in the student's turn the words stand that caused it.")
    end: int | None = None


class State(BaseModel):
    """Everything the patient carries from one turn to the next; stored as JSON with each turn."""

    model_config = ConfigDict(frozen=True)

    mind: Mind
    open_parts: tuple[str, ...] = Field((), description="Concerns of which the part may be told now; stays open.")
    told_parts: tuple[str, ...] = Field((), description="Concerns of which the part stands in a stored reply.")
    open_concerns: tuple[str, ...] = Field((), description="May be told now; stays open.")
    told_concerns: tuple[str, ...] = Field((), description="Were told: stand in a stored reply.")
    offered_cues: tuple[str, ...] = Field((), description="Stand in a stored reply.")
    pending_cue: str | None = Field(None, description="Offered in the last reply and not yet answered.")
    used_lines: tuple[str, ...] = Field((), description="Authored lines said, in order, with repeats.")
    moves_made: tuple[str, ...] = Field(
        (), description="Moves that already had their effect, in order; a repeat has half."
    )
    news_told: bool = False
    set_off: tuple[str, ...] = Field((), description="What the student's last turn set off, in sentences for them.")
    fed_up: bool = Field(False, description="Insulted once with hardly any trust left: the next time they go.")
    left: bool = Field(False, description="The patient has gone, or rung off.")


class Heard(BaseModel):
    """What a stored reply contains, with the words that prove it."""

    model_config = ConfigDict(frozen=True)

    concerns: dict[str, str] = Field(default_factory=dict, description="Concern id -> quote in the reply.")
    parts: dict[str, str] = Field(default_factory=dict, description="Concern id -> quote that tells part of it.")
    cues: dict[str, str] = Field(default_factory=dict, description="Cue id -> quote in the reply.")


@dataclass(frozen=True)
class Received:
    """What one student turn did to the patient, before a word is answered."""

    state: State
    reading: TurnReading
    changes: tuple[Change, ...]
    note: str | None
    """The exact text placed after the student's words in the prompt; None when nothing changed."""


@dataclass(frozen=True)
class Exchange:
    """One turn as the prompt holds it: `as_shown` is, byte for byte, what the student saw or sent."""

    turn: Turn
    as_shown: str
    note: str | None = None
    reading: Mapping[str, Any] | None = None
    """What was read in a student's turn, as it is stored; None: to be read again."""


@dataclass(frozen=True)
class Scene:
    """All that a voice may know when it speaks. Concerns that are not open are not to be used."""

    persona: Persona
    scenario: Scenario
    history: tuple[Exchange, ...]
    """Ends with the student's turn that is to be answered."""
    state: State
    reading: TurnReading


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request, as the server counted them."""

    prompt_tokens: int | None
    cached_tokens: int | None
    completion_tokens: int | None
    shortened_turns: int = 0
    """How many turns stood in the prompt only in short, because the model's window was nearly full."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a reply. What the patient does stands between asterisks: `*She looks away.*`."""

    text: str
    line: str | None = None
    """The authored line this piece belongs to."""
    screened: bool = False
    """This piece stands in for something that was out of character."""
    usage: Usage | None = None


class Voice(Protocol):
    """Something that can answer as the patient."""

    name: str
    model: str | None

    def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        """Speak, piece by piece.

        Raises:
            PatientUnreachable: 502, before the first piece.
            PatientCutOff: 502, the answer broke off or was not usable.
            PatientSlow: 504, nothing came in time.
        """
        ...

    async def close(self) -> None:
        """Give back what the voice holds: connections, if it has any."""
        ...
