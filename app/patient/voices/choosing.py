"""Which of the persona's lines answer this turn: rules first, then meaning, always within what the mind allows."""

from collections.abc import Iterator, Sequence

from app.patient.disclosure import TOUCHES, asks_on
from app.patient.effects import LOSSES
from app.patient.meaning import is_asking, nearness
from app.patient.scene import Scene
from app.patient.voices.at_once import AT_ONCE, Source, goodbye, interrupts
from app.patient.voices.moment import Moment, Said, spoken
from app.patient.voices.reacting import HARSH, names_the_wrong_feeling, reaction
from personas.schema import Concern, Line
from personas.vocabulary import MoveKind
from scoring.moves.sentences import Sentence, sentences_of

ANSWERS_FROM = 0.6
"""Cosine from which a line answers a sentence. Of seventy tried by hand on Maria, those no line of hers answers lay at
0.6 or below, nearly all others above."""
TOLD_FROM = 0.7
"""Cosine from which a question in general is rather about what was told: 'what worries you most about Elena?'"""
ANSWERS_TOO_FROM = 0.7
"""The same for a second answer in one reply, which must be surer: a stray one is worse than none."""
CHECK_ANSWERS_FROM = 0.8
"""The same for 'is that okay?' and 'in your own words?', which are near to many a question and ask none of them."""
AS_NEAR = 0.01
"""Lines nearer together than this are forms of one answer; then the one that fits the mind more closely is said."""
PLAINLY = 0.1
"""How much nearer a plain answer must be to be given instead of what weighs on the patient."""
IN_GENERAL = 0.07
"""How much nearer a plain answer must be to 'what worries you most?' than that is to questions that leave it open."""
FAR_OFF = 0.08
"""How much nearer a used line must be before the patient notices that this was asked before."""
MOST_ANSWERS = 2
WARY_BELOW = 0.25
"""With less trust than this a patient answers one question, however many were asked."""
OWN_QUESTION_EVERY = 4
"""Patient turns between two questions of their own."""
HINT_EVERY = 3
"""Patient turns between two hints that are added to an answer; where nothing else is to be said, one may be sooner."""
CLOSE_FROM = 0.5
"""What is only said from so much trust on stands alone too."""
ENOUGH_WORDS = 24
"""An answer of so many words is left to stand alone."""

_WARM: tuple[MoveKind, ...] = ("names_emotion", "validates", "reflects_complex")
_ASKING: tuple[MoveKind, ...] = ("asks_permission", "offers_choice", "warns", "teach_back")
_TELLING: tuple[MoveKind, ...] = ("tells_fact", "tells_plan", "tells_news", "gives_why", "defines", "promises")
_INVITES: tuple[MoveKind, ...] = ("checks_specific", "checks_closed")
_CHECKING: tuple[MoveKind, ...] = ("asks_after", "checks_closed")
_GENERAL = (
    "what worries you most",
    "what is on your mind",
    "what are you most afraid of",
    "what is the hardest part of it",
    "is there anything you have not been able to say",
    "what else is there",
    "is there something that is hard to say out loud",
    "what is the worst thing that went through your mind",
    "is there something else on your mind",
    "what are you not telling me",
    "would you like to talk about it",
    "tell me more about that",
)
"""Questions that leave it to the patient what to speak of."""
_OPENING_UP: tuple[MoveKind, ...] = ("open_question", "elicits_concerns", "elicits_ideas")
_ROOM: tuple[MoveKind, ...] = ("names_emotion", "validates", *_OPENING_UP)

_TOLD_ALREADY = "I think I told you that."
"""For a patient whose file has no line on 'again': everybody notices that they were asked before."""


def choose(scene: Scene) -> tuple[Said, ...]:
    """The one or two things the patient says now; never a line about a concern that is not open.

    The news comes first, then strong moves, then what was asked, then what is on the patient's mind, then
    something that keeps the talk going.
    """
    moment = Moment(scene)
    answer: list[Said] = []
    for source in _SOURCES:
        for part in source(moment, answer):
            answer.append(part)
            moment.say(part.line)
            if len(answer) >= MOST_ANSWERS:
                return _tidy(answer)
        if answer and source in _ENOUGH:
            return _tidy(answer)
    return _tidy(answer or [_gesture(moment)])


