"""Questions to a judge's model on a real HTTP server: what comes back, and how often the server is asked."""

import asyncio
import logging
import socket
from typing import get_args

import pytest

from app.llm.asking import Asker
from app.llm.breaker import FAULTS_IN_A_ROW, FIRST_PAUSE_S, Endpoint, endpoint_at
from app.settings import Settings
from scoring.judge.asking import AskFault, Reply
from tests.fake_llm import FakeLlm
from tests.fake_llm.server import FaultKind

MESSAGES = [
    {"role": "system", "content": "You read a talk and answer questions about it."},
    {"role": "user", "content": "Turn 1, student: Good morning, Maria. What brings you here today?"},
]
SCHEMA = {
    "type": "object",
    "properties": {"asked": {"type": "boolean"}},
    "required": ["asked"],
    "additionalProperties": False,
}
ANSWER = '{"asked": true}'
NEVER_LOGGED = ("Maria", "morning", "You read", "guest network", "out of memory")
"""Words of the question, and of what the server says in place of an answer."""
LATE = ("hang", "stall", "pings")
LATE_S, PATIENT_S = 0.3, 10
"""Deadlines: where nothing is to be late, a slow machine is no fault."""


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def asker_at(url: str, *, answer_s: float = PATIENT_S, endpoint: Endpoint | None = None) -> Asker:
    return Asker(
        "judge",
        base_url=url,
        api_key="none",
        answer_s=answer_s,
        answer_format="json_schema",
        options={"max_tokens": 4000},
        back_off_s=0.01,
        endpoint=endpoint,
    )


async def ask(asker: Asker) -> Reply:
    """The reply to the one question there is here; closes the asker."""
    try:
        return await asker(MESSAGES, "question", SCHEMA)
    finally:
        await asker.close()


async def fault_of(asker: Asker) -> AskFault:
    with pytest.raises(AskFault) as raised:
        await ask(asker)
    return raised.value


FAULTS: tuple[tuple[FaultKind, str, bool, int], ...] = (
    ("401", "bad_key", True, 1),
    ("404", "no_such_model", True, 1),
    ("429", "rate_limited", True, 3),
    ("500", "server_error", True, 3),
    ("503", "server_error", True, 3),
    ("bad_request", "bad_request", True, 1),
    ("overflow", "context_overflow", False, 1),
    ("hang", "no_first_token", True, 1),
    ("stall", "no_first_token", True, 1),
    ("pings", "no_first_token", True, 1),
    ("html", "not_a_stream", True, 1),
    ("json", "empty", False, 3),
    ("drop", "dropped", True, 3),
    ("reset", "dropped", True, 3),
    ("no_end", "no_end", True, 3),
    ("bad_line", "bad_line", True, 3),
    ("error_event", "reported", True, 3),
    ("empty", "empty", False, 3),
    ("refusal", "refusal", False, 1),
    ("filter", "filtered", False, 1),
    ("reasoning_only", "reasoning_only", False, 1),
)
ODDITIES: tuple[tuple[FaultKind, int, str, bool], ...] = (
    ("split_utf8", 0, ANSWER, True),
    ("reasoning_first", 0, ANSWER, True),
    ("length", 0, ANSWER, False),
    ("length", 1, '{"aske', False),
    ("over_long", 0, "I keep going over it in my head at night. " * 200, False),
)


def test_every_fault_of_the_fake_server_is_tried() -> None:
    assert {kind for kind, *_ in (*FAULTS, *ODDITIES)} == set(get_args(FaultKind))


@pytest.mark.parametrize(("kind", "cause", "passing", "requests"), FAULTS)
async def test_a_fault_that_stays_ends_after_few_requests_in_one_line_without_a_word_of_the_talk(
    fake_llm: FakeLlm, caplog: pytest.LogCaptureFixture, kind: FaultKind, cause: str, passing: bool, requests: int
) -> None:
    fake_llm.fail(kind, times=None)

    fault = await fault_of(asker_at(fake_llm.url, answer_s=LATE_S if kind in LATE else PATIENT_S))

    assert (fault.cause, fault.passing, len(fake_llm.asked)) == (cause, passing, requests)
    assert [record.levelname for record in caplog.records if record.name == "app.llm.asking"] == ["ERROR"]
    assert f"judge judge: {cause} (" in caplog.text
    assert [word for word in NEVER_LOGGED if word in caplog.text] == []


