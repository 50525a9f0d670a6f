"""Measure a judge on labelled talks, with the deterministic scorer on the same talks as what it has to beat."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, TypeVar

from personas.vocabulary import ScaleName
from scoring import agreement
from scoring.grading import grade
from scoring.judge import Ask, AskFault, Message, Reply, Unread, names_feeling, prompt_hash
from scoring.judge import grade as judge
from scoring.moves import read_turn
from scoring.scorecard import Scorecard
from scoring.transcript import Transcript, Turn
from scoring.validation.lines import Line, read_lines
from scoring.validation.report import Measure, Report, TaskReport, report_of
from scoring.validation.talks import placed, score_or_mean

RULE = "the deterministic scorer"
_NAMES = 2
"""The codebook's level of a turn that names a feeling."""

MOST_FAULTS_IN_A_ROW = 3
"""After so many lines without an answer the server is taken for gone: what was measured until then is kept."""

T = TypeVar("T")

Tell = Callable[[int, int], None]
"""Is told how many lines are judged, of how many."""


@dataclass(frozen=True)
class Judged:
    """A labelled talk with both cards; None where the judge gave no answer, or left some scale without a score."""

    line: Line
    scorer: Scorecard
    judge: Scorecard | None


async def validate_judge(path: Path, ask: Ask, *, limit: int | None = None, tell: Tell | None = None) -> Report:
    """Measure the judge on every task of a file that it can be asked about, on `limit` lines a task at most.

    The lines are taken at even steps, so the same ones each time. What the judge could not score, or gave no answer
    about, is left out of both sides and counted in a note.

    Raises:
        ValidationFault: as `read_lines`.
        AskFault: the model gave no answer about the first line, so nothing is lost.
    """
    by_task: dict[str, list[Line]] = {}
    for line in read_lines(path):
        by_task.setdefault(line.task, []).append(line)
    chosen = {task: _evenly(lines, limit) for task, lines in by_task.items()}
    of, done = sum(len(lines) for task, lines in chosen.items() if _is_asked(task)), 0

    def judged() -> None:
        nonlocal done
        done += 1
        if tell is not None:
            tell(done, of)

    counted = _Counted(ask)
    measured = [await _measure(task, lines, counted, judged) for task, lines in chosen.items()]
    return Report(
        file=str(path),
        tasks=tuple(measured),
        measured="judge",
        beside="scorer",
        about=counted.about,
        broken_off=counted.broken_off,
    )


class _Counted:
    """The judge's model, with what it was asked so far, and on how many lines it gave no answer."""

    def __init__(self, ask: Ask) -> None:
        self.model = ask.model
        self._ask = ask
        self._calls = self._tokens = 0
        self._answered = self._unanswered = self._in_a_row = 0
        self._causes: set[str] = set()
        self.broken_off = False

    async def on_line(self, judging: Callable[[Line, Ask], Awaitable[T]], line: Line) -> T | None:
        """What came of judging a line; None where the model gave no answer, or is asked no more."""
        if self._in_a_row == MOST_FAULTS_IN_A_ROW:
            self._unanswered += 1
            self.broken_off = True
            return None
        try:
            found = await judging(line, self)
        except AskFault as fault:
            if self._answered == 0:
                raise
            self._unanswered += 1
            self._in_a_row += 1
            self._causes.add(fault.cause)
            return None
        self._answered += 1
        self._in_a_row = 0
        return found

    async def __call__(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any]) -> Reply:
        self._calls += 1
        reply = await self._ask(messages, name, schema)
        self._tokens += (reply.prompt_tokens or 0) + (reply.completion_tokens or 0)
        return reply

    @property
    def about(self) -> str:
        """What was measured, and what that took: an uncounted token is none here."""
        took = f"{self._calls:,} questions, {self._tokens:,} tokens counted"
        left_out = ""
        if self._unanswered:
            given_up = ", and was asked no more" if self.broken_off else ""
            lines = "1 line" if self._unanswered == 1 else f"{self._unanswered} lines"
            left_out = f"; it gave no answer on {lines} ({', '.join(sorted(self._causes))}){given_up}"
        return f"judge {self.model}, prompts {prompt_hash()}; {took}{left_out}"


def _is_asked(task: str) -> bool:
    return task in _TALKS or task == "emotion-naming"


