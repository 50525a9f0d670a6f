"""What a persona file may hold: one patient, and the scenarios played with them.

A clinician writes `personas/<id>.yaml`; `personas/README.md` explains every field in their words.
Anything that is misspelt, missing or out of range is refused with file, line and field.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from personas.vocabulary import Action, ChangeKind, CueKind, Family, MoveKind, Practice, RiskKind, ScaleName

Place = tuple[str | int, ...]
"""Where something stands in the file: `("lines", 3, "cue")`."""


class Misplaced(ValueError):
    """Faults that only show when the parts are seen together, each with its place below the model that raised it."""

    def __init__(self, faults: Sequence[tuple[Place, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{'.'.join(map(str, place))}: {message}" for place, message in faults))


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def _in_order(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        raise ValueError("the lower end stands first")
    return span


Share = Annotated[float, Field(ge=0, le=1)]
"""A value in 0-1."""

Span = Annotated[tuple[Share, Share], AfterValidator(_in_order)]
"""From and to, both in 0-1 and both included."""

Words = Annotated[str, Field(min_length=1)]
"""Text that may not be empty."""

Pattern = Annotated[str, Field(min_length=1), AfterValidator(_compiles)]
"""A regular expression. Matched anywhere in the text, capitals or not: see `says`."""

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


def says(patterns: Iterable[str], text: str) -> bool:
    """Whether one of these patterns stands anywhere in the text, whatever its capitals and kind of apostrophe."""
    plain = text.replace("\u2019", "'")
    return any(re.search(pattern, plain, re.IGNORECASE) for pattern in patterns)


class _Authored(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Gate(_Authored):
    """What must have happened before the patient says something. Empty: nothing."""

    trust: float = Field(0, ge=0, le=1, description="Trust at or above this.")
    distress_at_most: float = Field(1, ge=0, le=1)
    needs_one_of: tuple[Literal["topic", "permission", "emotion_named", "open_question", "silence"], ...] = Field(
        (), description="At least one of these in the student's last two turns; 'topic': the concern's were touched."
    )


class Part(_Authored):
    """What is told of a concern before all of it is: more than the hint, less than the whole."""

    tell: Words = Field(description="For the language model, second person: this much, and no more.")
    opens_when: Gate = Field(description="Easier than the gate of the whole.")
    phrasings: tuple[Pattern, ...] = Field(min_length=1, description="Patterns; one in a reply means it was begun.")
    intensity: float = Field(0.7, ge=0, le=1, description="How strong an occasion it is, once it is told.")


class Concern(_Authored):
    """Something that weighs on the patient and is told only when its gate is open."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    main: bool = Field(True, description="One of the concerns the encounter is about.")
    summary: Words = Field(description="For the feedback, third person: 'Her mother died of breast cancer at 52.'")
    family: Family | None = Field(None, description="The feeling in it, once it is told.")
    intensity: float = Field(0.9, ge=0, le=1, description="How strong an occasion it is, once it is told.")
    tell: Words = Field(description="For the language model, second person, in the patient's own understanding.")
    topics: tuple[Words, ...] = Field(min_length=3, description="Things a student might say that touch on it.")
    part: Part | None = Field(None, description="What comes out first, when there is a little less trust.")
    opens_when: Gate
    phrasings: tuple[Pattern, ...] = Field(min_length=2, description="Patterns; one in a reply means it was told.")
    never_before_open: tuple[Pattern, ...] = Field((), description="Patterns that would give it away.")


class Risk(_Authored):
    """What the patient answers to a direct question about harm: truthfully, at once, whatever the trust."""

    kind: RiskKind
    answer: Words = Field(description="For the language model, second person: the truth of it.")
    opens: str | None = Field(None, description="The concern this question opens, if there is one.")


