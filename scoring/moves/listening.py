"""Listening: welcome, questions, reflections, what the patient thinks, and keeping the floor open."""

import re
from typing import Literal

from scoring.moves.breaths import asks_within
from scoring.moves.naming import namings
from scoring.moves.phrasebook import phrase, rules
from scoring.moves.scene import Scene, matches, move
from scoring.moves.sentences import Sentence, sentences_of
from scoring.reading import Move

_TABLE = rules("listening")

ReflectionKind = Literal["reflects", "reflects_complex"]

_ECHO_WORDS = 6
"""A longer sentence that holds nothing but the patient's words is a copy, not an echo."""

_OWN = re.compile(
    r"\b(?:i (?:\w+ )?(?:am|have|was|will|would|felt|did|had|used|went|got|keep|kept|need|want|do)|my|mine|myself)\b"
)
"""The clinician speaks of themselves."""

_OTHERS = re.compile(r"(?:(?:so|and|but|okay|well|then),? )*(?:he|she|they)\b")
_SPOKEN_OF = re.compile(
    r"\b(?:my|our|he|she|they|him|her|his|them|their|people|every(?:one|body)|nobody|no one|some(?:one|body)|"
    r"family|friends?|doctors?|nurses?)\b"
)
"""Somebody the patient has spoken of."""

_MINIMAL = phrase("listening", "minimal")
_OPEN = phrase("listening", "open")
_OPEN_NOT = phrase("listening", "open_not")
_STATED_OPEN = phrase("listening", "stated_open")
_YOU_STEM = phrase("listening", "you_stem")
_ON_THE_TOPIC = phrase("listening", "on_the_topic")
_LEADS = phrase("listening", "leads")
_YOUR_SIDE = phrase("listening", "your_side")
_WONDERS = phrase("listening", "wonders")
_BIDS = phrase("listening", "bids")
_ASIDES = phrase("listening", "asides")
_COMPLEX = phrase("listening", "complex")
_TOLD = phrase("listening", "told")


def listening_in(scene: Scene, told: list[Move]) -> list[Move]:
    """Every move of listening; `told`: what the turn tells, and its terms; none of it is a reflection."""
    found = [seen for seen in matches(_TABLE, scene.own) if not (seen.kind == "welcomes" and _far_into(scene))]
    found += _minimal(scene)
    found += _questions(scene)
    found += _reflections(scene, told)
    return found


def _far_into(scene: Scene) -> bool:
    """A greeting counts in the first turns only."""
    return sum(turn.speaker == "student" for turn in scene.before) >= 3


def _minimal(scene: Scene) -> list[Move]:
    if scene.own and all(_MINIMAL.match(sentence.text) for sentence in scene.own):
        return [move("minimal", scene.own[0])]
    return []


def is_open(sentence: Sentence) -> bool:
    """Whether a question or invitation leaves the answer to the patient."""
    text = sentence.text
    return bool(_OPEN.search(text)) and not _OPEN_NOT.search(text)


def takes_up(asked: str) -> bool:
    """Whether an open question asks on about what was just said: "what do you mean?", "what is that like?"."""
    return any(_ON_THE_TOPIC.search(sentence.text) for sentence in sentences_of(asked) if is_open(sentence))


def _questions(scene: Scene) -> list[Move]:
    heard = _content_words(scene.patient_words)
    asked = [
        sentence
        for sentence in scene.own
        if (sentence.asks or _STATED_OPEN.search(sentence.text)) and not _tag_only(sentence, heard)
    ]
    found = [move("open_question" if is_open(sentence) else "closed_question", sentence) for sentence in asked]
    if len(asked) >= 3 or (
        len(asked) == 2 and all(not is_open(sentence) for sentence in asked) and _adjoin(scene, asked)
    ):
        found.append(move("stacked_question", asked[1]))
    return found


def _adjoin(scene: Scene, asked: list[Sentence]) -> bool:
    return abs(scene.own.index(asked[0]) - scene.own.index(asked[1])) == 1


