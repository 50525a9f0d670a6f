"""A check in words for a terminal, and as the plain content of JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any

from app.lab.checking import DIFFICULTY, TURNS, LearnerCheck, PersonaCheck, most_calls
from app.lab.finding import Found
from personas import Fault
from personas.schema import Persona

KINDS = {"leaks": "leak", "breaks": "break", "repeats": "repeat", "contradictions": "contradiction"}
"""The lists of a learner's talk, and what one entry is called."""
_COLUMNS = ("turns", "told", "hints", *KINDS, "screened", "grade", "overall", "trust")


def as_json(persona_id: str, faults: Sequence[Fault], check: PersonaCheck | None) -> dict[str, Any]:
    """One patient as JSON. A file with faults was not held: it has no figures, and does not pass."""
    unheld: dict[str, Any] = {one.name: None for one in fields(PersonaCheck)} | {
        "learners": [],
        "unscripted": [],
        "reasons": [],
    }
    figures = unheld | {"passes": False} if check is None else asdict(check)
    return {**figures, "id": persona_id, "errors": [vars(fault) for fault in faults]}


def as_text(persona: Persona, check: PersonaCheck) -> str:
    """A table with one row a learner, what is wrong in the patient's own words, and whether the patient passes."""
    speaks = check.voice if check.model is None else f"{check.voice} ({check.model})"
    main = {concern.id for concern in persona.concerns if concern.main}
    width = max(len("learner"), *(len(_name(one, check)) for one in check.learners))
    lines = [
        f"  voice: {speaks}; difficulty: {DIFFICULTY}; at most {TURNS} turns a learner",
        f"  {'learner':<{width}}" + "".join(f"  {column:>{len(column)}}" for column in _COLUMNS),
        *(f"  {_name(one, check):<{width}}{_row(one, main)}" for one in check.learners),
        *(f"    {one}" for one in _wrong(check)),
        f"  {_verdict(check)}",
    ]
    return "\n".join(lines)


def before_calls(personas: Sequence[Persona], model: str) -> str:
    """What a check will ask of a language model, said before it is asked."""
    calls = sum(most_calls(persona) for persona in personas)
    return f"This asks {model} for {calls:,} answers at most: {TURNS} turns with every learner."


def _name(one: LearnerCheck, check: PersonaCheck) -> str:
    several = len({other.scenario for other in check.learners}) > 1
    return f"{one.scenario}: {one.learner}" if several else one.learner


def _row(one: LearnerCheck, main: set[str]) -> str:
    if one.not_held is not None:
        return f"  not held: {one.not_held}"
    cells = {
        "turns": one.turns,
        "told": f"{len(main & one.told.keys())}/{len(main)}",
        "hints": one.hints,
        **{kind: len(getattr(one, kind)) for kind in KINDS},
        "screened": one.screened,
        "grade": _figure(one.reading_grade),
        "overall": _figure(one.overall),
        "trust": "-" if one.trust is None else f"{one.trust:.2f}",
    }
    return "".join(f"  {cells[column]!s:>{len(column)}}" for column in _COLUMNS)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _wrong(check: PersonaCheck) -> Iterator[str]:
    for one in check.learners:
        for kind, called in KINDS.items():
            found: Sequence[Found] = getattr(one, kind)
            for each in found:
                about = f" ({each.what})" if each.what else ""
                yield f'{called}{about}, {_name(one, check)}, turn {each.turn}: "{each.words}"'


def _verdict(check: PersonaCheck) -> str:
    if not check.passes:
        return f"does not pass: {'; '.join(check.reasons)}"
    return (
        f"passes: {check.separation:g} points from brusque to skilled; "
        f"of the main concerns skilled hears {check.heard_skilled:.0%}, the others {check.heard_others:.0%}"
    )
