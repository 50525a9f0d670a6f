"""A sensitive subject is opened once: by the patient's own words, with their leave, or by the student unasked."""

import pytest

from scoring import Transcript, read_turn
from scoring.conversation import Conversation
from scoring.episodes import find_episodes
from scoring.moves.subjects import subjects_of

IN_BETWEEN = (
    ("student", "Where is the pain?"),
    ("patient", "In my side."),
    ("student", "Since when?"),
    ("patient", "Since Tuesday."),
    ("student", "Does it come and go?"),
    ("patient", "It stays."),
    ("student", "And how are you sleeping?"),
    ("patient", "Badly."),
)
ALCOHOL = "How much alcohol do you drink?"
SUICIDE = "Have you had any thoughts of suicide?"


def verdicts(*turns: tuple[str, str]) -> list[tuple[str, int, str]]:
    transcript = Transcript.model_validate({"turns": [{"speaker": who, "text": said} for who, said in turns]})
    read = {
        index: read_turn(turn.text, transcript.turns[:index])
        for index, turn in enumerate(transcript.turns)
        if turn.speaker == "student"
    }
    return [(one.act, one.grade, one.how) for one in find_episodes(Conversation(transcript, read))]


def asked_late(*first: tuple[str, str], then: str) -> list[tuple[str, int, str]]:
    return verdicts(("patient", "Hello."), *first, *IN_BETWEEN, ("student", then), ("patient", "Well."))


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ("I have been drinking a lot since she left.", ALCOHOL),
        ("My wife says I drink too much.", ALCOHOL),
        ("I have a few pints after work.", ALCOHOL),
        ("It was the whisky that did it.", ALCOHOL),
        ("I think I might be pregnant.", "Could you be pregnant?"),
        ("Sometimes I think everyone would be better off without me.", SUICIDE),
        ("I have been thinking about hurting myself.", SUICIDE),
        ("He drinks too much, my father.", "How much alcohol does he drink?"),
        ("I've had a few too many lately.", ALCOHOL),
        ("I know the fags don't help.", "How many cigarettes a day is it?"),
        ("I've been on antidepressants since March.", "Have you had depression before?"),
        ("I don't see the point of going on.", SUICIDE),
        ("He hit me again on Sunday.", "Do you feel safe at home?"),
        ("I've put on so much weight.", "How do you feel about your weight?"),
    ],
)
def test_what_the_patient_named_at_whatever_distance_is_open(named: str, asked: str) -> None:
    assert asked_late(("student", "What brings you?"), ("patient", named), then=asked) == []


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("I drink plenty of water.", ALCOHOL),
        ("My dad drank himself to death.", ALCOHOL),
        ("My husband drinks.", ALCOHOL),
        ("I hurt myself lifting a box.", SUICIDE),
        ("I cut myself shaving.", SUICIDE),
        ("I did it all myself, all my life.", SUICIDE),
        ("I smoke a bit.", "Do you drink or smoke at all?"),
        ("The smoke from the fire was awful.", "Do you smoke?"),
        ("Nobody hit me, I fell.", "Do you feel safe at home?"),
        ("I'm dying for a cup of tea.", "Do you want to be resuscitated?"),
        ("My sister is depressed.", "Have you ever had depression?"),
    ],
)
def test_what_only_looks_like_the_subject_opens_nothing(said: str, asked: str) -> None:
    late = asked_late(("student", "What brings you?"), ("patient", said), then=asked)

    assert late == [("sensitive", 0, "none")]


def test_a_yes_to_the_subject_by_its_name_holds_however_long_it_takes() -> None:
    leave = "Would it be all right to talk about your drinking later?"

    assert asked_late(("student", leave), ("patient", "Yes, that's fine."), then=ALCOHOL) == [("sensitive", 2, "held")]
    assert asked_late(("student", leave), ("patient", "I'd rather not."), then=ALCOHOL) == [
        ("sensitive", -1, "overridden")
    ]
    assert asked_late(("student", leave), ("patient", "Yes, that's fine."), then="Do you smoke?") == [
        ("sensitive", 2, "asked"),
        ("sensitive", 0, "none"),
    ]


@pytest.mark.parametrize(
    ("leave", "answer", "verdict"),
    [
        ("May I ask about alcohol?", "Sure.", (2, "asked")),
        ("May I ask about alcohol?", "I'd rather not.", (-1, "overridden")),
        ("Would it be okay if I asked you some questions about your drinking?", "Sure.", (2, "asked")),
        ("Would it be okay if I asked you some questions about your drinking?", "No.", (-1, "overridden")),
        ("May I ask how much you drink?", "Sure.", (1, "same_turn")),
        ("Can I ask, do you drink?", "Sure.", (1, "same_turn")),
    ],
)
def test_leave_to_speak_of_it_is_no_opening_and_a_no_to_it_is_a_no(
    leave: str, answer: str, verdict: tuple[int, str]
) -> None:
    talk = verdicts(
        ("patient", "Hello."), ("student", leave), ("patient", answer), ("student", ALCOHOL), ("patient", "Hm.")
    )

    assert talk == [("sensitive", *verdict)]


@pytest.mark.parametrize(
    ("leave", "advice", "covered"),
    [
        ("Can we talk about your sleep?", "You could try going to bed earlier, that often helps sleep.", True),
        ("Would you mind if we discussed your diet?", "You should eat a smaller diet at night.", True),
        ("Is it okay if we talk about your drinking?", "You should stop drinking altogether from today.", True),
        ("Can we talk about your sleep?", "You should walk more every day to get fit.", False),
        ("May I ask about your sleep?", "You should try to sleep at the same time every night.", False),
    ],
)
def test_leave_to_talk_of_a_thing_covers_advice_on_that_thing(leave: str, advice: str, covered: bool) -> None:
    start = (("patient", "Hello."), ("student", leave))
    then = (("student", advice), ("patient", "Hm."))
    agreed = verdicts(*start, ("patient", "Yes, that would be good."), *then)
    declined = verdicts(*start, ("patient", "No, not today."), *then)

    assert [one[1:] for one in agreed if one[0] == "advice"] == [(2, "asked") if covered else (0, "none")]
    assert [one[1:] for one in declined if one[0] == "advice"] == [(-1, "overridden") if covered else (0, "none")]


def test_what_is_drunk_without_alcohol_and_a_pill_swallowed_name_no_subject() -> None:
    assert [
        subjects_of(said) for said in ("I drink a lot of water.", "I take a pill at night.", "I stress a lot.")
    ] == [frozenset()] * 3
