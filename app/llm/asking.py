"""One question to a judge's model, one whole answer: nothing is streamed, and nobody waits at a page for it.

What the SDK would parse is read here, so that an answer counts only with its finish_reason, as a stream does.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Self

import openai
import orjson

from app.llm import Cause, ModelFault, Tokens
from app.llm.breaker import Endpoint
from app.llm.exchange import OPENAI_URL, Failed, counted, key_among, refused, unreached, wait_s
from app.settings import Settings
from scoring.judge.asking import AskFault, Message, Reply

log = logging.getLogger(__name__)

_CONNECT_S = 10.0
"""A server that does not even take the connection in so long is away, however long its answers may take."""
_LONGEST_WAIT_S = 60.0
"""Longer than a student could wait: what the questions before this one cost would be paid again in a later try."""
_OF_THIS_TALK: frozenset[Cause] = frozenset({"refusal", "filtered", "empty", "reasoning_only", "context_overflow"})
"""The server read the question and this is its answer, so the same question would get it again.

Every other cause is the server's or the line's, the same for each talk, and passes or is mended: also a wrong key, a
wrong name, and what is no completion at all, such as the page of a sign-in wall or of a wrong base URL.
"""
_ADVICE: Mapping[str, str] = {
    "bad_key": "set RAPPORT_JUDGE_API_KEY to a key this server accepts",
    "no_such_model": "check RAPPORT_JUDGE_MODEL and that RAPPORT_JUDGE_BASE_URL ends as the server wants, often in /v1",
    "refused_connection": "check RAPPORT_JUDGE_BASE_URL and that the server runs",
    "context_overflow": "set RAPPORT_JUDGE_CONTEXT_TOKENS to the model's real window",
    "no_first_token": "no answer in time: see the server's load and RAPPORT_JUDGE_ANSWER_S",
    "not_a_stream": "RAPPORT_JUDGE_BASE_URL answers, but not as an OpenAI-compatible server",
    "reasoning_only": "the model used all its tokens to think: raise RAPPORT_JUDGE_MAX_TOKENS or turn thinking off",
    "bad_request": "the server refuses the request: see RAPPORT_JUDGE_FORMAT, RAPPORT_JUDGE_TEMPERATURE and "
    "RAPPORT_JUDGE_MAX_TOKENS_FIELD",
}


class Asker:
    """A judge's model on one server (`scoring.judge.Ask`). Safe to share: every question has its own state."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        api_key: str,
        answer_s: float,
        answer_format: str,
        options: Mapping[str, Any],
        back_off_s: float = 2.0,
        endpoint: Endpoint | None = None,
    ) -> None:
        """`answer_s`: for one answer, all its tries and the waits between them included.

        Without an `endpoint` it has a breaker of its own: a busy judge must not silence the patients on its server.
        """
        self.model = model
        self._answer_s = answer_s
        self._answer_format = answer_format
        self._options = {"model": model, **options}
        self._back_off_s = back_off_s
        self._endpoint = endpoint or Endpoint()
        self._client = openai.AsyncOpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,  # ours stop at the deadline
            timeout=openai.Timeout(None, connect=min(_CONNECT_S, answer_s)),
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The model of `RAPPORT_JUDGE_*`; where it has no address or key of its own, the patient's."""
        options: dict[str, Any] = {settings.judge_max_tokens_field: settings.judge_max_tokens}
        if settings.judge_temperature is not None:
            options["temperature"] = settings.judge_temperature
        return cls(
            settings.judge_model or "",
            base_url=settings.judge_base_url or settings.llm_base_url or OPENAI_URL,
            api_key=key_among(settings.judge_api_key, settings.llm_api_key),
            answer_s=settings.judge_answer_s,
            answer_format=settings.judge_format,
            options=options,
        )

    async def __call__(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any]) -> Reply:
        """The reply to these messages, after at most three requests. `schema` is sent only where the server takes one.

        Raises:
            AskFault: there is no reply; the cause is one of `app.llm.Cause`, or `cut_prompt`: the server read only a
                part of what it was sent, and its answer is worth nothing.
        """
        body = {**self._options, "messages": list(messages), **_format(self._answer_format, name, schema)}
        try:
            reply = await self._guarded(body)
        except ModelFault as fault:
            # Not chained: an error of the SDK holds the server's words, which may repeat the talk, for any traceback.
            raise AskFault(fault.cause, passing=fault.cause not in _OF_THIS_TALK) from None
        if _is_cut(messages, reply.prompt_tokens):
            _log_cut(self.model, reply.prompt_tokens)
            raise AskFault("cut_prompt", passing=False)
        return reply

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.close()

    async def _guarded(self, body: Mapping[str, Any]) -> Reply:
        """The reply, unless the breaker is open: a server that is away is not asked for each question of each job."""
        asked = self._endpoint.admit()
        try:
            reply = await self._in_time(body)
        except ModelFault as fault:
            self._endpoint.failed(asked, fault, self.model)
            raise
        else:
            self._endpoint.answered(asked, self.model)
            return reply
        finally:
            self._endpoint.leave(asked)

    async def _in_time(self, body: Mapping[str, Any]) -> Reply:
        """The first reply of a few tries, within the time for an answer."""
        deadline = asyncio.get_running_loop().time() + self._answer_s
        tried = 0
        while True:
            tried += 1
            try:
                return await self._once(body, deadline)
            except Failed as failed:
                pause_s = wait_s(failed, tried, deadline, back_off_s=self._back_off_s, longest_s=_LONGEST_WAIT_S)
                if pause_s is None:
                    _log(self.model, failed, tried)
                    raise ModelFault(failed.cause, status=failed.status, retry_after_s=failed.retry_after_s) from failed
                await asyncio.sleep(pause_s)

    async def _once(self, body: Mapping[str, Any], deadline: float) -> Reply:
        """One request, answered by `deadline` (loop time)."""
        create: Any = self._client.chat.completions.with_raw_response.create
        try:
            async with asyncio.timeout_at(deadline):
                response = await create(**body)
        except (TimeoutError, openai.APITimeoutError) as error:
            raise Failed("no_first_token") from error
        except openai.APIStatusError as error:
            raise refused(error) from error
        except openai.APIConnectionError as error:
            raise unreached(error) from error
        return _read(response.content)


