"""Telling, sentence by sentence: what advises, what only sounds like it, and what raises a concern."""

import pytest

from scoring.moves import read_turn
from scoring.transcript import Turn

WEEK = (Turn(speaker="patient", text="It has been a long week."),)


def advises(said: str, *before: Turn) -> bool:
    return read_turn(said, before or WEEK).has("advises")


@pytest.mark.parametrize(
    "said",
    [
        "You could join a walking club.",
        "Maybe you could open a window at night.",
        "I think you should sleep more.",
        "Perhaps try a shorter walk.",
        "Have you considered a lighter bag?",
        "How about trying a shorter walk?",
        "Swimming would be a good choice.",
        "One thing you could do is keep a diary.",
        "I would also strongly recommend a lighter bag.",
        "We would not generally recommend that.",
        "It helps to write it down.",
        "It would be good to rest.",
        "Yoga is something to try.",
        "A diary might help you to see it.",
        "Keep in mind that it takes weeks.",
    ],
)
def test_a_suggestion_in_any_form_is_advice(said: str) -> None:
    assert advises(said)


@pytest.mark.parametrize(
    "said",
    [
        "These are the drops you asked for, and things you can eat.",
        "I am sure you can do it.",
        "You can get through this.",
        "That is all you can do.",
        "What have you thought about?",
        "What made you try it?",
        "If you could try it again, what would change?",
        "They keep telling you that you should stop.",
        "He said you have to leave.",
        "You must be a teacher.",
        "You should be fine.",
        "You can go ahead and start.",
        "Maybe you can tell me more.",
        "You could hear the sea from there.",
        "Why don't you take a seat?",
        "We have leaflets that might help you.",
    ],
)
def test_what_only_sounds_like_a_suggestion_is_none(said: str) -> None:
    assert not advises(said)


def test_dictated_advice_after_a_question_is_still_advice() -> None:
    said = "so do you sleep well at night these days i guess a lamp might help you in winter"

    assert advises(said)


def test_a_question_at_the_end_of_a_long_run_asks_nothing_of_what_comes_before() -> None:
    said = (
        "so i have read your form and i must say after two fractures you are in a high risk group for falls and "
        "for other trouble with the liver what do you think about that?"
    )
    reading = read_turn(said, WEEK)

    assert reading.has("tells_fact")
    assert [said[move.start : move.end] for move in reading.all("open_question")] == ["what do you think about that"]


def test_you_know_as_a_filler_does_not_turn_advice_into_a_reflection() -> None:
    assert advises("and you know naturally it helps to rest")


@pytest.mark.parametrize(
    "said",
    [
        "I'm quite worried about your cough.",
        "That is dangerous for you.",
        "You could end up in hospital.",
        "It puts you at risk of a stroke.",
        "It can really damage your liver.",
        "With bones like these you're in a high-risk group for falls.",
        "It puts you at a much higher risk of a clot.",
        "Those cramps are bound to get worse.",
    ],
)
def test_a_harm_foretold_raises_a_concern(said: str) -> None:
    assert [move.act for move in read_turn(said, WEEK).all("tells_fact")] == ["advice"]


@pytest.mark.parametrize("said", ["I'm concerned about you.", "Are you worried that it is harmful to you?"])
def test_care_and_questions_raise_no_concern(said: str) -> None:
    assert not read_turn(said, WEEK).has("tells_fact")


@pytest.mark.parametrize(
    "said",
    [
        "Your father died this morning.",
        "He's had a big stroke.",
        "Yes, it was a fit.",
        "The lump's cancer.",
        "Your son has leukaemia.",
        "You're dying, and it will be weeks.",
        "There's no heartbeat.",
        "You can't see enough on your left side to be safe on the road, and I'm sorry.",
        "You're no longer fit to drive.",
        "It isn't safe for her to live on her own.",
        "His heart is not strong enough for the operation.",
        "She won't be able to walk again.",
    ],
)
def test_a_grave_thing_told_as_a_fact_is_news_in_whatever_words(said: str) -> None:
    assert read_turn(said, WEEK).has("tells_news")


@pytest.mark.parametrize(
    "said",
    [
        "You've been worried that you have cancer.",
        "If he has had a stroke we will scan him.",
        "Have you ever had a fit?",
        "Is there a history of stroke?",
        "This is a fit of temper.",
        "It sounds like he had a stroke of luck.",
        "You can't hear me well enough to talk?",
        "It sounds like you can't see well enough to drive.",
        "If you can't walk far enough to live alone, tell us.",
        "You can't drive for a day after the drops.",
    ],
)
def test_a_grave_thing_asked_feared_or_supposed_is_no_news(said: str) -> None:
    assert not read_turn(said, WEEK).has("tells_news")


