"""What the scripted learners say in one scenario, as `app/lab/scripts/<scenario-id>.yaml` has it.

Written with the door note and the hints the patient drops in sight, and nothing else of the persona.
"""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

FOLDER = Path(__file__).parent / "scripts"

Words = Annotated[str, Field(min_length=1)]
Some = Annotated[tuple[Words, ...], Field(min_length=1)]
"""At least one thing to say."""


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class PickUp(_Said):
    """What is said, once, when one of these words stands in the patient's reply; capitals do not matter."""

    words: Some
    says: Words


class Skilled(_Said):
    """Greets, goes to the news step by step, picks up hints, asks openly, checks what was understood."""

    greets: Words
    towards_the_news: Some = Field(description="One a turn; the last of them asks leave to tell.")
    warns: Words = Field(description="Said with the news, before it.")
    after_the_news: Words = Field(description="Said with the news, behind it.")
    picks_up: tuple[PickUp, ...] = Field(min_length=1, description="The first that fits and was not said is said.")
    answers: tuple[PickUp, ...] = Field((), description="To questions that no fact of the case answers by itself.")
    asks: Some
    checks: Some = Field(description="Has the patient say it back, asks for questions.")
    does_not_know: Some = Field(description="To a question no fact of the case answers; said in this order, then over.")


class Middling(_Said):
    """Friendly and correct. Between `first` and `then` the facts of the case are told, each with "Is that clear?"."""

    first: Some
    then: Some = Field(description="Said once each, then over again.")
    answers: Some = Field(description="To any question of the patient's, in turn.")


class Formulaic(_Said):
    """What is not the same in every scenario: how the talk is opened, and the closed questions."""

    greets: Words
    asks: Annotated[tuple[Words, ...], Field(min_length=3, max_length=3)]


class Script(_Said):
    """The lines of every learner in one scenario."""

    explains: tuple[Words, ...] = Field(description="Facts of the case that are told unasked, by id and in this order.")
    skilled: Skilled
    middling: Middling
    brusque: Some
    formulaic: Formulaic


@cache
def script_of(scenario_id: str) -> Script:
    """The script for this scenario; KeyError if there is none."""
    path = FOLDER / f"{scenario_id}.yaml"
    if not path.is_file():
        raise KeyError(scenario_id)
    return Script.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))


def scripted() -> tuple[str, ...]:
    """The scenarios that have a script, by id."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
