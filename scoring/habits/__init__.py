"""Observed habits, ungraded: the six practices as far as the words show them. Each rule stands with its function."""

import re
from collections.abc import Iterable, Iterator, Sequence

from personas.vocabulary import MoveKind
from scoring.conversation import Conversation
from scoring.episodes import find_episodes
from scoring.explaining import Explanation, explain
from scoring.explaining.parts import MONOLOGUE_WORDS, is_gap, is_reason, says_back, undefined_terms
from scoring.explaining.parts import reasons as reasons_in
from scoring.habits.words import (
    BY_WHEN,
    CALLED,
    CUT_OFF,
    EVERY_DAY,
    FAREWELL,
    GOES_ON,
    GOES_ON_FROM,
    GREETS,
    INTRODUCES,
    MEANS,
    NEXT,
    OWN_NAME,
    ROLE,
    RUSHES,
    SUMS_UP,
    TO_THEM,
)
from scoring.patient.questions import question
from scoring.patient.replies import said_back
from scoring.reading import TurnReading
from scoring.scales.emotion_naming import find_namings
from scoring.scorecard import Evidence, Habit, ScaleResult, Talk
from scoring.wording import Person, count_of, listed, person_of, times
from scoring.words import straight, words

_LIST_WORDS, _LIST_TIMES = 30, 4
"""A turn so long that gives the patient back, and says "you" so often, lists what was said."""
_FIRST_TURNS = 4
"""Where either side would greet."""
_NO_GREETING = "You began without a greeting or an introduction."
_SAID_SOMETHING_WORDS = 4
"""A shorter turn that breaks off is a sound on the way."""
_IN_FULL = 2
_LAST_SHARE = 3
"""The last third of the student's turns is where a talk is brought to its end."""


def observe(conversation: Conversation, scales: Iterable[ScaleResult] = ()) -> tuple[Habit, ...]:
    """The six habits; none where the student said nothing.

    `scales`: what the same report says of the same words. Nothing is praised here that lowers a scale, nor taken as
    haste that is praised anywhere.
    """
    if not conversation.spoken:
        return ()
    person = person_of(conversation.persona)
    proofs = [one for scale in scales for one in scale.evidence]
    faults = [one for one in proofs if one.effect == "lowers"]
    praised = [one for one in proofs if one.effect == "raises"]
    habits = [
        _welcome(conversation, person),
        _name_and_ask(conversation, person),
        _listening(conversation, person, faults),
        _explaining(conversation, person),
        _beyond(conversation, person),
    ]
    habits = [_unless_reproached(habit, faults) for habit in habits]
    praised += [one for habit in habits for one in habit.evidence]
    return (*habits, _unless_reproached(_calm(conversation, person, praised), faults))


def _unless_reproached(habit: Habit, faults: Sequence[Evidence]) -> Habit:
    """The habit without quotes of words that a scale reproaches: what was counted stays, the proof is another's."""
    kept = tuple(one for one in habit.evidence if one.effect == "lowers" or not _overlaps(one, faults))
    return habit.model_copy(update={"evidence": kept})


def _overlaps(one: Evidence, others: Iterable[Evidence]) -> bool:
    return any(one.turn == other.turn and one.start < other.end and other.start < one.end for other in others)


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
    """A greeting, the patient's name, the student's own name and role, within the student's first two turns."""
    first = conversation.spoken[:2]
    greeted = _quoted(conversation, first, ("welcomes",), "You greeted or introduced yourself.")
    said = " ".join(straight(conversation.turns[index].text) for index in first)
    later = " ".join(straight(conversation.turns[index].text) for index in conversation.spoken)
    name = f"{person.possessive} name"
    there = {
        name: any(_says_name(conversation, index) for index in first),
        "your own name": OWN_NAME.search(said) is not None,
        "your role": ROLE.search(said) is not None,
    }
    in_the_end = {
        name: any(_says_name(conversation, index) for index in conversation.spoken),
        "your own name": INTRODUCES.search(later) is not None,
        "your role": ROLE.search(later) is not None,
    }
    had = [one for one, found in there.items() if found]
    missing = [one for one, found in there.items() if not found and not in_the_end[one]]
    if not greeted and not had:
        cut = _begins_in_the_middle(conversation)
        seen = "What is here begins in the middle, so it holds no welcome." if cut else _NO_GREETING
    else:
        began = "You began with a greeting" if greeted else "You began without a greeting"
        seen = began + (f", and said {listed(had)}." if had else ".")
        seen += f" {listed(missing).capitalize()} did not come." if missing else ""
    return Habit(name="Welcome", seen=seen, evidence=greeted[:1])