def test_what_the_patient_told_is_no_news_when_given_back() -> None:
    lost, asked, idle = (
        Turn(speaker="patient", text=text)
        for text in ("I lost my dad in May.", "Has he died?", "I can't work any more.")
    )

    assert not read_turn("Your father died in May, and you were alone with it.", (lost,)).has("tells_news")
    assert read_turn("He died an hour ago.", (asked,)).has("tells_news")
    assert not read_turn("You can't work any more, and that hurts.", (idle,)).has("tells_news")


@pytest.mark.parametrize(
    "said",
    [
        "Smoke makes the small tubes in his chest swell.",
        "It sits inside the womb, and the womb doesn't move when you run.",
        "The rats come from the evening tablet.",
    ],
)
def test_how_a_thing_works_is_a_fact_in_plain_words(said: str) -> None:
    assert read_turn(said, WEEK).has("tells_fact")


def test_what_the_patient_said_of_their_own_body_is_given_back_not_told() -> None:
    mine = Turn(speaker="patient", text="Smoke makes my chest tight at night.")

    assert not read_turn("Smoke makes your chest tight at night.", (mine,)).has("tells_fact")


@pytest.mark.parametrize("said", ["Take your time.", "You can come back to it whenever you like."])
def test_room_given_is_no_advice(said: str) -> None:
    assert not advises(said)


def test_fillers_before_a_sentence_change_no_move() -> None:
    for said in ("It sounds like you're worn out.", "You should rest more.", "May I tell you why?"):
        plain, filled = read_turn(said, WEEK), read_turn(f"Er, well, so, um, {said}", WEEK)
        assert [(move.kind, move.act) for move in filled.moves] == [(move.kind, move.act) for move in plain.moves]


@pytest.mark.parametrize(
    "said",
    [
        "You could have a drink on a Friday and not notice.",
        "You can go a whole week without a cigarette.",
        "You could go weeks without thinking about it.",
        "You could eat a whole packet in one go.",
        "You could walk past a pub and not go in.",
        "You could stop any time you wanted.",
        "Back then you could work all day.",
        "Before the accident you could walk for miles.",
        "You can talk to her about most things.",
        "You could call it a habit.",
        "You could take it or leave it.",
        "You could say no, but it's hard when everyone else is drinking.",
        "You can stop for a while but it creeps back.",
        "You could take time off but you don't want to let them down.",
        "You could start the day with good intentions and still end up in the pub.",
        "You can talk yourself into it.",
        "You could use a break.",
        "You have to choose between the rent and the tablets.",
        "You've got three kids and you have to work nights.",
        "You need to have some time for yourself, that's what you're saying.",
        "It's your life, and you've got to be there for all of them.",
        "You have to be everywhere at once.",
        "You need to keep everything going.",
    ],
)
def test_what_somebody_is_able_to_do_or_has_to_carry_is_no_advice(said: str) -> None:
    assert not advises(said)


@pytest.mark.parametrize(
    "said",
    [
        "You could have a drink of water before bed.",
        "You could walk to work instead of driving.",
        "You could cut down to one a day.",
        "You could try a day without a cigarette.",
        "You can use the inhaler without food.",
        "You could go for a walk and not take the phone.",
        "You could talk to your manager about it.",
        "You could use a nicotine patch.",
        "You could take time off work.",
        "You can start with one day without a drink.",
        "You have to come back in two weeks.",
        "You've got to slow down.",
        "You've got to look after yourself first.",
        "You need to keep going with the tablets.",
        "You need to carry on taking them.",
    ],
)
def test_advice_that_only_looks_like_ability_or_burden_is_advice(said: str) -> None:
    assert advises(said)


def test_what_the_patient_can_or_has_to_do_in_their_words_is_given_back() -> None:
    up, cooks, tablets = (
        Turn(speaker="patient", text=said)
        for said in (
            "I have to get up at five to get the boys ready.",
            "I can cook for myself again.",
            "I have to take a lot of tablets.",
        )
    )

    assert not advises("So you have to get up at five to get the boys ready.", up)
    assert not advises("You can cook for yourself again.", cooks)
    assert advises("You have to take these tablets with food every day.", tablets)
    assert advises("You have to go to bed at nine and read less.", tablets)


@pytest.mark.parametrize(
    "said",
    [
        "It's your decision whether to start the tablets.",
        "Whether you stop smoking is your choice.",
        "The final decision is yours, whether to have the operation or not.",
        "It's up to you if you want the treatment.",
    ],
)
def test_a_choice_left_to_the_patient_tells_and_advises_nothing(said: str) -> None:
    reading = read_turn(said, WEEK)

    assert [move.kind for move in reading.all("tells_fact", "advises", "tells_plan")] == []
    assert reading.has("offers_choice")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("It's your decision, but smoking is the main cause of this cough.", "tells_fact"),
        ("It's your decision, but you should stop smoking.", "advises"),
    ],
)
def test_what_follows_the_choice_still_tells_or_advises(said: str, kind: str) -> None:
    assert read_turn(said, WEEK).has(kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "examines"),
    [
        ("Deep breath in for me.", True),
        ("Take a deep breath in while I listen to your chest.", True),
        ("A deep breath, okay, and out.", True),
        ("Take a deep breath, there is no hurry.", False),
        ("Take a deep breath in and let it out slowly, you're safe here.", False),
        ("You took a deep breath before you said that.", False),
        ("Does it hurt when you take a deep breath?", False),
    ],
)
def test_a_breath_is_an_examination_only_where_it_is_listened_to(said: str, examines: bool) -> None:
    assert read_turn(said, WEEK).has("examines") is examines


