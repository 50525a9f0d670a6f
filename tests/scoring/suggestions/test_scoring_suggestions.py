"""Suggestions: said in this patient's words, never twice, never what was said anyway."""

import re

import pytest

from scoring import Transcript, grade, read_turn
from scoring.occasions import fits
from scoring.suggestions.lines import lines
from scoring.words import alike, sentences, words
from tests.scoring.talks import Talk, talks

EVERY_TALK = [pytest.param(talk, id=talk.name) for talk in talks().values()]
AUTHORED = {cue.could_say for talk in talks().values() if talk.persona for cue in talk.persona.cues}


def said_in(talk: Talk) -> list[str]:
    return [one.say for scale in talk.card.scales.values() for one in scale.suggestions]


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_a_suggestion_is_whole_and_short(talk: Talk) -> None:
    faults = [
        say
        for say in said_in(talk)
        if not say.endswith((".", "?", "!"))
        or "  " in say
        or re.search(r"[{}\[\]]", say)
        or say.count("(") != say.count(")")
        or say.count('"') % 2
        or len(words(say)) >= 45
        or (not say[0].isupper() and say[0] != '"')
        or re.search(r"\.\.|\?\.|\b(\w+) \1\b|\b(?:for|to|about|of) (?:they|she|he)\b", say)
    ]
    assert faults == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_no_sentence_comes_twice_in_a_report(talk: Talk) -> None:
    said = [one.text.lower() for say in said_in(talk) if say not in AUTHORED for one in sentences(say)]
    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_a_suggestion_stands_at_a_turn_and_is_not_what_was_said_there(talk: Talk) -> None:
    turns = talk.transcript.turns
    for scale in talk.card.scales.values():
        for one in scale.suggestions:
            assert 0 <= one.turn < len(turns)
            said = [turn.text for turn in turns if turn.speaker == "student"]
            assert [text for text in said if alike(text, one.say) > 0.75] == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_a_feeling_is_suggested_only_where_it_was_missed(talk: Talk) -> None:
    for name in ("empathy", "emotion_naming"):
        scale = talk.card.scales[name]
        missed = {one.turn for one in scale.occasions if not one.met}
        assert {one.turn for one in scale.suggestions} <= missed


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_no_feeling_is_named_in_another_family_than_the_one_shown(talk: Talk) -> None:
    scale = talk.card.scales["emotion_naming"]
    shown = {one.turn: one.family for one in scale.occasions if one.family is not None}
    wrong = []
    for one in scale.suggestions:
        if one.say in AUTHORED or one.turn not in shown:
            continue
        named = read_turn(one.say, talk.transcript.turns[: one.turn + 1]).all("names_emotion")
        wrong += [(one.say, move.family) for move in named if not fits(move.family, (shown[one.turn],))]
    assert wrong == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_an_echo_keeps_nothing_of_the_first_person(talk: Talk) -> None:
    """The first sentence is the echo where it begins with "you" or "your"; after it the clinician may say "I"."""
    for name in ("empathy", "emotion_naming"):
        for one in talk.card.scales[name].suggestions:
            echo = sentences(one.say)[0].text
            if one.say not in AUTHORED and re.match(r"(?:You|Your)\b", echo) and " I " not in echo:
                assert not re.search(r"\b(?:my|mine|myself|i'm|i've|our|we|us)\b", echo, re.IGNORECASE), echo


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_a_question_of_the_patients_is_not_met_with_a_question(talk: Talk) -> None:
    """Unless it was answered there: then the suggestion follows the answer."""
    for name in ("empathy", "emotion_naming"):
        for one in talk.card.scales[name].suggestions:
            asked = talk.transcript.turns[one.turn].text.rstrip().endswith("?")
            answer = talk.transcript.turns[one.turn + 1].text
            told = read_turn(answer, talk.transcript.turns[: one.turn + 1]).has(
                "tells_fact", "tells_news", "tells_plan", "advises"
            )
            closed = "before I go on" in one.say or "Let me not rush" in one.say
            if asked and not told and not closed and one.say not in AUTHORED:
                assert not one.say.endswith("?"), (talk.transcript.turns[one.turn].text, answer, one.say)


def suggestions(*said: tuple[str, str]) -> dict[str, list[str]]:
    turns = [{"speaker": "patient" if who == "P" else "student", "text": text} for who, text in said]
    card = grade(Transcript.model_validate({"turns": turns}))
    return {name: [one.say for one in scale.suggestions] for name, scale in card.scales.items()}


@pytest.mark.parametrize(
    ("patient", "meet", "name"),
    [
        (
            "I'm terrified for my girls.",
            "You are thinking of your girls at once. What do you fear most for them?",
            "It sounds as if you are frightened for your girls more than for yourself.",
        ),
        (
            "My mother had this too.",
            "Your mother had this too. No wonder it is on your mind now. What was that time like for you?",
            "When you think of your mother, I wonder if you are afraid that it will be the same this time.",
        ),
        (
            "My dad died of this.",
            "I am so sorry about your dad. Would you like to tell me about him?",
            "You lost your dad. It sounds as if you are still very sad.",
        ),
        (
            "I'm worried about my job.",
            "You are worried about your job. That must be hard to live with. What worries you most?",
            "You are worried, and I can see why. Tell me more about it.",
        ),
        (
            "It's all too much for me, I can't cope.",
            "You can't cope. That sounds like too much for one person. What is heaviest just now?",
            "You are overwhelmed, and with all this that is no wonder.",
        ),
        (
            "Nobody told us anything for four hours.",
            "Nobody told you anything for four hours. I am sorry. You should have been told. "
            "What would you like to know?",
            "I imagine you are angry that it was left like that.",
        ),
    ],
)
def test_what_could_have_been_said_to_a_feeling(patient: str, meet: str, name: str) -> None:
    found = suggestions(("P", patient), ("S", "Any allergies?"), ("P", "No."))
    assert (found["empathy"], found["emotion_naming"]) == ([meet], [name])


