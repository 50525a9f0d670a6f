"""Whether a named feeling fits what the patient showed, before it and right after (rubric 2.2, match check)."""

import pytest

from scoring.moves import read_turn
from scoring.namings import find_namings
from scoring.namings.fit import was_shown
from scoring.scales.emotion_naming import score


def _fits(converse, *lines: tuple[str, ...], turn: int = 1) -> bool:  # type: ignore[no-untyped-def]
    talk = converse(*lines)
    return was_shown(talk, turn, talk.readings[turn].all("names_emotion")[0])


@pytest.mark.parametrize(
    ("patient", "said", "named"),
    [
        ("Talking of it makes me tense.", "You are anxious about it.", "fear=anxious"),
        ("There's a scary look in his eyes then.", "You're frightened of him.", "fear=frightened"),
        ("I was a bit self-conscious in the chair.", "You felt embarrassed.", "shame=embarrassed"),
        ("I'm under pressure from all sides.", "That's a lot of stress for you.", "fear=stress"),
        ("They never rang, I'm furious.", "That is upsetting.", "sadness=upsetting"),
    ],
)
def test_a_near_word_of_the_patients_is_enough(converse, patient: str, said: str, named: str) -> None:  # type: ignore[no-untyped-def]
    assert _fits(converse, ("P", patient), ("S", said, f"names_emotion:{named}"))


@pytest.mark.parametrize(
    ("patient", "said", "named"),
    [
        ("I lost my ticket twice, I'm furious.", "You are sad about it.", "sadness=sad"),
        ("I take them with water.", "You are anxious about it.", "fear=anxious"),
        ("I'm not scared at all.", "You are scared.", "fear=scared"),
        ("We won the cup, I'm delighted.", "That is upsetting.", "sadness=upsetting"),
    ],
)
def test_what_nothing_showed_does_not_fit(converse, patient: str, said: str, named: str) -> None:  # type: ignore[no-untyped-def]
    assert not _fits(converse, ("P", patient), ("S", said, f"names_emotion:{named}"))


TALK = (
    ("P", "I'm scared he'll push me again."),
    ("S", "Go on."),
    ("P", "We moved in May."),
    ("S", "Mm."),
    ("P", "It was a small flat."),
    ("S", "Mm."),
    ("P", "My sister came to help."),
)


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ("When he pushed you, it frightened you.", True),
        ("So far you've told me of the move, and that you are frightened.", True),
        ("You are frightened of lifts.", False),
    ],
)
def test_a_summary_is_compared_with_the_whole_talk(converse, said: str, fits: bool) -> None:  # type: ignore[no-untyped-def]
    assert _fits(converse, *TALK, ("S", said, "names_emotion:fear=frighten"), turn=7) == fits


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("I keep thinking of it, I'm scared stiff.", "accurate"),
        ("I take them with water, mostly.", "ungrounded"),
        ("No, it's not that.", "rejected"),
    ],
)
def test_the_patients_next_words_decide(converse, reply: str, verdict: str) -> None:  # type: ignore[no-untyped-def]
    talk = converse(
        ("P", "I take them at night."), ("S", "You are anxious.", "names_emotion:fear=anxious"), ("P", reply)
    )
    assert [naming.verdict for naming in find_namings(talk)] == [verdict]


def test_an_accepted_correction_is_told_as_one(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(
        ("P", "They never rang, I'm fuming."),
        ("S", "You sound sad.", "names_emotion:sadness~=sad"),
        ("P", "No, not sad."),
        ("S", "Furious then.", "names_emotion:anger=Furious"),
        ("P", "Yes."),
    )
    assert [(one.turn, one.effect) for one in score(talk).evidence] == [(1, "raises"), (3, "raises")]


def test_somebody_elses_jealousy_is_no_naming() -> None:
    assert read_turn("Being jealous and not letting you out.", []).all("names_emotion") == ()
