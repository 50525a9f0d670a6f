"""The five parts of an explanation, 0-2 each: rubric 2.4, A to E."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from personas.vocabulary import MoveKind
from scoring.conversation import TELLING, Answer, Conversation
from scoring.explaining.obstacles import answers_obstacle
from scoring.moves.sentences import sentences_of
from scoring.patient.questions import question
from scoring.patient.replies import asks_word, is_lost, refuses
from scoring.reading import Move
from scoring.words import Sentence, content, sentences, straight, words

Points = Literal[0, 1, 2]

MONOLOGUE_WORDS, _MONOLOGUE_FACTS = 120, 5
"""More than this without a turn for the patient is a monologue."""
_PIECE_WORDS = MONOLOGUE_WORDS // 2
"""A longer turn is no small piece, however few of its facts a rule can tell."""
_LONG_SENTENCE_WORDS = 20
_MORE_THAN_OKAY_WORDS = 3
_SHARED_WORDS = 2
"""Content words of the explanation that what is said back, or told again, has in common with it."""
_ENOUGH_WORDS = 8
"""A reply shorter than this says nothing back."""

_QUIZ = re.compile(
    r"\b(?:repeat|say) (?:back )?(?:to me )?what i (?:just )?(?:said|told)|\brepeat (?:that|it) back\b|"
    r"\bwhat did i (?:just )?(?:say|tell you)\b",
    re.IGNORECASE,
)
_DO_NOT_KNOW = re.compile(
    r"\b(?:i don't (?:really )?know|dunno|no clue|couldn't (?:say|tell you)|haven't a clue|"
    r"not (?:really )?sure|i can't remember|no idea|i'm lost|i (?:didn't|"
    r"don't) (?:really )?(?:follow|understand)|(?:won't|doesn't|didn't|can't take \w+) (?:go|sink) in|went past me|"
    r"(?:it's|it is|it was|that's) (?:all )?(?:a|just a) blur|(?:i've|i have|i) (?:already )?(?:forgotten|lost track|"
    r"missed (?:that|it))|(?:what was|say|tell me) (?:it|that) again|something about (?:a|an|the|my) \w+,? (?:i think|"
    r"was it|or something)|don't ask me|you(?:'ve| have) lost me|i haven't (?:a clue|got a clue|taken)"
    r"|making (?:it|that|them) up|the rest i'd be making)\b",
    re.IGNORECASE,
)
_WHY_NOT = re.compile(
    r"\b(?:why|how come)\b(?: \w+){0,2}? (?:(?:have|has|did|do|does|are|is|were|was|would|will|could|ca)n't|"
    r"(?:have|has|did|do|does|are|is|were|was|would|will|could|can) (?:\w+ )?not|(?:\w+ )?(?:never|not))\b|"
    r"\bwhat (?:is|has been|was|'s)?(?: \w+)? ?(?:stopping|stopped|keeping|kept) you\b",
    re.IGNORECASE,
)
_INVITES_QUESTIONS = re.compile(r"\b(?:questions?|quer(?:y|ies)|(?:any|some)thing)\b")
"""What asks for the patient's questions, rather than whether they followed."""

_OVERWHELMED = re.compile(
    r"\b(?:too much|can't take (?:it|this|any more|all this) in|overwhelm|stop (?:there|now|please)|"
    r"need a (?:minute|moment|break))",
    re.IGNORECASE,
)


_HOLLOW_REASON = re.compile(
    r"^(?:so,? that(?:'?s\b|\W+that| (?:is|was|will|would|must|may|might|could|sounds?|seems?|makes?|feels?|means?|"
    r"does|has|one|kind|sort|all|really)\b)|in order(?:,|\W*$)|so,? (?:how|what|why)\b|"
    r"that(?:'s| would| will|'ll|'d) (?:be|go|work|have|also|really)|"
    r"(?:\bcause )(?!you|i\b|we|it|they|he|she|the|there|that|this|my))",
    re.IGNORECASE,
)
"""Words that only look like a reason: "so that's one thing", "that would be another", "cause problems"."""


@dataclass(frozen=True)
class Part:
    """Points for one part, the words they rest on (turn, start, end), and why in a sentence.

    `helps` says whether a single point was earned (a check that was asked) or a second one lost (one left unanswered).
    """

    points: Points
    why: str
    words_of: tuple[int, int, int] | None = None
    helps: bool = False

    @property
    def raises(self) -> bool:
        """Whether the words count for the level."""
        return self.points == 2 or (self.points == 1 and self.helps)


