"""One student turn, from hearing it to what the reply really held: begin, receive, settle."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from pydantic import ValidationError

from app.patient.answering import FEW_WORDS, answers, asks_directly, checks_identity, puts_off
from app.patient.direction import note_for
from app.patient.disclosure import (
    Opening,
    cue_due,
    heard,
    is_about_the_news,
    lately,
    newly_open,
    news_in,
    tells_news,
)
from app.patient.formulas import as_heard
from app.patient.hearing import heard_by_meaning
from app.patient.meaning import nearness
from app.patient.mind import NAMINGS_IN_A_ROW, Circumstances, feel, leaves_pending
from app.patient.risk import asked_risk
from app.patient.scene import Exchange, Heard, Mind, Received, State
from app.patient.stage import action_in, split_actions
from personas.schema import CueNote, Persona, Scenario, Start
from scoring import read_turn
from scoring.known_words import without_known_words
from scoring.lapses import lapses_in
from scoring.moves.sentences import sentences_of
from scoring.patient.replies import refuses, said_or_shown
from scoring.reading import TurnReading
from scoring.transcript import Turn
from scoring.words import alike, sentences, straight, words

SAME_TURN = 0.9
"""Two turns more alike than this are the same turn said twice (rubric 2: sentences from 0.85)."""

SAME_SUBJECT = 0.4
"""Cosine from which a sentence stays with the subject of another."""

_HOLDS_BACK = re.compile(
    r"\b(?:not (?:yet|now|today)|i'd rather not|i don't want(?= (?:to|you to|anything|any of|that|this)\b|\W*$)"
    r"|please don't|stop|wait a"
    r"|give me a (?:minute|moment|second))\b",
    re.IGNORECASE,
)
_COMFORTS = frozenset({"harmless", "benign", "common", "curable", "cured", "treatable", "heals", "rare"})
"""Words of comfort that may be a fact of the case."""
_LEAVES_IT = re.compile(
    r"\b(?:leave|drop) (?:it|that|this)\b|\b(?:another|some other) (?:time|day)\b"
    r"|\b(?:won't|will not|not going to|needn't|don't have to|do not have to) (?:ask|go|push|press|talk|get into|say)\b"
    r"|\b(?:when|if) you(?:'re| are|'d like| want| feel) (?:ready|to)\b|\bno (?:need|pressure|rush|hurry)\b"
    r"|\bthat(?:'s| is) (?:fine|all right|okay|ok|up to you|your (?:choice|business))\b",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\b(?:i'd rather not|i would rather not|not (?:right )?now|not today|can we (?:not|leave|talk about something)"
    r"|don't (?:want|wish) to (?:talk|go|get|think|discuss|say|hear)|leave it|let's leave|drop it|that's private"
    r"|my (?:own )?business)\b",
    re.IGNORECASE,
)


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
    told_now = reading.sure and not state.news_told and tells_news(scenario, said.text, _last_words(turns))
    not_now = _NOT_NOW.search(straight(_last_words(turns))) is not None
    met = Circumstances(
        persona=persona,
        pending=_pending(persona, state),
        just_told=_tells(heard(_last_words(turns), state.used_lines, persona)),
        moves_made=state.moves_made,
        tells_news=told_now,
        prepared=told_now and _is_prepared(reading, [past for _, past in earlier], turns),
        news_just_told=state.news_told and news_in(scenario, turns)[-1:] == (True,),
        asked_directly=asks_directly(_last_words(turns)) and not checks_identity(said.text),
        answers=answers(reading, said.text, _last_words(turns)),
        comforts_truly=_comforts_truly(scenario, reading, said.text),
        puts_off=puts_off(said.text),
        stays_on=state.pending_cue is not None and _stays_with(said.text, _last_words(turns)),  # it takes many vectors
        refused=_refused_leave([past for _, past in earlier], turns),
        not_now=not_now,
        keeps_on=not_now and not _LEAVES_IT.search(straight(said.text)) and _stays_with(said.text, _last_words(turns)),
        silent=said.silent and not said.text.strip(),
        does=action_in(said.does),
        said_before=_is_said_before(said, turns),
        namings_in_a_row=_namings_in_a_row(reading, [past for _, past in earlier]),
        warms_times=_start(scenario, difficulty).warms_times,
    )
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


def _tells(found: Heard) -> bool:
    return bool(found.concerns or found.parts)


def _start(scenario: Scenario, difficulty: str) -> Start:
    for name, start in scenario.difficulties.items():
        if name == difficulty:
            return start
    raise KeyError(difficulty)


def _pending(persona: Persona, state: State) -> CueNote | None:
    return next((cue for cue in persona.cues if cue.id == state.pending_cue), None)


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


def _last_words(turns: Sequence[Turn]) -> str:
    """What the patient said last, a nod as yes, if nothing was said since."""
    return said_or_shown(turns[-1]) if turns and turns[-1].speaker == "patient" else ""


def _refused_leave(earlier: Sequence[TurnReading], turns: Sequence[Turn]) -> bool:
    """Whether leave was asked and not given: 'No, I can't wait' to the offer of company is no refusal of the news."""
    asked = bool(earlier) and earlier[-1].has("asks_permission", "offers_choice")
    last = straight(_last_words(turns))
    return asked and (_HOLDS_BACK.search(last) is not None or (refuses(last) and len(words(last)) <= FEW_WORDS))


def _stays_with(said: str, last: str) -> bool:
    """Whether one sentence stays with the subject of the other's words."""
    theirs = tuple(sentence.text for sentence in sentences(last))
    return any(nearness(sentence, theirs) >= SAME_SUBJECT for sentence in sentences_of(said)) if theirs else False


def _comforts_truly(scenario: Scenario, reading: TurnReading, text: str) -> bool:
    """Whether all that sounds like comfort says what is so: 'both think it is harmless' where a fact says harmless."""
    true = {word for fact in scenario.facts for word in words(fact.statement)} & _COMFORTS
    comforts = reading.all("reassures_early")
    said = [one for one in sentences_of(text) if any(one.start <= move.start < one.end for move in comforts)]
    return bool(said) and all(true & {*words(one.text)} for one in said)


def _is_prepared(reading: TurnReading, earlier: Sequence[TurnReading], turns: Sequence[Turn]) -> bool:
    """Whether a warning came before the news, or leave was given, or the patient asked for it."""
    if reading.has("warns") or (earlier and earlier[-1].has("warns")):
        return True
    last = straight(_last_words(turns))
    asked = bool(earlier) and earlier[-1].has("asks_permission", "offers_choice") and not _HOLDS_BACK.search(last)
    return (asked and not refuses(last)) or asks_directly(last)


def _is_said_before(said: Turn, turns: Sequence[Turn]) -> bool:
    if len(words(said.text)) < FEW_WORDS:
        return False
    return any(turn.speaker == "student" and alike(turn.text, said.text) >= SAME_TURN for turn in turns)


def _namings_in_a_row(reading: TurnReading, earlier: Sequence[TurnReading]) -> int:
    run = 0
    for past in (reading, *reversed(earlier)):
        if not past.has("names_emotion"):
            break
        run += 1
    return run


def _joined(before: Sequence[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *more)))
