"""Suggestions: said in this patient's words, never twice, never what was said anyway."""

import re

import pytest

from scoring import Transcript, Turn, grade, read_turn
from scoring.conversation import Conversation
from scoring.explaining import explain
from scoring.grading import read_turns
from scoring.occasions import fits
from scoring.suggestions.explaining import explaining
from scoring.suggestions.lines import Used, lines
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
    scales = [talk.card.scales[name] for name in ("empathy", "emotion_naming")]
    shown = {one.turn: one.family for scale in scales for one in scale.occasions if one.family is not None}
    wrong = []
    for one in (said for scale in scales for said in scale.suggestions):
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
    ("patient", "say"),
    [
        ("I'm terrified for my girls.", "You are thinking of your girls at once. What do you fear most for them?"),
        (
            "My mother had this too.",
            "When you think of your mother, I wonder if you are afraid that it will be the same this time.",
        ),
        (
            "My dad died of this.",
            "I am so sorry about your dad. I imagine that it is sad to think of him. Would you like to tell me more?",
        ),
        (
            "I'm worried about my job.",
            "It makes sense that you are worried. Let us talk about that before anything else.",
        ),
        (
            "It's all too much for me, I can't cope.",
            "You can't cope. That sounds like too much for one person. What is heaviest just now?",
        ),
        (
            "Nobody told us anything for four hours.",
            "Nobody told you anything for four hours. It sounds as if that made you angry.",
        ),
    ],
)
def test_one_line_answers_a_feeling_that_was_neither_met_nor_named(patient: str, say: str) -> None:
    found = suggestions(("P", patient), ("S", "Any allergies?"), ("P", "No."))
    assert (found["empathy"], found["emotion_naming"]) == ([say], [])


def test_a_decision_that_was_pushed_on_is_left_with_the_patient() -> None:
    found = suggestions(
        ("P", "Hello."), ("S", "You must give up smoking."), ("P", "It's my body and my decision."), ("S", "Any cough?")
    )
    assert found["empathy"] == ["I wonder if you are annoyed at being told what to do."]
    assert found["emotion_naming"] == []


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
            "Some people want to hear everything at once, others bit by bit. "
            "How would you like to hear about the biopsy?",
        ),
        (
            "I'm going to listen to your chest now.",
            "May I listen to your chest? You can say no, and you can ask for someone to be with you.",
        ),
        (
            "You should stop smoking, and you need to do it now.",
            "I would like to talk with you about smoking. Would you like to hear what I have in mind?",
        ),
        (
            "How much alcohol do you drink?",
            "May I ask about alcohol? It helps me to see the whole picture, and you can pass.",
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
    assert found["explanation"][0] == 'I used the word "haematoma" just now. It means: a large bruise.'


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
        "explaining": {"subject", "term", "gloss", "sentence", "about", "whom"},
    }[name]
    frames = [row[-1] for row in lines(name)]
    assert [frame for frame in frames if not set(re.findall(r"\{(\w+)\}", frame)) <= known] == []
    assert [frame for frame in frames if not frame.endswith((".", "?", "{sentence}"))] == []
    assert sorted(frames) == sorted(set(frames))


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_one_turn_gets_one_line_for_meeting_and_naming(talk: Talk) -> None:
    turns = [one.turn for name in ("empathy", "emotion_naming") for one in talk.card.scales[name].suggestions]
    assert sorted(turns) == sorted(set(turns))


def said_to(patient: str) -> str:
    found = suggestions(("P", patient), ("S", "Any allergies?"), ("P", "No."))
    return " ".join(found["empathy"] + found["emotion_naming"])


@pytest.mark.parametrize(
    ("patient", "louder"),
    [
        ("I feel so discouraged.", r"\bsad|sadness|depress|\blow\b"),
        ("I'm nervous about the needle.", r"afraid|frighten|scar|\bfear|terr"),
        ("I'm really worried about the needle.", r"afraid|frighten|scar|\bfear|terr"),
        ("I'm so frustrated with all of this.", r"angry|anger|furious"),
        ("I'm really embarrassed about my teeth.", r"asham|guilt|blam"),
        ("I feel so self-conscious about my skin.", r"asham|guilt|blam|embarrass"),
        ("I feel very lonely.", r"\bsad|sadness"),
        ("I'm so stressed at work.", r"overwhelm|too much"),
        ("I'm absolutely terrified of the operation.", r"terrif|petrif|panic"),
        ("I'm devastated.", r"devastat|heartbroken"),
        ("I'm furious with the ward.", r"very angry|really angry|outrag"),
    ],
)
def test_nothing_louder_is_said_than_the_patients_own_word(patient: str, louder: str) -> None:
    said = said_to(patient)
    assert said != ""
    assert re.findall(louder, said.replace('"furious"', ""), re.IGNORECASE) == []


