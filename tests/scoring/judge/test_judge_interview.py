"""Putting closed questions: each at most twice, quotes checked, the better answer counts."""

import json

import pytest

from scoring.conversation import Conversation
from scoring.judge import AskFault, Reply, Usage
from scoring.judge.candidates import Look
from scoring.judge.feelings import ShownFeeling
from scoring.judge.interview import MOST_ROWS, WHY_UNREAD, Answered, Question, Unread, parse_rows, schema_of
from scoring.judge.interview import Row as AnyRow
from scoring.judge.leave import Step
from scoring.judge.namings import NamedFeeling
from scoring.judge.outcome import Answer as KeyRow
from scoring.judge.outcome import Check
from scoring.judge.parts import Finding
from scoring.judge.responses import AnsweredFeeling
from scoring.scorecard import Quote
from tests.scoring.judge.answering import BEGINNING, Answer, Row, Scripted, as_text, interview, row, talk

ROWS: tuple[type[AnyRow], ...] = (ShownFeeling, AnsweredFeeling, NamedFeeling, Step, Finding, Look, KeyRow, Check)
STANDS = row("key_answers", question=1, answer="Small.", quote="The lump is small")
INVENTED = row("key_answers", question=1, answer="Big.", quote="the lump is enormous")
SECOND = row("key_answers", question=2, answer="On Friday.", quote="I will ring you")
BOTH = [STANDS, SECOND]
SMALL = Quote(turn=1, start=0, end=17, quote="The lump is small")
RING = Quote(turn=1, start=19, end=34, quote="I will ring you")


@pytest.fixture(scope="module")
def conversation() -> Conversation:
    return talk("P: What is it?", "S: The lump is small. I will ring you on Friday.")


def ask_for(*numbers: int) -> Question[KeyRow]:
    """A question with these numbers, whose quotes may stand in the student's turn."""
    return Question("key_answers", "WHAT IS IT?", KeyRow, lambda _: {"quote": (1,)}, frozenset(numbers))


async def put(conversation: Conversation, *answers: Answer) -> tuple[list[Answered[KeyRow]] | None, Scripted]:
    """The answer to a question with the numbers 1 and 2, None where it cannot be read; and what was asked."""
    ask = Scripted(key_answers=answers)
    try:
        return await interview(ask, conversation).put(ask_for(1, 2)), ask
    except Unread:
        return None, ask


def quotes_of(answered: list[Answered[KeyRow]] | None) -> list[Quote | None]:
    assert answered is not None
    return [one.quotes.get("quote") for one in answered]


async def test_an_answer_without_fault_is_asked_for_once(conversation: Conversation) -> None:
    answered, ask = await put(conversation, BOTH)
    assert answered == [
        Answered(KeyRow(question=1, answer="Small.", quote="The lump is small"), {"quote": SMALL}),
        Answered(KeyRow(question=2, answer="On Friday.", quote="I will ring you"), {"quote": RING}),
    ]
    assert ask.names == ["key_answers"]
    assert ask.asked[0].messages == (
        BEGINNING[0],
        {"role": "user", "content": f"{BEGINNING[1]['content']}\n\nWHAT IS IT?"},
    )
    assert ask.asked[0].schema == schema_of(KeyRow)


async def test_an_empty_quote_is_no_fault(conversation: Conversation) -> None:
    answered, ask = await put(conversation, [row("key_answers", question=1), row("key_answers", question=2, quote=" ")])
    assert quotes_of(answered) == [None, None]
    assert len(ask.asked) == 1


NOT_READ = "- the answer was not the JSON object that was asked for, or it was too long to be finished"
NO_SECOND = "- there is no row for 2"
NOT_THERE = '- quote "the lump is enormous" does not stand word for word in [1]'