def _format(answer_format: str, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """How this server is asked for JSON: by a schema, for any JSON, or by the words of the question alone."""
    if answer_format == "json_schema":
        described = {"name": name, "strict": True, "schema": dict(schema)}
        return {"response_format": {"type": "json_schema", "json_schema": described}}
    if answer_format == "json_object":
        return {"response_format": {"type": "json_object"}}
    return {}


def _read(content: bytes) -> Reply:
    """The reply in the body of a 200. Its kind is judged by the body: some servers name JSON otherwise."""
    if not content.lstrip().startswith(b"{"):
        raise Failed("not_a_stream", status=200)
    try:
        answer = orjson.loads(content)
        if answer.get("error"):
            raise Failed("reported", status=200)
        tokens = counted(answer.get("usage") or {})
        if answer["choices"] == []:
            raise Failed("empty", status=200)
        choice = answer["choices"][0]
        finish_reason = choice.get("finish_reason")
        text = _said(choice["message"], finish_reason)
    except (orjson.JSONDecodeError, AttributeError, TypeError, LookupError) as error:
        raise Failed("bad_line", status=200) from error
    return _reply(text, finish_reason != "length", tokens)


def _said(message: Mapping[str, Any], finish_reason: str | None) -> str:
    """What the model wrote, if it did."""
    if message.get("refusal"):
        raise Failed("refusal", status=200)
    if finish_reason is None:
        raise Failed("no_end", status=200)
    if finish_reason == "content_filter":
        raise Failed("filtered", status=200)
    text = message.get("content") or ""
    if not isinstance(text, str):
        raise Failed("bad_line", status=200)
    if not text.strip():
        thought = message.get("reasoning_content") or message.get("reasoning")
        raise Failed("reasoning_only" if thought else "empty", status=200)
    return text


def _reply(text: str, whole: bool, tokens: Tokens) -> Reply:
    """The reply with its count. A prompt of no tokens was not counted."""
    prompt, cached, completion = (
        number if isinstance(number, int) else None for number in (tokens.prompt, tokens.cached, tokens.completion)
    )
    return Reply(text, whole, prompt or None, cached, completion)


def _is_cut(messages: Sequence[Message], prompt_tokens: int | None) -> bool:
    """Whether the server surely read only a part: it counted fewer tokens than there are words.

    No tokenizer in common use joins two words in one token. Half of the estimate by characters, at which a patient's
    prompt is warned of, would be too late: Ollama drops what does not fit, and a talk could lose a third unseen.
    """
    words = sum(len(message["content"].split()) for message in messages)
    return prompt_tokens is not None and prompt_tokens < words


def _log(model: str, failed: Failed, tried: int) -> None:
    """For whoever runs the server: what to mend. Never a word of the talk, nor of the server's."""
    advice = _ADVICE.get(failed.cause, "")
    log.error("judge %s: %s (status %s, try %d) %s", model, failed.cause, failed.status or "-", tried, advice)


def _log_cut(model: str, prompt_tokens: int | None) -> None:
    log.error(
        "judge %s: cut_prompt: it read %s tokens and was sent more words than that, so its answer is not used; give it "
        "a larger window at the server, or set RAPPORT_JUDGE_CONTEXT_TOKENS to the one it has",
        model,
        prompt_tokens,
    )
