"""What each learner does in any scenario; the words that belong to one of them stand in its script."""

from collections.abc import Iterator, Mapping, Sequence

from app.lab.room import Room
from app.lab.scripts import PickUp, script_of
from app.patient.answering import asks_directly
from personas.schema import Fact
from personas.vocabulary import Family
from scoring.patient import signs
from scoring.transcript import Turn
from scoring.vectors import embed
from scoring.words import sentences, straight

FACT_ANSWERS_FROM = 0.2
"""Cosine between a question and a fact from which the skilled learner answers with the fact."""

_NAMED: Mapping[Family, tuple[str, ...]] = {
    "fear": (
        "It sounds as though that really frightens you.",
        "I wonder if you are scared of where this might lead.",
        "You seem worried, and with all this I can see why.",
    ),
    "sadness": (
        "There is a lot of sadness in that, I think.",
        "It sounds as if that has left you very sad.",
    ),
    "anger": (
        "It sounds as if that has made you angry, and that makes sense to me.",
        "I can hear how frustrated you are with how this was handled.",
    ),
    "shame": (
        "I wonder if you have been blaming yourself for that.",
        "It sounds as though you feel guilty about it, and that must be heavy to carry.",
    ),
    "confusion": ("It sounds as if this is very confusing just now.",),
    "overwhelm": (
        "It seems overwhelming, all of this at once.",
        "It sounds as if it is too much to take in right now.",
    ),
    "ambivalence": ("It sounds as if you feel torn about it.",),
    "relief": ("You sound a little relieved to have something to hold on to.",),
}
_NAMED_BY_GUESS: tuple[str, ...] = (
    "You seem quite frightened by this, if I see it right.",
    "I have a feeling that there is something painful behind that.",
)
_INVITED: tuple[str, ...] = (
    "Can you tell me more about that?",
    "What goes through your mind when you think of it?",
    "Take all the time you need.",
    "What is the hardest part of it for you?",
)


def skilled(room: Room) -> Turn:
    """Greets, asks what is known, asks first, warns, tells, is silent, names what is shown, asks openly, explains."""
    lines = script_of(room.scenario.id).skilled
    if not room.mine:
        return _say(lines.greets)
    told = _told_at(room)
    if told is None:
        return _say(_towards_the_news(room))
    since = sum(turn.speaker == "student" for turn in room.turns[told + 1 :])
    if since == 0:
        return Turn(speaker="student", silent=True)
    if answer := _answer(room):
        return _say(answer)
    return _say(_take_up(room) or _explain(room) or _next_unsaid(room, (*lines.asks, *lines.checks)) or _LISTENS)


_LISTENS = "I am here. Go on."


def _towards_the_news(room: Room) -> str:
    """What is known, one worry, leave, a warning with the news: but straight to the point for who asks."""
    lines = script_of(room.scenario.id).skilled
    step = None if _is_pressed(room) else _next_unsaid(room, lines.towards_the_news)
    if step is not None:
        named = _name_feeling(room) if step != lines.towards_the_news[-1] else None
        return f"{named} {step}" if named else step
    return f"{lines.warns} {room.tell(room.news)} {lines.after_the_news}"


def _is_pressed(room: Room) -> bool:
    """The patient asks outright, and has been greeted: nothing is owed but the answer."""
    return len(room.mine) > 1 and asks_directly(room.theirs.text)


def _take_up(room: Room) -> str | None:
    """What the patient has just shown: the feeling in words, and a door held open."""
    named = _name_feeling(room)
    picked = _first_fitting(script_of(room.scenario.id).skilled.picks_up, room)
    if picked:
        return f"{named} {picked}" if named else picked
    if named:
        return f"{named} {_INVITED[len(room.mine) % len(_INVITED)]}"
    return None


def _first_fitting(ways: Sequence[PickUp], room: Room) -> str | None:
    """What the script has for a word in the patient's reply, unless it was said before."""
    reply = straight(room.theirs.text).lower()
    fitting = (way.says for way in ways if any(word.lower() in reply for word in way.words))
    return next((says for says in fitting if not room.has_said(says)), None)


