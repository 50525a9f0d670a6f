"""How feedback speaks of the patient: pronouns, names of feelings, quotes inside a sentence."""

from dataclasses import dataclass

from personas.schema import Persona
from personas.vocabulary import Act, Family
from scoring.words import shorten

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

    def when_said(self, quote: str) -> str:
        """'When she said "...",' as the beginning of a sentence."""
        return f'When {self.subject} said "{shorten(quote)}",'


def person_of(persona: Persona | None) -> Person:
    """The persona's pronouns."""
    if persona is None:
        return Person()
    return Person(persona.subject.lower(), persona.object.lower(), persona.possessive.lower())


def count_of(number: int, one: str, many: str | None = None) -> str:
    """'1 worry', '3 worries'."""
    return f"{number} {one if number == 1 else many or one + 's'}"
