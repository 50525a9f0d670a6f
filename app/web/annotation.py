"""The annotated transcript: marks on the words that counted, what each turn did to the patient, and the curves."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from app.patient.scene import Change, Mind, State
from app.storage.tables import TurnRow
from app.web.views.feedback import CommentView, CurvePiece, Step, Stretch, TurnView, Why
from app.web.words import SCALES, deed_of
from personas import Persona
from personas.vocabulary import ScaleName
from scoring import Scorecard
from scoring.scorecard import Occasion


class Mark(NamedTuple):
    """Characters of one turn that counted for a scale, or asked for it and got no answer."""

    start: int
    end: int
    scale: ScaleName
    tone: Literal["raises", "lowers", "missed"]
    text: str


CONTENT_HEARD = 2
"""The empathy grade of an answer that heard what was said without the feeling."""


def is_half_met(occasion: Occasion) -> bool:
    """Whether the content was heard and the feeling in it was not: the answer is marked, nothing was missed."""
    return not occasion.met and occasion.grade is not None and occasion.grade >= CONTENT_HEARD


def marks_of(card: Scorecard, turn: int) -> tuple[Mark, ...]:
    """The marks of one turn in the order of its words: evidence, and occasions that were missed."""
    found: set[Mark] = set()
    for scale, result in card.scales.items():
        found |= {Mark(one.start, one.end, scale, one.effect, one.why) for one in result.evidence if one.turn == turn}
        found |= {
            Mark(one.start, one.end, scale, "missed", one.why)
            for one in result.occasions
            if one.turn == turn and not one.met and not is_half_met(one)
        }
    order = list(SCALES)
    return tuple(sorted(found, key=lambda mark: (mark.start, order.index(mark.scale), mark.end, mark.text)))


def stretches(text: str, marks: Sequence[Mark]) -> tuple[Stretch, ...]:
    """The text cut wherever a mark begins or ends, so that marks may overlap; nothing is lost or doubled."""
    cuts = {0, len(text)}
    for mark in marks:
        cuts |= {min(max(mark.start, 0), len(text)), min(max(mark.end, 0), len(text))}
    return tuple(_stretch(text[start:end], start, end, marks) for start, end in pairwise(sorted(cuts)))


def minds(turns: Sequence[TurnRow], start: Mind) -> tuple[Mind, ...]:
    """The patient's mind before the first turn and after each; a turn without a state changed nothing."""
    found = [start]
    for turn in turns:
        found.append(State.model_validate(turn.state).mind if turn.state is not None else found[-1])
    return tuple(found)


def turn_views(
    turns: Sequence[TurnRow],
    card: Scorecard,
    persona: Persona,
    start: Mind,
    comments: Mapping[int | None, Sequence[CommentView]] | None = None,
    student: str = "You",
) -> tuple[TurnView, ...]:
    """The rows of the annotated transcript. `comments` by turn; `student` is how the student is called in it."""
    thoughts = thoughts_of(turns, persona)
    views = []
    for number, (turn, (before, after)) in enumerate(zip(turns, pairwise(minds(turns, start)), strict=True)):
        mine = turn.speaker == "student"
        marks = marks_of(card, number)
        views.append(
            TurnView(
                number=number,
                mine=mine,
                name=student if mine else persona.called,
                stretches=stretches(turn.text, marks) if turn.text else (),
                does=deed_of(turn.does, student) if mine else turn.does,
                silent=turn.silent,
                whys=tuple(_why(number, index, mark) for index, mark in enumerate(marks)),
                steps=steps_of(Change.model_validate(change) for change in turn.changes or ()) if mine else (),
                set_off=State.model_validate(turn.state).set_off if mine and turn.state is not None else (),
                thought=thoughts.get(number) if mine else None,
                curves=(
                    CurvePiece("trust", _points(before.trust), _points(after.trust)),
                    CurvePiece("distress", _points(before.distress), _points(after.distress)),
                    CurvePiece("understanding", _points(before.understanding), _points(after.understanding)),
                ),
                can_retry=mine,
                comments=tuple((comments or {}).get(number, ())),
            )
        )
    return tuple(views)


def steps_of(changes: Iterable[Change]) -> tuple[Step, ...]:
    """What a turn did to the mind, one line for each reason, in points of 100; what rounds to nothing is left out."""
    moved: dict[str, list[str]] = {}
    for one in changes:
        if round(one.by * 100):
            moved.setdefault(one.why, []).append(f"{one.what} {_signed(one.by)}")
    return tuple(Step(moved=_capital(", ".join(each)), why=f"{why.rstrip('.')}.") for why, each in moved.items())


def thoughts_of(turns: Sequence[TurnRow], persona: Persona) -> dict[int, str]:
    """What went through the patient's mind, by turn: each thought once, one a turn, of what moved them most."""
    found: dict[int, str] = {}
    for number, turn in enumerate(turns):
        fitting = (one.thought for kind in _moved_by(turn) for one in persona.inner_thoughts if kind in one.after)
        thought = next((one for one in fitting if one not in found.values()), None)
        if thought is not None:
            found[number] = thought
    return found


def _moved_by(turn: TurnRow) -> tuple[str, ...]:
    """The kinds of change this turn made, the largest first; its moves where what made a change was not stored yet."""
    changes = [Change.model_validate(change) for change in turn.changes or ()]
    if any(one.kind is None for one in changes):
        return tuple(move["kind"] for move in (turn.reading or {}).get("moves", ()))
    ordered = sorted(changes, key=lambda one: -abs(one.by))
    return tuple(dict.fromkeys(one.kind for one in ordered if one.kind is not None))


def why_anchor(turn: int, index: int) -> str:
    """Where on the page a mark tells why."""
    return f"why-{turn}-{index}"


def _why(turn: int, index: int, mark: Mark) -> Why:
    label = SCALES[mark.scale]
    return Why(
        anchor=why_anchor(turn, index),
        scale=mark.scale,
        letter=label.letter,
        title=label.title,
        tone=mark.tone,
        text=mark.text,
    )


def _stretch(text: str, start: int, end: int, marks: Sequence[Mark]) -> Stretch:
    over = [index for index, mark in enumerate(marks) if mark.start <= start and end <= mark.end and start < end]
    scales = dict.fromkeys(marks[index].scale for index in over)
    return Stretch(text=text, scales=tuple(scales), whys=tuple(over))


def _points(value: float) -> int:
    return round(value * 100)


def _signed(by: float) -> str:
    return f"{round(by * 100):+d}".replace("-", "−")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
