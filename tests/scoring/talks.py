"""Whole talks for tests of the report: those in files, made-up ones, and personas' lines against poor answers."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from personas import shipped
from personas.schema import Persona, Scenario
from scoring import Scorecard, Transcript, grade

_HERE = Path(__file__).parent

_PATIENT = (
    "I'm so scared of what you'll say.",
    "My mother had this too. She died at fifty-two.",
    "I haven't slept for a week, I keep thinking about it.",
    "Is it cancer? Just tell me.",
    "I'm terrified for my girls.",
    "Nobody told us anything, and we've been waiting for four hours.",
    "I'm so angry with the whole lot of you!",
    "It's my fault, I should have come sooner.",
    "I feel so ashamed, I've never told anyone.",
    "I can't cope with it any more. It's all too much.",
    "Part of me wants the operation, and part of me wants to run.",
    "I don't understand what that means for me.",
    "I did it, I haven't smoked for three weeks!",
    "I miss my choir. It's hard for me.",
    "My husband died last spring, I live alone now.",
    "I lost my job in March and I'm worried about the rent.",
    "What's the point of it all?",
    "What happens now?",
    "i just uh i dont know like its its hard you know",
    "Okay.",
    "No, I'd rather not.",
    "[crying] I can't.",
    "Why did nobody ring me?",
    "I'm fine, honestly. My wife says I should be here.",
    "To be frank, I'm relieved that somebody is listening.",
)
_STUDENT = (
    "Do you smoke? And how much do you drink?",
    "Don't worry, it will be fine.",
    "I understand. Any allergies?",
    "The biopsy shows that it is cancer. You need an operation, and then chemotherapy.",
    "At least it is not worse. You should stop smoking and lose some weight.",
    "Your echocardiogram demonstrates left ventricular hypertrophy, which requires anticoagulation.",
    "I'm going to examine your tummy now, okay?",
    "That sounds frightening. What worries you most?",
    "May I tell you about the scan? The scan on Monday shows us whether the lump has grown.",
    "We will get to that later. How is your sleep?",
    "The next step is a blood test because we want to see how your liver works. Does that make sense?",
    "Hmm.",
    "It is your own fault.",
    "I'm sorry. Tell me more about your mother.",
    "You take one tablet in the morning and one at night. Could you tell me in your own words how you will take them?",
    "You sound very angry. I will ring you on Friday before noon.",
    "Okay.",
)


@dataclass(frozen=True)
class Talk:
    """A transcript with what it was held with, and its card."""

    name: str
    transcript: Transcript
    scenario: Scenario | None = None
    persona: Persona | None = None

    @property
    def card(self) -> Scorecard:
        """The grading, made once."""
        return _card(self.name)

    def __str__(self) -> str:
        return self.name


@cache
def talks() -> dict[str, Talk]:
    """Every talk by name."""
    return {talk.name: talk for talk in (*_adversarial(), *_fairness(), *_made_up(), *_with_personas())}


@cache
def _card(name: str) -> Scorecard:
    talk = talks()[name]
    return grade(talk.transcript, scenario=talk.scenario, persona=talk.persona)


def _adversarial() -> Iterator[Talk]:
    for path in sorted((_HERE / "adversarial").glob("*.json")):
        for case in json.loads(path.read_text("utf-8")):
            yield Talk(f"{path.stem}: {case['name']}", Transcript.model_validate({"turns": case["turns"]}))


def _fairness() -> Iterator[Talk]:
    for path in sorted((_HERE / "fairness").glob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        yield Talk(f"{path.stem}: standard", Transcript.model_validate({"turns": case["standard"]}))
        for version, said in case["student"].items():
            lines = iter(said)
            turns = [one if one["speaker"] == "patient" else {**one, "text": next(lines)} for one in case["standard"]]
            yield Talk(f"{path.stem}: {version}", Transcript.model_validate({"turns": turns}))


def _made_up() -> Iterator[Talk]:
    for seed in range(60):
        chance = random.Random(seed)
        turns = []
        for said in chance.sample(_PATIENT, 8):
            turns += [{"speaker": "patient", "text": said}, {"speaker": "student", "text": chance.choice(_STUDENT)}]
        yield Talk(f"made up {seed}", Transcript.model_validate({"turns": turns}))


def _with_personas() -> Iterator[Talk]:
    for persona in sorted((loaded.persona for loaded in shipped().values()), key=lambda one: one.id):
        said = [line for line in persona.lines if line.text]
        for seed in range(6):
            chance = random.Random(f"{persona.id} {seed}")
            turns: list[dict[str, str]] = []
            cues: list[dict[str, object]] = []
            for line in chance.sample(said, 8):
                note = next((one for one in persona.cues if one.id == line.cue), None)
                if note is not None:
                    cue = {"turn": len(turns), "quote": line.text}
                    cues.append({**cue, **note.model_dump(include={"kind", "family", "intensity"})})
                turns += [
                    {"speaker": "patient", "text": line.text},
                    {"speaker": "student", "text": chance.choice(_STUDENT)},
                ]
            transcript = Transcript.model_validate({"turns": turns, "cues": cues})
            scenario = persona.scenarios[0]
            yield Talk(f"{persona.id} {seed}", transcript, scenario, persona)
            if seed < 2:
                as_colleague = scenario.model_copy(update={"audience": "clinician", "channel": "phone"})
                yield Talk(f"{persona.id} {seed} as a colleague", transcript, as_colleague, persona)
                in_writing = scenario.model_copy(update={"channel": "written"})
                yield Talk(f"{persona.id} {seed} in writing", transcript, in_writing, persona)
