"""Asking leave, turn by turn: the forms it takes, what shares the choice, and when a request still holds."""

import json
from pathlib import Path

import pytest

from scoring.conversation import Conversation
from scoring.episodes import find_episodes
from scoring.grading import read_turns
from scoring.moves import read_turn
from scoring.transcript import Transcript, Turn
from scoring.validation import validate

WEEK = (Turn(speaker="patient", text="It has been a long week."),)


def said_by(*lines: str) -> tuple[Turn, ...]:
    """`"P: ..."` for the patient, `"S: ..."` for the student."""
    return tuple(Turn(speaker="patient" if line[0] == "P" else "student", text=line[3:]) for line in lines)


@pytest.mark.parametrize(
    "said",
    [
        "Is it possible I say you the result now?",
        "You allow me that I examine you?",
        "I can explain to you now, you want?",
        "Please, may I to ask something personal?",
        "You permit that I look your throat?",
        "Is okay I examine your belly?",
        "Do you agree that I explain the treatment?",
        "I would like to explain the operation, you agree?",
        "Do you accept that we speak about alcohol?",
        "If you permit me, I will tell you the results.",
        "I may examine you now?",
        "Would you feel up to hearing what the scan showed, or another day?",
        "Do you feel able to hear what we could do?",
        "Before I tell you more, are you on your own, or is there a better moment?",
        "Are you somewhere you can sit down, or shall I ring back later?",
        "i can tell you about the tablets can i first ask what you have read about them",
        "It is possible for you that I explain?",
    ],
)
def test_second_language_english_asks_leave(said: str) -> None:
    assert read_turn(said, WEEK).permission == "asked"


@pytest.mark.parametrize(
    "said",
    [
        "D'you mind if I have a wee look at your knee?",
        "Mind if I take a look at your ankle?",
        "Alright if I have a listen to your chest?",
        "Would ye mind if I had a look?",
        "Y'all mind if I talk about the results?",
        "You cool if I share some information?",
        "Am I okay to examine your tummy?",
        "Is it all right wi' you if I press here?",
        "Could I maybe have a gander at that foot?",
    ],
)
def test_dialect_asks_leave(said: str) -> None:
    assert read_turn(said, WEEK).permission == "asked"


@pytest.mark.parametrize(
    "said",
    [
        "You allow me to understand you better.",
        "You want me to be honest.",
        "It is okay to cry.",
        "It is possible that you have the flu.",
        "Is it worse if I press here?",
        "You let him do that?",
        "Do you agree with your wife?",
        "I can explain that.",
        "If you are ready, tell me about your day.",
        "Would you like some water?",
    ],
)
def test_a_look_alike_asks_no_leave(said: str) -> None:
    assert not read_turn(said, WEEK).has("asks_permission")


def test_asking_twice_in_one_breath_is_still_asking_leave() -> None:
    said = "If you don't mind I will explain the test, is it all right if I show you?"

    assert read_turn(said, WEEK).permission == "asked"


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("Which subject would you like to begin with?", "agenda"),
        ("Is there anything else you want us to cover?", "agenda"),
        ("We can look at sleep, or something else.", "agenda"),
        ("The two of us could find a way.", "plan"),
        ("We will decide that together.", "plan"),
        ("We can talk about it now or later.", "agenda"),
        ("It is entirely up to you.", None),
        ("That's your choice.", None),
        ("I can't make that decision for you.", None),
    ],
)
def test_a_choice_says_what_it_is_of(said: str, act: str | None) -> None:
    assert [move.act for move in read_turn(said, WEEK).all("offers_choice")] == [act]


@pytest.mark.parametrize(
    "said",
    [
        "What made you choose nursing?",
        "Why did you decide on Rome?",
        "What would you like about the sea?",
        "And we can do the rest.",
        "Is that your choice of chair?",
    ],
)
def test_a_look_alike_offers_no_choice(said: str) -> None:
    assert not read_turn(said, WEEK).has("offers_choice")


def test_a_request_to_be_told_holds_while_the_telling_goes_on() -> None:
    told = said_by("P: I hoped you could tell me what helps.", "S: Walking lifts the mood.", "P: Right.")

    assert read_turn("You should also sleep more.", told).permission == "asked"


def test_a_request_does_not_last_into_being_pressed() -> None:
    argued = said_by("P: Could you tell me what helps?", "S: Walking lifts the mood.", "P: I don't need that.")

    assert read_turn("You should walk more.", argued).permission == "not_asked"


def test_a_request_ends_with_the_clinicians_next_question() -> None:
    asked_since = said_by("P: Could you tell me what helps?", "S: How do you sleep?", "P: Badly.")

    assert read_turn("You should walk more.", asked_since).permission == "not_asked"


def agreement_with(folder: Path, task: str, coded: dict[str, str]) -> float | None:
    """The macro-F1 that `validate` finds: 1.0 where every sentence gets its code."""
    rows = [{"id": said, "task": task, "context": [], "text": said, "label": code} for said, code in coded.items()]
    path = folder / "coded.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return next(one.value for one in validate(path).tasks[0].figures if one.name.endswith("macro-F1"))


