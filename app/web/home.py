"""From personas and encounters to a student's home and the door note."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from app.storage.tables import Encounter
from app.web.assigned import Case, Door, Setting, assigned_view
from app.web.views import Choice
from app.web.views.practice import Assigned, Card, DoorNotePage, Filter, HomePage, Past, Unfinished
from app.web.words import CHANNELS, DIFFICULTIES, PRACTICES, day, review, who
from personas import Scenario

FEW = 6
"""So many scenarios are seen at a glance; beyond that the library can be narrowed."""

LENGTHS = {"short": "Up to 10 min", "long": "Over 10 min"}
SHORT_MINUTES = 10


class Held(NamedTuple):
    """An encounter with its case: `turns` so far, `overall` when it was scored."""

    encounter: Encounter
    case: Case
    turns: int
    overall: float | None


_FITS: Mapping[str, Callable[[Scenario, str], bool]] = {
    "practice": lambda scenario, value: value in scenario.practices,
    "channel": lambda scenario, value: scenario.channel == value,
    "difficulty": lambda scenario, value: value in scenario.difficulties,
    "length": lambda scenario, value: (scenario.minutes <= SHORT_MINUTES) == (value == "short"),
}
_ASKED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "practice": ("Practice", {str(name): words for name, words in PRACTICES.items()}),
    "channel": ("How", CHANNELS),
    "difficulty": ("Difficulty", DIFFICULTIES),
    "length": ("Time", LENGTHS),
}


def home_page(
    cases: Sequence[Case],
    held: Sequence[Held],
    wanted: Mapping[str, str],
    now: datetime,
    settings: Sequence[Setting] = (),
    no_more: Sequence[Setting] = (),
    cohorts: Sequence[str] = (),
) -> HomePage:
    """A student's home. `wanted` narrows the library: filter name -> value; what is not a filter's value is ignored.

    `held` is free practice; what was set, with its encounters, is in `settings`, and in `no_more` what classes set that
    are archived or that the student has left. `cohorts` are the student's classes.
    """
    chosen = {name: value for name, value in wanted.items() if name in _ASKED and value in _ASKED[name][1]}
    shown = [case for case in cases if all(_FITS[name](case.scenario, value) for name, value in chosen.items())]
    assigned = sorted((assigned_view(setting, now) for setting in settings), key=_what_to_do_first)
    return HomePage(
        assigned=tuple(one for one in assigned if one.state != "closed" or one.running),
        closed=(
            *(one for one in assigned if one.state == "closed" and not one.running),
            *(assigned_view(setting, now, over=True) for setting in no_more),
        ),
        cohorts=tuple(cohorts),
        unfinished=tuple(_unfinished(one) for one in held if one.encounter.ended_at is None),
        cards=tuple(_card(case) for case in shown),
        filters=tuple(_filters(chosen)) if len(cases) > FEW else (),
        narrowed=bool(chosen),
        past=tuple(_past(one, one.encounter.ended_at) for one in held if one.encounter.ended_at is not None),
    )


def _what_to_do_first(assigned: Assigned) -> bool:
    """What can be gone on with or begun comes before what waits; within each, the next to close first."""
    return assigned.running is None and not assigned.can_begin


def door_note_page(case: Case, door: Door | None = None, model: str | None = None) -> DoorNotePage:
    """The door note of a scenario: in free practice with its difficulties to choose from, else as a class set it."""
    persona, scenario = case
    return DoorNotePage(
        begin_at=f"/scenarios/{scenario.id}/begin" if door is None else f"/assignments/{door.view.assignment_id}/begin",
        set_by=None if door is None else door.view.cohort,
        note="" if door is None else door.note,
        terms=() if door is None else door.terms,
        can_begin=door is None or door.view.can_begin,
        running=None if door is None else door.view.running,
        title=scenario.title,
        who=who(persona),
        setting=_capital(scenario.setting).rstrip("."),
        channel=CHANNELS[scenario.channel],
        minutes=scenario.minutes if door is None or door.minutes is None else door.minutes,
        student_role=scenario.student_role,
        known=scenario.known,
        tasks=tuple(task.what for task in scenario.tasks),
        limits=scenario.limits,
        content_note=scenario.content_note,
        difficulties=tuple(
            Choice(value=name, label=DIFFICULTIES[name], chosen=name == "standard", note=start.note)
            for name, start in (scenario.difficulties.items() if door is None else ())
        ),
        model=model,
        review=review(persona),
    )


def _card(case: Case) -> Card:
    persona, scenario = case
    return Card(
        scenario_id=scenario.id,
        title=scenario.title,
        summary=scenario.summary,
        who=who(persona),
        channel=CHANNELS[scenario.channel],
        minutes=scenario.minutes,
        difficulties=" or ".join(DIFFICULTIES[name] for name in scenario.difficulties).capitalize(),
        practices=tuple(PRACTICES[practice] for practice in scenario.practices),
    )


def _filters(chosen: Mapping[str, str]) -> Iterable[Filter]:
    for name, (label, values) in _ASKED.items():
        choices = [Choice(value="", label="Any", chosen=name not in chosen)]
        choices += [
            Choice(value=value, label=words, chosen=chosen.get(name) == value) for value, words in values.items()
        ]
        yield Filter(name=name, label=label, choices=tuple(choices))


def _unfinished(held: Held) -> Unfinished:
    return Unfinished(
        id=held.encounter.id,
        title=held.case.scenario.title,
        who=who(held.case.persona),
        turns=held.turns,
        started=day(held.encounter.started_at),
    )


def _past(held: Held, ended_at: datetime) -> Past:
    return Past(
        id=held.encounter.id,
        title=held.case.scenario.title,
        who=held.case.persona.name,
        ended=day(ended_at),
        overall=None if held.overall is None else round(held.overall),
        tried_again=held.encounter.branched_from is not None,
        hard=held.encounter.difficulty == "hard",
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
