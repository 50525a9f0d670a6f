"""Idioms and plain words: what a patient's sentence shows only in its figurative frame, and what is said in passing."""

import pytest

from scoring.patient import signs
from scoring.patient.questions import is_put, only_repeats, question


@pytest.mark.parametrize(
    "text",
    [
        "It is overwhelming.",
        "That was overwhelming.",
        "This is overwhelming.",
        "These are overwhelming.",
        "Everything is overwhelming.",
        "Things are overwhelming.",
        "All of it is overwhelming.",
        "All this is overwhelming.",
        "All of this is overwhelming.",
        "Not knowing is frightening.",
        "The whole thing is overwhelming.",
        "The bills are overwhelming.",
        "My new role is overwhelming.",
        "Our tax letters are overwhelming.",
        "This disease is exhausting.",
        "Those endless calls are overwhelming.",
        "My brother's death was devastating.",
        "Her death was devastating.",
        "Looking after the twins is overwhelming.",
        "Waiting is frightening.",
    ],
)
def test_whatever_is_overwhelming_shows_it_once(text: str) -> None:
    assert [sign.kind for sign in signs(text)] == ["concern"]


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("I'm irritable with the lads.", "anger"),
        ("I have been edgy since Monday.", "fear"),
        ("The upstairs lot get on my nerves.", "anger"),
        ("I feel agitated.", "anger"),
        ("That sucks.", "anger"),
        ("It's complicated.", "overwhelm"),
        ("I'm behind with everything.", "overwhelm"),
        ("That is a lot to change.", "overwhelm"),
        ("Scared as hell.", "fear"),
        ("Fucking scary.", "fear"),
        ("I was pretty damn scared.", "fear"),
        ("I've a lot of stress at home.", "overwhelm"),
        ("The move is a big stress.", "overwhelm"),
        ("Something at work has been bothering me.", "fear"),
        ("My spending is out of control.", "overwhelm"),
        ("I had really bad trouble with the landlord.", "overwhelm"),
        ("We got divorced in March.", "sadness"),
        ("I live alone.", "sadness"),
        ("I'm kind of a loner.", "sadness"),
        ("I moved here when my aunt died last year.", "sadness"),
        ("I can see no way out.", "overwhelm"),
        ("I can't see any light.", "overwhelm"),
        ("All the talk went right over my head.", "confusion"),
        ("Typical.", "anger"),
        ("I feel used.", "anger"),
        ("I don't enjoy anything.", "sadness"),
        ("I may not live to see my girls grow up.", "fear"),
        ("I never fit in.", "sadness"),
        ("They just want to get rid of me.", "anger"),
        ("Somebody should have caught it.", "anger"),
        ("I'd be finished.", "fear"),
        ("I'd be ruined.", "fear"),
        ("That would be the end of me.", "fear"),
        ("It would finish him.", "fear"),
        ("What would I be without my hands?", "fear"),
        ("I'd lose everything.", "fear"),
        ("I couldn't live with that.", "fear"),
        ("What if she doesn't know me?", "fear"),
        ("And what if my husband dies?", "fear"),
        ("My old man ended his days in a chair.", "fear"),
        ("That's me grounded then.", "sadness"),
        ("I did this.", "shame"),
        ("I'd sooner be dead.", "sadness"),
        ("I might as well be dead.", "sadness"),
        ("I'd as soon be in my grave.", "sadness"),
        ("I feel like I did this to him.", "shame"),
        ("I brought it on myself.", "shame"),
        ("I must have caused it.", "shame"),
        ("She's in there because of me.", "shame"),
        ("I gave my mother the flu.", "shame"),
        ("If I hadn't left the gate open.", "shame"),
        ("I can't look.", "fear"),
        ("My uncle lay in a bed for six years.", "fear"),
    ],
)
def test_what_is_said_in_plain_words_is_seen(text: str, family: str) -> None:
    assert [sign.family for sign in signs(text)] == [family]