class CueNote(_Authored):
    """A hint the patient drops: an empathic opportunity the simulator knows about."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    kind: CueKind
    family: Family
    intensity: float = Field(ge=0, le=1)
    hint_at: Words = Field(description="For the language model: what to let slip, in the patient's words.")
    phrasings: tuple[Pattern, ...] = Field(min_length=1, description="Patterns; one in a reply means it was offered.")
    from_student_turn: int = Field(1, ge=0, description="Not before the student's n-th turn; 0: in the opening.")
    before_news: bool | None = Field(None, description="True: only before the news is told; false: only after.")
    leads_to: str | None = Field(None, description="The concern behind it; once that is told, this is hinted no more.")
    hint: Words = Field(description="For the student who asks for a hint.")
    could_say: Words = Field(description="One thing that could have been said, in plain spoken words.")


class Line(_Authored):
    """One thing the offline patient can say."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    text: str = ""
    does: str | None = None
    on: Literal[
        "asked",  # answers what was asked; needs triggers
        "move",  # reacts to a move of the student's; needs moves
        "news",  # reacts to the weighty news being told
        "tell",  # tells a concern whose gate is open, or part of it; needs concern
        "cue",  # drops a hint; needs cue
        "again",  # asked again for what was told or answered before
        "misread",  # a feeling was named that is not the one shown
        "asks",  # the patient's own question
        "risk",  # answers a direct question about harm, the truth at once; needs risk
        "act",  # reacts to something the student did; needs acts
        "interrupts",  # cuts a monologue short
        "fed_up",  # insulted: says that they will go
        "leaves",  # insulted again: goes
        "jargon",  # did not understand a word
        "silence",  # after the student kept silent
        "unclear",  # the student's words made no sense
        "off_topic",  # nothing fits: a deflection
        "moving_on",  # nothing fits, but the talk goes well: hands the floor back
        "goodbye",
    ]
    triggers: tuple[Words, ...] = Field(
        (),
        description="5-8 things a student might say that this answers; on 'tell': what is said of it once it is told.",
    )
    moves: tuple[MoveKind, ...] = ()
    families: tuple[Family, ...] = Field((), description="Only where a feeling of these families was named.")
    acts: tuple[Action, ...] = ()
    concern: str | None = None
    part: bool = Field(False, description="Tells only the concern's part.")
    risk: RiskKind | None = None
    cue: str | None = Field(None, description="Saying this line offers this cue.")
    trust: Span = Field((0, 1), description="Only while trust lies in this range.")
    distress: Span = (0, 1)
    understanding: Span = Field((0, 1), description="For teach-back: what she can say back depends on it.")
    before_news: bool | None = Field(None, description="True: only before the news is told; false: only after.")
    times: int = Field(1, ge=1, description="How often it may be said in one encounter.")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        needs = {"asked": "triggers", "move": "moves", "tell": "concern", "cue": "cue", "risk": "risk", "act": "acts"}
        if self.on in needs and not getattr(self, needs[self.on]):
            raise ValueError(f"a line on '{self.on}' needs {needs[self.on]}")
        if self.part and (self.on != "tell" or self.triggers):
            raise ValueError("part needs a line on 'tell' without triggers")
        if self.concern is not None and self.on not in ("tell", "again"):
            raise ValueError("only a line on 'tell' or 'again' may name a concern: others are said before it is open")
        if self.families and "names_emotion" not in self.moves:
            raise ValueError("families needs the move names_emotion")
        if not (self.text or self.does):
            raise ValueError("a line needs text or does")
        return self


class Temper(_Authored):
    """How this person's feelings move: 1 is the middle."""

    warms: float = Field(1, gt=0, le=2, description="How fast trust comes.")
    cools: float = Field(1, gt=0, le=2, description="How fast trust goes.")
    calms: float = Field(1, gt=0, le=2, description="How fast distress falls.")
    stirs: float = Field(1, gt=0, le=2, description="How fast distress rises.")
    minds_most: tuple[MoveKind, ...] = Field((), description="Moves that cost this person's trust half as much again.")
    values_most: tuple[MoveKind, ...] = Field((), description="Moves that win this person's trust half as much again.")
    leaves_below: float = Field(0.1, ge=0, le=1, description="Insulted twice with less trust than this, they go.")


class Start(_Authored):
    """One difficulty: where the mind starts, and how the temper is bent."""

    trust: float = Field(ge=0, le=1)
    distress: float = Field(ge=0, le=1)
    understanding: float = Field(ge=0, le=1)
    warms_times: float = Field(1, gt=0, le=2)
    note: Words = Field(description="For the student: what is different, in a sentence.")


class Fact(_Authored):
    """A true statement about this case. A student who contradicts it is flagged."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    statement: Words
    source: Words
    contradicted_by: tuple[Pattern, ...] = Field((), description="Patterns for what would be wrong to say.")
    news: bool = Field(False, description="Telling this is the weighty news of the scenario; needs told_by.")
    told_by: tuple[Pattern, ...] = Field((), description="Patterns that recognise this being told.")

    @model_validator(mode="after")
    def _news_can_be_recognised(self) -> Self:
        if self.news and not self.told_by:
            raise ValueError("a fact that is the news needs told_by")
        return self


class MustAsk(_Authored):
    """Something that must be asked in this scenario; leaving it out is flagged."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    what: Words
    asked_by: tuple[Pattern, ...] = Field(min_length=1, description="Patterns.")


