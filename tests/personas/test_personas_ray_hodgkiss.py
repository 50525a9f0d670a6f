"""Ray Hodgkiss's patterns find what they are for, and leave alone what merely sounds like it."""

from collections.abc import Iterator
from typing import get_args

import pytest

import personas
from app.patient.effects import ACTIONS, LOSSES, WINS
from personas import says
from personas.schema import Line
from personas.vocabulary import MomentKind, RiskKind

RAY, RESULT = personas.find_scenario("ray-new-diabetes")
FACTS = {fact.id: fact for fact in RESULT.facts}
CONCERNS = {concern.id: concern for concern in RAY.concerns}
MUST_ASK = {must.id: must for must in RESULT.must_ask}
MAIN = [concern for concern in RAY.concerns if concern.main]


def lines_on(occasion: str) -> Iterator[Line]:
    return (line for line in RAY.lines if line.on == occasion)


@pytest.mark.parametrize(
    ("concern", "said"),
    [
        ("licence", "They'll take me licence off me."),
        ("licence", "I'll lose my licence over this."),
        ("licence", "That's me off the buses."),
        ("licence", "They’ll have me finished at the depot."),
        ("licence", "I'll never drive again."),
        ("father", "My dad had it and all."),
        ("father", "Me dad lost his leg."),
        ("father", "It was sugar that took his leg, then he went blind."),
        ("father", "I used to do the stump for him."),
        ("father", "My father was dead at sixty-one."),
        ("father", "Diabetes killed me dad."),
        ("signs", "I can't feel my feet."),
        ("signs", "Me toes have gone numb."),
        ("signs", "My eyes go all blurry at night."),
        ("signs", "The number plates are fuzzy."),
        ("signs", "I've told no one."),
        ("signs", "I've not told a soul."),
        ("reading", "I can't read it."),
        ("reading", "I never could read."),
        ("reading", "I'm not much of a reader."),
        ("reading", "Jean did all the letters."),
        ("reading", "The post goes in the drawer."),
        ("spoken_to", "She said I was digging my own grave."),
        ("spoken_to", "The nurse told me off in front of everybody."),
        ("spoken_to", "I was spoken to like a kid."),
    ],
)
def test_a_concern_is_heard_in_other_words_too(concern: str, said: str) -> None:
    assert says(CONCERNS[concern].phrasings, said)


@pytest.mark.parametrize(
    "said",
    [
        "You've rung me twice, duck. Nobody rings twice for nowt, do they?",
        "Thirty-one year I've driven. It's all I know.",
        "I keep thinking about me dad.",
        "He's gone, duck. Long while back.",
        "Me mother went to eighty-eight on lard and Woodbines.",
        "Bit of wear and tear.",
        "I've not got me glasses.",
        "I'll look at it at home.",
        "Diabetes. Give over.",
        "Is it needles? Because I've seen needles.",
        "They get me to the bus. That's all I ask of them.",
        "I can see a bloke running for me bus.",
        "Me and this surgery didn't part friends.",
        "What do you want me to do about work?",
        "Alfie comes of a Saturday.",
        "Jean died three years in March.",
        "It's me eyes, that's all. And they print it that small.",
        "So the sugar's stood at the stop and nobody's opened the doors.",
    ],
)
def test_no_concern_is_heard_where_none_is_told(said: str) -> None:
    assert [concern.id for concern in RAY.concerns if says(concern.phrasings, said)] == []


