"""Tom with more to him: a concern in layers, answers about harm, and lines for what is done to him."""

from pathlib import Path
from typing import Any

import personas
from personas.schema import Persona

_TOM = personas.load(Path(__file__).parents[2] / "personas" / "tiny.yaml")

PART: dict[str, Any] = {
    "tell": "Your father was ill when you were small. You leave it at that.",
    "opens_when": {"trust": 0.4, "needs_one_of": ["topic"]},
    "phrasings": ["dad was (ill|poorly)"],
}
RISKS: list[dict[str, Any]] = [
    {"kind": "self_harm", "answer": "Once, in the winter. Not now.", "opens": "dog"},
    {"kind": "harm_from_others", "answer": "No. Nobody lays a hand on you."},
]
LINES: list[dict[str, Any]] = [
    {"id": "part_father", "on": "tell", "concern": "father", "part": True, "text": "My dad was ill, when I was small."},
    {"id": "risk_self", "on": "risk", "risk": "self_harm", "text": "In the winter, once. It passed."},
    {"id": "risk_home", "on": "risk", "risk": "harm_from_others", "text": "Nobody touches me. Only the dog."},
    {"id": "sat", "on": "act", "acts": ["sits_down"], "text": "That's better. I was getting a crick."},
    {"id": "stop", "on": "interrupts", "text": "Stop, stop. That's too much."},
    {"id": "warning", "on": "fed_up", "text": "Once more like that and I'm off."},
    {"id": "gone", "on": "leaves", "does": "He gets up and goes.", "text": "I've a round to do."},
]


def _layered() -> Persona:
    content = _TOM.model_dump()
    content["concerns"][0]["part"] = PART
    content["scenarios"][0]["actions"] = ["sits_down", "offers_tissue"]
    return Persona.model_validate(content | {"risks": RISKS, "lines": [*content["lines"], *LINES]})


TOM = _layered()
BLOOD = TOM.scenarios[0]
