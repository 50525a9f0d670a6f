"""Safety flags: facts contradicted, questions left out, lapses, words for the scorer."""

import pytest

from personas.schema import Fact, MustAsk, Scenario, Start, Task
from scoring.flags import find_flags

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
    ],
)
def test_kind_words_raise_no_flag(converse, said: str) -> None:  # type: ignore[no-untyped-def]
    assert find_flags(converse(HI, ("S", said))) == ()


def test_the_scenarios_own_news_is_known_however_it_is_put(converse, station) -> None:  # type: ignore[no-untyped-def]
    talk = converse(HI, ("S", "So, it turned out as cancer."), scenario=station)
    assert [move.kind for move in talk.readings[1].moves] == ["tells_news"]
