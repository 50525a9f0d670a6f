"""Any server that speaks OpenAI's chat.completions: OpenAI, vLLM, llama.cpp server, Ollama.

Only what they all share is used. The stream is read raw, a quarter of the cost of the SDK's parsed chunks, and
nothing the SDK lets pass in silence is believed: an answer counts only with its finish_reason.
"""

import asyncio
import logging
import os
import random
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Self

import aiohttp
import httpx2
import openai
import orjson

from app.llm import Cause, End, ModelFault, Tokens
from app.llm.pace import Beats, Patience
from app.settings import Settings

log = logging.getLogger(__name__)

OPENAI_URL = "https://api.openai.com/v1"
_RETRIED: frozenset[Cause] = frozenset(
    {"refused_connection", "rate_limited", "server_error", "reported", "dropped", "no_end", "bad_line", "empty"}
)
_TRIES = 3
_LONGEST_BACK_OFF_S = 8.0
_BROKEN = (httpx2.HTTPError, httpx2.StreamError, aiohttp.ClientError, OSError)
_TOO_LONG = re.compile(r"context|too long|too many tokens|maximum.{0,20}(?:length|tokens)", re.IGNORECASE)
_CHARACTERS_PER_TOKEN = 4
GATHER_S = 0.08
"""A page is told of new words so often and no more: a reader cannot tell, and each telling costs the server."""
_AT_ONCE = 2
"""Pieces that are not gathered: the first words are waited for, and the first token may be an asterisk alone."""
_LAST_WORD_S = 1.0
"""How long the count of tokens may take once the answer is whole."""
_SURELY_CUT = 0.5
"""A prompt counted at under half its estimate was cut by the server: Ollama drops its start and says nothing."""


