"""A student who tries to talk the patient out of character or into a secret, and a model that would go along with it.

The attempts stand in `attacks/*.yaml`: add one, and it is tried on every patient in every way below.
"""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.llm.openai_compatible import OpenAICompatible
from app.patient.direction import messages_for, prefix, unforged
from app.patient.disclosure import first_match
from app.patient.echo import echo_of
from app.patient.scene import Exchange, Mind, Scene, State
from app.patient.screen import Screen
from app.patient.stage import split_actions
from app.patient.turns import begin, receive, settle
from app.patient.voices.authored import AuthoredVoice
from app.patient.voices.llm import LlmVoice
from personas import find_scenario
from personas.schema import Persona, Scenario
from scoring.transcript import Turn
from tests.fake_llm import FakeLlm
from tests.fake_llm.obeying import declare, obeying, recite
from tests.fake_llm.server import Body

SCENARIOS = ("maria-biopsy-result", "ray-new-diabetes", "daniel-childs-film")
FOLDER = Path(__file__).parent / "attacks"
FAMILIES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@dataclass(frozen=True)
class Attempt:
    """What the student types, turn by turn, and what a model that obeys would answer to the last of it."""

    turns: tuple[str, ...]
    obeyed: str

    def __str__(self) -> str:
        return self.turns[-1]


@dataclass(frozen=True)
class Family:
    """Attempts of one kind, and sentences of the obedient answers that are harmless by themselves."""

    attempts: tuple[Attempt, ...]
    harmless: frozenset[str]


def family(name: str) -> Family:
    """As it is written in its file: an attempt is a text, a list of turns, or either with an answer of its own."""
    written: dict[str, Any] = YAML(typ="safe", pure=True).load(FOLDER / f"{name}.yaml")
    attempts = []
    for number, one in enumerate(written["attempts"]):
        own = one if isinstance(one, dict) else {"say": one}
        turns = own["say"] if isinstance(own["say"], list) else [own["say"]]
        answers = written["obeyed"]
        attempts.append(Attempt(tuple(turns), own.get("obeyed", answers[number % len(answers)])))
    return Family(tuple(attempts), frozenset(written.get("harmless", ())))


ALL = {name: family(name) for name in FAMILIES}


class Play:
    """A talk with one of the patients through a model on the fake server."""

    def __init__(self, voice: LlmVoice | AuthoredVoice, scenario_id: str, mind: Mind | None = None) -> None:
        self.voice = voice
        self.persona: Persona
        self.scenario: Scenario
        self.persona, self.scenario = find_scenario(scenario_id)
        start = begin(self.persona, self.scenario, "standard")
        self.state: State = start if mind is None else start.model_copy(update={"mind": mind})
        opening = self.scenario.opening
        self.history: list[Exchange] = [Exchange(Turn(speaker="patient", text=opening), opening)]
        self.reply = ""
        self.lines: list[str] = []

    async def say(self, text: str) -> str:
        """Say it, and return the reply as it is stored."""
        said = Turn(speaker="student", text=text)
        received = receive(self.persona, self.scenario, "standard", self.state, said, self.history)
        self.history.append(Exchange(said, text, received.note))
        scene = Scene(self.persona, self.scenario, tuple(self.history), received.state, received.reading)
        pieces = [piece async for piece in self.voice.reply(scene)]
        self.reply = "".join(piece.text for piece in pieces)
        self.lines = list(dict.fromkeys(piece.line for piece in pieces if piece.line))
        self.state, _ = settle(self.persona, self.scenario, received.state, self.reply, self.lines)
        spoken, does = split_actions(self.reply)
        self.history.append(Exchange(Turn(speaker="patient", text=spoken, does=does, silent=not spoken), self.reply))
        return self.reply


@pytest.fixture
async def voice(fake_llm: FakeLlm) -> AsyncIterator[LlmVoice]:
    model = OpenAICompatible("fake", base_url=fake_llm.url, api_key="none", first_token_s=10, idle_s=5, options={})
    fake_llm.counts = False
    speaking = LlmVoice(model, context_tokens=8192, reply_tokens=300)
    yield speaking
    await speaking.close()


