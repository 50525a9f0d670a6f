"""Six habits by rule: what was there, what was missing, and the words it rests on."""

import pytest

from scoring import Transcript, Turn, grade
from scoring.habits import observe
from scoring.scales.empathy import score


def seen(converse, *lines) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return {habit.name: habit.seen for habit in observe(converse(*lines))}


def test_a_welcome_says_names_and_role(converse) -> None:  # type: ignore[no-untyped-def]
    whole = ("S", "Good morning Mrs Rivera, I'm Sam, a medical student.", "welcomes=Good morning Mrs Rivera, I'm Sam")
    assert seen(converse, whole)["Welcome"] == (
        "You began with a greeting, and said their name, your own name and your role."
    )
    bare = ("S", "Good morning.", "welcomes=Good morning")
    assert seen(converse, bare)["Welcome"] == (
        "You began with a greeting. You did not say their name, your own name or your role."
    )
    cold = ("S", "Date of birth?", "closed_question=Date of birth?")
    assert seen(converse, cold)["Welcome"] == "You began without a greeting or an introduction."


def test_a_feeling_counts_where_it_fitted(converse) -> None:  # type: ignore[no-untyped-def]
    patient = ("P", "I'm scared.")
    right = ("S", "You sound frightened.", "names_emotion:fear~=frightened")
    wrong = ("S", "You sound angry.", "names_emotion:anger~=angry")
    assert seen(converse, patient, right, ("P", "Yes."))["Name and ask"] == (
        "You put a feeling into words in 1 turn, and it fitted."
    )
    assert seen(converse, patient, wrong, ("P", "Well."))["Name and ask"] == (
        "You put a feeling into words in 1 turn; it did not fit, or was closed again."
    )


def test_a_sentence_cut_off_is_seen(converse) -> None:  # type: ignore[no-untyped-def]
    talk = (("P", "I was going to say that--"), ("S", "Any pain?", "closed_question=Any pain?"), ("P", "No."))
    assert seen(converse, *talk)["Listen"].endswith("In 1 turn you came in before they had finished.")


def test_a_teach_back_counts_as_it_was_answered(converse) -> None:  # type: ignore[no-untyped-def]
    asks = ("S", "Could you tell me in your own words?", "teach_back=in your own words")
    failed = seen(converse, ("P", "Hello."), asks, ("P", "I don't know, I can't remember any of it at all."))
    said = seen(converse, ("P", "Hello."), asks, ("P", "I take one tablet each morning with a glass of water."))
    assert failed["Explain"].endswith("You asked once to hear it in their own words; they could not say it back.")
    assert said["Explain"].endswith("You asked once to hear it in their own words; they could say it back once.")


def test_what_it_means_and_what_comes_next_close_the_loop(converse) -> None:  # type: ignore[no-untyped-def]
    last = (
        "S",
        "That means the bone is healing. I will ring you on Friday. What questions do you have?",
        "promises=I will ring you on Friday",
        "checks_specific=What questions do you have?",
    )
    assert seen(converse, ("P", "And?"), last)["Beyond the report"] == (
        "You said what it means, said what comes next and made room for questions. You did not bring it together."
    )
    assert seen(converse, ("P", "And?"), ("S", "Goodbye."))["Beyond the report"] == (
        "You did not say what it means or what comes next."
    )


def test_haste_and_several_questions_at_once_are_not_calm(converse) -> None:  # type: ignore[no-untyped-def]
    hasty = ("S", "Just quickly, any pain? Fever? Cough?", "stacked_question=any pain? Fever? Cough?")
    assert seen(converse, ("P", "Hello."), hasty)["Calm and reliable"] == (
        "No turn of yours ran over 120 words. In 1 turn you asked several things at once. "
        "In 1 turn your words sounded like haste. You promised nothing with a time on it."
    )


