"""Who is the student and who the patient: by a word, as told, or a question back; never a guess."""

import pytest

from scoring.transcript import TranscriptError, Turn
from scoring.transcript_files.speakers import Said, as_turns_of


def sides(*names: str, students: tuple[str, ...] = ()) -> list[str]:
    said = [Said(line, name, f"Words {line}.") for line, name in enumerate(names, start=1)]
    return [turn.speaker for turn in as_turns_of(said, students)]


@pytest.mark.parametrize(
    ("clinician", "patient"),
    [
        ("Doctor", "Patient"),
        ("STUDENT", "pt"),
        ("clinician", "client"),
        ("Dr. Ann Lee", "Mrs Rivera"),
        ("Nurse Bo", "Mother"),
        ("GP", "Leo"),
        ("Medical student 3", "SP 2"),
        ("Anna", "Patient"),
        ("Therapist (Ann)", "Dad"),
    ],
)
def test_a_word_says_who_the_student_is(clinician: str, patient: str) -> None:
    assert sides(patient, clinician, patient.upper()) == ["patient", "student", "patient"]


def test_a_name_that_was_given_is_the_students_whatever_it_says() -> None:
    assert sides("Ann", "Bob", students=(" ANN ",)) == ["student", "patient"]
    assert sides("Dr Lee", "Dr Cho", students=("Dr Cho",)) == ["patient", "student"]
    assert sides("Ann", "Cem", "Patient", students=("Ann", "Cem")) == ["student", "student", "patient"]


def test_several_on_the_patients_side_are_known_by_words() -> None:
    assert sides("Doctor", "Patient", "Mother") == ["student", "patient", "patient"]


@pytest.mark.parametrize(
    ("names", "students", "fault"),
    [
        (
            ("Ann", "Bob"),
            (),
            r"not clear who the student is; the names are Ann \(line 1\), Bob \(line 2\): .*--student",
        ),
        (("Doctor", "Nurse", "Patient"), (), "not clear who the student is"),
        (("Mother", "Patient"), (), "not clear who the student is"),
        (("Doctor's wife", "Patient"), (), "not clear who the student is"),
        (("Doctor", "Ann", "Patient"), (), r"not clear who the patient is; the name is Ann \(line 2\)"),
        (
            ("Ann", "Bob", "Cem"),
            ("Ann",),
            r"not clear who the patient is; the names are Bob \(line 2\), Cem \(line 3\)",
        ),
        (("Ann", "Dr Lee", "Patient"), ("Ann",), r"not clear who the patient is; the name is Dr Lee \(line 2\)"),
        (("Ann", "Bob"), ("Eve",), r"nobody in it is called Eve; the names are Ann \(line 1\), Bob \(line 2\)"),
        (("Doctor",), (), "only the student speaks in it"),
        (("Patient",), (), "not clear who the student is"),
        (tuple("ABCDEFGH"), (), r"A \(line 1\), .*F \(line 6\) and 2 more"),
        ((), (), "nothing is said in it"),
    ],
)
def test_what_is_not_clear_is_asked_back_with_the_names(
    names: tuple[str, ...], students: tuple[str, ...], fault: str
) -> None:
    with pytest.raises(TranscriptError, match=fault):
        sides(*names, students=students)


def test_what_one_person_said_in_a_row_is_one_turn_from_its_first_words() -> None:
    said = [
        Said(1, "Doctor", "Hello.", at_s=1.0),
        Said(2, "doctor", "Sit down.", does="Points to a chair.", at_s=4.0),
        Said(3, "Patient", "Thanks.", at_s=60.0),
    ]

    assert as_turns_of(said) == (
        Turn(speaker="student", text="Hello. Sit down.", does="Points to a chair.", at_s=1.0),
        Turn(speaker="patient", text="Thanks.", at_s=60.0),
    )


def test_a_silence_stays_a_turn_of_its_own() -> None:
    said = [
        Said(1, "Doctor", "I'm sorry."),
        Said(2, "Doctor", silent=True),
        Said(3, "Doctor", "Take your time."),
        Said(4, "Patient", "Oh."),
    ]

    assert [(turn.text, turn.silent) for turn in as_turns_of(said)] == [
        ("I'm sorry.", False),
        ("", True),
        ("Take your time.", False),
        ("Oh.", False),
    ]


def test_a_relative_who_speaks_after_the_patient_has_a_turn_of_their_own() -> None:
    assert sides("Doctor", "Patient", "Mother", "Mother") == ["student", "patient", "patient"]