def _tag_only(sentence: Sentence, heard: set[str]) -> bool:
    """'Okay?', 'Right?', 'Yes?' ask nothing; a reflection said with a rising tone is no question either."""
    if _MINIMAL.match(sentence.text):
        return True
    if _asks_by_form(sentence):
        return False
    said = _content_words(sentence.text)
    echo = said & heard
    if _asks_plainly(sentence, echo):
        return False
    return _leads(sentence.text) or _is_about_patient(sentence.text, echo) or _gives_back(sentence, said, echo)


_FORE = phrase("listening", "fore")
_WHO_IS_IT = re.compile(r"\b(?:am i|i am) (?:speaking|talking) (?:to|with)\b")
_PLAINLY_ASKED = phrase("listening", "plainly_asked")


def _asks_plainly(sentence: Sentence, echo: set[str]) -> bool:
    """A question in the word order of a statement: "You can sleep at all?", nothing of it said by the patient.

    Asking who is on the phone gives nothing back, though the patient has said the name.
    """
    if _WHO_IS_IT.search(sentence.text):
        return True
    return sentence.mark == "?" and not echo and bool(_PLAINLY_ASKED.match(sentence.text)) and not namings(sentence)


def _reflections(scene: Scene, told: list[Move]) -> list[Move]:
    """Statements about the patient: what they said (simple), or what it may mean (complex)."""
    heard = _content_words(scene.patient_words)
    return [
        move(kind, sentence, tentative=bool(_leads(sentence.text)))
        for sentence in scene.own
        if not _MINIMAL.match(sentence.text)
        and not _is_about_others(scene, sentence, heard)
        and (kind := _reflection_kind(scene, sentence, heard, _is_told(sentence, told)))
    ]


def _is_about_others(scene: Scene, sentence: Sentence, heard: set[str]) -> bool:
    """Whether a statement is about people the patient has not just spoken of: "If you like." - "They pick you up"."""
    if not _OTHERS.match(sentence.text) or _leads(sentence.text) or _SPOKEN_OF.search(scene.patient_last):
        return False
    return not _content_words(sentence.text) & heard


def without_hollow(scene: Scene, found: list[Move]) -> list[Move]:
    """The moves less those reflections that are only a stock phrase: "I hear what you are saying" reflects nothing."""
    heard = _content_words(scene.patient_words)
    hollow = [
        sentence
        for sentence in scene.own
        if any(one.stock and one.start < sentence.end and sentence.start < one.end for one in found)
        and not _content_words(sentence.text) & heard
    ]
    return [
        one
        for one in found
        if one.kind not in ("reflects", "reflects_complex")
        or not any(one.start < sentence.end and sentence.start < one.end for sentence in hollow)
    ]


_DIAGNOSES = re.compile(
    r"^(?:(?:so|and|but|okay|well|right|yes|now|unfortunately|i am afraid),? )*you (?:\w+ )?have (?:got )?"
)
_TELLING = frozenset({"advises", "tells_plan", "tells_fact", "tells_news", "asks_permission", "examines", "welcomes"})


def _is_told(sentence: Sentence, told: list[Move]) -> bool:
    """Whether a sentence tells, asks leave or greets; "you have" and a technical word tells what the matter is."""
    diagnoses = _DIAGNOSES.match(sentence.text) is not None
    return any(
        one.start < sentence.end
        and sentence.start < one.end
        and (one.kind in _TELLING or (diagnoses and one.kind == "uses_jargon"))
        for one in told
    )


