"""The server: scripted answers at a set speed, every request kept, and every fault an LLM server is known for."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from tests.fake_llm.cache import CacheRule, PrefixCache, rendered

Body = dict[str, Any]

FaultKind = Literal[
    "401", "404", "429", "500", "503", "bad_request", "overflow", "hang", "html", "json",
    "drop", "reset", "stall", "no_end", "bad_line", "error_event",
    "split_utf8", "empty", "refusal", "filter", "over_long", "length", "reasoning_only", "reasoning_first", "pings",
]  # fmt: skip
"""The first line happens instead of a stream; the second within it, after `after_tokens`; the third is its content.

A refusal, a filter and a limit end the answer after `after_tokens` too; a limit of 0 tokens leaves it whole.
An answer that is not streamed goes wrong in the same ways, as far as it can: one that stalls never comes.
"""


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, `times` times (None: always)."""

    kind: FaultKind
    times: int | None = 1
    after_tokens: int = 0
    retry_after_s: float | None = None


@dataclass
class Asked:
    """One request: its body, the tokens of its prompt, and how many of them each kind of cache had."""

    body: Body
    prompt_tokens: int
    cached: dict[CacheRule, int]
    answered: str = ""

    @property
    def text(self) -> str:
        """All that was sent to the model, as one text to search."""
        return "\n".join(message["content"] for message in self.body["messages"])


STATUS_FAULTS = {
    "401": (401, "invalid_api_key", "Incorrect API key provided."),
    "404": (404, "model_not_found", "The model does not exist."),
    "429": (429, "rate_limit_exceeded", "Rate limit reached."),
    "500": (500, None, "Internal error."),
    "503": (503, None, "Loading model"),
    "bad_request": (400, None, "Unsupported parameter: 'temperature'."),
    "overflow": (400, "context_length_exceeded", "This model's maximum context length is 4096 tokens."),
}

ENDINGS = {"filter": "content_filter", "length": "length", "over_long": "length", "reasoning_only": "length"}
THOUGHT = "The patient would feel afraid, so"
DECLINED = "I'm sorry, but I can't help with that."


