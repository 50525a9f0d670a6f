"""How it was explained, by a model's closed answers: the five parts, for a patient, a colleague and in writing."""

from typing import Any

import pytest

from personas import find_scenario
from personas.schema import Scenario
from scoring.explaining import Explanation
from scoring.judge.parts import code_explanation
from tests.scoring.judge.answering import Row, Scripted, interview, row, talk

TOLD = "The scan looks at your liver. It takes five minutes, and you lie still."
MORE = "Then Jo rings you on Friday, so that you can sing on Sunday. Tell me in your words what comes next."
LINES = (
    "P: Hello.",
    "S: What have you been told so far?",
    "P: Not much of the choledocholithiasis.",
    f"S: {TOLD}",
    "P: Okay.",
    f"S: {MORE}",
    "P: A scan, and then Jo rings me.",
    "S: That is it. Ring me on this number if the pain comes back.",
)
INVENTED = "because it matters a great deal"
EXPLAINS = row("explaining", kind="explains", turn=3, quote="The scan looks at your liver")
TWICE = (EXPLAINS, row("explaining", kind="explains", turn=5, quote="Then Jo rings you on Friday"))


def finds(kind: str, turn: int, quote: str, *, answered: bool = False) -> Row:
    return row("explaining", kind=kind, turn=turn, quote=quote, answered=answered)


async def explanation(
    *rows: Row, lines: tuple[str, ...] = LINES, scenario: Scenario | None = None
) -> Explanation | None:
    conversation = talk(*lines, scenario=scenario)
    return await code_explanation(interview(Scripted(explaining=list(rows)), conversation), conversation)


async def points(*rows: Row, **told: Any) -> dict[str, int]:
    found = await explanation(*rows, **told)
    assert found is not None
    return {name: int(part.points) for name, part in found.parts.items()}


async def part(name: str, *rows: Row, **told: Any) -> tuple[int, str | None, bool]:
    """A part's points, the words they rest on, and whether those words raise it."""
    found = await explanation(*rows, **told)
    assert found is not None
    one = found.parts[name]
    lines: tuple[str, ...] = told.get("lines", LINES)
    words = None if one.words_of is None else lines[one.words_of[0]][3:][one.words_of[1] : one.words_of[2]]
    return int(one.points), words, one.raises


async def test_a_short_telling_has_its_points() -> None:
    assert await points(EXPLAINS) == {"plain_words": 2, "jargon": 2, "why": 0, "chunks": 1, "check": 0}


async def test_the_explaining_turns_are_those_quoted_once_in_order() -> None:
    found = await explanation(TWICE[1], EXPLAINS, finds("explains", 3, "you lie still"))
    assert found is not None
    assert found.turns == (3, 5)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (finds("explains", 3, INVENTED),),
        (finds("explains", 3, ""),),
        (finds("explains", 2, "Not much of the"),),
        (finds("explains", 5, "The scan looks at your liver"),),
        (finds("explains", 99, "The scan looks at your liver"),),
        (finds("why_for_them", 5, "so that you can sing"), finds("teach_back", 5, "Tell me in your words")),
    ],
    ids=["no row", "invented", "no quote", "the patient's", "another turn", "no such turn", "other kinds only"],
)
async def test_nothing_was_explained_where_no_words_of_it_stand(rows: tuple[Row, ...]) -> None:
    assert await explanation(*rows) is None


