"""Calm and reliable: pace, questions one at a time, promises with a time."""

from collections.abc import Sequence

from scoring.conversation import Conversation
from scoring.episodes import find_episodes
from scoring.explaining import explain
from scoring.explaining.part import MONOLOGUE_WORDS
from scoring.habits.promises import promises_made
from scoring.habits.quoting import matching, overlaps
from scoring.habits.words import (
    RUSHES,
)
from scoring.patient.questions import question
from scoring.reading import TurnReading
from scoring.scorecard import Evidence, Habit
from scoring.wording import Person, count_of, times


def calm(conversation: Conversation, person: Person, praised: Sequence[Evidence]) -> Habit:
    """Pace, silences, one question at a time, questions answered, words of haste, promises with a time."""
    readings = [conversation.readings[index] for index in conversation.spoken]
    promised = promises_made(conversation)
    hasty = tuple(
        one
        for one in matching(conversation, conversation.spoken, RUSHES, "This sounds like haste.", effect="lowers")
        if not overlaps(one, (*praised, *promised))
    )
    seen = " ".join(
        one for one in (_pace(conversation), _questions(conversation, person), _at_once(readings)) if one is not None
    )
    if hasty:
        seen += f" In {count_of(len(hasty), 'turn')} your words sounded like haste."
    turns = count_of(len(promised), "promise")
    seen += f" You made {turns} with a time on it." if promised else " You promised nothing with a time on it."
    return Habit(name="Calm and reliable", seen=seen, evidence=(*promised[:1], *hasty[:1]))


def _pace(conversation: Conversation) -> str:
    explanation = explain(conversation)
    chunks = explanation.parts.get("chunks") if explanation is not None else None
    poured = chunks is not None and chunks.points == 0
    long_turns = sum(conversation.readings[index].words > MONOLOGUE_WORDS for index in conversation.spoken)
    silences = sum(turn.speaker == "student" and turn.silent for turn in conversation.turns)
    kept = f", and you let a silence stand {times(silences)}" if silences else ""
    if long_turns:
        return f"{count_of(long_turns, 'turn')} ran over {MONOLOGUE_WORDS} words{kept}.".capitalize()
    if poured:
        return f"You told a lot at once{kept}."
    return f"No turn of yours ran over {MONOLOGUE_WORDS} words{kept}."


def _questions(conversation: Conversation, person: Person) -> str | None:
    """The patient's questions, and those put off."""
    put = sum(turn.speaker == "patient" and question(turn.text) is not None for turn in conversation.turns)
    if not put:
        return None
    stalled = {one.request.turn for one in find_episodes(conversation) if one.how == "stalled" and one.request}
    kept = f"; {len(stalled)} did not get an answer at once" if stalled else ""
    return f"{person.subject.capitalize()} put {count_of(put, 'question')} to you{kept}."


def _at_once(readings: Sequence[TurnReading]) -> str | None:
    stacked = sum(reading.has("stacked_question") for reading in readings)
    return f"In {count_of(stacked, 'turn')} you asked several things at once." if stacked else None
