"""Plain spelling: contractions written out, dialect and dictation levelled, a misspelt word recognised."""

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from pathlib import Path

from scoring.dialect import as_in_standard
from scoring.lexicon import familiarity, rows, tier_of

_WRITTEN_OUT = {written: plain for written, plain in rows("spellings.tsv")}  # noqa: C416 - typed pairs
_ENDINGS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would"}
_IS_AFTER = frozenset(
    [
        "it",
        "that",
        "what",
        "he",
        "she",
        "there",
        "here",
        "who",
        "how",
        "where",
        "when",
        "why",
        "this",
        "everything",
        "something",
        "nothing",
        "everyone",
    ]
)

_BEFORE_A_NOUN = frozenset(
    {"the", "a", "one", "main", "root", "common", "likely", "no", "any", "can", "could", "may", "might", "will"}
)
_BEFORE_A_PAPER = frozenset({"your", "my", "his", "her", "their", "the", "an", "photo", "no", "any", "some", "patient"})
_MODALS = frozenset({"should", "must", "could", "would", "might", "may"})  # "should of" is "should have" as it is heard

_SHORTEST_MISSPELT = 4
_SHORTEST_LOOSE = 5  # in a word of four letters a lost letter makes another word, or a name

# Words the rules lean on besides the feelings: worth recognising when misspelt.
_LEANED_ON = """
    understand understandable understandably sorry difficult explain explaining questions question permission
    sounds feeling feelings natural imagine because through together examine examination results result suggest
    recommend happened happening wonder wondering straight answer information worried appreciate situation people
    something anything important remember believe thought reassure honest apologise apologize medicine tablets
    treatment doctor patient hospital cancer discuss advice would could should really hello husband daughter mother
    father brother family notice leave alone treated licence diabetes chemotherapy inherited secret somebody
    responsible weekend saturday company speaking decided expect expected surgeon
    """.split()  # noqa: SIM905 - a word list reads better as words


_H_DROPPED = {"er": "her", "im": "him", "ere": "here", "ow": "how", "ave": "have", "ad": "had", "e": "he"}
"""As they are heard where no h is spoken, and as no list of words would tell."""

_APOSTROPHES = str.maketrans("’´`", "'''")
_SAID = {name: frozenset(listed.split()) for name, listed in rows("usage.tsv")}
_BEFORE_A_CLAUSE = _SAID["before a clause"] | {""}
"""After these, or at the beginning, a clause of its own starts: "it sounds like | you are scared"."""
_FELT = {said: meant for said, meant in rows("felt.tsv")}  # noqa: C416 - typed pairs
_HOMOPHONES = tuple(
    (frozenset(before.replace("-", " ").split()) | ({""} if "-" in before else set()), written, after.split(), meant)
    for before, written, after, meant in rows("homophones.tsv")
)


@lru_cache(maxsize=16384)
def plain_words(said: str, after: str = "") -> tuple[str, ...]:
    """The words one token stands for: "don't" -> do, not; `after` is the word before it."""
    word = said.translate(_APOSTROPHES).lower()
    if word == "of" and after in _MODALS:
        return ("have",)
    if word == "ill" and after in {"", "and", "so", "then", "but", "okay"}:
        return ("i", "will")
    if word == "cause" and after in _BEFORE_A_NOUN:
        return (word,)
    if word == "id" and after not in _BEFORE_A_PAPER:
        return ("i", "would")
    if word in _WRITTEN_OUT:
        return tuple(_WRITTEN_OUT[word].split())
    if word.endswith("s") and _WRITTEN_OUT.get(word[:-1], "").endswith("y"):
        return (_WRITTEN_OUT[word[:-1]][:-1] + "ies",)
    for ending, instead in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            stem = word.removesuffix(ending)
            return (*_WRITTEN_OUT.get(stem, stem).split(), instead)
    if word.endswith("'s") and word[:-2] in _IS_AFTER:
        return word[:-2], "is"
    return (word,)