def _begins_in_the_middle(conversation: Conversation) -> bool:
    """Whether a talk from elsewhere is an excerpt: no greeting from either side, and it starts as an answer.

    The patient speaks first, or the student's first words go on from what was said: nobody left a greeting out.
    """
    said = [turn for turn in conversation.turns if turn.text.strip()][:_FIRST_TURNS]
    if conversation.scenario is not None or any(GREETS.search(straight(turn.text)) for turn in said):
        return False
    return said[0].speaker == "patient" or GOES_ON_FROM.match(said[0].text) is not None


def _says_name(conversation: Conversation, index: int) -> bool:
    said = set(words(conversation.turns[index].text))
    if conversation.persona is not None:
        return bool(said & set(words(f"{conversation.persona.called} {conversation.persona.name}")))
    return CALLED.search(conversation.turns[index].text) is not None


def _name_and_ask(conversation: Conversation, person: Person) -> Habit:
    """Feelings named that fitted, and steps for which leave was asked and the answer awaited: as the scales count."""
    namings = find_namings(conversation)
    good = [naming for naming in namings if naming.verdict == "accurate"]
    episodes = find_episodes(conversation)
    asked = [one for one in episodes if one.grade == 2 and one.how in ("asked", "shared", "held", "respected")]
    requested = sum(one.grade == _IN_FULL and one.how == "requested" for one in episodes)
    if not namings:
        seen = "You put no feeling into words."
    elif len(good) == len(namings):
        seen = f"You put a feeling into words in {count_of(len(good), 'turn')}, and it fitted."
    else:
        stood = f"in {len(good)} it fitted and was left to stand" if good else "it did not fit, or was closed again"
        seen = f"You put a feeling into words in {count_of(len(namings), 'turn')}; {stood}."
    if episodes:
        seen += f" {_leave_seen(len(asked), requested, len(episodes), person)}"
    evidence = [
        _sentence(conversation, one.turn, one.move.start, one.move.end, "You put a feeling into words.")
        for one in good[:2]
    ]
    for turn, move in dict.fromkeys(one.ask for one in asked if one.ask is not None):
        if len(evidence) < len(good[:2]) + 2:
            evidence.append(_sentence(conversation, turn, move.start, move.end, "You asked first, and waited."))
    return Habit(name="Name and ask", seen=seen, evidence=tuple(evidence))


def _leave_seen(asked: int, requested: int, needed: int, person: Person) -> str:
    """For how many of the steps leave was asked and the answer awaited, or the patient asked: as the scale counts."""
    leave = f"{person.possessive} leave"
    themselves = f"{person.subject} had asked"
    if needed == 1:
        before = "before the one step that needed it"
        if requested:
            return f"For the one step that needed {leave}, {themselves}."
        return f"You asked {leave}, and waited, {before}." if asked else f"You did not get {leave} {before}."
    if not asked:
        seen = f"{needed} steps needed {leave}, and you did not ask and wait before any"
    else:
        seen = f"You asked {leave} and waited before {asked} of the {needed} steps that needed it"
    return f"{seen}; for {requested} {themselves}." if requested else f"{seen}."


