"""Streams from a real HTTP server that speaks the OpenAI protocol: what comes through, and what counts as a fault."""

import asyncio
import logging
import socket

import pytest

from app.llm import End, LanguageModel, ModelFault, Tokens, connect
from app.llm.openai_compatible import OpenAICompatible
from app.settings import Settings, read_settings
from tests.fake_llm import FakeLlm
from tests.fake_llm.server import FaultKind

MESSAGES = [{"role": "system", "content": "You are Maria."}, {"role": "user", "content": "<said>Hello.</said>"}]
FIRST_S, IDLE_S = 0.6, 0.2
PATIENT_S = 10
"""Where nothing is to be late: a slow machine is no fault."""
LATE = ("hang", "stall", "pings")


def model_at(url: str, *, late: bool = False, gather_s: float = 0.0) -> OpenAICompatible:
    return OpenAICompatible(
        "fake",
        base_url=url,
        api_key="none",
        first_token_s=FIRST_S if late else PATIENT_S,
        idle_s=IDLE_S if late else PATIENT_S,
        options={"max_tokens": 300},
        back_off_s=0.01,
        gather_s=gather_s,
    )


async def answer_of(model: LanguageModel) -> tuple[str, End]:
    """The whole answer and its end; closes the model."""
    said = []
    try:
        async for piece in model.stream(MESSAGES):
            said.append(piece)
    finally:
        await model.close()
    assert isinstance(said[-1], End)
    return "".join(piece for piece in said if isinstance(piece, str)), said[-1]


async def fault_of(url: str, *, late: bool = False) -> tuple[str, ModelFault]:
    """What came before the fault, and the fault; fails if there is none. `late`: with short deadlines."""
    model = model_at(url, late=late)
    said = []
    try:
        async for piece in model.stream(MESSAGES):
            said.append(piece)
    except ModelFault as fault:
        return "".join(piece for piece in said if isinstance(piece, str)), fault
    finally:
        await model.close()
    pytest.fail("no fault")


async def test_the_answer_comes_in_pieces_and_ends_with_the_servers_count(fake_llm: FakeLlm) -> None:
    fake_llm.script("*She nods.* I don’t know, doctor.")

    text, end = await answer_of(model_at(fake_llm.url))

    assert text == "*She nods.* I don’t know, doctor."
    assert end == End(whole=True, tokens=Tokens(prompt=fake_llm.asked[0].prompt_tokens, cached=0, completion=7))


async def test_words_that_come_within_one_beat_pass_together(fake_llm: FakeLlm) -> None:
    fake_llm.tokens_per_s = 100
    fake_llm.script(" ".join(f"word{number}" for number in range(40)))
    model = model_at(fake_llm.url, gather_s=0.3)

    pieces = [piece async for piece in model.stream(MESSAGES) if isinstance(piece, str)]
    await model.close()

    assert "".join(pieces) == " ".join(f"word{number}" for number in range(40))
    assert len(pieces) < 10


async def test_the_request_holds_the_model_the_limit_and_asks_for_the_count(fake_llm: FakeLlm) -> None:
    await answer_of(model_at(fake_llm.url))

    assert fake_llm.asked[0].body == {
        "model": "fake",
        "messages": MESSAGES,
        "max_tokens": 300,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


@pytest.mark.parametrize(
    ("kind", "cause", "requests"),
    [
        ("401", "bad_key", 1),
        ("404", "no_such_model", 1),
        ("bad_request", "bad_request", 1),
        ("overflow", "context_overflow", 1),
        ("429", "rate_limited", 3),
        ("500", "server_error", 3),
        ("503", "server_error", 3),
        ("html", "not_a_stream", 1),
        ("json", "not_a_stream", 1),
        ("hang", "no_first_token", 1),
        ("stall", "no_first_token", 1),
        ("pings", "no_first_token", 1),
        ("drop", "dropped", 3),
        ("reset", "dropped", 3),
        ("no_end", "no_end", 3),
        ("bad_line", "bad_line", 3),
        ("error_event", "reported", 3),
        ("empty", "empty", 3),
        ("reasoning_only", "reasoning_only", 1),
        ("refusal", "refusal", 1),
    ],
)
async def test_a_fault_before_the_first_word_that_stays(
    fake_llm: FakeLlm, kind: FaultKind, cause: str, requests: int
) -> None:
    fake_llm.fail(kind, times=None)

    text, fault = await fault_of(fake_llm.url, late=kind in LATE)

    assert (text, fault.cause, fault.started, len(fake_llm.asked)) == ("", cause, False, requests)


@pytest.mark.parametrize("kind", ["429", "500", "503", "drop", "reset", "no_end", "bad_line", "error_event", "empty"])
async def test_a_fault_before_the_first_word_that_passes_is_not_noticed(fake_llm: FakeLlm, kind: FaultKind) -> None:
    fake_llm.fail(kind)
    fake_llm.script("I was told to come.", "I was told to come.")

    text, _ = await answer_of(model_at(fake_llm.url))

    assert (text, len(fake_llm.asked)) == ("I was told to come.", 2)


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("drop", "dropped"),
        ("reset", "dropped"),
        ("stall", "stalled"),
        ("pings", "stalled"),
        ("no_end", "no_end"),
        ("bad_line", "bad_line"),
        ("error_event", "reported"),
        ("filter", "filtered"),
    ],
)
async def test_a_fault_within_the_answer_is_never_tried_again(fake_llm: FakeLlm, kind: FaultKind, cause: str) -> None:
    fake_llm.tokens_per_s = 200  # so that words and fault come one after the other
    fake_llm.fail(kind, after_tokens=3)
    fake_llm.script("I was told to come in today.")

    text, fault = await fault_of(fake_llm.url, late=kind in LATE)

    assert text
    assert "I was told to come in today.".startswith(text)
    assert (fault.cause, fault.started, len(fake_llm.asked)) == (cause, True, 1)


