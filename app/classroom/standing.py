"""What the acts of a review add up to, and the educators' card that follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

from app.storage.reviews import Acted
from app.storage.tables import ReviewAct, TurnRow
from personas.vocabulary import ScaleName
from scoring import Scorecard, rubric
from scoring.levels import overall_of, score_of
from scoring.moments import choose_moments
from scoring.scorecard import Evidence, Occasion, ScaleResult

Kind = Literal["level", "strike", "evidence", "comment", "take_back", "flag", "accept", "reopen", "release"]
MISSED = "missed"
"""The effect of words that asked for the skill and were not met."""


class Span(NamedTuple):
    """A piece of evidence of one scale: characters of a turn, and what they did to the level; or a missed occasion."""

    scale: str
    turn: int
    start: int
    end: int
    effect: str


@dataclass(frozen=True)
class Standing:
    """What the acts of a review add up to. `flags` has the verdict on each flag that was looked at, by its index."""

    levels: dict[ScaleName, Acted]
    struck: dict[Span, Acted]
    added: tuple[Acted, ...]
    comments: tuple[Acted, ...]
    flags: dict[int, Acted]

    @property
    def changes_card(self) -> bool:
        """Whether the educator's card differs from the machine's."""
        return bool(self.levels or self.struck or self.added)


def stand(acts: Sequence[Acted]) -> Standing:
    """Add the acts of a review up."""
    taken_back = {one.act.target for one in acts if one.act.kind == "take_back"}
    valid = [one for one in acts if one.act.number not in taken_back]

    def of(kind: Kind) -> list[Acted]:
        return [one for one in valid if one.act.kind == kind]

    return Standing(
        levels={cast("ScaleName", one.act.scale): one for one in of("level")},
        struck={span_of(one.act): one for one in of("strike")},
        added=tuple(of("evidence")),
        comments=tuple(of("comment")),
        flags={one.act.target: one for one in of("flag") if one.act.target is not None},
    )


def span_of(act: ReviewAct) -> Span:
    """The evidence an act strikes or adds."""
    return Span(act.scale or "", act.turn or 0, act.start or 0, act.end or 0, act.effect or "")


def educators_card(machine: Scorecard, standing: Standing, turns: Sequence[TurnRow]) -> Scorecard:
    """The machine's card as the educators changed it: levels, and the evidence they struck or added.

    A level an educator set counts as its middle, 25 points a level; one they left keeps the machine's finer score.
    What rests on evidence they removed is no occasion and no moment any more.
    """
    scales = {name: _scale(name, result, standing, turns) for name, result in machine.scales.items()}
    changed: dict[str, object] = {
        "scales": scales,
        "overall": overall_of(tuple(scales.values())),
        "scorer": "educator",
    }
    if standing.struck:
        changed["moments"] = choose_moments(scales, [one for scale in scales.values() for one in scale.suggestions])
    return machine.model_copy(update=changed)


def _scale(name: ScaleName, result: ScaleResult, standing: Standing, turns: Sequence[TurnRow]) -> ScaleResult:
    kept = [
        one for one in result.evidence if Span(name, one.turn, one.start, one.end, one.effect) not in standing.struck
    ]
    kept += [_evidence(one.act, turns) for one in standing.added if one.act.scale == name]
    left = tuple(one for one in result.occasions if not _rests_on(one, name, standing.struck))
    gone = {turn for one in result.occasions if one not in left for turn in (one.turn, one.answer_turn)}
    changed: dict[str, object] = {
        "evidence": tuple(sorted(kept, key=lambda one: (one.turn, one.start))),
        "occasions": left,
        "suggestions": tuple(one for one in result.suggestions if one.turn not in gone),
    }
    if (act := standing.levels.get(name)) is not None:
        level = act.act.level
        changed |= {"level": level, "anchor": rubric.scale(name).anchor(level), "to_next": None, "caps": ()}
        if level != result.level:
            changed["score"] = None if level is None else score_of(level)
    return result.model_copy(update=changed)


def spans_on(card: Scorecard) -> set[Span]:
    """All that an act can strike from a card: its evidence, and the occasions that were missed."""
    counted = {
        Span(name, one.turn, one.start, one.end, one.effect)
        for name, result in card.scales.items()
        for one in result.evidence
    }
    missed = {missed_span(name, one) for name, result in card.scales.items() for one in result.occasions if not one.met}
    return counted | missed


def missed_span(scale: ScaleName, occasion: Occasion) -> Span:
    """An occasion that was not met, as an act strikes it."""
    return Span(scale, occasion.turn, occasion.start, occasion.end, MISSED)


def _rests_on(occasion: Occasion, scale: ScaleName, struck: Mapping[Span, Acted]) -> bool:
    """Whether an occasion of this scale was struck, or rests on words that were: those, or the turn that answered."""
    if not occasion.met and missed_span(scale, occasion) in struck:
        return True
    return any(
        span.scale == scale
        and span.effect != MISSED
        and (
            span.turn == occasion.answer_turn
            or (span.turn == occasion.turn and span.start < occasion.end and occasion.start < span.end)
        )
        for span in struck
    )


def _evidence(act: ReviewAct, turns: Sequence[TurnRow]) -> Evidence:
    span = span_of(act)
    return Evidence(
        turn=span.turn,
        start=span.start,
        end=span.end,
        quote=turns[span.turn].text[span.start : span.end],
        effect="raises" if span.effect == "raises" else "lowers",
        why=act.words,
    )
