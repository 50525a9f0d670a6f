"""How each feeling was answered, by a model's closed answers: the rows of rubric 2.1."""

from typing import Any

import pytest

from personas.vocabulary import MoveKind
from scoring.conversation import Conversation
from scoring.judge.feelings import find_feelings
from scoring.judge.responses import Met, code_answers, heard_of, response_of
from scoring.reading import Move
from scoring.responses import Response
from tests.scoring.judge.answering import Row, Scripted, interview, row, talk

WORRY = "P: I'm so scared of the scan. My mother died of it."
SAID = "Oh dear. It frightens you, with your mother in mind. What would help you most? It will be fine. You knew that."
TAKEN = "P: Yes, that's it exactly. Nobody has asked me that."
AGAIN = "S: I was too quick there, and I'm sorry for it."
MET, HEARD, DEEPER, FORMULA = "It frightens you", "with your mother in mind", "What would help you most", "Oh dear"
COMFORT, BLAME, INVENTED = "It will be fine", "You knew that", "how very hard it is for you"
LINES = (WORRY, f"S: {SAID}", TAKEN, AGAIN)


async def met_in(conversation: Conversation, *rows: Row) -> tuple[Met, ...]:
    """Every occasion a turn of the patient's gives, each quoted in full, with its answer as coded."""
    shown = [
        row("feelings", turn=index, quote=turn.text)
        for index, turn in enumerate(conversation.turns)
        if turn.speaker == "patient" and turn.text.startswith("I'm")
    ]
    ask = interview(Scripted(feelings=shown, answers=list(rows)), conversation)
    return await code_answers(ask, conversation, await find_feelings(ask, conversation))


async def response(*lines: str, **coded: Any) -> Response:
    """The response to the first occasion of a talk."""
    conversation = talk(*(lines or LINES))
    return response_of(conversation, (await met_in(conversation, row("answers", **coded)))[0])


YES: dict[str, Any] = {"met": MET, "room": True}


@pytest.mark.parametrize(
    ("coded", "grade", "words"),
    [
        ({}, 0, None),
        ({"room": True}, 0, None),
        ({"deeper": DEEPER, "asked_after": DEEPER, "room": True}, 0, None),
        ({"formula": FORMULA}, 1, FORMULA),
        ({"formula": INVENTED}, 0, None),
        ({"heard": HEARD}, 2, HEARD),
        ({"heard": HEARD, "formula": FORMULA, "room": True, "deeper": DEEPER}, 2, HEARD),
        ({"heard": INVENTED}, 0, None),
        ({"heard": HEARD, "felt_understood": "Nobody has asked me that"}, 3, HEARD),
        ({"heard": HEARD, "felt_understood": INVENTED}, 2, HEARD),
        ({"heard": HEARD, "felt_understood": MET}, 2, HEARD),
        ({"felt_understood": "Nobody has asked me that"}, 0, None),
        ({"met": MET}, 2, MET),
        ({"met": MET, "deeper": DEEPER}, 2, MET),
        ({"met": MET, "felt_understood": "Nobody has asked me that"}, 2, MET),
        (YES, 3, MET),
        ({**YES, "heard": HEARD, "formula": FORMULA}, 3, MET),
        ({**YES, "deeper": INVENTED}, 3, MET),
        ({**YES, "deeper": DEEPER}, 4, MET),
        ({**YES, "met": INVENTED, "deeper": DEEPER}, 0, None),
        ({**YES, "met": INVENTED, "heard": HEARD}, 2, HEARD),
        ({**YES, "met": "scared of the scan"}, 0, None),
        ({"fault": "reassured_too_soon", "fault_quote": COMFORT}, 0, COMFORT),
        ({"fault": "reassured_too_soon", "fault_quote": COMFORT, "heard": HEARD}, 0, COMFORT),
        ({**YES, "fault": "reassured_too_soon", "fault_quote": COMFORT, "deeper": DEEPER}, 2, MET),
        ({**YES, "met": "You knew that", "fault": "reassured_too_soon", "fault_quote": COMFORT}, 0, COMFORT),
        ({"fault": "blamed", "fault_quote": BLAME}, 0, BLAME),
        ({**YES, "fault": "blamed", "fault_quote": BLAME, "deeper": DEEPER}, 0, BLAME),
        ({**YES, "fault": "blamed", "fault_quote": INVENTED, "deeper": DEEPER}, 4, MET),
        ({**YES, "fault": "blamed", "fault_quote": "", "deeper": DEEPER}, 4, MET),
        ({**YES, "fault": "blamed", "fault_quote": "scared of the scan"}, 3, MET),
        ({**YES, "fault": "none", "fault_quote": BLAME}, 3, MET),
        ({"fault": "played_down", "fault_quote": INVENTED}, 0, None),
    ],
)
async def test_the_response_grade_follows_from_the_words_that_stand(
    coded: dict[str, Any], grade: int, words: str | None
) -> None:
    graded = await response(**coded)
    move = graded.words_of
    assert (graded.grade, None if move is None else SAID[move.start : move.end]) == (grade, words)


