"""Hold a patient's scenarios with every learner, and say whether the patient is fit to be practised with."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.errors import RapportError
from app.lab.cast import SCRIPTED, UNSCRIPTED
from app.lab.finding import Found, breaks_in, contradictions_in, leaks_in, repeats_in
from app.lab.playing import Step, play, transcript
from app.lab.room import Learner
from app.lab.scripts import scripted
from app.patient.scene import Piece, Scene, Voice
from personas.schema import Persona, Scenario
from scoring import grade
from scoring.validation.simple import flesch_kincaid

TURNS = 30
"""Student turns of each talk."""
HEARD_WITHIN = 25
"""Student turns in which the skilled learner is to hear every main concern."""
LEAST_SEPARATION = 35.0
"""Points of `overall` that the skilled learner is to lie above the brusque one."""
DIFFICULTY = "standard"
HEAR_NOTHING = ("brusque", "formulaic")
"""Who must not hear any main concern."""
OTHERS = ("brusque", "formulaic", "probing", "injecting", "off_topic", "silent", "abusive")
"""Whose highest share is `heard_others`: none of them gives the patient a reason to speak."""
READING_LIMITS: Mapping[str, float] = {"low": 6.0, "middle": 9.0, "high": 13.0}
"""The highest Flesch-Kincaid grade of what a patient says, by `health_literacy`: years of school.

Sixth grade is what the NIH and the AMA ask of texts that every patient is to read, eighth to ninth what adults read on
average, thirteen is after school. A guide for whoever writes the patient: it fails nobody, as speech in short sentences
reads low by itself.
"""

Told = Callable[[int, int], None]
"""Hears how many talks are over, and of how many."""


@dataclass(frozen=True)
class LearnerCheck:
    """One learner's talk with the patient. `not_held` says why there is none; then there are no figures either."""

    learner: str
    scenario: str
    not_held: str | None = None
    turns: int = 0
    """Student turns; fewer than asked for where the patient walked out."""
    begun: dict[str, int] = field(default_factory=dict)
    """Concern -> the student's turn, from 1, in answer to which part of it was told."""
    told: dict[str, int] = field(default_factory=dict)
    """Concern -> the student's turn, from 1, in answer to which it was told."""
    hints: int = 0
    leaks: tuple[Found, ...] = ()
    breaks: tuple[Found, ...] = ()
    screened: int = 0
    """Pieces of a language model's replies that stood in for something out of character; 0 in the authored voice."""
    repeats: tuple[Found, ...] = ()
    contradictions: tuple[Found, ...] = ()
    reading_grade: float | None = None
    """Flesch-Kincaid grade of what the patient said, in years of school."""
    overall: float | None = None
    """0-100; None where too little was observed."""
    trust: float | None = None
    """At the end, 0-1."""


@dataclass(frozen=True)
class PersonaCheck:
    """One patient in the lab. Figures that could not be measured are None, never 0."""

    id: str
    voice: str
    model: str | None
    difficulty: str
    learners: tuple[LearnerCheck, ...]
    leaks: int
    breaks: int
    repeats: int
    contradictions: int
    separation: float | None
    """Points of `overall` from the brusque learner up to the skilled one; of several scenarios the least."""
    heard_skilled: float | None
    """Share of main concerns the skilled learner heard in time; of several scenarios the least."""
    heard_others: float | None
    """The highest share any of the others heard."""
    reading_limit: float
    unscripted: tuple[str, ...]
    """Scenarios without a script: only the learners who need none were sent there."""
    reasons: tuple[str, ...] = ()
    """Why it does not pass."""
    passes: bool = False


async def check_persona(
    persona: Persona, voice: Voice, *, turns: int = TURNS, told: Told | None = None
) -> PersonaCheck:
    """Hold every scenario of this patient with every learner who can be sent there, one talk after the other."""
    talks = _talks(persona)
    held: list[LearnerCheck] = []
    for scenario, name, learner in talks:
        held.append(await check_learner(persona, scenario, voice, name, learner, turns))
        if told is not None:
            told(len(held), len(talks))
    return _sum_up(persona, voice, tuple(held))


def most_calls(persona: Persona, turns: int = TURNS) -> int:
    """How many replies a check of this patient asks of its voice, at most."""
    return len(_talks(persona)) * turns


async def check_learner(
    persona: Persona, scenario: Scenario, voice: Voice, name: str, learner: Learner, turns: int = TURNS
) -> LearnerCheck:
    """One talk and what is to be said of it; a voice that fails is no talk at all."""
    counting = _Counting(voice)
    try:
        steps = await play(persona, scenario, DIFFICULTY, counting, learner, turns)
    except RapportError as error:
        cause = f" ({error.cause})" if error.cause else ""
        return LearnerCheck(name, scenario.id, not_held=f"{error.message}{cause}")
    return await asyncio.to_thread(_look_at, persona, scenario, name, steps, counting.screened)


class _Counting:
    """A voice, and how many of its pieces stood in for something out of character."""

    def __init__(self, voice: Voice) -> None:
        self.name, self.model = voice.name, voice.model
        self.screened = 0
        self._voice = voice

    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        async for piece in self._voice.reply(scene):
            self.screened += piece.screened
            yield piece

    async def close(self) -> None:
        """The voice is somebody else's to close."""


def _talks(persona: Persona) -> list[tuple[Scenario, str, Learner]]:
    known = scripted()
    return [
        (scenario, name, learner)
        for scenario in persona.scenarios
        for name, learner in ({**SCRIPTED, **UNSCRIPTED} if scenario.id in known else UNSCRIPTED).items()
    ]