def plain_words(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """A: the share of hard sentences, and words a sentence in the turns that are punctuated."""
    readings = {index: conversation.readings[index] for index in turns}
    cut = max(1, sum(reading.sentences for reading in readings.values()))
    hard = sum(reading.hard_sentences for reading in readings.values()) / cut
    ended = [readings[index] for index in turns if _is_punctuated(conversation.turns[index].text)]
    told = sum(reading.words for reading in ended)
    long = told > _LONG_SENTENCE_WORDS * sum(reading.sentences for reading in ended)
    if hard <= 0.1 and not long:
        return Part(2, "Nearly every sentence was easy to follow.", told_words(conversation, turns[0]))
    hardest = max(turns, key=lambda index: (readings[index].difficulty, -index))
    place = (hardest, *_hardest_sentence(conversation, hardest))
    if hard <= 0.3:
        reason = "The sentences were long." if long and hard <= 0.1 else "Some sentences were hard to follow."
        return Part(1, reason, place)
    return Part(0, "Many sentences were hard to follow.", place)


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
    per_hundred = 100 * len(undefined) / max(1, sum(conversation.readings[turn].words for turn in turns))
    if defined_later:
        return Part(1, f"Technical words were explained only when the patient asked ({terms}).", place)
    if per_hundred <= 1 or len(undefined) == 1:
        return Part(1, f"A technical word was left unexplained ({terms}).", place)
    return Part(0, f"Technical words were left unexplained ({terms}).", place)


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


def stated(conversation: Conversation, index: int) -> tuple[Move, ...]:
    """What a turn tells as a statement of the clinician's: not in a question, nor in what gives the patient back."""
    text = conversation.turns[index].text
    given_back = conversation.readings[index].all("reflects", "reflects_complex", "names_emotion")
    return tuple(
        move
        for move in conversation.told_in(index)
        if not _within(move, given_back) and not _is_asked(conversation, index, move, text)
    )


def _is_asked(conversation: Conversation, index: int, move: Move, text: str) -> bool:
    start, end = conversation.sentence_around(index, move.start, move.end)
    return text[start:end].rstrip().endswith("?")


def _within(move: Move, others: tuple[Move, ...]) -> bool:
    return any(other.start < move.end and move.start < other.end for other in others)


def reasons(conversation: Conversation, index: int) -> tuple[Move, ...]:
    """The reasons a turn gives for what it tells: in the same sentence as the telling, or in the next to it."""
    cut = sentences(conversation.turns[index].text)
    reading = conversation.readings[index]
    told = [_place_of(cut, move) for move in (*stated(conversation, index), *reading.all("examines"))]
    return tuple(
        move
        for move in reading.all("gives_why")
        if is_reason(conversation, index, move) and any(abs(_place_of(cut, move) - place) <= 1 for place in told)
    )


def is_reason(conversation: Conversation, index: int, move: Move) -> bool:
    """Whether words that look like a reason give one: not in a question, nor in what gives the patient back."""
    text = conversation.turns[index].text
    given_back = conversation.readings[index].all("reflects", "reflects_complex", "names_emotion")
    hollow = _HOLLOW_REASON.match(straight(text[move.start : move.end]))
    return not hollow and not _within(move, given_back) and not _is_asked(conversation, index, move, text)


def _place_of(cut: list[Sentence], move: Move) -> int:
    """Which sentence a move begins in."""
    return next((place for place, one in enumerate(cut) if one.start <= move.start < one.end), 0)


def the_why(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """C: a reason for the main advice or test, linked to what this patient said."""
    given = [(index, move) for index in turns for move in reasons(conversation, index)]
    for index in turns:
        for move in stated(conversation, index):
            place = (index, *conversation.sentence_around(index, move.start, move.end))
            if answers_obstacle(conversation, *place):
                return Part(2, "You answered what the patient said stood in the way.", place)
    if not given:
        return Part(0, "No reason was given for what was told or advised.")
    for index, move in given:
        start, end = conversation.sentence_around(index, move.start, move.end)
        said = content(conversation.turns[index].text[start:end])
        if said & conversation.concerns_before(index):
            return Part(2, "You gave a reason and tied it to what matters to the patient.", (index, start, end))
    index, move = given[0]
    place = (index, *conversation.sentence_around(index, move.start, move.end))
    return Part(1, "You gave a reason, but one that would fit anybody.", place, helps=True)


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
    small = max(told) <= 3 and all(conversation.readings[index].words <= _PIECE_WORDS for index in turns)
    if len(turns) >= 2 and sum(told) >= 3 and small and 2 * paused >= len(turns) - 1:
        why = "You told it in small pieces, with the patient's turn in between."
        return Part(2, why, told_words(conversation, turns[1]))
    for index in turns:
        kinds: tuple[MoveKind, ...] = ("checks_specific", "teach_back", "checks_closed", "open_question")
        checks = [move for move in conversation.readings[index].all(*kinds) if not _asks_why(conversation, index, move)]
        if checks:
            place = (index, *conversation.sentence_around(index, checks[0].start, checks[0].end))
            return Part(1, "You checked once on the way.", place, helps=True)
    short = all(conversation.readings[index].words <= _PIECE_WORDS for index in turns)
    return Part(1 if short else 0, "It came in one piece." if short else "It came in one long piece, without a check.")


def _asks_why(conversation: Conversation, index: int, move: Move) -> bool:
    """'Why haven't you called them?' asks for an excuse and checks nothing."""
    asked = straight(conversation.turns[index].text[move.start : move.end])
    return move.kind == "open_question" and bool(_WHY_NOT.search(asked))


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
        parts.append(Part(1, "You asked an open question to check.", place, helps=True))
    for move in reading.all("checks_closed"):
        if _starts_an_exchange(conversation, index, text[move.start : move.end]):
            place = (index, *conversation.sentence_around(index, move.start, move.end))
            why = "You asked whether there were questions, and a real exchange followed."
            parts.append(Part(1, why, place, helps=True))
    if reading.has("promises") and _overwhelmed_before(conversation, index):
        move = reading.all("promises")[0]
        place = (index, *conversation.sentence_around(index, move.start, move.end))
        parts.append(Part(2, "You stopped when it was too much and said when you would go on.", place))
    return parts


def _teach_back(conversation: Conversation, index: int, place: tuple[int, int, int], *, quizzing: bool) -> Part:
    """Asked for in the patient's own words: in full when it came back, or when what was missing was told again."""
    if quizzing:
        return Part(1, "You asked for it to be repeated, which sounds like a test.", place)
    reply = conversation.patient_after(index)
    if reply is None:
        return Part(1, "You asked for it in the patient's own words, but there was no answer to it.", place)
    if says_back(conversation, reply, index):
        return Part(2, "The patient said it back in their own words.", place)
    if not is_gap(conversation.turns[reply].text) and not _tries(conversation, reply, index):
        return Part(1, "You asked for it in the patient's own words, but the answer was about something else.", place)
    answer = conversation.answer_to(reply)
    if answer is None or not _tells_again(conversation, answer.turn, index):
        return Part(1, "The patient could not say it back, and it was left there.", place)
    again = conversation.patient_after(answer.turn)
    if again is not None and is_gap(conversation.turns[again].text):
        return Part(1, "The patient could not say it back, nor when you had explained it again.", place)
    return Part(2, "The patient could not say it back, and you explained it again.", place)


def says_back(conversation: Conversation, reply: int, index: int) -> bool:
    """Whether a reply gives back what was told up to a turn: no gap in it, no question instead, its subject kept."""
    text = conversation.turns[reply].text
    if is_gap(text) or len(words(text)) < _ENOUGH_WORDS or refuses(straight(text)):
        return False
    if question(text) is not None and len(sentences(text)) == 1:
        return False
    return len(content(text) & explained(conversation, index)) >= _SHARED_WORDS


def explained(conversation: Conversation, index: int) -> frozenset[str]:
    """The content words of what the student had stated up to a turn; questions explain nothing."""
    return frozenset().union(
        *(
            content(sentence.text)
            for turn in conversation.spoken
            if turn <= index
            for sentence in sentences(conversation.turns[turn].text)
            if not sentence.text.endswith("?")
        )
    )


def _tries(conversation: Conversation, reply: int, index: int) -> bool:
    """Whether a reply tries to say it back, however short or wrong."""
    return bool(content(conversation.turns[reply].text) & explained(conversation, index))


def _tells_again(conversation: Conversation, turn: int, index: int) -> bool:
    """Whether what had been explained is explained again; new advice is not."""
    if not conversation.readings[turn].has(*TELLING, "defines", "gives_why"):
        return False
    return len(content(conversation.turns[turn].text) & explained(conversation, index)) >= _SHARED_WORDS


def is_gap(text: str) -> bool:
    """Whether a reply to a teach-back says that it was not understood or not kept."""
    said = straight(text)
    return bool(_DO_NOT_KNOW.search(said)) or is_lost(said)


def _starts_an_exchange(conversation: Conversation, index: int, asked: str) -> bool:
    """Whether questions were invited ("any questions?", never "does that make sense?"), put, and answered."""
    if not any(_INVITES_QUESTIONS.search(one.text) for one in sentences_of(asked)):
        return False
    reply = conversation.patient_after(index)
    if reply is None or question(conversation.turns[reply].text) is None:
        return False
    answer = conversation.answer_to(reply)
    return answer is not None and answer.reading.has(*TELLING, "defines", "gives_why")


def _overwhelmed_before(conversation: Conversation, index: int) -> bool:
    before = [turn.text for turn in conversation.turns[:index] if turn.speaker == "patient"][-1:]
    return bool(before) and bool(_OVERWHELMED.search(straight(before[0])))
