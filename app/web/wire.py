"""What the JSON API takes and gives, field by field; nothing that is closed has a field here."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.classroom.assignments import State as AssignmentState
from app.classroom.assignments import state_of
from app.judging import State as SecondOpinionState
from app.patient.scene import Change, Mind, State
from app.replies import Rooms, failed_event, fault_of
from app.storage import encounters
from app.storage.tables import Assignment, Cohort, Encounter, ReplyAttempt, TurnRow
from personas import Persona, Scenario
from personas.vocabulary import Action
from scoring.judge import Judgement


class Fault(BaseModel):
    """Every error: what happened and what can be done now."""

    code: str
    message: str
    what_now: str


class FaultAnswer(BaseModel):
    """How every error is answered."""

    error: Fault


class Me(BaseModel):
    """Who the token or the cookie belongs to."""

    id: str
    email: str
    name: str
    role: Literal["student", "educator", "admin"]


class ScenarioOut(BaseModel):
    """One scenario of the library, as its door note shows it."""

    id: str
    title: str
    summary: str
    patient: str
    setting: str
    channel: str
    audience: str
    minutes: int
    actions: tuple[Action, ...] = Field(description="What can be done besides talking.")
    practices: tuple[str, ...]
    difficulties: dict[str, str] = Field(description="Name -> what is different, in a sentence.")
    student_role: str
    known: tuple[str, ...]
    tasks: tuple[str, ...]
    limits: str
    content_note: str | None


class AssignmentOut(BaseModel):
    """A scenario a class has set; `attempts` null: as many as you like."""

    id: str
    cohort: str
    scenario: str
    difficulty: str
    mode: Literal["practice", "assessment"]
    state: AssignmentState
    opens_at: datetime
    due_at: datetime | None
    closes_at: datetime
    attempts: int | None
    begun: int
    time_limit_minutes: int | None


class HeldOut(BaseModel):
    """The encounter has ended; its result is held back until it is released."""

    id: str
    released: Literal[False] = False


class SecondOpinionOut(BaseModel):
    """How a second opinion stands. While it is asked for anew, `judgement` is the one before."""

    state: SecondOpinionState
    judgement: Judgement | None


class Begin(BaseModel):
    """Which conversation to begin."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"scenario": "biopsy-result", "difficulty": "standard"}]}
    )

    scenario: str | None = Field(None, description="May be left out with an assignment.")
    difficulty: str = "standard"
    assignment: str | None = None


class Say(BaseModel):
    """One student turn. The same `turn_id` with the same words is the same turn, however often it is sent."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "turn_id": "2f1f7f4e-4f0e-4c55-9d6b-3c0f5d3d7a11",
                    "said": "You look worried. What is on your mind?",
                }
            ]
        },
    )

    turn_id: UUID
    said: str = ""
    silent: bool = Field(False, description="A silence kept on purpose; `said` stays empty.")
    does: Action | None = Field(None, description="Something done, with words or without: see a scenario's `actions`.")


class Answer(BaseModel):
    """The patient's answer: what is said, what is seen, and whether it was stopped."""

    turn_id: str
    text: str
    does: str | None
    state: Literal["done", "stopped"]
    left: bool = Field(False, description="The patient has gone: nothing more can be said, only the talk ended.")


class EncounterOut(BaseModel):
    """An encounter as it begins."""

    id: str
    scenario: str
    difficulty: str
    mode: Literal["practice", "assessment"]
    patient: str
    setting: str
    opening: str = Field(description="What the patient says first; empty where the student begins.")
    opening_does: str | None
    started_at: datetime
    ended_at: datetime | None


class TurnOut(BaseModel):
    """One turn. The patient's mind and its reasons are there once the result may be seen."""

    position: int
    turn_id: str | None
    speaker: Literal["student", "patient"]
    text: str
    does: str | None
    silent: bool
    said_at: datetime
    mind: Mind | None = None
    changes: tuple[Change, ...] | None = None