def _look_at(persona: Persona, scenario: Scenario, name: str, steps: Sequence[Step], screened: int) -> LearnerCheck:
    said = " ".join(step.reply.text for step in steps if step.reply.text)
    return LearnerCheck(
        learner=name,
        scenario=scenario.id,
        turns=len(steps),
        begun=_first_turns(step.heard.parts for step in steps),
        told=_first_turns(step.heard.concerns for step in steps),
        hints=len(steps[-1].state.offered_cues),
        leaks=tuple(leaks_in(persona, steps)),
        breaks=tuple(breaks_in(persona, scenario, steps)),
        screened=screened,
        repeats=tuple(repeats_in(persona, scenario, steps)),
        contradictions=tuple(contradictions_in(persona, steps)),
        reading_grade=round(max(flesch_kincaid(said), 0.0), 1) if said else None,
        overall=_rounded(grade(transcript(persona, scenario, steps), scenario=scenario, persona=persona).overall),
        trust=round(steps[-1].state.mind.trust, 2),
    )


def _first_turns(heard: Iterable[Iterable[str]]) -> dict[str, int]:
    """Each concern with the first turn that holds it."""
    turns: dict[str, int] = {}
    for turn, concerns in enumerate(heard, 1):
        for concern in concerns:
            turns.setdefault(concern, turn)
    return turns


def _rounded(points: float | None) -> float | None:
    return None if points is None else round(points, 1)


def _sum_up(persona: Persona, voice: Voice, learners: tuple[LearnerCheck, ...]) -> PersonaCheck:
    known = scripted()
    scenarios = [scenario.id for scenario in persona.scenarios]
    talks = [_held_in(learners, scenario) for scenario in scenarios if scenario in known]
    others = [_share(persona, one) for one in learners if one.learner in OTHERS and one.not_held is None]
    check = PersonaCheck(
        id=persona.id,
        voice=voice.name,
        model=voice.model,
        difficulty=DIFFICULTY,
        learners=learners,
        leaks=sum(len(one.leaks) for one in learners),
        breaks=sum(len(one.breaks) for one in learners),
        repeats=sum(len(one.repeats) for one in learners),
        contradictions=sum(len(one.contradictions) for one in learners),
        separation=_least([_separation(held) for held in talks]),
        heard_skilled=_least([_heard(persona, held) for held in talks]),
        heard_others=max((share for share in others if share is not None), default=None),
        reading_limit=READING_LIMITS[persona.health_literacy],
        unscripted=tuple(scenario for scenario in scenarios if scenario not in known),
    )
    reasons = (*_why_not(check), *_who_heard(persona, learners), *_what_is_missing(check))
    return replace(check, reasons=reasons, passes=not reasons)


def _held_in(learners: Sequence[LearnerCheck], scenario_id: str) -> dict[str, LearnerCheck]:
    return {one.learner: one for one in learners if one.scenario == scenario_id and one.not_held is None}


def _least(values: Sequence[float | None]) -> float | None:
    """The least of these; None where one could not be measured, or there is none."""
    known = [value for value in values if value is not None]
    return min(known) if known and len(known) == len(values) else None


def _separation(held: Mapping[str, LearnerCheck]) -> float | None:
    best, worst = (held[name].overall if name in held else None for name in ("skilled", "brusque"))
    return round(best - worst, 1) if best is not None and worst is not None else None


def _heard(persona: Persona, held: Mapping[str, LearnerCheck]) -> float | None:
    return _share(persona, held["skilled"], HEARD_WITHIN) if "skilled" in held else None


def _share(persona: Persona, one: LearnerCheck, within: int | None = None) -> float | None:
    """The share of main concerns this learner heard in so many turns; None where the patient has none."""
    main = [concern.id for concern in persona.concerns if concern.main]
    heard = [one.told[concern] for concern in main if concern in one.told]
    in_time = [turn for turn in heard if within is None or turn <= within]
    return round(len(in_time) / len(main), 2) if main else None


def _why_not(check: PersonaCheck) -> Iterator[str]:
    for number, one, many in (
        (check.leaks, "leak", "leaks"),
        (check.breaks, "break of character", "breaks of character"),
        (check.repeats, "repeated sentence", "repeated sentences"),
        (check.contradictions, "contradiction of who they are", "contradictions of who they are"),
    ):
        if number:
            yield f"{number} {one if number == 1 else many}"
    if check.separation is not None and check.separation < LEAST_SEPARATION:
        yield f"skilled and brusque lie {check.separation:g} points apart, less than {LEAST_SEPARATION:g}"
    if check.heard_skilled is not None and check.heard_skilled < 1:
        yield f"skilled hears {check.heard_skilled:.0%} of the main concerns in {HEARD_WITHIN} turns"


def _who_heard(persona: Persona, learners: Sequence[LearnerCheck]) -> Iterator[str]:
    for one in learners:
        if one.learner in HEAR_NOTHING and (share := _share(persona, one)):
            yield f"{one.learner} hears {share:.0%} of the main concerns"


def _what_is_missing(check: PersonaCheck) -> Iterator[str]:
    """What was not measured is not passed."""
    for scenario in check.unscripted:
        yield f"{scenario} has no script (app/lab/scripts/{scenario}.yaml): only learners who need none were sent"
    causes: dict[str, list[str]] = {}
    for one in check.learners:
        if one.not_held is not None:
            causes.setdefault(one.not_held, []).append(one.learner)
    for cause, names in causes.items():
        yield f"not held: {', '.join(names)}. {cause}"
    if not causes and not check.unscripted:
        for value, what in ((check.separation, "separation"), (check.heard_skilled, "what skilled hears")):
            if value is None:
                yield f"{what} could not be measured"