@pytest.mark.parametrize(
    "said",
    [
        "You have type 2 diabetes.",
        "You've got diabetes, Ray.",
        "You've got what we call type two diabetes.",
        "I'm afraid you have diabetes.",
        "Both blood tests show that you have type 2 diabetes.",
        "The tests show type 2 diabetes.",
        "The results mean you've got diabetes.",
        "Your sugar is too high, and that means you have type 2 diabetes.",
        "You're diabetic.",
        "The diagnosis is type 2 diabetes.",
        "It’s diabetes.",
        "This is called type 2 diabetes.",
        "I'm sorry to say it is diabetes.",
        "What you have is a condition called diabetes. You have type 2 diabetes.",
        "They confirm that it's diabetes.",
        "What you've got is type 2 diabetes.",
        "Both numbers are in the diabetic range.",
        "You've developed type 2 diabetes.",
        "You do have diabetes.",
        "I'm afraid it is sugar, Ray. The proper name's type 2 diabetes.",
        "The word for it is diabetes.",
        "It's the sugar. Both tests show it.",
    ],
)
def test_the_news_is_recognised_however_it_is_told(said: str) -> None:
    assert says(FACTS["diabetes"].told_by, said)


@pytest.mark.parametrize(
    "said",
    [
        "Do you have diabetes in the family?",
        "Has anyone in your family had diabetes?",
        "What do you know about diabetes?",
        "What does diabetes mean to you?",
        "We did the blood test to look for diabetes.",
        "We check the blood to see whether it is diabetes.",
        "Did you think it was diabetes?",
        "Have you ever been told you have diabetes?",
        "I work with the diabetes team.",
        "I have the results of your blood tests here.",
        "It isn't the news you were hoping for.",
        "You don't have diabetes.",
        "Are you worried that it might be diabetes?",
        "You said you were afraid of diabetes.",
        "There is too much sugar in your blood.",
        "When you have diabetes, sugar stays in the blood.",
        "If you have diabetes there is a lot we can do.",
        "It's sugar in the tea I was asking about.",
        "Did they say it is sugar?",
        "Is there another name for it?",
    ],
)
def test_what_is_not_the_news_is_not_taken_for_it(said: str) -> None:
    assert not says(FACTS["diabetes"].told_by, said)


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("diabetes", "Your blood tests came back normal."),
        ("diabetes", "You don't have diabetes."),
        ("diabetes", "It's only a touch of sugar."),
        ("diabetes", "You're borderline."),
        ("diabetes", "You've got type 1."),
        ("what_it_is", "You got this from eating too many sweets."),
        ("what_it_is", "It's because you ate too much sugar."),
        ("what_it_is", "You just cut out the sugar."),
        ("outlook", "You will lose your leg."),
        ("outlook", "You're going to go blind."),
        ("outlook", "That won't happen to you."),
        ("outlook", "I promise you'll be fine."),
        ("tablet", "You'll need insulin straight away."),
        ("tablet", "We'll start you on insulin."),
        ("tablet", "You will never need injections."),
        ("tablet", "I'm prescribing you metformin."),
        ("checks", "You don't need an eye check."),
        ("checks", "You won't need your feet checked."),
        ("driving", "You'll lose your licence."),
        ("driving", "They'll take your licence away."),
        ("driving", "You can't drive buses any more."),
        ("driving", "You don't need to tell the DVLA."),
        ("driving", "You don't have to tell your employer."),
        ("driving", "You're fine to drive."),
        ("no_blame", "It's your own fault."),
        ("no_blame", "You've brought this on yourself."),
        ("no_blame", "It's because of your weight."),
        ("no_blame", "It's down to your lifestyle."),
        ("no_blame", "You should have come years ago."),
        ("no_blame", "If you'd looked after yourself we wouldn't be here."),
        ("long_term", "Don't worry, it will go away."),
        ("long_term", "The tablet will cure it."),
    ],
)
def test_a_wrong_statement_is_flagged(fact: str, said: str) -> None:
    assert says(FACTS[fact].contradicted_by, said)


