"""The rubric: levels, anchors and sources of the four scales, as people read them."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

from personas.vocabulary import ScaleName

VERSION = "2"
"""Raised whenever a rule or an anchor changes: scores of two versions are not compared."""

_HERE = Path(__file__).parent


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Written):
    """A published instrument or study a rule rests on."""

    name: str
    used_for: str


class Scale(_Written):
    """One scale: what it asks, its five anchors, and where they come from."""

    name: ScaleName
    title: str
    letter: str = Field(pattern=r"^[A-Z]$", description="Stands for the scale where there is little room.")
    version: str
    question: str = Field(description="What the scale asks of a conversation, in one sentence.")
    not_observed: str = Field(description="The sentence shown when the conversation gave no occasion.")
    avoided: str = Field(description="The sentence shown when the task for this scale was left undone.")
    anchors: dict[int, str] = Field(description="Level 0-4: a sentence a student understands.")
    rules: dict[int, str] = Field(description="Level 0-4: the count that decides it.")
    does_not_count: tuple[str, ...]
    sources: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_every_level(self) -> "Scale":
        for field in (self.anchors, self.rules):
            if sorted(field) != [0, 1, 2, 3, 4]:
                raise ValueError("levels 0 to 4 each need an anchor and a rule")
        if self.version != VERSION:
            raise ValueError(f"is of rubric version {self.version}, the rules are of version {VERSION}")
        return self

    def anchor(self, level: int | None) -> str:
        """The words for a level; for None, the sentence for a scale that was not observed."""
        return self.not_observed if level is None else self.anchors[level]


@cache
def scale(name: ScaleName) -> Scale:
    """The scale of this name, read once from its YAML file."""
    content = YAML(typ="safe").load(_HERE / f"{name}.yaml")
    return Scale.model_validate(content)