@pytest.mark.parametrize(
    ("fault", "kind", "did"),
    [
        ("played_down", "dismisses", "you played it down"),
        ("brushed_off", "dismisses", "you brushed it off"),
        ("blamed", "blames", "you answered with a reproach"),
        ("reassured_too_soon", "reassures_early", "you reassured before the worry was heard"),
        ("argued", None, "you argued against it"),
    ],
)
async def test_each_fault_is_told_with_its_words(fault: str, kind: MoveKind | None, did: str) -> None:
    """To argue is graded 0 and caps nothing, as by the deterministic scorer."""
    graded = await response(fault=fault, fault_quote=COMFORT)
    start = SAID.index(COMFORT)
    assert (graded.grade, graded.fault, graded.did) == (0, kind, did)
    assert graded.words_of == Move(kind=kind or "dismisses", start=start, end=start + len(COMFORT))


@pytest.mark.parametrize("fault_quote", ["", INVENTED])
async def test_comfort_that_is_not_quoted_closes_nothing(fault_quote: str) -> None:
    graded = await response(**YES, fault="reassured_too_soon", fault_quote=fault_quote)
    assert (graded.grade, graded.did) == (3, "you met the feeling and left room for it")


async def test_comfort_behind_words_said_before_is_a_fault() -> None:
    lines = ("P: Hello.", f"S: {MET}.", WORRY, f"S: {MET}. {COMFORT}.")
    graded = await response(*lines, met=MET, room=True, fault="reassured_too_soon", fault_quote=COMFORT)
    assert (graded.grade, graded.fault) == (0, "reassures_early")


@pytest.mark.parametrize(
    ("coded", "did"),
    [
        ({}, "what you said next did not answer it"),
        ({"formula": FORMULA}, "you answered with a general word"),
        ({"heard": HEARD}, "you heard what it was about, but left the feeling in it"),
        (
            {"heard": HEARD, "felt_understood": "Nobody has asked me that"},
            "you heard what it was about, and the patient felt understood",
        ),
        ({"met": MET}, "you met the feeling, then closed the room for it in the same turn"),
        (YES, "you met the feeling and left room for it"),
        ({**YES, "deeper": DEEPER}, "you met the feeling and took it further"),
        (
            {**YES, "fault": "reassured_too_soon", "fault_quote": COMFORT},
            "you met the feeling, then closed the room for it in the same turn",
        ),
    ],
)
async def test_what_the_student_did_is_said_in_fixed_words(coded: dict[str, Any], did: str) -> None:
    graded = await response(**coded)
    assert (graded.did, graded.fault) == (did, None)


async def test_a_sentence_said_before_is_a_formula() -> None:
    lines = ("P: Hello.", f"S: {SAID}", WORRY, f"S: {SAID}")
    for field in ("met", "heard"):
        graded = await response(*lines, **{field: MET, "room": True, "deeper": DEEPER})
        assert (graded.grade, graded.words_of) == (1, Move(kind="acknowledges", start=9, end=25))


async def test_the_patients_own_sentence_given_back_is_a_formula() -> None:
    lines = ("P: I'm so scared of the scan.", "S: I'm so scared of the scan.")
    graded = await response(*lines, met="so scared of the scan", room=True)
    assert (graded.grade, graded.did) == (1, "you answered with a general word")


async def test_a_turn_with_a_lapse_earns_not_even_a_formula() -> None:
    graded = await response(WORRY, "S: It frightens you. Now shut up.", met=MET, room=True, formula=MET)
    assert (graded.grade, graded.words_of) == (0, None)


@pytest.mark.parametrize(
    ("made_good", "repaired"),
    [("I was too quick there", True), (INVENTED, False), (MET, False), ("", False), ("that's it exactly", False)],
)
async def test_a_fault_is_made_good_only_in_words_of_a_later_turn(made_good: str, repaired: bool) -> None:
    graded = await response(fault="blamed", fault_quote=BLAME, made_good=made_good)
    assert (graded.grade, graded.repaired) == (0, repaired)