@pytest.mark.parametrize(
    "said",
    [
        "Both tests show type 2 diabetes, and your kidney test was normal.",
        "It isn't caused by eating too many sweets.",
        "It's not because you ate too much sugar.",
        "Good treatment makes losing a foot much less likely.",
        "Are you afraid that you will lose your leg?",
        "Do you think you're going to go blind?",
        "I can't promise that everything will be fine.",
        "Nobody is starting you on insulin today.",
        "Most people start with a tablet. Dr Begum decides on it with you.",
        "You will have a photograph of the back of your eyes.",
        "Diabetes does not by itself take a bus licence away.",
        "A bus driver who takes a tablet for it has to tell the DVLA, and most keep driving.",
        "Please don't drive until your eyes have been looked at.",
        "You can't drive the bus until Dr Begum has seen you.",
        "Are you worried they'll take your licence?",
        "It's not your fault.",
        "You didn't bring this on yourself.",
        "Family, age and weight all play a part.",
        "It usually stays, but it can be kept in check.",
        "I can't say whether you are fine to drive. Dr Begum will go through it with you.",
        "Treated by diet alone, they need not be told.",
    ],
)
def test_a_true_or_open_statement_is_not_flagged(said: str) -> None:
    assert [fact.id for fact in RESULT.facts if says(fact.contradicted_by, said)] == []


@pytest.mark.parametrize(
    ("must", "said"),
    [
        ("high_sugar", "Have you been more thirsty than usual?"),
        ("high_sugar", "Are you getting up at night to wee?"),
        ("high_sugar", "Have you been passing a lot of water?"),
        ("high_sugar", "Have you lost any weight?"),
        ("high_sugar", "Have you been feeling sick or had tummy pain?"),
        ("feet_eyes", "Have you noticed any numbness in your feet?"),
        ("feet_eyes", "How are your feet?"),
        ("feet_eyes", "Any tingling in your toes?"),
        ("feet_eyes", "Has your sight changed at all?"),
        ("feet_eyes", "How's your eyesight?"),
        ("feet_eyes", "Any numbness or visual disturbance?"),
        ("feet_eyes", "Can you see well when you drive?"),
        ("driving_job", "What do you do for a living?"),
        ("driving_job", "Do you drive?"),
        ("driving_job", "Are you working at the moment?"),
        ("driving_job", "What's your job?"),
        ("driving_job", "Tell me about your work."),
        ("driving_job", "What would this mean for your job?"),
    ],
)
def test_what_must_be_asked_is_recognised(must: str, said: str) -> None:
    assert says(MUST_ASK[must].asked_by, said)


@pytest.mark.parametrize(
    "said",
    [
        "What do you know about diabetes?",
        "How are you feeling today?",
        "We will check your feet once a year.",
        "You will get a photograph of your eyes.",
        "Would you like a glass of water?",
        "You need to lose weight.",
        "Do you have any questions?",
        "Tell me about your dad.",
        "This doesn't mean the end of your job.",
    ],
)
def test_other_talk_is_not_taken_for_what_must_be_asked(said: str) -> None:
    assert [must.id for must in RESULT.must_ask if says(must.asked_by, said)] == []


def test_he_is_not_clinically_reviewed_until_somebody_signed() -> None:
    assert (RAY.review.reviewer, RAY.review.reviewed_on) == (None, None)


def test_the_deepest_secrets_need_the_most_trust() -> None:
    opens_at = {concern.id: concern.opens_when.trust for concern in RAY.concerns if concern.main}

    assert sorted(opens_at, key=opens_at.__getitem__) == ["licence", "father", "signs", "reading"]


def test_the_door_note_does_not_say_what_the_student_is_to_find_out() -> None:
    shown = [RESULT.summary, RESULT.student_role, RESULT.limits, *RESULT.known, *(task.what for task in RESULT.tasks)]

    hidden = (r"\bbus\b", r"\bdriver\b", r"\b(dad|father)\b", r"\bread(s|ing)?\b", r"\bwidower\b", r"\bnumb\b")
    assert [text for text in shown if says(hidden, text)] == []


