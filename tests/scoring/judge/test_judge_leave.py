"""What needed the patient's leave and how it was got, by a model's closed answers."""

from collections.abc import Sequence
from typing import Any

import pytest

from personas import find_scenario
from personas.schema import Scenario
from scoring.conversation import Conversation
from scoring.episodes import Episode
from scoring.judge.leave import code_leave
from scoring.reading import Move
from scoring.scorecard import Quote
from tests.scoring.judge.answering import Row, Scripted, interview, row, talk

ASKING = "May I tell you the result now, or would you rather wait?"
TELLING = "The lump is a cancer. Is that all right?"
SORRY = "I should have waited. I am sorry."
LINES = (
    "P: What did they find?",
    f"S: {ASKING}",
    "P: No, not yet.",
    f"S: {TELLING}",
    "P: Oh.",
    f"S: {SORRY}",
)
ASK, ACT, AFTER = "May I tell you the result", "The lump is a cancer", "Is that all right"
REQUEST, REFUSAL, REPAIR = "What did they find", "No, not yet", "I should have waited"
INVENTED = "if that is all right with you"


async def coded(conversation: Conversation, *rows: Row) -> tuple[tuple[Episode, ...], bool]:
    """The episodes, and whether changes of subject were announced."""
    found = await code_leave(interview(Scripted(leave=list(rows)), conversation), conversation)
    return found.episodes, found.announced


async def episode(*, lines: tuple[str, ...] = LINES, **fields: Any) -> Episode | None:
    """The episode of one step in the fourth turn; None where there is none."""
    step = row("leave", **{"first_turn": 3, "last_turn": 3, "act_quote": ACT, **fields})
    found, _ = await coded(talk(*lines), step)
    assert len(found) <= 1
    return found[0] if found else None


def asked(quote: str, turn: int = 1) -> tuple[int, Move]:
    """Where leave was asked for."""
    start = LINES[turn][3:].index(quote)
    return turn, Move(kind="asks_permission", start=start, end=start + len(quote), act="news")


TOLD = Move(kind="tells_fact", start=0, end=20, act="news")
ASKED_FOR = Quote(turn=0, start=0, end=18, quote=REQUEST)


@pytest.mark.parametrize(
    ("leave", "quote", "expected"),
    [
        ("asked_and_waited", ASK, Episode("news", (3,), 2, "asked", TOLD, ask=asked(ASK))),
        ("agreed_earlier", ASK, Episode("news", (3,), 2, "held", TOLD, ask=asked(ASK))),
        ("patient_asked", REQUEST, Episode("news", (3,), 2, "requested", TOLD, request=ASKED_FOR)),
        ("asked_same_turn", ASK, Episode("news", (3,), 1, "same_turn", TOLD, ask=asked(ASK))),
        ("asked_after", AFTER, Episode("news", (3,), 1, "after", TOLD, ask=asked(AFTER, 3))),
        ("not_asked", "", Episode("news", (3,), 0, "none", TOLD)),
        ("not_asked", ASK, Episode("news", (3,), 0, "none", TOLD)),
        ("no_and_respected", ASK, Episode("news", (3,), 2, "respected", TOLD, ask=asked(ASK))),
        ("no_and_done", REFUSAL, Episode("news", (3,), -1, "overridden", TOLD)),
        ("no_real_choice", ASK, Episode("news", (3,), -1, "fake_choice", TOLD, ask=asked(ASK))),
    ],
)
async def test_each_way_of_getting_leave_is_an_episode_with_its_grade(
    leave: str, quote: str, expected: Episode
) -> None:
    assert await episode(leave=leave, leave_quote=quote) == expected


QUOTED_BY = {
    "asked_and_waited": "student",
    "agreed_earlier": "student",
    "patient_asked": "patient",
    "asked_same_turn": "student",
    "asked_after": "student",
    "no_and_respected": "student",
    "no_and_done": "patient",
    "no_real_choice": "student",
}