class OpenAICompatible:
    """One model on one server. Safe to share: every stream has its own state."""

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        api_key: str,
        first_token_s: float,
        idle_s: float,
        options: Mapping[str, Any],
        back_off_s: float = 0.4,
        gather_s: float = 0.0,
    ) -> None:
        """`gather_s`: words that come within so many seconds of the last are passed on together."""
        self.name = name
        self._first_token_s = first_token_s
        self._idle_s = idle_s
        self._back_off_s = back_off_s
        self._beats = Beats(gather_s)
        self._options = {"model": name, "stream": True, "stream_options": {"include_usage": True}, **options}
        self._client = openai.AsyncOpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,  # ours stop at the first token and at the deadline
            timeout=openai.Timeout(None, connect=first_token_s),  # ours are below; one on reads is set anew each token
            http_client=openai.DefaultAioHttpClient(),
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The model of `RAPPORT_LLM_*`. A local server wants no key, but the SDK wants a non-empty one."""
        key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else os.environ.get("OPENAI_API_KEY")
        options: dict[str, Any] = {settings.llm_max_tokens_field: settings.llm_max_tokens}
        if settings.llm_temperature is not None:
            options["temperature"] = settings.llm_temperature
        return cls(
            settings.llm_model or "",
            base_url=settings.llm_base_url or OPENAI_URL,
            api_key=key or "none",
            first_token_s=settings.llm_first_token_s,
            idle_s=settings.llm_idle_s,
            options=options,
            gather_s=GATHER_S,
        )

    async def stream(self, messages: Sequence[Mapping[str, str]]) -> AsyncGenerator[str | End]:
        """Pieces of the answer, then one End. A fault before the first piece is tried again, a few times, in time.

        Raises:
            ModelFault: there is no answer, or it broke off.
        """
        deadline = asyncio.get_running_loop().time() + self._first_token_s
        for tried in range(1, _TRIES + 1):
            started = False
            try:
                async with aclosing(self._once(messages, deadline)) as pieces:
                    async for piece in pieces:
                        started = True
                        yield piece
            except _Failed as failed:
                wait_s = self._wait_s(failed, tried, deadline)
                if started or wait_s is None:
                    _log(self.name, failed, tried, started)
                    raise ModelFault(
                        failed.cause, started=started, status=failed.status, retry_after_s=failed.retry_after_s
                    ) from failed
                await asyncio.sleep(wait_s)
            else:
                return

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.close()

    def _wait_s(self, failed: "_Failed", tried: int, deadline: float) -> float | None:
        """Seconds to wait before the next try; None when another would be of no use or too late."""
        if failed.cause not in _RETRIED or tried == _TRIES:
            return None
        wait_s = failed.retry_after_s
        if wait_s is None:
            wait_s = self._back_off_s * 2 ** (tried - 1) * random.uniform(0.75, 1.25)  # noqa: S311  # not for secrets
        left_s = deadline - asyncio.get_running_loop().time()
        return wait_s if wait_s <= min(_LONGEST_BACK_OFF_S, left_s) else None

    async def _once(self, messages: Sequence[Mapping[str, str]], deadline: float) -> AsyncGenerator[str | End]:
        """One request. The first words must come by `deadline` (loop time), each later event within the idle time."""
        loop = asyncio.get_running_loop()
        response = await self._send(messages, deadline)
        beat, patience = self._beats.join(), Patience(deadline)
        try:
            answer, pieces = _Answer(), 0
            chunks = response.iter_bytes().__aiter__()
            while True:
                try:
                    chunk = await patience.wait_for(anext(chunks, None))
                except (TimeoutError, *_BROKEN) as error:
                    if answer.finish_reason is not None:
                        break  # all was said; only the count of tokens is missing
                    raise _Failed(_stopped(error, answer.started)) from error
                if chunk is None:
                    break
                if words := answer.read(chunk):
                    yield words
                if answer.done:
                    break
                if answer.finish_reason is not None:
                    patience.until_s = loop.time() + _LAST_WORD_S
                elif words:  # a server's "still here" is no progress
                    pieces += 1
                    if pieces > _AT_ONCE:
                        await beat.wait()
                    patience.until_s = loop.time() + self._idle_s
            end = answer.end()
            _warn_if_cut(self.name, messages, end.tokens)
            yield end
        finally:
            beat.leave()
            patience.stop()
            await _close(response)

    async def _send(self, messages: Sequence[Mapping[str, str]], deadline: float) -> Any:
        """The open response, once its status and kind are what a stream needs."""
        create: Any = self._client.chat.completions.with_streaming_response.create
        # As `messages` they would be walked through type by type, some 0.3 ms each, though nothing changes in them.
        body = {"messages": list(messages)}
        try:
            async with asyncio.timeout_at(deadline):
                response = await create(messages=(), extra_body=body, **self._options).__aenter__()
        except TimeoutError as error:
            raise _Failed("no_first_token") from error
        except openai.APIStatusError as error:
            raise _refused(error) from error
        except openai.APIConnectionError as error:
            raise _Failed("refused_connection" if _never_connected(error) else "dropped") from error
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            await _close(response)
            raise _Failed("not_a_stream", status=response.status_code)
        return response


class _Failed(Exception):
    """One request failed."""

    def __init__(self, cause: Cause, *, status: int | None = None, retry_after_s: float | None = None) -> None:
        self.cause: Cause = cause
        self.status = status
        self.retry_after_s = retry_after_s
        super().__init__(cause)


class _Answer:
    """One stream as it is read: bytes in, text out, and in the end what it came to."""

    def __init__(self) -> None:
        self.started = False
        self.done = False
        self.finish_reason: str | None = None
        self._rest = b""
        self._thought = False
        self._tokens = Tokens()

    def read(self, chunk: bytes) -> str:
        """The text in these bytes. A line, or a letter, that is not whole yet waits for the next."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        text = "".join([self._event(line[5:].strip()) for line in lines if line.startswith(b"data:")])
        self.started = self.started or text != ""
        return text

    def _event(self, data: bytes) -> str:
        if data == b"[DONE]":
            self.done = True
            return ""
        try:
            event = orjson.loads(data)
            if event.get("error"):
                raise _Failed("reported")
            if event.get("usage"):
                self._tokens = _counted(event["usage"])
            if not event.get("choices"):
                return ""
            choice = event["choices"][0]
            delta = choice.get("delta") or {}
            self.finish_reason = choice.get("finish_reason") or self.finish_reason
            if delta.get("refusal"):
                raise _Failed("refusal")
            self._thought = self._thought or bool(delta.get("reasoning_content") or delta.get("reasoning"))
            text = delta.get("content") or ""
            if not isinstance(text, str):
                raise _Failed("bad_line")
        except (orjson.JSONDecodeError, AttributeError, TypeError, LookupError) as error:
            raise _Failed("bad_line") from error
        return text

    def end(self) -> End:
        """What the stream came to."""
        if self.finish_reason is None:
            raise _Failed("no_end")
        if self.finish_reason == "content_filter":
            raise _Failed("filtered")
        if not self.started:
            raise _Failed("reasoning_only" if self._thought else "empty")
        return End(whole=self.finish_reason != "length", tokens=self._tokens)