@pytest.mark.parametrize(
    "patient",
    [
        "I'm a bit scared of the needle.",
        "I was almost afraid to open the letter.",
        "I'm slightly worried about the scan.",
        "I feel a little low.",
        "I'm kind of annoyed about it.",
    ],
)
def test_much_is_not_made_of_a_trifle(patient: str) -> None:
    said = said_to(patient)
    assert said != ""
    assert re.findall(r"worst|hardest|strongest|really|so much|every right|in your place|very", said) == []


@pytest.mark.parametrize("name", ["feelings", "asking", "explaining"])
def test_no_line_claims_how_long_or_how_often(name: str) -> None:
    claims = r"a lot of the time|\b(?:is|are|feel) \w+ all the time|\bstill (?:very|makes|sad|angry)|\balways fe"
    assert [row[-1] for row in lines(name) if re.search(claims, row[-1])] == []


LESSON = "You should eat more greens and less salt, and you should walk every day, and cook with oil instead of butter."


@pytest.mark.parametrize(
    ("patient", "linked"),
    [
        ("My job is in an office and I sit all day.", True),
        ("My husband does the cooking at home.", False),
        ("My sister died in the spring, and my job went on.", False),
        ("I lost my job in the spring.", False),
        ("I went to the funeral on Monday.", False),
        ("I'm so embarrassed to be here.", False),
    ],
)
def test_a_lesson_is_tied_to_a_thing_just_spoken_of_never_to_a_person_or_a_loss(patient: str, linked: bool) -> None:
    found = suggestions(("P", patient), ("S", LESSON), ("P", "Right."))["explanation"]
    assert found != []
    assert any(re.search(r"You spoke of|You told me about|I know that you are", say) for say in found) is linked


def test_what_was_spoken_of_long_ago_is_no_reason_for_a_lesson() -> None:
    small_talk = [("S", "Did you find it?"), ("P", "I did."), ("S", "And the bus?"), ("P", "It was on time.")]
    found = suggestions(("P", "My job is in an office."), *small_talk, ("S", LESSON), ("P", "Right."))["explanation"]
    assert [say for say in found if "your job" in say] == []


@pytest.mark.parametrize(
    ("patient", "named"), [("I don't want to take any pills.", False), ("The pills are in my bag.", True)]
)
def test_a_treatment_that_is_not_wanted_is_not_offered_by_name(patient: str, named: bool) -> None:
    found = suggestions(("P", patient), ("S", "You should take the tablets every day."), ("P", "Hm."))["permission"]
    assert ["the medicine" in say for say in found] == [named]


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("You should take one tablet in the morning, and drink a large glass of water, because it is strong.", False),
        (
            "You should take one tablet in the morning, and drink a large glass of water, because it is strong. "
            "We will check your blood on Monday.",
            True,
        ),
    ],
)
def test_teach_back_is_suggested_only_where_there_is_something_to_tell_back(told: str, asked: bool) -> None:
    turns = (Turn(speaker="patient", text="Hello."), Turn(speaker="student", text=told))
    conversation = Conversation(Transcript(turns=turns), read_turns(Transcript(turns=turns), {}))
    explanation = explain(conversation)
    assert explanation is not None
    found = [one.say for one in explaining(conversation, explanation, Used(), most=5)]
    back = r"own words|What will you tell|would you tell|put it in"
    assert any(re.search(back, say) for say in found) is asked


def test_nothing_is_suggested_after_a_goodbye() -> None:
    before = [("P", "Hello."), ("S", "Hello, what brings you here?"), ("P", "A cough.")]
    after = [("S", "Good. Goodbye then."), ("P", "I'm scared, though."), ("S", "You should stop smoking.")]
    open_end = [("S", "Good."), *after[1:]]
    assert [say for scale in suggestions(*before, *after).values() for say in scale] == []
    assert [say for scale in suggestions(*before, *open_end).values() for say in scale] != []


def test_not_every_talk_gets_the_same_line() -> None:
    said = {said_to(f"I'm worried about the {thing}.") for thing in ("scan", "stairs", "money", "move", "trip", "test")}
    assert len(said) > 2