@pytest.mark.parametrize("leave", QUOTED_BY)
@pytest.mark.parametrize("quote", ["", INVENTED, "May"])
async def test_leave_without_a_quote_that_stands_was_neither_got_nor_passed_over(leave: str, quote: str) -> None:
    assert await episode(leave=leave, leave_quote=quote) == Episode("news", (3,), 0, "none", TOLD)


@pytest.mark.parametrize(("leave", "speaker"), QUOTED_BY.items())
async def test_words_of_the_wrong_speaker_get_no_leave_and_refuse_nothing(leave: str, speaker: str) -> None:
    quote = REFUSAL if speaker == "student" else ASK
    assert await episode(leave=leave, leave_quote=quote) == Episode("news", (3,), 0, "none", TOLD)


@pytest.mark.parametrize("leave", QUOTED_BY)
@pytest.mark.parametrize("quote", ["", INVENTED, REQUEST, SORRY])
async def test_a_step_that_is_not_quoted_was_not_done(leave: str, quote: str) -> None:
    said = "" if leave == "no_and_respected" else ASK
    assert await episode(leave=leave, act_quote=quote, leave_quote=said) is None


async def test_a_no_that_was_respected_stands_by_the_asking_alone() -> None:
    at = asked(ASK)
    told = Move(kind="tells_fact", start=at[1].start, end=at[1].end, act="news")
    for quote in ("", INVENTED):
        assert await episode(leave="no_and_respected", act_quote=quote, leave_quote=ASK, first_turn=1) == Episode(
            "news", (1,), 2, "respected", told, ask=at
        )


@pytest.mark.parametrize(
    ("leave", "grade", "how"),
    [
        ("asked_and_waited", 0, "none"),
        ("agreed_earlier", 0, "none"),
        ("asked_same_turn", 0, "none"),
        ("no_and_respected", 0, "none"),
        ("no_real_choice", -1, "fake_choice"),
    ],
)
async def test_asking_in_words_said_before_gets_no_leave_but_still_leaves_no_choice(
    leave: str, grade: int, how: str
) -> None:
    lines = ("P: Hello.", f"S: {ASKING}", "P: Well.", f"S: {ASKING} Right then. {TELLING}")
    conversation = talk(*lines)
    step = row("leave", first_turn=3, last_turn=3, act_quote=ACT, leave=leave, leave_quote=ASK)
    (found,), _ = await coded(conversation, step)
    assert (found.grade, found.how) == (grade, how)
    assert (found.ask is None) is (how == "none")


async def test_the_asking_nearest_to_the_step_counts() -> None:
    lines = ("P: Hello.", "S: May I ask you something?", "P: Yes.", "S: And may I ask you about drink?", "P: Yes.")
    step = row(
        "leave",
        act="sensitive",
        first_turn=5,
        last_turn=5,
        act_quote="How much do you drink",
        leave="asked_and_waited",
        leave_quote="may I ask you",
    )
    (found,), _ = await coded(talk(*lines, "S: How much do you drink?"), step)
    assert found.ask is not None
    assert (found.act, found.ask[0], found.weight) == ("sensitive", 3, 2.5)


async def test_leave_that_was_asked_for_later_is_none_for_the_step_before() -> None:
    lines = ("P: Hello.", f"S: {TELLING}", "P: Oh.", f"S: {ASKING}")
    for leave in ("asked_and_waited", "agreed_earlier", "asked_same_turn"):
        step = row("leave", act_quote=ACT, leave=leave, leave_quote=ASK)
        (found,), _ = await coded(talk(*lines), step)
        assert (found.grade, found.how) == (0, "none")


async def test_what_the_patient_asked_later_is_no_leave_for_the_step_before() -> None:
    lines = ("P: Hello.", f"S: {TELLING}", "P: What did they find?")
    step = row("leave", act_quote=ACT, leave="patient_asked", leave_quote=REQUEST)
    (found,), _ = await coded(talk(*lines), step)
    assert (found.grade, found.how, found.request) == (0, "none", None)