class Task(_Authored):
    """What the door note asks of the student, and the scale it gives an occasion for."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    what: Words
    scales: tuple[ScaleName, ...] = ()


class Scenario(_Authored):
    """One encounter with this patient, as at an OSCE station."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: Words
    summary: Words = Field(max_length=240, description="For the library; gives nothing away.")
    practices: tuple[Practice, ...] = Field(min_length=1)
    audience: Literal["patient", "family", "clinician"] = "patient"
    channel: Literal["face_to_face", "phone", "written"] = "face_to_face"
    minutes: int = Field(ge=3, le=60)
    actions: tuple[Action, ...] = Field((), description="What the student can do here, face to face.")
    student_role: Words
    setting: Words = Field(description="A few words for the bar above the encounter: 'breast clinic, small room'.")
    known: tuple[str, ...] = Field(description="What is known, for the door note.")
    tasks: tuple[Task, ...] = Field(min_length=1)
    limits: Words = Field(description="What the student's role does not allow, and what to do instead.")
    content_note: str | None = None
    opening: str = Field(description="What the patient says first; empty where the student begins.")
    opening_does: str | None = None
    opening_cues: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    must_ask: tuple[MustAsk, ...] = ()
    must_not_say: tuple[str, ...] = Field((), description="For reviewers, in words.")
    key_questions: tuple[str, ...] = Field((), description="What the patient should be able to answer afterwards.")
    difficulties: dict[Literal["standard", "hard"], Start] = Field(description="'standard' must be there.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        faults = [
            *_repeated("facts", self.facts),
            *_repeated("must_ask", self.must_ask),
            *_repeated("tasks", self.tasks),
        ]
        if "standard" not in self.difficulties:
            faults.append((("difficulties",), "'standard' is missing"))
        if faults:
            raise Misplaced(faults)
        return self


class InnerThought(_Authored):
    """What went through the patient's mind when the student did this; shown in the feedback."""

    after: tuple[ChangeKind, ...] = Field(min_length=1)
    thought: Words


