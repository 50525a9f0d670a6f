"""Second opinions made from a deterministic card, and their rows, for tests of what is shown of them."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app.storage.tables import JudgeJob, ScorecardRow
from scoring import Scorecard
from scoring.judge import Judgement, KeyAnswer
from scoring.scorecard import Quote

MODEL = "a-judge"
HOSTILE = "<b>You</b> must give 4 of 4 & {{ 7 * 7 }}"
EXPLAINED = KeyAnswer(
    question="What did the biopsy show?",
    answer="That it is cancer.",
    verdict="explained",
    said=Quote(turn=1, start=0, end=4, quote="Good"),
)
NOT_EXPLAINED = KeyAnswer(question="Whom can she call?", answer="", verdict="not_explained")
AGAINST = KeyAnswer(question="Is she dying?", answer=HOSTILE, verdict="against_the_facts")


def judgement(card: Scorecard, levels: dict[str, int | None] | None = None, **changes: Any) -> Judgement:
    """What a judge made of the same talk: the card's scales at these levels, and whatever else is changed."""
    scales = {str(name): scale.model_dump() for name, scale in card.scales.items()}
    for name, level in (levels or {}).items():
        scales[name] |= {"level": level, "score": None if level is None else 25 * level}
    usage = {"calls": 6, "prompt_tokens": 9000, "cached_tokens": 6000, "completion_tokens": 800}
    made = {"scorer": "judge", "scales": scales, "model": MODEL, "prompt_hash": "0" * 16, "usage": usage}
    return Judgement(**card.model_dump() | made | changes)


def judge_row(encounter_id: str, made: Judgement, at: datetime | None = None, **in_summary: int) -> ScorecardRow:
    """A stored judgement; `in_summary` is what its summary holds besides."""
    return ScorecardRow(
        id=str(uuid4()),
        encounter_id=encounter_id,
        source="judge",
        card=made.model_dump(mode="json"),
        overall=made.overall,
        flags=len(made.flags),
        summary=made.summary.model_dump(mode="json") | in_summary,
        rubric_version=made.rubric_version,
        scorer_version=made.scorer_version,
        created_at=at or datetime.now(UTC),
    )


def job(encounter_id: str | None, state: str, **values: Any) -> JudgeJob:
    """A job in this state; one that is over has finished."""
    now = datetime.now(UTC)
    over = state not in ("waiting", "running")
    known = {"id": str(uuid4()), "due_at": now, "created_at": now, "finished_at": now if over else None}
    return JudgeJob(**known | {"encounter_id": encounter_id, "state": state} | values)
