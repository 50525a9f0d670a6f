"""What a student's turn meets: what the patient said last, what was asked, promised or refused before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.patient.answering import FEW_WORDS, answers, asks_directly, checks_identity, puts_off
from app.patient.disclosure import heard, news_in
from app.patient.meaning import nearness
from app.patient.scene import State
from app.patient.stage import action_in
from personas.schema import CueNote, Persona, Scenario
from personas.vocabulary import Action
from scoring.moves.sentences import sentences_of
from scoring.patient.replies import refuses, said_or_shown
from scoring.reading import TurnReading
from scoring.transcript import Turn
from scoring.words import alike, sentences, straight, words

NAMINGS_IN_A_ROW = 3
"""From so many turns in a row on, being told one's feelings again is felt as being handled."""
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


@dataclass(frozen=True)
class Circumstances:
    """What the student's turn met: everything `feel` needs beside the reading."""

    persona: Persona
    pending: CueNote | None = None
    """The hint the patient's last words held."""
    just_told: bool = False
    """The patient's last words told what weighs on them."""
    moves_made: tuple[str, ...] = ()
    tells_news: bool = False
    """This turn tells the weighty news, for the first time."""
    prepared: bool = False
    """A warning or a granted permission stood before the news, or the patient asked for it."""
    news_just_told: bool = False
    """The news came in the student's last turn."""
    asked_directly: bool = False
    """The patient's last words were a direct question."""
    answers: bool = False
    """This turn answers it, or says honestly that the answer is not known."""
    comforts_truly: bool = False
    """What sounds like comfort in this turn is a fact of the case."""
    puts_off: bool = False
    """This turn leaves the answer for later."""
    stays_on: bool = False
    """This turn speaks of what the patient's last words were about."""
    not_now: bool = False
    """The patient's last words asked to leave something be."""
    keeps_on: bool = False
    """This turn stays with the subject of those words."""
    refused: bool = False
    """The student had asked leave, and the patient's last words held back."""
    silent: bool = False
    does: Action | None = None
    """What the student does in this turn, with words or without."""
    said_before: bool = False
    """The student says again, nearly word for word, what was said earlier."""
    namings_in_a_row: int = 0
    """Turns in a row, this one included, that name a feeling."""
    warms_times: float = 1.0


def circumstances(
    persona: Persona,
    scenario: Scenario,
    state: State,
    said: Turn,
    reading: TurnReading,
    turns: Sequence[Turn],
    earlier: Sequence[TurnReading],
) -> Circumstances:
    """What this turn meets; `turns` came before it, `earlier` are the readings of the student's last ones.

    Whether it tells the news, and how fast this patient warms, is for who knows the difficulty to add.
    """
    last = last_words(turns)
    told = heard(last, state.used_lines, persona)
    not_now = _NOT_NOW.search(straight(last)) is not None
    return Circumstances(
        persona=persona,
        pending=_pending(persona, state),
        just_told=bool(told.concerns or told.parts),
        moves_made=state.moves_made,
        prepared=_is_prepared(reading, earlier, turns),
        news_just_told=state.news_told and news_in(scenario, turns)[-1:] == (True,),
        asked_directly=asks_directly(last) and not checks_identity(said.text),
        answers=answers(reading, said.text, last),
        comforts_truly=_comforts_truly(scenario, reading, said.text),
        puts_off=puts_off(said.text),
        # Many vectors are compared for these two: only where it matters.
        stays_on=state.pending_cue is not None and _stays_with(said.text, last),
        keeps_on=not_now and not _LEAVES_IT.search(straight(said.text)) and _stays_with(said.text, last),
        not_now=not_now,
        refused=_refused_leave(earlier, turns),
        silent=said.silent and not said.text.strip(),
        does=action_in(said.does),
        said_before=_is_said_before(said, turns),
        namings_in_a_row=_namings_in_a_row(reading, earlier),
    )


def _pending(persona: Persona, state: State) -> CueNote | None:
    return next((cue for cue in persona.cues if cue.id == state.pending_cue), None)


def last_words(turns: Sequence[Turn]) -> str:
    """What the patient said last, a nod as yes, if nothing was said since."""
    return said_or_shown(turns[-1]) if turns and turns[-1].speaker == "patient" else ""


def _refused_leave(earlier: Sequence[TurnReading], turns: Sequence[Turn]) -> bool:
    """Whether leave was asked and not given: 'No, I can't wait' to the offer of company is no refusal of the news."""
    asked = bool(earlier) and earlier[-1].has("asks_permission", "offers_choice")
    last = straight(last_words(turns))
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
    last = straight(last_words(turns))
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
