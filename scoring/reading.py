"""What one clinician turn does: the types every part of scoring and the patient's mind read."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from personas.vocabulary import Act, Family, MoveKind

Permission = Literal["asked", "not_asked", "after_or_refused", "not_needed"]


class Move(BaseModel):
    """One thing a turn does, and the characters that do it: `text[start:end]`."""

    model_config = ConfigDict(frozen=True)

    kind: MoveKind
    start: int
    end: int
    family: Family | None = Field(None, description="For a naming: which feeling.")
    act: Act | None = Field(None, description="For permission and telling: of or for what.")
    tentative: bool = Field(False, description="'It sounds like', 'I wonder if', or checked with the patient.")
    stock: bool = Field(False, description="A phrase that would fit any patient: 'I understand how you feel'.")
    term: str | None = Field(None, description="For jargon: the term.")


class TurnReading(BaseModel):
    """How one clinician turn reads, given what was said before it. No language model is asked."""

    model_config = ConfigDict(frozen=True)

    emotional_reaction: Literal[0, 1, 2] = Field(description="EPITOME (Sharma et al. 2020).")
    interpretation: Literal[0, 1, 2] = Field(description="EPITOME.")
    exploration: Literal[0, 1, 2] = Field(description="EPITOME.")
    names_emotion: float = Field(ge=0, le=1, description="Probability that a feeling of this patient is named.")
    emotion_naming_level: Literal[0, 1, 2] = Field(description="The codebook's level.")
    permission: Permission
    difficulty: float = Field(description="How hard the wording is to read, 1-6 as in MedReadMe; higher is harder.")
    moves: tuple[Move, ...] = ()
    words: int = Field(ge=0)
    sentences: int = Field(ge=0)
    hard_sentences: float = Field(
        ge=0, description="Sentences above 4.5 on the difficulty scale; one near it counts in part."
    )
    sure: bool = Field(description="False for broken or unreadable text: then nothing should follow from it.")

    def has(self, *kinds: MoveKind) -> bool:
        """Whether the turn makes at least one of these moves."""
        return any(move.kind in kinds for move in self.moves)

    def all(self, *kinds: MoveKind) -> tuple[Move, ...]:
        """The moves of these kinds, in the order they stand in the turn."""
        return tuple(move for move in self.moves if move.kind in kinds)
