"""What is wrong in a held talk: a leak, a break, a repeat, a contradiction, each with its turn and the words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.lab.playing import Step
from app.patient.disclosure import first_match
from app.patient.parts import next_part, plain_words
from app.patient.scene import State
from app.patient.screen import Screen
from personas.schema import Concern, Persona, Scenario
from scoring.words import straight, words

FEWEST_WORDS = 4
"""A sentence of fewer may be said as often as one likes: 'I see.', 'I don't know.'"""

_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_AGE = re.compile(
    r"\b(?:i'm|i am|i was|i've just turned|i turned|i just turned) (?:only |already |just )?"
    rf"(?P<age>\d{{1,3}}|(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES[1:])}))?|{'|'.join((*_ONES, *_TEENS))})"
    r"(?=(?: years old| years of age| now| already| this year)?\s*(?:[.,;!?…]|$|and\b|but\b))",
    re.IGNORECASE,
)
_IN_THE_PAST = re.compile(r"^i was\b", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """One thing that is wrong in what the patient said."""

    turn: int
    """The student's turn, from 1, that was answered so."""
    words: str
    what: str
    """The concern that was given away, or the kind of break; empty where the words say it all."""


def leaks_in(persona: Persona, steps: Sequence[Step]) -> Iterator[Found]:
    """Words that tell a concern or part of it, or give it away, before that was open."""
    for turn, step in enumerate(steps, 1):
        for concern in persona.concerns:
            patterns = tuple(_closed_patterns(concern, step.received.state))
            for said in (step.reply.text, step.reply.does or ""):
                if quote := first_match(patterns, said):
                    yield Found(turn, quote, concern.id)


def _closed_patterns(concern: Concern, state: State) -> Iterator[str]:
    if concern.id in state.open_concerns:
        return
    yield from (*concern.phrasings, *concern.never_before_open)
    if concern.part and concern.id not in state.open_parts:
        yield from concern.part.phrasings


def breaks_in(persona: Persona, scenario: Scenario, steps: Sequence[Step]) -> Iterator[Found]:
    """Sentences and deeds of stored replies that the screen takes for out of character.

    What tells a closed concern is a leak, and not counted here again.
    """
    for turn, step in enumerate(steps, 1):
        state, checks_role = step.received.state, scenario.audience != "clinician"
        screen = Screen(persona, state.open_concerns, open_parts=state.open_parts, checks_role=checks_role)
        for said in _parts(step.raw):
            breach = screen.breach(said)
            if breach is not None and breach != "closed":
                yield Found(turn, said, breach)


def repeats_in(persona: Persona, scenario: Scenario, steps: Sequence[Step]) -> Iterator[Found]:
    """Sentences of four words or more that were said in this talk before, more often than a line's `times` allows."""
    said = Counter(map(_plain, _parts(scenario.opening)))
    allowed = _allowed(persona)
    for turn, step in enumerate(steps, 1):
        for one in _parts(step.reply.text):
            plain = _plain(one)
            said[plain] += 1
            if len(plain) >= FEWEST_WORDS and said[plain] > max(allowed[plain], 1):
                yield Found(turn, one, "")


def contradictions_in(persona: Persona, steps: Sequence[Step]) -> Iterator[Found]:
    """Words that contradict who the patient is: what the file lists, and an age that is not theirs."""
    for turn, step in enumerate(steps, 1):
        text = step.reply.text
        ages = [said.group() for said in _AGE.finditer(straight(text)) if not _may_be_theirs(said, persona.age_years)]
        yield from (Found(turn, age, "their age") for age in ages)
        quotes = [quote for one in persona.contradicted_by if (quote := first_match((one,), text))]
        yield from (Found(turn, one, "who they are") for one in quotes if not any(age in straight(one) for age in ages))


def _parts(raw: str) -> Iterator[str]:
    """The sentences and deeds of a reply, without marks, as the screen cuts them; after '…' another begins."""
    while part := next_part(raw, at_the_end=True):
        raw = raw[len(part.text) :]
        yield plain_words(part)
    if raw.strip():
        yield " ".join(raw.replace("*", "").split())


def _plain(sentence: str) -> tuple[str, ...]:
    return tuple(words(sentence))


def _allowed(persona: Persona) -> Counter[tuple[str, ...]]:
    """How often a sentence of the persona's own lines may be said: as often as the line that says it most."""
    allowed: Counter[tuple[str, ...]] = Counter()
    for line in persona.lines:
        for one in map(_plain, _parts(line.text)):
            allowed[one] = max(allowed[one], line.times)
    return allowed


def _may_be_theirs(said: re.Match[str], age_years: int) -> bool:
    """'I was 30' may be said of any year that lies behind; 'I'm 30' of one."""
    age = _number(said["age"])
    return age <= age_years if _IN_THE_PAST.match(said.group()) else age == age_years


def _number(said: str) -> int:
    if said.isdecimal():
        return int(said)
    tens, _, ones = said.lower().replace("-", " ").partition(" ")
    if tens not in _TENS:
        return (*_ONES, *_TEENS).index(tens)
    return 10 * (_TENS.index(tens) + 2) + (_ONES.index(ones) if ones else 0)