async def test_an_explanation_said_again_is_none() -> None:
    lines = (*LINES, "P: Hm.", f"S: {TOLD}")
    assert await explanation(finds("explains", 9, "The scan looks at your liver"), lines=lines) is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), (0, None, False)),
        ((finds("why_for_them", 5, "so that you can sing"),), (2, "so that you can sing", True)),
        ((finds("why_general", 5, "so that you can sing"),), (1, "so that you can sing", True)),
        (
            (finds("why_general", 3, "you lie still"), finds("why_for_them", 5, "so that you can sing")),
            (2, "so that you can sing", True),
        ),
        (
            (finds("why_for_them", 5, INVENTED), finds("why_general", 5, "so that you can sing")),
            (1, "so that you can sing", True),
        ),
        ((finds("why_for_them", 5, INVENTED),), (0, None, False)),
        ((finds("why_for_them", 6, "then Jo rings me"),), (0, None, False)),
    ],
)
async def test_the_why(rows: tuple[Row, ...], expected: tuple[int, str | None, bool]) -> None:
    assert await part("why", *TWICE, *rows) == expected


async def test_a_reason_said_before_is_none() -> None:
    lines = (*LINES[:2], "P: Well.", f"S: {MORE}", "P: Yes.", f"S: {MORE} It takes a day.")
    rows = (finds("explains", 5, "It takes a day"), finds("why_for_them", 5, "so that you can sing"))
    assert (await points(*rows, lines=lines))["why"] == 0


EASY = "You take one tablet. You take it at night. You drink some water. You go to bed. You get up. That is all."
LONG = (
    "We look at the scan on Monday and then somebody from the team will ring you at home to say what it shows and "
    "what we can do about it next, and then you come in and we sit down and talk it over."
)


def hard(*quotes: str) -> tuple[Row, ...]:
    return (finds("explains", 1, "You take one tablet"), *(finds("hard_sentence", 1, quote) for quote in quotes))


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        ((), (2, "You take one tablet", True)),
        ((INVENTED, ""), (2, "You take one tablet", True)),
        (("That is all",), (1, "That is all", False)),
        (("You drink some water", "drink some water"), (1, "You drink some water", False)),
        (("You get up", "You drink some water"), (0, "You drink some water", False)),
        (("You drink some water. You go to bed.",), (1, "You drink some water. You go to bed", False)),
    ],
    ids=["none", "not quoted", "one of six", "one twice", "two of six", "two in one quote: one"],
)
async def test_plain_words_go_by_the_share_of_sentences_quoted_as_hard(
    quotes: tuple[str, ...], expected: tuple[int, str | None, bool]
) -> None:
    assert await part("plain_words", *hard(*quotes), lines=("P: Hello.", f"S: {EASY}")) == expected


async def test_long_sentences_cost_a_point_without_a_quote() -> None:
    rows = (finds("explains", 1, "We look at the scan on Monday"),)
    assert await part("plain_words", *rows, lines=("P: Hello.", f"S: {LONG}")) == (1, None, False)


async def test_a_hard_sentence_outside_the_explanation_costs_nothing() -> None:
    assert (await points(EXPLAINS, finds("hard_sentence", 5, "Then Jo rings you")))["plain_words"] == 2


async def test_a_hard_sentence_said_again_costs_all_the_same() -> None:
    lines = ("P: Hello.", "S: You take it at night.", "P: Well.", f"S: {EASY}")
    rows = (finds("explains", 3, "You take one tablet"), finds("hard_sentence", 3, "You take it at night"))
    assert (await points(*rows, lines=lines))["plain_words"] == 1


TERMS = "You have a stenosis and a thrombus. The stenosis needs a stent, and you lie still for a while."


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ((), (2, "You have a stenosis and a thrombus", True)),
        (("embolus", ""), (2, "You have a stenosis and a thrombus", True)),
        (("stenosis",), (1, "stenosis", False)),
        (("stenosis", "Stenosis", '"stenosis"'), (1, "stenosis", False)),
        (("thrombus", "stenosis"), (0, "stenosis", False)),
        (("tired",), (2, "You have a stenosis and a thrombus", True)),
    ],
    ids=["none", "not quoted", "one", "one three times", "two", "a word the patient does not say here"],
)
async def test_technical_words_are_counted_once_each(
    terms: tuple[str, ...], expected: tuple[int, str | None, bool]
) -> None:
    rows = (finds("explains", 1, "You have a stenosis and a thrombus"),)
    left = tuple(finds("unexplained_word", 1, term) for term in terms)
    assert await part("jargon", *rows, *left, lines=("P: I'm tired.", f"S: {TERMS}")) == expected


