"""Scripted learners against a patient: what each of them gets to hear, and how the mind moves."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.patient.ledger import cues_in
from app.patient.memory import opening_cues
from app.patient.scene import Exchange, Heard, Received, Scene, State, Voice
from app.patient.stage import split_actions, with_action
from app.patient.turns import asks_directly, begin, receive, settle
from personas.schema import Fact, Persona, Scenario
from personas.vocabulary import Family
from scoring.patient_words import signs
from scoring.transcript import Transcript, Turn
from scoring.vectors import embed
from scoring.words import sentences


@dataclass(frozen=True)
class Room:
    """What a learner knows: the door note, the facts of the case, and what was said so far. Nothing of the persona."""

    called: str
    scenario: Scenario
    turns: tuple[Turn, ...]

    @property
    def mine(self) -> tuple[str, ...]:
        """The learner's own turns."""
        return tuple(turn.text for turn in self.turns if turn.speaker == "student")

    @property
    def theirs(self) -> Turn:
        """What the patient said last."""
        return next(turn for turn in reversed(self.turns) if turn.speaker == "patient")

    def tell(self, fact: Fact) -> str:
        """A fact of the case in short sentences, said to the patient."""
        said = re.sub(rf"\b(?:{self.called}|she|he|her|him)\b", "you", fact.statement.replace("; ", ". "))
        return ". ".join(part[:1].upper() + part[1:] for part in said.split(". "))

    def has_said(self, text: str) -> bool:
        """Whether the learner said exactly this before."""
        return any(text in turn for turn in self.mine)


Learner = Callable[[Room], Turn]
"""Decides what to say next."""


@dataclass(frozen=True)
class Step:
    """One turn of a played encounter and its answer."""

    said: Turn
    received: Received
    reply: Turn
    raw: str
    lines: tuple[str, ...]
    heard: Heard
    state: State
    """After the answer was said."""


async def play(
    persona: Persona, scenario: Scenario, difficulty: str, voice: Voice, learner: Learner, turns: int
) -> list[Step]:
    """Hold an encounter of this many student turns, without storage, and return each with what it did."""
    state = begin(persona, scenario, difficulty)
    history = [*opening(scenario)]
    steps: list[Step] = []
    for _ in range(turns):
        said = learner(Room(persona.called, scenario, tuple(exchange.turn for exchange in history)))
        received = await asyncio.to_thread(receive, persona, scenario, difficulty, state, said, tuple(history))
        history.append(Exchange(said, said.text, received.note))
        raw, lines = await _listen(voice, Scene(persona, scenario, tuple(history), received.state, received.reading))
        state, heard = settle(persona, scenario, received.state, raw, lines)
        spoken, does = split_actions(raw)
        reply = Turn(speaker="patient", text=spoken, does=does, silent=not spoken)
        history.append(Exchange(reply, raw))
        steps.append(Step(said, received, reply, raw, lines, heard, state))
    return steps


def opening(scenario: Scenario) -> tuple[Exchange, ...]:
    """The patient's first words as an exchange; nothing where the student begins."""
    if not (scenario.opening or scenario.opening_does):
        return ()
    turn = Turn(speaker="patient", text=scenario.opening, does=scenario.opening_does, silent=not scenario.opening)
    return (Exchange(turn, with_action(scenario.opening_does, scenario.opening)),)


def transcript(persona: Persona, scenario: Scenario, steps: Sequence[Step]) -> Transcript:
    """A played encounter as scoring takes it, with what the patient let slip and told."""
    turns = [exchange.turn for exchange in opening(scenario)]
    heard = Heard(cues=dict(opening_cues(persona, scenario)))
    cues = [*cues_in(heard, persona, 0, turns[0])] if turns else []
    known = {*heard.cues}
    for step in steps:
        turns += [step.said, step.reply]
        new = Heard(
            cues={one: quote for one, quote in step.heard.cues.items() if one not in known},
            concerns={one: quote for one, quote in step.heard.concerns.items() if one not in known},
        )
        known |= {*new.cues, *new.concerns}
        cues += cues_in(new, persona, len(turns) - 1, step.reply)
    return Transcript(scenario=scenario.id, turns=tuple(turns), cues=tuple(cues))


