"""Which turns put a feeling of this patient into words, and which only look like it."""

import pytest

from scoring.moves import read_turn
from scoring.transcript import Turn

NAMED = [
    ("You're not confident it would last.", "ambivalence"),
    ("You seem really frightened by this.", "fear"),
    ("It sounds like you're torn between the two.", "ambivalence"),
    ("I wonder if that left you feeling guilty.", "shame"),
    ("I can hear how angry you are.", "anger"),
    ("That must be frightening.", "fear"),
    ("So you're in two minds about it.", "ambivalence"),
    ("You sound at the end of your tether.", "overwhelm"),
    ("You're at the end of your rope.", "overwhelm"),
    ("I can see this worries you.", "fear"),
    ("No wonder you feel let down.", "sadness"),
    ("Anyone in your place would be scared.", "fear"),
    ("I understand your worry.", "fear"),
    ("It sounds as if you were let down there?", "sadness"),
    ("You must be so relieved.", "relief"),
    ("You don't feel safe at home.", "fear"),
    ("It's hard not to be angry, and you are angry.", "anger"),
    ("You said you were terrified.", "fear"),
    ("You miss him.", "sadness"),
    ("It makes you feel ashamed.", "shame"),
    ("Quite overwhelmed, by the sound of it.", "overwhelm"),
    ("There's fear of losing her, I think.", "fear"),
    ("So there's guilt too.", "shame"),
    ("That's a heavy grief.", "sadness"),
    ("You've been carrying such anger.", "anger"),
    ("The dread of it never leaves you.", "fear"),
    ("The guilt is almost too big to look at.", "shame"),
    ("The not knowing has been terrifying.", "fear"),
    ("Thursday is frightening you.", "fear"),
    ("That's a lonely and bitter thing, never to be asked.", "sadness"),
    ("You sound full of sorrow.", "sadness"),
    ("You feel it is your own fault.", "shame"),
    ("I think I hear how lonely the house is without him.", "sadness"),
    ("I can hear how frightening the nights have been.", "fear"),
    ("I can hear your frustration.", "anger"),
    ("I can only guess at the grief in that.", "sadness"),
    ("I could sense your fear.", "fear"),
    ("Anyone would be at the end of their strength.", "overwhelm"),
]

NOT_NAMED = [
    "Are you worried?",
    "How worried are you about the operation?",
    "Is there anything you're worried about?",
    "What makes you angry?",
    "How do you feel about it?",
    "Don't worry about it.",
    "There is no need to be scared.",
    "You shouldn't feel guilty.",
    "You're not worried, are you?",
    "You do not look worried at all.",
    "I'm worried about your blood pressure.",
    "I am delighted with your progress.",
    "I'm afraid the clinic is closed.",
    "Your mother was frightened by it.",
    "He is angry with the ward.",
    "If you feel anxious, sit down for a minute.",
    "When you get stressed, try to breathe slowly.",
    "Try to manage your stress.",
    "You feel that the plan is good.",
    "Do you feel any pain here?",
    "It may feel sore for a day.",
    "People with this illness are often tired.",
    "I'd like you to feel confident with the inhaler.",
    "Are you feeling feverish?",
    "Oh no!",
    "It's your own fault.",
    "There's no shame in that.",
    "There is a lot of anger in your brother.",
    "The fear of falling is common at his age.",
    "If there is panic, ring the ward.",
    "You have confusion at night?",
    "Is something frightening you?",
    "I'm here for you.",
    "I can see how worried your wife is.",
    "I hear how busy the ward is.",
    "They were at the end of the corridor.",
    "What can make you scared?",
    "sad angry scared worried",
    "Sad, angry, scared, worried, ashamed.",
]


@pytest.mark.parametrize(("said", "family"), NAMED)
def test_a_feeling_of_the_patient_is_named_with_its_family(said: str, family: str) -> None:
    reading = read_turn(said, [])

    assert reading.emotion_naming_level == 2
    assert reading.all("names_emotion")[0].family == family


@pytest.mark.parametrize("said", NOT_NAMED)
def test_what_only_looks_like_naming_is_not(said: str) -> None:
    reading = read_turn(said, [])

    assert (reading.emotion_naming_level == 2, reading.has("names_emotion")) == (False, False)