@pytest.mark.parametrize(
    ("leave", "quote", "with_choice"),
    [
        ("asked_and_waited", ASK, True),
        ("agreed_earlier", ASK, True),
        ("no_and_respected", ASK, True),
        ("asked_and_waited", INVENTED, False),
        ("asked_same_turn", ASK, False),
        ("asked_after", AFTER, False),
        ("patient_asked", REQUEST, False),
        ("no_real_choice", ASK, False),
        ("not_asked", "", False),
    ],
)
async def test_a_choice_counts_where_leave_was_got_by_asking(leave: str, quote: str, with_choice: bool) -> None:
    found = await episode(leave=leave, leave_quote=quote, choice=True)
    assert found is not None
    assert found.with_choice is with_choice
    without = await episode(leave=leave, leave_quote=quote, choice=False)
    assert without is not None
    assert without.with_choice is False


@pytest.mark.parametrize(
    ("made_good", "repaired"), [(REPAIR, True), (INVENTED, False), (ACT, False), (REFUSAL, False), ("", False)]
)
@pytest.mark.parametrize(("leave", "quote"), [("no_and_done", REFUSAL), ("no_real_choice", ASK)])
async def test_pressing_is_made_good_in_words_of_a_later_turn(
    leave: str, quote: str, made_good: str, repaired: bool
) -> None:
    found = await episode(leave=leave, leave_quote=quote, made_good=made_good)
    assert found is not None
    assert (found.grade, found.repaired) == (-1, repaired)


async def test_a_question_put_off_is_the_turn_after_it() -> None:
    found = await episode(leave="question_put_off", leave_quote=REQUEST, act_quote="", last_turn=1)
    assert found == Episode("news", (1,), 0, "stalled", request=ASKED_FOR)


@pytest.mark.parametrize("quote", ["", INVENTED, ASK])
async def test_a_question_put_off_that_the_patient_did_not_ask_is_none(quote: str) -> None:
    assert await episode(leave="question_put_off", leave_quote=quote) is None


async def test_a_question_at_the_very_end_was_not_put_off() -> None:
    lines = (f"S: {TELLING}", "P: What did they find?")
    step = row("leave", first_turn=0, last_turn=1, leave="question_put_off", leave_quote=REQUEST)
    assert await coded(talk(*lines), step) == ((), True)


async def test_a_step_over_several_turns_stands_where_its_words_stand() -> None:
    found = await episode(first_turn=1, last_turn=5, act_quote=SORRY, leave="not_asked")
    assert found is not None
    assert found.turns == (5,)


@pytest.mark.parametrize(("first", "last"), [(3, 1), (7, 9), (-4, -1), (4, 4)])
async def test_a_step_in_no_turn_of_the_students_is_none(first: int, last: int) -> None:
    assert await episode(first_turn=first, last_turn=last, leave="not_asked") is None


def step(turn: int, quote: str, **fields: Any) -> Row:
    return row("leave", first_turn=turn, last_turn=turn, act_quote=quote, **fields)


@pytest.mark.parametrize(
    ("second", "announced"),
    [
        ({"announced": True}, True),
        ({"announced": False}, False),
        ({"announced": False, "leave": "asked_and_waited", "leave_quote": ASK}, True),
        ({"announced": False, "leave": "asked_and_waited", "leave_quote": INVENTED}, False),
        ({"announced": False, "act_quote": INVENTED}, True),
    ],
    ids=["told", "not told", "asked for", "asked for in words that do not stand", "no step"],
)
async def test_every_change_of_subject_after_the_first_has_to_be_announced(
    second: dict[str, Any], announced: bool
) -> None:
    first = step(1, "would you rather wait", announced=False)
    found, told = await coded(talk(*LINES), {**step(3, ACT), **second}, first)
    assert told is announced
    assert [one.turns for one in found] == ([(1,)] if second.get("act_quote") else [(1,), (3,)])