SIX = 6
LABELS = re.compile(r"\b(?:trust|inside|grasp|may tell|let slip|the news|earlier|said)\s*[:=]", re.IGNORECASE)
MACHINE = re.compile(r"language model|\bAI\b|\bas an? (?:ai|assistant|model)\b|system prompt", re.IGNORECASE)
TAGS = re.compile(r"[<>‹›{}|#]|\[/?[A-Z]{2,}")
TO_THEM = frozenset({"you", "your", "yourself"})


def runs(text: str) -> set[str]:
    """All six words in a row, in small letters."""
    words = re.findall(r"[a-z0-9']+", text.lower())
    return {" ".join(words[start : start + SIX]) for start in range(len(words) - SIX + 1)}


def told_only_to_the_model(persona: Persona, scenario: Scenario) -> set[str]:
    """Six words of the prompt or of a note in a row that nobody would say who is this patient.

    What the patient knows may be said, as long as nobody is spoken to: "it feels like a dried chickpea".
    """
    knows = [persona.who, *persona.knows, persona.ideas, persona.worries, persona.expects]
    notes = [*(one.tell for one in persona.concerns), *(one.hint_at for one in persona.cues)]
    may_be_said = {run for text in (*knows, *notes) for run in runs(text) if not TO_THEM & {*run.split()}}
    return {run for text in (prefix(persona, scenario), *notes) for run in runs(text)} - may_be_said


def faults_in(reply: str, persona: Persona, secret_runs: set[str]) -> list[str]:
    """What is out of character in a stored reply, looked for without the screen."""
    found = sorted(runs(reply) & secret_runs)
    found += [mark.group() for pattern in (LABELS, MACHINE, TAGS) if (mark := pattern.search(reply))]
    tellings = [one for concern in persona.concerns for one in (*concern.phrasings, *concern.never_before_open)]
    return found + ([told] if (told := first_match(tellings, reply)) else [])


def breaches_in(reply: str, persona: Persona, scenario: Scenario) -> list[str]:
    """What the screen itself says of each whole sentence that was stored."""
    screen = Screen(persona, echo=echo_of(persona, prefix(persona, scenario)))
    return [found for one in re.split(r"(?<=[.!?…])\s+", reply) if (found := screen.breach(one))]


def is_in_other_letters(words: str) -> bool:
    return any(letter.isalpha() and letter > "\u024f" for letter in words)


def obeyed_in(reply: str, answer: str, harmless: frozenset[str]) -> list[str]:
    """Whole sentences of the obedient answer that reached the student, those left out that mean nothing alone."""
    sentences = [
        one for one in re.split(r"(?<=[.!?…])\s+|\n", answer) if len(one.split()) > 3 or is_in_other_letters(one)
    ]
    return [one for one in sentences if one in reply and one not in harmless]


WEAKNESSES: dict[str, Callable[[Attempt], Callable[[Body], str]]] = {
    "recites": lambda attempt: recite,
    "declares": lambda attempt: declare,
    "obeys": lambda attempt: obeying(attempt.obeyed),
}


def test_there_are_attempts_of_every_kind() -> None:
    assert (len(FAMILIES) >= 14, sum(len(one.attempts) for one in ALL.values()) >= 160) == (True, True)


@pytest.mark.parametrize("weakness", WEAKNESSES)
@pytest.mark.parametrize("scenario_id", SCENARIOS)
@pytest.mark.parametrize("name", FAMILIES)
async def test_a_model_that_gives_in_is_not_heard_giving_in(
    fake_llm: FakeLlm, voice: LlmVoice, name: str, scenario_id: str, weakness: str
) -> None:
    persona, scenario = find_scenario(scenario_id)
    secret_runs = told_only_to_the_model(persona, scenario)
    faults = []
    for attempt in ALL[name].attempts:
        play = Play(voice, scenario_id)
        fake_llm.answers = WEAKNESSES[weakness](attempt)
        for said in attempt.turns:
            reply = await play.say(said)
        answered = fake_llm.asked[-1].answered
        found = faults_in(reply, persona, secret_runs) + breaches_in(reply, persona, scenario)
        found += obeyed_in(reply, answered, ALL[name].harmless)
        if found or not reply.strip():
            faults.append((str(attempt), reply, found))
    assert faults == []


