"""Any server that speaks OpenAI's chat.completions: OpenAI, vLLM, llama.cpp server, Ollama.

Only what they all share is used. The stream is read raw, a quarter of the cost of the SDK's parsed chunks, and
nothing the SDK lets pass in silence is believed: an answer counts only with its finish_reason.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Self

import aiohttp
import httpx2
import openai
import orjson

from app.llm import Cause, End, ModelFault, Tokens
from app.llm.exchange import OPENAI_URL, TRIES, Failed, counted, key_among, refused, unreached, wait_s
from app.llm.pace import Beats, Patience
from app.settings import Settings

log = logging.getLogger(__name__)

_LONGEST_BACK_OFF_S = 8.0
_BROKEN = (httpx2.HTTPError, httpx2.StreamError, aiohttp.ClientError, OSError)
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
        """The model of `RAPPORT_LLM_*`."""
        options: dict[str, Any] = {settings.llm_max_tokens_field: settings.llm_max_tokens}
        if settings.llm_temperature is not None:
            options["temperature"] = settings.llm_temperature
        return cls(
            settings.llm_model or "",
            base_url=settings.llm_base_url or OPENAI_URL,
            api_key=key_among(settings.llm_api_key),
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
        for tried in range(1, TRIES + 1):
            started = False
            try:
                async with aclosing(self._once(messages, deadline)) as pieces:
                    async for piece in pieces:
                        started = True
                        yield piece
            except Failed as failed:
                pause_s = wait_s(failed, tried, deadline, back_off_s=self._back_off_s, longest_s=_LONGEST_BACK_OFF_S)
                if started or pause_s is None:
                    _log(self.name, failed, tried, started)
                    raise ModelFault(
                        failed.cause, started=started, status=failed.status, retry_after_s=failed.retry_after_s
                    ) from failed
                await asyncio.sleep(pause_s)
            else:
                return

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.close()

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
                    raise Failed(_stopped(error, answer.started)) from error
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
            raise Failed("no_first_token") from error
        except openai.APIStatusError as error:
            raise refused(error) from error
        except openai.APIConnectionError as error:
            raise unreached(error) from error
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            await _close(response)
            raise Failed("not_a_stream", status=response.status_code)
        return response


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
                raise Failed("reported")
            if event.get("usage"):
                self._tokens = counted(event["usage"])
            if not event.get("choices"):
                return ""
            choice = event["choices"][0]
            delta = choice.get("delta") or {}
            self.finish_reason = choice.get("finish_reason") or self.finish_reason
            if delta.get("refusal"):
                raise Failed("refusal")
            self._thought = self._thought or bool(delta.get("reasoning_content") or delta.get("reasoning"))
            text = delta.get("content") or ""
            if not isinstance(text, str):
                raise Failed("bad_line")
        except (orjson.JSONDecodeError, AttributeError, TypeError, LookupError) as error:
            raise Failed("bad_line") from error
        return text

    def end(self) -> End:
        """What the stream came to."""
        if self.finish_reason is None:
            raise Failed("no_end")
        if self.finish_reason == "content_filter":
            raise Failed("filtered")
        if not self.started:
            raise Failed("reasoning_only" if self._thought else "empty")
        return End(whole=self.finish_reason != "length", tokens=self._tokens)


def _stopped(error: Exception, started: bool) -> Cause:
    if not isinstance(error, TimeoutError):
        return "dropped"
    return "stalled" if started else "no_first_token"


async def _close(response: Any) -> None:
    """Give the connection back; one that is broken already has nothing more to say."""
    try:
        await response.close()
    except _BROKEN:
        log.debug("closing a broken stream")


def _log(model: str, failed: Failed, tried: int, started: bool) -> None:
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