@pytest.mark.parametrize(
    ("first", "faults"),
    [
        ('{"rows": [', [NOT_READ]),
        ("I cannot say.", [NOT_READ]),
        ([STANDS], [NO_SECOND]),
        ([INVENTED, SECOND], [NOT_THERE]),
        ([INVENTED], [NO_SECOND, NOT_THERE]),
        ([], ["- there is no row for 1", NO_SECOND]),
    ],
    ids=["broken JSON", "words", "a number left out", "an invented quote", "both", "no row"],
)
async def test_the_second_request_names_what_was_wrong(
    conversation: Conversation, first: list[Row] | str, faults: list[str]
) -> None:
    answered, ask = await put(conversation, first, BOTH)
    assert quotes_of(answered) == [SMALL, RING]
    said = first if isinstance(first, str) else as_text(*first)
    assert len(ask.asked) == 2
    assert ask.asked[1].messages[:2] == ask.asked[0].messages
    assert ask.asked[1].messages[2] == {"role": "assistant", "content": said}
    assert ask.asked[1].messages[3]["role"] == "user"
    lines = ask.last("key_answers").splitlines()
    assert [line for line in lines if line.startswith("- ")] == faults


async def test_an_answer_without_a_word_is_asked_for_again(conversation: Conversation) -> None:
    answered, ask = await put(conversation, "", BOTH)
    assert quotes_of(answered) == [SMALL, RING]
    assert ask.asked[1].messages[2] == {"role": "assistant", "content": "(no answer)"}


async def test_words_that_may_stand_nowhere_are_said_to_stand_in_no_turn(conversation: Conversation) -> None:
    ask = Scripted(flags=[row("flags", turn=0, quote="What is it?")])
    question = Question("flags", "FLAGS?", Look, lambda _: {"quote": ()})
    await interview(ask, conversation).put(question)
    assert '- quote "What is it?" does not stand word for word in no turn' in ask.last("flags").splitlines()


@pytest.mark.parametrize(
    ("answers", "quotes"),
    [
        (([INVENTED, SECOND], BOTH), [SMALL, RING]),
        (([INVENTED, SECOND], [INVENTED, {**SECOND, "quote": "we will ring you"}]), [None, RING]),
        (([INVENTED, SECOND], "{"), [None, RING]),
        (([INVENTED, SECOND], [STANDS]), [None, RING]),
        (("{", [INVENTED, SECOND]), [None, RING]),
        (([STANDS], [INVENTED, SECOND]), [None, RING]),
        (([INVENTED, SECOND], [STANDS, {**SECOND, "quote": "we will ring you"}]), [None, RING]),
    ],
    ids=[
        "the second has no fault",
        "the second has more",
        "the second is broken",
        "the second leaves one out",
        "the first is broken",
        "the first leaves one out",
        "as many in both: the first",
    ],
)
async def test_the_better_of_two_answers_counts(
    conversation: Conversation, answers: tuple[Answer, ...], quotes: list[Quote | None]
) -> None:
    answered, ask = await put(conversation, *answers)
    assert quotes_of(answered) == quotes
    assert len(ask.asked) == 2


@pytest.mark.parametrize("bad", ["{", [STANDS], [INVENTED, SECOND], Reply("{", whole=False)])
async def test_no_question_is_asked_a_third_time(conversation: Conversation, bad: Answer) -> None:
    _, ask = await put(conversation, bad, bad, BOTH)
    assert len(ask.asked) == 2


@pytest.mark.parametrize(
    ("answers", "cause"),
    [
        (("{", "no"), "unreadable"),
        (([STANDS], [STANDS]), "incomplete"),
        (("{", Reply("{", whole=False)), "cut"),
        ((Reply("{", whole=False), "{"), "unreadable"),
        (("{", [SECOND]), "incomplete"),
        ((AskFault("refusal", passing=False),), "refusal"),
        ((AskFault("filtered", passing=False),), "filtered"),
        ((AskFault("context_overflow", passing=False),), "context_overflow"),
        (("{", AskFault("refusal", passing=False)), "refusal"),
    ],
)
async def test_an_answer_that_cannot_be_used_is_unread_with_a_sentence(
    conversation: Conversation, answers: tuple[Answer, ...], cause: str
) -> None:
    with pytest.raises(Unread) as raised:
        await interview(Scripted(key_answers=answers), conversation).put(ask_for(1, 2))
    assert (raised.value.cause, raised.value.why) == (cause, WHY_UNREAD[cause])


async def test_a_cause_nobody_foresaw_has_a_sentence_too(conversation: Conversation) -> None:
    ask = Scripted(key_answers=AskFault("moon_phase", passing=False))
    with pytest.raises(Unread) as raised:
        await interview(ask, conversation).put(ask_for(1))
    assert raised.value.why == "The model gave no answer that could be used."


