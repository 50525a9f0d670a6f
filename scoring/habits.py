"""Observed habits, ungraded: the six practices as far as the words show them. Each rule stands with its function."""

import re

from scoring.conversation import Conversation
from scoring.patient.questions import question
from scoring.reading import TurnReading
from scoring.scorecard import Evidence, Habit, Talk
from scoring.wording import Person, count_of, person_of
from scoring.words import words

_LONG_TURN_WORDS = 120
_CLOSES = re.compile(
    r"\b(?:before (?:you|we) (?:go|finish|leave)|to sum(?:marise|marize)? up|so,? (?:just )?to (?:sum|recap)|"
    r"next step|what happens next|see you (?:again|on|in|next))\b",
    re.IGNORECASE,
)


def observe(conversation: Conversation) -> tuple[Habit, ...]:
    """The six habits; none where the student said nothing."""
    if not conversation.spoken:
        return ()
    person = person_of(conversation.persona)
    return (
        _welcome(conversation, person),
        _name_and_ask(conversation, person),
        _listening(conversation, person),
        _explaining(conversation),
        _closing(conversation, person),
        _calm(conversation),
    )


def count_talk(conversation: Conversation) -> Talk:
    """Words, shares, questions and silences. Questions are counted by move, silences by turn."""
    lengths = {index: len(words(turn.text)) for index, turn in enumerate(conversation.turns)}
    student = {index: n for index, n in lengths.items() if conversation.turns[index].speaker == "student"}
    said, heard = sum(student.values()), sum(lengths.values()) - sum(student.values())
    longest = max(student, key=lambda index: (student[index], -index), default=None)
    return Talk(
        student_words=said,
        patient_words=heard,
        student_share=round(said / max(1, said + heard), 3),
        longest_turn=longest,
        longest_turn_words=student[longest] if longest is not None else 0,
        open_questions=sum(len(reading.all("open_question")) for reading in conversation.read.values()),
        closed_questions=sum(len(reading.all("closed_question")) for reading in conversation.read.values()),
        silences=sum(turn.speaker == "student" and turn.silent for turn in conversation.turns),
    )


def _welcome(conversation: Conversation, person: Person) -> Habit:
    """A greeting or introduction, and the patient's name, within the student's first two turns."""
    first = conversation.spoken[:2]
    greeted = _quoted(conversation, first, "welcomes", why="You greeted or introduced yourself.")
    named = any(_says_name(conversation, index) for index in first)
    if greeted and named:
        seen = f"You greeted {person.object} by name and said who you are or why you came."
    elif greeted:
        seen = f"You began with a greeting, without {person.possessive} name."
    else:
        seen = "You began without a greeting or an introduction."
    return Habit(name="Welcome", seen=seen, evidence=greeted)


def _says_name(conversation: Conversation, index: int) -> bool:
    said = set(words(conversation.turns[index].text))
    if conversation.persona is not None:
        return bool(said & set(words(f"{conversation.persona.called} {conversation.persona.name}")))
    return bool(
        re.search(
            r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z]|\b(?:Hi|Hello|Good \w+),? [A-Z]\w+\b", conversation.turns[index].text
        )
    )


def _name_and_ask(conversation: Conversation, person: Person) -> Habit:
    """Turns that name a feeling, and turns that ask leave for something to come."""
    named = _quoted(conversation, conversation.spoken, "names_emotion", why="You put a feeling into words.")
    asked = _quoted(conversation, conversation.spoken, "asks_permission", why="You asked first.")
    named_turns = count_of(_turns(named), "turn")
    seen = f"You put a feeling into words in {named_turns} and asked {person.possessive} leave in {_turns(asked)}."
    return Habit(name="Name and ask", seen=seen, evidence=(*named[:2], *asked[:2]))


