"""Where a scripted learner sits: what they know, and how they put it to the person before them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from personas.schema import Fact, Scenario
from scoring.transcript import Turn

_WITH_YOU: Mapping[str, str] = {
    "has": "have",
    "hasn't": "haven't",
    "is": "are",
    "isn't": "aren't",
    "was": "were",
    "wasn't": "weren't",
    "does": "do",
    "doesn't": "don't",
    "comes": "come",
    "drives": "drive",
    "feels": "feel",
    "goes": "go",
    "knows": "know",
    "lives": "live",
    "needs": "need",
    "says": "say",
    "sees": "see",
    "takes": "take",
    "wants": "want",
    "works": "work",
}
"""Verbs that change when "he takes" becomes "you take". Any word on -s would take "always" and "this" along."""
_AFTER_AN_OBJECT = (
    r"(?=\W*$|[.,;:?!]"
    r"| (?:and|or|to|for|with|at|in|on|if|when|that|what|how|about|after|before|by|now|today)\b)"
)
"""What follows "her" where it is "you"; elsewhere it is "your"."""


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

    @property
    def news(self) -> Fact:
        """The weighty news; where a scenario has none, its first fact."""
        return next((fact for fact in self.scenario.facts if fact.news), self.scenario.facts[0])

    def tell(self, fact: Fact) -> str:
        """A fact of the case in short sentences, said to who is there.

        A patient hears of themselves as "you": such a fact speaks of nobody else as he or she. A relative or a
        colleague hears it as it is written, for it is about somebody else.
        """
        said = fact.statement.replace("; ", ". ")
        if self.scenario.audience == "patient":
            said = _to_the_patient(self.called, said)
        return ". ".join(part[:1].upper() + part[1:] for part in said.split(". "))

    def has_said(self, text: str) -> bool:
        """Whether the learner said exactly this before."""
        return any(text in turn for turn in self.mine)


Learner = Callable[[Room], Turn]
"""Decides what to say next."""


def _to_the_patient(called: str, said: str) -> str:
    """Words about the patient as words to them: "Ray has" is "you have", "his feet" are "your feet"."""
    name = re.escape(called)
    verbs = "|".join(map(re.escape, _WITH_YOU))
    said = re.sub(
        rf"\b(?:{name}|[Ss]?[Hh]e) ((?:always|also|never|often|still|usually) )?({verbs})(?![\w'])",
        lambda found: f"you {found[1] or ''}{_WITH_YOU[found[2]]}",
        said,
    )
    for pattern, instead in (
        (r"\b[Hh](?:im|er)self\b", "yourself"),
        (r"\b(?:[Hh]ers|[Hh]is(?=\W*$|[.,;:?!]))(?!\w)", "yours"),
        (rf"\b(?:{name}'s|[Hh]is)(?!\w)", "your"),
        (rf"\b[Hh]er\b{_AFTER_AN_OBJECT}", "you"),
        (r"\b[Hh]er\b", "your"),
        (rf"\b(?:{name}|[Ss]he|[Hh]e|[Hh]im)\b(?!')", "you"),
        (r"\b[Ss]?[Hh]e's\b", "you're"),
    ):
        said = re.sub(pattern, instead, said)
    return said
