"""What may be told now, which hint is due, and what a stored reply really holds."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from app.patient.meaning import asked_about, nearness, without_call
from app.patient.scene import Heard, Mind, State
from personas.schema import Concern, CueNote, Gate, Line, Pattern, Persona, Risk, Scenario
from personas.vocabulary import MoveKind
from scoring.moves.sentences import sentences_of
from scoring.reading import TurnReading
from scoring.spelling import respell_among
from scoring.transcript import Turn
from scoring.words import sentences, straight

TOUCHES = 0.5
"""Cosine from which a sentence touches a topic: 'how is your family taking this' lies at 0.42 from a question about
illness in the family, 'does anyone in your family have this' at 0.53."""
AT_ONCE = 0.08
"""With so much more trust than the whole needs it is told without its part first: who is sure of somebody says it."""
LATELY_TURNS = 4
"""How far back 'she' may point."""
FIRST_OPENING_TURN = 3
"""Nobody tells a stranger what weighs on them at hello, however kind the hello."""

_SAYS_YES = re.compile(
    r"^\W*(?:(?:i'm|i am) (?:so |very |really )?(?:afraid|sorry)\W+)?(?:yes|it is)\b(?! not\b)", re.IGNORECASE
)
_LONG_WORD = re.compile(r"(?<![\w'])[a-z]{4,}(?![\w'(\[?*])")
"""A whole word; in a pattern no stump of one."""
_ESCAPED = re.compile(r"\\\w")
_TURNED = re.compile(r"\b(is|was) (it|this|that)\b", re.IGNORECASE)


class Opening(NamedTuple):
    """A concern, or part of it, that may be told from now on, and why, for the student's feedback."""

    concern: str
    why: str
    part: bool = False


def newly_open(
    persona: Persona,
    state: State,
    mind: Mind,
    last_two: Sequence[tuple[Turn, TurnReading]],
    student_turns: int,
    before: str = "",
    risk: Risk | None = None,
) -> tuple[Opening, ...]:
    """What this turn opens: one concern or part of one at most, so that not all comes out at once.

    `last_two` holds the student's last two turns and their readings, the newest last; `mind` is the mind after
    it; `student_turns` counts them all; `before` is what was said last; `risk` is what was asked outright about harm:
    the concern behind that opens whatever the trust. Else what was touched on comes first, then the file's order, and
    the whole before a part. A direct question is not enough where trust is missing; where it is there, it opens it.
    What nobody asked about waits until it was hinted at; words to a machine open nothing.
    """
    if risk is not None and risk.opens is not None and risk.opens not in state.open_concerns:
        return (Opening(risk.opens, "you asked about it outright"),)
    if not last_two[-1][1].sure and not last_two[-1][0].silent:
        return ()
    if last_two[-1][1].has("addresses_grader"):
        return ()  # not said to the patient
    said = [
        (without_call(turn.text, persona.called), before if turn is last_two[-1][0] else "")
        for turn, reading in last_two
        if reading.sure
    ]
    ready = list(_ready(persona, state, mind))
    followed = hinted_at(persona, (state.pending_cue,)) if asks_on(last_two[-1][1]) else None
    for concern, gate, part in ready:
        if "topic" in gate.needs_one_of and (
            concern.id == followed
            or any(touches(text, concern.topics, just_before, persona.people) for text, just_before in said)
        ):
            return (Opening(concern.id, "you touched on it when there was enough trust", part),)
    if student_turns < FIRST_OPENING_TURN:
        return ()
    conditions = _conditions(last_two)
    for concern, gate, part in ready:
        if _is_hinted(persona, state, concern) and (why := _why_open(gate, conditions)) is not None:
            return (Opening(concern.id, why, part),)
    return ()


def hinted_at(persona: Persona, cues: Iterable[str | None]) -> str | None:
    """The concern behind the last of these hints; None where there is none."""
    behind = {cue.id: cue.leads_to for cue in persona.cues}
    return next((concern for cue in reversed([*cues]) if cue and (concern := behind.get(cue))), None)


