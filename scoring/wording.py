"""How feedback speaks of the patient: pronouns, names of feelings, quotes inside a sentence."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from personas.schema import Persona
from personas.vocabulary import Act, Family
from scoring.conversation import Conversation
from scoring.quotes import shorten
from scoring.scorecard import ScaleResult

FEELING: dict[Family, str] = {
    "fear": "fear",
    "sadness": "sadness",
    "anger": "anger",
    "shame": "shame",
    "confusion": "confusion",
    "overwhelm": "being overwhelmed",
    "ambivalence": "being torn",
    "relief": "relief",
}
"""A family of feeling as a noun inside a sentence."""

ACTS: dict[Act, str] = {
    "news": "giving the news",
    "advice": "giving advice",
    "education": "giving information",
    "examination": "an examination or test",
    "sensitive": "opening a sensitive subject",
    "agenda": "setting the agenda",
    "plan": "telling the plan",
}
"""An act that needs leave, as the student reads it."""


@dataclass(frozen=True)
class Person:
    """The pronouns for the patient; "they" where no persona is given."""

    subject: str = "they"
    object: str = "them"
    possessive: str = "their"

    @property
    def was(self) -> str:
        """'was' or 'were', to go with the subject."""
        return "were" if self.subject == "they" else "was"

    def when_said(self, quote: str, about: str | None = None) -> str:
        """'When she said "...",' as the beginning of a sentence; the words `about` are kept where it is shortened."""
        return f'When {self.subject} said "{shorten(quote, about=about)}",'


def person_of(persona: Persona | None) -> Person:
    """The persona's pronouns."""
    if persona is None:
        return Person()
    return Person(persona.subject.lower(), persona.object.lower(), persona.possessive.lower())


_QUOTED = re.compile(r'("[^"]*")')
_OBJECT_OF = re.compile(
    r"\b(to|for|with|about|of|before|from|asked|told|fit|fits|lets|let|gave|give|left|by|than|"
    r"behind) the patient\b(?!'s)"
)


def in_person(text: str, person: Person) -> str:
    """A sentence about "the patient" told of this person: a parent or a colleague may be the one who listens.

    What stands in quotation marks is left as it was said.
    """
    pieces = _QUOTED.split(text)
    return "".join(piece if number % 2 else _told_of(piece, person) for number, piece in enumerate(pieces))


def _told_of(text: str, person: Person) -> str:
    text = text.replace("The patient's", person.possessive.capitalize()).replace("the patient's", person.possessive)
    text = _OBJECT_OF.sub(rf"\1 {person.object}", text)
    for verb, plural in (("was", "were"), ("has", "have"), ("takes", "take"), ("goes", "go"), ("says", "say")):
        agreeing = plural if person.subject == "they" else verb
        text = re.sub(rf"\b(T|t)he patient {verb}\b", rf"\1he patient {agreeing}", text)
    text = text.replace("The patient", person.subject.capitalize()).replace("the patient", person.subject)
    if person.subject == "they":
        return text
    text = re.sub(r"\b([Tt]hey) were\b", lambda match: f"{_cased(person.subject, match[1])} was", text)
    for plural, single in (("they", person.subject), ("their own", f"{person.possessive} own")):
        text = re.sub(rf"\b({plural})\b", single, text)
    return text


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[:1].isupper() else word


_Coding = ParamSpec("_Coding")


def told_in_person(
    level: Callable[Concatenate[Conversation, _Coding], ScaleResult],
) -> Callable[Concatenate[Conversation, _Coding], ScaleResult]:
    """A scale whose every sentence speaks of the persona by pronoun; of "they" where there is none."""

    @wraps(level)
    def told(conversation: Conversation, /, *coding: _Coding.args, **more: _Coding.kwargs) -> ScaleResult:
        result, person = level(conversation, *coding, **more), person_of(conversation.persona)
        return result.model_copy(
            update={
                "counted": in_person(result.counted, person),
                "to_next": None if result.to_next is None else in_person(result.to_next, person),
                "caps": tuple(in_person(cap, person) for cap in result.caps),
                "evidence": tuple(
                    one.model_copy(update={"why": in_person(one.why, person)}) for one in result.evidence
                ),
                "occasions": tuple(
                    one.model_copy(update={"why": in_person(one.why, person)}) for one in result.occasions
                ),
            }
        )

    return told


def count_of(number: int, one: str, many: str | None = None) -> str:
    """'1 worry', '3 worries'."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def times(number: int) -> str:
    """'once', 'twice', '3 times'."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def listed(things: Sequence[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'; or with another word before the last."""
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} {last} {things[-1]}"
