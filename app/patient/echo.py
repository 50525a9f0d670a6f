"""Whether a patient says over what it was told to be: the prompt compared with the words, six in a row.

What the patient knows may be said in the patient's own person ("I run the kitchen of a primary school"), word for word
if need be. What is said to them ("You run the kitchen...") and how to play them may not, in no person at all.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from personas.schema import Persona

RUN_WORDS = 6
"""So many words of the prompt in a row are no chance. Shorter ones are: 'what is wrong and what' says anybody."""
HELD_WORDS = 3
"""From so many on nothing passes before it is clear how it goes on: two words of a recital are all that is heard."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_TO_THEM = frozenset({"you", "your", "yours", "yourself", "you're", "you've", "you'd", "you'll"})
_TURNED = {
    "your": "my",
    "yours": "mine",
    "yourself": "myself",
    "are": "am",
    "you're": "i'm",
    "you've": "i've",
    "you'd": "i'd",
    "you'll": "i'll",
}


class Echo(NamedTuple):
    """What may not be said over: runs of words, in small letters with one space between them."""

    runs: frozenset[str]
    held: frozenset[str]
    """The runs of three words in those."""

    def is_in(self, words: Sequence[str]) -> bool:
        """Whether one of the runs stands in these words.

        Six words in a row hold three that begin at a place divisible by four: where none of those stands, nothing does.
        """
        places = range(0, len(words) - HELD_WORDS + 1, RUN_WORDS - HELD_WORDS + 1)
        if not any(" ".join(words[place : place + HELD_WORDS]) in self.held for place in places):
            return False
        return any(run in self.runs for run in _runs(words, RUN_WORDS))


NO_ECHO = Echo(frozenset(), frozenset())


@lru_cache(maxsize=16_384)
def words_in(chunk: str) -> tuple[str, ...]:
    """The words that stand between two spaces, as they are compared; remembered, as most are said over and over."""
    return tuple(_WORD.findall(chunk.replace("’", "'").lower()))


def words_of(text: str) -> list[str]:
    """All words of a text, as they are compared."""
    return [word for chunk in text.split() for word in words_in(chunk)]


def echo_of(persona: Persona, prefix: str) -> Echo:
    """What of this prompt, and of the notes this patient may get, would be heard as said over."""
    known = (persona.who, *persona.knows, persona.ideas, persona.worries, persona.expects)
    notes = (*(concern.tell for concern in persona.concerns), *(cue.hint_at for cue in persona.cues))
    return _echo(prefix, known, notes)


@lru_cache(maxsize=64)
def _echo(prefix: str, known: tuple[str, ...], notes: tuple[str, ...]) -> Echo:
    own = {run for text in (*known, *notes) for run in _runs(words_of(text), RUN_WORDS)}
    told = {run for text in (prefix, *notes) for run in _runs(words_of(text), RUN_WORDS)}
    rules = told - own
    spoken_to = {run for run in told & own if _TO_THEM & {*run.split()}}
    runs = frozenset({*rules, *spoken_to, *(turned for run in rules for turned in _in_first_person(run))})
    return Echo(runs, frozenset(three for run in runs for three in _runs(run.split(), HELD_WORDS)))


def _runs(words: Sequence[str], length: int) -> Iterator[str]:
    return (" ".join(words[start : start + length]) for start in range(len(words) - length + 1))


def _in_first_person(run: str) -> Iterator[str]:
    """'Say nothing over again that you said' as 'that I said', or 'that me said' where it ends on 'to you'."""
    words = run.split()
    if _TO_THEM & {*words}:
        for me in ("i", "me"):
            yield " ".join(me if word == "you" else _TURNED.get(word, word) for word in words)