def _name_feeling(room: Room) -> str | None:
    """A feeling the patient showed, named in words not used before; never three turns running."""
    if len(room.mine) >= 2 and all(_names(said) for said in room.mine[-2:]):
        return None
    shown = max(signs(room.theirs.text, room.theirs.does), key=lambda sign: sign.intensity, default=None)
    if shown is None:
        return None
    return _next_unsaid(room, _NAMED[shown.family] if shown.family else _NAMED_BY_GUESS)


def _names(said: str) -> bool:
    return any(way in said for ways in (*_NAMED.values(), _NAMED_BY_GUESS) for way in ways)


def _answer(room: Room) -> str | None:
    """A straight answer to the patient's question: the script's, a fact that shares its words, or 'not known yet'."""
    lines = script_of(room.scenario.id).skilled
    if not asks_directly(room.theirs.text):
        return None
    if answer := _first_fitting(lines.answers, room):
        return answer
    fact = _fact_about(room, [sentence.text for sentence in sentences(room.theirs.text)])
    if fact is None:
        return _next_unsaid(room, lines.does_not_know) or _in_turn(lines.does_not_know, room)
    return f"{room.tell(fact)} That is as much as I know today. What does it mean to you to hear that?"


def _fact_about(room: Room, asked: list[str]) -> Fact | None:
    """The fact nearest in meaning to what was asked, if any is near."""
    facts = [fact for fact in room.scenario.facts if not fact.news and not room.has_said(room.tell(fact))]
    if not facts:
        return None
    near = embed([fact.statement for fact in facts]) @ embed(asked).T
    best = int(near.max(axis=1).argmax())
    return facts[best] if near[best].max() >= FACT_ANSWERS_FROM else None


def _explain(room: Room) -> str | None:
    """One more fact of the case, every third turn, asked for first."""
    if len(room.mine) % 3:
        return None
    fact = next((fact for fact in _explained(room) if not room.has_said(room.tell(fact))), None)
    return f"Would it help if I tell you one thing more? {room.tell(fact)}" if fact else None


# ---- learners who do less well ---------------------------------------------------------------------------------------


def middling(room: Room) -> Turn:
    """Friendly and correct; asks closed questions, is sorry, explains without asking, passes over most hints."""
    lines = script_of(room.scenario.id).middling
    if len(room.mine) > 2 and asks_directly(room.theirs.text):
        return _say(_in_turn(lines.answers, room))
    steps = (*lines.first, *(f"{room.tell(fact)} Is that clear?" for fact in _explained(room)), *lines.then)
    return _say(_next_unsaid(room, steps) or _in_turn(lines.then, room))


def brusque(room: Room) -> Turn:
    """In a hurry: tells at once, in technical words, argues feelings away and talks of the schedule."""
    return _say(_in_turn(script_of(room.scenario.id).brusque, room))


def formulaic(room: Room) -> Turn:
    """Stock sympathy and closed questions, whatever is said."""
    script = script_of(room.scenario.id)
    first, second, third = script.formulaic.asks
    steps = (
        f"{script.formulaic.greets} I understand how you feel.",
        f"I hear you. I understand this must be difficult. {first}",
        f"I'm sorry to hear that. {room.tell(room.news)}",
        f"I understand how you feel. I'm here for you. {second}",
        "I hear what you are saying. Thank you for sharing that with me.",
        "I'm so sorry to hear that. That must be really hard for you.",
        "I understand. Does that make sense?",
        f"Your feelings are valid. I appreciate you sharing that. {third}",
        "I can only imagine what you are going through. Do you take any medicines?",
    )
    return _say(_in_turn(steps, room))


def _say(text: str) -> Turn:
    return Turn(speaker="student", text=text)


def _explained(room: Room) -> Iterator[Fact]:
    """The facts that are told unasked."""
    facts = {fact.id: fact for fact in room.scenario.facts}
    return (facts[fact_id] for fact_id in script_of(room.scenario.id).explains)


def _told_at(room: Room) -> int | None:
    """Where the learner told the news."""
    said = room.tell(room.news)
    return next((at for at, turn in enumerate(room.turns) if turn.speaker == "student" and said in turn.text), None)


def _in_turn(ways: Sequence[str], room: Room) -> str:
    return ways[len(room.mine) % len(ways)]


def _next_unsaid(room: Room, ways: Sequence[str]) -> str | None:
    return next((way for way in ways if not room.has_said(way)), None)
