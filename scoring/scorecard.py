"""The scorecard: what a grading says, and the words it rests on."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from personas.vocabulary import CueKind, Family, ScaleName

SCALE_NAMES: tuple[ScaleName, ...] = ("empathy", "emotion_naming", "permission", "explanation")


FlagKind = Literal["wrong_fact", "missed_must_ask", "risk_passed_over", "lapse", "addresses_grader"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Quote(_Frozen):
    """Words that stand in the transcript: `turns[turn].text[start:end] == quote`."""

    turn: int
    start: int
    end: int
    quote: str


class Evidence(Quote):
    """Words that raised or lowered a level, and why."""

    effect: Literal["raises", "lowers"]
    why: str


class Occasion(Quote):
    """A moment that asked for the skill: the patient's words, or the act that needed leave."""

    kind: CueKind | Literal["permission_episode", "explaining_turn", "patient_question"]
    family: Family | None = None
    intensity: float = 0.5
    met: bool
    grade: float | None = Field(description="The response's grade on the rubric's own scale; None if it has none.")
    answer_turn: int | None = Field(None, description="The clinician turn that answered, if one did.")
    why: str


class Suggestion(_Frozen):
    """What could have been said, in plain spoken words, after `turn`."""

    turn: int
    say: str


class ScaleResult(_Frozen):
    """One scale: level, what it rests on, and what the next level would have taken."""

    level: Literal[0, 1, 2, 3, 4] | None = Field(description="None: not observed.")
    score: float | None = Field(description="0-100, 25 x the fractional level; None: not observed.")
    anchor: str = Field(description="The rubric's words for this level.")
    counted: str = Field(description="The count the level rests on, in words: '2 of 5 concerns were acknowledged'.")
    to_next: str | None = Field(None, description="What would have made it the next level.")
    caps: tuple[str, ...] = Field((), description="Rules that held the level down, in words.")
    parts: dict[str, int] = Field(default_factory=dict, description="Explanation: its five parts, 0-2 each.")
    evidence: tuple[Evidence, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


class Habit(_Frozen):
    """An observed habit, ungraded: welcome, naming, listening, explaining, closing the loop, calm."""

    name: str
    seen: str = Field(description="What was observed, in a sentence.")
    evidence: tuple[Evidence, ...] = ()


class Talk(_Frozen):
    """Plain counts of the conversation."""

    student_words: int
    patient_words: int
    student_share: float = Field(ge=0, le=1)
    longest_turn: int | None = Field(description="Index of the student's longest turn.")
    longest_turn_words: int
    open_questions: int
    closed_questions: int
    silences: int


class Flag(Quote):
    """Something that stands above the scores until a person cleared it; the quote is empty where nothing was said."""

    kind: FlagKind
    why: str


class Moment(Quote):
    """One of the two moments that mattered most: the patient's or the student's words."""

    helped: bool
    what_happened: str
    said: Quote | None = Field(None, description="The student's own words that helped; None where they did not.")
    answer_turn: int | None = Field(description="The student's turn to try again; None when it went well.")
    say: str | None = Field(None, description="What could have been said.")


class Summary(_Frozen):
    """What lists of many encounters need of a card: a hundredth of its size."""

    levels: dict[ScaleName, Literal[0, 1, 2, 3, 4] | None]
    occasions: int = Field(description="Over all scales.")
    flags: tuple[FlagKind, ...]


class Scorecard(_Frozen):
    """A grading of one transcript by one scorer."""

    scales: dict[ScaleName, ScaleResult]
    overall: float | None = Field(description="0-100, weighted mean of the observed scales; None below three.")
    habits: tuple[Habit, ...] = ()
    talk: Talk
    flags: tuple[Flag, ...] = ()
    moments: tuple[Moment, ...] = ()
    facts_checked: bool = Field(description="False without a scenario: then no fact was checked.")
    scorer: str = "deterministic"
    scorer_version: str
    rubric_version: str

    @property
    def summary(self) -> Summary:
        """The levels, how many occasions they rest on, and the kinds of the flags."""
        return Summary(
            levels={name: scale.level for name, scale in self.scales.items()},
            occasions=sum(len(scale.occasions) for scale in self.scales.values()),
            flags=tuple(flag.kind for flag in self.flags),
        )
