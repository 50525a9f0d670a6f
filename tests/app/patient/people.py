"""The same persona and the same talk with other people in them: other names, another gender, another age."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from personas.schema import Persona

PRONOUNS: Mapping[str, tuple[str, str, str]] = {
    "she": ("she", "her", "her"),
    "he": ("he", "him", "his"),
    "they": ("they", "them", "their"),
}


class Somebody(NamedTuple):
    called: str
    family_name: str
    subject: str
    age_years: int


OTHERS = (
    Somebody("Grace", "Okonkwo", "she", 81),
    Somebody("Joy", "Bright", "she", 22),
    Somebody("Will", "Hart", "he", 64),
    Somebody("Hope", "Sharpe", "they", 35),
    Somebody("Mark", "Lamb", "he", 19),
    Somebody("Faith", "Young", "she", 57),
    Somebody("Patience", "Mensah", "she", 43),
    Somebody("Dawn", "Moody", "they", 70),
    Somebody("Frank", "Savage", "he", 52),
    Somebody("Sunday", "Adebayo", "he", 31),
    Somebody("Blessing", "Eze", "she", 28),
    Somebody("Siân", "Llewellyn", "she", 66),
    Somebody("Rhys", "ap Gruffydd", "he", 40),
    Somebody("Agnieszka", "Wójcik", "she", 37),
    Somebody("Łukasz", "Szczęsny", "he", 45),
    Somebody("Oluwaseun", "Afolabi", "they", 33),
    Somebody("Ngozi", "Nwosu", "she", 59),
    Somebody("Xiuying", "Zhang", "she", 74),
    Somebody("Wei", "Ng", "he", 26),
    Somebody("Fatima", "al-Rashid", "she", 50),
    Somebody("Abdulrahman", "ibn Yusuf", "he", 61),
    Somebody("Anne-Marie", "Smith-Jones", "she", 47),
    Somebody("Jean-Luc", "Painter", "they", 55),
    Somebody("D'Arcy", "O'Shea", "he", 68),
)


def exchanged(persona: Persona, lines: Sequence[str], somebody: Somebody) -> tuple[Persona, tuple[str, ...]]:
    """The persona as this person, and what the student says to them, name for name."""
    subject, other, possessive = PRONOUNS[somebody.subject]
    family_name = persona.name.removeprefix(persona.called).strip()
    names = {persona.called: somebody.called, family_name: somebody.family_name}
    as_called, said = with_people(persona, lines, names)
    return as_called.model_copy(
        update={"subject": subject, "object": other, "possessive": possessive, "age_years": somebody.age_years}
    ), said


def with_people(persona: Persona, lines: Sequence[str], names: Mapping[str, str]) -> tuple[Persona, tuple[str, ...]]:
    """The persona with other names for those around them, wherever they stand, and the talk alike."""
    return Persona.model_validate_json(renamed(persona.model_dump_json(), names)), tuple(
        renamed(line, names) for line in lines
    )


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with each of these names exchanged."""
    return re.sub(rf"\b(?:{'|'.join(map(re.escape, names))})\b", lambda found: names[found.group()], text)


def without_gender(why: str) -> str:
    """A reason with every pronoun of the patient's as the same word."""
    return re.sub(r"\b(?:she|he|they|her|him|them|his|their)\b", "someone", why, flags=re.IGNORECASE)