def _listening(conversation: Conversation, person: Person) -> Habit:
    """Open against closed questions, reflections, and several questions in one turn."""
    readings = [conversation.readings[index] for index in conversation.spoken]
    opened, closed = _count(readings, "open_question"), _count(readings, "closed_question")
    reflected = sum(reading.has("reflects", "reflects_complex") for reading in readings)
    stacked = sum(reading.has("stacked_question") for reading in readings)
    seen = f"You asked {count_of(opened, 'open question')} and {closed} closed, "
    seen += f"and gave {person.possessive} words back in {count_of(reflected, 'turn')}."
    if stacked:
        seen += f" In {count_of(stacked, 'turn')} you asked several things at once."
    evidence = _quoted(
        conversation, conversation.spoken, "reflects", "reflects_complex", why="You gave back what you had heard."
    )
    return Habit(name="Listen", seen=seen, evidence=evidence[:2])


def _explaining(conversation: Conversation) -> Habit:
    """Reasons given, technical words used, and checks in the patient's own words."""
    readings = [conversation.readings[index] for index in conversation.spoken]
    reasons, terms = _count(readings, "gives_why"), _count(readings, "uses_jargon")
    checks = sum(reading.has("teach_back", "checks_specific") for reading in readings)
    seen = f"You gave {count_of(reasons, 'reason')}, used {count_of(terms, 'technical word')}, "
    seen += f"and checked what was understood {count_of(checks, 'time')}."
    evidence = _quoted(conversation, conversation.spoken, "gives_why", "teach_back", why="A reason, or a check.")
    return Habit(name="Explain", seen=seen, evidence=evidence[:2])


def _closing(conversation: Conversation, person: Person) -> Habit:
    """In the last third of the student's turns: what comes next, a promise, or an invitation to ask."""
    last = conversation.spoken[-max(1, len(conversation.spoken) // 3) :]
    next_steps = _quoted(conversation, last, "tells_plan", "promises", why="You said what comes next.")
    invited = _quoted(conversation, last, "checks_specific", "teach_back", why="You made room for questions.")
    closed = any(_CLOSES.search(conversation.turns[index].text) for index in last)
    if next_steps and invited:
        seen = "You ended with what comes next, and with room for questions."
    elif next_steps or closed:
        seen = f"You said what comes next, but did not ask what {person.subject} still wanted to know."
    elif invited:
        seen = "You made room for questions at the end, but did not say what comes next."
    else:
        seen = "The conversation stopped without what comes next."
    return Habit(name="Close the loop", seen=seen, evidence=(*next_steps[:1], *invited[:1]))


def _calm(conversation: Conversation) -> Habit:
    """Very long turns, silences kept, promises with a time, questions of the patient's."""
    long_turns = [index for index in conversation.spoken if conversation.readings[index].words > _LONG_TURN_WORDS]
    silences = sum(turn.speaker == "student" and turn.silent for turn in conversation.turns)
    promised = _quoted(conversation, conversation.spoken, "promises", why="You promised something with a time on it.")
    asked = sum(turn.speaker == "patient" and question(turn.text) is not None for turn in conversation.turns)
    pace = (
        f"{count_of(len(long_turns), 'turn')} ran over {_LONG_TURN_WORDS} words"
        if long_turns
        else "Your turns kept to a length a person can take in"
    )
    kept = f"; you let a silence stand {count_of(silences, 'time')}" if silences else ""
    promise = (
        f"; you made {count_of(_turns(promised), 'promise')} with a time on it"
        if promised
        else "; you promised nothing with a time on it"
    )
    return Habit(
        name="Calm and reliable",
        seen=f"{pace}{kept}{promise}. The patient put {count_of(asked, 'question')} to you.",
        evidence=promised[:1],
    )


def _count(readings: list[TurnReading], kind: str) -> int:
    return sum(move.kind == kind for reading in readings for move in reading.moves)


def _turns(evidence: tuple[Evidence, ...]) -> int:
    return len({one.turn for one in evidence})


def _quoted(conversation: Conversation, turns: tuple[int, ...], *kinds: str, why: str) -> tuple[Evidence, ...]:
    """The first words of each kind in each turn; formulas are left out."""
    found = []
    for index in turns:
        moves = [move for move in conversation.readings[index].moves if move.kind in kinds and not move.stock]
        if moves:
            start, end = conversation.sentence_around(index, moves[0].start, moves[0].end)
            found.append(conversation.evidence(index, start, end, "raises", why))
    return tuple(found)
