"""From a running encounter's rows to the page of the consulting room."""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from app import errors
from app.classroom.release import needs_review
from app.patient.memory import has_left
from app.replies import fault_of
from app.storage.tables import Assignment, Encounter, ReplyAttempt, TurnRow
from app.web.views.practice import DeedView, EncounterPage, Part, Spoken, Waiting
from app.web.words import DEEDS, deed_of
from personas import Persona

AWAY_S = 180
"""A longer gap between turns is time away from the room: the clock counts no more of it."""

_DONE = re.compile(r"\*+([^*\n]+)\*+")
_RUNNING = ("pending", "partial")


def encounter_page(
    encounter: Encounter,
    persona: Persona,
    turns: Sequence[TurnRow],
    attempt: ReplyAttempt | None,
    now: datetime,
    turn_characters: int,
    assignment: Assignment | None = None,
) -> EncounterPage:
    """The consulting room. `attempt` is the newest try at answering the student's last turn, if that is the last."""
    scenario = persona.scenario(encounter.scenario_id)
    limit_s = limit_s_of(encounter)
    return EncounterPage(
        encounter_id=encounter.id,
        title=scenario.title,
        patient=persona.name,
        called=persona.called,
        subject=persona.subject.capitalize(),
        setting=scenario.setting,
        hints=encounter.mode == "practice" and encounter.hints,
        length_s=scenario.minutes * 60 if limit_s is None else round(limit_s),
        elapsed_s=_elapsed_s(encounter, turns, now),
        ends_by_itself=limit_s is not None,
        then=what_comes_then(assignment),
        turn_characters=turn_characters,
        turns=spoken_turns(turns, persona.called),
        tasks=tuple(task.what for task in scenario.tasks),
        waiting=_waiting(turns, attempt),
        deeds=tuple(DeedView(one, *DEEDS[one]) for one in scenario.actions),
        face_to_face=scenario.channel == "face_to_face",
        left=has_left(turns),
    )


def what_comes_then(assignment: Assignment | None) -> str:
    """What its student meets after the end of a talk."""
    if assignment is not None and assignment.self_rating:
        return "First you rate yourself."
    if assignment is not None and needs_review(assignment):
        return "An educator reviews it before you see the result."
    if assignment is not None:
        return "You see your feedback, unless the scorer finds something that an educator looks at first."
    return "You go straight to your feedback."


def limit_s_of(encounter: Encounter) -> float | None:
    """How many seconds the encounter may last; None without a time limit."""
    return None if encounter.deadline_at is None else (encounter.deadline_at - encounter.started_at).total_seconds()


def _elapsed_s(encounter: Encounter, turns: Sequence[TurnRow], now: datetime) -> int:
    """Time spent in the room; under a time limit all time since the start, as its clock does not stop."""
    if encounter.deadline_at is not None:
        return max(0, round((now - encounter.started_at).total_seconds()))
    return seconds_in_room([encounter.started_at, *(turn.said_at for turn in turns), now])


def spoken_turns(turns: Sequence[TurnRow], called: str) -> tuple[Spoken, ...]:
    """The turns as a talk reads."""
    return tuple(_spoken(turn, called) for turn in turns)


def seconds_in_room(moments: Sequence[datetime]) -> int:
    """How long the student was there since the first moment, in seconds: each gap counts at most `AWAY_S`.

    The copied turns of another try were said before the first moment; they count nothing, and neither does the
    gap in which the machine's clock was set back.
    """
    since = [moment for moment in moments if moment >= moments[0]]
    gaps_s = [(later - earlier).total_seconds() for earlier, later in pairwise(since)]
    return round(sum(min(max(gap_s, 0), AWAY_S) for gap_s in gaps_s))


def parts_of(raw: str) -> tuple[Part, ...]:
    """What was said and what was done, in order: `*She nods.* Yes.` is two parts.

    One word between asterisks inside a sentence is stress, not an action. static/speech.js follows the same rule.
    """
    parts: list[Part] = []
    said = ""
    end = 0
    for mark in _DONE.finditer(raw):
        said += raw[end : mark.start()]
        end = mark.end()
        inside = mark.group(1).strip()
        if _is_stress(inside, said, raw[end:]):
            said += inside
        elif inside:
            parts += [*_said(said), Part(does=True, text=inside)]
            said = ""
    return (*parts, *_said(said + raw[end:]))


def _said(text: str) -> list[Part]:
    plain = text.replace("*", "").strip()
    return [Part(does=False, text=plain)] if plain else []


def _is_stress(inside: str, before: str, after: str) -> bool:
    ahead, behind = after.lstrip(" "), before.rstrip(" ")
    if " " in inside or inside.endswith(".") or not ahead or not behind:
        return False
    return behind[-1] not in '.!?…*\n"' and (ahead[0].islower() or ahead[0] in ",.?!;:")


def _spoken(turn: TurnRow, called: str) -> Spoken:
    mine = turn.speaker == "student"
    if mine:
        done = deed_of(turn.does) or ("You stay silent." if turn.silent else None)
        shown = ((True, done), (False, turn.text))
        parts: tuple[Part, ...] = tuple(Part(does=does, text=text) for does, text in shown if text)
    else:
        parts = parts_of(turn.as_shown)
    return Spoken(mine=mine, name="You" if mine else called, parts=parts, turn_id=turn.turn_id)


def _waiting(turns: Sequence[TurnRow], attempt: ReplyAttempt | None) -> Waiting | None:
    if not turns or turns[-1].speaker != "student" or turns[-1].turn_id is None:
        return None
    if attempt is not None and attempt.state in _RUNNING:
        return Waiting(turn_id=turns[-1].turn_id, running=True, message="")
    error = fault_of(attempt) if attempt is not None else errors.PatientCutOff()
    return Waiting(turn_id=turns[-1].turn_id, running=False, message=f"{error.message} {error.what_now}")
