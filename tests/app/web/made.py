"""Rows, cards and pages of an encounter, as the tests of the pages need them."""

from datetime import UTC, datetime, timedelta

from app.patient.scene import Mind, State
from app.storage.tables import Encounter, TurnRow
from app.web.assigned import Case
from app.web.debrief import Debrief
from app.web.views import Frame
from personas import Persona, shipped
from scoring import Scorecard
from scoring.scorecard import SCALE_NAMES, Evidence, Moment, Occasion, ScaleResult, Talk

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FRAME = Frame(name="Ann", role="student", support_url="/support")
SAID = "Good morning. You look frightened. Would you like me to go on?"


def maria() -> Persona:
    return shipped()["maria_rivera"].persona


def case() -> Case:
    persona = maria()
    return Case(persona, persona.scenarios[0])


def encounter(**values: object) -> Encounter:
    return Encounter(
        **{
            "id": "e1",
            "student_id": "u1",
            "assignment_id": None,
            "persona_hash": "h",
            "scenario_id": maria().scenarios[0].id,
            "difficulty": "standard",
            "mode": "practice",
            "voice": "authored",
            "hints": True,
            "hints_used": 0,
            "branched_from": None,
            "started_at": START,
            "ended_at": START + timedelta(minutes=9),
        }
        | values
    )


def turn(position: int, speaker: str, text: str, trust: float | None = None, **values: object) -> TurnRow:
    state = None if trust is None else State(mind=Mind(trust=trust, distress=0.6, understanding=0.3))
    return TurnRow(
        **{
            "id": str(position),
            "encounter_id": "e1",
            "position": position,
            "turn_id": f"t{position}" if speaker == "student" else None,
            "speaker": speaker,
            "text": text,
            "does": None,
            "silent": False,
            "as_shown": text,
            "reading": None,
            "state": state and state.model_dump(mode="json"),
            "changes": None,
            "said_at": START + timedelta(seconds=30 * position),
        }
        | values
    )


ASKED = "Is it bad? My mum sat here."


def scale(**values: object) -> ScaleResult:
    unseen = {"level": None, "score": None, "anchor": "No occasion arose.", "counted": "Nothing was counted."}
    return ScaleResult.model_validate(unseen | values)


def evidence(quote: str, effect: str = "raises", why: str = "It fitted her.") -> Evidence:
    start = SAID.index(quote)
    return Evidence.model_validate(
        {"turn": 1, "start": start, "end": start + len(quote), "quote": quote, "effect": effect, "why": why}
    )


def scorecard(moments: tuple[Moment, ...] = (), **scales: ScaleResult) -> Scorecard:
    return Scorecard.model_validate(
        {
            "scales": {name: scales.get(name, scale()) for name in SCALE_NAMES},
            "overall": None,
            "talk": Talk(
                student_words=12,
                patient_words=4,
                student_share=0.75,
                longest_turn=1,
                longest_turn_words=12,
                open_questions=1,
                closed_questions=0,
                silences=0,
            ),
            "moments": moments,
            "facts_checked": True,
            "scorer_version": "1",
            "rubric_version": "1",
        }
    )


def talk(said: str = SAID) -> list[TurnRow]:
    return [
        turn(0, "patient", ASKED, trust=0.35),
        turn(1, "student", said, trust=0.45),
        turn(2, "patient", "Go on."),
    ]


def debrief(**values: object) -> Debrief:
    row = encounter()
    given_values = {
        "encounter": row,
        "ended_at": row.ended_at,
        "persona": maria(),
        "turns": talk(),
        "ledger": (),
        "machine": scorecard(empathy=scale(level=2, score=50, evidence=(evidence("You look frightened"),))),
    }
    return Debrief(**given_values | values)  # type: ignore[arg-type]


def occasion(quote: str, *, met: bool) -> Occasion:
    start = ASKED.index(quote)
    place = {"turn": 0, "start": start, "end": start + len(quote), "quote": quote}
    return Occasion.model_validate(place | {"kind": "cue", "met": met, "grade": 0, "why": "Left standing."})
