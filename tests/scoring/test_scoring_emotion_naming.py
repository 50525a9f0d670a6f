"""Naming the emotion: which namings fit, and what holds a level down."""

import pytest

from personas import find_scenario
from scoring.namings import find_namings
from scoring.scales.emotion_naming import score
from scoring.transcript import Cue

FEAR = ("P", "I'm really scared it has come back.")
NAMES = ("S", "It sounds as if you are frightened.", "names_emotion:fear~=It sounds as if you are frightened.")
STATES = ("S", "You are frightened.", "names_emotion:fear=You are frightened.")
PLAIN = ("S", "Any pain?", "closed_question=Any pain?")


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        ((FEAR, PLAIN), 0),
        ((FEAR, ("S", "You should not feel that.", "dismisses=You should not feel that.")), 0),
        ((FEAR, ("S", "That is tough.", "acknowledges=That is tough.")), 1),
        ((FEAR, ("S", "How do you feel about it?", "elicits_concerns=How do you feel about it?")), 1),
        ((FEAR, ("S", "You seem angry.", "names_emotion:anger=You seem angry.")), 1),
        ((FEAR, STATES, ("P", "Hm.")), 2),
        ((FEAR, NAMES, ("P", "Hm.")), 3),
        ((FEAR, STATES, ("P", "Yes. I lie awake and think of my mother and the ward.")), 4),
        ((FEAR, NAMES, ("P", "Yes.")), 4),
        ((FEAR, PLAIN, ("P", "I feel so low."), PLAIN, ("P", "I can't cope."), STATES, ("P", "Yes.")), 2),
        ((FEAR, STATES, ("P", "I'm not scared, I'm angry.")), 1),
    ],
)
def test_what_was_named_gives_the_level(converse, lines, level: int) -> None:  # type: ignore[no-untyped-def]
    assert score(converse(*lines)).level == level


def test_naming_then_comfort_in_the_same_turn_is_only_noticing(converse) -> None:  # type: ignore[no-untyped-def]
    said = "You are frightened, but it will be fine."
    talk = converse(FEAR, ("S", said, "names_emotion:fear=You are frightened", "reassures_early=it will be fine"))
    assert ([naming.verdict for naming in find_namings(talk)], score(talk).level) == (["closed"], 1)


def test_a_feeling_without_any_sign_is_no_credit(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(("P", "It is my knee."), NAMES, ("P", "Hm."), FEAR, PLAIN)
    assert [naming.verdict for naming in find_namings(talk)] == ["ungrounded"]


def test_a_list_to_pick_from_stops_at_two(converse) -> None:  # type: ignore[no-untyped-def]
    said = "Are you sad, angry or scared?"
    marks = ("names_emotion:sadness~=sad", "names_emotion:anger~=angry", "names_emotion:fear~=scared")
    result = score(converse(FEAR, ("S", said, *marks), ("P", "Yes, scared.")))
    assert (result.level, len(result.caps)) == (2, 1)


def test_naming_on_every_turn_stops_at_two(converse) -> None:  # type: ignore[no-untyped-def]
    namings = [
        "It sounds as if you are scared.",
        "You seem frightened again.",
        "That must be terrifying to hear.",
        "I wonder if this makes you nervous now.",
        "So the nights are full of dread.",
    ]
    lines = [
        line for said in namings for line in (("P", "I'm afraid, yes."), ("S", said, f"names_emotion:fear~={said}"))
    ]
    result = score(converse(*lines, ("P", "Yes.")))
    assert (result.level, result.caps) == (2, ("A feeling was named on nearly every turn, so the level stops at 2.",))


def test_a_feeling_only_hinted_at_must_be_named_for_a_four(converse) -> None:  # type: ignore[no-untyped-def]
    hint = ("P", "I only go to the shop at night.")
    cue = Cue(turn=3, kind="cue", family="shame", intensity=0.4, quote=hint[1])
    result = score(converse(FEAR, NAMES, ("P", "Yes, I am."), hint, PLAIN, cues=(cue,)))
    assert result.level == 3
    assert result.to_next == "A 4 needs the feeling that was only hinted at to be named, as a guess."


def test_without_a_feeling_there_is_nothing_to_score(converse) -> None:  # type: ignore[no-untyped-def]
    result = score(converse(("P", "It is my knee."), PLAIN))
    assert (result.level, result.score) == (None, None)


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ("It has not come back.", "accurate"),
        ("The clinic opens at nine on weekdays.", "closed"),
    ],
)
def test_only_an_answer_to_the_very_fear_may_follow_its_name(converse, told: str, verdict: str) -> None:  # type: ignore[no-untyped-def]
    said = f"You are frightened. {told}"
    talk = converse(FEAR, ("S", said, "names_emotion:fear=You are frightened.", f"tells_fact={told}"))
    assert [naming.verdict for naming in find_namings(talk)] == [verdict]


def test_feedback_speaks_of_the_person_who_was_there(converse) -> None:  # type: ignore[no-untyped-def]
    persona, _ = find_scenario("maria-biopsy-result")
    result = score(converse(FEAR, STATES, ("P", "No, I'm not scared, I'm angry."), persona=persona))
    assert "the patient" not in " ".join([result.to_next or "", result.counted, *(one.why for one in result.evidence)])
