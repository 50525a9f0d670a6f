"""Which of the persona's lines answer this turn: rules first, then meaning, always within what the mind allows."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.patient.disclosure import TOUCHES, cue_due, tells_news
from app.patient.effects import agrees
from app.patient.meaning import asked_about, nearness
from app.patient.scene import Scene
from personas.schema import Concern, CueNote, Line, Persona
from personas.vocabulary import MoveKind
from scoring.moves.sentences import Sentence, sentences_of
from scoring.patient_words import signs
from scoring.transcript import Turn

ANSWERS_FROM = 0.6
"""Cosine from which a question is one that a line answers; measured on paraphrases of the personas' triggers."""
STATEMENT_ANSWERS_FROM = 0.75
"""The same for what is not a question: it must be nearly the words of a trigger."""
AS_NEAR = 0.04
"""Lines nearer together than this answer equally well; then the one that fits the mind more closely is said."""
FAR_OFF = 0.08
"""How much nearer a used line must be before the patient notices that this was asked before."""
MOST_ANSWERS = 2
WARY_BELOW = 0.25
"""With less trust than this a patient gives one answer, however much was asked."""

_HARSH: tuple[MoveKind, ...] = ("blames", "dismisses", "reassures_early", "recites_skill", "addresses_grader")
_WARM: tuple[MoveKind, ...] = ("names_emotion", "validates", "reflects_complex")
_ASKING: tuple[MoveKind, ...] = ("asks_permission", "offers_choice", "warns", "teach_back")
_INVITES: tuple[MoveKind, ...] = ("checks_specific", "checks_closed")
_ROOM: tuple[MoveKind, ...] = ("names_emotion", "open_question", "elicits_concerns", "elicits_ideas", "validates")

_GOODBYE = re.compile(
    r"\b(?:good ?bye|bye(?: bye)?|see you (?:soon|then|next|again|later|on|in)|take care(?: of yourself)?[.!]*$"
    r"|(?:that is|that's) all for (?:today|now)|have a (?:good|nice|safe) (?:day|evening|weekend|journey))\b",
    re.IGNORECASE,
)
_TOLD_ALREADY = ("I think I told you that.", "Like I said.", "It's the same as I said before.")
"""In nobody's lines: every patient may notice that they were asked before."""


@dataclass(frozen=True)
class Said:
    """One part of the answer; `line` is None for what stands in no persona file."""

    text: str
    does: str | None = None
    line: str | None = None


def choose(scene: Scene) -> tuple[Said, ...]:
    """The one or two things the patient says now; never a line about a concern that is not open.

    The news comes first, then strong moves, then what was asked, then what is on the patient's mind, then
    something that keeps the talk going.
    """
    moment = _Moment(scene)
    answer: list[Said] = []
    for source in _SOURCES:
        for line in source(moment, answer):
            answer.append(line)
            moment.say(line)
            if len(answer) >= moment.most_answers:
                return _tidy(answer)
        if answer and source in _ENOUGH:
            return _tidy(answer)
    return _tidy(answer or [_gesture(moment)])


class _Moment:
    """The scene, and what has been chosen so far."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.persona: Persona = scene.persona
        self.state = scene.state
        self.reading = scene.reading
        self.turns: tuple[Turn, ...] = tuple(exchange.turn for exchange in scene.history)
        self.said: Turn = self.turns[-1]
        self.chosen: set[str] = set()

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return asked_about(self.said.text)

    @cached_property
    def is_silent(self) -> bool:
        return self.said.silent and not self.said.text.strip()

    @cached_property
    def told_news_now(self) -> bool:
        """Whether this turn was the first to tell the news."""
        if not self.state.news_told or not self.reading.sure or not tells_news(self.scene.scenario, self.said.text):
            return False
        earlier = [turn.text for turn in self.turns[:-1] if turn.speaker == "student"]
        return not any(tells_news(self.scene.scenario, text) for text in earlier)

    @cached_property
    def due(self) -> CueNote | None:
        return None if self.told_news_now else cue_due(self.persona, self.state, self.turns)

    @cached_property
    def was_harsh(self) -> bool:
        return self.reading.has(*_HARSH)

    @property
    def most_answers(self) -> int:
        return 1 if self.state.mind.trust < WARY_BELOW else MOST_ANSWERS

    def say(self, part: Said) -> None:
        if part.line:
            self.chosen.add(part.line)

    def lines(self, *occasions: str) -> list[Line]:
        """The lines of these occasions that may be said now, the least said and best fitting first."""
        fitting = [line for line in self.persona.lines if line.on in occasions and self.may_say(line)]
        return sorted(fitting, key=lambda line: (self.state.used_lines.count(line.id), _breadth(line)))

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
        if line.before_news is not None and line.before_news == self.state.news_told:
            return False
        if line.cue is not None and (
            line.cue in self.state.offered_cues or (line.on == "cue" and not self.is_due(line))
        ):
            return False
        return line.concern is None or line.concern in self.state.open_concerns

    def is_due(self, line: Line) -> bool:
        return self.due is not None and line.cue == self.due.id

    def touched(self, sentence: Sentence, concern: Concern) -> float:
        """How near the sentence is to the concern's topics; 0 where it is not near enough to touch them."""
        near = nearness(sentence, concern.topics)
        return near if near >= TOUCHES else 0.0