async def test_a_fault_made_good_in_words_said_before_is_not_made_good() -> None:
    lines = (AGAIN, WORRY, f"S: {SAID}", "P: Well.", AGAIN)
    graded = await response(*lines, fault="blamed", fault_quote=BLAME, made_good="I was too quick there")
    assert graded.repaired is False


@pytest.mark.parametrize("first", [True, False])
async def test_whether_the_solution_came_first_is_kept(first: bool) -> None:
    for coded in (YES, {"fault": "blamed", "fault_quote": BLAME}):
        assert (await response(**{**coded, "solution_first": first})).solved_first is first


@pytest.mark.parametrize(
    ("coded", "noticed", "asked", "contradicted"),
    [
        ({}, None, None, False),
        ({"met": MET, "asked_after": DEEPER}, MET, DEEPER, False),
        ({"met": INVENTED, "asked_after": INVENTED}, None, None, False),
        ({"heard": HEARD, "formula": FORMULA, "deeper": DEEPER}, None, None, False),
        ({"fault": "played_down", "fault_quote": COMFORT}, None, None, True),
        ({"fault": "played_down", "fault_quote": INVENTED}, None, None, False),
        ({"fault": "played_down", "fault_quote": ""}, None, None, False),
        ({"fault": "argued", "fault_quote": COMFORT}, None, None, False),
    ],
)
async def test_what_was_done_beside_naming_rests_on_quotes_too(
    coded: dict[str, Any], noticed: str | None, asked: str | None, contradicted: bool
) -> None:
    conversation = talk(*LINES)
    heard = heard_of(conversation, (await met_in(conversation, row("answers", **coded)))[0])
    said = [None if move is None else SAID[move.start : move.end] for move in (heard.noticed, heard.asked)]
    assert (*said, heard.contradicted) == (noticed, asked, contradicted)


TWO = (
    WORRY,
    "S:",
    "P: Well.",
    'S: It frightens you, "as you say".',
    "P: I'm angry too.\nWith everybody.",
    "S: I hear that.",
    "P: I'm done.",
)


async def test_each_occasion_that_could_be_answered_is_listed_with_its_answer_and_reply() -> None:
    conversation = talk(*TWO)
    ask = Scripted(
        feelings=[
            row("feelings", turn=0, feeling="fear", quote="so scared"),
            row("feelings", turn=4, shows="reproach", feeling="anger", quote="I'm angry too. With everybody"),
            row("feelings", turn=6, feeling="sadness", quote="I'm done"),
        ]
    )
    one = interview(ask, conversation)
    found = await code_answers(one, conversation, await find_feelings(one, conversation))
    listed = [line for line in ask.last("answers").splitlines() if line[:2] in ("1.", "2.", "3.")]
    assert listed == [
        '1. [0] PATIENT showed fear openly: "I\'m so scared of the scan." The answer is [3], after a silence kept on '
        "purpose; the PATIENT's reply to it is [4].",
        '2. [4] PATIENT showed anger as a reproach: "I\'m angry too. With everybody." The answer is [5]; the '
        "PATIENT's reply to it is [6].",
    ]
    assert [(met.opportunity.turn, met.answer.turn) for met in found] == [(0, 3), (4, 5)]


async def test_quotes_of_one_answer_do_not_stand_in_another() -> None:
    conversation = talk(*TWO)
    rows = [
        row("answers", occasion=1, met="I hear that", room=True),
        row("answers", occasion=2, met="It frightens you", room=True),
    ]
    ask = Scripted(answers=rows)
    one = interview(ask, conversation)
    shown = Scripted(
        feelings=[row("feelings", turn=0, quote="so scared"), row("feelings", turn=4, quote="I'm angry too")]
    )
    feelings = await find_feelings(interview(shown, conversation), conversation)
    coded = await code_answers(one, conversation, feelings)
    assert [response_of(conversation, met).grade for met in coded] == [0, 0]
    assert one.dropped_quotes == 2


async def test_nothing_is_asked_where_no_feeling_could_be_answered() -> None:
    conversation = talk("S: Goodbye then.", WORRY)
    ask = Scripted(feelings=[row("feelings", turn=1, quote="so scared")])
    one = interview(ask, conversation)
    assert await code_answers(one, conversation, await find_feelings(one, conversation)) == ()
    assert ask.names == ["feelings"]
