"""The breaker of an endpoint: when it opens, who gets through, what closes it; a class spares a server that is down."""

import asyncio
import logging
import random
import weakref
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import get_args

import pytest

from app.llm import Cause, End, ModelFault, Tokens, connect
from app.llm.breaker import FAULTS_IN_A_ROW, Endpoint, Guarded, endpoint_at
from app.llm.openai_compatible import OpenAICompatible
from app.settings import Settings
from tests.fake_llm import FakeLlm
from tests.fake_llm.server import FaultKind

MESSAGES = [{"role": "user", "content": "<said>Hello.</said>"}]
END = End(whole=True, tokens=Tokens())
COUNTED = {
    "refused_connection",
    "server_error",
    "rate_limited",
    "no_first_token",
    "dropped",
    "no_end",
    "bad_line",
    "reported",
}
NEVER_FIRST = {"stalled", "resting"}
"""A stall is after the first word; a rest is the breaker's own."""

Step = str | End | ModelFault | asyncio.Event


class ScriptedModel:
    """Follows one script a request; the last one is repeated."""

    name = "scripted"

    def __init__(self, *scripts: list[Step]) -> None:
        self.scripts = list(scripts)
        self.asked = 0
        self.closed = False

    async def stream(self, messages: Sequence[Mapping[str, str]]) -> AsyncGenerator[str | End]:
        script = self.scripts[min(self.asked, len(self.scripts) - 1)]
        self.asked += 1
        for step in script:
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, ModelFault):
                raise step
            else:
                yield step

    async def close(self) -> None:
        self.closed = True


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _the_longest_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are drawn between two bounds; the tests know the upper one."""
    monkeypatch.setattr(random, "uniform", lambda low, high: high)


def down(cause: Cause = "server_error", retry_after_s: float | None = None) -> list[Step]:
    return [ModelFault(cause, retry_after_s=retry_after_s)]


def up(*words: str) -> list[Step]:
    return [*(words or ("I see.",)), END]


async def ask(model: Guarded) -> str:
    """How one request ends: the words of a whole answer, or the cause of the fault."""
    said = []
    try:
        async for piece in model.stream(MESSAGES):
            said.append(piece if isinstance(piece, str) else "")
    except ModelFault as fault:
        return fault.cause
    return "".join(said)


async def ask_times(model: Guarded, times: int) -> list[str]:
    return [await ask(model) for _ in range(times)]


async def rest_of(model: Guarded) -> float | None:
    """How long a student is told to wait; fails if the endpoint does not rest."""
    with pytest.raises(ModelFault) as caught:
        await anext(model.stream(MESSAGES))
    assert caught.value.cause == "resting"
    return caught.value.retry_after_s


async def test_after_five_faults_in_a_row_nothing_is_asked(clock: Clock) -> None:
    model = ScriptedModel(down())
    guarded = Guarded(model, Endpoint(clock))

    ends = await ask_times(guarded, 8)

    assert ends == ["server_error"] * 5 + ["resting"] * 3
    assert (model.asked, FAULTS_IN_A_ROW) == (5, 5)


async def test_an_answer_between_clears_the_count(clock: Clock) -> None:
    model = ScriptedModel(*[down()] * 4, up(), *[down()] * 4, up())

    ends = await ask_times(Guarded(model, Endpoint(clock)), 10)

    assert ends == ["server_error"] * 4 + ["I see."] + ["server_error"] * 4 + ["I see."]


async def test_whoever_asks_during_the_rest_is_told_how_long_it_lasts(clock: Clock) -> None:
    guarded = Guarded(ScriptedModel(down()), Endpoint(clock))
    await ask_times(guarded, 5)

    told = [await rest_of(guarded)]
    clock.now_s += 2
    told.append(await rest_of(guarded))

    assert told == [5, 3]


async def test_after_the_pause_one_request_is_the_probe_and_its_first_word_lets_all_through(clock: Clock) -> None:
    first_word = asyncio.Event()
    rest_of_it = asyncio.Event()
    model = ScriptedModel(*[down()] * 5, [first_word, "I ", rest_of_it, "see.", END], up())
    guarded = Guarded(model, Endpoint(clock))
    await ask_times(guarded, 5)
    clock.now_s += 5

    probe = asyncio.create_task(ask(guarded))
    await asyncio.sleep(0)
    meanwhile = await ask_times(guarded, 3)
    asked_meanwhile = model.asked
    first_word.set()
    await asyncio.sleep(0.01)
    afterwards = await ask_times(guarded, 3)
    rest_of_it.set()

    assert (meanwhile, asked_meanwhile) == (["resting"] * 3, 6)
    assert afterwards == ["I see."] * 3
    assert await probe == "I see."


async def test_each_probe_that_fails_doubles_the_pause_up_to_a_minute(clock: Clock) -> None:
    model = ScriptedModel(down())
    guarded = Guarded(model, Endpoint(clock))
    await ask_times(guarded, 5)
    pauses_s = []

    for _ in range(6):
        pauses_s.append(await rest_of(guarded) or 0)
        clock.now_s += pauses_s[-1]
        assert await ask(guarded) == "server_error"

    assert pauses_s == [5, 10, 20, 40, 60, 60]
    assert model.asked == 5 + 6


async def test_a_pause_after_it_closed_is_short_again(clock: Clock) -> None:
    guarded = Guarded(ScriptedModel(*[down()] * 6, up(), down()), Endpoint(clock))
    await ask_times(guarded, 5)
    clock.now_s += 5
    await ask(guarded)
    clock.now_s += 10
    await ask(guarded)
    ends = await ask_times(guarded, 5)

    assert ends == ["server_error"] * 5
    assert await rest_of(guarded) == 5


async def test_two_processes_do_not_pause_alike(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: low)
    guarded = Guarded(ScriptedModel(down()), Endpoint(clock))

    await ask_times(guarded, 5)

    assert await rest_of(guarded) == 4


@pytest.mark.parametrize("gone", ["cancelled", "closed"])
async def test_a_probe_nobody_waits_for_leaves_its_place_to_the_next(clock: Clock, gone: str) -> None:
    never = asyncio.Event()
    model = ScriptedModel(*[down()] * 5, [never], up())
    guarded = Guarded(model, Endpoint(clock))
    await ask_times(guarded, 5)
    clock.now_s += 5

    probe = asyncio.create_task(ask(guarded))
    await asyncio.sleep(0)
    if gone == "cancelled":
        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe
    else:
        never.set()  # ends without a word and without a fault: what a broken client would do
        await probe

    assert await ask(guarded) == "I see."


@pytest.mark.parametrize("cause", sorted(set(get_args(Cause)) - NEVER_FIRST))
async def test_only_what_may_pass_by_itself_counts(clock: Clock, cause: Cause) -> None:
    model = ScriptedModel(down(cause))

    ends = await ask_times(Guarded(model, Endpoint(clock)), 6)

    assert ends == [cause] * 5 + ["resting" if cause in COUNTED else cause]


@pytest.mark.parametrize("cause", ["bad_key", "not_a_stream", "filtered", "empty"])
async def test_a_probe_that_gets_any_answer_ends_the_rest(clock: Clock, cause: Cause) -> None:
    guarded = Guarded(ScriptedModel(*[down()] * 5, down(cause), up()), Endpoint(clock))
    await ask_times(guarded, 5)
    clock.now_s += 5

    assert await ask_times(guarded, 2) == [cause, "I see."]


async def test_answers_that_break_off_do_not_count(clock: Clock) -> None:
    broken: list[Step] = ["I s", ModelFault("dropped", started=True)]
    model = ScriptedModel(broken)

    assert await ask_times(Guarded(model, Endpoint(clock)), 8) == ["dropped"] * 8


async def test_many_answers_that_break_off_together_do_not_count(clock: Clock) -> None:
    fail = asyncio.Event()
    guarded = Guarded(ScriptedModel(*[["I s", fail, *down("dropped")]] * 8, up()), Endpoint(clock))
    speaking = [asyncio.create_task(ask(guarded)) for _ in range(8)]
    await asyncio.sleep(0)

    fail.set()

    assert await asyncio.gather(*speaking) == ["dropped"] * 8
    assert await ask(guarded) == "I see."


async def test_what_set_out_before_the_rest_neither_lengthens_nor_ends_it(clock: Clock) -> None:
    fails, answers = asyncio.Event(), asyncio.Event()
    model = ScriptedModel([fails, *down()], [answers, *up()], *[down()] * 5, up())
    guarded = Guarded(model, Endpoint(clock))
    slow = [asyncio.create_task(ask(guarded)) for _ in range(2)]
    await asyncio.sleep(0)
    await ask_times(guarded, 5)

    answers.set()
    assert await slow[1] == "I see."
    after_an_answer = await rest_of(guarded)
    fails.set()
    assert await slow[0] == "server_error"
    after_a_fault = await rest_of(guarded)

    assert (after_an_answer, after_a_fault) == (5, 5)


async def test_faults_from_before_the_rest_do_not_count_after_it(clock: Clock) -> None:
    fail = asyncio.Event()
    model = ScriptedModel(*[[fail, *down()]] * 5, *[down()] * 5, up())
    guarded = Guarded(model, Endpoint(clock))
    slow = [asyncio.create_task(ask(guarded)) for _ in range(5)]
    await asyncio.sleep(0)
    await ask_times(guarded, 5)
    clock.now_s += 5
    await ask(guarded)

    fail.set()
    await asyncio.gather(*slow)

    assert await ask(guarded) == "I see."


async def test_a_server_that_says_when_to_come_back_is_left_alone_till_then(clock: Clock) -> None:
    model = ScriptedModel(down("rate_limited", retry_after_s=20), up())
    guarded = Guarded(model, Endpoint(clock))

    assert await ask_times(guarded, 2) == ["rate_limited", "resting"]
    clock.now_s += 19
    assert await rest_of(guarded) == 1
    clock.now_s += 1
    assert (await ask(guarded), model.asked) == ("I see.", 2)


async def test_no_server_is_left_alone_for_more_than_a_minute_at_once(clock: Clock) -> None:
    guarded = Guarded(ScriptedModel(down("rate_limited", retry_after_s=86_400)), Endpoint(clock))
    await ask(guarded)

    assert await rest_of(guarded) == 60


async def test_a_probe_asked_to_come_back_soon_waits_as_long_as_any_other(clock: Clock) -> None:
    guarded = Guarded(ScriptedModel(down("rate_limited", retry_after_s=0.5)), Endpoint(clock))
    await ask(guarded)
    clock.now_s += 0.5
    await ask(guarded)

    assert await rest_of(guarded) == 5


async def test_the_log_says_once_that_it_rests_and_once_that_it_answers_again(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    guarded = Guarded(ScriptedModel(*[down()] * 6, up()), Endpoint(clock))
    await ask_times(guarded, 8)
    clock.now_s += 5
    await ask(guarded)
    clock.now_s += 10
    await ask_times(guarded, 3)

    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.ERROR, "language model scripted: server_error, fault 5 in a row: its endpoint rests"),
        (logging.WARNING, "language model scripted: its endpoint answers again"),
    ]


async def test_models_on_one_endpoint_rest_together_and_others_go_on(clock: Clock) -> None:
    endpoint = Endpoint(clock)
    patient, judge = Guarded(ScriptedModel(down()), endpoint), Guarded(ScriptedModel(up()), endpoint)
    elsewhere = Guarded(ScriptedModel(up()), Endpoint(clock))
    await ask_times(patient, 5)

    assert await ask(judge) == "resting"
    assert await ask(elsewhere) == "I see."


def test_an_address_has_one_endpoint_while_anybody_uses_it() -> None:
    address = "http://127.0.0.1:1/v1"
    first = endpoint_at(address)

    assert endpoint_at(f"{address}/") is first
    assert endpoint_at("http://127.0.0.1:2/v1") is not first
    gone = weakref.ref(first)
    del first
    assert gone() is None


async def test_the_configured_model_stands_behind_the_breaker_of_its_address() -> None:
    address = "http://127.0.0.1:1/v1"
    patient = connect(Settings(_env_file=None, llm_model="m", llm_base_url=address))

    assert isinstance(patient, Guarded)
    assert (patient.name, patient._endpoint) == ("m", endpoint_at(address))
    await patient.close()


async def test_closing_gives_back_the_models_connections(clock: Clock) -> None:
    model = ScriptedModel(up())

    await Guarded(model, Endpoint(clock)).close()

    assert model.closed


def model_at(url: str, first_token_s: float) -> OpenAICompatible:
    return OpenAICompatible(
        "fake", base_url=url, api_key="none", first_token_s=first_token_s, idle_s=5, options={}, back_off_s=0.001
    )


@pytest.mark.parametrize(
    ("kind", "cause", "tries", "first_token_s"), [("hang", "no_first_token", 1, 0.2), ("500", "server_error", 3, 5)]
)
async def test_a_class_spares_a_server_that_is_down_and_is_served_again_when_it_is_back(
    fake_llm: FakeLlm, clock: Clock, kind: FaultKind, cause: Cause, tries: int, first_token_s: float
) -> None:
    """Over real HTTP. The model itself tries some faults again before its first word: that is one request here."""
    endpoint = Endpoint(clock)
    impatient, patient = (Guarded(model_at(fake_llm.url, wait_s), endpoint) for wait_s in (first_token_s, 5))
    fake_llm.fail(kind, times=None)

    down_ends = await ask_times(impatient, 20)
    down_asked = len(fake_llm.asked)
    clock.now_s += 5
    probe_ends = await asyncio.gather(*(ask(impatient) for _ in range(20)))
    all_asked = len(fake_llm.asked)
    fake_llm.heal()
    fake_llm.answers = lambda body: "I see."
    clock.now_s += 10
    healed = [await ask(patient), *await asyncio.gather(*(ask(patient) for _ in range(19)))]
    await impatient.close()
    await patient.close()

    assert down_ends == [cause] * 5 + ["resting"] * 15
    assert sorted(probe_ends) == sorted([cause] + ["resting"] * 19)
    assert down_asked <= FAULTS_IN_A_ROW * tries
    assert all_asked - down_asked <= tries
    assert healed == ["I see."] * 20