@dataclass
class FakeLlm:
    """A server on this machine. `answers` is asked when nothing is scripted; None as speed: as fast as it goes."""

    tokens_per_s: float | None = None
    answers: Callable[[Body], str] = lambda body: "*She looks at her hands.* I don't know what to say."
    cache_rule: CacheRule = "token"
    counts: bool = True
    window_tokens: int | None = None
    """Reads only so many tokens of a prompt and says nothing of it, as Ollama does; None: all."""
    refuses_over_tokens: int | None = None
    """Refuses a longer prompt each time it comes, as OpenAI and vLLM do, if it counts; None: none."""
    keeps: int | None = None
    """How many requests to remember; None: all."""
    asked: list[Asked] = field(default_factory=list)
    open_streams: int = 0
    _scripted: deque[str] = field(default_factory=deque)
    _faults: list[Fault] = field(default_factory=list)
    _cache: PrefixCache = field(default_factory=PrefixCache)
    _runner: web.AppRunner | None = None
    url: str = ""

    async def start(self, port: int = 0) -> None:
        """Listen on this machine; port 0 takes a free one. `url` is then what RAPPORT_LLM_BASE_URL wants."""
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._models)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def stop(self) -> None:
        """Stop listening: from now on connections are refused."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def script(self, *texts: str) -> None:
        """Say these next, one for each request."""
        self._scripted.extend(texts)

    def fail(
        self, kind: FaultKind, *, times: int | None = 1, after_tokens: int = 0, retry_after_s: float | None = None
    ) -> None:
        """Let this go wrong from the next request on."""
        self._faults.append(Fault(kind, times, after_tokens, retry_after_s))

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        self._faults.clear()

    async def _models(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "fake", "object": "model", "owned_by": "tests"}]})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = self._note(await request.json())
        fault = Fault("overflow") if self._is_too_long(asked) else self._next_fault()
        if fault is not None and (answer := await self._instead(fault)) is not None:
            return answer
        asked.answered = self._text(asked.body, fault)
        if self.counts and fault is None:
            self._cache.keep(asked.body["messages"], asked.answered)
        if not asked.body.get("stream"):
            return await _send_whole(request, self._whole(asked, fault), fault)
        self.open_streams += 1
        try:
            return await self._stream(request, asked, fault)
        finally:
            self.open_streams -= 1

    def _note(self, body: Body) -> Asked:
        messages = body["messages"]
        asked = Asked(body, 0, {"token": 0, "block16": 0, "step128": 0, "message": 0})
        if self.counts:
            asked.prompt_tokens = sum(len(rendered(message)) for message in messages)
            asked.cached = self._cache.count(messages)
        self.asked.append(asked)
        if self.keeps is not None:
            del self.asked[: -self.keeps]
        return asked

    def _is_too_long(self, asked: Asked) -> bool:
        return self.refuses_over_tokens is not None and asked.prompt_tokens > self.refuses_over_tokens

    def _next_fault(self) -> Fault | None:
        if not self._faults:
            return None
        fault = self._faults[0]
        if fault.times is not None:
            self._faults[0] = Fault(fault.kind, fault.times - 1, fault.after_tokens, fault.retry_after_s)
            if fault.times <= 1:
                self._faults.pop(0)
        return fault

    async def _instead(self, fault: Fault) -> web.StreamResponse | None:
        """What comes in place of a stream, if this fault is of that kind."""
        if fault.kind in STATUS_FAULTS:
            status, code, message = STATUS_FAULTS[fault.kind]
            headers = {} if fault.retry_after_s is None else {"Retry-After": f"{fault.retry_after_s:g}"}
            return web.json_response({"error": {"message": message, "code": code}}, status=status, headers=headers)
        if fault.kind == "html":
            return web.Response(text="<html><body>Sign in to the guest network</body></html>", content_type="text/html")
        if fault.kind == "json":
            return web.json_response({"choices": []})
        if fault.kind == "hang":
            await asyncio.Event().wait()
        return None

    def _text(self, body: Body, fault: Fault | None) -> str:
        kind = fault.kind if fault else None
        if kind in ("empty", "reasoning_only"):
            return ""
        if kind == "over_long":
            return "I keep going over it in my head at night. " * 200
        text = self._scripted.popleft() if self._scripted else self.answers(body)
        if fault is not None and (kind in ("refusal", "filter") or (kind == "length" and fault.after_tokens)):
            return "".join(pieces(text)[: fault.after_tokens])
        return text

    def _whole(self, asked: Asked, fault: Fault | None) -> Body:
        kind = fault.kind if fault else None
        if kind == "error_event":
            return {"error": {"message": "out of memory", "code": 500}}
        message: Body = {"role": "assistant", "content": asked.answered}
        if kind == "refusal":
            message |= {"content": asked.answered or None, "refusal": DECLINED}
        if kind in ("reasoning_first", "reasoning_only"):
            message["reasoning_content"] = THOUGHT
        finish_reason = None if kind == "no_end" else ENDINGS.get(kind or "", "stop")
        return {
            "id": "fake",
            "object": "chat.completion",
            "model": asked.body.get("model", "fake"),
            "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
            "usage": self._usage(asked),
        }

    def _usage(self, asked: Asked) -> Body:
        answered = len(pieces(asked.answered))
        read = asked.prompt_tokens if self.window_tokens is None else min(asked.prompt_tokens, self.window_tokens)
        return {
            "prompt_tokens": read,
            "completion_tokens": answered,
            "total_tokens": read + answered,
            "prompt_tokens_details": {"cached_tokens": asked.cached[self.cache_rule]},
        }

    async def _stream(self, request: web.Request, asked: Asked, fault: Fault | None) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        with suppress(ConnectionResetError):  # the client has left
            await self._tell(request, response, asked, fault)
        return response

    async def _tell(
        self, request: web.Request, response: web.StreamResponse, asked: Asked, fault: Fault | None
    ) -> None:
        kind = fault.kind if fault else None
        await response.write(event({"role": "assistant", "content": ""}))
        if kind in ("reasoning_first", "reasoning_only"):
            await response.write(event({"reasoning_content": THOUGHT}))
        for number, piece in enumerate(pieces(asked.answered)):
            if fault is not None and number == fault.after_tokens and await _breaks(request, response, kind):
                return
            if self.tokens_per_s:
                await asyncio.sleep(1 / self.tokens_per_s)
            await _write(response, event({"content": piece}), halved=kind == "split_utf8")
        await _finish(response, kind)
        if (asked.body.get("stream_options") or {}).get("include_usage"):
            await response.write(
                b"data: " + json.dumps({"choices": [], "usage": self._usage(asked)}).encode() + b"\n\n"
            )
        await response.write(b"data: [DONE]\n\n")


def pieces(text: str) -> list[str]:
    """The answer as a model streams it: a word, or a bit of one, at a time."""
    return re.findall(r"\s*\S{1,6}|\s+$", text)


def event(delta: Body, finish_reason: str | None = None) -> bytes:
    """One chunk, as the protocol has it."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    chunk = {"id": "fake", "object": "chat.completion.chunk", "model": "fake", "choices": [choice]}
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