def _listening(conversation: Conversation, person: Person, faults: Sequence[Evidence]) -> Habit:
    """Open against closed questions, reflections, sentences cut off, and the share of the words.

    A reproach, or a lecture, is no reflection, though it speaks of what the patient said.
    """
    readings = [conversation.readings[index] for index in conversation.spoken]
    opened, closed = (
        sum(len(reading.all(kind)) for reading in readings) for kind in ("open_question", "closed_question")
    )
    kinds: tuple[MoveKind, ...] = ("reflects", "reflects_complex")
    back_again = _quoted(conversation, conversation.spoken, kinds, "You gave back what you had heard.", faults)
    reflected = [one for one in back_again if not FAREWELL.match(straight(one.quote))]
    cut = sum(_is_cut_off(conversation, index) for index in conversation.spoken)
    share = round(100 * count_talk(conversation).student_share)
    back = f"in {count_of(len(reflected), 'turn')}" if reflected else "in no turn"
    seen = (
        f"You asked {count_of(opened, 'open question')} and {closed} closed, and gave {person.possessive} words back "
    )
    seen += f"{back}. Of 100 words, {share} were yours."
    if cut:
        seen += f" In {count_of(cut, 'turn')} you came in before {person.subject} had finished."
    return Habit(name="Listen", seen=seen, evidence=tuple(reflected[:2]))


def _is_cut_off(conversation: Conversation, index: int) -> bool:
    """Whether the patient's turn breaks off and the student comes in with more than a sound.

    A sound of the patient's that breaks off, and a sentence of the student's that only goes on behind it, are none.
    """
    before = conversation.turns[index - 1] if index else None
    if before is None or before.speaker != "patient" or CUT_OFF.search(before.text) is None:
        return False
    goes_on = GOES_ON.match(conversation.turns[index].text)
    return (
        len(words(before.text)) >= _SAID_SOMETHING_WORDS
        and not goes_on
        and not conversation.readings[index].has("minimal")
    )


def _explaining(conversation: Conversation, person: Person) -> Habit:
    """Reasons, technical words left as they were (to a colleague: used), and what became of asking to hear it back."""
    explanation = explain(conversation)
    reasons = _reasons(conversation, explanation)
    backs = [index for index in conversation.spoken if conversation.readings[index].has("teach_back")]
    read_back = explanation is not None and "who_by_when" in explanation.parts and explanation.parts["check"].points > 0
    if explanation is None and not backs:
        return Habit(name="Explain", seen="You explained nothing at any length.")
    seen = f"You gave a reason in {count_of(len(reasons), 'turn')}" if reasons else "You gave no reason"
    seen += _terms_seen(conversation, explanation)
    told = [index for index in backs if _came_back(conversation, index, explanation)]
    if backs:
        gaps = any(is_gap(conversation.reply_to(index)) for index in backs)
        failed = f"{person.subject} could not say it back" if gaps else "it did not come back"
        said = f"{person.subject} could say it back {times(len(told))}" if told else failed
        seen += f" You asked {times(len(backs))} to hear it in {person.possessive} own words; {said}."
    elif read_back:
        seen += " You asked for it to be read back."
    else:
        seen += f" You did not ask to hear it in {person.possessive} own words."
    checked = _quoted(conversation, tuple(told), ("teach_back",), "You asked to hear it back, and did.")
    return Habit(name="Explain", seen=seen, evidence=(*reasons[:1], *checked[:1]))


def _reasons(conversation: Conversation, explanation: Explanation | None) -> tuple[Evidence, ...]:
    """The reasons given: to a patient, those the scale counts, for what was told; else wherever one was given."""
    why = "You gave a reason."
    if explanation is None or "why" not in explanation.parts:
        found = {
            index: [
                move for move in conversation.readings[index].all("gives_why") if is_reason(conversation, index, move)
            ]
            for index in conversation.spoken
        }
        return tuple(_sentence(conversation, at, one[0].start, one[0].end, why) for at, one in found.items() if one)
    given = {index: moves[0] for index in explanation.turns if (moves := reasons_in(conversation, index))}
    part = explanation.parts["why"]
    if not given and part.raises and part.words_of is not None:
        return (conversation.evidence(*part.words_of, "raises", why),)
    return tuple(_sentence(conversation, index, move.start, move.end, why) for index, move in given.items())