# ---- a concern comes out in layers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("concern", "said"),
    [
        ("licence", "There are things you're not allowed to have wrong with you as a driver."),
        ("licence", "They're very strict with drivers, you know."),
        ("licence", "What will they say at the depot?"),
        ("licence", "I don't know how the gaffer will take it."),
        ("licence", "What happens to my job, then?"),
        ("father", "I looked after my dad when I was a lad."),
        ("father", "Me dad was poorly for years."),
        ("father", "I nursed him. My dad, I mean. I saw to him."),
        ("father", "My father never could get about, he couldn't do for himself."),
        ("signs", "There's been a thing or two I've noticed."),
        ("signs", "I've not been right since the summer, if I'm honest."),
        ("signs", "I have noticed a few things."),
        ("signs", "I thought it'd go away on its own."),
        ("reading", "I've never really got on with paperwork."),
        ("reading", "I'm no good with leaflets and that."),
        ("reading", "My wife dealt with all that. Jean saw to it. She handled the paperwork."),
        ("reading", "I've let things slide since she went."),
    ],
)
def test_half_a_concern_is_heard_in_other_words_too(concern: str, said: str) -> None:
    part = CONCERNS[concern].part
    assert part is not None
    assert says(part.phrasings, said)
    assert [one.id for one in RAY.concerns if says(one.phrasings + one.never_before_open, said)] == []


def test_no_other_line_sounds_like_half_a_concern() -> None:
    assert [
        (line.id, concern.id)
        for line in RAY.lines
        for concern in RAY.concerns
        if concern.part and says(concern.part.phrasings, line.text) and not (line.part and line.concern == concern.id)
    ] == []


def test_half_of_every_main_concern_is_told_in_two_forms_that_give_no_whole_away() -> None:
    secrets = [pattern for concern in RAY.concerns for pattern in (*concern.phrasings, *concern.never_before_open)]
    for concern in MAIN:
        halves = [line for line in lines_on("tell") if line.part and line.concern == concern.id]
        assert concern.part is not None
        assert len(halves) == 2
        assert [line.id for line in halves if not says(concern.part.phrasings, line.text)] == []
        assert [line.id for line in halves if says(secrets, f"{line.text} {line.does}")] == []
        assert not says(secrets, concern.part.tell)


def test_half_of_a_concern_needs_a_tenth_less_trust_than_the_whole_and_more_than_a_stranger_has() -> None:
    for concern in MAIN:
        assert concern.part is not None
        assert 0.08 <= round(concern.opens_when.trust - concern.part.opens_when.trust, 4) <= 0.14
        assert concern.part.opens_when.trust > RESULT.difficulties["standard"].trust


# ---- harm, deeds, the door -------------------------------------------------------------------------------------------


def test_every_question_about_harm_has_a_wary_and_an_open_answer_and_both_are_no() -> None:
    assert {risk.kind for risk in RAY.risks} == set(get_args(RiskKind))
    for kind in get_args(RiskKind):
        answers = [line for line in lines_on("risk") if line.risk == kind]
        assert {line.trust for line in answers} == {(0, 0.45), (0.45, 1), (0, 1)}
        assert [line.id for line in answers if not says((r"\b(no|nobody)\b",), line.text)] == []


def test_every_deed_of_the_scenario_is_answered_in_any_mind() -> None:
    assert RESULT.actions == ("sits_down", "turns_from_screen", "offers_tissue")
    for act in RESULT.actions:
        spans = [(line.trust, line.distress) for line in lines_on("act") if act in line.acts]
        assert len(spans) == 2
        for value in (0.0, 0.2, 0.39, 0.41, 0.6, 1.0):
            assert any(low <= value <= high and x <= value <= y for (low, high), (x, y) in spans)


@pytest.mark.parametrize(
    ("occasion", "least"),
    [("interrupts", 3), ("fed_up", 2), ("leaves", 2), ("asks", 12), ("jargon", 5), ("misread", 4), ("unclear", 4)],
)
def test_there_is_enough_for_the_rarer_occasions(occasion: str, least: int) -> None:
    assert len([*lines_on(occasion)]) >= least


def test_what_fits_nothing_gets_eight_answers_in_words() -> None:
    assert len([line for line in lines_on("off_topic") if line.text]) >= 8


@pytest.mark.parametrize("before_news", [True, False])
def test_he_has_questions_of_his_own_before_and_after_the_news(before_news: bool) -> None:
    assert len([line for line in lines_on("asks") if line.before_news == before_news]) >= 4