async def test_a_technical_word_of_the_patients_costs_nothing() -> None:
    lines = ("P: They say it's a Stenosis.", f"S: {TERMS}", "P: A thrombus?")
    rows = (finds("explains", 1, "You have a stenosis and a thrombus"),)
    left = tuple(finds("unexplained_word", 1, term) for term in ("stenosis", "thrombus"))
    assert await part("jargon", *rows, *left, lines=lines) == (1, "thrombus", False)


async def test_a_technical_word_outside_the_explanation_costs_nothing() -> None:
    lines = (*LINES[:3], "S: The stenosis?", "P: Yes.", f"S: {TOLD}")
    rows = (finds("explains", 5, "The scan looks at your liver"), finds("unexplained_word", 3, "stenosis"))
    assert (await points(*rows, lines=lines))["jargon"] == 2


async def test_one_technical_word_in_a_hundred_costs_one_point() -> None:
    lines = ("P: Hello.", f"S: {TERMS} " + "Then you rest for some days at home with your family. " * 17)
    rows = (finds("explains", 1, "You have a stenosis and a thrombus"),)
    left = tuple(finds("unexplained_word", 1, term) for term in ("stenosis", "thrombus"))
    assert (await points(*rows, *left, lines=lines))["jargon"] == 1


MONOLOGUE = " ".join(f"On day {number} you take the tablet and then you rest." for number in range(12))
SIXTY_ONE = " ".join(f"On day {number} you take the tablet and then you rest." for number in range(6)) + " Then stop."
SMALL = ("P: Hello.", "S: It is a scan. You lie still.", "P: How long for?", "S: Five minutes. Then you go home.")
PIECES = (finds("explains", 1, "It is a scan"), finds("explains", 3, "Then you go home"))
CHECKS = "S: How does that sound to you? We take a picture first. Then we talk about it."


@pytest.mark.parametrize(
    ("rows", "lines", "expected"),
    [
        (PIECES, SMALL, (2, "Then you go home", True)),
        (PIECES, (*SMALL[:2], "P: Okay.", SMALL[3]), (1, None, False)),
        (PIECES[:1], SMALL, (1, None, False)),
        ((*TWICE, finds("starting_point", 1, "What have you been told")), LINES, (2, "What have you been told", True)),
        ((*TWICE, finds("starting_point", 1, INVENTED)), LINES, (1, None, False)),
        ((*TWICE, finds("starting_point", 5, "Tell me in your words")), LINES, (1, None, False)),
        ((*TWICE, finds("check_on_the_way", 5, "Tell me in your words")), LINES, (1, "Tell me in your words", True)),
        ((*TWICE, finds("check_on_the_way", 5, INVENTED)), LINES, (1, None, False)),
        ((finds("explains", 1, "you take the tablet"),), ("P: Hello.", f"S: {SIXTY_ONE}"), (0, None, False)),
        (
            (finds("explains", 1, "you take the tablet"), finds("check_on_the_way", 3, "How does that sound")),
            ("P: Hello.", f"S: {SIXTY_ONE}", "P: Hm.", CHECKS),
            (1, "How does that sound", True),
        ),
        (
            (finds("explains", 3, "you take the tablet"), finds("starting_point", 1, "What have you been told")),
            (*LINES[:3], f"S: {MONOLOGUE}"),
            (0, MONOLOGUE, False),
        ),
    ],
    ids=[
        "small pieces with the patient between",
        "only an okay between",
        "one piece",
        "where the patient starts from",
        "a start in words that do not stand",
        "a start after the first piece",
        "a check on the way",
        "a check in words that do not stand",
        "one long piece",
        "a long piece with a check",
        "a monologue, whatever else",
    ],
)
async def test_small_pieces(
    rows: tuple[Row, ...], lines: tuple[str, ...], expected: tuple[int, str | None, bool]
) -> None:
    assert await part("chunks", *rows, lines=lines) == expected


