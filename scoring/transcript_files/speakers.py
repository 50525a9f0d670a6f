"""Who is who: the names of a conversation as student and patient, by words or as told; never by guessing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scoring.transcript import Speaker, TranscriptError, Turn

_STUDENT = """
student clinician learner trainee doctor dr physician gp medic surgeon consultant registrar resident intern nurse
midwife paramedic dentist pharmacist radiologist oncologist therapist physiotherapist psychologist psychiatrist
counsellor counselor practitioner provider interviewer
"""
_PATIENT = """
patient pt sp client mother mum mom father dad parent grandmother grandfather wife husband spouse partner son daughter
brother sister guardian relative carer caregiver
"""
_STUDENT_WORDS, _PATIENT_WORDS = frozenset(_STUDENT.split()), frozenset(_PATIENT.split())
_SILENCE = re.compile(
    r"[\[(*]\s*(?:a |long |in )*(?:silence|silent|remains silent|stays silent)\b[^\])*]*[\])*]", re.IGNORECASE
)


@dataclass(frozen=True)
class Said:
    """One caption or row: who said what, where it stands in the file, and when it began."""

    line: int
    name: str
    text: str = ""
    does: str | None = None
    at_s: float | None = None
    silent: bool = False


def is_silence(text: str) -> bool:
    """Whether the words only mark a silence: "[silence]", "(long silence)"."""
    return bool(_SILENCE.fullmatch(text.strip()))


def is_role(word: str) -> bool:
    """Whether a word says on which side of a consultation someone is: "Doctor", "pt"."""
    return word.casefold() in _STUDENT_WORDS | _PATIENT_WORDS


def as_turns_of(said: Sequence[Said], students: Sequence[str] = ()) -> tuple[Turn, ...]:
    """The turns of a conversation; what one person said in a row is one turn, which began when its first words did.

    A silence stays a turn of its own. A gap in time is none: it must be marked.

    Raises:
        TranscriptError: nothing was said, or it is not clear who is the student and who the patient.
    """
    if not said:
        raise TranscriptError("nothing is said in it")
    first = {_key(one.name): one for one in reversed(said)}
    ours = _named(first, students) if students else _by_word(first)
    _refuse_if_unclear([one for key, one in first.items() if key not in ours])
    return tuple(_turn("student" if _key(run[0].name) in ours else "patient", run) for run in _runs(said))


def _turn(speaker: Speaker, run: Sequence[Said]) -> Turn:
    return Turn(
        speaker=speaker,
        text=" ".join(one.text for one in run if one.text),
        does=" ".join(one.does for one in run if one.does) or None,
        silent=run[0].silent,
        at_s=run[0].at_s,
    )


def _runs(said: Sequence[Said]) -> list[list[Said]]:
    """What one person said in a row, together."""
    runs: list[list[Said]] = []
    for one in said:
        if runs and _key(runs[-1][-1].name) == _key(one.name) and not (one.silent or runs[-1][-1].silent):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _named(first: Mapping[str, Said], students: Sequence[str]) -> set[str]:
    """The names that were given as the student's."""
    for student in students:
        if _key(student) not in first:
            raise TranscriptError(f"nobody in it is called {student}; {_who(first.values())}")
    return {_key(student) for student in students}


def _by_word(first: Mapping[str, Said]) -> set[str]:
    """The one name that a word says is the student's, or that is left when the only other is the patient's."""
    sides = {key: _word_sides(one.name) for key, one in first.items()}
    found = {key for key in sides if sides[key] == {"student"}}
    if not found and len(sides) == 2 and {"patient"} in sides.values():
        found = {key for key in sides if not sides[key]}
    if len(found) != 1:
        raise TranscriptError(
            f"it is not clear who the student is; {_who(first.values())}: "
            "say who with --student NAME, or write Student and Patient"
        )
    return found


def _refuse_if_unclear(others: Sequence[Said]) -> None:
    """Whoever is not the student is the patient's side, by a word, or because there is only one other."""
    if not others:
        raise TranscriptError("only the student speaks in it: name the patient where they speak")
    unclear = [one for one in others if _word_sides(one.name) != {"patient"}]
    if unclear and len(others) > 1:
        raise TranscriptError(
            f"it is not clear who the patient is; {_who(unclear)}: write Patient (or Mother, Partner, ...) for "
            "those on the patient's side, name more than one student with --student, and take other lines out"
        )


def _word_sides(name: str) -> set[Speaker]:
    """Which sides the words of a name speak for: "Dr Lee" the student's, "Anna" none, "Doctor's wife" both."""
    words = set(re.findall(r"[^\W\d_]+", name.casefold()))
    found: set[Speaker] = set()
    if words & _STUDENT_WORDS:
        found.add("student")
    if words & _PATIENT_WORDS:
        found.add("patient")
    return found


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _who(said: Iterable[Said]) -> str:
    """The names with the lines they first stand in, at most six."""
    shown = [f"{' '.join(one.name.split())[:40]} (line {one.line})" for one in sorted(said, key=lambda one: one.line)]
    more = f" and {len(shown) - 6} more" if len(shown) > 6 else ""
    return f"the {'names are' if len(shown) > 1 else 'name is'} {', '.join(shown[:6])}{more}"