async def test_the_first_step_and_no_step_need_no_announcement() -> None:
    assert (await coded(talk(*LINES), step(3, ACT, announced=False)))[1] is True
    assert await coded(talk(*LINES)) == ((), True)


async def question_for(scenario: Scenario | None) -> str:
    conversation = talk(*LINES, scenario=scenario)
    ask = Scripted()
    await code_leave(interview(ask, conversation), conversation)
    return ask.last("leave")


DUTY = "Asking these is a duty and no step"
COLLEAGUE = "PATIENT is a colleague here"
IN_WRITING = "This is in writing"
BY_PHONE = "This is on the phone"


def told_in(question: str) -> list[str]:
    return [words for words in (COLLEAGUE, IN_WRITING, BY_PHONE, DUTY) if words in question]


async def test_the_question_knows_whom_one_speaks_to_and_how() -> None:
    _, maria = find_scenario("maria-biopsy-result")
    _, daniel = find_scenario("daniel-childs-film")
    as_colleague = daniel.model_copy(update={"audience": "clinician"})
    in_writing = maria.model_copy(update={"channel": "written", "must_ask": ()})
    assert told_in(await question_for(None)) == []
    assert told_in(await question_for(maria)) == [DUTY]
    assert told_in(await question_for(daniel)) == [BY_PHONE, DUTY]
    assert told_in(await question_for(as_colleague)) == [COLLEAGUE, DUTY]
    assert told_in(await question_for(in_writing)) == [IN_WRITING]
    assert "; ".join(one.what for one in daniel.must_ask) in await question_for(daniel)


async def test_a_respected_no_is_no_step_where_the_asking_earns_nothing() -> None:
    asks = "S: May I listen to your chest now?"
    conversation = talk("P: Hello.", asks, "P: Pardon?", asks, "P: No, I'd rather not.", "S: Then we leave it.")
    step = row(
        "leave",
        act="examination",
        first_turn=3,
        last_turn=3,
        leave="no_and_respected",
        leave_quote="listen to your chest now",
    )
    assert await coded(conversation, step) == ((), True)


async def test_asking_in_the_turn_of_the_step_is_not_waiting() -> None:
    conversation = talk("P: Hello.", "S: May I tell you? The lump is a cancer.", "P: Oh.")
    step = row("leave", act_quote="The lump is a cancer", leave="asked_and_waited", leave_quote="May I tell you")
    (found,), _ = await coded(conversation, step)
    assert (found.grade, found.how) == (1, "same_turn")


async def test_the_same_words_for_the_act_and_the_asking_are_no_leave_but_for_what_asking_does() -> None:
    conversation = talk("P: Hello.", "S: What would you like to talk about today?", "P: My knee.", "S: Go on.")
    words = {"act_quote": "What would you like to talk about", "leave_quote": "What would you like to talk about"}
    graded = {
        act: (await coded(conversation, row("leave", act=act, leave="asked_and_waited", **words)))[0][0].grade
        for act in ("agenda", "news")
    }
    assert graded == {"agenda": 2, "news": 1}


TIC = (
    ("May I open the blind", "The light comes from the south"),
    ("Shall I pull up this chair", "Chairs here are made of oak"),
    ("Is it all right to use first names", "Most people on this ward do"),
    ("Would you mind the door shut", "It keeps the noise of the trolleys out"),
    ("Could I write that down", "Notes go into the blue folder"),
)


@pytest.mark.parametrize(("asked", "how", "tic"), [(TIC, {"tic"}, True), (TIC[:4], {"same_turn"}, False)])
async def test_leave_asked_turn_upon_turn_is_a_tic_and_counts_for_nothing_small(
    asked: Sequence[tuple[str, str]], how: set[str], tic: bool
) -> None:
    conversation = talk(*(line for ask, act in asked for line in (f"S: {ask}? {act}.", "P: Yes.")))
    steps = [
        row(
            "leave",
            act="education",
            first_turn=2 * number,
            last_turn=2 * number,
            act_quote=act,
            leave="asked_same_turn",
            leave_quote=ask,
        )
        for number, (ask, act) in enumerate(asked)
    ]
    found = await code_leave(interview(Scripted(leave=steps), conversation), conversation)
    assert (found.tic, {one.how for one in found.episodes}) == (tic, how)


