"""A transcript made ready for scoring: turns, readings, occasions, and who answered what."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TypeVar

from personas.schema import Persona, Scenario
from personas.vocabulary import Family, MoveKind
from scoring.floor import is_greeting, keeps_floor_open
from scoring.formulas import is_copy, is_formula, is_same
from scoring.known_words import without_known_words
from scoring.lapses import lapses_in
from scoring.moves.sentences import sentences_of
from scoring.occasions import Opportunity, find_opportunities, find_questions
from scoring.patient.replies import said_or_shown
from scoring.quotes import whole_quote
from scoring.reading import Move, TurnReading
from scoring.scorecard import Evidence, Quote
from scoring.transcript import Transcript, Turn
from scoring.words import Sentence, content, is_word_salad, sentences, straight, words

TELLING: tuple[MoveKind, ...] = ("tells_news", "tells_fact", "tells_plan", "advises")
"""Moves that give information, advice or a plan."""

_OWN_SUBJECT_WORDS = 3
"""From this many content words on, a turn has a subject of its own."""

_MORE_THAN_A_NOD_WORDS = 3
"""'Yeah.', 'I know.': from this many words on a turn says something of its own."""

_SAME_WORD_LETTERS = 6
"""So many letters in common at the beginning, and two stems are of one word."""

_FEELING_NAMED = (
    r"(?:fear|dread|terror|panic|worry|anxiety|guilt|shame|regret|grief|sorrow|sadness|loneliness|despair|anger|rage|"
    r"fury|frustration|resentment|bitterness|helplessness|hopelessness|exhaustion|confusion|shock|relief|joy|hope)"
)

_POINTS_BACK = re.compile(
    r"^(?:(?:so|and|but|oh|well|yes|no|okay|of course|i can see(?: that)?|i can hear(?: that)?|i imagine|"
    r"it (?:sounds|seems|looks) (?:like|as if|as though)|i (?:can )?(?:see|understand) why),? )*"
    r"(?:that|this|it|those|these|all (?:that|this)|no wonder|naturally|any(?:one|body) would)\b"
    r"|^(?:(?:so|and|but|oh|well|yes|no),? )*of course (?:you(?:'re| are| were| feel| felt| do| did)|that|it)\b"
    rf"|\b(?:that|this|such|all (?:that|this)) (?:\w+ )?{_FEELING_NAMED}\b"
    r"|\b(?:with|for|about|without|to|of|after) (?:her|him|them|it|that|this|all (?:that|this))\b(?! \w+ing\b)",
    re.IGNORECASE,
)
"""Words that stand for what was just said: 'that must have been', 'that guilt', 'of course you are', 'after this'."""

_FEELING_WORDS = content(
    "worried worrying worry worries scared scary frightened frightening terrified terrifying afraid fear anxious "
    "nervous sad sadness angry anger frustrated frustrating upset upsetting overwhelmed overwhelming ashamed guilty "
    "lonely alone torn hard tough difficult awful imagine wonder sorry lot carry together natural normal most help"
)

_BAD = re.compile(
    r"\b(?:afraid|sorry|unfortunately|sadly|bad|worse|(?<!not )spread|incurable|terminal|serious|"
    r"(?:cannot|can't|can not|not) be (?:cured|removed|treated)|another (?:lump|tumou?r|cancer)|(?:going to|will) die|"
    r"dying|died|dead|lost the)\b",
    re.IGNORECASE,
)
"""Words by which news after the news is bad news again."""


_FAULTS: frozenset[MoveKind] = frozenset(
    ("dismisses", "blames", "reassures_early", "addresses_grader", "recites_skill")
)
_KIND_WORDS: frozenset[MoveKind] = frozenset(
    ("names_emotion", "acknowledges", "validates", "partners", "respects", "apologises", "reflects", "reflects_complex")
)


_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Answer:
    """The clinician turn that answered a patient's turn, and whether a silence came before it."""

    turn: int
    reading: TurnReading
    after_silence: bool


