"""A turn cut into sentences of plain words, each word knowing the characters it came from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from scoring.moves.phrasebook import phrase
from scoring.names import addresses_in, names_in
from scoring.spelling import named, plain_words, put_right, respell, with_its_h
from scoring.word_order import in_question_order
from scoring.words import without_lead_in

_LONGEST_WORDS = 28  # speech recognition writes no full stops: beyond this a run is cut at a joining word
_SHORTEST_WORDS = 7
_CLEFT_WORDS = 6  # "what I hear you saying is that ..." is one sentence
_MOST_WORDS = 60  # a run longer than anyone speaks is cut where it stands, so that no rule runs away

_TOKEN = re.compile(r"[^\W\d_]+\d+[^\W_]*|\d+(?:[.,]\d+)*%?|[^\W\d_]+(?:['’´`][^\W\d_]+)*|[.?!…]+|[,;:\n–—]|-{2,}")
_FILLERS = frozenset({"um", "uh", "er", "erm", "uhm", "umm", "uhh", "hmm", "hm", "ah", "eh"})
_LEAD_INS = frozenset(
    {"so", "well", "okay", "ok", "anyway", "like", "look", "actually", "basically", "oh", "now", "and"}
)
_JOINERS = frozenset({"so", "and", "but", "because", "okay", "well", "then", "now", "right"})
_NEW_START = frozenset(
    [
        "i",
        "you",
        "we",
        "it",
        "he",
        "she",
        "they",
        "this",
        "that",
        "there",
        "what",
        "how",
        "why",
        "do",
        "did",
        "does",
        "are",
        "is",
        "would",
        "could",
        "can",
        "have",
        "has",
        "if",
        "let",
        "so",
        "um",
        "your",
        "my",
        "when",
        "where",
        "tell",
    ]
)
_SAID_OF_IT = frozenset({"okay", "well", "right"})
_SAYS_HOW_IT_IS = frozenset(
    {"be", "is", "was", "it", "that", "are", "were", "am", "feel", "feels", "you", "very", "all"}
)
"""'Would it be okay if': the word belongs to what comes before it, and joins nothing."""
_FEWEST_WORDS = 3
_FEWEST_BEFORE_A_QUESTION = 2
_BEGINNINGS = frozenset(
    (one, other)
    for firsts, seconds in (
        ("i", "am will would have can could do know want wonder see hear imagine understand think need"),
        ("now", "i we"),
        ("no", "wonder"),
        ("thank", "you"),
        ("anyone anybody everyone everybody", "would"),
        ("nobody", "here will would"),
        ("we", "would will are can do have know need"),
        ("you", "must sound seem look are have need should"),
        ("it", "is makes sounds must will seems happens"),
        ("that", "is must sounds makes was"),
        ("there", "is are"),
        ("this", "is must will"),
        ("would could can do did are have", "you"),
        ("can may shall could", "i we"),
        (
            "what",
            "is are do did would worries questions matters was have happened happens comes goes frightens scares upsets"
            " bothers brings else",
        ),
        ("who", "is can could will would else lives"),
        ("would", "it"),
        ("did does", "he she they anyone anybody"),
        ("how", "are do did would is was often long much many far"),
        ("tell", "me"),
        ("any", "questions"),
        ("does", "that this it"),
        ("is", "that this it"),
        ("because", "it the they that this"),
        ("do", "not"),
        ("take", "all your"),
    )
    for one in firsts.split()
    for other in seconds.split()
)
"""The first two words of what people begin a sentence with."""

_LEADS_ON = frozenset(
    """
    that if when what how why because as and but or so where who which whom than think know sure see hear
    imagine say said says hope feel whether until before after while since once wonder understand like though
    although unless tell told me thing things all way time moment reason one the a an to of in for with about is
    are was were be been not yes no oh well okay right just really now then maybe perhaps mean means guess
    suppose believe noticed notice sounds seems looks remember wish glad sorry afraid everything anything
    something i you we he she they it this there would could can will may must should do does did have has had
    am makes make made sense get gets getting buy buys bought eat eats else
    """.split()  # noqa: SIM905 - a word list reads better as words
)
"""After these a sentence goes on: "what you are", "I think it is"."""
_PERSONS = frozenset({"you", "it", "that", "this", "they", "he", "she", "we", "i"})
_ENDS_HOW = frozenset({"are", "is", "was", "were", "am", "feel", "felt", "must"})
_ASKING = frozenset({"would", "could", "can", "do", "did", "may", "shall"})
_CAN_END = frozenset({"them", "him", "her", "me", "are", "is", "was", "were", "be", "here"})
_AFTER_A_PREPOSITION = frozenset({"you", "him", "her", "them", "me", "us", "this", "that", "it"})
_PREPOSITIONS = frozenset({"for", "with", "to", "at", "about", "of", "by", "from", "on", "without"})
_HEARD = frozenset({"hear", "heard", "see", "read", "do", "did", "done", "take", "get", "like", "expect"})
"""Behind these "that" is what was heard, and the subject of nothing."""
_ANYBODY = frozenset({"anyone", "anybody", "everyone", "everybody", "nobody"})
_ASSURES = frozenset({"tell", "told", "promise", "promised", "assure", "and", "or"})
_BEGINS_ANEW = _PERSONS | _ANYBODY | {"there", "now", "no", "what", "how"}
_SUBJECTS = frozenset({"it", "that", "this", "there"})
"""Words that lead on, but not to "would you"; a subject only leads on to it when "like" or its kin does not follow."""
_ASKED_OF_YOU = frozenset({"like", "be", "mind", "want", "prefer", "tell", "say", "rather", "feel", "think"})
_AT_A_PLACE = frozenset("go goes going went been gone sit stay live up down in out over back get".split())  # noqa: SIM905
_NOT_A_STOP = frozenset({"dr", "mr", "mrs", "ms", "prof", "st", "vs", "e.g", "i.e", "no"})
_POINTS_BACK = frozenset({"that", "this", "it", "there", "him", "her", "them"})
"""After these, as after a joining word, a question may follow in the same breath."""
_INDIRECT = frozenset({"what", "how", "why", "when", "where", "if", "whether"})
"""Before "that", these take the clause into their own: "what that would do"."""
_NOT_ONLY = re.compile(r"^(?:\w+ ){0,3}not only (?:is|was|are|were|did|do|does|have|has|had|can|could|will)\b")
"""'Not only was it frightening' turns its words round and asks nothing."""
_LOOKS_ASKED = phrase("sentences", "looks_asked")
_ASKED_WITHIN = phrase("sentences", "asked_within")
_ASKS_ANEW = phrase("sentences", "asks_anew")
_GOVERNS = phrase("sentences", "governs")
_TURNED = phrase("sentences", "turned")
_ASKS_KIN = phrase("sentences", "asks_kin")


@dataclass(frozen=True, slots=True)
class Word:
    """One plain lower-case word, and the characters of the turn it stands for."""

    text: str
    start: int
    end: int
    comma: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or clause: plain text to match rules on, and the way back to the turn's characters."""

    words: tuple[Word, ...]
    text: str
    asks: bool
    mark: str  # the full stop, question or exclamation mark that ends it; "" where there is none
    offsets: tuple[int, ...]  # where each word starts in `text`

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the turn behind `text[start:end]`, whole words."""
        inside = [
            word
            for word, offset in zip(self.words, self.offsets, strict=True)
            if offset < end and offset + len(word.text) > start
        ] or [self.words[0]]
        return inside[0].start, inside[-1].end


@lru_cache(maxsize=4096)
def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Cut a turn into sentences; a run without punctuation is cut at its joining words."""
    spoken = _dictated(text)
    return tuple(
        _sentence(_as_asked(_without_lead(clause), mark), mark)
        for heard, end in _runs(text)
        for clause, mark in _cut(_put_right(heard), end, spoken=spoken)
    )


