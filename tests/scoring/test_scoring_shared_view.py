"""Judgements shared, wishes given back, and a patient's turn that runs on: how the answers are graded (rubric 2.1)."""

import pytest

from scoring import Transcript, grade
from scoring.moves import read_turn
from scoring.responses import respond

GROSS = "I'm scared of the pictures on the packets."


@pytest.mark.parametrize(
    ("said", "reply", "grade_"),
    [
        ("Those are so gross.", "I know!", 2),
        ("That is really awful.", "Isn't it?", 2),
        ("Those are so gross.", "I know what they are for.", 0),
        ("Those are new.", "I know!", 0),
        ("Those are so gross.", "They changed them in May.", 0),
    ],
)
def test_a_shared_view_counts_where_the_patient_takes_it_up(converse, said: str, reply: str, grade_: int) -> None:  # type: ignore[no-untyped-def]
    assert [one.grade for one in respond(converse(("P", GROSS), ("S", said), ("P", reply)))] == [grade_]


@pytest.mark.parametrize(("reply", "grade_"), [("Yes.", 3), ("It was in May.", 2)])
def test_a_wish_given_back_and_confirmed_is_understood(converse, reply: str, grade_: int) -> None:  # type: ignore[no-untyped-def]
    said = "What I hear you saying is you want to sing with your choir."
    talk = converse(("P", "I feel lonely without my choir."), ("S", said, f"reflects_complex={said}"), ("P", reply))
    assert [one.grade for one in respond(talk)] == [grade_]


def test_a_turn_that_runs_on_over_a_sound_is_one(converse) -> None:  # type: ignore[no-untyped-def]
    said = "So the stairs are what it comes down to."
    talk = converse(
        ("P", "I'm worried."),
        ("S", "Mm-hm.", "minimal=Mm-hm."),
        ("P", "It's the stairs at home."),
        ("S", said, f"reflects={said}"),
    )
    assert [one.did for one in respond(talk)] == ["you heard what was said, but not the feeling in it"]


@pytest.mark.parametrize(
    ("said", "kind", "found"),
    [
        ("It's too hard?", "reflects", True),
        ("It's this feeling that everybody has moved on.", "reflects_complex", True),
        ("You cut down to ten, that's a real achievement.", "respects", True),
        ("Is it too hard?", "reflects", False),
        ("It's too big for the box.", "reflects", False),
        ("It's not much of an achievement.", "respects", False),
    ],
)
def test_what_gives_back_and_what_affirms(said: str, kind: str, found: bool) -> None:
    heard = [{"speaker": "patient", "text": "I can't get going at the moment."}]
    assert read_turn(said, heard).has(kind) == found  # type: ignore[arg-type]


def test_the_same_words_are_not_praised_and_blamed() -> None:
    said = ["I'm furious with the council.", "You sound lonely.", "Yeah.", "I see."]
    turns = [{"speaker": ("patient", "student")[place % 2], "text": text} for place, text in enumerate(said)]
    scales = grade(Transcript.model_validate({"turns": turns})).scales
    praised = {(one.turn, one.quote) for one in scales["emotion_naming"].evidence if one.effect == "raises"}
    blamed = {(one.turn, one.quote) for one in scales["empathy"].evidence if one.effect == "lowers"}
    assert (praised, praised & blamed) == ({(1, "You sound lonely.")}, set())


REPROACH = "You don't know how it feels at my age."


@pytest.mark.parametrize(
    ("said", "grade_"),
    [
        ("You're right.", 2),
        ("That's true.", 2),
        ("Yes, all of that is true.", 2),
        ("You're right to come.", 0),
        ("That's true, but we have to fill in the form.", 0),
        ("Right. Next form.", 0),
    ],
)
def test_a_reproach_granted_is_heard(converse, said: str, grade_: int) -> None:  # type: ignore[no-untyped-def]
    assert [one.grade for one in respond(converse(("P", REPROACH), ("S", said), ("P", "Hm.")))] == [grade_]


def test_a_loss_is_not_granted_like_a_reproach(converse) -> None:  # type: ignore[no-untyped-def]
    assert [
        one.grade for one in respond(converse(("P", "My dad died in June."), ("S", "That's true."), ("P", "Hm.")))
    ] == [0]


@pytest.mark.parametrize(
    ("reply", "grade_"),
    [
        ("No. It needn't be like that with him.", 3),
        ("That's a very good way of putting it.", 3),
        ("Maybe that's what I've been dreading.", 3),
        ("The rain has stopped.", 2),
        ("It should be Friday.", 2),
    ],
)
def test_a_patient_who_takes_the_words_over_felt_understood(converse, reply: str, grade_: int) -> None:  # type: ignore[no-untyped-def]
    said = "It needn't be like that with him."
    talk = converse(("P", "I'm scared of him."), ("S", said, f"reflects={said}"), ("P", reply))
    assert [one.grade for one in respond(talk)] == [grade_]


def test_words_that_were_the_patients_own_are_not_taken_over(converse) -> None:  # type: ignore[no-untyped-def]
    said = "You are scared of him when he drinks."
    talk = converse(
        ("P", "I'm scared of him when he drinks."),
        ("S", said, f"reflects={said}"),
        ("P", "Scared of him when he drinks."),
    )
    assert [one.grade for one in respond(talk)] == [2]


@pytest.mark.parametrize(("reply", "grade_"), [("That really means so much.", 2), ("Okay.", 1)])
def test_an_offer_to_be_there_that_meant_something_is_heard(converse, reply: str, grade_: int) -> None:  # type: ignore[no-untyped-def]
    said = "I'll stand by you."
    talk = converse(("P", "I'm scared of it all."), ("S", said, f"partners={said}"), ("P", reply))
    assert [one.grade for one in respond(talk)] == [grade_]


def test_more_asked_of_what_was_spoken_of_lately_takes_it_up(converse) -> None:  # type: ignore[no-untyped-def]
    said = "Tell me more about the interview."
    lines = (
        ("P", "The interview went badly."),
        ("S", "Oh no."),
        ("P", "I'm scared there was more I should have said."),
    )
    talk = converse(*lines, ("S", said, f"open_question={said}"), ("P", "Well."))
    assert [one.grade for one in respond(talk)][-1] == 2


@pytest.mark.parametrize(
    ("said", "grade_"),
    [("You mentioned your brother.", 0), ("You mentioned the phone.", 2), ("You described it well.", 2)],
)
def test_words_put_into_a_patients_mouth_are_not_heard(converse, said: str, grade_: int) -> None:  # type: ignore[no-untyped-def]
    talk = converse(("P", "I'm scared of the phone."), ("S", said, f"reflects={said}"), ("P", "Oh."))
    assert [one.grade for one in respond(talk)] == [grade_]