async def test_an_answer_at_its_limit_is_not_whole(fake_llm: FakeLlm) -> None:
    fake_llm.fail("length")
    fake_llm.script("I was told to come. And then my")

    text, end = await answer_of(model_at(fake_llm.url))

    assert (text, end.whole) == ("I was told to come. And then my", False)


async def test_letters_that_arrive_in_halves_are_put_together(fake_llm: FakeLlm) -> None:
    fake_llm.fail("split_utf8")
    fake_llm.script("Señora… “no” – 癌")

    text, _ = await answer_of(model_at(fake_llm.url))

    assert text == "Señora… “no” – 癌"


async def test_nobody_listens_there() -> None:
    with socket.socket() as taken:  # bound but not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        text, fault = await fault_of(f"http://127.0.0.1:{taken.getsockname()[1]}/v1")

    assert (text, fault.cause) == ("", "refused_connection")


async def test_a_wait_the_server_asks_for_is_kept_if_it_fits(fake_llm: FakeLlm) -> None:
    fake_llm.fail("429", retry_after_s=0.1)
    before = asyncio.get_running_loop().time()

    await answer_of(model_at(fake_llm.url))

    assert asyncio.get_running_loop().time() - before >= 0.1


async def test_a_wait_beyond_the_deadline_ends_at_once(fake_llm: FakeLlm) -> None:
    fake_llm.fail("429", times=None, retry_after_s=60)

    _, fault = await fault_of(fake_llm.url)

    assert (fault.cause, fault.retry_after_s, len(fake_llm.asked)) == ("rate_limited", 60, 1)


async def test_a_stalled_answer_is_over_soon_after_the_idle_time(fake_llm: FakeLlm) -> None:
    fake_llm.fail("stall", after_tokens=2)
    before = asyncio.get_running_loop().time()

    await fault_of(fake_llm.url, late=True)

    assert asyncio.get_running_loop().time() - before < PATIENT_S


async def test_who_stops_listening_gives_the_connection_back(fake_llm: FakeLlm) -> None:
    fake_llm.tokens_per_s = 100
    fake_llm.script("I keep going over it in my head. " * 20)
    model = model_at(fake_llm.url)
    pieces = model.stream(MESSAGES)

    await anext(pieces)
    await pieces.aclose()
    for _ in range(100):
        if fake_llm.open_streams == 0:
            break
        await asyncio.sleep(0.01)
    await model.close()

    assert fake_llm.open_streams == 0


async def test_a_wrong_key_tells_the_operator_what_to_set_and_no_word_of_the_talk(
    fake_llm: FakeLlm, caplog: pytest.LogCaptureFixture
) -> None:
    fake_llm.fail("401")

    await fault_of(fake_llm.url)

    assert "RAPPORT_LLM_API_KEY" in caplog.text
    assert "Hello" not in caplog.text
    assert "Maria" not in caplog.text


async def test_a_prompt_the_server_cut_in_silence_is_warned_of(
    fake_llm: FakeLlm, caplog: pytest.LogCaptureFixture
) -> None:
    fake_llm.counts = False  # reports 0 tokens, as a server that dropped the prompt's start would report too few
    with caplog.at_level(logging.WARNING):
        await answer_of(model_at(fake_llm.url))

    assert "RAPPORT_LLM_CONTEXT_TOKENS" in caplog.text


def test_the_key_falls_back_to_openais_and_then_to_a_placeholder(monkeypatch: pytest.MonkeyPatch) -> None:
    def key() -> str:
        settings = read_settings(_env_file=None, llm_model="m", llm_base_url="http://127.0.0.1:1/v1")
        return OpenAICompatible.from_settings(settings)._client.api_key

    for name in ("OPENAI_API_KEY", "RAPPORT_LLM_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert key() == "none"
    monkeypatch.setenv("OPENAI_API_KEY", "from-openai")
    assert key() == "from-openai"
    monkeypatch.setenv("RAPPORT_LLM_API_KEY", "own")
    assert key() == "own"


def test_without_a_model_nothing_is_connected() -> None:
    with pytest.raises(ValueError, match="RAPPORT_LLM_MODEL"):
        connect(Settings(_env_file=None))
