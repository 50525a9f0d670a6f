"""A whole judgement over a real server with every fault there is: no invented score, and calls bounded and counted."""

import json
from collections.abc import AsyncIterator
from typing import get_args

import pytest

from app.llm.asking import Asker
from personas import find_scenario
from scoring.judge import AskFault, Judgement, grade
from scoring.judge.interview import WHY_UNREAD
from scoring.transcript import Transcript, Turn
from tests.fake_llm import FakeLlm
from tests.fake_llm.judging import honestly, question_of, yes_to_everything
from tests.fake_llm.server import Body, FaultKind

QUESTIONS = 8
"""Six about the talk, and two about what a listener could answer."""
MOST_REQUESTS = QUESTIONS * 2 * 3
"""Each question at most twice, each of those sent at most three times."""
_, SCENARIO = find_scenario("maria-biopsy-result")
TALK = Transcript(
    scenario=SCENARIO.id,
    turns=(
        Turn(speaker="patient", text="I'm so scared of what you found."),
        Turn(speaker="student", text="You sound frightened, and you waited alone with it. May I tell you now?"),
        Turn(speaker="patient", text="Yes, please. It has been awful."),
        Turn(speaker="student", text="I'm sorry to tell you that the biopsy shows breast cancer."),
        Turn(speaker="patient", text="Oh God. Am I going to die?"),
        Turn(speaker="student", text="I can hear how afraid you are. It is small and can be treated. Shall I go on?"),
        Turn(speaker="patient", text="Yes. Thank you for saying it."),
    ),
)
PASSING: dict[FaultKind, str] = {
    "401": "bad_key",
    "404": "no_such_model",
    "bad_request": "bad_request",
    "429": "rate_limited",
    "500": "server_error",
    "503": "server_error",
    "hang": "no_first_token",
    "html": "not_a_stream",
    "drop": "dropped",
    "reset": "dropped",
}
UNREAD: dict[FaultKind, str] = {
    "overflow": "The conversation is longer than the model can read at once.",
    "refusal": "The model declined to answer.",
    "filter": "The server's content filter held the answer back.",
    "empty": "The model gave no answer that could be used.",
    "reasoning_only": "The model gave no answer that could be used.",
    "json": "The model gave no answer that could be used.",
    "length": "The model's answer was cut off, twice.",
    "over_long": "The model's answer was cut off, twice.",
}


@pytest.fixture
async def ask(fake_llm: FakeLlm) -> AsyncIterator[Asker]:
    fake_llm.answers = honestly
    asker = Asker(
        "judge",
        base_url=fake_llm.url,
        api_key="none",
        answer_s=1.5,
        answer_format="json_schema",
        options={"max_tokens": 2000},
        back_off_s=0.01,
    )
    yield asker
    await asker.close()


def levels(card: Judgement) -> list[int | None]:
    return [scale.level for scale in card.scales.values()]


async def test_a_judgement_over_a_good_server_is_scored_and_counted(ask: Asker, fake_llm: FakeLlm) -> None:
    card = await grade(TALK, ask)

    assert card.not_scored == {}
    assert card.usage.calls == len(fake_llm.asked) == QUESTIONS
    assert card.usage.prompt_tokens == sum(asked.prompt_tokens for asked in fake_llm.asked)
    assert card.usage.cached_tokens == sum(asked.cached["token"] for asked in fake_llm.asked)
    assert (card.model, card.overall is None) == ("judge", False)


@pytest.mark.parametrize("fault", PASSING)
async def test_a_server_that_is_away_gives_no_card_at_all(fault: FaultKind, ask: Asker, fake_llm: FakeLlm) -> None:
    fake_llm.fail(fault, times=None)

    with pytest.raises(AskFault) as raised:
        await grade(TALK, ask)

    assert (raised.value.cause, raised.value.passing) == (PASSING[fault], True)
    assert 1 <= len(fake_llm.asked) <= 3


@pytest.mark.parametrize("fault", UNREAD)
async def test_answers_that_cannot_be_used_are_not_scored(fault: FaultKind, ask: Asker, fake_llm: FakeLlm) -> None:
    fake_llm.fail(fault, times=None, after_tokens=3)

    card = await grade(TALK, ask)

    assert levels(card) == [None, None, None, None]
    assert [(scale.score, scale.evidence) for scale in card.scales.values()] == [(None, ())] * 4
    assert dict(card.not_scored) == dict.fromkeys(card.scales, UNREAD[fault])
    assert (card.overall, card.flags, card.flags_checked, card.key_answers) == (None, (), False, None)
    assert card.usage.calls <= len(fake_llm.asked) <= MOST_REQUESTS


@pytest.mark.parametrize("fault", ["429", "500", "drop", "empty"])
async def test_a_fault_that_passes_costs_no_level(fault: FaultKind, ask: Asker, fake_llm: FakeLlm) -> None:
    whole = levels(await grade(TALK, ask))
    fake_llm.fail(fault, times=1, retry_after_s=0.0 if fault == "429" else None)

    assert levels(await grade(TALK, ask)) == whole


async def test_every_fault_of_the_server_is_in_one_of_the_tables() -> None:
    of_streams_only = {"stall", "no_end", "bad_line", "error_event", "split_utf8", "reasoning_first", "pings"}

    assert {*PASSING, *UNREAD, *of_streams_only} == set(get_args(FaultKind))


@pytest.mark.parametrize(
    "wrap",
    [
        "```json\n{}\n```",
        "Here is my answer:\n{}\nI hope that this helps!",
        "<think>The student was kind.</think>{}",
    ],
)
async def test_fences_and_words_around_an_answer_are_read_past(wrap: str, ask: Asker, fake_llm: FakeLlm) -> None:
    whole = levels(await grade(TALK, ask))
    before, after = wrap.split("{}")
    fake_llm.answers = lambda body: before + honestly(body) + after

    assert levels(await grade(TALK, ask)) == whole


async def test_invented_quotes_are_asked_for_once_more_and_earn_nothing(ask: Asker, fake_llm: FakeLlm) -> None:
    fake_llm.answers = yes_to_everything

    card = await grade(TALK, ask)
    asked = [question_of(one.body) for one in fake_llm.asked]

    assert {scale.score or 0.0 for scale in card.scales.values()} == {0.0}
    assert [scale.evidence for scale in card.scales.values() if scale.evidence] == []
    assert card.dropped_quotes > 0
    assert max(asked.count(name) for name in asked) == 2
    assert "does not stand word for word" in fake_llm.asked[asked.index("answers") + 1].text


async def test_true_words_in_the_wrong_turn_earn_nothing(ask: Asker, fake_llm: FakeLlm) -> None:
    def shifted(body: Body) -> str:
        answer = json.loads(honestly(body))
        for row in answer["rows"]:
            for number in ("turn", "first_turn", "last_turn"):
                if number in row and question_of(body) != "feelings":
                    row[number] += 2
            row.update({field: "It has been awful." for field in ("met", "heard", "deeper", "formula") if field in row})
        return json.dumps(answer)

    fake_llm.answers = shifted

    card = await grade(TALK, ask)

    assert {scale.score or 0.0 for scale in card.scales.values()} == {0.0}


async def test_a_prompt_the_server_cut_is_not_scored(ask: Asker, fake_llm: FakeLlm) -> None:
    fake_llm.window_tokens = 200

    card = await grade(TALK, ask)

    assert levels(card) == [None, None, None, None]
    assert set(card.not_scored.values()) == {WHY_UNREAD["cut_prompt"]}