def _evenly(lines: Sequence[Line], limit: int | None) -> list[Line]:
    if limit is None or limit >= len(lines):
        return list(lines)
    return [lines[place * len(lines) // limit] for place in range(limit)]


async def _measure(task: str, lines: Sequence[Line], ask: _Counted, judged: Callable[[], None]) -> TaskReport:
    if task in _TALKS:
        talks = []
        for line in lines:
            card = await ask.on_line(_card_of, line)
            talks.append(Judged(line, grade(Transcript(turns=line.context)), card))
            judged()
        return report_of(task, lines, _of_talks(task, talks))
    if task == "emotion-naming":
        return report_of(task, lines, await _namings(lines, ask, judged))
    return report_of(task, lines, ["The judge is not asked about this."])


async def _card_of(line: Line, ask: Ask) -> Scorecard | None:
    """The judge's card of a talk, if no scale of it was left without a score."""
    card = await judge(Transcript(turns=line.context), ask)
    return None if card.not_scored else card


def _of_talks(task: str, talks: Sequence[Judged]) -> Iterator[Measure | str]:
    scored = [(talk, talk.judge) for talk in talks if talk.judge is not None]
    if len(scored) < len(talks):
        yield f"not scored by the judge: {len(talks) - len(scored)} of {len(talks)} talks, left out on both sides."
    for name, figure, truth, value in _TALKS[task] if scored else ():
        rated = [(talk, card) for talk, card in scored if truth(talk.line.label) is not None]
        yield Measure(
            name,
            figure,
            [truth(talk.line.label) for talk, _ in rated],
            placed([value(card) for _, card in rated]),
            [talk.line.group for talk, _ in rated],
            placed([value(talk.scorer) for talk, _ in rated]),
            RULE,
        )


async def _naming(line: Line, ask: Ask) -> bool | None:
    """Whether the judge finds a feeling named in this turn; None where its answer could not be read."""
    try:
        return await names_feeling((*line.context, Turn(speaker="student", text=line.text)), ask)
    except Unread:
        return None


async def _namings(lines: Sequence[Line], ask: _Counted, judged: Callable[[], None]) -> list[Measure | str]:
    """Turns that name a feeling, by the question about namings alone; a turn that could not be read is left out."""
    read: list[tuple[Line, bool]] = []
    for line in lines:
        if (named := await ask.on_line(_naming, line)) is not None:
            read.append((line, named))
        judged()
    left_out = len(lines) - len(read)
    notes = [f"not read by the judge: {left_out} of {len(lines)} turns, left out on both sides."] if left_out else []
    if not read:
        return [*notes]
    truth = [line.label in ("names_emotion", "reflection_of_feelings") for line, _ in read]
    simple = [read_turn(line.text, line.context).emotion_naming_level == _NAMES for line, _ in read]
    groups = [line.group for line, _ in read]
    return [
        Measure("names F1", agreement.f1_of(True), truth, [named for _, named in read], groups, simple, RULE),
        *notes,
    ]


def _score(scale: ScaleName) -> Callable[[Scorecard], float | None]:
    return lambda card: card.scales[scale].score


def _unanswered(card: Scorecard) -> float | None:
    """The share of the feelings that got no answer, or a wrong one."""
    grades = [one.grade for one in card.scales["empathy"].occasions]
    return sum(grade == 0 for grade in grades) / len(grades) if grades else None


def _rating(name: str) -> Callable[[Any], float | None]:
    return lambda label: float(label[name]) if isinstance(label.get(name), int | float) else None


def _mean_item(label: Mapping[str, Any]) -> float | None:
    numbers = [float(value) for value in label.values() if isinstance(value, int | float)]
    return mean(numbers) if numbers else None


_Figure = tuple[str, agreement.Figure, Callable[[Any], Any], Callable[[Scorecard], float | None]]

_TALKS: Mapping[str, Sequence[_Figure]] = {
    "mi-quality": (("overall AUC", agreement.auc, lambda label: label == "high", score_or_mean),),
    "mi-global": (
        ("empathy Spearman", agreement.spearman, _rating("empathy"), _score("empathy")),
        ("partnership Spearman", agreement.spearman, _rating("partnership"), _score("permission")),
    ),
    "empathy-conversation-lendanear": (
        ("validating_emotions Spearman", agreement.spearman, _rating("validating_emotions"), _score("empathy")),
        ("dismissing_emotions Spearman", agreement.spearman, _rating("dismissing_emotions"), _unanswered),
    ),
    "empathy-conversation-ed": (("empathy Spearman", agreement.spearman, _rating("empathy"), _score("empathy")),),
    "osce-mirs": (("mean item Spearman", agreement.spearman, _mean_item, score_or_mean),),
}