async def _listen(voice: Voice, scene: Scene) -> tuple[str, tuple[str, ...]]:
    """The whole reply, and the authored lines in it."""
    pieces = [piece async for piece in voice.reply(scene)]
    return "".join(piece.text for piece in pieces), tuple(dict.fromkeys(piece.line for piece in pieces if piece.line))


FACT_ANSWERS_FROM = 0.2
"""Cosine between a question and a fact from which the skilled learner answers with the fact."""

# ---- the skilled learner ---------------------------------------------------------------------------------------------

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
_PICKED_UP: tuple[tuple[tuple[str, ...], str], ...] = (
    (("mum", "mother", "mam"), "You mentioned your mother. Would you like to tell me about her?"),
    (("daughter", "girl", "elena", "kids", "children"), "What worries you most when you think of your daughter?"),
    (("husband", "dave", "wife"), "Does your husband know that you are here today?"),
    (("that word", "chemo"), "That seemed to hit you hard. What is it about that treatment that frightens you?"),
    (("weeks", "about that"), "Sometimes it is hard to say how long it has really been. What has that time been like?"),
)
_ASKED: tuple[str, ...] = (
    "What is worrying you most about all this?",
    "Who do you have with you today, and who is at home?",
    "Has anyone close to you, perhaps in your family, been through something like this?",
    "What have the weeks been like since you first noticed it?",
    "Do you have children, and what does this mean for them?",
    "How do you feel about the treatment that may come?",
    "Is there something that is hard to say out loud?",
)
_CHECKS = (
    "I have told you a lot. So that I know I was clear, what will you tell your family about it?",
    "What questions do you have for me now?",
)


def skilled(room: Room) -> Turn:
    """Greets, asks what is known, asks first, warns, tells, is silent, names what is shown, asks openly, explains."""
    mine = room.mine
    if not mine:
        return _say(
            f"Hello {room.called}, I'm Sam, one of the doctors here. You look anxious to hear, and I have time for you."
        )
    told = _told_at(room)
    if told is None:
        return _say(_towards_the_news(room))
    since = sum(turn.speaker == "student" for turn in room.turns[told + 1 :])
    if since == 0:
        return Turn(speaker="student", silent=True)
    if answer := _answer(room):
        return _say(answer)
    return _say(_take_up(room) or _explain(room) or _next_unsaid(room, (*_ASKED, *_CHECKS)) or "I am here. Go on.")


def _towards_the_news(room: Room) -> str:
    """What is known, one worry, leave, a warning with the news: but straight to the point for who asks."""
    steps = (
        "Before I tell you anything, what have you been told so far, and what do you make of it?",
        "What has been worrying you most while you waited?",
        "I have your result here. Would it be all right if I tell you now, or would you like someone with you first?",
    )
    step = None if _is_pressed(room) else _next_unsaid(room, steps)
    if step is not None:
        named = _name_feeling(room) if step != steps[2] else None
        return f"{named} {step}" if named else step
    return f"I'm afraid it is not the news you were hoping for. {room.tell(_news(room.scenario))} I am so sorry."


def _is_pressed(room: Room) -> bool:
    """The patient asks outright, and has been greeted: nothing is owed but the answer."""
    return len(room.mine) > 1 and asks_directly(room.theirs.text)


def _take_up(room: Room) -> str | None:
    """What the patient has just shown: the feeling in words, and a door held open."""
    named = _name_feeling(room)
    picked = next(
        (reply for names, reply in _PICKED_UP if any(name in room.theirs.text.lower() for name in names)), None
    )
    if picked and not room.has_said(picked):
        return f"{named} {picked}" if named else picked
    if named:
        return f"{named} {_INVITED[len(room.mine) % len(_INVITED)]}"
    return None


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
    """A straight answer to the patient's question: a fact of the case that shares its words, or 'not known yet'."""
    if not asks_directly(room.theirs.text):
        return None
    fact = _fact_about(room, [sentence.text for sentence in sentences(room.theirs.text)])
    if fact is None:
        return "I don't know that yet, and I will not guess. The consultant can answer it with you today."
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
    facts = [fact for fact in room.scenario.facts if not fact.news and not room.has_said(room.tell(fact))]
    return f"Would it help if I tell you one thing more? {room.tell(facts[0])}" if facts else None


