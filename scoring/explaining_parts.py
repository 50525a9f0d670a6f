"""The five parts of an explanation, 0-2 each: rubric 2.4, A to E."""

import re
from dataclasses import dataclass
from typing import Literal

from scoring.conversation import TELLING, Conversation
from scoring.patient.questions import question
from scoring.patient_replies import asks_word, refuses
from scoring.reading import Move
from scoring.words import content, sentences, straight, words

Points = Literal[0, 1, 2]

MONOLOGUE_WORDS, _MONOLOGUE_FACTS = 120, 5
"""More than this without a turn for the patient is a monologue."""
_LONG_SENTENCE_WORDS = 20
_MORE_THAN_OKAY_WORDS = 3
_ENOUGH_WORDS = 8
"""A reply shorter than this says nothing back."""

_QUIZ = re.compile(
    r"\b(?:repeat|say) (?:back )?(?:to me )?what i (?:just )?(?:said|told)|\brepeat (?:that|it) back\b|"
    r"\bwhat did i (?:just )?(?:say|tell you)\b",
    re.IGNORECASE,
)
_DO_NOT_KNOW = re.compile(
    r"\b(?:i don't (?:really )?know|not (?:really )?sure|i can't remember|no idea|i'm lost|i (?:didn't|"
    r"don't) (?:really )?(?:follow|understand)|(?:won't|doesn't|didn't|can't take \w+) (?:go|sink) in|went past me"
    r"|making (?:it|that|them) up|the rest i'd be making)\b",
    re.IGNORECASE,
)
_OVERWHELMED = re.compile(
    r"\b(?:too much|can't take (?:it|this|any more|all this) in|overwhelm|stop (?:there|now|please)|"
    r"need a (?:minute|moment|break))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """Points for one part, the words they rest on (turn, start, end), and why in a sentence."""

    points: Points
    why: str
    words_of: tuple[int, int, int] | None = None


def plain_words(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """A: the share of hard sentences, and words a sentence where the speech is punctuated."""
    readings = {index: conversation.readings[index] for index in turns}
    cut = max(1, sum(reading.sentences for reading in readings.values()))
    hard = sum(reading.hard_sentences for reading in readings.values()) / cut
    told = sum(reading.words for reading in readings.values())
    punctuated = all(_is_punctuated(conversation.turns[index].text) for index in turns)
    long = punctuated and told / cut > _LONG_SENTENCE_WORDS
    if hard <= 0.1 and not long:
        return Part(2, "Nearly every sentence was easy to follow.")
    hardest = max(turns, key=lambda index: (readings[index].difficulty, -index))
    place = (hardest, *_hardest_sentence(conversation, hardest))
    if hard <= 0.3:
        reason = "The sentences were long." if long and hard <= 0.1 else "Some sentences were hard to follow."
        return Part(1, reason, place)
    return Part(0, "Many sentences were hard to follow.", place)


def _is_punctuated(text: str) -> bool:
    said = len(words(text))
    return said < 30 or len(re.findall(r"[.?!,;]", text)) * 40 >= said


def _hardest_sentence(conversation: Conversation, index: int) -> tuple[int, int]:
    """The sentence with most technical words, else the longest."""
    jargon = conversation.readings[index].all("uses_jargon")
    cut = sentences(conversation.turns[index].text)
    worst = max(cut, key=lambda one: (sum(one.start <= move.start < one.end for move in jargon), len(one.text)))
    return worst.start, worst.end


def jargon(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """B: technical words left undefined, where the patient did not use them first."""
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
    if not undefined:
        return Part(2, "You used no technical word without saying what it means.")
    index, move = undefined[0]
    place = (index, move.start, move.end)
    terms = ", ".join(f'"{conversation.turns[i].text[m.start : m.end]}"' for i, m in undefined[:3])
    if _left_undefined_when_asked(conversation):
        return Part(0, f"The patient asked about a word and got no explanation ({terms}).", place)
    defined_later = all(_defined_when_asked(conversation, i, m) for i, m in undefined)
    per_hundred = 100 * len(undefined) / max(1, sum(conversation.readings[turn].words for turn in turns))
    if defined_later:
        return Part(1, f"Technical words were explained only when the patient asked ({terms}).", place)
    if per_hundred <= 1 or len(undefined) == 1:
        return Part(1, f"A technical word was left unexplained ({terms}).", place)
    return Part(0, f"Technical words were left unexplained ({terms}).", place)


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
        if used and (answer is None or not answer.reading.has("defines", "tells_fact")):
            return True
    return False


def the_why(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """C: a reason for the main advice or test, linked to what this patient said."""
    reasons = [(index, move) for index in turns for move in conversation.readings[index].all("gives_why")]
    if not reasons:
        return Part(0, "No reason was given for what was told or advised.")
    for index, move in reasons:
        start, end = conversation.sentence_around(index, move.start, move.end)
        said = content(conversation.turns[index].text[start:end])
        if said & conversation.concerns_before(index):
            return Part(2, "You gave a reason and tied it to what matters to the patient.", (index, start, end))
    index, move = reasons[0]
    place = (index, *conversation.sentence_around(index, move.start, move.end))
    return Part(1, "You gave a reason, but one that would fit any patient.", place)


def chunks(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """D: where the patient starts from, small pieces with a pause between, or one check on the way."""
    for index in turns:
        reading = conversation.readings[index]
        if reading.words > MONOLOGUE_WORDS or len(reading.all(*TELLING)) > _MONOLOGUE_FACTS:
            return Part(
                0,
                "You told a great deal in one go, without a pause for the patient.",
                (index, 0, len(conversation.turns[index].text)),
            )
    for index in (turn for turn in conversation.spoken if turn <= turns[0]):
        for move in conversation.readings[index].all("asks_prior_knowledge"):
            place = (index, *conversation.sentence_around(index, move.start, move.end))
            return Part(2, "You asked what the patient knew before you explained.", place)
    told = [len(conversation.told_in(index)) for index in turns]
    paused = sum(_pauses(conversation, index) for index in turns[:-1])
    if len(turns) >= 2 and sum(told) >= 3 and max(told) <= 3 and 2 * paused >= len(turns) - 1:
        return Part(2, "You told it in small pieces, with the patient's turn between them.")
    for index in turns:
        checks = conversation.readings[index].all("checks_specific", "teach_back", "checks_closed", "open_question")
        if checks:
            place = (index, *conversation.sentence_around(index, checks[0].start, checks[0].end))
            return Part(1, "You checked once on the way.", place)
    short = all(conversation.readings[index].words <= MONOLOGUE_WORDS // 2 for index in turns)
    return Part(1 if short else 0, "It came in one piece." if short else "It came in one long piece, without a check.")


def _pauses(conversation: Conversation, index: int) -> bool:
    """Whether the piece ends in a question, or the patient takes more than an "okay" of the floor."""
    reply = conversation.patient_after(index)
    taken = reply is not None and len(words(conversation.turns[reply].text)) >= _MORE_THAN_OKAY_WORDS
    return taken or conversation.turns[index].text.rstrip().endswith("?")


def check(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """E: teach-back taken up by the patient, a specific check, or stopping in time with a follow-up."""
    best = Part(0, "There was no check that the patient could answer in their own words.")
    for index in (turn for turn in conversation.spoken if turn >= turns[0]):
        for part in _checks_in(conversation, index):
            best = part if part.points > best.points else best
    return best


def _checks_in(conversation: Conversation, index: int) -> list[Part]:
    reading = conversation.readings[index]
    text = conversation.turns[index].text
    parts = []
    for move in reading.all("teach_back"):
        place = (index, *conversation.sentence_around(index, move.start, move.end))
        parts.append(_teach_back(conversation, index, place, quizzing=bool(_QUIZ.search(straight(text)))))
    for move in reading.all("checks_specific"):
        place = (index, *conversation.sentence_around(index, move.start, move.end))
        parts.append(Part(1, "You asked an open question to check.", place))
    for move in reading.all("checks_closed"):
        if _starts_an_exchange(conversation, index):
            place = (index, *conversation.sentence_around(index, move.start, move.end))
            parts.append(Part(1, "You asked whether there were questions, and a real exchange followed.", place))
    if reading.has("promises") and _overwhelmed_before(conversation, index):
        move = reading.all("promises")[0]
        place = (index, *conversation.sentence_around(index, move.start, move.end))
        parts.append(Part(2, "You stopped when it was too much and said when you would go on.", place))
    return parts


def _teach_back(conversation: Conversation, index: int, place: tuple[int, int, int], *, quizzing: bool) -> Part:
    reply = conversation.patient_after(index)
    if quizzing:
        return Part(1, "You asked for it to be repeated, which sounds like a test.", place)
    if reply is None:
        return Part(1, "You asked for it in the patient's own words, but there was no answer to it.", place)
    said = straight(conversation.turns[reply].text)
    answer = conversation.answer_to(reply)
    gap = bool(_DO_NOT_KNOW.search(said)) or refuses(said) or len(words(said)) < _ENOUGH_WORDS
    if not gap:
        return Part(2, "The patient said it back in their own words.", place)
    if answer is not None and answer.reading.has(*TELLING, "defines", "gives_why"):
        return Part(2, "The patient could not say it back, and you explained it again.", place)
    return Part(1, "The patient could not say it back, and it was left there.", place)


def _starts_an_exchange(conversation: Conversation, index: int) -> bool:
    reply = conversation.patient_after(index)
    if reply is None or question(conversation.turns[reply].text) is None:
        return False
    answer = conversation.answer_to(reply)
    return answer is not None and answer.reading.has(*TELLING, "defines", "gives_why")


def _overwhelmed_before(conversation: Conversation, index: int) -> bool:
    before = [turn.text for turn in conversation.turns[:index] if turn.speaker == "patient"][-1:]
    return bool(before) and bool(_OVERWHELMED.search(straight(before[0])))