def _cut(run: list[Word], end: str, *, spoken: bool) -> list[tuple[tuple[Word, ...], str]]:
    """The clauses of a run, each with its mark: the one that ends the run belongs to the last of them."""
    spoken = spoken or (len(run) > _LONGEST_WORDS and not any(word.comma for word in run))
    pieces = _restarts(run) if spoken else [run]
    clauses = [clause for piece in pieces if piece for clause in _clauses(piece) if clause]
    return [(clause, end if place == len(clauses) - 1 else "") for place, clause in enumerate(clauses)]


def _without_lead(clause: tuple[Word, ...]) -> tuple[Word, ...]:
    """The clause without the sounds it is led in by: "Well, so, it is a scan" says "it is a scan"."""
    place = 0
    while place < len(clause) - 1 and clause[place].comma and clause[place].text in _LEAD_INS:
        place += 1
    return clause[place:] if len(clause) - place > 1 else clause  # "So, yeah" stays the filler it is


def _as_asked(clause: tuple[Word, ...], mark: str) -> tuple[Word, ...]:
    """A question in the order of a question: "what they have told you?" asks "what have they told you?"."""
    if mark != "?":
        return clause
    return tuple(
        Word(text, clause[first].start, clause[last].end, comma=first == last and clause[last].comma)
        if text != clause[first].text or first != last
        else clause[first]
        for text, first, last in in_question_order([word.text for word in clause], _commas(clause))
    )


