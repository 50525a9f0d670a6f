"""What a persona file may hold: one patient, and the scenarios played with them.

A clinician writes `personas/<id>.yaml`; `personas/README.md` explains every field in their words.
Anything that is misspelt, missing or out of range is refused with file, line and field.
"""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from personas.vocabulary import CueKind, Family, MoveKind, Practice, ScaleName

Share = float
"""A value in 0-1."""


class _Authored(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Gate(_Authored):
    """What must have happened before the patient says something. Empty: nothing."""

    trust: float = Field(0, ge=0, le=1, description="Trust at or above this.")
    distress_at_most: float = Field(1, ge=0, le=1)
    needs_one_of: tuple[Literal["topic", "permission", "emotion_named", "open_question", "silence"], ...] = Field(
        (), description="At least one of these in the student's last two turns. 'topic': the concern's topics were touched."
    )


class Concern(_Authored):
    """Something that weighs on the patient and is told only when its gate is open."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    main: bool = Field(True, description="One of the concerns the encounter is about.")
    summary: str = Field(description="For the feedback, third person: 'Her mother died of breast cancer at 52.'")
    tell: str = Field(description="For the language model, second person, in the patient's own understanding.")
    topics: tuple[str, ...] = Field(min_length=3, description="Things a student might say that touch on it.")
    opens_when: Gate
    phrasings: tuple[str, ...] = Field(min_length=2, description="Regular expressions; one in a reply means it was told.")
    never_before_open: tuple[str, ...] = Field((), description="Regular expressions that would give it away.")


class CueNote(_Authored):
    """A hint the patient drops: an empathic opportunity the simulator knows about."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    kind: CueKind
    family: Family
    intensity: float = Field(ge=0, le=1)
    hint_at: str = Field(description="For the language model: what to let slip, in the patient's words.")
    phrasings: tuple[str, ...] = Field(min_length=1, description="Regular expressions; one in a reply means it was offered.")
    from_student_turn: int = Field(1, ge=0, description="Not before the student's n-th turn; 0: in the opening.")
    hint: str = Field(description="For the student who asks for a hint.")
    could_say: str = Field(description="One thing that could have been said, in plain spoken words.")


class Line(_Authored):
    """One thing the offline patient can say."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    text: str = ""
    does: str | None = None
    on: Literal[
        "asked",  # answers what was asked; needs triggers
        "move",  # reacts to a move of the student's; needs moves
        "news",  # reacts to the weighty news being told
        "tell",  # tells a concern whose gate is open; needs concern
        "cue",  # drops a hint; needs cue
        "asks",  # the patient's own question
        "jargon",  # did not understand a word
        "silence",  # after the student kept silent
        "unclear",  # the student's words made no sense
        "off_topic",  # nothing fits: a deflection
        "moving_on",  # nothing fits, but the talk goes well: hands the floor back
        "goodbye",
    ]
    triggers: tuple[str, ...] = Field((), description="5-8 things a student might say that this answers.")
    moves: tuple[MoveKind, ...] = ()
    concern: str | None = None
    cue: str | None = Field(None, description="Saying this line offers this cue.")
    trust: tuple[Share, Share] = Field((0, 1), description="Only while trust lies in this range.")
    distress: tuple[Share, Share] = (0, 1)
    before_news: bool | None = Field(None, description="True: only before the news is told; false: only after.")
    times: int = Field(1, ge=1, description="How often it may be said in one encounter.")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        needs = {"asked": self.triggers, "move": self.moves, "tell": self.concern, "cue": self.cue}
        if self.on in needs and not needs[self.on]:
            field = {"asked": "triggers", "move": "moves", "tell": "concern", "cue": "cue"}[self.on]
            raise ValueError(f"a line on '{self.on}' needs {field}")
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


class Start(_Authored):
    """One difficulty: where the mind starts, and how the temper is bent."""

    trust: float = Field(ge=0, le=1)
    distress: float = Field(ge=0, le=1)
    understanding: float = Field(ge=0, le=1)
    warms_times: float = Field(1, gt=0, le=2)
    note: str = Field(description="For the student: what is different, in a sentence.")


class Fact(_Authored):
    """A true statement about this case. A student who contradicts it is flagged."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    statement: str
    source: str
    contradicted_by: tuple[str, ...] = Field((), description="Regular expressions for what would be wrong to say.")
    news: bool = Field(False, description="Telling this is the weighty news of the scenario.")
    told_by: tuple[str, ...] = Field((), description="Regular expressions that recognise this being told.")


class MustAsk(_Authored):
    """Something that must be asked in this scenario; leaving it out is flagged."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    what: str
    asked_by: tuple[str, ...] = Field(min_length=1, description="Regular expressions.")


class Task(_Authored):
    """What the door note asks of the student, and the scale it gives an occasion for."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    what: str
    scales: tuple[ScaleName, ...] = ()


class Scenario(_Authored):
    """One encounter with this patient, as at an OSCE station."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    summary: str = Field(max_length=240, description="For the library; gives nothing away.")
    practices: tuple[Practice, ...] = Field(min_length=1)
    audience: Literal["patient", "family", "clinician"] = "patient"
    channel: Literal["face_to_face", "phone", "written"] = "face_to_face"
    minutes: int = Field(ge=3, le=60)
    student_role: str
    setting: str = Field(description="A few words for the bar above the encounter: 'breast clinic, small room'.")
    known: tuple[str, ...] = Field(description="What is known, for the door note.")
    tasks: tuple[Task, ...] = Field(min_length=1)
    limits: str = Field(description="What the student's role does not allow, and what to do instead.")
    content_note: str | None = None
    opening: str = Field(description="What the patient says first; empty where the student begins.")
    opening_does: str | None = None
    opening_cues: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    must_ask: tuple[MustAsk, ...] = ()
    must_not_say: tuple[str, ...] = Field((), description="For reviewers, in words.")
    key_questions: tuple[str, ...] = Field((), description="What the patient should be able to answer afterwards.")
    difficulties: dict[Literal["standard", "hard"], Start]


class InnerThought(_Authored):
    """What went through the patient's mind when the student did this; shown in the feedback."""

    after: tuple[MoveKind, ...]
    thought: str


class Review(_Authored):
    """Who vouches for the clinical content."""

    country: str
    written_on: str
    reviewer: str | None = None
    reviewed_on: str | None = None
    sources: tuple[str, ...] = Field(min_length=1)


class Persona(_Authored):
    """One simulated patient, as a clinician wrote it in `personas/<id>.yaml`."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    name: str
    called: str = Field(description="What to call them in the transcript: 'Maria'.")
    age_years: int = Field(ge=0, le=110)
    subject: str = Field(description="Pronoun as subject: she, he, they.")
    object: str = Field(description="her, him, them.")
    possessive: str = Field(description="her, his, their.")
    health_literacy: Literal["low", "middle", "high"]
    who: str = Field(description="Life, work, family: second person, for the language model.")
    speech: str = Field(description="How they talk: length, register, habits of speech.")
    knows: tuple[str, ...] = Field(description="What they know and believe about their health, in lay terms.")
    ideas: str
    worries: str = Field(description="What they would admit to worrying about if a stranger asked.")
    expects: str
    never_says: tuple[str, ...]
    temper: Temper
    concerns: tuple[Concern, ...]
    cues: tuple[CueNote, ...] = Field(min_length=3)
    lines: tuple[Line, ...] = Field(min_length=30)
    inner_thoughts: tuple[InnerThought, ...] = ()
    afterwards: dict[Literal["well", "middling", "badly"], str] = Field(description="How it felt, in the patient's voice.")
    review: Review
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Self:
        concerns = {concern.id for concern in self.concerns}
        cues = {cue.id for cue in self.cues}
        for line in self.lines:
            if line.concern is not None and line.concern not in concerns:
                raise ValueError(f"line {line.id}: there is no concern {line.concern!r}")
            if line.cue is not None and line.cue not in cues:
                raise ValueError(f"line {line.id}: there is no cue {line.cue!r}")
        for scenario in self.scenarios:
            if unknown := set(scenario.opening_cues) - cues:
                raise ValueError(f"scenario {scenario.id}: there is no cue {sorted(unknown)}")
        for ids in ([c.id for c in self.concerns], [c.id for c in self.cues], [line.id for line in self.lines]):
            if repeated := {one for one in ids if ids.count(one) > 1}:
                raise ValueError(f"used twice: {', '.join(sorted(repeated))}")
        return self

    def scenario(self, scenario_id: str) -> Scenario:
        """The scenario of this id; KeyError if this patient has none."""
        for scenario in self.scenarios:
            if scenario.id == scenario_id:
                return scenario
        raise KeyError(scenario_id)
