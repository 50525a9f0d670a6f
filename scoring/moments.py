"""The two moments that mattered most: what was met best, and what was missed worst."""

from collections.abc import Mapping, Sequence

from personas.vocabulary import ScaleName
from scoring.scorecard import Moment, Occasion, ScaleResult, Suggestion

_HALF_MET = 2
"""An answer from this grade on heard at least the content: a moment only where nothing weighed more."""


def choose_moments(scales: Mapping[ScaleName, ScaleResult], suggestions: Sequence[Suggestion]) -> tuple[Moment, ...]:
    """At most two, in the order they came: the best met and the worst missed, else two of what there is."""
    helped = sorted(_helped(scales), key=lambda one: (-_worth(one), one.turn))
    missed = sorted(_missed(scales), key=lambda one: (-harm(one), one.turn))
    grave = [one for one in missed if (one.grade or 0) < _HALF_MET]
    chosen = [*((one, True) for one in helped[:1]), *((one, False) for one in grave[:1])]
    spare = [
        *((one, False) for one in grave[1:]),
        *((one, True) for one in helped[1:]),
        *((one, False) for one in missed),
    ]
    for one, good in spare:
        if len(chosen) < 2 and all(one.turn != other.turn for other, _ in chosen):
            chosen.append((one, good))
    return tuple(_moment(one, good, suggestions) for one, good in sorted(chosen, key=lambda pair: pair[0].turn))


def _helped(scales: Mapping[ScaleName, ScaleResult]) -> list[Occasion]:
    feelings = [one for one in scales["empathy"].occasions if one.grade is not None and one.grade >= 3]
    leave = [one for one in scales["permission"].occasions if one.met]
    return feelings or [one for one in scales["emotion_naming"].occasions if one.met] or leave


def _missed(scales: Mapping[ScaleName, ScaleResult]) -> list[Occasion]:
    feelings = [one for one in scales["empathy"].occasions if not one.met]
    unasked = [
        one for one in scales["permission"].occasions if not one.met and (one.grade or 0) <= 0 and one.intensity > 0.8
    ]
    return [*feelings, *unasked] or [one for one in scales["permission"].occasions if not one.met]


def _worth(occasion: Occasion) -> float:
    return (occasion.grade or 0) + 2 * occasion.intensity


def harm(occasion: Occasion) -> float:
    """How much a miss weighs: the feeling's strength, openly said more than hinted, an override most of all."""
    grade = occasion.grade if occasion.grade is not None else 0
    return 2 * occasion.intensity - grade + 0.5 * (occasion.kind in ("concern", "challenge"))


def _moment(occasion: Occasion, helped: bool, suggestions: Sequence[Suggestion]) -> Moment:
    say = next((one.say for one in suggestions if one.turn in (occasion.turn, occasion.answer_turn)), None)
    return Moment(
        turn=occasion.turn,
        start=occasion.start,
        end=occasion.end,
        quote=occasion.quote,
        helped=helped,
        what_happened=occasion.why,
        answer_turn=None if helped else occasion.answer_turn,
        say=None if helped else say,
    )