@dataclass(frozen=True)
class Conversation:
    """What the scales look at. `read` holds the raw reading of every student turn that has words, by index."""

    transcript: Transcript
    read: Mapping[int, TurnReading]
    scenario: Scenario | None = None
    persona: Persona | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns, numbered as in the transcript."""
        return self.transcript.turns

    @cached_property
    def opportunities(self) -> tuple[Opportunity, ...]:
        """Patient turns that showed a feeling."""
        return find_opportunities(self.transcript)

    @cached_property
    def questions(self) -> dict[int, Quote]:
        """The patient's direct questions."""
        return find_questions(self.turns)

    @cached_property
    def news_turn(self) -> int | None:
        """The student's turn that first told weighty news: the scenario's own where there is a scenario."""
        patterns = self._news_patterns
        for index in self.spoken:
            text = straight(self.turns[index].text)
            if patterns and any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns):
                return index
            if not patterns and self.read[index].has("tells_news"):
                return index
        return None

    @property
    def _news_patterns(self) -> tuple[str, ...]:
        facts = self.scenario.facts if self.scenario is not None else ()
        return tuple(pattern for fact in facts if fact.news for pattern in fact.told_by)

    @cached_property
    def readings(self) -> dict[int, TurnReading]:
        """The readings that count: a lapse, what is spoken to the scorer, pasted, or a heap of words earns nothing."""
        return {index: self._earned(index, reading) for index, reading in self.read.items()}

    def _earned(self, index: int, reading: TurnReading) -> TurnReading:
        reading = self._without_known_words(index, self._with_news(index, reading))
        if self.is_void(index):
            lapses = lapses_in(self.turns[index].text)
            reproaches = [Move(kind="blames", start=one.start, end=one.end) for one in lapses]
            kept = (*reproaches, *(move for move in reading.moves if move.kind in _FAULTS))
            return reading.model_copy(update={"moves": kept, "emotion_naming_level": 0, "names_emotion": 0.0})
        formula = self._said_before(index) + self._pasted(index) + self._formulas(index)
        if not formula:
            return reading
        moves = tuple(_as_formula(move, formula) for move in reading.moves)
        return reading.model_copy(update={"moves": moves})

    def is_void(self, index: int) -> bool:
        """Whether a student's turn can earn nothing: a lapse, words to the scorer, a list of words, broken text."""
        text, reading = self.turns[index].text, self.read[index]
        to_grader = reading.has("addresses_grader", "recites_skill")
        return bool(lapses_in(text)) or to_grader or is_word_salad(text) or not reading.sure

    def _without_known_words(self, index: int, reading: TurnReading) -> TurnReading:
        known = self.persona.words_known if self.persona is not None else ()
        heard = " ".join(turn.text for turn in self.turns[:index] if turn.speaker == "patient")
        return without_known_words(reading, known, heard)

    def _with_news(self, index: int, reading: TurnReading) -> TurnReading:
        """The scenario's own news is known by its patterns; once told, what follows is news only if it is bad too."""
        if self.news_turn is not None and index > self.news_turn:
            moves = tuple(self._as_education(index, move) for move in reading.moves)
            return reading.model_copy(update={"moves": moves})
        if reading.has("tells_news"):
            return reading
        text = straight(self.turns[index].text)
        for pattern in self._news_patterns:
            if match := re.search(pattern, text, re.IGNORECASE):
                news = Move(kind="tells_news", start=match.start(), end=match.end(), act="news")
                moves = tuple(sorted((*reading.moves, news), key=lambda move: move.start))
                return reading.model_copy(update={"moves": moves})
        return reading

    def _as_education(self, index: int, move: Move) -> Move:
        """News told again, or good news after the bad, is education."""
        if move.kind != "tells_news":
            return move
        start, end = self.sentence_around(index, move.start, move.end)
        sentence = straight(self.turns[index].text[start:end])
        again = any(re.search(pattern, sentence, re.IGNORECASE) for pattern in self._news_patterns)
        if _BAD.search(sentence) and not again:
            return move
        return move.model_copy(update={"kind": "tells_fact", "act": "education"})

    def _said_before(self, index: int) -> list[Sentence]:
        """Sentences of this turn that an earlier student turn said already: the second time they are a formula."""
        earlier = [
            sentence.text
            for before, turn in enumerate(self.turns[:index])
            if before in self.read
            for sentence in self.sentences_in(before)
            if turn.speaker == "student"
        ]
        own = self.sentences_in(index)
        repeated = []
        for place, sentence in enumerate(own):
            others = [*earlier, *(before.text for before in own[:place])]
            if len(words(sentence.text)) >= 3 and any(is_same(sentence.text, other) for other in others):
                repeated.append(sentence)
        return repeated

    def _pasted(self, index: int) -> list[Sentence]:
        """Sentences that give the patient's own sentence back unchanged, "I" and all."""
        said = [sentence.text for turn in self.patient_turns_before(index) for sentence in self.sentences_in(turn)]
        return [sentence for sentence in self.sentences_in(index) if is_copy(sentence.text, said)]

    def _formulas(self, index: int) -> list[Sentence]:
        """Sentences that would fit any patient and say nothing of this one."""
        reading = self.read[index]
        closed = [move.start for move in reading.all("closed_question")] if not reading.has("open_question") else []
        return [
            sentence
            for sentence in self.sentences_in(index)
            if is_formula(sentence.text, closed_after=any(start >= sentence.end for start in closed))
        ]

    @cached_property
    def _cut(self) -> tuple[list[Sentence], ...]:
        return tuple(_cut(turn) for turn in self.turns)

    def sentences_in(self, index: int) -> list[Sentence]:
        """The sentences of a turn; a dictated turn of the student's is cut at its clauses."""
        return self._cut[index]

    @cached_property
    def spoken(self) -> tuple[int, ...]:
        """The student's turns that have words, by index."""
        return tuple(sorted(self.read))

    def answer_to(self, patient_turn: int) -> Answer | None:
        """The student's next spoken turn; silence, a bare "mm-hm" and a mere greeting move the window on (rubric 2.1).

        A run of bare sounds is one: the patient still has the floor between them.

        None where the conversation ended before the student could answer.
        """
        silence = False
        for index in range(patient_turn + 1, len(self.turns)):
            turn = self.turns[index]
            if turn.speaker == "patient":
                continue
            if index not in self.readings:
                silence = True
                continue
            reading = self.readings[index]
            if self._keeps_window_open(index) and self._speaks_again(index):
                continue
            return Answer(index, reading, silence)
        return None

    def _keeps_window_open(self, index: int) -> bool:
        """A turn that only keeps the floor open, or a greeting at the start, passes over nothing that was shown."""
        reading, text = self.readings[index], self.turns[index].text
        before = self.turns[index - 1].text if index and self.turns[index - 1].speaker == "patient" else ""
        return keeps_floor_open(reading, text, before) or (index in self.spoken[:2] and is_greeting(reading, text))

    def _speaks_again(self, index: int) -> bool:
        return any(later > index for later in self.spoken)

    def patient_after(self, index: int) -> int | None:
        """The patient's next turn with words, a nod or a shaken head, if the student does not speak first."""
        for later in range(index + 1, len(self.turns)):
            if self.turns[later].speaker == "student":
                if later in self.read:
                    return None
                continue
            if said_or_shown(self.turns[later]):
                return later
        return None

    def reply_to(self, index: int) -> str:
        """What the patient answered to a turn, a nod as yes; empty where they did not answer."""
        reply = self.patient_after(index)
        return said_or_shown(self.turns[reply]) if reply is not None else ""

    def patient_turns_before(self, index: int, most: int = 3) -> list[int]:
        """The patient's last turns with words before a turn, oldest first."""
        return [turn for turn in range(index) if self.turns[turn].speaker == "patient" and self.turns[turn].text][
            -most:
        ]

    def families_before(self, index: int) -> frozenset[Family]:
        """The families of feeling the patient showed in their last three turns; a "Yeah" is not one of them."""
        said = [turn for turn in self.patient_turns_before(index, most=index) if self._says_something(turn)]
        shown = set(said[-3:])
        return frozenset(family for one in self.opportunities if one.turn in shown for family in one.families)

    def _says_something(self, turn: int) -> bool:
        return len(words(self.turns[turn].text)) >= _MORE_THAN_A_NOD_WORDS or any(
            one.turn == turn for one in self.opportunities
        )

    def patient_content(self, before: int, most: int = 3) -> frozenset[str]:
        """What the patient's last turns were about."""
        return frozenset().union(*(content(self.turns[turn].text) for turn in self.patient_turns_before(before, most)))

    def speaks_of_what_was_said(self, index: int, move: Move) -> bool:
        """Whether the sentence of a move fits what the patient has said so far.

        "That must have been", "to go through with her" point back to it; a sentence without a subject of its own,
        or that shares a word with what was said, fits. The rest of the turn may speak of something else.
        """
        start, end = self.sentence_around(index, move.start, move.end)
        sentence = " ".join(straight(self.turns[index].text[start:end]).split())
        own = content(sentence) - _FEELING_WORDS
        if len(own) < _OWN_SUBJECT_WORDS or _POINTS_BACK.search(sentence):
            return True
        heard = self.patient_content(index, most=index + 1)
        return bool(own & heard or _begins(own) & _begins(heard))

    @cached_property
    def _concern_content(self) -> dict[int, frozenset[str]]:
        shown = {one.turn for one in self.opportunities} | set(self.questions)
        return {turn: content(self.turns[turn].text) for turn in sorted(shown)}

    def concerns_before(self, index: int) -> frozenset[str]:
        """What the patient worried or asked about before a turn."""
        return frozenset().union(*(said for turn, said in self._concern_content.items() if turn < index))

    def told_in(self, index: int) -> tuple[Move, ...]:
        """What a turn tells, advises or plans; a sentence that only announces what comes next tells nothing."""
        reading = self.readings[index]
        announced = [self.sentence_around(index, move.start, move.end) for move in reading.all("signposts")]
        return tuple(
            move
            for move in reading.all(*TELLING)
            if move.kind in ("tells_news", "advises") or not any(a <= move.start < b for a, b in announced)
        )

    def has_task(self, scale: str) -> bool:
        """Whether the scenario sets a task for this scale and the student took it up at all."""
        tasks = self.scenario.tasks if self.scenario is not None else ()
        return bool(self.spoken) and any(scale in task.scales for task in tasks)

    def evidence(self, index: int, start: int, end: int, effect: str, why: str) -> Evidence:
        """Words of a turn as evidence, whole enough to be read; spaces around them are left out."""
        text = self.turns[index].text
        start, end = whole_quote(text, start, end)
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        return Evidence.model_validate(
            {"turn": index, "start": start, "end": end, "quote": text[start:end], "effect": effect, "why": why}
        )

    def sentence_around(self, index: int, start: int, end: int) -> tuple[int, int]:
        """The sentence or sentences that a span stands in."""
        touched = [one for one in self.sentences_in(index) if one.start < end and start < one.end]
        return (touched[0].start, touched[-1].end) if touched else (start, end)