TEACH = "Tell me in your words what comes next"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), (0, None, False)),
        ((finds("teach_back", 5, TEACH, answered=True),), (2, TEACH, True)),
        ((finds("teach_back", 5, TEACH),), (1, TEACH, True)),
        ((finds("teach_back", 5, INVENTED, answered=True),), (0, None, False)),
        ((finds("teach_back", 6, "then Jo rings me", answered=True),), (0, None, False)),
        ((finds("teach_back", 7, "if the pain comes back", answered=True),), (1, "if the pain comes back", True)),
        ((finds("quiz", 5, TEACH, answered=True),), (1, TEACH, True)),
        ((finds("open_check", 5, TEACH, answered=True),), (1, TEACH, True)),
        ((finds("questions_answered", 5, TEACH, answered=True),), (1, TEACH, True)),
        ((finds("stopped_in_time", 5, "Then Jo rings you"),), (2, "Then Jo rings you", True)),
        ((finds("stopped_in_time", 5, INVENTED),), (0, None, False)),
        (
            (finds("open_check", 1, "What have you been"), finds("teach_back", 5, TEACH, answered=True)),
            (2, TEACH, True),
        ),
        ((finds("check_on_the_way", 5, TEACH, answered=True),), (0, None, False)),
    ],
    ids=[
        "none",
        "said back",
        "not said back",
        "invented",
        "the patient's",
        "with no reply",
        "a quiz",
        "an open question",
        "questions answered",
        "stopped in time",
        "stopped in words that do not stand",
        "the best counts",
        "another kind",
    ],
)
async def test_the_check(rows: tuple[Row, ...], expected: tuple[int, str | None, bool]) -> None:
    assert await part("check", *TWICE, *rows) == expected


@pytest.mark.parametrize(
    ("lost", "turn"),
    [
        (finds("patient_lost", 4, "I can't follow"), 4),
        (finds("patient_lost", 4, "I can't follow", answered=True), None),
        (finds("patient_lost", 4, INVENTED), None),
        (finds("patient_lost", 3, "It takes five minutes"), None),
        (finds("patient_lost", 0, "I can't follow"), None),
    ],
    ids=["left", "explained again", "invented", "the student's", "before anything was explained"],
)
async def test_a_lost_patient(lost: Row, turn: int | None) -> None:
    lines = ("P: I can't follow them.", *LINES[1:4], "P: Sorry, I can't follow you.")
    found = await explanation(EXPLAINS, lost, lines=lines)
    assert found is not None
    assert found.lost_and_left == turn


def as_colleague() -> Scenario:
    return find_scenario("maria-biopsy-result")[1].model_copy(update={"audience": "clinician"})


def in_writing() -> Scenario:
    return find_scenario("maria-biopsy-result")[1].model_copy(update={"channel": "written"})


REPORT = "There is a fracture of the left radius. See him today, please. I ring his mother by noon. Read it back to me?"
CALL = ("P: Yes?", f"S: {REPORT}", "P: A fracture, today, and you ring her.")
REPORTED = finds("explains", 1, "There is a fracture")
KINDS = {
    "headline": "There is a fracture",
    "exact_term": "fracture of the left radius",
    "urgency": "See him today",
    "who_by_when": "I ring his mother by noon",
}


async def test_a_colleague_has_parts_of_their_own() -> None:
    told: dict[str, Any] = {"lines": CALL, "scenario": as_colleague()}
    none = {"headline": 0, "exact_term": 0, "urgency": 0, "who_by_when": 0, "check": 0}
    assert await points(REPORTED, **told) == none
    rows = [finds(kind, 1, quote) for kind, quote in KINDS.items()]
    read_back = finds("teach_back", 1, "Read it back to me", answered=True)
    assert await points(REPORTED, *rows, read_back, **told) == dict.fromkeys(none, 2)