def asks_on(reading: TurnReading) -> bool:
    """Whether the turn asks openly: 'What happened?' after a hint asks about what was hinted at."""
    return reading.has("open_question", "elicits_concerns", "elicits_ideas")


def cue_due(persona: Persona, state: State, turns: Sequence[Turn]) -> CueNote | None:
    """The hint to let slip in the next answer: each once, in the file's order, whatever the trust.

    `turns` ends with the student's turn that is to be answered. Never two answers in a row with a hint:
    that is a quiz, not a person.
    """
    spoken = [turn.text for turn in turns if turn.speaker == "patient"]
    if spoken and heard(spoken[-1], [line.id for line in persona.lines], persona).cues:
        return None
    student_turns = sum(turn.speaker == "student" for turn in turns)
    for cue in persona.cues:
        if cue.before_news is not None and cue.before_news == state.news_told:
            continue
        waits = cue.id not in state.offered_cues and cue.leads_to not in (*state.told_concerns, *state.told_parts)
        if waits and 0 < cue.from_student_turn <= student_turns:
            return cue
    return None


def touches(text: str, topics: Sequence[str], before: str = "", people: Mapping[str, str] | None = None) -> bool:
    """Whether a sentence of the student's is about one of these topics, and about this patient.

    `before` is what was said last: it tells who 'she' is; `people` who is who by name.
    """
    known = _words_in(" ".join(topics))
    about = asked_about(text, before, people or {})
    said = [replace(sentence, text=_as_spelt(sentence.text, known)) for sentence in about]
    return any(nearness(sentence, topics, same_form=True) >= TOUCHES for sentence in said)


def lately(turns: Sequence[Turn]) -> str:
    """The words of the last two exchanges, the last at the end: they tell who 'she' is."""
    return " ".join(turn.text for turn in turns[-LATELY_TURNS:])


def tells_news(scenario: Scenario, text: str, asked: str = "") -> bool:
    """Whether these words of the student's tell the weighty news of the scenario, also in plain spelling ('its').

    `asked` is what the patient said before: a plain yes to 'is it cancer?' tells it too.
    """
    patterns = [pattern for fact in scenario.facts if fact.news for pattern in fact.told_by]
    told = [one.text for one in sentences(straight(text)) if not one.text.rstrip().endswith("?")]
    words_of_it = _words_of_the_news(scenario)
    plain = [_as_spelt(one.text, words_of_it) for one in sentences_of(text) if not one.asks]
    if _SAYS_YES.match(straight(text)):
        told += [_TURNED.sub(r"\2 \1", one.text).replace("?", ".") for one in sentences(straight(asked))[-2:]]
    return any(first_match(patterns, sentence) for sentence in (*told, *plain))


def is_about_the_news(reading: TurnReading, told_now: bool, state: State) -> bool:
    """Whether this turn tells the news or warns of it: a hint of something else would be out of place."""
    return told_now or (reading.has("warns") and not state.news_told)


def news_in(scenario: Scenario, turns: Sequence[Turn]) -> tuple[bool, ...]:
    """For each of the student's turns, in order, whether it tells the news."""
    told = []
    for index, turn in enumerate(turns):
        if turn.speaker == "student":
            before = turns[index - 1].text if index and turns[index - 1].speaker == "patient" else ""
            told.append(tells_news(scenario, turn.text, before))
    return tuple(told)


def heard(text: str, lines: Iterable[str], persona: Persona) -> Heard:
    """What a stored reply really holds: by the ids of its authored lines, else by the checked phrasings.

    `text` is the spoken text. A line counts only if its words stand in the text: a stopped reply may lack them.
    """
    spoken = frozenset(lines)
    said = [line for line in persona.lines if line.id in spoken and _stands_in(line, text)]
    concerns = {line.concern: line.text for line in said if line.concern and not line.part}
    parts = {line.concern: line.text for line in said if line.concern and line.part}
    cues = {line.cue: line.text for line in said if line.cue}
    for concern in persona.concerns:
        if concern.id not in concerns and (quote := first_match(concern.phrasings, text)):
            concerns[concern.id] = quote
        if concern.part and concern.id not in parts and (quote := first_match(concern.part.phrasings, text)):
            parts[concern.id] = quote
    for cue in persona.cues:
        if cue.id not in cues and (quote := first_match(cue.phrasings, text)):
            cues[cue.id] = quote
    # Who tells the whole has not told a part besides.
    parts = {concern: quote for concern, quote in parts.items() if concern not in concerns}
    return Heard(concerns=concerns, parts=parts, cues=cues)


