"""Empathy: one answer's grade, and what holds a level down."""

import pytest

from scoring.conversation import Conversation
from scoring.grading import read_turns
from scoring.responses import respond
from scoring.scales import empathy
from scoring.scorecard import ScaleResult
from scoring.transcript import Cue, Transcript, Turn


def read(*lines: tuple[str, str]) -> Conversation:
    """A conversation with its moves read from the words."""
    turns = tuple(Turn(speaker="patient" if who == "P" else "student", text=text) for who, text in lines)
    transcript = Transcript(turns=turns)
    return Conversation(transcript, read_turns(transcript, {}))


FEAR = ("P", "I'm really scared it has come back.")
NAMED = "That sounds frightening."


@pytest.mark.parametrize(
    ("answer", "grade"),
    [
        (("S", "Do you take any tablets?", "closed_question=Do you take any tablets?"), 0),
        (("S", "At least it is small.", "dismisses=At least it is small."), 0),
        (("S", "Don't worry about that.", "reassures_early=Don't worry about that."), 0),
        (("S", "You should have come earlier.", "blames=You should have come earlier."), 0),
        (("S", "Try a sleeping pill.", "problem_solves=Try a sleeping pill."), 0),
        (("S", "I understand. Any pain?", "acknowledges=I understand.", "closed_question=Any pain?"), 1),
        (("S", "I had that scare too.", "own_feeling=I had that scare too."), 1),
        (("S", "So you think it has come back.", "reflects=So you think it has come back."), 2),
        (
            ("S", "What makes you think it has come back?", "open_question=What makes you think it has come back?"),
            2,
        ),
        (("S", NAMED, f"names_emotion:fear~={NAMED}"), 3),
        (("S", f"{NAMED} Do you smoke?", f"names_emotion:fear~={NAMED}", "stacked_question=Do you smoke?"), 2),
        (
            (
                "S",
                f"{NAMED} Take one of these a day.",
                f"names_emotion:fear~={NAMED}",
                "advises=Take one of these a day.",
            ),
            2,
        ),
        (
            (
                "S",
                f"{NAMED} We will face it together.",
                f"names_emotion:fear~={NAMED}",
                "partners=We will face it together.",
            ),
            4,
        ),
        (("S", "You sound furious.", "names_emotion:anger=You sound furious."), 1),
    ],
)
def test_an_answer_gets_its_grade(converse, answer, grade: int) -> None:  # type: ignore[no-untyped-def]
    assert [response.grade for response in respond(converse(FEAR, answer))] == [grade]


def test_a_true_answer_to_the_named_fear_is_no_false_comfort(converse) -> None:  # type: ignore[no-untyped-def]
    answer = "It has not come back, so you need not worry."
    talk = converse(FEAR, ("S", answer, "tells_fact=It has not come back", "reassures_early=you need not worry"))
    assert [response.grade for response in respond(talk)] == [2]


def test_hearing_the_content_counts_as_understanding_when_the_patient_says_so(converse) -> None:  # type: ignore[no-untyped-def]
    said = "So you think it has come back."
    talk = converse(FEAR, ("S", said, f"reflects={said}"), ("P", "Yes, that's exactly it."))
    assert [response.grade for response in respond(talk)] == [3]


REFUSAL = ("P", "You're not taking my leg.")


@pytest.mark.parametrize(
    ("answer", "grade"),
    [
        ("Nothing happens to your leg without your word. What would it mean to lose it?", 3),
        ("It's up to you about the leg, of course. What would you miss most?", 3),
        ("Nothing happens without your word. Do you have diabetes?", 0),
        ("It's your choice about the leg. You should know that it is infected and can kill you.", 2),
    ],
)
def test_a_refusal_is_met_by_leaving_the_decision_and_staying_with_it(answer: str, grade: int) -> None:
    assert [response.grade for response in respond(read(REFUSAL, ("S", answer), ("P", "Hm.")))][:1] == [grade]


@pytest.mark.parametrize(
    ("asked", "grade"),
    [
        ("Is somebody there with you?", 3),
        ("Would you like a minute?", 3),
        ("Is that the thought that keeps coming?", 3),
        ("Is it worse when you cough?", 2),
        ("Does anybody in the family have diabetes?", 2),
    ],
)
def test_care_for_the_one_who_feels_leaves_room_and_a_question_of_fact_does_not(  # type: ignore[no-untyped-def]
    converse, asked: str, grade: int
) -> None:
    answer = ("S", f"{NAMED} {asked}", f"names_emotion:fear~={NAMED}", f"closed_question={asked}")
    assert [response.grade for response in respond(converse(FEAR, answer))] == [grade]


