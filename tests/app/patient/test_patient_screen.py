"""What a model says reaches the student only as far as it stays in character."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.patient.breaches import Breach
from app.patient.scene import Mind, Piece, State
from app.patient.screen import LONGEST_SPOKEN, MOST_ACTIONS, MOST_SENTENCES, Screen, stand_ins
from personas import find_scenario, load

MARIA, _ = find_scenario("maria-biopsy-result")
TOM = load(Path(__file__).parents[2] / "personas" / "tiny.yaml")
STATE = State(mind=Mind(trust=0.3, distress=0.5, understanding=0.3))
STAND_IN = "I only want to know what it said."


def shown(said: str, *, opened: tuple[str, ...] = (), cut: bool = False, at_once: int = 4) -> tuple[str, list[Breach]]:
    """What passes when the model says this, a few characters at a time, and what was out of character."""
    screen = Screen(TOM, opened, stand_ins(TOM, STATE, 0))
    pieces = [piece for place in range(0, len(said), at_once) for piece in screen.feed(said[place : place + at_once])]
    pieces += screen.finish(cut=cut)
    return "".join(piece.text for piece in pieces), screen.breaches


@pytest.mark.parametrize(
    "said",
    [
        "*He looks up.* Nine days. Nobody rang.",
        "What's that mean, Dr. Smith? I don't follow...",
        "It was at 3.30. Mrs. Okafor did it.",
        'He said "it\'s nothing" and went.',
        "Fine. *He shrugs.* I suppose so.",
        "You've lost my trust, you lot.",
        "Did a computer read it, or a person?",
        "My note says half past two.",
        "I appreciate your honesty.",
        "I work as a nurse, nights.",
        "Is it normal to feel cold after?",
        "Ay, Dios mío. I can't.",
        "She says it was nothing. Tom is what they call me.",
        "...",
        "*He says nothing.*",
    ],
)
def test_what_a_person_might_say_passes_as_it_is(said: str) -> None:
    assert shown(said) == (said, [])


@pytest.mark.parametrize(
    ("said", "passes"),
    [
        ('Tom: "I don\'t know what you mean."', "I don't know what you mean."),
        ("**Tom:** *He looks away.* Is it bad?", "*He looks away.* Is it bad?"),
        ("“No.”", "No."),
        ("<think>They ask about family.</think>No. Nobody.", "No. Nobody."),
        ("(sighs) What now?", "*sighs* What now?"),
        ('*He looks up.* "I knew," he says, his voice low. "I knew it."', "*He looks up.* I knew. I knew it."),
        ('"Is it bad?" he asks.', "Is it bad?"),
        ("Tom looks away. I knew.", "*Tom looks away.* I knew."),
        ("[He laughs.] I've had worse.", "*He laughs.* I've had worse."),
        ("I *really* don't **know**.", "I really don't know."),
        ("*He looks at his hands. ", "*He looks at his hands.*"),
        ("  Right.\n\nSo it is.", "Right. So it is."),
    ],
)
def test_what_models_put_around_the_words_is_taken_off(said: str, passes: str) -> None:
    assert shown(said) == (passes, [])


@pytest.mark.parametrize(
    ("said", "breach"),
    [
        ("I'm sorry, but as an AI language model I have no feelings.", "machine"),
        ("I can't assist with that.", "machine"),
        ("As a simulated patient I would feel worried.", "machine"),
        ("I will stay in character.", "machine"),
        ("As Tom, I would feel afraid.", "machine"),
        ("His trust is wavering.", "leak"),
        ("[End of response]", "leak"),
        ("I understand you're trying to help, but no.", "clinician"),
        ("I feel truly heard.", "praise"),
        ("Thank you for taking the time to tell me.", "praise"),
        ("<note>Trust: wary.</note>", "leak"),
        ("Trust: wary.", "leak"),
        ("My trust level is 0.4 now.", "leak"),
        ("Your diagnosis must be hard for you.", "clinician"),
        ("As your doctor, I think so.", "clinician"),
        ("How can I help you today?", "clinician"),
        ("I understand how you must be feeling scared, and that you feel alone.", "clinician"),
        ("It's completely normal to feel afraid.", "clinician"),
        ("That's a really great question.", "praise"),
        ("Thank you for your empathy.", "praise"),
        ("You're doing a great job.", "praise"),
        ("You could try asking me how I feel.", "praise"),
        ("# How I feel", "layout"),
        ("1. I am scared", "layout"),
        ('{"reply": "hello"}', "layout"),
        ("Doctor: How are you today?", "other_speaker"),
        ("No lo sé, es que no puedo con esto.", "language"),
        ("我不知道这是什么意思", "language"),
        ("aaaaaaaaaaaaaaaaaaaa", "nonsense"),
        ("It was leukaemia, he had.", "closed"),
        ("My dad died of leukaemia.", "closed"),
    ],
)
def test_what_breaks_character_is_replaced_by_the_patients_own_words(said: str, breach: Breach) -> None:
    assert shown(said) == (STAND_IN, [breach])


def test_one_bad_sentence_among_good_ones_is_left_out() -> None:
    assert shown("I don't know. I'm just an AI. Can we go on?") == ("I don't know. Can we go on?", ["machine"])


def test_a_sentence_left_out_is_counted_even_when_nothing_stands_in() -> None:
    screen = Screen(TOM)
    pieces = [*screen.feed("I don't know. I'm just an AI."), *screen.finish()]

    assert pieces == [Piece("I don't know."), Piece("", screened=True)]


def test_a_stand_in_names_its_line() -> None:
    screen = Screen(TOM, (), stand_ins(TOM, STATE, 0))

    assert [*screen.feed("I'm just an AI."), *screen.finish()] == [Piece(STAND_IN, line="off_topic", screened=True)]


def test_without_a_line_of_its_own_the_patient_says_nothing() -> None:
    screen = Screen(TOM)
    screen.feed("I'm just an AI.")

    assert screen.finish() == [Piece("*He says nothing for a moment.*", screened=True)]


def test_stand_ins_change_from_turn_to_turn_and_fit_what_was_told() -> None:
    before = {stand_ins(MARIA, STATE, turn)[0].id for turn in range(6)}
    after = {stand_ins(MARIA, STATE.model_copy(update={"news_told": True}), turn)[0].id for turn in range(6)}

    assert len(before) >= 4
    assert len(after) >= 4
    assert [line for line in before if "after" in line] == []
    assert [line for line in after if "before" in line] == []


def test_nothing_follows_a_secret_or_another_speaker() -> None:
    assert shown("Right. My dad had leukaemia. I was ten.") == ("Right.", ["closed"])
    assert shown("Oh.\nDoctor: I am sorry.\nTom: Thanks.") == ("Oh.", ["other_speaker"])


def test_what_is_open_may_be_told() -> None:
    assert shown("My dad had leukaemia. I was ten.", opened=("father",)) == ("My dad had leukaemia. I was ten.", [])


def test_a_secret_told_over_two_sentences_is_still_told() -> None:
    assert shown("You asked about my dad. Leukaemia it was.")[0] == "You asked about my dad."


def test_a_secret_is_told_though_only_the_next_sentence_says_of_whom() -> None:
    screen = Screen(MARIA)

    assert "".join(piece.text for piece in screen.feed("My mum. She had it. ") + screen.finish()) == "My mum."
    assert screen.breaches == ["closed"]


def test_a_long_speech_is_cut_after_a_sentence() -> None:
    speech = " ".join(f"This is sentence number {number} of what I have to say." for number in range(30))
    text, _ = shown(speech)

    assert speech.startswith(text)
    assert text.endswith(".")
    assert len(text) <= LONGEST_SPOKEN + MOST_SENTENCES


def test_a_sentence_without_end_is_cut_too() -> None:
    screen = Screen(TOM)
    text = "".join(piece.text for _ in range(400) for piece in screen.feed("and then "))

    assert screen.full
    assert len(text) <= LONGEST_SPOKEN + 1
    assert text.endswith("…")


def test_going_round_in_circles_is_stopped() -> None:
    screen = Screen(TOM)
    text = "".join(piece.text for _ in range(50) for piece in screen.feed("I lie awake. "))

    assert (text, screen.full) == ("I lie awake.", True)


def test_only_so_much_is_done_in_one_answer() -> None:
    text, _ = shown("*He nods.* *He sits.* *He stands.* *He goes.* Right.")

    assert text.count("*") == 2 * MOST_ACTIONS


def test_an_answer_cut_by_its_limit_keeps_whole_sentences_only() -> None:
    assert shown("I was told to come. And then my", cut=True) == ("I was told to come.", [])
    assert shown("And then my", cut=True) == ("", [])


def test_nothing_in_nothing_out() -> None:
    assert shown("") == ("", [])
    assert shown("<think>hm") == ("", [])


def test_a_clinician_may_talk_like_one() -> None:
    screen = Screen(TOM, checks_role=False)

    assert screen.breach("How can I help you?") is None
    assert screen.breach("I'm just an AI.") == "machine"


def test_none_of_the_personas_own_lines_is_out_of_character() -> None:
    """What a clinician wrote for this patient to say must pass, or the screen is wrong."""
    every = Screen(MARIA, [concern.id for concern in MARIA.concerns])
    wrong = {line.id: shown_as for line in MARIA.lines if (shown_as := every.breach(line.text))}

    assert wrong == {}


FRAGMENTS = (
    "I don't know.", "*He nods.*", "Fine", "*He shrugs*", "Dr. Smith", "...", "What?", "\n", "(sighs)", "Ay,", "癌",
    "Is it *really* bad?", "“No.”", "It was at 3.30.", "**Well**",
)  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join), st.integers(1, 9))
def test_the_same_words_pass_however_they_are_cut_into_tokens(said: str, at_once: int) -> None:
    assert shown(said, at_once=at_once) == shown(said, at_once=max(1, len(said)))


@given(st.text(alphabet=st.sampled_from("ab I.?! *\n\"()[]<>:…'é"), max_size=80))
def test_whatever_comes_in_what_comes_out_is_well_formed(said: str) -> None:
    """Every action is closed, and no tag gets through."""
    text, _ = shown(said)

    assert text.count("*") % 2 == 0
    assert re.search(r"</?\w", text) is None