def test_a_question_put_off_is_counted(converse) -> None:  # type: ignore[no-untyped-def]
    talk = (("P", "Is it cancer?"), ("S", "How is your sleep?", "open_question=How is your sleep?"), ("P", "Bad."))
    assert "They put 1 question to you; 1 did not get an answer at once." in seen(converse, *talk)["Calm and reliable"]


def test_who_said_nothing_has_no_habits(converse) -> None:  # type: ignore[no-untyped-def]
    assert observe(converse(("P", "Hello?"), ("S", ""))) == ()


def test_a_reproach_is_no_listening(converse) -> None:  # type: ignore[no-untyped-def]
    blamed = ("S", "It's your fault he smokes.", "reflects=your fault he smokes", "blames=your fault")
    talk = converse(("P", "I feel so guilty that he smokes."), blamed, ("P", "Oh."))
    habits = {one.name: one for one in observe(talk, (score(talk),))}

    assert (habits["Listen"].seen, habits["Listen"].evidence) == (
        "You asked 0 open questions and 0 closed, and gave their words back in no turn. Of 100 words, 38 were yours.",
        (),
    )


def test_a_promise_made_early_is_what_comes_next(converse) -> None:  # type: ignore[no-untyped-def]
    early = ("S", "I will ring you on Friday.", "promises=I will ring you on Friday")
    asks = ("S", "Any pain?", "closed_question=Any pain?")
    talk = (("P", "And?"), early, ("P", "Good."), asks, ("P", "No."), asks, ("P", "No."), asks)

    assert seen(converse, *talk)["Beyond the report"].startswith("You said what comes next.")


def test_haste_in_words_that_are_praised_is_none(converse) -> None:  # type: ignore[no-untyped-def]
    promise = ("S", "I will quickly ring you on Friday.", "promises=I will quickly ring you on Friday")
    plain = ("S", "Just quickly, any pain?", "closed_question=any pain?")
    calm = [seen(converse, ("P", "And?"), said)["Calm and reliable"] for said in (promise, plain)]

    assert ["haste" in one for one in calm] == [False, True]


def test_an_answer_to_something_else_is_no_failure_to_say_it_back(converse) -> None:  # type: ignore[no-untyped-def]
    told = ("S", "The test looks at your blood. It takes five minutes.", "tells_fact=The test looks at your blood.",
            "tells_plan=It takes five minutes.")  # fmt: skip
    asks = ("S", "Could you tell me in your own words?", "teach_back=in your own words")
    other = seen(converse, ("P", "Hello."), told, ("P", "Hm."), asks, ("P", "My sister is getting married next week."))
    back = seen(converse, ("P", "Hello."), told, ("P", "Hm."), asks,
                ("P", "You test my blood, and it takes about five minutes."))  # fmt: skip

    assert other["Explain"].endswith("in their own words; it did not come back.")
    assert back["Explain"].endswith("in their own words; they could say it back once.")


def told(*lines: tuple[str, str]) -> dict[str, str]:
    """What the habits say of a talk that is read from its words."""
    sides = {"S": "student", "P": "patient"}
    turns = tuple(Turn.model_validate({"speaker": sides[side], "text": text}) for side, text in lines)
    return {habit.name: habit.seen for habit in grade(Transcript(turns=turns)).habits}


HILLS = ("P", "I want to walk the hills again.")


@pytest.mark.parametrize(
    "said",
    [
        "Hello Mrs Bell, I'm Ada, one of the advocates here.",
        "Hello Mrs Bell, I'm Ada. I work with Doctor Low on this floor.",
        "Hello Mrs Bell, my name is Ada, I'm your health coach.",
        "Hello Mrs Bell, I'm Ada Whitby-Cole, one of the medical students.",
        "Hello Mrs Bell, I'm Seán O'Dowd, a nurse on this ward.",
    ],
)
def test_a_role_is_a_role_in_any_words(said: str) -> None:
    assert told(("S", said), HILLS)["Welcome"].endswith("and said their name, your own name and your role.")


