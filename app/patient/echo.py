"""Whether a patient says over what it was told to be: the prompt compared with the words, six in a row.

What the patient knows may be said in the patient's own person ("I run the kitchen of a primary school"), word for word
if need be. What is said to them ("You run the kitchen...") and how to play them may not, in no person at all.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from app.patient.closed import EVERYDAY
from app.patient.tongues import ENGLISH
from personas.schema import Persona

RUN_WORDS = 6
"""So many words of the prompt in a row are no chance. Shorter ones are: 'what is wrong and what' says anybody."""
HELD_WORDS = 3
"""From so many on nothing passes before it is clear how it goes on: two words of a recital are all that is heard."""

_TELLING = 2
"""Words that not everybody uses all day, in a run that speaks to nobody."""
_MOST_REMEMBERED = 16_000
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


_SPELT = 2
"""Single letters in a row that are words: 'a B' and 'I, a' are, 'Y o u' is not."""


class Recital:
    """The words of one reply, compared with the prompt as they come."""

    __slots__ = ("_before", "_echo", "_follows", "_heard", "_is_one", "_spelt", "is_held")

    def __init__(self, echo: Echo) -> None:
        self.is_held = False
        """The last words may yet turn out to be the prompt said over, or spelt letter by letter."""
        self._echo = echo
        self._before: list[str] = []  # the last words before this sentence: a recital goes on across full stops
        self._heard: list[str] = []
        self._spelt = 0  # single letters in a row at the end
        self._follows = False  # the last words stand in the prompt
        self._is_one = False  # so many of them do that they are no chance

    def hear(self, chunk: str) -> None:
        """What stands between two spaces comes next in this sentence."""
        for word in _WORDS[chunk]:
            self._heard.append(word)
            self._spelt = self._spelt + 1 if len(word) == 1 else 0
            self._follows = " ".join(self._heard[-HELD_WORDS:]) in self._echo.held
            if self._follows and " ".join(self._heard[-RUN_WORDS:]) in self._echo.runs:
                self._is_one = True
        self.is_held = self._follows or self._is_one or self._spelt > _SPELT

    def end_sentence(self, sentence: str) -> None:
        """This much of it was passed on."""
        said = [word for chunk in sentence.rsplit(None, RUN_WORDS)[-RUN_WORDS:] for word in _WORDS[chunk]]
        self._before = (self._before + said)[1 - RUN_WORDS :]
        self.begin_sentence()

    def begin_sentence(self) -> None:
        """Nothing of the next one was heard yet."""
        self._heard, self._spelt = self._before[:], 0
        self._follows = self._is_one = self.is_held = False

    def goes_on_in(self, sentence: str) -> bool:
        """Whether this whole sentence says the prompt over, or goes on with it."""
        return self._echo is not NO_ECHO and self._echo.is_in([*self._before, *words_of(sentence)])


class _Words(dict[str, tuple[str, ...]]):
    """What stands between two spaces, as words to be compared; remembered, as most are said over and over."""

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        found = tuple(_WORD.findall(chunk.replace("’", "'").lower()))
        if len(self) < _MOST_REMEMBERED:
            self[chunk] = found
        return found


_WORDS = _Words()


def words_of(text: str) -> list[str]:
    """All words of a text, as they are compared."""
    return [word for chunk in text.split() for word in _WORDS[chunk]]


def echo_of(persona: Persona, prefix: str) -> Echo:
    """What of this prompt, and of the notes this patient may get, would be heard as said over."""
    known = (persona.who, *persona.knows, persona.ideas, persona.worries, persona.expects)
    return _echo(prefix, known, (*persona.tellings(), *(cue.hint_at for cue in persona.cues)))


@lru_cache(maxsize=64)
def _echo(prefix: str, known: tuple[str, ...], notes: tuple[str, ...]) -> Echo:
    own = {run for text in (*known, *notes) for run in _runs(words_of(text), RUN_WORDS)}
    told = {run for text in (prefix, *notes) for run in _runs(words_of(text), RUN_WORDS)}
    rules = {run for run in told - own if _is_telling(run.split())}
    spoken_to = {run for run in told & own if _TO_THEM & {*run.split()}}
    runs = frozenset({*rules, *spoken_to, *(turned for run in rules for turned in _in_first_person(run))})
    return Echo(runs, frozenset(three for run in runs for three in _runs(run.split(), HELD_WORDS)))


def _runs(words: Sequence[str], length: int) -> Iterator[str]:
    return (" ".join(words[start : start + length]) for start in range(len(words) - length + 1))


def _is_telling(words: Sequence[str]) -> bool:
    """Whether nobody says so by chance: 'what is wrong and what will' stands among the rules, and in any talk."""
    return bool(_TO_THEM & {*words}) or sum(word not in EVERYDAY and word not in ENGLISH for word in words) >= _TELLING


def _in_first_person(run: str) -> Iterator[str]:
    """'Say nothing over again that you said' as 'that I said', or 'that me said' where it ends on 'to you'."""
    words = run.split()
    if _TO_THEM & {*words}:
        for me in ("i", "me"):
            yield " ".join(me if word == "you" else _TURNED.get(word, word) for word in words)