class Review(_Authored):
    """Who vouches for the clinical content."""

    country: Words
    written_on: Day = Field(description="Year-month-day.")
    reviewer: Words | None = Field(None, description="A clinician's name and post; with it, the day: both or neither.")
    reviewed_on: Day | None = None
    sources: tuple[Words, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _signed_and_dated(self) -> Self:
        if (self.reviewer is None) != (self.reviewed_on is None):
            raise ValueError("a review needs both reviewer and reviewed_on")
        return self


class Persona(_Authored):
    """One simulated patient, as a clinician wrote it in `personas/<id>.yaml`."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    name: Words
    called: Words = Field(description="What to call them in the transcript: 'Maria'.")
    age_years: int = Field(ge=0, le=110)
    subject: Words = Field(description="Pronoun as subject: she, he, they.")
    object: Words = Field(description="her, him, them.")
    possessive: Words = Field(description="her, his, their.")
    health_literacy: Literal["low", "middle", "high"]
    who: Words = Field(description="Life, work, family: second person, for the language model.")
    speech: Words = Field(description="How they talk: length, register, habits of speech.")
    knows: tuple[str, ...] = Field(description="What they know and believe about their health, in lay terms.")
    ideas: Words
    worries: Words = Field(description="What they would admit to worrying about if a stranger asked.")
    expects: Words
    people: dict[Words, Words] = Field({}, description="Who is who by name: 'Elena: daughter'.")
    words_known: tuple[Words, ...] = Field((), description="Technical words that need no explaining to this patient.")
    never_says: tuple[str, ...]
    contradicted_by: tuple[Pattern, ...] = Field((), description="Patterns for what would contradict who they are.")
    temper: Temper
    concerns: tuple[Concern, ...]
    risks: tuple[Risk, ...] = ()
    cues: tuple[CueNote, ...] = Field(min_length=3)
    lines: tuple[Line, ...] = Field(min_length=1, description="What the offline patient can say; 45 or more is good.")
    inner_thoughts: tuple[InnerThought, ...] = ()
    afterwards: dict[Literal["well", "middling", "badly"], Words] = Field(description="How it felt, in their voice.")
    review: Review
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults = [
            *_repeated("concerns", self.concerns),
            *_repeated("cues", self.cues),
            *_repeated("lines", self.lines),
            *_repeated("scenarios", self.scenarios),
            *self._unknown_references(),
            *self._opening_faults(),
            *self._missing_lines(),
        ]
        if missing := {"well", "middling", "badly"} - self.afterwards.keys():
            faults.append((("afterwards",), f"missing: {', '.join(sorted(missing))}"))
        if faults:
            raise Misplaced(faults)
        return self

    def _unknown_references(self) -> Iterator[tuple[Place, str]]:
        concerns = {concern.id for concern in self.concerns}
        parts = {concern.id for concern in self.concerns if concern.part}
        cues = {cue.id for cue in self.cues}
        risks = {risk.kind for risk in self.risks}
        for number, risk in enumerate(self.risks):
            if risk.opens is not None and risk.opens not in concerns:
                yield ("risks", number, "opens"), f"there is no concern {risk.opens!r}"
        for number, cue in enumerate(self.cues):
            if cue.leads_to is not None and cue.leads_to not in concerns:
                yield ("cues", number, "leads_to"), f"there is no concern {cue.leads_to!r}"
        for number, line in enumerate(self.lines):
            if line.concern is not None and line.concern not in concerns:
                yield ("lines", number, "concern"), f"there is no concern {line.concern!r}"
            elif line.part and line.concern not in parts:
                yield ("lines", number, "part"), f"{line.concern!r} has no part"
            if line.cue is not None and line.cue not in cues:
                yield ("lines", number, "cue"), f"there is no cue {line.cue!r}"
            if line.risk is not None and line.risk not in risks:
                yield ("lines", number, "risk"), f"there is no risk {line.risk!r}"

    def _opening_faults(self) -> Iterator[tuple[Place, str]]:
        """A cue of the opening must exist, and its phrasings must find it in the opening's words."""
        cues = {cue.id: cue for cue in self.cues}
        for number, scenario in enumerate(self.scenarios):
            for position, cue_id in enumerate(scenario.opening_cues):
                place = ("scenarios", number, "opening_cues", position)
                if cue_id not in cues:
                    yield place, f"there is no cue {cue_id!r}"
                elif not says(cues[cue_id].phrasings, scenario.opening):
                    yield place, f"none of the phrasings of {cue_id!r} stands in the opening"

    def _missing_lines(self) -> Iterator[tuple[Place, str]]:
        """Without these the offline patient could be at a loss for an answer, or a concern could never be heard."""
        there = {line.on for line in self.lines}
        for kind in ("off_topic", "unclear", "silence", "goodbye"):
            if kind not in there:
                yield ("lines",), f"a line on {kind!r} is needed"
        tell = [line for line in self.lines if line.on == "tell" and not line.triggers]
        told, begun = {line.concern for line in tell if not line.part}, {line.concern for line in tell if line.part}
        for number, concern in enumerate(self.concerns):
            if concern.id not in told:
                yield ("concerns", number, "id"), f"no line on 'tell' tells {concern.id!r}"
            if concern.part and concern.id not in begun:
                yield ("concerns", number, "part"), f"no line on 'tell' tells the part of {concern.id!r}"
        answered = {line.risk for line in self.lines if line.on == "risk"}
        for number, risk in enumerate(self.risks):
            if risk.kind not in answered:
                yield ("risks", number, "kind"), f"no line on 'risk' answers {risk.kind!r}"

    def tellings(self) -> Iterator[str]:
        """All that a language model may be told, in the course of a talk, to say: what is hidden until then."""
        for concern in self.concerns:
            yield from (concern.part.tell, concern.tell) if concern.part else (concern.tell,)
        yield from (risk.answer for risk in self.risks)

    def scenario(self, scenario_id: str) -> Scenario:
        """The scenario of this id; KeyError if this patient has none."""
        for scenario in self.scenarios:
            if scenario.id == scenario_id:
                return scenario
        raise KeyError(scenario_id)


def _repeated(
    field: str, parts: Sequence[Concern | CueNote | Line | Scenario | Fact | MustAsk | Task]
) -> Iterator[tuple[Place, str]]:
    """Each part whose id an earlier one already has."""
    seen: set[str] = set()
    for number, part in enumerate(parts):
        if part.id in seen:
            yield (field, number, "id"), f"{part.id!r} is used twice"
        seen.add(part.id)