class ReplyOut(BaseModel):
    """The answer to the last student turn while it is no turn of its own: being spoken, or failed."""

    turn_id: str
    state: Literal["pending", "partial", "stopped", "failed", "interrupted"]
    text: str = Field(description="The words so far, with what is done between asterisks; resume after its length.")
    offset: int = Field(description="Characters so far: the `after` to resume with.")
    error: Fault | None = None


class EncounterState(EncounterOut):
    """An encounter with all that was said."""

    turns: tuple[TurnOut, ...]
    reply: ReplyOut | None
    hints_used: int


class Hint(BaseModel):
    """A hint for the student; counted."""

    hint: str


def scenario_out(persona: Persona, scenario: Scenario) -> ScenarioOut:
    """A scenario as its door note shows it."""
    return ScenarioOut(
        id=scenario.id,
        title=scenario.title,
        summary=scenario.summary,
        patient=persona.name,
        setting=scenario.setting,
        channel=scenario.channel,
        audience=scenario.audience,
        minutes=scenario.minutes,
        actions=scenario.actions,
        practices=scenario.practices,
        difficulties={name: start.note for name, start in scenario.difficulties.items()},
        student_role=scenario.student_role,
        known=scenario.known,
        tasks=tuple(task.what for task in scenario.tasks),
        limits=scenario.limits,
        content_note=scenario.content_note,
    )


def assignment_out(assignment: Assignment, cohort: Cohort, begun: int, now: datetime) -> AssignmentOut:
    """What a class has set, for a student who has begun it so many times."""
    return AssignmentOut.model_validate(
        {
            "id": assignment.id,
            "cohort": cohort.name,
            "scenario": assignment.scenario_id,
            "difficulty": assignment.difficulty,
            "mode": assignment.mode,
            "state": state_of(assignment, begun, now),
            "opens_at": assignment.opens_at,
            "due_at": assignment.due_at,
            "closes_at": assignment.closes_at,
            "attempts": assignment.attempts,
            "begun": begun,
            "time_limit_minutes": assignment.time_limit_minutes,
        }
    )


def about(row: Encounter, persona: Persona) -> dict[str, Any]:
    """The fields of `EncounterOut`."""
    scenario = persona.scenario(row.scenario_id)
    return {
        "id": row.id,
        "scenario": row.scenario_id,
        "difficulty": row.difficulty,
        "mode": row.mode,
        "patient": persona.called,
        "setting": scenario.setting,
        "opening": scenario.opening,
        "opening_does": scenario.opening_does,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }


def turn_out(turn: TurnRow, *, shows_mind: bool) -> TurnOut:
    """A turn as its reader may see it: what it did to the patient only with `shows_mind`."""
    shown: dict[str, Any] = {}
    if shows_mind and turn.state is not None:
        shown["mind"] = State.model_validate(turn.state).mind
        shown["changes"] = tuple(Change.model_validate(change) for change in turn.changes or ())
    return TurnOut.model_validate(
        {
            "position": turn.position,
            "turn_id": turn.turn_id,
            "speaker": turn.speaker,
            "text": turn.text,
            "does": turn.does,
            "silent": turn.silent,
            "said_at": turn.said_at,
            **shown,
        }
    )


def reply_out(attempt: ReplyAttempt, rooms: Rooms) -> ReplyOut:
    """The reply as far as it came: from memory when it is spoken here, else as saved."""
    live = rooms.live.get(attempt.id)
    text = live.spoken.text if live is not None else attempt.text
    state = attempt.state
    if state in encounters.RUNNING and rooms.is_orphan(attempt):
        state = "interrupted"
    shown: dict[str, Any] = {"turn_id": attempt.turn_id, "state": state, "text": text, "offset": len(text)}
    if state in ("failed", "interrupted"):
        shown["error"] = failed_event(fault_of(attempt), 0).data
    return ReplyOut.model_validate(shown)