def _commas(clause: tuple[Word, ...]) -> list[int]:
    return [place for place, word in enumerate(clause) if word.comma]


def _dictated(text: str) -> bool:
    """Speech written down without a single mark, but for the sounds it begins with: "Er, well, so"."""
    return not re.search(r"[.?!,;\n]", without_lead_in(text) if "\n" not in text else text)


def _restarts(words: list[Word]) -> list[list[Word]]:
    """A dictated run cut where a new sentence begins: "so long | you must be angry | would you like"."""
    pieces, start = [], 0
    said = [word.text for word in words]
    for place in range(_FEWEST_BEFORE_A_QUESTION, len(words) - 1):
        begins = (said[place], said[place + 1]) in _BEGINNINGS and not _leads_on(said, place)
        begins = (begins and not _hangs_on(said, start, place)) or _turns_to_ask(said, place)
        if (begins and place - start >= _FEWEST_WORDS) or _asks_anew(words, start, place):
            pieces.append(words[start:place])
            start = place
    return [*pieces, words[start:]]


def _turns_to_ask(said: list[str], place: int) -> bool:
    """Whether words stand here as only a question has them: "what have you been told", "does your husband know".

    After a preposition or a joining word it is no new beginning: "with what did you treat it".
    """
    if said[place - 1] in _PREPOSITIONS | _JOINERS:
        return False
    ahead = " ".join(said[place : place + 3])
    return bool(_TURNED.match(ahead) or _ASKS_KIN.match(ahead))


def _hangs_on(said: list[str], start: int, place: int) -> bool:
    """Whether a question word belongs to what was just said: "I will write down | what was seen"."""
    if said[place] not in _INDIRECT | {"who"}:
        return False
    return bool(_GOVERNS.search(" ".join(said[max(start, place - 7) : place])))


def _asks_anew(words: list[Word], start: int, place: int) -> bool:
    """Whether a question follows a statement in one breath: "sorry to hear that | how are you managing"."""
    joined = words[place].text in _JOINERS
    if place - start < _FEWEST_BEFORE_A_QUESTION:
        return False
    if not joined and words[place - 1].text not in _POINTS_BACK:
        return False
    if not joined and words[place].text in {"is", "was", "has"} and words[place - 2].text not in _PREPOSITIONS | _HEARD:
        return False  # "you said it was your weekend"
    ahead = " ".join(word.text for word in words[place + joined : place + joined + 3])
    if not _ASKS_ANEW.match(ahead):
        return False
    if place - start >= 2 and words[place - 2].text in _INDIRECT:
        return False
    before = " ".join(word.text for word in words[start:place])
    indirect = ahead.startswith(("wh", "how")) and _GOVERNS.search(before)
    return not (indirect or looks_asked(before) or before.endswith((" is that", " was that", " is it", " was it")))


def asks_within(text: str) -> bool:
    """Whether a question stands behind what it is about: "your mother, did she have this too"."""
    return bool(_ASKED_WITHIN.match(text))


def looks_asked(text: str) -> bool:
    """Whether plain words without a question mark ask something, at once or after what it is about."""
    return not _NOT_ONLY.search(text) and (bool(_LOOKS_ASKED.match(text)) or asks_within(text))


def _leads_on(said: list[str], place: int) -> bool:
    """Whether the word before a place needs what follows; "go there | you should", "how tired you are | would you"."""
    before, last = said[place - 2], said[place - 1]
    if last == "there" and before in _AT_A_PLACE:
        return False
    if last == "this" and said[place] in _PERSONS | {"there"}:
        return False
    if (said[place], said[place + 1]) == ("is", "that") and "what" in said[max(0, place - _CLEFT_WORDS) : place]:
        return True
    if said[place] in _ANYBODY and last in _AFTER_A_PREPOSITION:
        return before in _ASSURES
    if said[place] in _BEGINS_ANEW and _is_said(before, last, said[place]):
        return False
    if said[place] in _ASKING and said[place + 1] in {"you", "i", "we"}:
        asks_on = said[place + 2 : place + 3] and said[place + 2] in _ASKED_OF_YOU
        if last in _CAN_END or (last in _SUBJECTS and asks_on):
            return False
    if said[place] in _PERSONS and said[place + 1] in _ENDS_HOW and "how" in (run := said[max(0, place - 4) : place]):
        return _PERSONS.isdisjoint(run[run.index("how") :]) or last in _LEADS_ON
    return last in _LEADS_ON and (before, last) != ("to", "be")