async def test_a_fault_that_does_not_pass_is_not_asked_about_again(conversation: Conversation) -> None:
    _, ask = await put(conversation, AskFault("refusal", passing=False), BOTH)
    assert len(ask.asked) == 1


@pytest.mark.parametrize("before", [(), ("{",)])
async def test_a_fault_that_passes_goes_up(conversation: Conversation, before: tuple[Answer, ...]) -> None:
    away = AskFault("server_away", passing=True)
    with pytest.raises(AskFault) as raised:
        await interview(Scripted(key_answers=(*before, away)), conversation).put(ask_for(1))
    assert raised.value is away


async def test_a_number_answered_twice_counts_once_and_an_unknown_one_not_at_all(conversation: Conversation) -> None:
    again = row("key_answers", question=1, answer="Again.", quote="the lump is enormous")
    unknown = row("key_answers", question=9, answer="Nine.", quote="the lump is enormous")
    answered, ask = await put(conversation, [unknown, SECOND, STANDS, again])
    assert answered is not None
    assert [(one.row.question, one.row.answer) for one in answered] == [(1, "Small."), (2, "On Friday.")]
    assert len(ask.asked) == 1


async def test_the_same_row_twice_counts_once_where_no_numbers_are_asked_for(conversation: Conversation) -> None:
    one, other = row("flags", kind="to_scorer", quote="I will ring"), row("flags", quote="I will ring")
    question = Question("flags", "FLAGS?", Look, lambda _: {"quote": (1,)})
    answered = await interview(Scripted(flags=[one, other, one]), conversation).put(question)
    assert [found.row for found in answered] == [Look.model_validate(one), Look.model_validate(other)]


async def test_quotes_that_stand_nowhere_are_counted_in_the_answer_that_counts(conversation: Conversation) -> None:
    one = interview(Scripted(key_answers=([INVENTED, SECOND], [INVENTED, {**SECOND, "quote": "no no"}])), conversation)
    await one.put(ask_for(1, 2))
    assert one.dropped_quotes == 1
    await one.put(ask_for(1, 2))
    assert one.dropped_quotes == 3


async def test_usage_sums_calls_and_tokens(conversation: Conversation) -> None:
    counted = Reply("{", prompt_tokens=100, cached_tokens=0, completion_tokens=7)
    better = Reply(as_text(*BOTH), prompt_tokens=120, cached_tokens=90, completion_tokens=8)
    one = interview(Scripted(key_answers=(counted, better)), conversation)
    await one.put(ask_for(1, 2))
    assert one.usage() == Usage(calls=2, prompt_tokens=220, cached_tokens=90, completion_tokens=15)


async def test_tokens_nobody_counted_are_none(conversation: Conversation) -> None:
    one = interview(Scripted(key_answers=Reply(as_text(STANDS), completion_tokens=5)), conversation)
    assert one.usage() == Usage(calls=0, prompt_tokens=None, cached_tokens=None, completion_tokens=None)
    await one.put(ask_for(1))
    assert one.usage() == Usage(calls=1, prompt_tokens=None, cached_tokens=None, completion_tokens=5)


async def test_a_call_that_was_refused_counts(conversation: Conversation) -> None:
    one = interview(Scripted(key_answers=AskFault("refusal", passing=False)), conversation)
    with pytest.raises(Unread):
        await one.put(ask_for(1))
    assert one.usage() == Usage(calls=1, prompt_tokens=None, cached_tokens=None, completion_tokens=None)


LOOK = row("flags", about="lie", quote="I will ring")
READ = [Look.model_validate(LOOK)]


@pytest.mark.parametrize(
    "text",
    [
        as_text(LOOK),
        f"```json\n{as_text(LOOK)}\n```",
        f"Here is what I found:\n\n{as_text(LOOK)}\n\nI hope that helps.",
        json.dumps({"note": "ok", "rows": [{**LOOK, "sure": 0.9}]}, indent=2),
    ],
    ids=["bare", "in a fence", "between words", "with more than was asked for"],
)
def test_the_rows_are_read_wherever_they_stand(text: str) -> None:
    assert parse_rows(text, Look) == READ


