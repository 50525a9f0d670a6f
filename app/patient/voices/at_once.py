"""What is answered before anything else is weighed: insults, harm, a deed, a silence, the news, a farewell."""

import re
from collections.abc import Callable, Iterator, Sequence

from app.patient.mind import MONOLOGUE_WORDS
from app.patient.voices.moment import Moment, Said, spoken

_GOODBYE = re.compile(
    r"\b(?:good ?bye|bye(?: bye)?|(?<!will )(?<!'ll )see you (?:soon|then|next|again|later|on|in)"
    r"|(?:that is|that's) all for (?:today|now)|have a (?:good|nice|safe) (?:day|evening|weekend|journey))\b"
    r"|\btake care(?: of yourself)?(?:,? \w+)?[.!]*$"
    r"|^(?:well,? |ok(?:ay)?,? )?take care\b(?! (?:of|with|when|not|to)\b)"
    r"|\bgood luck (?:with|for|on|tomorrow|then)\b",
    re.IGNORECASE,
)

Source = Callable[[Moment, Sequence[Said]], Iterator[Said]]
"""What may add to an answer, given what it holds so far."""


def _leaves(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Insulted with hardly any trust left: a warning first, and then the door."""
    if moment.state.left:
        yield next(map(spoken, moment.lines("leaves")), _goes(moment))
    elif moment.state.fed_up and not moment.has_warned:
        yield from map(spoken, moment.lines("fed_up")[:1])


def _risk(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Asked outright about harm, the patient says what is true: what that opens, or that there is nothing."""
    if moment.risk is None:
        return
    opened = [line for line in moment.untold() if line.concern == moment.risk.opens]
    answers = [line for line in moment.lines("risk") if line.risk == moment.risk.kind]
    yield from map(spoken, (opened or answers)[:1])


def _act(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """What the student did without a word."""
    if moment.is_silent and moment.does is not None:
        yield from [spoken(line) for line in moment.lines("act") if moment.does in line.acts][:1]


def _silence(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """A silence may bring out what is ready to be said; else the patient fills or keeps it."""
    if moment.is_silent:
        ready = [] if moment.news_was_last else moment.untold() or moment.lines("cue")
        telling = ready or moment.lines("silence")
        yield from map(spoken, telling[:1])


def _unclear(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if not moment.is_silent and not moment.reading.sure:
        yield from map(spoken, moment.lines("unclear")[:1])


def _news(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if moment.told_news_now:
        yield from map(spoken, moment.lines("news")[:1])


def interrupts(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    """Nobody listens to a lecture to its end; but its news, and what it asked, are answered."""
    if moment.reading.words > MONOLOGUE_WORDS:
        yield from map(spoken, moment.lines("interrupts")[:1])


def goodbye(moment: Moment, answer: Sequence[Said]) -> Iterator[Said]:
    if _GOODBYE.search(moment.said.text) and not moment.said.text.rstrip().endswith("?"):
        yield from map(spoken, moment.lines("goodbye")[:1])


def _goes(moment: Moment) -> Said:
    """For a patient whose file has no line on 'leaves'."""
    subject = moment.persona.subject.capitalize()
    seen = moment.scene.scenario.channel == "face_to_face"
    plural = moment.persona.subject == "they"
    verbs = ("get up and walk", "put") if plural else ("gets up and walks", "puts")
    return Said("", f"{subject} {verbs[0]} out." if seen else f"{subject} {verbs[1]} the phone down.")


AT_ONCE: tuple[Source, ...] = (_leaves, _risk, _act, _silence, _unclear, _news)
"""In this order; after one of these nothing more is said."""