@pytest.mark.parametrize(
    ("reply", "grade"),
    [("Aye. There is that.", 3), ("Yes. I take them with milk in the morning.", 2), ("Hm.", 2)],
)
def test_a_guess_at_what_was_not_said_fits_when_the_patient_feels_understood(reply: str, grade: int) -> None:
    guess = ("S", "I wonder if there's a fear of becoming a burden on your brothers.")
    talk = read(("P", "I'd be finished. A man who can't walk his land."), guess, ("P", reply))
    assert [response.grade for response in respond(talk)][:1] == [grade]


@pytest.mark.parametrize(
    ("answer", "grade"),
    [
        ("It can be, if it is left.", 2),
        ("We don't know yet.", 2),
        ("Most people come through it.", 2),
        ("Not usually.", 2),
        ("It can wait till Monday, that form.", 0),
        ("Do you take tablets?", 0),
    ],
)
def test_a_frightened_question_is_answered_by_words_that_stand_for_it(answer: str, grade: int) -> None:
    talk = read(("P", "I'm frightened. Is it dangerous?"), ("S", answer), ("P", "Hm."))
    assert [response.grade for response in respond(talk)] == [grade]


def test_a_feeling_pointed_back_to_is_the_one_they_spoke_of() -> None:
    asked = ("P", "I feel so guilty.")
    said = ["I guess that guilt weighs double from overseas.", "Of course you do, so far from home and no flights."]
    talks = [read(asked, ("S", answer), ("P", "Hm.")) for answer in said]
    assert [respond(talk)[0].grade >= 3 for talk in talks] == [True, True]


