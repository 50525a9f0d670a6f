"""What a turn is read against: its sentences, what was said before, and small tools every family of moves uses."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from personas.vocabulary import Act, Family, MoveKind
from scoring.moves.phrasebook import Rule
from scoring.moves.sentences import Sentence, sentences_of
from scoring.reading import Move
from scoring.transcript import Turn

_PATIENT_TURNS_READ = 3
_PASTED_RUN_WORDS = 8


@dataclass(frozen=True)
class Scene:
    """One clinician turn in its place."""

    text: str
    sentences: tuple[Sentence, ...]
    before: tuple[Turn, ...] = ()
    next_text: str | None = None
    mute: frozenset[int] = field(default_factory=frozenset)  # sentences that are not the clinician's own words

    @cached_property
    def patient(self) -> tuple[tuple[Sentence, ...], ...]:
        """Sentences of the patient's last turns, the latest first."""
        theirs = [turn.text for turn in reversed(self.before) if turn.speaker == "patient"]
        return tuple(sentences_of(text) for text in theirs[:_PATIENT_TURNS_READ])

    @cached_property
    def patient_last(self) -> str:
        """The patient's last turn in plain words, if it was the last thing said."""
        if not self.before or self.before[-1].speaker != "patient":
            return ""
        return " . ".join(sentence.text for sentence in sentences_of(self.before[-1].text))

    @cached_property
    def patient_words(self) -> str:
        """All the patient said lately, in plain words."""
        return " . ".join(sentence.text for turn in reversed(self.patient) for sentence in turn)

    @cached_property
    def own(self) -> tuple[Sentence, ...]:
        """The sentences that are the clinician's own words."""
        return tuple(sentence for place, sentence in enumerate(self.sentences) if place not in self.mute)


def matches(rules: Iterable[Rule], sentences: Sequence[Sentence]) -> list[Move]:
    """Each rule's first match in each sentence."""
    return [
        move(rule.kind, sentence, found, act=rule.act, stock=rule.stock, tentative=rule.tentative)
        for sentence in sentences
        for rule in rules
        if (found := find(rule, sentence))
    ]


def find(rule: Rule, sentence: Sentence) -> re.Match[str] | None:
    """The rule's match in this sentence, its conditions kept."""
    if rule.asked is not None and rule.asked != sentence.asks:
        return None
    if rule.unless and rule.unless.search(sentence.text):
        return None
    return rule.pattern.search(sentence.text)


def move(
    kind: MoveKind,
    sentence: Sentence,
    found: re.Match[str] | None = None,
    *,
    family: Family | None = None,
    act: Act | None = None,
    tentative: bool = False,
    stock: bool = False,
    term: str | None = None,
) -> Move:
    """A move over the matched words, or over the whole sentence."""
    start, end = sentence.span(*found.span()) if found else (sentence.start, sentence.end)
    return Move(kind=kind, start=start, end=end, family=family, act=act, tentative=tentative, stock=stock, term=term)


def pasted(sentence: Sentence, patient: Sequence[Sequence[Sentence]]) -> bool:
    """Whether this sentence is the patient's own words put back, not turned to 'you'.

    A short echo ('Overwhelmed.') is a reflection; four words or more that stand so in the patient's turn are a copy.
    """
    mine = [word.text for word in sentence.words]
    if len(mine) < 4:
        return False
    joined = f" {' '.join(mine)} "
    for turn in patient:
        theirs = f" {' '.join(word.text for said in turn for word in said.words)} "
        if joined in theirs and not {"you", "your"} & set(mine):
            return True
        if {"i", "my", "me"} & set(mine) and _longest_run(mine, theirs) >= _PASTED_RUN_WORDS:
            return True
    return False


def _longest_run(mine: list[str], theirs: str) -> int:
    longest = 0
    for start in range(len(mine)):
        while start + longest < len(mine) and f" {' '.join(mine[start : start + longest + 1])} " in theirs:
            longest += 1
    return longest