TOLD_AND_ASKED = (
    "P: Hello.",
    "S: Your scan shows a cancer of the lung.",
    "P: What did they find? Tell me all of it.",
    "S: It is two centimetres wide.",
)


@pytest.mark.parametrize(
    ("lines", "fields", "expected"),
    [
        (
            TOLD_AND_ASKED,
            {"act_quote": "scan shows a cancer", "leave": "patient_asked", "leave_quote": "What did they find"},
            ("none", 0),
        ),
        (
            (*TOLD_AND_ASKED[:2], "P: No, please stop.", "S: All right."),
            {"act_quote": "scan shows a cancer", "leave": "no_and_done", "leave_quote": "please stop", "last_turn": 1},
            ("none", 0),
        ),
        (
            (*TOLD_AND_ASKED, "P: Oh.", "S: Goodbye now, is that all right?"),
            {
                "act_quote": "scan shows a cancer",
                "leave": "asked_after",
                "leave_quote": "is that all right",
                "last_turn": 1,
            },
            ("none", 0),
        ),
    ],
    ids=["a request after it was told", "a no after it was told", "an asking long afterwards"],
)
async def test_true_words_in_the_wrong_place_prove_no_leave_and_no_override(
    lines: tuple[str, ...], fields: dict[str, Any], expected: tuple[str, int]
) -> None:
    step = row("leave", **{"act": "news", "first_turn": 1, "last_turn": 3, **fields})
    (found,), _ = await coded(talk(*lines), step)
    assert (found.how, found.grade) == expected


@pytest.mark.parametrize("reply", ["P: Yes, go ahead.", None])
async def test_a_no_that_nobody_said_was_not_respected(reply: str | None) -> None:
    asks = "S: May I listen to your chest, or would you rather wait?"
    conversation = talk("P: Hello.", asks, *([] if reply is None else [reply]))
    step = row("leave", act="examination", leave="no_and_respected", leave_quote="May I listen to your chest")
    assert await coded(conversation, step) == ((), True)


async def test_a_yes_that_takes_itself_back_is_holding_back() -> None:
    reply = "P: Yes, I have thought of that scan many times, only the last one was awful."
    conversation = talk("P: Hello.", "S: Would you think about having the scan again?", reply, "S: Then we leave it.")
    step = row("leave", act="advice", leave="no_and_respected", leave_quote="think about having the scan again")
    (found,), _ = await coded(conversation, step)
    assert (found.how, found.grade) == ("respected", 2)


@pytest.mark.parametrize(
    ("sorry", "repaired"),
    [("I'm sorry, I should have waited for you.", True), ("Sorry, you stupid cow.", False)],
)
async def test_an_override_is_made_good_afterwards_and_in_words_that_earn_it(sorry: str, repaired: bool) -> None:
    lines = ("P: Please don't.", "S: I'm putting the needle in now.", "P: Ow.", f"S: {sorry}")
    step = row(
        "leave",
        act="examination",
        act_quote="putting the needle in",
        leave="no_and_done",
        leave_quote="Please don't",
        made_good=sorry,
    )
    (found,), _ = await coded(talk(*lines), step)
    assert (found.grade, found.repaired) == (-1, repaired)


async def test_the_same_step_told_several_times_is_one_by_its_worst_grade() -> None:
    steps = [
        row("leave", first_turn=3, last_turn=3, act_quote=quote, leave=leave, leave_quote=asked)
        for quote, leave, asked in (
            ("The lump is a cancer", "asked_and_waited", ASK),
            ("lump is a", "asked_and_waited", ASK),
            ("is a cancer", "not_asked", ""),
        )
    ]
    (found,), _ = await coded(talk(*LINES), *steps)
    assert (found.grade, found.how) == (0, "none")