def _harsh(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if moment.reading.has("blames"):
        answers = (_answer_to(moment, sentence, CHECK_ANSWERS_FROM) for sentence in moment.sentences)
        yield from [said for said in answers if said][:1]
    if not moment.chosen:
        yield from _react(moment, HARSH)


def _jargon(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if moment.reading.has("uses_jargon"):
        yield from map(spoken, moment.lines("jargon")[:1])


def _warm(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Being understood, where what was named agrees with what was shown; else the patient says that it is not that."""
    if not names_the_wrong_feeling(moment):
        yield from _react(moment, _WARM)
    elif not moment.reading.has("validates"):
        yield from map(spoken, moment.lines("misread")[:1])


def _asked_on(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Asked openly on what they hinted at, the patient tells what of it may be told."""
    if moment.hinted is not None and asks_on(moment.reading):
        yield from [spoken(line) for line in moment.untold() if line.concern == moment.hinted][:1]


def _weighs(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Asked what weighs on them, the patient says what may be said."""
    if moment.news_was_last or moment.has_just_told or _tells(moment):
        return
    if not any(_leaves_it_open(moment, sentence) for sentence in moment.sentences):
        return
    yield from map(spoken, moment.untold()[:1])


def _asked(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """An answer to each sentence that asks something: what weighs on the patient if it is open, else the usual."""
    given = 0
    asks = any(is_asking(sentence) for sentence in moment.sentences)
    for sentence in sorted(moment.sentences, key=lambda one: not is_asking(one)):
        thanks = sentence.text.startswith("thank") and moment.reading.has(
            "asks_permission"
        )  # leave is what is answered
        if ((given or thanks) and not is_asking(sentence)) or _only_nods(moment, sentence):
            continue
        if _tells(moment) or (given and moment.state.mind.trust < WARY_BELOW):
            return
        enough = ANSWERS_TOO_FROM if given or answer else ANSWERS_FROM
        part = _tell_about(moment, sentence) or _answer_to(moment, sentence, enough)
        if part and (part.text or not (answer or asks)):
            given += 1
            yield part


def _only_nods(moment: Moment, sentence: Sentence) -> bool:
    """Whether the sentence is a 'go on': nothing to be answered."""
    return any(sentence.start <= move.start < sentence.end for move in moment.reading.all("minimal"))


def _says_back(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Asked to say it in their own words, the patient does, whatever else was asked."""
    yield from _react(moment, ("teach_back",))


def _asking(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Leave is given or held back; but not for what was told in the same breath."""
    told_at_once = moment.reading.has("tells_plan", "tells_news") and not moment.sentences[-1].asks
    kinds = [kind for kind in _ASKING if not (told_at_once and kind in ("asks_permission", "offers_choice"))]
    if not answer:
        yield from _react(moment, (*kinds, *_CHECKING))


def _at_a_loss(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """A question without an answer is not passed over: it was answered before, or is beyond the patient now."""
    asks = any(is_asking(sentence) for sentence in moment.sentences)
    if answer or not asks or moment.reading.has(*_ASKING, *_TELLING):
        return
    if moment.asked_again:
        yield from _told_already(moment)
    elif not moment.reading.has(*_ROOM):
        yield from [spoken(line) for line in moment.lines("off_topic") if line.text][:1]


def _hint(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if _tells(moment) or _hints(moment) or (answer and _is_full(moment, answer)):
        return
    yield from map(spoken, moment.lines("cue")[:1])


def _tell(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """What is open comes out when there is room for it, but not twice running, and not on the heels of the news."""
    if not moment.reading.has(*_ROOM) or moment.news_was_last or moment.asked_again:
        return
    if _tells(moment) or _hints(moment) or _is_full(moment, answer):
        return
    answered = {line.id for line in moment.all_lines("asked")} & moment.chosen
    if answered or moment.has_just_told:
        return
    only_understood = answer and not moment.reading.has(*_OPENING_UP)
    telling = _of_the_feeling_named(moment) if only_understood else moment.untold()
    yield from map(spoken, telling[:1])


def _of_the_feeling_named(moment: Moment) -> list[Line]:
    """What is untold and has the feeling that was named in it: being understood brings out that, and nothing else."""
    named = {move.family for move in moment.reading.all("names_emotion")}
    family = {concern.id: concern.family for concern in moment.persona.concerns}
    return [line for line in moment.untold() if line.concern and family[line.concern] in named]


def _own_question(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """A question of the patient's own: when questions are invited, or when there was none for a while."""
    own = moment.all_lines("asks")
    invited = not answer and moment.reading.has(*_INVITES)
    kept_waiting = len(moment.patient_said) > OWN_QUESTION_EVERY and not moment.said_lately(own, OWN_QUESTION_EVERY)
    busy = _tells(moment) or _hints(moment) or moment.news_was_last or moment.reading.has(*_ASKING, *_WARM)
    if invited or (kept_waiting and not busy and not _is_full(moment, answer)):
        yield from map(spoken, moment.lines("asks")[:1])


def _milder(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if not answer:
        kinds = dict.fromkeys(move.kind for move in moment.reading.moves if not move.stock)
        if moment.reading.has(*_ROOM):
            kinds.pop("asks_leave_tic", None)  # 'can I ask' before a real question is passed over
        if moment.has_just_told:
            kinds.pop("apologises", None)  # who is sorry to hear that has not said sorry once too often
        yield from _react(moment, sorted(kinds, key=lambda kind: kind not in LOSSES))


def _going_on(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Nothing fits: a question the patient cannot answer, or a remark that leaves the floor."""
    if answer:
        return
    if moment.tells_news and moment.lines("news"):
        yield spoken(moment.lines("news")[0])
        return
    asks = any(is_asking(sentence) for sentence in moment.sentences) and not moment.reading.has(*_ASKING, *_TELLING)
    away = asks or not moment.reading.moves
    order = ("off_topic", "moving_on", "asks") if away else ("moving_on", "asks", "off_topic")
    for occasion in order:
        if lines := moment.lines(occasion):
            yield spoken(lines[0])
            return


_SOURCES: tuple[Source, ...] = (
    *AT_ONCE,
    _harsh,
    goodbye,
    interrupts,
    _jargon,
    _warm,
    _asked_on,
    _weighs,
    _says_back,
    _asked,
    _asking,
    _at_a_loss,
    _milder,
    _hint,
    _tell,
    _own_question,
    _going_on,
)
_ENOUGH: frozenset[Source] = frozenset({*AT_ONCE, _harsh, goodbye, interrupts, _jargon})
"""After one of these nothing more is said."""


def _react(moment: Moment, kinds: Sequence[MoveKind]) -> Iterator[Said]:
    line = reaction(moment, kinds)
    if line:
        yield spoken(line)


def _tells(moment: Moment) -> bool:
    """Whether a concern is told in this answer already: one at a time."""
    return any(line.concern for line in moment.persona.lines if line.id in moment.chosen)


def _hints(moment: Moment) -> bool:
    """Whether this answer holds a hint already."""
    return any(line.cue for line in moment.persona.lines if line.id in moment.chosen)


def _tell_about(moment: Moment, sentence: Sentence) -> Said | None:
    """The open concern this sentence comes nearest to, never another instead, nor where a plain answer is nearer."""
    if _tells(moment) or (not is_asking(sentence) and moment.has_just_told):
        return None  # one thing at a time, unless the next is asked for
    near = {concern.id: moment.touched(sentence, concern) for concern in moment.persona.concerns}
    lines = [line for line in moment.untold() if line.concern and near[line.concern] > 0]
    lines = [line for line in lines if near[line.concern or ""] >= max(near.values()) - AS_NEAR]
    if not lines or max(near.values()) < _nearest_plain_answer(moment, sentence) - PLAINLY:
        return None
    return spoken(lines[0])


def _nearest_plain_answer(moment: Moment, sentence: Sentence) -> float:
    """How near an unguarded answer or a follow-up is: what is asked of the mother's laugh is not asked of her death."""
    plain = [line for line in moment.lines("asked", "tell") if line.triggers and line.trust[1] == 1]
    return max((nearness(sentence, line.triggers, same_form=True) for line in plain), default=0.0)


def _leaves_it_open(moment: Moment, sentence: Sentence) -> bool:
    """Whether the sentence asks what weighs on the patient, whatever it is."""
    near = nearness(sentence, _GENERAL)
    if not is_asking(sentence) or near < ANSWERS_FROM or _is_told(moment, sentence, TOLD_FROM):
        return False
    touched = max((moment.touched(sentence, concern) for concern in moment.persona.concerns), default=0.0)
    return near >= touched - AS_NEAR and near >= _nearest_plain_answer(moment, sentence) - IN_GENERAL


def _answer_to(moment: Moment, sentence: Sentence, enough: float) -> Said | None:
    """The written answer nearest in meaning; None, and noted, when it was given before."""
    checking = [move for kind in (*_CHECKING, "teach_back") for move in moment.reading.all(kind)]
    if any(sentence.start <= move.start < sentence.end for move in checking):
        enough = max(enough, CHECK_ANSWERS_FROM)
    near = {
        line.id: nearness(sentence, line.triggers, same_form=True)
        for line in (*moment.all_lines("asked"), *moment.all_lines("tell"))
        if line.triggers and moment.fits(line) and not _hides_what_was_told(moment, line)
    }
    best = max(near.values(), default=0.0)
    if told := _is_told(moment, sentence, ANSWERS_FROM):
        moment.asked_again, moment.about, enough = True, told.id, max(enough, ANSWERS_TOO_FROM)
    ready = [line for line in (*moment.lines("tell"), *moment.lines("asked")) if near.get(line.id, 0.0) >= enough]
    nearest = max((near[line.id] for line in ready), default=0.0)
    if best >= enough and best - nearest > FAR_OFF:
        moment.asked_again = any(line.trust[1] == 1 for line in moment.persona.lines if near.get(line.id) == best)
    if not ready or best - nearest > FAR_OFF:
        return None
    return spoken(next(line for line in ready if near[line.id] >= nearest - AS_NEAR))


def _is_told(moment: Moment, sentence: Sentence, enough: float = TOUCHES) -> Concern | None:
    """The concern this sentence asks about, if it was told."""
    if not is_asking(sentence) or _infers(moment, sentence):
        return None
    near = {concern.id: moment.touched(sentence, concern) for concern in moment.persona.concerns}
    told = [concern for concern in moment.persona.concerns if concern.id in moment.state.told_concerns]
    about = max(told, key=lambda concern: near[concern.id], default=None)
    return about if about and near[about.id] >= enough else None


def _infers(moment: Moment, sentence: Sentence) -> bool:
    """Whether the sentence puts what was told to the patient in other words: 'so you fear it will go the same way?'"""
    moves = moment.reading.all("reflects", "reflects_complex", "names_emotion")
    return any(sentence.start <= move.start < sentence.end for move in moves)


def _hides_what_was_told(moment: Moment, line: Line) -> bool:
    """Whether this is the guarded form of an answer about something the patient has told."""
    if line.trust[1] == 1:
        return False
    told = [concern.topics for concern in moment.persona.concerns if concern.id in moment.state.told_concerns]
    triggers = [sentence for trigger in line.triggers for sentence in sentences_of(trigger)]
    return any(2 * sum(nearness(one, topics) >= TOUCHES for one in triggers) > len(triggers) for topics in told)


def _told_already(moment: Moment) -> Iterator[Said]:
    """A reminder of what was asked about, else that it was asked before: in their own words where there are any."""
    lines = [line for line in moment.lines("again") if line.concern in (moment.about, None)]
    if lines:
        yield spoken(max(lines, key=lambda line: line.concern is not None))
    elif not moment.all_lines("again") and _TOLD_ALREADY not in moment.patient_said:
        yield Said(_TOLD_ALREADY)


def _is_full(moment: Moment, answer: Sequence[Said]) -> bool:
    """Whether this answer is better left as it is: long enough, a question, or a hint came only just before."""
    if not answer:
        return False
    hints = [line for line in moment.persona.lines if line.cue]
    long = sum(len(part.text.split()) for part in answer) >= ENOUGH_WORDS
    close = any(line.trust[0] >= CLOSE_FROM for line in moment.persona.lines if line.id in moment.chosen)
    last = answer[-1].text  # a mere nod is an answer of its own: words of another kind would contradict it
    return long or close or _tells(moment) or not last or last.endswith("?") or moment.said_lately(hints, HINT_EVERY)


def _gesture(moment: Moment) -> Said:
    """When every fitting line was said: something seen, or by phone heard, never a line again."""
    subject = moment.persona.subject.capitalize()
    plural = moment.persona.subject == "they"
    seen = (("nod", ""), ("look", " at you"), ("wait", ""), ("shift", " in the chair"), ("say", " nothing"))
    heard = (("breathe", " out"), ("wait", ""), ("clear", " the throat"), ("say", " nothing"))
    ways = seen if moment.scene.scenario.channel == "face_to_face" else heard
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