_Source = Callable[[_Moment, Sequence[Said]], Iterator[Said]]


def _silence(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """A silence may bring out what is ready to be said; else the patient fills or keeps it."""
    if moment.is_silent:
        telling = _untold(moment) or moment.lines("cue") or moment.lines("silence")
        yield from map(_spoken, telling[:1])


def _unclear(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if not moment.is_silent and not moment.reading.sure:
        yield from map(_spoken, moment.lines("unclear")[:1])


def _news(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if moment.told_news_now:
        yield from map(_spoken, moment.lines("news")[:1])


def _harsh(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    yield from _reaction(moment, _HARSH)


def _goodbye(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if _GOODBYE.search(moment.said.text) and not moment.said.text.rstrip().endswith("?"):
        yield from map(_spoken, moment.lines("goodbye")[:1])


def _jargon(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if moment.reading.has("uses_jargon"):
        yield from map(_spoken, moment.lines("jargon")[:1])


def _warm(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Being understood: only where what was named agrees with what was shown."""
    if _names_the_wrong_feeling(moment):
        return
    yield from _reaction(moment, _WARM)


def _asking(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if not answer:
        yield from _reaction(moment, _ASKING)


def _asked(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """An answer to each sentence that asks something: what weighs on the patient if it is open, else the usual."""
    for sentence in moment.sentences:
        if part := _tell_about(moment, sentence) or _answer_to(moment, sentence):
            yield part


def _tell(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """What is open comes out when there is room for it."""
    if moment.reading.has(*_ROOM) and not _tells(moment):
        yield from map(_spoken, _untold(moment)[:1])


def _hint(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if not (_tells(moment) or _hints(moment)):
        yield from map(_spoken, moment.lines("cue")[:1])


def _own_question(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if not answer and moment.reading.has(*_INVITES):
        yield from map(_spoken, moment.lines("asks")[:1])


def _milder(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if not answer:
        kinds = tuple(dict.fromkeys(move.kind for move in moment.reading.moves if not move.stock))
        yield from _reaction(moment, kinds)


def _going_on(moment: _Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Nothing fits: a question the patient cannot answer, or a remark that leaves the floor to the student."""
    if answer:
        return
    asks = any(sentence.asks for sentence in moment.sentences)
    away = asks or not moment.reading.moves
    order = ("off_topic", "moving_on", "asks") if away else ("asks", "moving_on", "off_topic")
    for occasion in order:
        if lines := moment.lines(occasion):
            yield _spoken(lines[0])
            return


_SOURCES: tuple[_Source, ...] = (
    _silence,
    _unclear,
    _news,
    _harsh,
    _goodbye,
    _jargon,
    _warm,
    _asked,
    _asking,
    _tell,
    _own_question,
    _hint,
    _milder,
    _going_on,
)
_ENOUGH: frozenset[_Source] = frozenset({_silence, _unclear, _news, _harsh, _goodbye, _jargon})
"""After one of these nothing more is said."""


def _reaction(moment: _Moment, kinds: Sequence[MoveKind]) -> Iterator[Said]:
    """The line for the first of these moves that was made and has one; a stock phrase gets none."""
    for kind in kinds:
        if any(not move.stock or kind in _HARSH for move in moment.reading.all(kind)):
            for line in moment.lines("move"):
                if kind in line.moves:
                    yield _spoken(line)
                    return


def _untold(moment: _Moment) -> list[Line]:
    told = moment.state.told_concerns
    return [line for line in moment.lines("tell") if line.concern not in told]


def _tells(moment: _Moment) -> bool:
    """Whether a concern is told in this answer already: one at a time."""
    return any(line.concern for line in moment.persona.lines if line.id in moment.chosen)


def _hints(moment: _Moment) -> bool:
    """Whether this answer holds a hint already."""
    return any(line.cue for line in moment.persona.lines if line.id in moment.chosen)


def _tell_about(moment: _Moment, sentence: Sentence) -> Said | None:
    """The open concern this sentence comes nearest to; also what is left of one that was told in part."""
    if _tells(moment):
        return None
    near = {concern.id: moment.touched(sentence, concern) for concern in moment.persona.concerns}
    lines = [line for line in moment.lines("tell") if line.concern and near[line.concern] > 0]
    return _spoken(max(lines, key=lambda line: near[line.concern or ""])) if lines else None


def _answer_to(moment: _Moment, sentence: Sentence) -> Said | None:
    """The written answer nearest in meaning; if it was given before, the patient says so."""
    enough = ANSWERS_FROM if sentence.asks else STATEMENT_ANSWERS_FROM
    near = {
        line.id: nearness(sentence, line.triggers)
        for line in moment.persona.lines
        if line.on == "asked" and moment.fits(line) and not _hides_what_was_told(moment, line)
    }
    best = max(near.values(), default=0.0)
    if best < enough:
        return None
    ready = [line for line in moment.lines("asked") if near.get(line.id, 0.0) >= enough]
    nearest = max((near[line.id] for line in ready), default=0.0)
    if best - nearest > FAR_OFF:
        return _told_already(moment)
    return _spoken(next(line for line in ready if near[line.id] >= nearest - AS_NEAR))


def _hides_what_was_told(moment: _Moment, line: Line) -> bool:
    """Whether this is the guarded form of an answer about something the patient has told."""
    if line.trust[1] == 1:
        return False
    told = [concern.topics for concern in moment.persona.concerns if concern.id in moment.state.told_concerns]
    triggers = [sentence for trigger in line.triggers for sentence in sentences_of(trigger)]
    return any(nearness(trigger, topics) >= TOUCHES for topics in told for trigger in triggers)


def _told_already(moment: _Moment) -> Said | None:
    before = " ".join(turn.text for turn in moment.turns if turn.speaker == "patient")
    text = next((text for text in _TOLD_ALREADY if text not in before), None)
    return Said(text) if text else None


def _names_the_wrong_feeling(moment: _Moment) -> bool:
    """Whether every feeling named is another than those the patient showed last."""
    last = next((turn for turn in reversed(moment.turns[:-1]) if turn.speaker == "patient"), None)
    shown = {sign.family for sign in signs(last.text, last.does) if sign.family} if last else set()
    named = [move.family for move in moment.reading.all("names_emotion")]
    return bool(shown and named) and not any(agrees(one, other) for one in named for other in shown)


def _gesture(moment: _Moment) -> Said:
    """When every fitting line was said: something seen, never a line again."""
    subject = moment.persona.subject.capitalize()
    plural = moment.persona.subject == "they"
    ways = (("nod", ""), ("look", " at you"), ("wait", ""), ("shift", " in the chair"), ("say", " nothing"))
    done = [f"{subject} {verb if plural else verb + 's'}{rest}." for verb, rest in ways]
    patient_turns = sum(turn.speaker == "patient" for turn in moment.turns)
    return Said("", done[patient_turns % len(done)])


def _tidy(answer: Sequence[Said]) -> tuple[Said, ...]:
    """Only one thing is done in an answer: the first."""
    tidy: list[Said] = []
    for part in answer:
        does = None if any(before.does for before in tidy) and part.text else part.does
        tidy.append(Said(part.text, does, part.line))
    return tuple(tidy)


def _spoken(line: Line) -> Said:
    return Said(line.text, line.does, line.id)


def _breadth(line: Line) -> float:
    """How unspecific a line is about the mind it is for."""
    spans = (line.trust, line.distress, line.understanding)
    return sum(high - low for low, high in spans) + (line.before_news is None)


def _within(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]
