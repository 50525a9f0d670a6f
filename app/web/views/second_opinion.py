"""The second reader's opinion, as the feedback and the review show it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from app.web.views import View
from personas.vocabulary import ScaleName


@dataclass(frozen=True)
class SecondProof:
    """Words the second reader counted for or against a level, in turn `row`, and why."""

    quote: str
    row: int
    raises: bool
    why: str


@dataclass(frozen=True)
class SecondScale:
    """What the second reader says of one scale. `level` None: not observed, or with `not_scored` not read at all.

    `said` is the level in words; `apart` says how far the two scorers differ, where it is more than a level; `spread`
    the levels of several readings.
    """

    name: ScaleName
    title: str
    level: int | None
    said: str
    not_scored: str | None
    apart: str | None
    spread: str | None
    counted: str
    proofs: tuple[SecondProof, ...]


@dataclass(frozen=True)
class SecondFlag:
    """Something the second reader thinks a person should look at; no quote where something was left out."""

    label: str
    why: str
    quote: str | None
    row: int


@dataclass(frozen=True)
class AnswerView:
    """What a listener answered to a key question. `answer` is the model's own wording; `verdict` is ours."""

    question: str
    answer: str
    verdict: str
    tone: Literal["explained", "not_explained", "against_the_facts"]
    said: str | None
    row: int


@dataclass(frozen=True)
class SecondView:
    """A second opinion. `status` says how it stands where there is none yet, or a newer one is asked for.

    `scales` is empty without an opinion; `answers` None where no question was put, or the answers could not be read.
    """

    encounter_id: str
    pending: bool
    status: str | None
    ask: str | None
    """What the button says that asks for it; None: it cannot be asked for here, or not now."""
    about: str | None
    scales: tuple[SecondScale, ...]
    flags: tuple[SecondFlag, ...]
    notes: tuple[str, ...]
    answers: tuple[AnswerView, ...] | None
    listener: str
    """Whose words the listener heard: 'your words', 'the words of Ada'."""

    def of(self, name: str) -> SecondScale | None:
        """What it says of this scale, if there is an opinion yet."""
        return next((scale for scale in self.scales if scale.name == name), None)


@dataclass(frozen=True)
class Marked:
    """The levels of one scale of which a review draws marks: the one that stands, and the scorer's."""

    name: ScaleName
    level: int | None
    machine_level: int | None


@dataclass(frozen=True)
class SecondPart(View):
    """The pieces of a page that a second opinion fills when it arrives: of a review, or of the feedback.

    `marked` is empty on the feedback, and so are the reasons to look, `needs`.
    """

    template: ClassVar[str] = "second_part.html"

    second: SecondView
    marked: tuple[Marked, ...] = ()
    needs: tuple[str, ...] = ()