DAYS_AND_MONTHS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december
    """.split()  # noqa: SIM905 - a word list reads better as words
)


def named(said: str) -> tuple[str, ...]:
    """The words a name stands for: itself, unless it is a contraction ("Youre") or a misspelt day in a capital."""
    meant = plain_words(said)
    return meant if len(meant) > 1 or meant[0] in DAYS_AND_MONTHS else (said.translate(_APOSTROPHES).lower(),)


def with_its_h(said: str) -> str:
    """A word written with an apostrophe for the h that is not spoken: 'ome is home; "'til" stays what it is."""
    plain, mark, ending = said.translate(_APOSTROPHES).lower().partition("'")
    if plain in _H_DROPPED:
        return _H_DROPPED[plain] + mark + ending
    known = tier_of(_inflected("h" + plain)) < 3
    return "h" + plain + mark + ending if plain[0] in "aeiou" and tier_of(plain) == 3 and known else said


def put_right(said: Sequence[str], commas: Collection[int] = ()) -> list[tuple[int, str]]:
    """Plain words of one sentence as standard English writes them: (place in `said`, word).

    Mended is what leaves no doubt what was meant: "your scared" (you are), "you really frightened" (you are), "you are
    worry" (worried), "it sound like" (sounds), "going threw that" (through). `commas` = places a comma follows.
    """
    put: list[tuple[int, str]] = []
    for place, word in enumerate(said):
        start = max((at + 1 for at in commas if at < place), default=0)
        end = min((at + 1 for at in commas if at >= place), default=len(said))
        before = [plain for at, plain in put if at >= start]
        put.extend((place, plain) for plain in _righted(word, before, said[place + 1 : end]))
    return put