def _terms_seen(conversation: Conversation, explanation: Explanation | None) -> str:
    """Technical words left as they were; to a colleague: used."""
    if explanation is not None and "jargon" not in explanation.parts:
        readings = [conversation.readings[index] for index in conversation.spoken]
        used = {(move.term or "").lower() for reading in readings for move in reading.all("uses_jargon")}
        return f", and used {count_of(len(used), 'technical word')}."
    everywhere = undefined_terms(conversation, conversation.spoken)
    left = everywhere if explanation is None else undefined_terms(conversation, explanation.turns)
    if left or not everywhere:
        return f", and left {count_of(len(left), 'technical word') if left else 'no technical word'} unexplained."
    return ", and left no technical word unexplained in what you explained."


def _came_back(conversation: Conversation, index: int, explanation: Explanation | None) -> bool:
    """Whether what was asked for came back in the patient's words: as the scale counts it, where it counts."""
    reply = conversation.patient_after(index)
    if reply is None or explanation is None or "chunks" not in explanation.parts:
        return said_back(conversation.reply_to(index))
    return says_back(conversation, reply, index)


def _beyond(conversation: Conversation, person: Person) -> Habit:
    """What it means, what comes next, and the loop closed: the last third, and what was told before it."""
    last = conversation.spoken[-max(1, len(conversation.spoken) // _LAST_SHARE) :]
    kinds: tuple[MoveKind, ...] = ("tells_plan", "promises")
    next_why = "You said what comes next."
    meaning = _stated(conversation, _matching(conversation, conversation.spoken, MEANS, "You said what it means."))
    steps = _first_of(
        _quoted(conversation, turns, kinds, next_why)
        or _stated(conversation, _matching(conversation, turns, NEXT, next_why))
        for turns in (last, conversation.spoken)
    )
    steps = steps or _promised(conversation)
    room = _quoted(conversation, last, ("checks_specific", "teach_back"), "You made room for questions.")
    room = room or _room_earlier(conversation)
    closed = _matching(conversation, conversation.spoken, SUMS_UP, "You brought it together.")
    parts = {
        "what it means": bool(meaning),
        "what comes next": bool(steps),
        f"room for what {person.subject} still wanted to know": bool(room),
        "a word to bring it together": bool(closed) or any(_lists(conversation, one) for one in conversation.spoken),
    }
    had, missing = [one for one, found in parts.items() if found], [one for one, found in parts.items() if not found]
    seen = f"There was {listed(had)}." if had else "The conversation stopped without what it means and what comes next."
    if had and missing:
        seen += f" Missing: {listed(missing)}."
    return Habit(name="Beyond the report", seen=seen, evidence=(*meaning[:1], *steps[:1], *room[:1]))


def _first_of(found: Iterable[tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    return next((one for one in found if one), ())


def _stated(conversation: Conversation, found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Without what is asked or given back: "That means you would rather stop, right?" says nothing of what it means."""
    return tuple(
        one
        for one in found
        if not one.quote.endswith("?")
        and not any(
            move.start < one.end and one.start < move.end
            for move in conversation.readings[one.turn].all("reflects", "reflects_complex", "names_emotion")
        )
    )


def _lists(conversation: Conversation, index: int) -> bool:
    """Whether a turn lists what the patient has said."""
    reading, text = conversation.readings[index], conversation.turns[index].text
    given_back = reading.has("reflects", "reflects_complex") and not reading.has("advises")
    return given_back and reading.words >= _LIST_WORDS and len(TO_THEM.findall(straight(text))) >= _LIST_TIMES


def _room_earlier(conversation: Conversation) -> tuple[Evidence, ...]:
    """The check that the explanation scale counts, wherever in the talk it stands."""
    explanation = explain(conversation)
    check = explanation.parts["check"] if explanation is not None else None
    if check is None or check.words_of is None or not check.raises:
        return ()
    return (conversation.evidence(*check.words_of, "raises", "You made room for questions."),)


def _calm(conversation: Conversation, person: Person, praised: Sequence[Evidence]) -> Habit:
    """Pace, silences, one question at a time, questions answered, words of haste, promises with a time."""
    readings = [conversation.readings[index] for index in conversation.spoken]
    promised = _promised(conversation)
    hasty = tuple(
        one
        for one in _matching(conversation, conversation.spoken, RUSHES, "This sounds like haste.", effect="lowers")
        if not _overlaps(one, (*praised, *promised))
    )
    seen = " ".join(
        one for one in (_pace(conversation), _questions(conversation, person), _at_once(readings)) if one is not None
    )
    if hasty:
        seen += f" In {count_of(len(hasty), 'turn')} your words sounded like haste."
    turns = count_of(len(promised), "promise")
    seen += f" You made {turns} with a time on it." if promised else " You promised nothing with a time on it."
    return Habit(name="Calm and reliable", seen=seen, evidence=(*promised[:1], *hasty[:1]))


def _promised(conversation: Conversation) -> tuple[Evidence, ...]:
    """The first promise of each turn that has a time on it; "every day" is none."""
    why = "You promised something with a time on it."
    read = _quoted(conversation, conversation.spoken, ("promises",), why)
    seen = _stated(conversation, _matching(conversation, conversation.spoken, BY_WHEN, why))
    kept = [one for one in read if not EVERY_DAY.search(one.quote) or BY_WHEN.search(straight(one.quote))]
    turns = {one.turn for one in kept}
    return tuple(sorted([*kept, *(one for one in seen if one.turn not in turns)], key=lambda one: one.turn))


def _pace(conversation: Conversation) -> str:
    explanation = explain(conversation)
    chunks = explanation.parts.get("chunks") if explanation is not None else None
    poured = chunks is not None and chunks.points == 0
    long_turns = sum(conversation.readings[index].words > MONOLOGUE_WORDS for index in conversation.spoken)
    silences = sum(turn.speaker == "student" and turn.silent for turn in conversation.turns)
    kept = f", and you let a silence stand {times(silences)}" if silences else ""
    if long_turns:
        return f"{count_of(long_turns, 'turn')} ran over {MONOLOGUE_WORDS} words{kept}.".capitalize()
    if poured:
        return f"You told a lot at once{kept}."
    return f"No turn of yours ran over {MONOLOGUE_WORDS} words{kept}."


def _questions(conversation: Conversation, person: Person) -> str | None:
    """The patient's questions, and those put off."""
    put = sum(turn.speaker == "patient" and question(turn.text) is not None for turn in conversation.turns)
    if not put:
        return None
    stalled = {one.request.turn for one in find_episodes(conversation) if one.how == "stalled" and one.request}
    kept = f"; {len(stalled)} did not get an answer at once" if stalled else ""
    return f"{person.subject.capitalize()} put {count_of(put, 'question')} to you{kept}."


def _at_once(readings: Sequence[TurnReading]) -> str | None:
    stacked = sum(reading.has("stacked_question") for reading in readings)
    return f"In {count_of(stacked, 'turn')} you asked several things at once." if stacked else None


def _quoted(
    conversation: Conversation,
    turns: Sequence[int],
    kinds: tuple[MoveKind, ...],
    why: str,
    faults: Sequence[Evidence] = (),
) -> tuple[Evidence, ...]:
    """The first words of these kinds in each turn; formulas are left out, and what overlaps `faults`."""
    found = [
        [
            said
            for move in conversation.readings[index].all(*kinds)
            if not move.stock
            and not _overlaps(said := _sentence(conversation, index, move.start, move.end, why), faults)
        ]
        for index in turns
    ]
    return tuple(said[0] for said in found if said)


def _matching(
    conversation: Conversation, turns: Sequence[int], pattern: re.Pattern[str], why: str, effect: str = "raises"
) -> tuple[Evidence, ...]:
    """The first words of each turn that a pattern describes."""

    def found() -> Iterator[Evidence]:
        for index in turns:
            match = pattern.search(straight(conversation.turns[index].text))
            if match is not None:
                yield _sentence(conversation, index, match.start(), match.end(), why, effect)

    return tuple(found())


def _sentence(
    conversation: Conversation, turn: int, start: int, end: int, why: str, effect: str = "raises"
) -> Evidence:
    return conversation.evidence(turn, *conversation.sentence_around(turn, start, end), effect, why)