@pytest.mark.parametrize(("kind", "after_tokens", "text", "whole"), ODDITIES)
async def test_an_odd_answer_is_an_answer_and_says_whether_it_is_whole(
    fake_llm: FakeLlm, kind: FaultKind, after_tokens: int, text: str, whole: bool
) -> None:
    fake_llm.answers = lambda body: ANSWER
    fake_llm.fail(kind, after_tokens=after_tokens)

    reply = await ask(asker_at(fake_llm.url))

    assert (reply.text, reply.whole, len(fake_llm.asked)) == (text, whole, 1)


@pytest.mark.parametrize("kind", [kind for kind, _, _, requests in FAULTS if requests > 1])
async def test_a_fault_that_happens_twice_is_not_noticed(
    fake_llm: FakeLlm, caplog: pytest.LogCaptureFixture, kind: FaultKind
) -> None:
    fake_llm.answers = lambda body: ANSWER
    fake_llm.fail(kind, times=2)

    reply = await ask(asker_at(fake_llm.url))

    assert (reply.text, len(fake_llm.asked)) == (ANSWER, 3)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("kind", ["drop", "reset"])
async def test_half_an_answer_is_none(fake_llm: FakeLlm, kind: FaultKind) -> None:
    fake_llm.fail(kind, times=None, after_tokens=1)

    fault = await fault_of(asker_at(fake_llm.url))

    assert (fault.cause, len(fake_llm.asked)) == ("dropped", 3)


async def test_the_answer_comes_with_the_servers_count(fake_llm: FakeLlm) -> None:
    fake_llm.answers = lambda body: ANSWER
    fake_llm.cache_rule = "message"
    asker = asker_at(fake_llm.url)

    first = await asker(MESSAGES, "question", SCHEMA)
    second = await asker([*MESSAGES, {"role": "user", "content": "And then?"}], "question", SCHEMA)
    await asker.close()

    prompt_tokens = fake_llm.asked[0].prompt_tokens
    assert first == Reply(ANSWER, True, prompt_tokens, 0, 3)
    assert second == Reply(ANSWER, True, fake_llm.asked[1].prompt_tokens, prompt_tokens, 3)


async def test_many_questions_at_once_get_each_its_own_answer(fake_llm: FakeLlm) -> None:
    fake_llm.answers = lambda body: body["messages"][0]["content"]
    asker = asker_at(fake_llm.url)

    replies = await asyncio.gather(
        *(asker([{"role": "user", "content": f"question {number}"}], "question", SCHEMA) for number in range(20))
    )
    await asker.close()

    assert [reply.text for reply in replies] == [f"question {number}" for number in range(20)]


async def test_nobody_listens_there() -> None:
    with socket.socket() as taken:  # bound but not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        fault = await fault_of(asker_at(f"http://127.0.0.1:{taken.getsockname()[1]}/v1"))

    assert (fault.cause, fault.passing) == ("refused_connection", True)


# ---- time ------------------------------------------------------------------------------------------------------------


async def test_a_wait_the_server_asks_for_is_kept_if_it_fits(fake_llm: FakeLlm) -> None:
    fake_llm.fail("429", retry_after_s=0.2)
    before = asyncio.get_running_loop().time()

    await ask(asker_at(fake_llm.url))

    assert asyncio.get_running_loop().time() - before >= 0.2
    assert len(fake_llm.asked) == 2


@pytest.mark.parametrize("answer_s", [PATIENT_S, 600])
async def test_a_wait_beyond_the_deadline_or_a_minute_ends_at_once(fake_llm: FakeLlm, answer_s: float) -> None:
    fake_llm.fail("429", times=None, retry_after_s=61)

    async with asyncio.timeout(PATIENT_S):
        fault = await fault_of(asker_at(fake_llm.url, answer_s=answer_s))

    assert (fault.cause, len(fake_llm.asked)) == ("rate_limited", 1)


async def test_all_tries_together_have_the_time_of_one_answer(fake_llm: FakeLlm) -> None:
    fake_llm.fail("503", retry_after_s=0.2)
    fake_llm.fail("hang", times=None)
    before = asyncio.get_running_loop().time()

    fault = await fault_of(asker_at(fake_llm.url, answer_s=0.4))

    assert (fault.cause, len(fake_llm.asked)) == ("no_first_token", 2)
    assert asyncio.get_running_loop().time() - before < 0.4 + 2


