"""Chunks, and the check at the end: parts D and E of an explanation, rubric 2.4."""

import re

from personas.vocabulary import MoveKind
from scoring.conversation import TELLING, Conversation
from scoring.explaining.part import MONOLOGUE_WORDS, Part
from scoring.explaining.reasons import WHY_NOT
from scoring.explaining.wording import told_words
from scoring.moves.sentences import sentences_of
from scoring.patient.questions import question
from scoring.patient.replies import is_lost, refuses
from scoring.reading import Move
from scoring.words import content, sentences, straight, words

_MONOLOGUE_FACTS = 5
"""More facts than this without a turn for the patient are a monologue too."""

PIECE_WORDS = MONOLOGUE_WORDS // 2
"""A longer turn is no small piece, however few of its facts a rule can tell."""

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

_INVITES_QUESTIONS = re.compile(r"\b(?:questions?|quer(?:y|ies)|(?:any|some)thing)\b")
"""What asks for the patient's questions, rather than whether they followed."""

_OVERWHELMED = re.compile(
    r"\b(?:too much|can't take (?:it|this|any more|all this) in|overwhelm|stop (?:there|now|please)|"
    r"need a (?:minute|moment|break))",
    re.IGNORECASE,
)


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
    paused = sum(pauses(conversation, index) for index in turns[:-1])
    small = max(told) <= 3 and all(conversation.readings[index].words <= PIECE_WORDS for index in turns)
    if len(turns) >= 2 and sum(told) >= 3 and small and 2 * paused >= len(turns) - 1:
        why = "You told it in small pieces, with the patient's turn in between."
        return Part(2, why, told_words(conversation, turns[1]))
    for index in turns:
        kinds: tuple[MoveKind, ...] = ("checks_specific", "teach_back", "checks_closed", "open_question")
        checks = [move for move in conversation.readings[index].all(*kinds) if not _asks_why(conversation, index, move)]
        if checks:
            place = (index, *conversation.sentence_around(index, checks[0].start, checks[0].end))
            return Part(1, "You checked once on the way.", place, helps=True)
    short = all(conversation.readings[index].words <= PIECE_WORDS for index in turns)
    return Part(1 if short else 0, "It came in one piece." if short else "It came in one long piece, without a check.")


def _asks_why(conversation: Conversation, index: int, move: Move) -> bool:
    """'Why haven't you called them?' asks for an excuse and checks nothing."""
    asked = straight(conversation.turns[index].text[move.start : move.end])
    return move.kind == "open_question" and bool(WHY_NOT.search(asked))


def pauses(conversation: Conversation, index: int) -> bool:
    """Whether a piece ends in a question, or the patient takes more than an "okay" of the floor."""
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
