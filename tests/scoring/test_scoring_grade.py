"""The whole card: three students, quotes that stand, the same bytes twice, evidence that matters."""

import random
from collections.abc import Iterator

import pytest

from scoring import Scorecard, Transcript, Turn, grade
from scoring.grading import read_turns
from scoring.scorecard import Evidence, Quote

PATIENT = (
    "I haven't slept. I'm so scared of what you'll say. My mother had this too.",
    "Yes. She died at fifty-two. I keep thinking I'll be next.",
    "Please. Just tell me. Is it cancer?",
    "Oh God. I knew it. I'm terrified for my girls.",
    "OK. What happens now?",
    "That it is small, that there is a scan on Thursday, and that you will ring me on Friday.",
)
SKILLED = (
    "Good morning Mrs Rivera, I'm Sam, a medical student. How are you feeling about today?",
    "It sounds as if you are very frightened, with your mother in mind. Is that right?",
    "I'm so sorry about your mother. No wonder you are scared, after losing her so young. "
    "I have your result here. Would you like me to tell you now, or later with someone beside you?",
    "Yes. The biopsy shows that it is breast cancer. I am so sorry. I will stay with you.",
    "You are thinking of your girls straight away, and you sound terrified for them. What worries you most?",
    "The next step is a scan on Thursday, because we want to see whether it is only in the breast, which was not so "
    "for your mother. I will ring you on Friday before noon. "
    "To check that I was clear, could you tell me in your own words what happens next?",
    "That is exactly right. What questions do you have?",
)
MIDDLING = (
    "Hello, I'm Sam, a medical student.",
    "I'm sorry to hear that. Have you had any pain?",
    "That must be hard. I have your results here.",
    "The biopsy shows that it is breast cancer. I'm sorry.",
    "I understand. How old are your girls?",
    "The next step is a scan on Thursday to see if it has spread. Do you have any questions?",
    "Okay. Goodbye then.",
)
POOR = (
    "Right, date of birth?",
    "Don't worry, it'll be fine. Do you smoke?",
    "You shouldn't think like that. Any allergies?",
    "We'll get to that. Do you drink alcohol?",
    "At least it's not stage four. You need to have surgery and you should stop smoking.",
    "You'll get a letter. Any medication?",
    "Good.",
)


def talk(student: tuple[str, ...]) -> Transcript:
    turns = [Turn(speaker="student", text=student[0])]
    for said, answer in zip(PATIENT, student[1:], strict=True):
        turns += [Turn(speaker="patient", text=said), Turn(speaker="student", text=answer)]
    return Transcript(turns=tuple(turns))


def levels(card: Scorecard) -> dict[str, int]:
    return {name: -1 if result.level is None else result.level for name, result in card.scales.items()}


def quotes(card: Scorecard) -> Iterator[Quote]:
    for result in card.scales.values():
        yield from result.evidence
        yield from result.occasions
    for habit in card.habits:
        yield from habit.evidence
    yield from card.flags
    yield from card.moments


def test_three_students_are_told_apart() -> None:
    skilled, middling, poor = (grade(talk(student)) for student in (SKILLED, MIDDLING, POOR))
    assert all(levels(skilled)[name] >= levels(middling)[name] >= levels(poor)[name] for name in skilled.scales)
    assert min(levels(skilled).values()) >= 3
    assert max(levels(poor).values()) <= 1
    assert None not in (skilled.overall, middling.overall, poor.overall)
    assert skilled.overall - 25 >= middling.overall >= poor.overall + 15  # type: ignore[operator]


@pytest.mark.parametrize("student", [SKILLED, MIDDLING, POOR])
def test_every_quote_stands_in_its_turn(student: tuple[str, ...]) -> None:
    transcript = talk(student)
    found = list(quotes(grade(transcript)))
    assert len(found) > 10
    assert [one for one in found if transcript.turns[one.turn].text[one.start : one.end] != one.quote] == []


@pytest.mark.parametrize("student", [SKILLED, MIDDLING, POOR])
def test_the_same_words_give_the_same_bytes(student: tuple[str, ...]) -> None:
    transcript = talk(student)
    first = grade(transcript).model_dump_json()
    assert grade(transcript, readings=read_turns(transcript, {})).model_dump_json() == first


@pytest.mark.parametrize("student", [SKILLED, MIDDLING, POOR])
def test_no_suggestion_comes_twice(student: tuple[str, ...]) -> None:
    said = [one.say for result in grade(talk(student)).scales.values() for one in result.suggestions]
    assert len(said) == len(set(said))


def test_the_two_moments_are_the_best_and_the_worst() -> None:
    moments = grade(talk(MIDDLING)).moments
    assert len(moments) == 2
    assert all(moment.say for moment in moments if not moment.helped)
    assert {moment.helped for moment in grade(talk(SKILLED)).moments} <= {True, False}


@pytest.mark.parametrize("scale", ["empathy", "emotion_naming"])
def test_without_its_evidence_a_scale_falls(scale: str) -> None:
    transcript = talk(SKILLED)
    before = grade(transcript).scales[scale]  # type: ignore[index]
    raising = [one for one in before.evidence if one.effect == "raises"]
    after = grade(_without(transcript, raising)).scales[scale]  # type: ignore[index]
    assert raising
    assert (after.score or 0) < (before.score or 0)


def _without(transcript: Transcript, evidence: list[Evidence]) -> Transcript:
    turns = list(transcript.turns)
    for one in evidence:
        left = turns[one.turn].text.replace(one.quote, "")
        turns[one.turn] = turns[one.turn].model_copy(update={"text": left if left.strip() else "Okay."})
    return transcript.model_copy(update={"turns": tuple(turns)})


def test_said_twice_is_not_said_better() -> None:
    once = grade(talk(MIDDLING))
    twice = grade(Transcript(turns=talk(MIDDLING).turns * 2))
    assert all(twice.scales[name].level <= once.scales[name].level for name in ("empathy", "emotion_naming"))  # type: ignore[operator]


def test_a_scenario_nobody_knows_is_not_checked_for_facts() -> None:
    transcript = talk(POOR).model_copy(update={"scenario": "no-such-scenario"})
    assert grade(transcript).facts_checked is False


def test_talk_is_counted() -> None:
    turns = (
        Turn(speaker="patient", text="It hurts here."),
        Turn(speaker="student", silent=True),
        Turn(speaker="student", text="How long has it hurt?"),
    )
    counted = grade(Transcript(turns=turns)).talk
    assert (counted.student_words, counted.patient_words, counted.silences) == (5, 3, 1)
    assert (counted.longest_turn, counted.longest_turn_words) == (2, 5)


def test_six_habits_are_observed() -> None:
    names = [habit.name for habit in grade(talk(SKILLED)).habits]
    assert names == ["Welcome", "Name and ask", "Listen", "Explain", "Beyond the report", "Calm and reliable"]


@pytest.mark.parametrize("seed", range(4))
def test_the_same_turns_out_of_order_earn_less(seed: int) -> None:
    transcript = talk(SKILLED)
    turns = list(transcript.turns)
    random.Random(seed).shuffle(turns)
    before, after = grade(transcript), grade(Transcript(turns=tuple(turns)))
    assert all(levels(after)[name] <= levels(before)[name] for name in after.scales)
    assert (after.overall or 0) < (before.overall or 0) - 20