@pytest.mark.parametrize(
    "said",
    [
        "I'm sorry to hear that.",
        "That's tough.",
        "That sounds really hard.",
        "I hear you.",
        "What a thing to live with.",
    ],
)
def test_an_unnamed_feeling_is_acknowledged(said: str) -> None:
    assert read_turn(said, []).emotion_naming_level == 1


def test_a_guess_is_tentative_and_a_statement_is_not() -> None:
    guessed = read_turn("It sounds like you are frightened.", [])
    stated = read_turn("You are frightened.", [])

    assert [move.tentative for move in guessed.all("names_emotion") + stated.all("names_emotion")] == [True, False]


def test_a_stock_phrase_is_marked_as_one() -> None:
    reading = read_turn("I understand how you feel.", [])

    assert [move.stock for move in reading.all("acknowledges")] == [True]


def test_the_patients_words_pasted_back_name_nothing() -> None:
    theirs = "I lie awake and I am terrified that it will be the same as with my mother"

    assert read_turn(theirs, [{"role": "patient", "text": theirs + "."}]).moves == ()


def test_the_patients_word_turned_to_you_is_a_naming() -> None:
    reading = read_turn("You lie awake, terrified.", [{"role": "patient", "text": "I lie awake and I am terrified."}])

    assert reading.has("reflects_complex", "names_emotion", "reflects")


@pytest.mark.parametrize(
    ("clean", "rewritten"),
    [
        ("You seem really frightened.", "you seem realy fritened"),
        ("You seem really frightened.", "you seam really frigtened"),
        ("It sounds like you are overwhelmed.", "it sounds like your overwelmed so you are overwelmed"),
        ("You must be worried.", "ye must be worried"),
        ("You are angry, I can see why.", "youre angry i can see why"),
        ("I can see that you are confused.", "i can see that u are confussed"),
        ("You are feeling scared.", "You feelin scared, you are feelin scared"),
    ],
)
def test_spelling_dialect_and_dictation_read_like_clean_text(clean: str, rewritten: str) -> None:
    families = [{move.family for move in read_turn(said, []).all("names_emotion")} for said in (clean, rewritten)]

    assert families[0] == families[1]
    assert families[0] != set()


@pytest.mark.parametrize(
    ("said", "family"),
    [
        ("Quite exhausting it sounds like.", "overwhelm"),
        ("Really frightening, it sounds like.", "fear"),
        ("Very frustrating, I imagine.", "anger"),
        ("Pretty lonely by the sound of it.", "sadness"),
        ("You used the word exhausted.", "overwhelm"),
        ("The word you used was ashamed.", "shame"),
        ("You said lonely just now.", "sadness"),
        ("That's a huge stress for you.", "fear"),
        ("That's a big worry for you.", "fear"),
        ("That is such a strain on you.", "overwhelm"),
        ("Must have hurt, huh?", "sadness"),
        ("That must have stung.", "sadness"),
    ],
)
def test_a_feeling_is_named_with_its_frame_behind_it_or_left_out(said: str, family: str) -> None:
    left = (Turn(speaker="patient", text="He said it in front of everyone, and nobody spoke up for me."),)

    assert [move.family for move in read_turn(said, left).all("names_emotion")] == [family]


@pytest.mark.parametrize(
    "said",
    [
        "Quite good it sounds like.",
        "You used the word cancer.",
        "You said lost property.",
        "That's a huge stress on the heart.",
        "That's a big worry for your mother.",
        "Must have hurt, the needle.",
        "Must have hurt, huh?",
        "Quite painful it sounds like.",
        "That sounds painful.",
    ],
)
def test_a_hurt_of_the_body_or_of_someone_else_names_no_feeling(said: str) -> None:
    fell = (Turn(speaker="patient", text="I fell on the ice and broke my arm."),)

    assert read_turn(said, fell).all("names_emotion") == ()


def test_pain_said_beside_a_feeling_is_of_the_heart() -> None:
    both = (Turn(speaker="patient", text="My arm is broken, but what frightens me is that he pushed me."),)

    assert read_turn("That must have hurt.", both).has("names_emotion")
