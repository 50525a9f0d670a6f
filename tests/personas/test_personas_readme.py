"""The page for clinicians explains what a persona file may hold, all of it."""

from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

import personas
from personas import schema

README = (Path(personas.__file__).parent / "README.md").read_text(encoding="utf-8")
MODELS = [
    schema.Persona,
    schema.Temper,
    schema.Concern,
    schema.Gate,
    schema.Part,
    schema.Risk,
    schema.CueNote,
    schema.Line,
    schema.InnerThought,
    schema.Review,
    schema.Scenario,
    schema.Start,
    schema.Task,
    schema.Fact,
    schema.MustAsk,
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_explained(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if f"`{name}`" not in README] == []


def test_every_occasion_for_a_line_is_explained() -> None:
    occasions = get_args(schema.Line.model_fields["on"].annotation)

    assert [occasion for occasion in occasions if f"`{occasion}`" not in README] == []


def test_every_condition_of_a_gate_is_explained() -> None:
    (conditions, _) = get_args(schema.Gate.model_fields["needs_one_of"].annotation)

    assert [one for one in get_args(conditions) if f"`{one}`" not in README] == []
