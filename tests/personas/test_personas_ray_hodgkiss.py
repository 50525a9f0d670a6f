"""Ray Hodgkiss's patterns find what they are for, and leave alone what merely sounds like it."""

import pytest

import personas
from personas import says

RAY, RESULT = personas.find_scenario("ray-new-diabetes")
FACTS = {fact.id: fact for fact in RESULT.facts}
CONCERNS = {concern.id: concern for concern in RAY.concerns}
MUST_ASK = {must.id: must for must in RESULT.must_ask}


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