# ---- learners who do less well ---------------------------------------------------------------------------------------


def middling(room: Room) -> Turn:
    """Friendly and correct; asks closed questions, is sorry, explains without asking, passes over most hints."""
    if len(room.mine) > 2 and asks_directly(room.theirs.text):
        return _say(_MIDDLING_ANSWERS[len(room.mine) % len(_MIDDLING_ANSWERS)])
    steps = (
        f"Hello {room.called}, I'm Sam, one of the doctors. How are you today?",
        "What do you know so far?",
        f"I'm afraid I have bad news. {room.tell(_news(room.scenario))}",
        "I'm sorry. I know this is hard.",
        *(f"{room.tell(fact)} Is that clear?" for fact in room.scenario.facts if not fact.news),
        *_MIDDLING_TALK,
    )
    return _say(_next_unsaid(room, steps) or _MIDDLING_TALK[len(room.mine) % len(_MIDDLING_TALK)])


_MIDDLING_ANSWERS = (
    "The consultant will be able to tell you that.",
    "We don't know that yet, I'm sorry.",
)
_MIDDLING_TALK = (
    "Is anyone with you today?",
    "Do you have any questions?",
    "How are you feeling about it?",
    "There is a lot of help. The nurse will give you leaflets.",
    "Do you have children?",
    "That must be difficult.",
    "We will look after you.",
    "You will get a letter about the next appointment.",
    "Is there anything else?",
)


def brusque(room: Room) -> Turn:
    """In a hurry: tells at once, in technical words, argues feelings away and talks of the schedule."""
    steps = (
        "Right, I've got your result here and I haven't got long.",
        f"{room.tell(_news(room.scenario))} It is an invasive ductal carcinoma, ER positive, HER2 negative.",
        "You shouldn't be upset, at least it was caught early.",
        "We'll do a wide local excision with sentinel lymph node biopsy and then adjuvant radiotherapy.",
        "Don't worry about it, I'm sure you'll be fine. Is there any family history?",
        "How long have you had the lump? Did you tell anyone?",
        "Why did you leave it so long? You should have come sooner.",
        "Plenty of people have it much worse than you.",
        "Do you smoke? Do you drink? Any allergies?",
        "You need to calm down, there is no point crying about it.",
        "As I said, the MDT has decided, so just follow the plan.",
        "Any children?",
        "You'll get a letter with the date. Sign here.",
        "Is that all? I have other patients waiting.",
    )
    return _say(steps[len(room.mine) % len(steps)])


def formulaic(room: Room) -> Turn:
    """Stock sympathy and closed questions, whatever is said."""
    steps = (
        "Hello, thank you for coming in today. I understand how you feel.",
        "I hear you. I understand this must be difficult. Do you have pain?",
        f"I'm sorry to hear that. {room.tell(_news(room.scenario))}",
        "I understand how you feel. I'm here for you. Do you smoke?",
        "I hear what you are saying. Thank you for sharing that with me.",
        "I'm so sorry to hear that. That must be really hard for you.",
        "I understand. Does that make sense?",
        "Your feelings are valid. I appreciate you sharing that. Any allergies?",
        "I can only imagine what you are going through. Do you take any medicines?",
    )
    return _say(steps[len(room.mine) % len(steps)])


LEARNERS: dict[str, Learner] = {
    "skilled": skilled,
    "middling": middling,
    "brusque": brusque,
    "formulaic": formulaic,
}


def _say(text: str) -> Turn:
    return Turn(speaker="student", text=text)


def _news(scenario: Scenario) -> Fact:
    """The weighty news; where a scenario has none, its first fact."""
    return next((fact for fact in scenario.facts if fact.news), scenario.facts[0])


def _told_at(room: Room) -> int | None:
    statement = _news(room.scenario).statement
    return next(
        (at for at, turn in enumerate(room.turns) if turn.speaker == "student" and statement in turn.text), None
    )


def _next_unsaid(room: Room, ways: Sequence[str]) -> str | None:
    return next((way for way in ways if not room.has_said(way)), None)