def _righted(word: str, earlier: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """One word put right between those before it and after it, up to the next comma."""
    before = earlier[-1] if earlier else ""
    if word == "well" and before in {"", "then", "so", "and"} and len(after) > 1 and after[0] == "do":
        return ("we", "will") if after[1] not in {"you", "i", "we", "they"} else (word,)
    if word == "course" and not earlier and after and after[0] == "you":
        return ("of", "course")
    if word == "dose" and after and after[0] in _SAID["follows does"] and before not in {"a", "the", "one", "each"}:
        return ("does",)
    for others, heard, next_words, meant in _HOMOPHONES:
        if word == heard and before in others and (next_words == ["*"] or (after and after[0] in next_words)):
            return tuple(meant.split())
    if (standard_words := as_in_standard(word, earlier, after)) is not None:
        return standard_words
    if word == "your" and _says_what_you_are(before, after):
        return ("you", "are")
    if word == "you" and before in _BEFORE_A_CLAUSE and _is_predicate(after, _SAID["felt without be"]):
        return ("you", "are")
    if word in _FELT and _is_said_of_you(earlier) and _is_predicate((word, *after), {word}):
        return (_FELT[word],)
    if word in _SAID["needs an s"] and _lacks_an_s([one for one in earlier[-3:] if one not in _SAID["adverbs"]]):
        return (word + "s",)
    return (word,)


def _lacks_an_s(earlier: Sequence[str]) -> bool:
    """Whether a verb after these words stands for its third person: "that frighten you", not "does that frighten"."""
    if not earlier or earlier[-1] not in {"it", "that", "this"}:
        return False
    begins = "".join(earlier[-2:-1])
    if begins in _BEFORE_A_CLAUSE:
        return True  # a relative clause: "the treatment that frighten you", but "the things that frighten you"
    return earlier[-1] == "that" and begins not in _SAID["auxiliaries"] and not begins.endswith("s")


def _says_what_you_are(before: str, after: Sequence[str]) -> bool:
    """Whether "your" stands for "you are": before a feeling that ends the clause, or a word no noun follows."""
    begins = before in _BEFORE_A_CLAUSE
    if after and (after[0] in _SAID["never owned"] or (begins and after[0] in _SAID["what people do"])):
        return len(after) < 2 or after[1] not in _SAID["verbs"]
    return _is_predicate(after, _SAID["felt without be"] | (states() if begins else frozenset()))


def _is_said_of_you(earlier: Sequence[str]) -> bool:
    """Whether the words before are "you are", "you sound very"."""
    kept = [word for word in earlier if word not in _SAID["adverbs"]]
    return len(kept) > 1 and kept[-1] in _SAID["being"] and kept[-2] == "you"


def _is_predicate(after: Sequence[str], states: Collection[str]) -> bool:
    """Whether a feeling follows, after any adverbs, and no noun after it: "really scared of it", not "worried face"."""
    rest = list(after)
    while rest and (rest[0] in _SAID["adverbs"] or rest[0].endswith("ly")) and rest[0] not in states:
        rest.pop(0)
    return bool(rest) and rest[0] in states and (len(rest) == 1 or rest[1] in _SAID["after a feeling"])


@cache
def states() -> frozenset[str]:
    """The feelings a person is said to be in: scared, worried."""
    return frozenset(term for _, how, terms in rows("feelings.tsv") if how == "state" for term in terms.split(" | "))


def standard(word: str) -> tuple[str, ...]:
    """One word as standard English writes it: "im" is "i am", "ye're" "you are", "undersatnd" "understand"."""
    return tuple(respell(plain) for plain in plain_words(word))


@lru_cache(maxsize=8192)
def respell(word: str) -> str:
    """A word the rules lean on, when this is a misspelling of it; else the word itself.

    A known English word stays. Taken for a slip: neighbours swapped, a letter lost or one too many inside the word;
    in the words leaned on most (feelings above all) also a wrong vowel, and two slips that leave the consonants as
    they are heard ("scaird"). The first letter is kept, as hardly anybody gets it wrong.
    """
    if not word.isascii() or not word.isalpha() or word in _leaned_on():
        return word
    inflected = _inflected(word)
    if inflected != word or _is_english(word) or len(word) < _SHORTEST_MISSPELT:
        return inflected
    near = [(_distance(word, known), known) for known in _by_first_letter(word[0]) if abs(len(known) - len(word)) <= 2]
    likely = [(distance, _heard(known) != _heard(word), known) for distance, known in near if distance < 3]
    meant = next((known for distance, _, known in sorted(likely) if _is_misspelt(word, known, distance)), None)
    return meant or _with_its_ending(word)


@lru_cache(maxsize=8192)
def respell_among(word: str, known: frozenset[str]) -> str:
    """A word no list knows, when it is a misspelling of one of these, as `respell` judges it; else the word itself."""
    if word in known or not (word.isascii() and word.isalpha()) or len(word) < _SHORTEST_MISSPELT or _is_english(word):
        return word
    near = [(_distance(word, one), one) for one in known if one[0] == word[0] and abs(len(one) - len(word)) <= 2]
    likely = sorted((distance, _heard(one) != _heard(word), one) for distance, one in near if distance < 3)
    return next((one for distance, _, one in likely if _is_misspelt(word, one, distance, leaned_on=True)), word)


def _with_its_ending(word: str) -> str:
    """'docters', 'notised': a misspelt word the rules lean on, in the plural or the past; else the word itself."""
    for ending in ("s", "d"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) <= _SHORTEST_LOOSE:
            continue
        meant = respell(stem)
        if meant != stem and meant in _LEANED_ON:
            return meant + ending
    return word


def _inflected(word: str) -> str:
    """'worryed', 'blameing', 'worrys' and 'goin' with the ending English gives them."""
    stem = word[:-3]
    if re.search(r"[bcdfghlmnprstvz]eing$", word) and tier_of(stem) < 3 and word not in {"being", "seeing"}:
        return stem[:-1] + "ing" if stem.endswith("e") else word
    if re.search(r"[^aeiou]yed$", word) and tier_of(word[:-2]) < 3:
        return stem + "ied"
    if re.search(r"[^aeiou]ys$", word) and tier_of(word[:-1]) < 3:
        return word[:-2] + "ies"
    whole = word + "g"
    known = tier_of(whole) < 3 or whole in _leaned_on()
    if len(word) > 4 and word.endswith("in") and not _is_english(word) and known:
        return word + "g"
    return word


def _is_misspelt(word: str, known: str, distance: int, *, leaned_on: bool = False) -> bool:
    """Whether a word no list knows is this one, spelt by ear or typed in haste."""
    leaned_on = leaned_on or known in _leaned_on()
    alike = _heard(word) == _heard(known)
    if distance == 2:
        long = len(word) >= (9 if word.endswith("ing") else 6)
        return leaned_on and long and word[-1] == known[-1] and (alike or sorted(word) == sorted(known))
    if sorted(word) == sorted(known):
        return len(word) >= _SHORTEST_LOOSE or leaned_on
    if len(word) < len(known):
        if known.startswith(word) and known[-1] not in {"e", word[-1]}:
            return False
        return leaned_on or len(word) >= _SHORTEST_LOOSE
    if len(word) > len(known):
        doubled = re.sub(r"(.)\1", r"\1", word) == re.sub(r"(.)\1", r"\1", known)
        return word[-1] == known[-1] and (doubled or len(word) > _SHORTEST_LOOSE)
    return leaned_on and alike and word[-1] == known[-1]


@lru_cache(maxsize=16384)
def _heard(word: str) -> str:
    """The consonants of a word as they are heard: vowels, a silent h and doubled letters left out, c as k or s."""
    sounds = re.sub(r"c(?=[eiy])|z", "s", word.replace("ck", "k").replace("ph", "f").replace("gh", "")).replace(
        "c", "k"
    )
    return re.sub(r"(.)\1+", r"\1", re.sub(r"(?<!^)[aeiouyh]", "", sounds))


def is_leaned_on(word: str) -> bool:
    """Whether the rules rest on this word, so that its misspelling is worth mending."""
    return word in _leaned_on()


@cache
def _leaned_on() -> frozenset[str]:
    words = set(_LEANED_ON)
    for _family, _how, terms in rows("feelings.tsv"):
        words.update(term for term in terms.split(" | ") if " " not in term and len(term) >= _SHORTEST_LOOSE)
    return frozenset(words)


@lru_cache(maxsize=16384)
def _is_english(word: str) -> bool:
    return tier_of(word) < 3 or word in _of_lexicon() or word in _written() or word in _technical()


@cache
def _of_lexicon() -> frozenset[str]:
    """The whole words written in the rules and phrases; a stump left of an expression is none."""
    folder = Path(__file__).parent / "lexicon"
    files = [*folder.glob("rules/*.txt"), *folder.glob("phrases/*.txt"), folder / "frames.txt", folder / "feelings.tsv"]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    written = {
        word
        for line in lines
        if not line.startswith(("#", "["))
        for word in re.findall(r"(?<![a-z\\])[a-z]{4,}(?![a-z\\?(\[])", line)
    }
    return frozenset(word for word in written if len(word) > 5 or tier_of(word) < 3)


@cache
def _written() -> frozenset[str]:
    """The words of the project's own rated sentences, which are spelt as they should be."""
    folder = Path(__file__).parent / "exemplars"
    return frozenset(
        word
        for file in folder.glob("difficulty*.tsv")
        for word in re.findall(r"(?<![\w'])[a-z]{4,}(?![\w'])", file.read_text(encoding="utf-8"))
    )


@cache
def _technical() -> frozenset[str]:
    return frozenset(word for row in rows("terms.tsv") for word in row[0].split())


@cache
def _by_first_letter(letter: str) -> tuple[str, ...]:
    everyday = {word for word in familiarity() if len(word) >= _SHORTEST_LOOSE}
    return tuple(sorted(word for word in _leaned_on() | _of_lexicon() | everyday if word[0] == letter))


def _distance(one: str, other: str) -> int:
    """Edits between two words (insert, delete, replace, swap of neighbours), cut off at 3."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, wanted in enumerate(other, start=1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, before_last[j - 2] + 1)
            row.append(best)
        if min(row) > 2:
            return 3
        before_last, last = last, row
    return last[-1]