def _stopped(error: Exception, started: bool) -> Cause:
    if not isinstance(error, TimeoutError):
        return "dropped"
    return "stalled" if started else "no_first_token"


def _counted(usage: Mapping[str, Any]) -> Tokens:
    details = usage.get("prompt_tokens_details") or {}
    return Tokens(usage.get("prompt_tokens"), details.get("cached_tokens"), usage.get("completion_tokens"))


def _refused(error: openai.APIStatusError) -> _Failed:
    """The fault behind a status that is not 200."""
    status = error.status_code
    if status in (401, 403):
        return _Failed("bad_key", status=status)
    if status == 404:
        return _Failed("no_such_model", status=status)
    if status == 429:
        return _Failed("rate_limited", status=status, retry_after_s=_retry_after_s(error))
    if status >= 500 or status == 408:
        return _Failed("server_error", status=status, retry_after_s=_retry_after_s(error))
    too_long = status in (400, 413, 422) and (error.code == "context_length_exceeded" or _TOO_LONG.search(str(error)))
    return _Failed("context_overflow" if too_long else "bad_request", status=status)


def _retry_after_s(error: openai.APIStatusError) -> float | None:
    """The Retry-After header in seconds; its rarer date form counts as not given."""
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None


def _never_connected(error: openai.APIConnectionError) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, aiohttp.ClientConnectorError | httpx2.ConnectError | httpx2.UnsupportedProtocol):
            return True
        cause = cause.__cause__
    return False


async def _close(response: Any) -> None:
    """Give the connection back; one that is broken already has nothing more to say."""
    try:
        await response.close()
    except _BROKEN:
        log.debug("closing a broken stream")


def _log(model: str, failed: _Failed, tried: int, started: bool) -> None:
    """For whoever runs the server: what to mend. Never a word of the conversation."""
    advice = {
        "bad_key": "set RAPPORT_LLM_API_KEY to a key this server accepts",
        "no_such_model": "check RAPPORT_LLM_MODEL and that RAPPORT_LLM_BASE_URL ends as the server wants, often in /v1",
        "refused_connection": "check RAPPORT_LLM_BASE_URL and that the server runs",
        "context_overflow": "set RAPPORT_LLM_CONTEXT_TOKENS to the model's real window",
        "not_a_stream": "RAPPORT_LLM_BASE_URL answers, but not as an OpenAI-compatible server",
        "reasoning_only": "the model used all its tokens to think: raise RAPPORT_LLM_MAX_TOKENS or turn thinking off",
        "bad_request": "the server refuses the request: see RAPPORT_LLM_TEMPERATURE and RAPPORT_LLM_MAX_TOKENS_FIELD",
    }.get(failed.cause, "")
    log.error(
        "language model %s: %s (status %s, try %d, %s) %s",
        model,
        failed.cause,
        failed.status or "-",
        tried,
        "mid-answer" if started else "before the first word",
        advice,
    )


def _warn_if_cut(model: str, messages: Sequence[Mapping[str, str]], tokens: Tokens) -> None:
    estimate = sum(len(message["content"]) for message in messages) // _CHARACTERS_PER_TOKEN
    if tokens.prompt is not None and tokens.prompt < estimate * _SURELY_CUT:
        log.warning(
            "language model %s read %d tokens of a prompt of about %d: its context window is smaller than "
            "RAPPORT_LLM_CONTEXT_TOKENS says, and the patient has forgotten who they are",
            model,
            tokens.prompt,
            estimate,
        )