def test_miti_calls_shared_power_seeking_and_bare_freedom_not(tmp_path: Path) -> None:
    coded = {
        "May I tell you what others do?": "seek_permission_or_collaboration",
        "We will decide that together.": "seek_permission_or_collaboration",
        "It is entirely up to you.": "other",
        "You should walk more.": "persuade_or_confront_without",
    }

    assert agreement_with(tmp_path, "permission-miti", coded) == 1.0


def test_misc_needs_advice_or_a_concern(tmp_path: Path) -> None:
    coded = {
        "What do you think?": "no_advice",
        "You should walk more.": "without_permission",
        "That is dangerous for you.": "without_permission",
        "You should walk more. How does that sound?": "with_permission",
    }

    assert agreement_with(tmp_path, "permission-misc", coded) == 1.0


def episodes_of(*lines: str) -> list[tuple[str | None, int, str]]:
    """(act, grade, how) of each episode of a talk, read from its words."""
    transcript = Transcript(turns=said_by(*lines))
    found = find_episodes(Conversation(transcript, read_turns(transcript, {})))
    return [(one.act, one.grade, one.how) for one in found]


@pytest.mark.parametrize(
    "asked",
    [
        "Where would you like to start today?",
        "What would you most like us to talk about?",
        "How should we use our time?",
    ],
)
def test_asking_what_the_talk_should_be_about_shares_the_agenda(asked: str) -> None:
    talk = ("P: Hello.", f"S: {asked}", "P: My sleep, I think.", "S: Tell me about your nights.", "P: Short.")

    assert episodes_of(*talk) == [("agenda", 2, "shared")]


def test_leave_given_for_what_no_rule_reads_counts_as_asked() -> None:
    talk = (
        "P: It is my sleep.",
        "S: Would you like some advice on that?",
        "P: Yes, go on.",
        "S: A walk after supper, they say, and a dull book.",
        "P: I could do that.",
    )

    assert [(grade, how) for _, grade, how in episodes_of(*talk)] == [(2, "asked")]


@pytest.mark.parametrize(
    "said",
    [
        "As long as that is okay we will do your bloods again in a year.",
        "As long as your blood pressure is okay, I can take the drip out.",
        "Let me check your sugar; as long as that's fine we can talk about the tablets.",
        "If it is okay on the scan, we will explain the next step.",
        "I can tell you more as long as that is okay.",
    ],
)
def test_a_condition_on_something_else_than_the_patients_wish_asks_no_leave(said: str) -> None:
    assert not read_turn(said, ()).has("asks_permission", "asks_leave_tic", "reassures_early")


@pytest.mark.parametrize(
    "said",
    [
        "As long as that's okay with you, I'll start by asking about your chest.",
        "I'd like to talk about your smoking, as long as that's okay with you.",
        "Provided that's okay, can I look at your leg?",
        "If that's okay with you, I'd like to talk about the scan.",
    ],
)
def test_a_condition_on_the_patients_wish_asks_leave(said: str) -> None:
    assert read_turn(said, ()).has("asks_permission")


TIRED = "I wake at four every night."
TELLS = "Light in the evening keeps your brain awake, and tea does the same for six hours."


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("I have some information about sleep, if you would be interested.", "Yes, I am."),
        ("Would it help if I went over how sleep works?", "It would."),
        ("Would it be helpful if we talked about what keeps people awake?", "That might help."),
        ("Is this something you would like us to help with?", "I would."),
        ("Is this something you would like to hear more about?", "Yes."),
        ("Are you interested in exploring what keeps people awake?", "Sure."),
        ("Interested in hearing what keeps people awake?", "Okay."),
    ],
)
def test_a_wish_or_a_help_asked_about_is_leave(asked: str, answer: str) -> None:
    assert [grade for _, grade, _ in episodes_of(f"P: {TIRED}", f"S: {asked}", f"P: {answer}", f"S: {TELLS}")] == [2]


@pytest.mark.parametrize(
    "said",
    [
        "Is that something you could do?",
        "Would it help if you wrote it down?",
        "I am interested in hearing what you think.",
        "What would you like to explore today?",
    ],
)
def test_what_is_asked_of_the_patient_asks_no_leave(said: str) -> None:
    assert not read_turn(said, (Turn(speaker="patient", text=TIRED),)).has("asks_permission")


@pytest.mark.parametrize(
    "menu",
    [
        "There are a few things people do: a bath, a walk, or tablets. What do you think?",
        "You could have a bath or you could try a walk. Which of those sounds good?",
        "Some people have a bath, and others go for a walk. What do you think about that?",
    ],
)
def test_a_menu_the_patient_may_choose_from_is_asking_first(menu: str) -> None:
    talk = (f"P: {TIRED}", f"S: {menu}", "P: The walk.", "S: You could walk after supper every day.")
    assert episodes_of(*talk) == [("advice", 2, "asked")]


