"""Tasks whose label is a whole talk's: what the scorecard or plain counts say, against experts' ratings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

from personas.vocabulary import MoveKind, ScaleName
from scoring import agreement
from scoring.grading import grade, read_turns
from scoring.reading import TurnReading
from scoring.scorecard import Scorecard
from scoring.transcript import Transcript
from scoring.validation import simple
from scoring.validation.lines import Line
from scoring.validation.report import Measure


@dataclass(frozen=True)
class Talk:
    """A labelled talk: the readings of the clinician's turns in their order, their words, and the scorecard."""

    line: Line
    readings: tuple[TurnReading, ...]
    said: tuple[str, ...]
    card: Scorecard

    def turns_with(self, *kinds: MoveKind) -> int:
        """Clinician turns that make at least one of these moves."""
        return sum(reading.has(*kinds) for reading in self.readings)

    def share(self, turns: int) -> float:
        """A number of turns as a share of the clinician's turns."""
        return turns / max(1, len(self.readings))


def grade_talk(line: Line) -> Talk:
    """Read and grade the talk of a line; without a scenario, so no fact is checked."""
    transcript = Transcript(turns=line.context)
    read = read_turns(transcript, {})
    said = tuple(turn.text for turn in transcript.turns if turn.speaker == "student")
    return Talk(line, tuple(read.values()), said, grade(transcript, readings=read))


def _quality(talks: Sequence[Talk]) -> Iterator[Measure | str]:
    """High against low by `overall`; where too few scales were observed for one, by the mean of those that were.

    How few occasions a talk gave says something too, so two more figures show what that choice does.
    """
    yield _by_overall("overall AUC", talks, _overall(talks))
    observed = [talk for talk in talks if talk.card.overall is not None]
    if 0 < len(observed) < len(talks):
        yield _by_overall("overall AUC, None ranked last", talks, [talk.card.overall or 0.0 for talk in talks])
        yield _by_overall("overall AUC, without None", observed, _overall(observed))
    yield _about_overall(talks)


def _by_overall(name: str, talks: Sequence[Talk], given: list[float]) -> Measure:
    truth = [talk.line.label == "high" for talk in talks]
    rival = [simple.share_without_advice(talk.said) for talk in talks]
    return Measure(name, agreement.auc, truth, given, _groups(talks), rival, "share of turns without words of advice")


def _overall(talks: Sequence[Talk]) -> list[float]:
    return placed([score_or_mean(talk.card) for talk in talks])


def score_or_mean(card: Scorecard) -> float | None:
    """The overall score; where too few scales were observed for one, the mean of those that were."""
    if card.overall is not None:
        return card.overall
    scores = [scale.score for scale in card.scales.values() if scale.score is not None]
    return mean(scores) if scores else None


def _about_overall(talks: Sequence[Talk]) -> str:
    without = sum(talk.card.overall is None for talk in talks)
    mean_stands = ": there the mean of the observed scales stands" if without else ""
    return f"overall was None in {without} of {len(talks)} talks{mean_stands}."


def placed(scores: Sequence[float | None]) -> list[float]:
    """Scores with a place for talks that have none: the median of the others, which says nothing either way."""
    seen = [score for score in scores if score is not None]
    middle = median(seen) if seen else 0.0
    return [middle if score is None else score for score in scores]


def _validating(talks: Sequence[Talk]) -> list[float]:
    """Validating emotions: the empathy scale."""
    return _scale(talks, "empathy")


def _elaboration(talks: Sequence[Talk]) -> list[float]:
    """Encouraging elaboration: turns that explore (EPITOME), ask openly, or elicit ideas, concerns or expectations."""
    invites: tuple[MoveKind, ...] = ("open_question", "elicits_ideas", "elicits_concerns", "elicits_expectations")
    return [sum(one.exploration > 0 or one.has(*invites) for one in talk.readings) for talk in talks]


def _understanding(talks: Sequence[Talk]) -> list[float]:
    """Demonstrating understanding: turns that reflect, simply or with meaning added, or interpret (EPITOME)."""
    return [
        sum(one.interpretation > 0 or one.has("reflects", "reflects_complex") for one in talk.readings)
        for talk in talks
    ]


def _dismissing(talks: Sequence[Talk]) -> list[float]:
    """Dismissing emotions: share of turns that dismiss, reassure early, blame, or answer a feeling with a fix."""
    kinds: tuple[MoveKind, ...] = ("dismisses", "reassures_early", "blames", "problem_solves")
    return [talk.share(talk.turns_with(*kinds)) for talk in talks]


def _advising(talks: Sequence[Talk]) -> list[float]:
    """Giving advice: share of turns that advise, or answer a feeling with a fix."""
    return [talk.share(talk.turns_with("advises", "problem_solves")) for talk in talks]