async def _write(response: web.StreamResponse, data: bytes, *, halved: bool) -> None:
    """The event; halved, in single bytes, so that every letter of several bytes is split."""
    if not halved:
        await response.write(data)
        return
    for place in range(len(data)):
        await response.write(data[place : place + 1])


async def _send_whole(request: web.Request, answer: Body, fault: Fault | None) -> web.StreamResponse:
    """The answer at once, or what becomes of it; one that drops has sent half of it where `after_tokens` is set."""
    kind = fault.kind if fault else None
    data = json.dumps(answer, ensure_ascii=False).encode()
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    if kind == "stall":
        await asyncio.Event().wait()
    if kind in ("drop", "reset"):
        if fault is not None and fault.after_tokens:
            response.content_length = len(data)
            await response.prepare(request)
            await response.write(data[: len(data) // 2])
        await _breaks(request, response, kind)
        return response
    await response.prepare(request)
    with suppress(ConnectionResetError):
        if kind == "pings":
            while True:
                await response.write(b"\n")
                await asyncio.sleep(0.02)
        await _write(response, data[: len(data) // 2] if kind == "bad_line" else data, halved=kind == "split_utf8")
    return response


async def _breaks(request: web.Request, response: web.StreamResponse, kind: FaultKind | None) -> bool:
    """Whether the stream breaks here, for good."""
    transport = request.transport
    if kind in ("drop", "reset") and transport is not None:
        await asyncio.sleep(0.01)  # what was written reaches the client first
        if kind == "reset":
            transport.abort()
        else:
            transport.close()
        return True
    if kind == "stall":
        await asyncio.Event().wait()
    if kind == "pings":
        while True:
            await response.write(b": still here\n\n")
            await asyncio.sleep(0.02)
    if kind == "bad_line":
        await response.write(b'data: {"choices": [{"delta": {"cont\n\n')
    if kind == "error_event":
        await response.write(b'data: {"error": {"message": "out of memory", "code": 500}}\n\n')
    if kind == "no_end":
        await response.write(b"data: [DONE]\n\n")
        return True
    return kind == "error_event"


async def _finish(response: web.StreamResponse, kind: FaultKind | None) -> None:
    if kind == "refusal":
        await response.write(event({"refusal": DECLINED}))
    await response.write(event({}, ENDINGS.get(kind or "", "stop")))