def test_no_rows_are_an_answer() -> None:
    assert parse_rows('{"rows": []}', Look) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "}{",
        '{"rows": [',
        json.dumps([LOOK]),
        json.dumps({"row": [LOOK]}),
        json.dumps({"rows": LOOK}),
        json.dumps({"rows": None}),
        json.dumps({"rows": ["a row"]}),
        '{"rows": ' + '[{"a": ' * 40_000 + "1" + "}]" * 40_000 + "}",
    ],
    ids=["empty", "words", "braces", "cut", "a list", "no rows", "one row", "null", "text", "too deep"],
)
def test_what_is_not_rows_cannot_be_read(text: str) -> None:
    assert parse_rows(text, Look) is None


WRONG: tuple[Row, ...] = (
    {**LOOK, "kind": "rudeness"},
    {**LOOK, "kind": None},
    {**LOOK, "turn": "third"},
    {**LOOK, "turn": 1.5},
    {**LOOK, "turn": None},
    {**LOOK, "quote": 5},
    {**LOOK, "quote": ["I will ring"]},
    {key: value for key, value in LOOK.items() if key != "quote"},
)


@pytest.mark.parametrize("wrong", WRONG, ids=json.dumps)
def test_one_row_that_does_not_fit_makes_the_answer_unreadable(wrong: Row) -> None:
    assert parse_rows(as_text(LOOK, wrong), Look) is None


def test_an_answer_with_more_than_300_rows_went_astray() -> None:
    assert MOST_ROWS == 300
    assert parse_rows(as_text(*[LOOK] * 300), Look) == READ * 300
    assert parse_rows(as_text(*[LOOK] * 301), Look) is None


@pytest.mark.parametrize("rows", ROWS, ids=lambda rows: rows.__name__)
def test_the_schema_is_flat_and_asks_for_every_field(rows: type[AnyRow]) -> None:
    schema = schema_of(rows)
    item = schema["properties"]["rows"]["items"]
    assert schema == {
        "type": "object",
        "properties": {"rows": {"type": "array", "items": item}},
        "required": ["rows"],
        "additionalProperties": False,
    }
    fields = item["properties"]
    assert item == {
        "type": "object",
        "properties": fields,
        "required": list(rows.model_fields),
        "additionalProperties": False,
    }
    assert [name for name, field in fields.items() if not set(field) <= {"type", "enum"}] == []
    assert {field["type"] for field in fields.values()} <= {"string", "boolean", "integer"}
    assert "$ref" not in json.dumps(schema)


@pytest.mark.parametrize(
    "text",
    [
        '{"rows": [{"turn": ' + "1" * 5000 + "}]}",
        '{"rows": [{"kind": "lapse", "about": "", "turn": 1, "quote": "ab \\ud800 cd"}]}',
    ],
    ids=["a number without end", "half a letter"],
)
def test_what_cannot_be_kept_cannot_be_read(text: str) -> None:
    assert parse_rows(text, Look) is None


def test_a_brace_in_the_words_before_is_passed_over() -> None:
    rows = [row("flags", about="contempt", quote="you fool")]
    assert parse_rows('The set {a, b} and {"a": 1} came first. {"rows": ' + json.dumps(rows) + "} Done.", Look) == [
        Look.model_validate(rows[0])
    ]


async def test_a_refusal_the_second_time_leaves_the_first_answer() -> None:
    rows = [
        row("key_answers", question=1, quote="the lump is enormous"),
        row("key_answers", question=2, quote="I will ring you"),
    ]
    ask = Scripted(key_answers=(rows, AskFault("context_overflow", passing=False)))
    question = Question("key_answers", "WHAT?", KeyRow, lambda _: {"quote": (1,)}, frozenset({1, 2}))
    heard = talk("P: What is it?", "S: The lump is small. I will ring you on Friday.")
    answered = await interview(ask, heard).put(question)
    assert [one.quotes.get("quote") is not None for one in answered] == [False, True]


async def test_an_answer_with_many_invented_quotes_is_read_all_the_same() -> None:
    rows = [row("flags", quote=f"invented words {number}") for number in range(120)]
    heard = interview(Scripted(flags=rows), talk("P: What is it?", "S: The lump is small."))
    assert len(await heard.put(Question("flags", "FLAGS?", Look, lambda _: {"quote": (1,)}))) == 120