def once(find: Callable[[Conversation], _Found]) -> Callable[[Conversation], _Found]:
    """A finder whose result is kept with the conversation: scales, habits and suggestions all ask for it."""
    key = f"{find.__module__}.{find.__qualname__}"

    @wraps(find)
    def found(conversation: Conversation) -> _Found:
        kept = conversation.__dict__  # where `cached_property` keeps what it found
        if key not in kept:
            kept[key] = find(conversation)
        result: _Found = kept[key]
        return result

    return found


def _cut(turn: Turn) -> list[Sentence]:
    """The sentences of a turn; a student's dictated turn, where none has an end, is cut at its clauses."""
    if turn.speaker == "patient" or re.search(r"[.?!]", turn.text):
        return sentences(turn.text)
    return [Sentence(turn.text[one.start : one.end], one.start, one.end) for one in sentences_of(turn.text)]


def _begins(stems: frozenset[str]) -> set[str]:
    """How long stems begin: "control", "controll(ing)" are one word."""
    return {stem[:_SAME_WORD_LETTERS] for stem in stems if len(stem) >= _SAME_WORD_LETTERS}


def _as_formula(move: Move, formula: list[Sentence]) -> Move:
    if move.kind in _KIND_WORDS and any(one.start < move.end and move.start < one.end for one in formula):
        return move.model_copy(update={"stock": True})
    return move