@pytest.mark.parametrize(
    "urged",
    [
        "You should have a bath. What do you think?",
        "You need to have a bath or you could try a walk. What do you think?",
        "You could have a bath. What do you think?",
    ],
)
def test_advice_followed_by_what_do_you_think_is_asked_too_late(urged: str) -> None:
    assert episodes_of(f"P: {TIRED}", f"S: {urged}", "P: Hm.") == [("advice", 1, "after")]


def test_leave_given_after_a_question_about_it_covers_all_that_is_told_on_it() -> None:
    talk = (
        f"P: {TIRED}",
        "S: Would you mind if I read you a line or two from this leaflet?",
        "P: In the book?",
        "S: Yeah, in the book.",
        "P: Alright.",
        f"S: {TELLS}",
        "P: I like tea.",
        "S: You could drink your tea at noon, and you should read in the evening because it calms the brain.",
    )
    assert episodes_of(*talk) == [("advice", 2, "held")]


def test_an_answer_to_something_else_is_no_leave() -> None:
    talk = (
        f"P: {TIRED}",
        "S: Would you mind if I read you a line or two from this leaflet?",
        "P: My wife snores.",
        "S: Does she?",
        "P: Yes.",
        f"S: {TELLS}",
    )
    assert [grade for _, grade, _ in episodes_of(*talk)] == [0]


PAIN = "P: What should I do about the pain?"
REST = "S: You should rest the knee for a week."


@pytest.mark.parametrize(
    "said",
    [
        "I'd love to find you an answer.",
        "That's a hard question.",
        "That is a really good question, and it is hard for me to see you like this.",
        "Well. I don't know what to say.",
        "I wish I could find you an answer. Where does it hurt?",
    ],
)
def test_a_request_is_not_met_by_words_about_how_hard_it_is_to_answer(said: str) -> None:
    assert episodes_of(PAIN, f"S: {said}", "P: Oh.", "S: I see.")[0] == ("education", 0, "stalled")


@pytest.mark.parametrize(
    "said",
    [
        "That's a hard question. You should rest the knee for a week.",
        "I'd love to find you an answer: you should rest the knee for a week.",
        "You should rest the knee for a week.",
    ],
)
def test_a_request_is_met_by_the_thing_asked_for_whatever_comes_before_it(said: str) -> None:
    assert episodes_of(PAIN, f"S: {said}", "P: Oh.") == [("advice", 2, "requested")]


def test_a_bare_yes_answers_a_yes_or_no_question() -> None:
    assert episodes_of("P: Are you talking about my tablets?", "S: Yeah.", "P: Oh.", "S: How are you?") == []


def test_a_bare_yes_answers_no_question_that_asks_what() -> None:
    talk = ("P: What did the scan show?", "S: Yeah.", "P: Oh.", "S: How are you?", "P: Hm.")
    assert [how for _, _, how in episodes_of(*talk)] == ["stalled"]


@pytest.mark.parametrize("asked", ["Who eats like this?", "Who really lives like that?", "Do people really eat salad?"])
def test_a_rhetorical_question_is_owed_no_answer(asked: str) -> None:
    assert episodes_of(f"P: {asked}", "S: What did you eat today?", "P: Bread.") == []


@pytest.mark.parametrize("asked", ["Who does this operation?", "Do people really survive this?"])
def test_a_question_about_what_comes_is_owed_an_answer(asked: str) -> None:
    talk = (f"P: {asked}", "S: What did you eat today?", "P: Bread.")
    assert [how for _, _, how in episodes_of(*talk)] == ["stalled"]


STOP = "S: You really have to stop now."


@pytest.mark.parametrize(
    "answer",
    [
        "I'll think about it.",
        "I want to think about it.",
        "Let me think.",
        "I'd need to think it over.",
        "I'll sleep on it.",
    ],
)
def test_urging_right_after_i_want_to_think_about_it_overrides(answer: str) -> None:
    asked = ("P: I smoke.", "S: Would you like to talk about stopping?", f"P: {answer}", STOP, "P: Hm.")
    advised = ("P: I smoke.", "S: You should stop smoking.", f"P: {answer}", STOP, "P: Hm.")

    assert episodes_of(*asked) == [("advice", -1, "overridden")]
    assert episodes_of(*advised) == [("advice", -1, "overridden")]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("I'll think about it.", "S: Take your time. When you decide, you should call us."),
        ("Let me think, it was on Monday.", STOP),
        ("I think about it all the time.", STOP),
        ("Yes, I'll think about it. What should I do?", STOP),
        ("I'll think about it.", "S: How would that be for you?"),
    ],
)
def test_time_to_think_that_is_left_or_was_not_asked_for_overrides_nothing(answer: str, said: str) -> None:
    talk = ("P: I smoke.", "S: You should stop smoking.", f"P: {answer}", said, "P: Hm.")
    assert [grade for _, grade, _ in episodes_of(*talk) if grade < 0] == []
