"""The two moments that mattered most: what was met best, and what was missed worst."""

from collections.abc import Iterator, Mapping, Sequence

from personas.vocabulary import ScaleName
from scoring.scorecard import Moment, Occasion, Quote, ScaleResult, Suggestion

_HALF_MET = 2
"""An answer from this grade on heard at least the content: a moment only where nothing weighed more."""

_WEIGHTY = 0.8
"""A step above this weight (news, an examination, a sensitive subject) taken without leave is a moment of its own."""


def choose_moments(scales: Mapping[ScaleName, ScaleResult], suggestions: Sequence[Suggestion]) -> tuple[Moment, ...]:
    """At most two, in the order they came: the best met and the worst missed, else two of what there is.

    Never two at the same turn, and never the same sentence twice.
    """
    helped = sorted(_helped(scales), key=lambda one: (-_worth(one), one.turn))
    missed = sorted(_missed(scales), key=lambda one: (-harm(one), one.turn))
    grave = [one for one in missed if (one.grade or 0) < _HALF_MET]
    order = [
        *((one, True) for one in helped[:1]),
        *((one, False) for one in grave),
        *((one, True) for one in helped[1:]),
        *((one, False) for one in missed),
    ]
    chosen: list[tuple[Occasion, bool]] = []
    for one, good in order:
        if len(chosen) < 2 and all(one.turn != other.turn and one.why != other.why for other, _ in chosen):
            chosen.append((one, good))
    said = [one for name in scales for one in scales[name].suggestions if one in suggestions]
    return tuple(_moment(one, good, scales, said) for one, good in sorted(chosen, key=lambda pair: pair[0].turn))


def _helped(scales: Mapping[ScaleName, ScaleResult]) -> list[Occasion]:
    """Feelings met, else feelings named, else leave asked; what the patient asked for themselves is no feat."""
    feelings = [one for one in scales["empathy"].occasions if one.grade is not None and one.grade >= 3]
    leave = [one for one in scales["permission"].occasions if one.met and one.kind != "patient_question"]
    return feelings or [one for one in scales["emotion_naming"].occasions if one.met] or leave


def _missed(scales: Mapping[ScaleName, ScaleResult]) -> list[Occasion]:
    """Feelings that went by and weighty steps without leave; a success without praise only where nothing else is."""
    feelings = [one for one in scales["empathy"].occasions if not one.met]
    unasked = [one for one in scales["permission"].occasions if not one.met]
    weighty = [one for one in unasked if (one.grade or 0) <= 0 and one.intensity > _WEIGHTY]
    grave = [one for one in feelings if one.kind != "progress"]
    return [*grave, *weighty] or unasked or feelings


def _worth(occasion: Occasion) -> float:
    return (occasion.grade or 0) + 2 * occasion.intensity


def harm(occasion: Occasion) -> float:
    """How much a miss weighs: the feeling's strength, openly said more than hinted, an override most of all."""
    grade = occasion.grade if occasion.grade is not None else 0
    return 2 * occasion.intensity - grade + 0.5 * (occasion.kind in ("concern", "challenge"))


def _moment(
    occasion: Occasion, helped: bool, scales: Mapping[ScaleName, ScaleResult], said: Sequence[Suggestion]
) -> Moment:
    say = next((one.say for one in _for_it(occasion, scales) if one in said), None)
    return Moment(
        turn=occasion.turn,
        start=occasion.start,
        end=occasion.end,
        quote=occasion.quote,
        helped=helped,
        what_happened=occasion.why,
        said=_own_words(occasion, scales) if helped else None,
        answer_turn=None if helped else occasion.answer_turn,
        say=None if helped else say,
    )


def _own_words(occasion: Occasion, scales: Mapping[ScaleName, ScaleResult]) -> Quote | None:
    """What the student said that helped: the words of the step itself, else the proof of the answer."""
    if occasion.kind == "permission_episode":
        return Quote(turn=occasion.turn, start=occasion.start, end=occasion.end, quote=occasion.quote)
    proofs = (
        one
        for scale in scales.values()
        if occasion in scale.occasions
        for one in scale.evidence
        if one.turn == occasion.answer_turn and one.effect == "raises"
    )
    proof = next(proofs, None)
    if proof is None:
        return None
    return Quote(turn=proof.turn, start=proof.start, end=proof.end, quote=proof.quote)


def _for_it(occasion: Occasion, scales: Mapping[ScaleName, ScaleResult]) -> Iterator[Suggestion]:
    """The suggestions of its own scale: a feeling's stand at the patient's turn, a step's at the student's."""
    if occasion in scales["permission"].occasions:
        yield from (one for one in scales["permission"].suggestions if one.turn == occasion.answer_turn)
        return
    for name in ("empathy", "emotion_naming"):
        yield from (one for one in scales[name].suggestions if one.turn == occasion.turn)