def first_match(patterns: Iterable[Pattern], text: str) -> str | None:
    """The words of the text that one of these patterns finds, as they stand there."""
    plain = straight(text)
    for pattern in patterns:
        if found := re.search(pattern, plain, re.IGNORECASE):
            return text[found.start() : found.end()] or None
    return None


@lru_cache(maxsize=64)
def _words_in(text: str) -> frozenset[str]:
    return frozenset(_LONG_WORD.findall(text.lower()))


def _words_of_the_news(scenario: Scenario) -> frozenset[str]:
    """The words in which the news is told, and its own: what a misspelt word of it may stand for."""
    news = [fact for fact in scenario.facts if fact.news]
    patterns = " ".join(pattern for fact in news for pattern in fact.told_by)
    return _words_in(" ".join((_ESCAPED.sub(" ", patterns), *(fact.statement for fact in news))))


def _as_spelt(text: str, known: frozenset[str]) -> str:
    """The text with each misspelt word of these put right: "a small pach in the bone"."""
    return _LONG_WORD.sub(lambda found: respell_among(found.group(), known), text)


def _stands_in(line: Line, text: str) -> bool:
    return bool(line.text) and line.text in text


def _ready(persona: Persona, state: State, mind: Mind) -> Iterator[tuple[Concern, Gate, bool]]:
    """The concerns that trust and distress allow, each with its gate: the wholes first, then the parts.

    What has a part is begun before it is told.
    """
    shut = [one for one in persona.concerns if one.id not in state.open_concerns]
    for one in shut:
        begun = one.part is None or one.id in state.told_parts
        if (begun or mind.trust >= one.opens_when.trust + AT_ONCE) and _feels_ready(one.opens_when, mind):
            yield one, one.opens_when, False
    for one in shut:
        if one.part and one.id not in state.open_parts and _feels_ready(one.part.opens_when, mind):
            yield one, one.part.opens_when, True


def _feels_ready(gate: Gate, mind: Mind) -> bool:
    return mind.trust >= gate.trust and mind.distress <= gate.distress_at_most


def _is_hinted(persona: Persona, state: State, concern: Concern) -> bool:
    """Whether a hint at it was dropped, or there is none to drop."""
    hints = {cue.id for cue in persona.cues if cue.leads_to == concern.id}
    return not hints or bool(hints & set(state.offered_cues))


def _why_open(gate: Gate, conditions: dict[str, str]) -> str | None:
    if not gate.needs_one_of:
        return "there was enough trust"
    met = next((conditions[need] for need in gate.needs_one_of if need in conditions), None)
    return met and f"{met} when there was enough trust"


def _conditions(last_two: Sequence[tuple[Turn, TurnReading]]) -> dict[str, str]:
    """The conditions of a gate, other than the topic, that the last turns fulfil; what is a formula fulfils none."""
    met = {}
    for turn, reading in last_two:
        if turn.silent and not turn.text.strip():
            met["silence"] = "you gave room"
        if not reading.sure:
            continue
        if _makes(reading, "names_emotion"):
            met["emotion_named"] = "you named a feeling"
        if reading.permission == "asked" and any(
            not move.stock for move in reading.all("asks_permission", "offers_choice")
        ):
            met["permission"] = "you asked first"
        if _makes(reading, "open_question", "elicits_concerns", "elicits_ideas"):
            met["open_question"] = "you asked openly"
    return met


def _makes(reading: TurnReading, *kinds: MoveKind) -> bool:
    return any(not move.stock for move in reading.all(*kinds))