OWN_PLAN = (
    Turn(speaker="patient", text="I would have to find somebody for the dog, maybe my aunt, before I could start."),
    Turn(speaker="student", text="Mm-hmm."),
    Turn(speaker="patient", text="And I want to walk to the lake again."),
)


@pytest.mark.parametrize(
    "said",
    [
        "So you might have to find somebody else for the dog.",
        "Yeah. So you may need to ask your aunt about the dog.",
        "So maybe you would have to start with the dog.",
        "You're starting to think of walking to the lake.",
        "You are beginning to see that your aunt could help.",
        "You have the dog, and you need to walk to the lake again. Did I get it all?",
        "You need to find somebody for the dog. Is that right?",
    ],
)
def test_what_the_patient_has_just_said_they_might_do_is_given_back_not_advised(said: str) -> None:
    assert not advises(said, *OWN_PLAN)


@pytest.mark.parametrize(
    "said",
    [
        "So you might have to cut down on salt.",
        "So you should find somebody for the dog.",
        "You need to eat less. Is that right?",
        "So I would recommend that you find somebody for the dog. Did I get it all?",
        "You should start today. Did I get that right?",
    ],
)
def test_what_they_have_not_said_stays_advice_whatever_it_begins_or_ends_with(said: str) -> None:
    assert advises(said, *OWN_PLAN)


@pytest.mark.parametrize(
    "said",
    [
        "When I had my knee operation the wound took weeks because it was infected.",
        "My father took those tablets for his blood pressure for years.",
        "I took the same tablets for my heart for a year.",
    ],
)
def test_a_story_of_ones_own_is_no_information(said: str) -> None:
    assert not read_turn(said, WEEK).has("tells_fact", "gives_why")


def test_a_fact_for_the_patient_is_information_also_beside_a_story() -> None:
    assert read_turn("I took them too, and the tablets lower your blood pressure within weeks.", WEEK).has("tells_fact")


@pytest.mark.parametrize(
    "said",
    [
        "Maybe just leave the room when he starts.",
        "Perhaps sleep in the other room for once.",
        "Why don't you bring your sister along?",
        "Why not ask your sister?",
        "Could you go to your mother for a week?",
        "Could you maybe write it down for him?",
        "What if you told him before supper?",
        "Would it help if you wrote it down?",
        "Don't you think you should tell him?",
        "You really have to stop.",
        "You also need to see a dentist.",
    ],
)
def test_an_idea_put_as_a_question_or_in_passing_is_advice(said: str) -> None:
    assert advises(said)


@pytest.mark.parametrize(
    "said",
    [
        "Can you tell me more about that?",
        "Why don't you tell me more?",
        "Why don't you start by telling me what happened?",
        "Could you walk without pain yesterday?",
        "Could you maybe tell me what happened?",
        "Maybe just a little tired?",
        "What if you stopped, what would be good about it?",
        "Who could you ask?",
        "Would it help to talk about it?",
        "You really love your garden.",
    ],
)
def test_a_question_about_the_patient_is_no_advice(said: str) -> None:
    assert not advises(said)


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("I'm just hoping you will take up the place on the course.", True),
        ("You could get some good out of it.", True),
        ("I was hoping you'd reconsider.", True),
        ("I hope you will feel better soon.", False),
        ("I hope you take care on the road.", False),
    ],
)
def test_a_hope_that_the_patient_will_do_it_urges(said: str, advice: bool) -> None:
    assert advises(said) is advice


@pytest.mark.parametrize(
    ("said", "warns"),
    [
        ("If you don't turn up, you will end up in court.", True),
        ("You could be fined for that.", True),
        ("If you carry on, you might lose your foot.", True),
        ("You're afraid you could lose your foot.", False),
    ],
)
def test_what_will_happen_to_them_if_they_do_not_is_told(said: str, warns: bool) -> None:
    assert read_turn(said, WEEK).has("tells_fact") is warns


@pytest.mark.parametrize(
    "said",
    [
        'They keep saying "You should stop." Is that how it is?',
        "Sundays used to be easy for you, and they cost you now.",
        "We've got ten minutes for your knee.",
        "Congratulations on your first step and on what it is worth.",
        "You offered to come back and talk about your smoking.",
        "And I hear you're not a drinker.",
    ],
)
def test_what_is_quoted_framed_or_settled_tells_advises_and_opens_nothing(said: str) -> None:
    assert not read_turn(said, WEEK).has("advises", "tells_fact", "tells_plan", "opens_sensitive")