def _is_said(before: str, last: str, following: str) -> bool:
    """Whether two words end what they belong to: "for you", "that is all right", "where you are", "of her now"."""
    if before in _PREPOSITIONS and last in _AFTER_A_PREPOSITION:
        return True
    if (before, last) in {("all", "right"), ("like", "that"), ("like", "this")}:
        return True
    ends = {"are", "were"} if following in {"i", "we"} else {"are", "were", "now"}
    return before in _AFTER_A_PREPOSITION and last in ends


def _runs(text: str) -> Iterator[tuple[list[Word], str]]:
    """Words up to each full stop, question mark, exclamation mark or line break, with that mark."""
    words: list[Word] = []
    names, called = names_in(text), addresses_in(text)
    for token in _TOKEN.finditer(text):
        said = token.group()
        if any(start <= token.start() < end for start, end in called):
            continue
        if said[0] in ".?!…\n":
            if said == "." and words and words[-1].text in _NOT_A_STOP:
                continue
            yield words, "?" if "?" in said else said[0]
            words = []
        elif said[0] in ",;:–—-":
            if words:
                words[-1] = Word(words[-1].text, words[-1].start, words[-1].end, comma=True)
        else:
            heard = with_its_h(said) if _loses_its_h(text, token.start()) else said
            _add(words, heard, token.start(), token.end(), a_name=token.start() in names)
    yield words, ""


def _loses_its_h(text: str, start: int) -> bool:
    """Whether an apostrophe opens the word here: "'ome", "for 'er"."""
    return text[start - 1 : start] in {"'", "’"} and not text[: start - 1][-1:].isalnum()


def _add(words: list[Word], said: str, start: int, end: int, *, a_name: bool) -> None:
    """Append a word in plain spelling, a name as it is; fillers and stuttered repeats are left out."""
    for written in named(said) if a_name else plain_words(said, after=words[-1].text if words else ""):
        if written in _FILLERS:
            continue
        plain = written if a_name else respell(written)
        thrice = len(words) >= 2 and words[-1].text == words[-2].text == plain
        if words and not words[-1].comma and (thrice or _stutters(words[-1].text, plain)):
            words[-1] = Word(plain, words[-1].start, end)
        else:
            words.append(Word(plain, start, end))
        if len(words) >= 4 and [word.text for word in words[-4:-2]] == [word.text for word in words[-2:]]:
            del words[-2:]  # "I'll I'll": the same two words twice


def _put_right(words: list[Word]) -> list[Word]:
    """The words as standard English writes them; a word put in stands for the characters of the one before it."""
    put = put_right([word.text for word in words], {place for place, word in enumerate(words) if word.comma})
    found = [Word(text, words[place].start, words[place].end) for place, text in put]
    for at, (place, _) in enumerate(put):
        if words[place].comma and (at + 1 == len(put) or put[at + 1][0] != place):
            found[at] = Word(found[at].text, found[at].start, found[at].end, comma=True)
    return found


def _stutters(before: str, word: str) -> bool:
    """'so so', 'd do': said twice, not meant twice; 'had had' and 'very very' are left."""
    if before == word:
        return word not in {"had", "that", "very", "really", "so", "no", "bye", "too", "never", "mm", "ha"}
    return len(before) == 1 and before not in {"i", "a", "x"} and word.startswith(before)


def _clauses(words: list[Word]) -> list[tuple[Word, ...]]:
    """One clause as it is, or a long unpunctuated run cut where a joining word starts a new one."""
    if len(words) <= _LONGEST_WORDS:
        return [tuple(words)]
    cuts, last = [0], 0
    for place in range(1, len(words) - 3):
        joins = words[place].text in _JOINERS and words[place + 1].text in _NEW_START
        joins = joins and not (words[place].text == "well" and words[place + 1].text == "so")
        joins = joins and not (words[place].text in _SAID_OF_IT and words[place - 1].text in _SAYS_HOW_IT_IS)
        if joins and place - last >= _SHORTEST_WORDS:
            cuts.append(place)
            last = place
    cuts.append(len(words))
    return [tuple(words[at : min(b, at + _MOST_WORDS)]) for a, b in pairwise(cuts) for at in range(a, b, _MOST_WORDS)]


def _sentence(words: tuple[Word, ...], mark: str) -> Sentence:
    parts, offsets, at = [], [], 0
    for word in words:
        offsets.append(at)
        parts.append(word.text + ("," if word.comma and word is not words[-1] else ""))
        at += len(parts[-1]) + 1
    text = " ".join(parts)
    return Sentence(words, text, mark == "?" or (mark != "!" and looks_asked(text)), mark, tuple(offsets))