def _reflection_kind(scene: Scene, sentence: Sentence, heard: set[str], told: bool) -> ReflectionKind | None:
    """What a sentence gives back, if it does: MITI 4.2.1's simple or complex reflection.

    A reflection is a statement, whatever its tone: about the patient, or in the patient's own words. What is told,
    said of oneself or asked in the form of a question is none.
    """
    text = _ASIDES.sub("", sentence.text)
    leads = bool(_leads(text))
    if _FORE.match(text) and (not leads or (sentence.asks and not text.startswith("what i"))):
        return None
    if told or (not leads and (_TOLD.search(text) or _OWN.search(text) or _BIDS.match(text))):
        return None
    said = _content_words(text)
    echo = said & heard
    if _asks_plainly(sentence, echo):
        return None
    named = bool(namings(sentence))
    yours = bool(_YOUR_SIDE.search(_WONDERS.sub("", text)))
    given_back = _is_about_patient(text, echo) or _gives_back(sentence, said, echo) or _sums_up(scene, sentence)
    if not (named or leads or yours or given_back):
        return None
    if named or _COMPLEX.search(text):
        return "reflects_complex"
    return "reflects" if len(said - heard) <= 2 * len(echo) + 2 else "reflects_complex"


def _leads(text: str) -> bool:
    """Whether the words announce that something is given back: "it sounds as if", never "I wonder if you feel"."""
    return bool(_LEADS.search(_WONDERS.sub("", _ASIDES.sub("", text))))


def _is_about_patient(text: str, echo: set[str]) -> bool:
    """A statement that begins with the patient, or with a thing of theirs: "it is important to you"."""
    stem = _YOU_STEM.match(text)
    if stem is None or not _content_words(text):
        return False
    return bool(echo) or bool(re.search(r"\byou(?:r|rs)?\b", text))


def _gives_back(sentence: Sentence, said: set[str], echo: set[str]) -> bool:
    """The patient's own words: two of them in a statement, one said to them with a rising tone, or nothing else."""
    if _asks_by_form(sentence):
        return False
    to_patient = len(re.findall(r"\byou(?:r|rs)?\b", sentence.text))
    if len(echo) >= 2 or (sentence.mark == "?" and (to_patient >= 2 or (to_patient and echo))):
        return True
    if echo and to_patient >= 2:
        return True
    return bool(said) and said == echo and len(sentence.words) <= _ECHO_WORDS and sentence.mark != "?"


_SUMS_UP = phrase("listening", "sums_up")


def _sums_up(scene: Scene, sentence: Sentence) -> bool:
    """A turn of a few words, none of them a verb, that sums up what the patient has just said: "So much to carry"."""
    asked = any(one.asks for one in scene.patient[0]) if scene.patient_last else True
    alone = len(scene.own) == 1 and sentence.mark != "?" and not asked
    return alone and bool(_SUMS_UP.match(sentence.text))


def _asks_by_form(sentence: Sentence) -> bool:
    if not sentence.asks:
        return False
    behind = sentence.mark != "?" and asks_within(sentence.text)
    return behind or bool(_FORE.match(sentence.text) or _OPEN.search(sentence.text))


_SMALL = frozenset(
    [
        "the",
        "and",
        "but",
        "for",
        "with",
        "that",
        "this",
        "you",
        "your",
        "are",
        "was",
        "were",
        "have",
        "has",
        "had",
        "not",
        "its",
        "it's",
        "they",
        "them",
        "then",
        "than",
        "there",
        "here",
        "what",
        "when",
        "how",
        "why",
        "who",
        "would",
        "could",
        "should",
        "can",
        "will",
        "just",
        "like",
        "really",
        "very",
        "about",
        "from",
        "into",
        "out",
        "get",
        "got",
        "some",
        "any",
        "all",
        "one",
        "because",
        "been",
        "being",
        "also",
        "she",
        "his",
        "her",
        "him",
        "know",
        "think",
        "going",
        "want",
        "much",
        "more",
        "too",
        "did",
        "does",
        "doing",
        "okay",
        "yes",
        "well",
        "right",
        "now",
        "our",
        "their",
        "i'm",
        "said",
        "say",
        "mean",
        "kind",
        "sort",
        "lot",
        "thing",
        "things",
        "even",
        "might",
        "may",
        "maybe",
        "though",
        "ever",
        "always",
        "still",
        "something",
        "anything",
        "everything",
    ]
)


def _content_words(text: str) -> set[str]:
    return {word[:6] for word in re.findall(r"[a-z']{3,}", text) if word not in _SMALL}