def test_a_decision_that_was_pushed_on_is_left_with_the_patient() -> None:
    found = suggestions(
        ("P", "Hello."), ("S", "You must give up smoking."), ("P", "It's my body and my decision."), ("S", "Any cough?")
    )
    assert found["empathy"] == [
        "You are right: this is your decision, and I will not push you. What matters most to you in it?"
    ]
    assert found["emotion_naming"] == ["I wonder if you are annoyed at being told what to do."]


@pytest.mark.parametrize(
    ("patient", "lost"),
    [("I had to give up the allotment, and the days are empty.", True), ("It has been a hard, grey autumn.", False)],
)
def test_something_lost_is_spoken_of_only_where_it_was(patient: str, lost: bool) -> None:
    found = suggestions(("P", patient), ("S", "Any allergies?"), ("P", "No."))["empathy"]
    assert ["lost something" in say for say in found] == [lost]


def test_nobody_asked_where_no_question_was_put() -> None:
    said = "Nobody ever told me whether the shadow on the picture was a bad one."
    found = suggestions(
        ("P", said), ("S", "Right, and your sleep?"), ("P", "Fine."), ("S", "And food?"), ("P", "Fine.")
    )
    assert [say for scale in found.values() for say in scale if say.startswith("You asked")] == []


@pytest.mark.parametrize(
    ("patient", "student", "stem"),
    [
        ("I'm so worried about the mortgage.", "Worried, I see. Do you smoke?", "worr"),
        ("I'm so ashamed of the state of the flat.", "There is no point in being ashamed. Do you drink?", "asham"),
    ],
)
def test_a_feeling_word_of_the_answers_is_not_suggested_to_it(patient: str, student: str, stem: str) -> None:
    found = suggestions(("P", patient), ("S", student), ("P", "No."))
    assert [say for name in ("empathy", "emotion_naming") for say in found[name] if stem in say.lower()] == []


@pytest.mark.parametrize("when", ["open", "strong"])
def test_a_feeling_said_openly_is_not_asked_about_whether_it_is_so(when: str) -> None:
    doubts = r"(?:right|understood|understood you|is that how it feels|close to how it feels)\?$"
    asked = [row[-1] for row in lines("feelings") if row[0] == "name" and row[2] == when]
    assert [frame for frame in asked if re.search(doubts, frame, re.IGNORECASE)] == []


def test_after_a_question_the_answer_comes_first() -> None:
    found = suggestions(("P", "Is it cancer?"), ("S", "How is your sleep?"), ("P", "Bad."))
    assert found["empathy"] == [
        "You asked me straight out, so I will answer straight. Then I would like to hear what you have been afraid of."
    ]
    assert found["permission"] == ['You asked, "Is it cancer?" I will answer that before anything else.']


@pytest.mark.parametrize(
    ("student", "asked"),
    [
        (
            "The biopsy shows that you have breast cancer.",
            "I have the result of the biopsy here. Would you like to hear it now, "
            "or is there something you want to say first?",
        ),
        (
            "I'm going to listen to your chest now.",
            "To find out more, I would like to listen to your chest. I will tell you each step first, "
            "and you can stop me. Is that all right?",
        ),
        (
            "You should stop smoking, and you need to do it now.",
            "I have an idea about smoking. Would you like to hear it?",
        ),
        (
            "How much alcohol do you drink?",
            "I would like to ask you about alcohol. I ask everyone, and you do not have to answer. Is that all right?",
        ),
    ],
)
def test_leave_is_asked_for_the_very_act(student: str, asked: str) -> None:
    assert suggestions(("P", "Hello."), ("S", student), ("P", "Oh."))["permission"] == [asked]


def test_a_technical_word_is_explained_by_its_meaning() -> None:
    found = suggestions(
        ("P", "Hello."),
        (
            "S",
            "The picture shows that you have a haematoma in the leg. "
            "We will look at it again on Monday, because we want to see that it goes.",
        ),
        ("P", "I see."),
        ("S", "What questions do you have?"),
        ("P", "None."),
    )
    assert found["explanation"][0] == 'In plain words, "haematoma" means this: a large bruise.'


def test_a_widow_is_not_sent_to_her_husband() -> None:
    found = suggestions(
        ("P", "My husband died last spring."),
        (
            "S",
            "I'm sorry. You take one tablet in the morning and one at night, and you drink a lot of water with them.",
        ),
        ("P", "Right."),
    )
    assert [say for say in found["explanation"] if "husband" in say or "at home" in say] == []


@pytest.mark.parametrize("name", ["feelings", "asking", "explaining"])
def test_every_authored_line_has_known_slots_and_an_end(name: str) -> None:
    known = {
        "feelings": {"echo", "feel", "word", "person", "her", "thing"},
        "asking": {"subject", "habit", "do", "question"},
        "explaining": {"subject", "term", "gloss", "sentence", "about", "feel", "whom"},
    }[name]
    frames = [row[-1] for row in lines(name)]
    assert [frame for frame in frames if not set(re.findall(r"\{(\w+)\}", frame)) <= known] == []
    assert [frame for frame in frames if not frame.endswith((".", "?", "{sentence}"))] == []
    assert sorted(frames) == sorted(set(frames))