def _self_oriented(talks: Sequence[Talk]) -> list[float]:
    """Self-oriented: share of turns with the clinician's own feeling or story."""
    return [talk.share(talk.turns_with("own_feeling")) for talk in talks]


_Dimension = tuple[Callable[[Sequence[Talk]], list[float]], Callable[[Sequence[str]], float], str]
_LEND_AN_EAR: Mapping[str, _Dimension] = {
    "validating_emotions": (_validating, simple.feeling_turns, "turns with a word for a feeling or of sympathy"),
    "encouraging_elaboration": (_elaboration, simple.questions, "question marks"),
    "demonstrating_understanding": (_understanding, lambda turns: float(len(turns)), "turns"),
    "dismissing_emotions": (_dismissing, simple.words_a_turn, "words a turn"),
    "advice_giving": (_advising, simple.words_a_turn, "words a turn"),
    "self_oriented": (_self_oriented, simple.words_a_turn, "words a turn"),
}


def _lend_an_ear(talks: Sequence[Talk]) -> Iterator[Measure | str]:
    """Six dimensions, each by itself: they hardly go together, so no one number can follow them all.

    Experts rate the whole talk. What shows a skill adds up over a talk, so skills are turns counted; a slip is weighed
    against what else was said, so slips are shares of the turns. Tried: for each dimension that is counted, turns and
    share, and for advice with and without fixes; nothing is weighted or fitted, for there are few talks to choose by.
    """
    for name, (count, rule, words) in _LEND_AN_EAR.items():
        rated = [talk for talk in talks if name in talk.line.label]
        if rated:
            yield _rank(name, rated, count(rated), [rule(talk.said) for talk in rated], words)


def _mi_global(talks: Sequence[Talk]) -> Iterator[Measure | str]:
    """Empathy by the empathy scale, partnership by permission; no scale of ours is meant for the others: overall."""
    given: Mapping[str, list[float]] = {"empathy": _scale(talks, "empathy"), "partnership": _scale(talks, "permission")}
    rival = [simple.reflections_to_questions(talk.said) for talk in talks]
    for name in _rated_in_all(talks):
        score = given.get(name) or _overall(talks)
        yield _rank(name, talks, score, rival, "reflections to questions")
    yield from _unobserved(talks, "empathy", "permission")


def _empathy_rated(talks: Sequence[Talk]) -> Iterator[Measure | str]:
    rival = [simple.words_a_turn(talk.said) for talk in talks]
    for name in _rated_in_all(talks):
        yield _rank(name, talks, _scale(talks, "empathy"), rival, "words a turn")
    yield from _unobserved(talks, "empathy")


def _osce(talks: Sequence[Talk]) -> Iterator[Measure | str]:
    """Items differ by case, so only the mean of those with a number is compared."""
    truth = [mean(_numbers(talk.line.label)) for talk in talks]
    rival = [simple.questions(talk.said) for talk in talks]
    yield Measure(
        "mean item Spearman",
        agreement.spearman,
        truth,
        _overall(talks),
        _groups(talks),
        rival,
        "question marks",
        mean(truth),
    )
    yield _about_overall(talks)


def _rank(name: str, talks: Sequence[Talk], given: list[float], rival: list[float], rule: str) -> Measure:
    truth = [float(talk.line.label[name]) for talk in talks]
    return Measure(f"{name} Spearman", agreement.spearman, truth, given, _groups(talks), rival, rule, mean(truth))


def _scale(talks: Sequence[Talk], scale: ScaleName) -> list[float]:
    return placed([talk.card.scales[scale].score for talk in talks])


def _unobserved(talks: Sequence[Talk], *scales: ScaleName) -> Iterator[str]:
    for scale in scales:
        without = sum(talk.card.scales[scale].score is None for talk in talks)
        if without:
            yield f"{scale} was not observed in {without} of {len(talks)} talks: there the median of the others stands."


def _rated_in_all(talks: Sequence[Talk]) -> list[str]:
    """The names rated with a number in every talk."""
    return sorted(set.intersection(*(set(_rated(talk.line.label)) for talk in talks)))


def _rated(label: Mapping[str, Any]) -> list[str]:
    return [name for name, value in label.items() if isinstance(value, int | float)]


def _numbers(label: Mapping[str, Any]) -> list[float]:
    return [float(label[name]) for name in _rated(label)]


def _groups(talks: Sequence[Talk]) -> list[str]:
    return [talk.line.group for talk in talks]


TALK_TASKS: Mapping[str, Callable[[Sequence[Talk]], Iterator[Measure | str]]] = {
    "mi-quality": _quality,
    "mi-global": _mi_global,
    "empathy-conversation-lendanear": _lend_an_ear,
    "empathy-conversation-ed": _empathy_rated,
    "osce-mirs": _osce,
}
