"""Conversations with readings made by hand, so that a rule is tested without the reader."""

from collections.abc import Callable

import pytest

from personas.schema import Persona, Scenario
from scoring.conversation import Conversation
from scoring.reading import Move, TurnReading
from scoring.transcript import Cue, Transcript, Turn

Line = tuple[str, ...]
Converse = Callable[..., Conversation]


@pytest.fixture
def converse() -> Converse:
    """`converse(("P", text), ("S", text, "kind=the words", "kind:family/act~*=the words"), ...)`."""
    return _converse


def _converse(
    *lines: Line, cues: tuple[Cue, ...] = (), scenario: Scenario | None = None, persona: Persona | None = None
) -> Conversation:
    turns = tuple(
        Turn(speaker="patient" if line[0] == "P" else "student", text=line[1], silent=line[1] == "") for line in lines
    )
    read = {
        index: _reading(line[1], line[2:]) for index, line in enumerate(lines) if line[0] == "S" and line[1].strip()
    }
    return Conversation(Transcript(turns=turns, cues=cues), read, scenario, persona)


def _reading(text: str, marks: tuple[str, ...]) -> TurnReading:
    moves = tuple(sorted((_move(text, mark) for mark in marks), key=lambda move: move.start))
    tells = {"tells_news", "tells_fact", "tells_plan", "advises", "examines", "opens_sensitive"}
    needed = any(move.kind in tells for move in moves)
    return TurnReading(
        emotional_reaction=0,
        interpretation=0,
        exploration=0,
        names_emotion=0.0,
        emotion_naming_level=0,
        permission="not_asked" if needed else "not_needed",
        difficulty=3.0,
        moves=moves,
        words=len(text.split()),
        sentences=max(1, text.count(".") + text.count("?")),
        hard_sentences=0,
        sure=True,
    )


def _move(text: str, mark: str) -> Move:
    """`kind[:family][/act][~][*]=words`: ~ is tentative, * a formula; the words must stand in the text."""
    head, quote = mark.split("=", 1)
    tentative, stock = "~" in head, "*" in head
    head = head.replace("~", "").replace("*", "")
    head, _, act = head.partition("/")
    kind, _, family = head.partition(":")
    start = text.index(quote)
    return Move.model_validate(
        {
            "kind": kind,
            "family": family or None,
            "act": act or None,
            "start": start,
            "end": start + len(quote),
            "tentative": tentative,
            "stock": stock,
        }
    )
