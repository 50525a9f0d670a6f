"""Plain words and jargon: parts A and B of an explanation, rubric 2.4."""

import re
from collections.abc import Sequence

from scoring.conversation import Answer, Conversation
from scoring.explaining.part import Part, Points
from scoring.explaining.reasons import stated
from scoring.patient.questions import question
from scoring.patient.replies import asks_word
from scoring.reading import Move
from scoring.words import sentences, straight, words

_LONG_SENTENCE_WORDS = 20
_FEW_HARD, _SOME_HARD = 0.1, 0.3
"""The share of hard sentences up to which an explanation keeps both points, and one."""


def plain_words(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """A: the share of hard sentences, and words a sentence in the turns that are punctuated."""
    readings = {index: conversation.readings[index] for index in turns}
    cut = max(1, sum(reading.sentences for reading in readings.values()))
    hard = sum(reading.hard_sentences for reading in readings.values()) / cut
    long = runs_long(conversation, turns)
    points = points_of_wording(hard, long=long)
    if points == 2:
        return Part(2, "Nearly every sentence was easy to follow.", told_words(conversation, turns[0]))
    hardest = max(turns, key=lambda index: (readings[index].difficulty, -index))
    place = (hardest, *_hardest_sentence(conversation, hardest))
    if points == 1:
        reason = "The sentences were long." if long and hard <= _FEW_HARD else "Some sentences were hard to follow."
        return Part(1, reason, place)
    return Part(0, "Many sentences were hard to follow.", place)


def points_of_wording(hard: float, *, long: bool) -> Points:
    """A by the share of hard sentences, 0-1, and whether the sentences are long."""
    if hard <= _FEW_HARD and not long:
        return 2
    return 1 if hard <= _SOME_HARD else 0


def runs_long(conversation: Conversation, turns: Sequence[int]) -> bool:
    """Whether the sentences of these turns are long on average, by those turns whose marks say where they end."""
    ended = [conversation.readings[index] for index in turns if _is_punctuated(conversation.turns[index].text)]
    told = sum(reading.words for reading in ended)
    return told > _LONG_SENTENCE_WORDS * sum(reading.sentences for reading in ended)


def _is_punctuated(text: str) -> bool:
    """Whether the marks of a turn say where its sentences end; without a single one nobody knows."""
    said, marks = len(words(text)), len(re.findall(r"[.?!,;]", text))
    return marks > 0 and (said < 30 or marks * 40 >= said)


def _hardest_sentence(conversation: Conversation, index: int) -> tuple[int, int]:
    """The sentence with most technical words, else the longest."""
    jargon = conversation.readings[index].all("uses_jargon")
    cut = sentences(conversation.turns[index].text)
    worst = max(cut, key=lambda one: (sum(one.start <= move.start < one.end for move in jargon), len(one.text)))
    return worst.start, worst.end


def jargon(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """B: technical words left undefined, where the patient did not use them first."""
    undefined = undefined_terms(conversation, turns)
    if not undefined:
        why = "You used no technical word without saying what it means."
        return Part(2, why, _defined_words(conversation, turns) or told_words(conversation, turns[-1], last=True))
    index, move = undefined[0]
    place = (index, move.start, move.end)
    terms = ", ".join(f'"{conversation.turns[i].text[m.start : m.end]}"' for i, m in undefined[:3])
    if _left_undefined_when_asked(conversation):
        return Part(0, f"The patient asked about a word and got no explanation ({terms}).", place)
    defined_later = all(_defined_when_asked(conversation, i, m) for i, m in undefined)
    if defined_later:
        return Part(1, f"Technical words were explained only when the patient asked ({terms}).", place)
    if points_of_terms(conversation, turns, len(undefined)) == 1:
        return Part(1, f"A technical word was left unexplained ({terms}).", place)
    return Part(0, f"Technical words were left unexplained ({terms}).", place)


def points_of_terms(conversation: Conversation, turns: Sequence[int], terms: int) -> Points:
    """B by how many technical words these turns leave unexplained: none, one or one in a hundred words, more."""
    if not terms:
        return 2
    said = sum(conversation.readings[turn].words for turn in turns)
    return 1 if terms == 1 or 100 * terms <= said else 0


def undefined_terms(conversation: Conversation, turns: Sequence[int]) -> list[tuple[int, Move]]:
    """Technical words these turns leave unexplained, each once, where the patient did not use them first."""
    undefined: list[tuple[int, Move]] = []
    seen: set[str] = set()
    for index in turns:
        used_before = _patient_words_before(conversation, index)
        for move in conversation.readings[index].all("uses_jargon"):
            term = (move.term or conversation.turns[index].text[move.start : move.end]).lower()
            if term in used_before or term in seen or _is_defined(conversation, index, move):
                continue
            seen.add(term)
            undefined.append((index, move))
    return undefined


def told_words(conversation: Conversation, index: int, *, last: bool = False) -> tuple[int, int, int]:
    """The first or last sentence of an explaining turn that tells something: no quote, no credit (rubric 2)."""
    told = stated(conversation, index) or conversation.readings[index].all("uses_jargon", "defines")
    move = told[-1 if last else 0]
    return (index, *conversation.sentence_around(index, move.start, move.end))


def _defined_words(conversation: Conversation, turns: tuple[int, ...]) -> tuple[int, int, int] | None:
    """Where a technical word is said with its meaning."""
    for index in turns:
        for move in conversation.readings[index].all("defines"):
            return (index, *conversation.sentence_around(index, move.start, move.end))
    return None


def _patient_words_before(conversation: Conversation, index: int) -> str:
    return " ".join(turn.text.lower() for turn in conversation.turns[:index] if turn.speaker == "patient")


def _is_defined(conversation: Conversation, index: int, move: Move) -> bool:
    """Glossed in the same or the next sentence."""
    cut = sentences(conversation.turns[index].text)
    at = next((place for place, one in enumerate(cut) if one.start <= move.start < one.end), 0)
    near = cut[at : at + 2]
    return (
        any(near[0].start <= other.start < near[-1].end for other in conversation.readings[index].all("defines"))
        if near
        else False
    )


def _defined_when_asked(conversation: Conversation, index: int, move: Move) -> bool:
    reply = conversation.patient_after(index)
    if reply is None:
        return False
    said = conversation.turns[reply].text
    term = conversation.turns[index].text[move.start : move.end].lower()
    answer = conversation.answer_to(reply)
    asked = (term in said.lower() and question(said) is not None) or asks_word(said) is not None
    return asked and answer is not None and answer.reading.has("defines")


def _left_undefined_when_asked(conversation: Conversation) -> bool:
    """Whether the patient asked what a word of the student's means, and the next turn did not say."""
    for index, turn in enumerate(conversation.turns):
        term = asks_word(turn.text) if turn.speaker == "patient" else None
        if term is None:
            continue
        used = any(
            term == (move.term or "").lower()
            for reading in conversation.readings.values()
            for move in reading.all("uses_jargon")
        )
        answer = conversation.answer_to(index)
        if used and (answer is None or not _says_what_it_is(conversation, answer, term)):
            return True
    return False


def _says_what_it_is(conversation: Conversation, answer: Answer, term: str) -> bool:
    """Whether an answer explains a word: glossed, or told about without saying the bare word once more."""
    text = straight(conversation.turns[answer.turn].text).lower()
    if answer.reading.has("defines") or re.search(rf"\b{re.escape(term)} (?:is|are|means|just means)\b", text):
        return True
    return answer.reading.has("tells_fact") and term not in text