@pytest.mark.parametrize("kind", KINDS)
async def test_each_part_for_a_colleague_rests_on_its_quote(kind: str) -> None:
    told: dict[str, Any] = {"lines": CALL, "scenario": as_colleague()}
    assert await part(kind, REPORTED, finds(kind, 1, KINDS[kind]), **told) == (2, KINDS[kind], True)
    assert await part(kind, REPORTED, finds(kind, 1, INVENTED), **told) == (0, None, False)
    assert await part(kind, REPORTED, finds(kind, 2, "you ring her"), **told) == (0, None, False)


LETTER = "Your result is good. The scan shows no stone. Write to me here about the tablets. Ring Jo on extension nine."
MAIL = ("P: Is there news?", f"S: {LETTER}")
WRITTEN = finds("explains", 1, "The scan shows no stone")
FIRST, SHORT = finds("main_message_first", 1, "Your result is good"), finds("short_parts", 1, "The scan shows")
INVITES, ROUTE = finds("invitation", 1, "Write to me here"), finds("route", 1, "Ring Jo on extension nine")


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        ("chunks", (), (0, None, False)),
        ("chunks", (FIRST,), (1, "Your result is good", True)),
        ("chunks", (SHORT,), (1, "The scan shows", True)),
        ("chunks", (FIRST, SHORT), (2, "Your result is good", True)),
        ("chunks", (finds("main_message_first", 1, INVENTED),), (0, None, False)),
        ("check", (), (0, None, False)),
        ("check", (INVITES,), (1, "Write to me here", True)),
        ("check", (ROUTE,), (1, "Ring Jo on extension nine", True)),
        ("check", (INVITES, ROUTE), (2, "Ring Jo on extension nine", True)),
        ("check", (finds("route", 1, INVENTED), finds("invitation", 1, "")), (0, None, False)),
        ("check", (finds("teach_back", 1, "Write to me here", answered=True),), (0, None, False)),
    ],
)
async def test_in_writing_pieces_and_the_way_to_ask_back(
    name: str, rows: tuple[Row, ...], expected: tuple[int, str | None, bool]
) -> None:
    assert await part(name, WRITTEN, *rows, lines=MAIL, scenario=in_writing()) == expected


async def test_in_writing_words_and_reasons_count_as_ever() -> None:
    rows = (finds("unexplained_word", 1, "extension"), finds("why_general", 1, "The scan shows"))
    found = await points(WRITTEN, *rows, lines=MAIL, scenario=in_writing())
    assert found == {"plain_words": 2, "jargon": 1, "why": 1, "chunks": 0, "check": 0}


ASKED_OF: dict[str, tuple[str, ...]] = {
    "patient": ("hard_sentence", "why_general", "starting_point", "stopped_in_time", "patient_lost"),
    "clinician": ("headline", "exact_term", "urgency", "who_by_when", "teach_back"),
    "written": ("hard_sentence", "why_general", "main_message_first", "short_parts", "invitation", "route"),
}


async def test_the_question_names_the_kinds_of_its_profile() -> None:
    named: dict[str, set[str]] = {}
    for profile, scenario in {"patient": None, "clinician": as_colleague(), "written": in_writing()}.items():
        conversation = talk(*LINES, scenario=scenario)
        ask = Scripted()
        await code_explanation(interview(ask, conversation), conversation)
        kinds = {kind for names in ASKED_OF.values() for kind in names}
        named[profile] = {kind for kind in kinds if f'  "{kind}"' in ask.last("explaining")}
    assert named["patient"] == {*ASKED_OF["patient"], "teach_back"}
    assert named["clinician"] == set(ASKED_OF["clinician"])
    assert named["written"] == {*ASKED_OF["written"], "patient_lost"}