# ---- a prompt that was cut -------------------------------------------------------------------------------------------

WORDS = sum(len(message["content"].split()) for message in MESSAGES)


async def test_an_answer_to_a_part_of_the_prompt_is_no_answer(
    fake_llm: FakeLlm, caplog: pytest.LogCaptureFixture
) -> None:
    fake_llm.window_tokens = WORDS - 1

    fault = await fault_of(asker_at(fake_llm.url))

    assert (fault.cause, fault.passing, len(fake_llm.asked)) == ("cut_prompt", False, 1)
    assert "RAPPORT_JUDGE_CONTEXT_TOKENS" in caplog.text
    assert "Maria" not in caplog.text


async def test_a_token_for_each_word_is_a_whole_prompt(fake_llm: FakeLlm) -> None:
    fake_llm.window_tokens = WORDS

    assert (await ask(asker_at(fake_llm.url))).prompt_tokens == WORDS


async def test_a_prompt_of_no_tokens_was_not_counted(fake_llm: FakeLlm) -> None:
    fake_llm.counts = False

    assert (await ask(asker_at(fake_llm.url))).prompt_tokens is None


# ---- the breaker -----------------------------------------------------------------------------------------------------


async def test_a_server_that_is_away_is_not_asked_for_each_question(
    fake_llm: FakeLlm, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    asker = asker_at(fake_llm.url, endpoint=Endpoint(clock))
    fake_llm.fail("500", times=None)
    causes = []
    for _ in range(FAULTS_IN_A_ROW + 3):
        with pytest.raises(AskFault) as raised:
            await asker(MESSAGES, "question", SCHEMA)
        causes.append((raised.value.cause, raised.value.passing))
    asked_while_away = len(fake_llm.asked)

    fake_llm.heal()
    clock.now_s += FIRST_PAUSE_S
    reply = await asker(MESSAGES, "question", SCHEMA)
    await asker.close()

    assert causes == [("server_error", True)] * FAULTS_IN_A_ROW + [("resting", True)] * 3
    assert asked_while_away == 3 * FAULTS_IN_A_ROW
    assert (reply.whole, len(fake_llm.asked)) == (True, asked_while_away + 1)
    assert len([record for record in caplog.records if record.name == "app.llm.asking"]) == FAULTS_IN_A_ROW


async def test_what_a_question_itself_comes_to_leads_to_no_rest(fake_llm: FakeLlm) -> None:
    asker = asker_at(fake_llm.url)
    fake_llm.fail("refusal", times=None)
    for _ in range(FAULTS_IN_A_ROW + 1):
        with pytest.raises(AskFault, match="refusal"):
            await asker(MESSAGES, "question", SCHEMA)
    await asker.close()

    assert len(fake_llm.asked) == FAULTS_IN_A_ROW + 1


async def test_a_probe_that_is_called_off_leaves_its_place(fake_llm: FakeLlm) -> None:
    clock = Clock()
    asker = asker_at(fake_llm.url, endpoint=Endpoint(clock))
    fake_llm.fail("429", times=1, retry_after_s=61)
    fake_llm.fail("hang")
    with pytest.raises(AskFault, match="rate_limited"):
        await asker(MESSAGES, "question", SCHEMA)
    clock.now_s += 61
    probe = asyncio.create_task(asker(MESSAGES, "question", SCHEMA))
    for _ in range(500):
        if len(fake_llm.asked) == 2:
            break
        await asyncio.sleep(0.01)
    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)

    reply = await asker(MESSAGES, "question", SCHEMA)
    await asker.close()

    assert (probe.cancelled(), reply.whole) == (True, True)


async def test_a_judge_that_fails_does_not_silence_the_patients_on_its_server(fake_llm: FakeLlm) -> None:
    patients = endpoint_at(fake_llm.url)
    settings = Settings(_env_file=None, llm_base_url=fake_llm.url, judge_model="judge")
    asker = Asker.from_settings(settings)
    fake_llm.fail("429", times=None, retry_after_s=300)
    with pytest.raises(AskFault, match="rate_limited"):
        await asker(MESSAGES, "question", SCHEMA)
    with pytest.raises(AskFault, match="resting"):
        await asker(MESSAGES, "question", SCHEMA)
    await asker.close()

    patients.leave(patients.admit())
