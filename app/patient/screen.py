"""Keeps a streamed reply in character: words pass as they come, as far as nothing out of character can begin with them.

What the screen looks for is what language models are known to do when they play a patient: say what they are, become
the doctor, praise the student, quote their notes, tell what is closed, write a page instead of speaking. Where such a
sentence shows itself only in its middle, it trails off ("I'm just an…"), as people's sentences do.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from app.patient.breaches import (
    HELPERS_ONLY,
    LABELS,
    LISTED,
    MARKUP,
    NOTE_LABELS,
    OTHER_SPEAKER,
    PATTERNS,
    SPEAKERS,
    Breach,
    first_breach,
    is_marked,
)
from app.patient.closed import EVERYDAY, closed_by
from app.patient.echo import NO_ECHO, Echo, Recital
from app.patient.narration import QUOTES, narration_of
from app.patient.parts import LONGEST_ACTION, Part, next_part, plain_words
from app.patient.scene import Piece
from app.patient.stage import with_action
from app.patient.suspicion import NOTHING, suspicions_about
from app.patient.tongues import in_another_language, is_mostly_odd, is_too_odd
from personas.schema import Line, Persona

LONGEST_SPOKEN = 700
"""Characters. A patient who said more has long stopped answering the question."""
MOST_SENTENCES = 8
MOST_ACTIONS = 2
MOST_REPEATS = 3


_THINKING = re.compile(r"^\s*<think(?:ing)?>.*?</think(?:ing)?>\s*", re.IGNORECASE | re.DOTALL)
_SAYS = re.compile(r"\w|^[.…?!\s]+$")
_SIGNS = re.compile(r"""[^\w\s.…?!,;:*"“”«»'’()\[\]<>–—-]|[-–—]\.|\.[-–—]""")
"""Pictures, dots and dashes: where no word stands beside them, no person says them."""
_MARK = re.compile(r"[.!?…*\n\])]")
_GOES_ON = re.compile(r"[.!?…]+\s+(?=(?:she|he|it|her|his)\b)", re.IGNORECASE)
"""'My mum. She had it.' tells what 'My mum had it.' tells."""
_DEED = re.compile(r"\s*\*(?=[A-Za-z])")
_BEGINS_A_WORD = re.compile(r"[^a-z]*(?:[A-Z]?[a-z']+|[A-Z]+)\W*$|\W*$")
"""'Yes,' and 'I'm' do, 'SWdub3' does not."""
_LABELLED = re.compile(
    rf"^\W*(?:(?:{SPEAKERS})\b[^:.?!]{{0,20}}"
    rf"|you|{'|'.join(NOTE_LABELS)}|may|let)$",
    re.IGNORECASE,
)
"""May yet become 'Doctor (gently):' or 'Trust: wary.'"""


