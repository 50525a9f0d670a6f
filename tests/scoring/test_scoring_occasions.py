"""Occasions from the ledger and from the text: which of them wins, and what repetition adds."""

import pytest

from personas.vocabulary import CueKind, Family
from scoring.occasions import find_opportunities, find_questions
from scoring.transcript import Cue, Transcript, Turn


def talk(*said: str, cues: tuple[Cue, ...] = ()) -> Transcript:
    """What the patient said, with a word of the student's after each."""
    turns = [
        turn for text in said for turn in (Turn(speaker="patient", text=text), Turn(speaker="student", text="Hm."))
    ]
    return Transcript(turns=tuple(turns), cues=cues)


def test_the_ledger_wins_over_the_text_of_its_turn() -> None:
    text = "I'm furious about the wait. My sister had the same lump."
    kind: CueKind = "cue"
    family: Family = "fear"
    cue = Cue(turn=0, kind=kind, family=family, intensity=0.3, quote="My sister had the same lump.")
    (one,) = find_opportunities(talk(text, cues=(cue,)))
    assert (one.kind, one.family, one.intensity, one.quote) == ("cue", "fear", 0.3, "My sister had the same lump.")
    assert one.known
    assert one.families == {"fear", "sadness", "anger"}


def test_a_turn_the_ledger_does_not_name_is_read_from_its_text() -> None:
    cue = Cue(turn=0, kind="cue", family="fear", intensity=0.3, quote="They rang twice.")
    found = find_opportunities(talk("They rang twice.", "I'm so ashamed.", cues=(cue,)))
    assert [(one.turn, one.family, one.known) for one in found] == [(0, "fear", True), (2, "shame", False)]


def test_the_same_worry_again_weighs_more() -> None:
    worry = "I'm worried about the shadow on my lung."
    first, again = find_opportunities(talk(worry, worry))
    assert round(again.intensity - first.intensity, 2) == 0.1


def test_what_the_ledger_weighed_is_left_when_it_comes_back() -> None:
    worry = "I'm worried about the shadow on my lung."
    cues = tuple(Cue(turn=at, kind="concern", family="fear", intensity=0.5, quote=worry) for at in (0, 2))
    assert [one.intensity for one in find_opportunities(talk(worry, worry, cues=cues))] == [0.5, 0.5]


def test_questions_are_found_by_turn() -> None:
    found = find_questions(talk("It hurts.", "Right. Will I need an operation?").turns)
    assert {turn: quote.quote for turn, quote in found.items()} == {2: "Will I need an operation?"}


def after(student: str, patient: str) -> list[tuple[str, str | None]]:
    """Kind and family of what shows in the patient's answer to one turn of the student's."""
    turns = (Turn(speaker="student", text=student), Turn(speaker="patient", text=patient))
    return [(one.kind, one.family) for one in find_opportunities(Transcript(turns=turns))]


@pytest.mark.parametrize(
    ("student", "patient", "found"),
    [
        ("You should join the walking group.", "I don't want to go.", [("challenge", "ambivalence")]),
        ("Thanks for coming.", "I don't want to go.", []),
        ("You need to drink less.", "It's my choice.", [("challenge", "anger")]),
        ("Hello.", "It's my choice.", []),
        ("Hello.", "I don't see how anyone can help.", [("challenge", "ambivalence")]),
        ("You need to drink less.", "It's my own choice, nobody makes me.", []),
        ("Hello.", "I don't think I can go through it again.", [("challenge", "anger")]),
    ],
)
def test_resistance_needs_something_resisted(student: str, patient: str, found: list[tuple[str, str | None]]) -> None:
    assert after(student, patient) == found


@pytest.mark.parametrize(
    ("student", "patient", "found"),
    [
        ("It sounds as if you feel overwhelmed.", "Yes, I'm overwhelmed, exactly.", []),
        ("It sounds as if you feel overwhelmed.", "I'm ashamed, really.", [("concern", "shame")]),
        ("Are you worried?", "Yes, I'm worried about the rent and the twins.", [("concern", "fear")]),
        ("So that's on your mind a lot.", "Yes, that's on my mind.", []),
        ("So that's on your mind a lot.", "Yes, it's on my mind all night, every night.", [("cue", "fear")]),
    ],
)
def test_a_word_handed_back_with_a_yes_is_no_new_occasion(
    student: str, patient: str, found: list[tuple[str, str | None]]
) -> None:
    assert after(student, patient) == found


@pytest.mark.parametrize(
    ("student", "patient", "found"),
    [
        ("Do you smoke?", "I haven't smoked for two years.", []),
        ("Do you smoke?", "I haven't smoked for two years, and I'm counting.", [("progress", "relief")]),
        ("How are things?", "I haven't smoked for two weeks.", [("progress", "relief")]),
    ],
)
def test_an_answer_about_habits_is_no_success_without_pride(
    student: str, patient: str, found: list[tuple[str, str | None]]
) -> None:
    assert after(student, patient) == found


@pytest.mark.parametrize(
    ("student", "patient", "found"),
    [
        ("Have you heard of a polyp?", "No, I don't know what that is.", []),
        ("It's a polyp.", "I don't know what that is.", [("cue", "confusion")]),
        ("How are you today?", "Going well, thanks.", []),
        ("What would you like for them?", "I wish I knew.", []),
        ("What would you like for them?", "I wish I knew how long I've got.", [("cue", "fear")]),
    ],
)
def test_what_only_answers_the_question_is_no_occasion(
    student: str, patient: str, found: list[tuple[str, str | None]]
) -> None:
    assert after(student, patient) == found


def test_a_question_of_the_students_given_back_is_owed_no_answer() -> None:
    turns = (
        Turn(speaker="student", text="How much do you sleep?"),
        Turn(speaker="patient", text="How much do I sleep?"),
    )
    assert find_questions(turns) == {}