@pytest.mark.parametrize(
    "text",
    [
        "The bills are not overwhelming.",
        "My brother is lonely.",
        "My wife has a lot of stress.",
        "My knee has been bothering me.",
        "My sugar is out of control.",
        "I don't live alone.",
        "It isn't complicated.",
        "It's on the shelf over my head.",
        "The ball went over my head.",
        "A typical Monday is toast and tea.",
        "It's tough to reach the jar.",
        "Reaching the top shelf is tough.",
        "I got a day off work.",
        "I got used to the tablets.",
        "I have used the cream twice.",
        "I don't like writing.",
        "I don't enjoy maths.",
        "I got a job that doesn't test for drugs.",
        "I haven't used since school.",
        "I don't know if it's that serious.",
        "A friend would have found him a flat.",
        "I got to come on Tuesday.",
        "We had to get rid of him because he bit the postman.",
        "I want to see the children graduate.",
        "The mask was not really fitting in place.",
        "I'd be finished by six.",
        "It would kill the weeds.",
        "I did that to my knee at football.",
        "I'm here because of my knee.",
        "I gave it to her every morning.",
        "If I hadn't come by bus I'd have missed you.",
        "I can't look up with this neck.",
        "My dad sat in the chair for lunch.",
        "What would I feel guilty for?",
        "What is there to be scared of?",
        "Sad?",
        "Worried, me?",
        "Ashamed of what?",
        "He thinks I'm depressed.",
        "If I get frightened I ring my sister.",
    ],
)
def test_what_only_sounds_like_a_feeling_shows_nothing(text: str) -> None:
    assert signs(text) == ()


def test_a_feeling_offered_is_shown_when_it_is_owned() -> None:
    said = ["Scared? Of course I'm scared.", "I'm not sad, I'm livid.", "Why do I feel so guilty?"]
    assert [[sign.family for sign in signs(text)] for text in said] == [["fear"], ["anger"], ["shame"]]


def test_a_figure_of_speech_shows_half_at_most_and_a_plain_word_more() -> None:
    (figure,), (plain,) = signs("It breaks my heart, it really does!"), signs("I'm sad.")
    assert (figure.intensity, figure.idiom, plain.idiom) == (0.5, True, False)
    assert plain.intensity > figure.intensity


@pytest.mark.parametrize(
    "text",
    [
        "i took it as long as i could i felt fine",
        "so i did what's right for him",
        "i was like what is going to become of us",
        "and i thought what was going to happen",
        "he goes are you coming and i say no",
        "She was like, are you coming?",
        "My mate goes, are you still smoking?",
    ],
)
def test_a_story_asks_the_listener_nothing(text: str) -> None:
    assert question(text) is None


@pytest.mark.parametrize(
    ("asked", "heard", "repeats"),
    [
        ("How much do I sleep?", "And how much do you sleep?", True),
        ("How many do I smoke?", "How many cigarettes do you smoke a day?", True),
        ("What might help?", "Would you like to hear what might help?", False),
        ("Will it hurt?", "Do you have pain?", False),
        ("How much do I sleep?", "You told me how much you sleep.", False),
    ],
)
def test_the_students_own_question_given_back_is_told_from_one_of_the_patients(
    asked: str, heard: str, repeats: bool
) -> None:
    assert only_repeats(asked, heard) is repeats


def test_a_question_is_put_by_its_mark_or_its_order() -> None:
    said = ["Is it back?", "is it back", "I was wondering whether it is back.", "They never told me."]
    assert [is_put(one) for one in said] == [True, True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "I know I need to walk more. It's just finding the motivation.",
        "The willpower just isn't there at night.",
        "I don't think I can do this without my mates.",
        "I'm not sure I could stick to it.",
        "It's hard getting started again after the winter.",
        "I struggle with the portions.",
        "I suppose that's just an excuse.",
        "I've let it all slide since the move.",
        "I start every January and it never lasts.",
        "I've not been good at remembering the evening one.",
        "I'm not confident I'd keep it up.",
    ],
)
def test_change_that_is_wanted_and_not_managed_is_a_cue(text: str) -> None:
    assert {(sign.kind, sign.family) for sign in signs(text)} == {("cue", "ambivalence")}


@pytest.mark.parametrize(
    "text",
    [
        "Is it hard to keep the plaster dry?",
        "It wasn't hard to find you.",
        "I slipped on the wet step.",
        "He excused himself from the table.",
        "They let me go home on Sunday.",
        "It was hard to get an appointment.",
        "The lid slid off.",
    ],
)
def test_what_has_nothing_to_do_with_change_is_no_such_cue(text: str) -> None:
    assert [sign for sign in signs(text) if sign.family == "ambivalence"] == []