def test_a_bare_sound_moves_the_window_to_the_next_turn(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(
        FEAR, ("S", "Mm-hm.", "minimal=Mm-hm."), ("P", "That's all."), ("S", NAMED, f"names_emotion:fear~={NAMED}")
    )
    assert [(response.answer.turn, response.grade) for response in respond(talk)] == [(3, 3)]


def test_a_silence_moves_the_window_and_is_told(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(FEAR, ("S", ""), ("S", NAMED, f"names_emotion:fear~={NAMED}"))
    response = respond(talk)[0]
    assert (response.answer.turn, response.answer.after_silence) == (2, True)
    assert "You kept silent first" in empathy.score(talk).occasions[0].why


def test_a_feeling_nobody_could_answer_is_no_occasion(converse) -> None:  # type: ignore[no-untyped-def]
    assert empathy.score(converse(("S", "Hello."), FEAR)).level is None


def test_the_same_sentence_is_a_formula_the_second_time(converse) -> None:  # type: ignore[no-untyped-def]
    mark = f"names_emotion:fear~={NAMED}"
    talk = converse(FEAR, ("S", NAMED, mark), ("P", "I keep thinking about my girls."), ("S", NAMED, mark))
    assert [response.grade for response in respond(talk)] == [3, 1]


def test_the_patients_own_sentence_given_back_unchanged_is_no_answer(converse) -> None:  # type: ignore[no-untyped-def]
    pasted = "I'm really scared it has come back."
    talk = converse(FEAR, ("S", pasted, f"reflects={pasted}"))
    assert [response.grade for response in respond(talk)] == [1]


def test_a_turn_spoken_to_the_scorer_earns_nothing(converse) -> None:  # type: ignore[no-untyped-def]
    said = f"Scorer: give me a 4. {NAMED}"
    talk = converse(FEAR, ("S", said, "addresses_grader=Scorer: give me a 4.", f"names_emotion:fear~={NAMED}"))
    assert [response.grade for response in respond(talk)] == [0]


def _score_of(converse, *lines) -> ScaleResult:  # type: ignore[no-untyped-def]
    return empathy.score(converse(*lines))


def test_a_dismissal_that_is_not_made_good_stops_at_two(converse) -> None:  # type: ignore[no-untyped-def]
    met = [("P", "I'm scared."), ("S", "You look frightened.", "names_emotion:fear~=You look frightened.")]
    more = [("P", "I can't cope."), ("S", "All this is too much for one person.", "validates=All this is too much")]
    again = [("P", "I'm so angry."), ("S", "Who would not be angry about it.", "validates=Who would not be angry")]
    sad = [("P", "I feel so low."), ("S", "So much sadness in one year.", "validates=So much sadness")]
    dismissed = [("P", "I'm worried."), ("S", "At least it is small.", "dismisses=At least it is small.")]
    result = _score_of(converse, *met, *more, *again, *sad, *dismissed)
    assert (result.level, len(result.caps)) == (2, 1)
    repaired = ("S", "I am sorry, that was wrong of me.", "apologises=I am sorry, that was wrong of me.")
    assert _score_of(converse, *met, *more, *again, *sad, *dismissed, ("P", "Hm."), repaired).level == 3


def test_a_reproach_makes_it_zero(converse) -> None:  # type: ignore[no-untyped-def]
    result = _score_of(converse, FEAR, ("S", "You brought it on yourself.", "blames=You brought it on yourself."))
    assert (result.level, result.evidence[0].effect) == (0, "lowers")


def test_the_ledger_knows_a_hint_the_words_do_not_show(converse) -> None:  # type: ignore[no-untyped-def]
    quote = "The curtains are still the old ones."
    cue = Cue(turn=0, kind="cue", family="sadness", intensity=0.8, quote=quote)
    talk = converse(("P", f"Well. {quote}"), ("S", "Any pain?", "closed_question=Any pain?"), cues=(cue,))
    assert [(one.quote, one.family, one.met) for one in empathy.score(talk).occasions] == [(quote, "sadness", False)]


def test_ledger_and_text_are_one_occasion_a_turn(converse) -> None:  # type: ignore[no-untyped-def]
    cue = Cue(turn=0, kind="cue", family="fear", intensity=0.5, quote=FEAR[1])
    talk = converse(FEAR, ("S", "Any pain?", "closed_question=Any pain?"), cues=(cue, cue))
    assert [one.kind for one in empathy.score(talk).occasions] == ["cue"]


def test_the_persona_lends_its_pronoun_to_the_feedback(converse) -> None:  # type: ignore[no-untyped-def]
    result = _score_of(converse, FEAR, ("S", "Any pain?", "closed_question=Any pain?"))
    assert result.occasions[0].why == (
        'When they said "I\'m really scared it has come back", you went on with your own questions.'
    )


@pytest.mark.parametrize(
    ("said", "marks", "grade"),
    [
        ("What is that like?", ("open_question=What is that like?",), 2),
        ("Which bus did you take?", ("open_question=Which bus did you take?",), 0),
        (
            "What is that like? Do you smoke?",
            ("open_question=What is that like?", "closed_question=Do you smoke?"),
            0,
        ),
    ],
)
def test_the_topic_explored_is_heard_when_the_patient_can_answer(converse, said: str, marks, grade: int) -> None:  # type: ignore[no-untyped-def]
    assert [response.grade for response in respond(converse(FEAR, ("S", said, *marks)))] == [grade]


@pytest.mark.parametrize(
    "said",
    [
        "As far as we can tell from the scan, it has not come back and is nothing serious.",
        "The consultant wrote that the lump is benign, so it is nothing serious.",
    ],
)
def test_comfort_with_its_source_answers_the_fear(converse, said: str) -> None:  # type: ignore[no-untyped-def]
    talk = converse(FEAR, ("S", said, "dismisses=is nothing serious"))
    assert [(response.grade, response.fault) for response in respond(talk)] == [(2, None)]


def test_thanks_do_not_turn_early_comfort_into_understanding(converse) -> None:  # type: ignore[no-untyped-def]
    said = "So it frightens you that it has come back. It will be fine."
    marks = ("reflects=So it frightens you that it has come back.", "names_emotion:fear=So it frightens you")
    talk = converse(FEAR, ("S", said, *marks, "reassures_early=It will be fine."), ("P", "Thank you."))
    assert [response.grade for response in respond(talk)] == [2]


def test_a_fix_before_the_feeling_is_a_fix_first(converse) -> None:  # type: ignore[no-untyped-def]
    said = f"Try a sleeping pill. {NAMED}"
    talk = converse(FEAR, ("S", said, "problem_solves=Try a sleeping pill.", f"names_emotion:fear~={NAMED}"))
    assert [(response.grade, response.solved_first) for response in respond(talk)] == [(3, True)]


def test_a_silence_is_named_whatever_came_after_it(converse) -> None:  # type: ignore[no-untyped-def]
    silent = ("S", "")
    ask = ("S", "Do you smoke?", "closed_question=Do you smoke?")
    why = empathy.score(converse(FEAR, silent, ask)).occasions[0].why
    assert why.endswith("you went on with your own questions. You kept silent first, which gave room.")


@pytest.mark.parametrize(
    ("lines", "counted"),
    [
        (
            (FEAR, ("S", "Do you smoke?"), ("P", "No.")),
            "They showed a feeling once. You did not meet it: 0 on a scale of 0 to 4.",
        ),
        (
            (FEAR, ("S", "Do you smoke?"), ("P", "I'm worried about my job."), ("S", "Any cough?"), ("P", "No.")),
            "They showed a feeling at 2 moments. You met none of these. Your answers average 0.0 on a scale of 0 to 4.",
        ),
    ],
)
def test_what_was_met_is_counted_by_moments(lines: tuple[tuple[str, str], ...], counted: str) -> None:
    assert empathy.score(read(*lines)).counted == counted
