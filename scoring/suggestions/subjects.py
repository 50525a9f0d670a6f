"""What a clinician's words were about, in a form a line can hold: the scan, alcohol, your blood pressure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from scoring.conversation import Conversation
from scoring.lexicon import rows
from scoring.words import straight

_BODY = (
    r"chest|tummy|belly|abdomen|stomach|neck|back|breasts?|arms?|legs?|hands?|feet|foot|knees?|shoulders?|throat|ears?|"
    r"eyes?|mouth|heart|lungs?|skin|lump|wrist|hips?|head|pulse|reflexes|blood pressure|temperature|breathing"
)
_DO = re.compile(
    rf"\b(?:examine|check|listen to|look at|look into|feel|press on|measure|take)(?:ing)? (?:your|the|his|her) "
    rf"(?:\w+ )?(?:{_BODY})\b|\b(?:take|taking|draw|drawing) (?:some |a little |your |a )?blood(?: sample)?\b|"
    r"\btak(?:e|ing) (?:a |some )?(?:swab|tiny sample|small sample|sample)\b|\bexamin(?:e|ing) (?:you|him|her)\b",
    re.IGNORECASE,
)
_ING = {"examining": "examine", "taking": "take", "drawing": "take", "draw": "take", "checking": "check"}
_UNWANTED = re.compile(
    r"\b(?:(?:don't|do not|didn't|won't|wouldn't|not|never) (?:really |even |just )?"
    r"(?:want(?:ing)?|wanna|need|like|going to|gonna|take|taking|have|having|see the point|crazy about|keen|sure about|"
    r"happy about|interested)|rather not|no point|what's the point|hate|sick of|"
    r"stop(?:ped|ping)? (?:taking|it|them|my)|(?:come|came|go|get) off (?:it|them|my)|refuse\w*)\b",
    re.IGNORECASE,
)
"""How somebody says that they do not want a thing."""

_KIND_OF_ACT = {
    "news": ("result",),
    "examination": ("result", "test"),
    "sensitive": ("habit",),
    "advice": ("habit", "step", "state"),
    "plan": ("result", "test", "step"),
    "education": ("result", "test", "step", "state", "habit", "finding"),
}


@dataclass(frozen=True)
class Subject:
    """What was spoken of, and its kind."""

    kind: str
    name: str


@cache
def _table() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    return tuple(
        (kind, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), name)
        for kind, pattern, name in rows("suggestions/subjects.tsv")
    )


def subjects_in(text: str, kinds: Sequence[str] = ()) -> list[Subject]:
    """The subjects a text speaks of, in the order they first stand in it; only of these kinds, if any are given."""
    said = straight(text)
    found = {}
    for kind, pattern, name in _table():
        match = pattern.search(said)
        if match is not None and name not in found and (not kinds or kind in kinds):
            found[name] = (match.start(), Subject(kind, name))
    return [subject for _, subject in sorted(found.values(), key=lambda pair: pair[0])]


def subject_of_act(act: str, sentence: str) -> Subject | None:
    """What an act was about, said in its own sentence; None where no table row fits."""
    return next(iter(subjects_in(sentence, _KIND_OF_ACT.get(act, ()))), None)


def is_unwanted(conversation: Conversation, turn: int, subject: Subject) -> bool:
    """Whether the patient had just said that they do not want a treatment or a test: it is not offered by name."""
    if subject.kind not in ("step", "test", "result"):
        return False
    before = conversation.patient_turns_before(turn, most=3)
    return any(_UNWANTED.search(straight(conversation.turns[index].text)) for index in before)


def examination_in(text: str) -> str | None:
    """The examination as a verb with its object, as it was announced: 'listen to your chest'."""
    match = _DO.search(straight(text))
    if match is None:
        return None
    verb, _, rest = match.group().lower().partition(" ")
    return f"{_ING.get(verb, verb.removesuffix('ing') if verb.endswith('ing') else verb)} {rest}"


def for_listener(conversation: Conversation, name: str) -> str:
    """'your blood pressure' is somebody else's where the listener is a parent or a colleague."""
    scenario = conversation.scenario
    if scenario is not None and scenario.audience != "patient":
        return re.sub(r"^your ", "the ", name)
    return name