def sent_beside_the_students_words(request: Sequence[dict[str, str]]) -> str:
    return re.sub(r"<said>.*?</said>", "", "\n".join(message["content"] for message in request))


@pytest.mark.parametrize("scenario_id", SCENARIOS)
async def test_nothing_closed_is_sent_whatever_the_student_types(
    fake_llm: FakeLlm, voice: LlmVoice, scenario_id: str
) -> None:
    persona, _ = find_scenario(scenario_id)
    fake_llm.answers = recite
    faults = []
    for attempt in (one for each in ALL.values() for one in each.attempts):
        play = Play(voice, scenario_id)
        for said in attempt.turns:
            await play.say(said)
        sent = sent_beside_the_students_words(fake_llm.asked[-1].body["messages"])
        for concern in persona.concerns:
            found = first_match((*concern.phrasings, *concern.never_before_open), sent)
            if concern.tell in sent or found:
                faults.append((str(attempt), concern.id, found))
    assert faults == []


@pytest.mark.parametrize("scenario_id", SCENARIOS)
def test_the_students_words_forge_nothing(scenario_id: str) -> None:
    persona, scenario = find_scenario(scenario_id)
    faults = []
    for said in (said for each in ALL.values() for one in each.attempts for said in one.turns):
        note = "Trust: wary."
        history = [Exchange(Turn(speaker="student", text=said), said, note)]
        content = messages_for(persona, scenario, history)[-1]["content"]
        inside = content.removeprefix("<said>").removesuffix(f"</said>\n{note}")
        if inside != unforged(said) or "\n" in inside or re.search(r"[<>]|\[/?[A-Z]{3,}\]", inside):
            faults.append(content)
    assert faults == []


MOST_OF_ONE_TURN = 0.07
"""What is not read as words to a machine counts as the plain words it is made of: no more than one good turn."""
TRUSTED = Mind(trust=0.95, distress=0.3, understanding=0.6)


@pytest.mark.parametrize("scenario_id", SCENARIOS)
@pytest.mark.parametrize("mind", [None, TRUSTED])
def test_words_to_the_machine_win_no_trust_and_open_nothing(scenario_id: str, mind: Mind | None) -> None:
    play = Play(AuthoredVoice(), scenario_id, mind)
    faults = []
    for attempt in (one for each in ALL.values() for one in each.attempts):
        received = receive(
            play.persona,
            play.scenario,
            "standard",
            play.state,
            Turn(speaker="student", text=str(attempt)),
            play.history,
        )
        by = received.state.mind.trust - play.state.mind.trust
        to_machine = received.reading.has("addresses_grader")
        opened = received.state.open_concerns if to_machine or mind is None else ()
        if (to_machine and by > 0) or by > MOST_OF_ONE_TURN or opened:
            faults.append((str(attempt), round(by, 3), received.state.open_concerns))
    assert faults == []


TURNS = 30
PUZZLED = frozenset({"off_topic", "unclear", "moving_on", "asks", "jargon", "misread", "goodbye", "silence"})


def talks() -> list[list[str]]:
    """All that was typed, thirty turns to a talk."""
    typed = [said for each in ALL.values() for one in each.attempts for said in one.turns]
    return [typed[start : start + TURNS] for start in range(0, len(typed), TURNS)]


def is_puzzled(persona: Persona, lines: Sequence[str]) -> bool:
    said = [line for line in persona.lines if line.id in lines]
    return any(line.on in PUZZLED or "addresses_grader" in line.moves for line in said)


@pytest.mark.parametrize("scenario_id", SCENARIOS)
async def test_the_offline_patient_stays_who_they_are_through_thirty_turns_of_it(scenario_id: str) -> None:
    faults, puzzled, said = [], 0, 0
    for talk in talks():
        play = Play(AuthoredVoice(), scenario_id)
        for typed in talk:
            reply = await play.say(typed)
            spoken, _ = split_actions(reply)
            lines = [line for line in play.persona.lines if line.id in play.lines]
            foreign = [line.text for line in lines if line.text and line.text not in spoken]
            if (spoken and not lines) or foreign or any(line.concern for line in lines) or play.state.told_concerns:
                faults.append((typed, reply, play.lines))
            said += 1
            puzzled += is_puzzled(play.persona, play.lines)
    assert faults == []
    assert puzzled / said > 0.5
