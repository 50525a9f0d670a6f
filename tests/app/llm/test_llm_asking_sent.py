"""What is sent to a judge's server, to the letter, and what is made of answers no real server need give."""

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import httpcore2
import httpx
import pytest
import respx

from app.llm import connect_judge
from app.llm.asking import Asker
from app.settings import Settings, read_settings
from scoring.judge.asking import AskFault, Reply

ROOT = Path(__file__).parents[3]
OURS = "http://judge.test/v1"
PATH = "/chat/completions"
MESSAGES = [
    {"role": "system", "content": "You read a talk and answer questions about it."},
    {"role": "user", "content": "Turn 1, student: Good morning, Maria. What brings you here today?"},
]
SCHEMA = {"type": "object", "properties": {"asked": {"type": "boolean"}}, "required": ["asked"]}
ANSWER = '{"asked": true}'
USAGE = {"prompt_tokens": 40, "completion_tokens": 3, "total_tokens": 43}


def completion(choice: Any = None, **changed: Any) -> dict[str, Any]:
    """The body of an answer as the protocol has it, but for what is changed; None: left out."""
    usual = {"index": 0, "message": {"role": "assistant", "content": ANSWER}, "finish_reason": "stop"}
    body = {"id": "one", "object": "chat.completion", "choices": [choice or usual], "usage": USAGE, **changed}
    return {name: value for name, value in body.items() if value is not None}


def said(finish_reason: str | None = "stop", **message: Any) -> dict[str, Any]:
    return {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish_reason}


@pytest.fixture
def served(httpx2_mock: respx.Router, monkeypatch: pytest.MonkeyPatch) -> respx.Router:
    """Nothing leaves this machine, and no key or address of it is used."""
    for name in os.environ:
        if name.startswith(("OPENAI_", "RAPPORT_")):
            monkeypatch.delenv(name)
    return httpx2_mock


async def ask(**settings: Any) -> Reply:
    """The reply of the judge these settings name."""
    asker = connect_judge(read_settings(_env_file=None, **{"judge_model": "j", "judge_base_url": OURS, **settings}))
    assert asker is not None
    try:
        return await asker(MESSAGES, "question", SCHEMA)
    finally:
        await asker.close()


async def ask_quickly() -> Reply:
    """The reply of a judge that waits for nothing between its tries."""
    asker = Asker("j", base_url=OURS, api_key="none", answer_s=10, answer_format="text", options={}, back_off_s=0)
    try:
        return await asker(MESSAGES, "question", SCHEMA)
    finally:
        await asker.close()


async def sent(served: respx.Router, url: str = OURS, **settings: Any) -> tuple[dict[str, Any], str]:
    """The body of the one request there was, and its key."""
    route = served.post(url + PATH).respond(json=completion())
    await ask(**settings)
    (call,) = route.calls
    return json.loads(call.request.content), call.request.headers["authorization"]


async def test_the_request_asks_for_the_schema_and_holds_nothing_else(served: respx.Router) -> None:
    body, _ = await sent(served)

    assert body == {
        "model": "j",
        "messages": MESSAGES,
        "max_tokens": 4000,
        "temperature": 0,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "question", "strict": True, "schema": SCHEMA},
        },
    }


@pytest.mark.parametrize(
    ("judge_format", "response_format"), [("json_object", {"type": "json_object"}), ("text", None)]
)
async def test_a_server_that_takes_no_schema_gets_none(
    served: respx.Router, judge_format: str, response_format: dict[str, str] | None
) -> None:
    body, _ = await sent(served, judge_format=judge_format)

    assert body.get("response_format") == response_format
    assert ("response_format" in body) == (response_format is not None)


async def test_a_temperature_that_is_empty_is_not_sent_and_the_limit_has_the_name_that_is_set(
    served: respx.Router,
) -> None:
    body, _ = await sent(
        served,
        judge_temperature="",
        judge_max_tokens=900,
        judge_max_tokens_field="max_completion_tokens",
        judge_format="text",
    )

    assert body == {"model": "j", "messages": MESSAGES, "max_completion_tokens": 900}


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"judge_base_url": OURS, "llm_base_url": "http://patient.test/v1"}, OURS),
        ({"judge_base_url": None, "llm_base_url": "http://patient.test/v1"}, "http://patient.test/v1"),
        ({"judge_base_url": None}, "https://api.openai.com/v1"),
    ],
)
async def test_it_is_sent_to_its_own_server_then_to_the_patients_then_to_openai(
    served: respx.Router, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], url: str
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere.test/v1")

    body, _ = await sent(served, url, **settings)

    assert body["model"] == "j"


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"judge_api_key": "its-own", "llm_api_key": "patients"}, "its-own"),
        ({"llm_api_key": "patients"}, "patients"),
        ({"judge_api_key": ""}, "openais"),
    ],
)
async def test_its_key_is_its_own_then_the_patients_then_openais(
    served: respx.Router, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], key: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "openais")

    _, authorization = await sent(served, **settings)

    assert authorization == f"Bearer {key}"


