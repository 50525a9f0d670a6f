"""A patient's questions that are owed an answer: direct, by tag, indirect, or what they were never told."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import dropwhile, pairwise

from scoring.moves.phrasebook import phrase
from scoring.patient.clauses import Clause, clauses_of
from scoring.patient.hints import hints_in
from scoring.words import Sentence, sentences, straight, words

_ASKS, _DEMANDS, _UNASKED, _TAG, _FUTURE_TAG, _ABOUT_TO_COME, _WEIGHTY, _NOT_BEFORE, _TOLD, _LED_IN = (
    phrase("questions", name)
    for name in (
        "asks",
        "demands",
        "unasked",
        "tag",
        "future_tag",
        "about_to_come",
        "weighty",
        "not_before",
        "told",
        "led_in",
    )
)
_INVERTED = re.compile(
    r"\b(?:is (?:it|this|that|there|he|she)|are (?:they|there|these)|"
    r"(?:can|could|should|will|shall) (?:i|we|you|it|they|he|she)|would (?:i|it|they|that)|must i|"
    r"do i (?:need|have|take|get|still|keep|stop)|do (?:they|you) (?:think|know|do|have)|"
    r"does (?:it|he|she|that|this)|did (?:it|they|you) (?:find|show|come|say)|"
    r"am i (?:going|allowed|supposed|meant|ok|still))\b"
)
"""Where these stand inverted, also in the middle of dictated words, somebody asks."""
_BEGINS = re.compile(
    r"^(?:(?:so|and|but|or|ok|okay|right|oh|aye|um|er|well|then|doctor|doc|hi|hello|now|yes|no|sorry|please|"
    r"like|because),? )*"
    r"(?:(?:what|when|where|why|which|who|how)(?: (?!(?:i|you|we|they|he|she|it|that|this)\b)\w+){0,2}? "
    r"(?:is|are|was|do|does|did|will|would|can|could|should|must|happens|am)\b|"
    r"how (?:long|many|much|often|soon|far|bad|serious|likely)\b|what (?:if|about)\b|"
    r"(?:do|have) (?:i|we|you|they)\b|(?:does|has) (?:he|she|it|this|that|my|the)\b|"
    r"(?:did|would|may|must|am|was|were) (?:i|we|you|it|they|he|she)\b|"
    r"is (?:it|this|that|there)\b|"
    r"(?:is|are) \w+(?: \w+)? (?:good|bad|normal|safe|ok|okay|dangerous|serious|high|low)\b)"
)
"""How a sentence begins that asks, with no mark to show it."""
_CHECKS = re.compile(r"(?:and |but )?so (?:i|it|that|this|the|my|we|she|he|they)\b")
"""'So I stop the old ones, right?' checks what was understood."""
_RELUCTANT = re.compile(r"^(?:[\w']+ )*?(?:do|must) (?:i|we) (?:\w+ )?(?:have|need) to\b")
"""'Do I have to?' is reluctance, no request; only where it stands as a challenge."""
_LEADS_IN = frozenset(["so", "sorry", "oh", "well", "um", "er", "okay", "ok", "right", "and", "now", "but"])
_ONE_PERSON = {"i": "you", "my": "your", "me": "you", "am": "are", "i'm": "you're", "mine": "yours", "i've": "you've"}
_FEWEST_TO_REPEAT = 2
_FEWEST_WORDS = 4
"""A marked sentence this long asks whatever its word order: 'I must come alone or with somebody?'"""


def question(text: str) -> Sentence | None:
    """The first thing the patient asks in a turn about their health, their care or what comes next; else None."""
    return next(iter(questions_in(text)), None)


@lru_cache(maxsize=1024)
def questions_in(text: str) -> tuple[Sentence, ...]:
    """All that the patient asks in a turn and is owed an answer to, in order."""
    return tuple(
        _quote(text, clause)
        for clause, leads in _led(text)
        if not _is_quoted(text, clause) and not leads and _is_owed_an_answer(clause, marked="?" in text)
    )


def _quote(text: str, clause: Clause) -> Sentence:
    """The sentence, with the mark of quotation that a closed one was opened with."""
    opened = clause.start - (text[clause.start - 1 : clause.start] in ('"', "“") and text[clause.end - 1] in '"”')
    return Sentence(text[opened : clause.end], opened, clause.end)


def is_put(asked: str) -> bool:
    """Whether words stand as a question: by their mark or their word order, not by "I was wondering"."""
    return "?" in asked or any(_BEGINS.match(one.plain) or _INVERTED.match(one.plain) for one in clauses_of(asked))


def only_repeats(asked: str, heard: str) -> bool:
    """Whether the patient gives back a question of the student's turn `heard`: "How much do I eat?"."""
    said = _turned(asked)
    questions = [_turned(one.text) for one in sentences(heard) if one.text.rstrip("\"' )").endswith("?")]
    return len(said) >= _FEWEST_TO_REPEAT and any(put[:1] == said[:1] and _in_order(said, put) for put in questions)


def _turned(text: str) -> list[str]:
    """The words, "I" and "you" made one, without what only leads in."""
    turned = [_ONE_PERSON.get(word, word) for word in words(straight(text))]
    return list(dropwhile(lambda word: word in _LEADS_IN, turned))


def _in_order(said: list[str], put: list[str]) -> bool:
    left = iter(put)
    return all(word in left for word in said)


def _led(text: str) -> Iterator[tuple[Clause, bool]]:
    """Each clause, and whether the unmarked words before it lead into it: "and I was like | what is it"."""
    clauses = clauses_of(text)
    if clauses:
        yield clauses[0], False
    for before, clause in pairwise(clauses):
        yield clause, not before.mark and bool(_LED_IN.search(before.plain))


def _is_quoted(text: str, clause: Clause) -> bool:
    """Whether the words are another's: they stand in quotation marks opened in this sentence or before it."""
    before = text[: clause.start]
    inside = text[clause.start : clause.end]
    if text.strip()[:1] in ('"', "“") and text.strip('"“” ') == inside.strip('"“” '):
        return False  # a transcript that puts all that is said in quotation marks
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”") or '"' in inside or "“" in inside


def _is_owed_an_answer(clause: Clause, *, marked: bool) -> bool:
    said = clause.plain
    if (
        _UNASKED.search(said)
        or _TOLD.search(said)
        or any(one.family == "anger" or _RELUCTANT.match(said) for one in hints_in(clause, "challenge"))
    ):
        return False
    if clause.mark == "?":
        return _asks_aloud(said)
    if _DEMANDS.search(said):
        return True
    return not marked and (_begins_to_ask(said) if not clause.mark else bool(_INVERTED.match(said)))


def _asks_aloud(said: str) -> bool:
    """A sentence with a question mark. 'It shows, does it?' asks for nothing, unless it is grave or still to come."""
    if _CHECKS.match(said):
        return True
    if _FUTURE_TAG.search(said) and _ABOUT_TO_COME.search(said):
        return True
    if _TAG.search(said) and len(said.split()) > _FEWEST_WORDS - 1 and not _ASKS.match(said):
        return bool(_WEIGHTY.search(said) or _DEMANDS.search(said))
    return bool(_ASKS.search(said) or _DEMANDS.search(said)) or len(said.split()) >= _FEWEST_WORDS


def _begins_to_ask(said: str) -> bool:
    """Whether dictated words hold the word order of a question that nothing leads into ('I know what is wrong')."""
    if _BEGINS.match(said):
        return True
    return any(not _NOT_BEFORE.match(said[: found.start()]) for found in _INVERTED.finditer(said))
