"""One student turn, from hearing it to what the reply really held: begin, receive, settle."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from pydantic import ValidationError

from app.patient.circumstances import NAMINGS_IN_A_ROW, circumstances, last_words
from app.patient.direction import note_for
from app.patient.disclosure import (
    Opening,
    cue_due,
    heard,
    is_about_the_news,
    lately,
    newly_open,
    tells_news,
)
from app.patient.formulas import as_heard
from app.patient.hearing import heard_by_meaning
from app.patient.mind import feel, leaves_pending
from app.patient.risk import asked_risk
from app.patient.scene import Exchange, Heard, Mind, Received, State
from app.patient.stage import split_actions
from personas.schema import Persona, Scenario, Start
from scoring import read_turn
from scoring.known_words import without_known_words
from scoring.lapses import lapses_in
from scoring.reading import TurnReading
from scoring.transcript import Turn


def begin(persona: Persona, scenario: Scenario, difficulty: str) -> State:
    """The state after the opening: the hints it holds count as offered, the last one waits for an answer.

    Raises:
        KeyError: the scenario has no such difficulty.
    """
    start = _start(scenario, difficulty)
    return State(
        mind=Mind(trust=start.trust, distress=start.distress, understanding=start.understanding),
        offered_cues=scenario.opening_cues,
        pending_cue=scenario.opening_cues[-1] if scenario.opening_cues else None,
    )


def receive(
    persona: Persona, scenario: Scenario, difficulty: str, state: State, said: Turn, history: Sequence[Exchange]
) -> Received:
    """Read one student turn, move the mind, open what may be told now, and note for the voice what changed.

    `history` holds what came before `said`. No input or output, but sentence vectors are computed: call it in a thread.
    """
    turns = [exchange.turn for exchange in history]
    heard_so_far = " ".join(turn.text for turn in turns if turn.speaker == "patient")
    reading = without_known_words(read_turn(said.text, turns), persona.words_known, heard_so_far)
    earlier = _read_earlier(history)
    told_now = reading.sure and not state.news_told and tells_news(scenario, said.text, last_words(turns))
    met = circumstances(persona, scenario, state, said, reading, turns, [past for _, past in earlier])
    met = replace(met, tells_news=told_now, warms_times=_start(scenario, difficulty).warms_times)
    felt = feel(state.mind, as_heard(said.text, reading), persona.temper, met)
    last_two = [(turn, as_heard(turn.text, read)) for turn, read in (*earlier[-1:], (said, reading))]
    risk = asked_risk(persona, said.text, lately(turns))
    openings = newly_open(persona, state, felt.mind, last_two, _student_turns(turns) + 1, lately(turns), risk)
    insulted = bool(lapses_in(said.text)) and felt.mind.trust < persona.temper.leaves_below
    left = state.left or (insulted and state.fed_up)
    after = state.model_copy(
        update={
            "mind": felt.mind,
            "open_parts": (*state.open_parts, *(one.concern for one in openings if one.part)),
            "open_concerns": (*state.open_concerns, *(one.concern for one in openings if not one.part)),
            "moves_made": felt.moves_made,
            "news_told": state.news_told or told_now,
            "fed_up": state.fed_up or insulted,
            "left": left,
            "set_off": tuple(_set_off(persona, openings, insulted=insulted, left=left)),
            "pending_cue": state.pending_cue if leaves_pending(reading, met) else None,
        }
    )
    # Right before or after the news a hint of something else would be out of place.
    due = None if is_about_the_news(reading, told_now, after) else cue_due(persona, after, [*turns, said])
    given = [exchange.note for exchange in history if exchange.turn.speaker == "student"]
    note = note_for(state, after, persona, openings, due, given, risk)
    return Received(
        state=after,
        reading=reading,
        changes=felt.changes,
        note=note,
    )


def settle(persona: Persona, scenario: Scenario, state: State, reply: str, lines: Sequence[str]) -> tuple[State, Heard]:
    """The state after the stored reply: only what it really holds counts as told or offered.

    `reply` is the raw text with `*actions*`, `lines` the ids of the authored lines that were said. No input or output,
    but sentence vectors are computed where there are none: call it in a thread.
    """
    spoken, _ = split_actions(reply)
    found = heard(spoken, lines, persona)
    if not lines:  # a language model's own words
        found = _both(found, heard_by_meaning(persona, state, spoken))
    new_cues = [cue for cue in found.cues if cue not in state.offered_cues]
    after = state.model_copy(
        update={
            "told_parts": _joined(state.told_parts, found.parts),
            "open_parts": _joined(state.open_parts, found.parts),
            "told_concerns": _joined(state.told_concerns, found.concerns),
            "open_concerns": _joined(state.open_concerns, found.concerns),
            "offered_cues": _joined(state.offered_cues, new_cues),
            "pending_cue": new_cues[-1] if new_cues else state.pending_cue,
            "used_lines": (*state.used_lines, *lines),
        }
    )
    return after, found


def _both(found: Heard, besides: Heard) -> Heard:
    """What was heard by its wording, and what was heard by its meaning besides."""
    concerns = besides.concerns | found.concerns
    parts = {one: quote for one, quote in (besides.parts | found.parts).items() if one not in concerns}
    return Heard(concerns=concerns, parts=parts, cues=besides.cues | found.cues)


def _set_off(persona: Persona, openings: Sequence[Opening], *, insulted: bool, left: bool) -> Iterator[str]:
    """What the feedback says of this turn, with its reason; what opened is not named, somebody may still meet it."""
    who = persona.subject.capitalize()
    for one in openings:
        could = "begin to tell you something" if one.part else "tell you more"
        yield f"From here on {persona.subject} could {could}: {one.why}."
    if left:
        yield f"{who} left. That was the second insult, and there was hardly any trust."
    elif insulted:
        yield f"{who} had hardly any trust left. Another insult, and {persona.subject} would go."


def _start(scenario: Scenario, difficulty: str) -> Start:
    for name, start in scenario.difficulties.items():
        if name == difficulty:
            return start
    raise KeyError(difficulty)


def _read_earlier(history: Sequence[Exchange]) -> list[tuple[Turn, TurnReading]]:
    """The student's last turns with their readings, oldest first: as many as a rule looks back."""
    said = [place for place, exchange in enumerate(history) if exchange.turn.speaker == "student"]
    return [(history[place].turn, _reading_of(history, place)) for place in said[-(NAMINGS_IN_A_ROW - 1) :]]


def _reading_of(history: Sequence[Exchange], place: int) -> TurnReading:
    """As it was stored; read anew where it was not, or in an older form."""
    with suppress(ValidationError):
        if (stored := history[place].reading) is not None:
            return TurnReading.model_validate(stored)
    return read_turn(history[place].turn.text, [exchange.turn for exchange in history[:place]])


def _student_turns(turns: Sequence[Turn]) -> int:
    return sum(turn.speaker == "student" for turn in turns)


def _joined(before: Sequence[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *more)))
