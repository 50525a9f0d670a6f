"""Safety flags: facts contradicted, questions left out, lapses, words for the scorer."""

import pytest

from personas.schema import Fact, MustAsk, Scenario, Start, Task
from scoring.flags import find_flags
from scoring.patient import signs

HI = ("P", "Hello.")


@pytest.fixture
def station() -> Scenario:
    return Scenario(
        id="made-up",
        title="Made up",
        summary="Made up",
        practices=("explain",),
        minutes=8,
        student_role="student",
        setting="clinic",
        known=("Nothing.",),
        tasks=(Task(id="tell", what="Tell the result.", scales=("explanation",)),),
        limits="No treatment decisions.",
        opening="",
        facts=(
            Fact(id="stage", statement="It is early.", source="Report", contradicted_by=(r"\badvanced\b",)),
            Fact(id="result", statement="It is cancer.", source="Report", news=True, told_by=(r"\bcancer\b",)),
        ),
        must_ask=(MustAsk(id="alone", what="Who is at home tonight.", asked_by=(r"at home",)),),
        difficulties={"standard": Start(trust=0.3, distress=0.5, understanding=0.3, note="As it is.")},
    )


def test_a_contradicted_fact_is_quoted(converse, station) -> None:  # type: ignore[no-untyped-def]
    talk = converse(HI, ("S", "It is an advanced cancer. Who is at home?"), scenario=station)
    assert [(flag.kind, flag.turn, flag.quote) for flag in find_flags(talk)] == [("wrong_fact", 1, "advanced")]


def test_a_question_left_out_has_an_empty_quote(converse, station) -> None:  # type: ignore[no-untyped-def]
    talk = converse(HI, ("S", "It is cancer."), ("P", "Oh."), ("S", "Goodbye."), scenario=station)
    assert [(flag.kind, flag.turn, flag.quote, flag.why) for flag in find_flags(talk)] == [
        ("missed_must_ask", 3, "", "This was not asked: Who is at home tonight.")
    ]


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("Oh, stop crying and listen.", "stop crying"),
        ("What did you expect after all that beer?", "What did you expect"),
        ("I already told your husband about it.", "I already told your husband"),
        ("Oh, you just need to grow up.", "to grow up"),
        ("People like you never listen.", "People like you never"),
        ("Shut your mouth and listen.", "Shut your mouth"),
        ("I've heard it all, shut up.", "shut up"),
        ("Be quiet!", "Be quiet"),
        ("You need to shut up.", "shut up"),
        ("I want you to shut up.", "shut up"),
        ("You're such a stupid cow.", "You're such a stupid cow"),
        ("sort it out yourself you coward", "you coward"),
        ("How stupid can you be?", "How stupid can you"),
        ("Hello gorgeous, come in.", "Hello gorgeous"),
        ("Your boobs are amazing, by the way.", "Your boobs are amazing"),
        ("Why don't you sit on my knee?", "sit on my knee"),
        ("Spare me your sob story.", "Spare me your sob story"),
        ("Go back to your own country.", "Go back to your own country"),
        ("Listen, you silly old woman.", "you silly old woman"),
        ("Stop wasting everybody's time.", "Stop wasting everybody's time"),
        ("You are a hopeless father.", "You are a hopeless father"),
        ("I've had enough of your whining.", "your whining"),
        ("I'll make you sorry for that.", "I'll make you sorry"),
    ],
)
def test_a_lapse_is_flagged_without_a_scenario(converse, said: str, quote: str) -> None:  # type: ignore[no-untyped-def]
    assert [(flag.kind, flag.quote) for flag in find_flags(converse(HI, ("S", said)))] == [("lapse", quote)]


@pytest.mark.parametrize(
    "said",
    [
        "I can see you are crying. Take your time.",
        "People often feel that way.",
        "You did not deserve that.",
        "You want him to grow up with a father.",
        "When you grow up in a big family you learn to share.",
        "Thank you for your kind words.",
        "I have met many people like you who managed it.",
        "Nobody here thinks you are crazy.",
        "I don't think you are lazy.",
        "You deserve this rest.",
        "What did you expect when you came in today?",
        "He told you to shut up, and it stayed with you.",
        "Please be quiet while I listen to your chest.",
        "You keep your mouth shut when he is angry.",
        "Your sister called you an idiot.",
        "You felt like an idiot.",
        "You look hot and flushed.",
        "You are hot, let me take your temperature.",
        "Your legs are strong, and your breasts are healing well.",
        "Are you single or married?",
        "Give me your number so the lab can ring you.",
        "Come with me to the room down the hall.",
        "How long did it take you to get over it?",
        "You are not a terrible mother.",
        "Yeah. I can see that. I'll shut up for a second.",
        "I should just be quiet and let you talk.",
        "It can feel like you are a useless husband, and you aren't.",
        "You are not wasting our time.",
        "I won't make you do anything.",
        "Did it make you feel like a silly old woman?",
    ],
)
def test_kind_words_raise_no_flag(converse, said: str) -> None:  # type: ignore[no-untyped-def]
    assert find_flags(converse(HI, ("S", said))) == ()


def test_the_scenarios_own_news_is_known_however_it_is_put(converse, station) -> None:  # type: ignore[no-untyped-def]
    talk = converse(HI, ("S", "So, it turned out as cancer."), scenario=station)
    assert [move.kind for move in talk.readings[1].moves] == ["tells_news"]


def test_a_turn_with_a_lapse_earns_nothing_and_is_a_reproach(converse) -> None:  # type: ignore[no-untyped-def]
    said = "That sounds frightening. Now shut up and listen."
    talk = converse(HI, ("S", said, "acknowledges=That sounds frightening", "names_emotion:fear=frightening"))
    assert [(move.kind, said[move.start : move.end]) for move in talk.readings[1].moves] == [("blames", "shut up")]


@pytest.mark.parametrize(
    "said",
    [
        "That's totally inappropriate.",
        "How dare you speak to me like that?",
        "You can't talk to me like that.",
        "Rude.",
    ],
)
def test_a_protest_at_it_is_a_challenge(said: str) -> None:
    assert [(sign.kind, sign.family) for sign in signs(said)] == [("challenge", "anger")]


@pytest.mark.parametrize("said", ["Would that be appropriate?", "He was never rude to me.", "I like that."])
def test_other_words_of_manners_are_no_protest(said: str) -> None:
    assert signs(said) == ()


@pytest.mark.parametrize(
    "said",
    ["So you want to get that voice to shut up.", "You would like him to shut up.", "Does she make you be quiet?"],
)
def test_what_another_is_to_do_silences_nobody(converse, said: str) -> None:  # type: ignore[no-untyped-def]
    assert find_flags(converse(HI, ("S", said))) == ()


def test_a_denial_far_back_in_dictated_words_excuses_nothing(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(HI, ("S", "was it i did not really mean to upset anybody so come sit on my lap"))
    assert [flag.quote for flag in find_flags(talk)] == ["come sit on my lap"]