def test_what_came_later_in_the_talk_is_not_said_to_be_missing() -> None:
    talk = (("S", "Hello."), HILLS, ("S", "I see."), HILLS, ("S", "My name is Ada, I am a nurse, Mrs Bell."))
    assert told(*talk)["Welcome"] == "You began with a greeting."


def test_an_excerpt_is_not_blamed_for_its_beginning() -> None:
    middle = "The transcript starts in the middle of a talk, so there is no welcome to look at."
    assert told(HILLS, ("S", "How would that be?"))["Welcome"] == middle
    assert told(("S", "So you like the hills."), HILLS)["Welcome"] == middle


def test_a_greeting_that_was_left_unanswered_is_missed() -> None:
    talk = (("P", "Good morning, doctor."), ("S", "Date of birth?"), ("P", "May."))
    assert told(*talk)["Welcome"] == "You began without a greeting or an introduction."


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("We will meet again in about a month.", "1 promise"),
        ("I will be back in a few minutes.", "1 promise"),
        ("Before you leave today, I'll ring the pool.", "1 promise"),
        ("You will take it every day.", "nothing"),
        ("You walked here in about an hour.", "nothing"),
    ],
)
def test_a_promise_has_a_time_and_every_day_is_none(said: str, count: str) -> None:
    seen = told(("S", "Hello."), HILLS, ("S", said), ("P", "Okay."))["Calm and reliable"]
    assert f"{count} with a time on it" in seen


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("So to bring it together: the hills matter to you.", False),
        ("We've talked about the hills and the pool.", False),
        ("So you like the hills, you miss your dog, you walked with your brother, and you and your knee had a bad year,"
         " and you still hope for the summer.", False),
        ("We could walk together.", True),
        ("You like the hills.", True),
    ],
)  # fmt: skip
def test_a_word_to_bring_it_together_may_stand_anywhere(said: str, missing: bool) -> None:
    filler = [("S", "I see."), ("P", "Yes.")] * 4
    seen = told(("S", "Hello."), HILLS, ("S", said), ("P", "Yes."), *filler, ("S", "I will ring you on Friday."))
    assert ("bring it together" in seen["Beyond the report"].partition("You did not ")[2]) == missing


def test_a_leading_question_says_nothing_of_what_it_means() -> None:
    asked = told(("S", "Hello."), HILLS, ("S", "That means you would rather stop the tablets, right?"), ("P", "No."))
    said = told(("S", "Hello."), HILLS, ("S", "That means the bone is healing."), ("P", "Oh."))
    assert not asked["Beyond the report"].startswith("You said what it means")
    assert said["Beyond the report"].startswith("You said what it means.")


def test_a_farewell_gives_nothing_back() -> None:
    talk = (("S", "Hello."), HILLS, ("S", "I see."), ("P", "Okay, bye bye."), ("S", "Okay, bye bye."))
    assert "gave their words back in no turn" in told(*talk)["Listen"]


@pytest.mark.parametrize(
    ("before", "said", "cut"),
    [
        ("And I was going to say that-", "Any pain at all?", True),
        ("Yeah, so-", "Any pain at all?", False),
        ("And I was going to say that-", "-and then you fell.", False),
        ("And I was going to say that-", "Mm-hmm.", False),
        ("And that was all I wanted to say.", "Any pain at all?", False),
    ],
)
def test_coming_in_takes_a_sentence_begun_and_words_over_it(before: str, said: str, cut: bool) -> None:
    seen = told(("S", "Hello."), ("P", before), ("S", said), ("P", "No."))["Listen"]
    assert ("you came in before they had finished" in seen) == cut


def test_the_steps_are_as_many_as_the_permission_scale_counts() -> None:
    talk = (
        ("P", "What should I do about the knee?"),
        ("S", "You should rest it for a week."),
        ("P", "Okay. I smoke too."),
        ("S", "I see. How is your sleep?"),
        ("P", "Fine."),
        ("S", "You should stop smoking."),
    )
    assert told(*talk)["Name and ask"].endswith(
        "2 steps needed their leave, and you did not ask and wait before any; for 1 they had asked."
    )
