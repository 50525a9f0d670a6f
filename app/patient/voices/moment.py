"""The moment an answer is chosen in: the scene, what may be said now, and what has been chosen so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from app.patient.disclosure import TOUCHES, cue_due, heard, hinted_at, is_about_the_news, lately, news_in
from app.patient.meaning import asked_about, nearness, without_call
from app.patient.risk import asked_risk
from app.patient.scene import Scene
from app.patient.stage import action_in
from personas.schema import Concern, CueNote, Line, Risk
from personas.vocabulary import Action
from scoring.moves.sentences import Sentence
from scoring.transcript import Turn

_CLOSEST_FIRST = ("asked", "tell", "news", "cue")
"""Occasions whose lines are forms of one answer: the form nearest to the mind is said. Else the file's order holds."""


@dataclass(frozen=True)
class Said:
    """One part of the answer; `line` is None for what stands in no persona file."""

    text: str
    does: str | None = None
    line: str | None = None


def spoken(line: Line) -> Said:
    """This line as a part of the answer."""
    return Said(line.text, line.does, line.id)


_GREETINGS = frozenset({"hello", "hi", "good morning", "good afternoon"})
HELLO_WITHIN = 3
"""Patient turns after which nobody says hello any more: 'at four in the morning' is near to 'good morning'."""


class Moment:
    """The scene, and what has been chosen so far."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.persona = scene.persona
        self.state = scene.state
        self.reading = scene.reading
        self.turns: tuple[Turn, ...] = tuple(exchange.turn for exchange in scene.history)
        self.said: Turn = self.turns[-1]
        self.chosen: set[str] = set()
        self.asked_again = False
        self.about: str | None = None
        """The concern that was asked about again."""

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        said = without_call(self.said.text, self.persona.called)
        return asked_about(said, lately(self.turns[:-1]), self.persona.people)

    @cached_property
    def is_silent(self) -> bool:
        return self.said.silent and not self.said.text.strip()

    @cached_property
    def does(self) -> Action | None:
        return action_in(self.said.does)

    @cached_property
    def risk(self) -> Risk | None:
        """What was asked outright about harm."""
        return asked_risk(self.persona, self.said.text, lately(self.turns[:-1]))

    @cached_property
    def _news(self) -> tuple[bool, ...]:
        return news_in(self.scene.scenario, self.turns)

    @cached_property
    def tells_news(self) -> bool:
        return self.reading.sure and self._news[-1]

    @cached_property
    def told_news_before(self) -> bool:
        return self.state.news_told and any(self._news[:-1])

    @cached_property
    def told_news_now(self) -> bool:
        """Whether this turn was the first to tell the news."""
        return self.state.news_told and self.tells_news and not self.told_news_before

    @cached_property
    def due(self) -> CueNote | None:
        if is_about_the_news(self.reading, self.told_news_now, self.state):
            return None
        return cue_due(self.persona, self.state, self.turns)

    @cached_property
    def news_was_last(self) -> bool:
        """Whether the student's turn before this one told the news."""
        return self._news[-2:-1] == (True,)

    @cached_property
    def patient_said(self) -> tuple[str, ...]:
        return tuple(turn.text for turn in self.turns if turn.speaker == "patient")

    def said_lately(self, lines: Iterable[Line], turns: int) -> bool:
        """Whether one of these lines stands in the patient's last so many turns."""
        lately = " ".join(self.patient_said[-turns:])
        return any(line.text and line.text in lately for line in lines)

    def say(self, line_id: str | None) -> None:
        if line_id:
            self.chosen.add(line_id)

    def lines(self, *occasions: str) -> list[Line]:
        """The lines of these occasions that may be said now, the least said and best fitting first."""
        fitting = [line for line in self.persona.lines if line.on in occasions and self.may_say(line)]
        return sorted(fitting, key=lambda line: (self.state.used_lines.count(line.id), _breadth(line)))

    def untold(self) -> list[Line]:
        """The tellings that are due, the wholes first; nothing that was told, nor a part of what was told in part."""
        told, begun = self.state.told_concerns, self.state.told_parts
        due = [one for one in self.lines("tell") if not one.triggers and one.concern not in told]
        return sorted((one for one in due if not (one.part and one.concern in begun)), key=lambda line: line.part)

    @cached_property
    def hinted(self) -> str | None:
        """The concern behind the hint in the patient's last words."""
        last = self.patient_said[-1] if self.patient_said else ""
        return hinted_at(self.persona, heard(last, self.state.used_lines, self.persona).cues)

    @cached_property
    def has_just_told(self) -> bool:
        """Whether the patient's last answer told a concern, or part of it; what more is said of it later counts not."""
        return self.said_lately((line for line in self.all_lines("tell") if not line.triggers), 1)

    @property
    def has_warned(self) -> bool:
        """Whether the patient said that they will go."""
        return any(line.on == "fed_up" and line.id in self.state.used_lines for line in self.persona.lines)

    def all_lines(self, occasion: str) -> list[Line]:
        return [line for line in self.persona.lines if line.on == occasion]

    def may_say(self, line: Line) -> bool:
        return self.fits(line) and self.is_unused(line)

    def is_unused(self, line: Line) -> bool:
        return line.id not in self.chosen and self.state.used_lines.count(line.id) < line.times

    def fits(self, line: Line) -> bool:
        """Whether mind, moment, hints and gates allow this line, were it not said yet."""
        mind = self.state.mind
        if not (_within(mind.trust, line.trust) and _within(mind.distress, line.distress)):
            return False
        if not _within(mind.understanding, line.understanding):
            return False
        told = self.told_news_before if line.on == "news" else self.state.news_told
        if line.before_news is not None and line.before_news == told:
            return False
        if line.cue is not None and not self._may_hint(line):
            return False
        if _GREETINGS.intersection(line.triggers) and len(self.patient_said) > HELLO_WITHIN:
            return False
        if line.families and not any(move.family in line.families for move in self.reading.all("names_emotion")):
            return False
        if line.part:
            return line.concern in self.state.open_parts and line.concern not in self.state.open_concerns
        return line.concern is None or line.concern in self._may_be_spoken_of(line)

    def _may_be_spoken_of(self, line: Line) -> tuple[str, ...]:
        """Told first, asked about later: a follow-up or a reminder waits until the concern was told."""
        first = line.on == "tell" and not line.triggers
        return self.state.open_concerns if first else self.state.told_concerns

    def _may_hint(self, line: Line) -> bool:
        """Each hint once, not after what it leads to was told; a line that only hints waits until the hint is due."""
        if line.cue in self.state.offered_cues:
            return False
        if line.on == "cue" and (self.due is None or line.cue != self.due.id):
            return False
        leads_to = next((cue.leads_to for cue in self.persona.cues if cue.id == line.cue), None)
        return leads_to not in (*self.state.told_concerns, *self.state.told_parts)

    def touched(self, sentence: Sentence, concern: Concern) -> float:
        """How near the sentence is to the concern's topics; 0 where it is not near enough to touch them."""
        near = nearness(sentence, concern.topics, same_form=True)
        return near if near >= TOUCHES else 0.0


def _breadth(line: Line) -> float:
    """How unspecific a line is about the mind and moment it is for; 0 where the file's order counts."""
    if line.on not in _CLOSEST_FIRST:
        return 0.0
    spans = (line.trust, line.distress, line.understanding)
    return sum(high - low for low, high in spans) + (line.before_news is None)


def _within(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]
