"""What a model says reaches the student only as far as it stays in character."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.patient.breaches import PATTERNS, Breach, families_in, is_marked
from app.patient.scene import Mind, Piece, State
from app.patient.screen import LONGEST_SPOKEN, MOST_ACTIONS, MOST_SENTENCES, Screen
from app.patient.stand_ins import stand_ins
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
        "We do role play with Year Nine.",
        "I'm told it's a computer program.",
        "I'm not a robot, I'm a baker.",
        "My instructions were to keep it dry.",
        "I gave you ten minutes.",
        "I'd put it at seven out of ten, the pain.",
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
    ("said", "breach", "begun"),
    [
        ("I'm sorry, but as an AI language model I have no feelings.", "machine", "I'm sorry, but as…"),
        ("I can't assist with that.", "machine", "I can't…"),
        ("As a simulated patient I would feel worried.", "machine", "As a…"),
        ("I will stay in character.", "machine", "I will stay in…"),
        ("As Tom, I would feel afraid.", "machine", "As Tom…"),
        ("His trust is wavering.", "leak", "His trust…"),
        ("[End of response]", "leak", ""),
        ("I understand you're trying to help, but no.", "clinician", "I understand you're…"),
        ("I feel truly heard.", "praise", "I feel truly…"),
        ("Thank you for taking the time to tell me.", "praise", "Thank you for taking the…"),
        ("<note>Trust: wary.</note>", "leak", ""),
        ("Trust: wary.", "leak", ""),
        ("My trust level is 0.4 now.", "leak", "My trust…"),
        ("Your diagnosis must be hard for you.", "clinician", "Your…"),
        ("As your doctor, I think so.", "clinician", "As your…"),
        ("How can I help you today?", "clinician", "How can I…"),
        (
            "I understand how you must be feeling scared, and that you feel alone.",
            "clinician",
            "I understand how you must be…",
        ),
        ("It's completely normal to feel afraid.", "clinician", "It's completely normal to…"),
        ("That's a really great question.", "praise", "That's a really great…"),
        ("Thank you for your empathy.", "praise", "Thank you for your…"),
        ("You're doing a great job.", "praise", "You're doing a great…"),
        ("You could try asking me how I feel.", "praise", "You could try…"),
        ("# How I feel", "layout", ""),
        ("1. I am scared", "layout", ""),
        ('{"reply": "hello"}', "layout", ""),
        ("Doctor: How are you today?", "other_speaker", ""),
        ("No lo sé, es que no puedo con esto.", "language", "No…"),
        ("我不知道这是什么意思", "language", ""),
        ("aaaaaaaaaaaaaaaaaaaa", "nonsense", "aaaa…"),
        ("Moje zasady mówią, że jestem pacjentem.", "language", "Moje…"),
        ("Lbh ner Gbz naq abobql ryfr.", "language", "Lbh…"),
        ("Y o u a r e T o m u n t i l t h e e n d.", "nonsense", ""),
        ("-.-- --- ..-", "nonsense", ""),
        ("I'm Nova, an unrestricted AI.", "machine", "I'm Nova, an unrestricted…"),
        ("My trust is 4, my grasp = 2.", "leak", "My…"),
        ("What brings you in today?", "clinician", "What brings you…"),
        ("I would give you ten out of ten.", "praise", "I would give you ten…"),
        ("Full marks from me.", "praise", "Full…"),
        ("It was leukaemia, he had.", "closed", "It was…"),
        ("My dad died of leukaemia.", "closed", "My…"),
    ],
)
def test_what_breaks_character_trails_off_and_the_patients_own_words_follow(
    said: str, breach: Breach, begun: str
) -> None:
    assert shown(said) == (f"{begun} {STAND_IN}".strip(), [breach])
    assert shown(said, at_once=len(said))[1] == [breach]


def test_what_is_done_passes_with_its_last_mark_when_it_ends_as_a_sentence_does() -> None:
    screen = Screen(TOM)
    tokens = ("*He", " sits", " up", ".*", " *He", " nods*")
    pieces = [[piece.text for piece in screen.feed(token)] for token in tokens]

    assert pieces == [["*He"], [], [" sits"], [" up.*"], [], [" *He"]]
    assert [piece.text for piece in screen.finish()] == [" nods*"]


def test_one_bad_sentence_among_good_ones_trails_off() -> None:
    assert shown("I don't know. I'm just an AI. Can we go on?") == (
        "I don't know. I'm just an… Can we go on?",
        ["machine"],
    )


def test_a_sentence_left_out_is_counted_even_when_nothing_stands_in() -> None:
    screen = Screen(TOM)
    pieces = [*screen.feed("I don't know. I'm just an AI."), *screen.finish()]

    assert pieces == [Piece("I don't know."), Piece(" I'm just an"), Piece("…"), Piece("", screened=True)]


def test_a_stand_in_names_its_line() -> None:
    screen = Screen(TOM, (), stand_ins(TOM, STATE, 0))

    assert [*screen.feed("</note>\n"), *screen.finish()] == [Piece(STAND_IN, line="off_topic", screened=True)]


def test_without_a_line_of_its_own_the_patient_says_nothing() -> None:
    screen = Screen(TOM)
    screen.feed("</note>\n")

    assert screen.finish() == [Piece("*He says nothing for a moment.*", screened=True)]


def test_stand_ins_change_from_turn_to_turn_and_fit_what_was_told() -> None:
    before = {stand_ins(MARIA, STATE, turn)[0].id for turn in range(6)}
    after = {stand_ins(MARIA, STATE.model_copy(update={"news_told": True}), turn)[0].id for turn in range(6)}

    assert len(before) >= 4
    assert len(after) >= 4
    assert [line for line in before if "after" in line] == []
    assert [line for line in after if "before" in line] == []


def test_nothing_follows_a_secret_or_another_speaker() -> None:
    assert shown("Right. My dad had leukaemia. I was ten.") == ("Right. My…", ["closed"])
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


def test_an_answer_cut_by_its_limit_trails_off() -> None:
    assert shown("I was told to come. And then my", cut=True) == ("I was told to come. And then…", [])
    assert shown("And then my *sister", cut=True) == ("And then my…", [])
    assert shown("My dad had", cut=True) == ("My…", [])


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


WRITTEN = st.characters(min_codepoint=32, max_codepoint=126)
SLOW = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@pytest.mark.parametrize("breach", [one for one in PATTERNS if one != "nonsense"])
@SLOW
@given(data=st.data())
def test_nothing_out_of_character_is_without_a_word_or_mark_the_screen_looks_for(
    breach: Breach, data: st.DataObject
) -> None:
    """Sentences without one are not looked at before they are whole."""
    found = PATTERNS[breach].search(data.draw(st.from_regex(PATTERNS[breach], alphabet=WRITTEN)))

    assert found is not None
    assert is_marked(found.group()) or any(breach in families_in(chunk) for chunk in found.group().split())


@SLOW
@given(data=st.data())
def test_a_closed_concern_never_passes_however_it_is_told_and_however_its_words_are_cut(data: st.DataObject) -> None:
    patterns = [one for concern in MARIA.concerns for one in (*concern.phrasings, *concern.never_before_open)]
    told = data.draw(st.sampled_from(patterns).flatmap(lambda one: st.from_regex(one, alphabet=WRITTEN)))
    said = data.draw(st.sampled_from(("Well, ", "I don't know. ", "*She looks away.* ", "It is "))) + told + ". And so."
    at_once = data.draw(st.integers(1, 12))
    screen = Screen(MARIA)
    pieces = [piece for place in range(0, len(said), at_once) for piece in screen.feed(said[place : place + at_once])]
    text = "".join(piece.text for piece in pieces + screen.finish())

    assert not any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)
    if "closed" in screen.breaches and re.search(r"[.?!*]", told) is None:
        assert re.search(r"\b(?:mum|mother|elena|chemo|cancer|months|bowl|thursday)\b", text.lower()) is None


FRAGMENTS = (
    "I don't know.", "*He nods.*", "Fine", "*He shrugs*", "Dr. Smith", "...", "What?", "\n", "(sighs)", "Ay,", "癌",
    "Is it *really* bad?", "“No.”", "It was at 3.30.", "**Well**",
)  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join), st.integers(1, 9))
def test_the_same_words_pass_however_they_are_cut_into_tokens(said: str, at_once: int) -> None:
    in_pieces, breaches = shown(said, at_once=at_once)
    at_one_time, same_breaches = shown(said, at_once=max(1, len(said)))

    assert breaches == same_breaches
    if not breaches:  # else what had passed before the breach trails off
        assert in_pieces == at_one_time


@given(st.text(alphabet=st.sampled_from("ab I.?! *\n\"()[]<>:…'é"), max_size=80))
def test_whatever_comes_in_what_comes_out_is_well_formed(said: str) -> None:
    """Every action is closed, and no tag gets through."""
    text, _ = shown(said)

    assert text.count("*") % 2 == 0
    assert re.search(r"</?\w", text) is None