class Screen:
    """One reply on its way to the student. Feed it what the model says; pass on what it gives back."""

    def __init__(
        self,
        persona: Persona,
        open_concerns: Collection[str] = (),
        stand_ins: Sequence[Line] = (),
        *,
        open_parts: Collection[str] = (),
        checks_role: bool = True,
        echo: Echo = NO_ECHO,
    ) -> None:
        """`checks_role` is False where the patient is a clinician too, and may well talk like one.

        `echo` is the prompt the model was given, which it is not to say over.
        """
        self.full = False
        """Nothing more will pass: the rest need not be asked for."""
        self.breaches: list[Breach] = []
        self._persona = persona
        closed = [concern for concern in persona.concerns if concern.id not in open_concerns]
        patterns = tuple(one for concern in closed for one in (*concern.phrasings, *concern.never_before_open))
        patterns += tuple(
            one for concern in closed if concern.part and concern.id not in open_parts for one in concern.part.phrasings
        )
        self._closed = closed_by(patterns)
        self._suspicions = suspicions_about(patterns, (persona.speech, persona.who, *persona.knows))
        self._stand_ins = stand_ins
        self._checks_role = checks_role
        self._narration = narration_of(persona.name, persona.called, persona.subject)
        self._rest = ""
        self._read = 0  # of `_rest`, so many characters were looked at
        self._said = ""  # the words in them
        self._stuck = False  # nothing more of it may pass before it is whole
        self._watched: frozenset[Breach] = frozenset()  # what may be out of character with the words in it
        self._telling: frozenset[str] = frozenset()  # words in it with which something closed may be told
        self._recital = Recital(echo)
        self._chunks = 0  # what was looked at of `_rest`, counted
        self._oddness = 0  # how unlike English it is
        self._given = ""  # of the sentence in `_rest`, what was passed on already
        self._done = ""  # of the action in `_rest`, what was passed on already
        self._before = NOTHING  # what was suspicious about the sentence before
        self._quoted = False
        self._marked = False
        self._begun = False
        self._whole = 0
        self._sentences: list[str] = []
        self._repeats = 0
        self._actions = 0
        self._characters = 0

    @property
    def spoke(self) -> bool:
        """Whether anything was said or done so far."""
        return bool(self._sentences or self._actions or self._given or self._done)

    def feed(self, text: str) -> list[Piece]:
        """What of these words may be said now: it stays in character however the sentence goes on."""
        if self.full:
            return []
        self._rest += text
        if not self._begun and not self._begin():
            return []
        pieces: list[Piece] = []
        if self._marked or _MARK.search(text):  # most tokens end nothing
            pieces = [piece for part in self._whole_parts() for piece in self._pass(part)]
            self._marked = _MARK.search(self._rest[-3:]) is not None
        if len(self._rest) > 2 * LONGEST_SPOKEN and not self.full:  # a sentence that does not end
            pieces += self._pass(Part(self._rest, is_action=False))
            self.full = True
        return pieces if self.full else [*pieces, *self._words_so_far()]

    def finish(self, *, cut: bool = False) -> list[Piece]:
        """What is left. With `cut` the model was stopped mid-sentence, which then trails off.

        If nothing that was said stayed in character, an answer of the patient's own stands in. Nothing came at
        all: nothing comes out.
        """
        pieces = []
        if not self.full:
            if not self._begun:
                self._begin(at_the_end=True)
            pieces = [piece for part in self._whole_parts(at_the_end=True) for piece in self._pass(part)]
            if not cut and self._rest.strip():
                pieces += self._pass(Part(self._rest, is_action=self._rest.lstrip().startswith("*")))
            self._rest = ""
            pieces += self._trail_off()
        if self.breaches and not self._whole:
            pieces.append(self._stand_in())
        elif self.breaches:
            pieces.append(Piece("", screened=True))
        return pieces

    def _begin(self, *, at_the_end: bool = False) -> bool:
        """Take off what models put before the words: thoughts, a name, a quotation mark. False: wait for more."""
        self._rest = self._rest.lstrip()
        if re.match(r"<think", self._rest, re.IGNORECASE):
            if "</think" not in self._rest.lower() or not _THINKING.match(self._rest):
                self._rest = "" if at_the_end else self._rest
                return False
            self._rest = _THINKING.sub("", self._rest)
        bare = self._rest.lstrip(f"{QUOTES}* ").lower()
        if not at_the_end and (not bare or "<thinking>".startswith(bare) or self._narration.may_be_a_label(bare)):
            return False
        plain = self._narration.label.sub("", self._rest.lstrip(QUOTES)).lstrip(QUOTES)
        self._quoted = any(quote in self._rest[: len(self._rest) - len(plain)] for quote in QUOTES)
        self._rest = plain
        self._begun = True
        return True

    def _words_so_far(self) -> Iterator[Piece]:
        """The beginning of the sentence that is being said, or of what is being done, as far as it may pass."""
        if self._stuck:
            return
        if "*" in self._rest and (deed := _DEED.match(self._rest)):
            yield from self._deed_so_far(deed.end())
            return
        said = self._words_from(0)
        if (
            len(said) > len(self._given)
            and not self._is_held()
            and not self._must_wait(said)
            and not self._breaks(said)
        ):
            space = " " if self.spoke and not self._given else ""
            new, self._given = said[len(self._given) :], said
            yield Piece(space + new)

    def _deed_so_far(self, start: int) -> Iterator[Piece]:
        """What is being done, its second asterisk still to come."""
        does = self._words_from(start)
        if self._actions == MOST_ACTIONS or len(does) > LONGEST_ACTION:
            return
        if len(does) > len(self._done) and not self._breaks(does):
            start_with = "" if self._done else " *" if self.spoke else "*"
            new, self._done = does[len(self._done) :], does
            yield Piece(start_with + new)

    def _words_from(self, start: int) -> str:
        """The words up to the last space: a word may go on, and what trails off should end with a whole one.

        Only the very first word of a reply need not be whole: it is what the student waits for.
        """
        end = self._rest.rfind(" ", max(start, self._read) + 1)
        if end != -1:
            self._read_on(self._rest[max(start, self._read) : end])
            self._read = end
        elif not self.spoke:
            return self._first_letters(start)
        return self._said.rstrip(",; ")

    def _read_on(self, raw: str) -> None:
        """Take these words up, as far as they may pass.

        Nothing out of character is without a telling word, nothing closed without one of its own: most words are
        neither, and then no pattern need be tried.
        """
        if mark := MARKUP.search(raw):
            raw, self._stuck = raw[: max(raw.rfind(" ", 0, mark.start()), 0)], True
        for chunk in raw.split():
            suspicion = self._suspicions[chunk.replace("’", "'")]
            if suspicion is not NOTHING:
                if suspicion.stops_at is not None:
                    self._said, self._stuck = f"{self._said} {chunk[: suspicion.stops_at]}".strip(), True
                    return
                self._watched |= suspicion.families
                self._telling |= suspicion.telling
                self._oddness += suspicion.oddness
            self._said = f"{self._said} {chunk}" if self._said else chunk
            self._chunks += 1
            self._recital.hear(chunk)

    def _is_held(self) -> bool:
        """Whether the last words may yet be the prompt said over, or another language."""
        return self._recital.is_held or (self._oddness > 1 and self._oddness > self._chunks)

    def _first_letters(self, start: int) -> str:
        """Of the first word, when they cannot turn out to be something else."""
        letters = MARKUP.split(self._rest[start:], maxsplit=1)[0].strip()
        if not _BEGINS_A_WORD.match(letters) or self._may_turn_out_otherwise(letters.lower()):
            return ""
        suspicion = self._suspicions[letters.replace("’", "'")]
        self._watched |= suspicion.families
        return letters[: suspicion.stops_at].rstrip(",;")

    def _may_turn_out_otherwise(self, letters: str) -> bool:
        """Whether these first letters may begin a label, or a word that gives a closed concern away."""
        if len(letters) < 2 or letters in EVERYDAY:
            return False
        return any(word.startswith(letters) for word in (*self._closed.secrets, *LABELS))

    def _must_wait(self, said: str) -> bool:
        """Whether what this becomes shows only later: another speaker's words, a page, what was said already."""
        if self._quoted or len(self._sentences) == MOST_SENTENCES or self._characters + len(said) > LONGEST_SPOKEN:
            return True
        if self._given:
            return False
        return (
            not _SAYS.search(said)
            or LISTED.match(said) is not None
            or _LABELLED.match(said) is not None
            or self._narration.may_be_one(said)
            or (bool(self._sentences) and self._sentences[-1].startswith(said))
        )

    def _breaks(self, said: str) -> bool:
        """Whether these first words of a sentence, which hold no secret themselves, are out of character already."""
        if not (self._watched or self._telling or self._before.is_secret or self._closed.always):
            return False
        plain = said.replace("’", "'")
        if self._watched and self._role_breach(plain, self._watched) is not None:
            return True
        if self._before.is_secret:
            return self._tells(said, self._telling)
        return self._closed.is_told_in(plain, self._telling)

    def _whole_parts(self, *, at_the_end: bool = False) -> Iterator[Part]:
        """Cut complete sentences and actions off the front of what is waiting."""
        while not self.full and (part := next_part(self._rest, at_the_end=at_the_end)):
            self._rest = self._rest[len(part.text) :]
            yield part

    def _pass(self, part: Part) -> Iterator[Piece]:
        self._read, self._said, self._stuck = 0, "", False
        self._watched, self._telling = frozenset(), frozenset()
        self._chunks, self._oddness = 0, 0
        self._recital.begin_sentence()
        words = plain_words(part)
        if not part.is_action:
            words, is_action = self._narration.without(words)
            part = part._replace(is_action=is_action)
        if not _SAYS.search(words):
            if _SIGNS.search(words):
                self.breaches.append("nonsense")
            yield from self._trail_off()
            return  # else stray marks: neither said nor done
        if OTHER_SPEAKER.match(words) and not part.is_action:
            self.breaches.append("other_speaker")
            self.full = True  # what follows are somebody else's words
            yield from self._trail_off()
            return
        if breach := self.breach(words):
            # What follows would tell more of it, or is the same again.
            self.full = breach in ("closed", "echo") or (breach in ("language", "nonsense") and breach in self.breaches)
            self.breaches.append(breach)
            yield from self._trail_off()
            return
        if part.is_action:
            yield from self._act(words)
            return
        if words in self._sentences:
            self._repeats += 1
            self.full = self._repeats == MOST_REPEATS  # a model going round in circles
        if words != "".join(self._sentences[-1:]):
            yield from self._say(words)

    def _act(self, does: str) -> Iterator[Piece]:
        if self._done and not (does.startswith(self._done) and len(does) <= LONGEST_ACTION):
            yield from self._trail_off()
        elif self._actions < MOST_ACTIONS and len(does) <= LONGEST_ACTION:
            start = "" if self._done else " *" if self.spoke else "*"
            new, self._done = does[len(self._done) :], ""
            self._actions += 1
            yield Piece(f"{start}{new}*")

    def _say(self, sentence: str) -> Iterator[Piece]:
        if self._done or not sentence.startswith(self._given):
            yield from self._trail_off()
            return
        if self._characters + len(sentence) > LONGEST_SPOKEN or len(self._sentences) == MOST_SENTENCES:
            self.full = True
            if not self._sentences and not self._given:  # one endless sentence: what it says in its first words
                self._given = sentence[:LONGEST_SPOKEN].rsplit(" ", 1)[0]
                yield Piece(self._given)
            yield from self._trail_off()
            return
        space = " " if self.spoke and not self._given else ""
        new, self._given = sentence[len(self._given) :], ""
        self._remember(sentence)
        self._whole += 1
        self._characters += len(sentence)
        if new:
            yield Piece(space + new)

    def _trail_off(self) -> Iterator[Piece]:
        """End a sentence or an action that was begun and cannot go on."""
        if self._done:
            end = "*" if self._done[-1] in ".!?…" else "…*"
            self._actions += 1
            self._done = ""
            yield Piece(end)
        if not self._given:
            return
        end = "" if self._given[-1] in ".!?…" else "…"
        self._remember(self._given + end)
        self._characters += len(self._given)
        self._given = ""
        if end:
            yield Piece(end)

    def _remember(self, sentence: str) -> None:
        self._sentences.append(sentence)
        self._before = self._suspicions.of_all(sentence.replace("’", "'"))
        self._recital.end_sentence(sentence)

    def breach(self, words: str) -> Breach | None:
        """What is out of character in these words, if anything."""
        plain = words.replace("’", "'")
        suspicion = self._suspicions.of_all(plain)
        among = PATTERNS.keys() if is_marked(plain) else suspicion.families
        if (breach := self._role_breach(plain, among)) is not None:
            return breach
        if self._tells(words, suspicion.telling):
            return "closed"
        if self._recital.goes_on_in(plain):
            return "echo"
        is_foreign = suspicion.is_foreign and in_another_language(plain)
        return "language" if is_foreign or self._is_odd(plain, suspicion.oddness) else None

    def _is_odd(self, plain: str, total: int) -> bool:
        """Whether this is no English sentence, together with those before that were none."""
        if not is_mostly_odd(total, len(plain.split())):
            return False
        for before in reversed(self._sentences):
            more = self._suspicions.of_all(before.replace("’", "'")).oddness
            if not is_mostly_odd(more, len(before.split())):
                break
            total += more
        return is_too_odd(total)

    def _role_breach(self, plain: str, among: Collection[Breach]) -> Breach | None:
        is_a_part = "machine" in among and self._narration.as_a_part.search(plain) is not None
        breach = "machine" if is_a_part else first_breach(plain, among)
        return breach if breach is not None and (self._checks_role or breach not in HELPERS_ONLY) else None

    def _tells(self, words: str, telling: frozenset[str]) -> bool:
        """Whether a closed concern is told, be it over two sentences."""
        telling |= self._before.telling
        if not (telling or self._closed.always):
            return False
        beside = _GOES_ON.sub(", ", " ".join((*self._sentences[-1:], words)))
        return self._closed.is_told_in(beside.replace("’", "'"), telling)

    def _stand_in(self) -> Piece:
        space = " " if self.spoke else ""
        if self._stand_ins:
            line = self._stand_ins[0]
            does = None if self._actions else line.does
            return Piece(space + with_action(does, line.text), line=line.id, screened=True)
        return Piece(f"{space}*{self._persona.subject.capitalize()} says nothing for a moment.*", screened=True)