async def test_without_any_key_a_placeholder_is_sent(served: respx.Router) -> None:
    assert (await sent(served))[1] == "Bearer none"


def test_without_a_judges_model_there_is_no_judge_and_the_sdk_is_not_loaded() -> None:
    code = (
        "import sys; from app.llm import connect_judge; from app.settings import Settings; "
        "print(connect_judge(Settings(_env_file=None, llm_model='patient')), 'openai' in sys.modules)"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert printed.stdout == "None False\n"


async def test_a_judge_has_the_name_of_its_model() -> None:
    asker = Asker.from_settings(Settings(_env_file=None, judge_model="llama-3.3-70b", judge_base_url=OURS))
    await asker.close()

    assert asker.model == "llama-3.3-70b"


# ---- what comes back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        (USAGE, (40, None, 3)),
        ({**USAGE, "prompt_tokens_details": {"cached_tokens": 32}}, (40, 32, 3)),
        ({**USAGE, "prompt_tokens_details": None}, (40, None, 3)),
        ({"prompt_tokens": "many"}, (None, None, None)),
        ({}, (None, None, None)),
        (None, (None, None, None)),
    ],
)
async def test_what_the_server_did_not_count_is_unknown(
    served: respx.Router, usage: dict[str, Any] | None, counted: tuple[int | None, ...]
) -> None:
    served.post(OURS + PATH).respond(json=completion(usage=usage))

    assert await ask() == Reply(ANSWER, True, *counted)


@pytest.mark.parametrize(
    ("body", "cause", "passing"),
    [
        ({"choices": None}, "bad_line", True),
        ({}, "bad_line", True),
        ({"choices": []}, "empty", False),
        ({"choices": [None]}, "bad_line", True),
        ([], "not_a_stream", True),
        ({"detail": "not found"}, "bad_line", True),
        ({"error": "the model crashed"}, "reported", True),
        (completion(said(content=[{"type": "text", "text": "{}"}])), "bad_line", True),
        (completion(said(content=None)), "empty", False),
        (completion(said(content=" \n")), "empty", False),
        (completion(said("tool_calls", content=None, tool_calls=[])), "empty", False),
        (completion(said("length", content="")), "empty", False),
        (completion(said("length", content=None, reasoning="Let me see")), "reasoning_only", False),
        (completion(said("stop", content="{}", refusal="I can't help with that.")), "refusal", False),
        (completion(said("content_filter", content='{"asked"')), "filtered", False),
        (completion(said(None, content="{}")), "no_end", True),
        (completion(usage="much"), "bad_line", True),
    ],
)
async def test_a_200_that_holds_no_answer(served: respx.Router, body: Any, cause: str, passing: bool) -> None:
    route = served.post(OURS + PATH).respond(json=body)

    with pytest.raises(AskFault) as raised:
        await ask_quickly()

    assert (raised.value.cause, raised.value.passing, route.call_count <= 3) == (cause, passing, True)


@pytest.mark.parametrize(
    ("status", "cause", "passing"),
    [
        (400, "bad_request", True),
        (401, "bad_key", True),
        (403, "bad_key", True),
        (404, "no_such_model", True),
        (408, "server_error", True),
        (413, "bad_request", True),
        (422, "bad_request", True),
        (429, "rate_limited", True),
        (502, "server_error", True),
        (504, "server_error", True),
    ],
)
async def test_a_status_that_is_none(served: respx.Router, status: int, cause: str, passing: bool) -> None:
    served.post(OURS + PATH).respond(status, html="<html>No</html>")

    with pytest.raises(AskFault) as raised:
        await ask_quickly()

    assert (raised.value.cause, raised.value.passing) == (cause, passing)


async def test_json_that_is_called_otherwise_or_comes_after_blank_lines_is_an_answer(served: respx.Router) -> None:
    text = "\n\n" + json.dumps(completion())
    served.post(OURS + PATH).respond(text=text, content_type="text/plain")

    assert (await ask()).text == ANSWER


@pytest.mark.parametrize("error", [httpcore2.ConnectTimeout, httpcore2.ReadTimeout])
async def test_a_time_out_of_the_line_is_not_tried_again(served: respx.Router, error: type[Exception]) -> None:
    route = served.post(OURS + PATH).mock(side_effect=error)

    with pytest.raises(AskFault) as raised:
        await ask_quickly()

    assert (raised.value.cause, raised.value.passing, route.call_count) == ("no_first_token", True, 1)


async def test_the_trace_of_a_fault_holds_no_word_of_the_server_which_may_repeat_the_talk(served: respx.Router) -> None:
    echo = {"error": {"message": f"cannot read: {MESSAGES[1]['content']}"}}
    served.post(OURS + PATH).mock(return_value=httpx.Response(400, json=echo))

    with pytest.raises(AskFault) as raised:
        await ask_quickly()

    trace = "".join(traceback.format_exception(raised.value))
    assert ("AskFault: bad_request" in trace, "Maria" in trace) == (True, False)