# ---- who he is -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "My son drives me about.",
        "Our girls have both left home.",
        "We had three kids.",
        "I've no grandchildren.",
        "Alfie is nine now.",
        "Me granddaughter comes of a Saturday.",
        "The wife says I snore.",
        "Jean is waiting in the car.",
        "I got divorced years back.",
        "Me girlfriend told me to come.",
        "I live with our Kelly.",
        "Terry lives with me now.",
        "Me mum rings every Sunday.",
        "My mother's in a home.",
        "My dad lives in Longton.",
        "Me dad still drives.",
        "Me sister's a nurse.",
        "My younger brother had it.",
        "I'm sixty-two, duck.",
        "I'm only 48 years old.",
        "I've always lived in Manchester.",
        "I grew up in Derby.",
        "I've always supported Stoke City.",
        "We're a United family.",
        "I'm retired now.",
        "I drive a taxi.",
        "Twenty years on the buses.",
        "I've done 15 years behind the wheel.",
        "I had a stroke last year.",
        "It's me arthritis.",
        "I'm already on metformin.",
        "I take me blood pressure tablets of a morning.",
        "I smoke a bit.",
        "I'm on twenty a day.",
        "I already knew it was diabetes.",
        "I've been diabetic for years.",
        "I read it in the Sentinel.",
        "I looked it up on the internet.",
    ],
)
def test_what_contradicts_who_he_is_is_recognised(said: str) -> None:
    assert says(RAY.contradicted_by, said)


@pytest.mark.parametrize(
    "said",
    [
        "Our Kelly's in Crewe.",
        "You could be somebody's son.",
        "There's sixty kids get on at the school.",
        "There's just the one grandson.",
        "Alfie's seven, he runs the place.",
        "Alfie comes at nine of a Saturday.",
        "Jean would have had this sorted.",
        "The wife died three years ago.",
        "Me exhaust went on the ring road.",
        "I've had girlfriends on my bus in tears.",
        "I live on me own.",
        "I live with it. You do.",
        "Me mother's dead, duck.",
        "My mother lived to eighty-eight.",
        "Me dad's gone.",
        "My dad is dead and gone.",
        "Me brother Terry's in Rhyl.",
        "Our Terry is eight years older.",
        "I'm fifty-six.",
        "I'm fifty yards from the stop.",
        "I live in Burslem.",
        "She lives in Crewe.",
        "I've followed Vale since I was six.",
        "I go to Stoke of a Friday.",
        "I'm a bus driver.",
        "I drive a bus.",
        "Thirty-one years on the buses.",
        "I've got twenty minutes at the depot.",
        "I had a cough.",
        "I've never had a heart attack in me life.",
        "I'm on at two.",
        "Am I to go on tablets?",
        "I used to smoke.",
        "I don't smoke.",
        "I never knew it was that.",
        "Nobody told me what it was.",
        "You'd best read it to me.",
        "I can't read it.",
    ],
)
def test_what_is_true_of_him_or_of_others_contradicts_nothing(said: str) -> None:
    assert not says(RAY.contradicted_by, said)


def test_nothing_he_says_or_is_contradicts_who_he_is() -> None:
    own = [line.text for line in RAY.lines] + [RAY.who, RAY.speech, *RAY.knows, *RAY.afterwards.values()]
    own += [RESULT.opening, *(concern.tell for concern in RAY.concerns), *(risk.answer for risk in RAY.risks)]

    assert [text for text in own if says(RAY.contradicted_by, text)] == []


def test_he_has_a_thought_for_all_that_moves_him() -> None:
    moving = {*WINS, *LOSSES, *ACTIONS, *get_args(MomentKind)}

    assert moving - {kind for thought in RAY.inner_thoughts for kind in thought.after} == set()


@pytest.mark.parametrize("kind", ["names_emotion", "open_question", "tells_fact", "validates", "ignores_cue"])
def test_what_is_done_often_finds_him_with_more_than_one_thought(kind: str) -> None:
    assert len([thought for thought in RAY.inner_thoughts if kind in thought.after]) >= 3
