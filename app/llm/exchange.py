"""What every request to an OpenAI-compatible server shares: its key, its faults, when it is tried again, its count."""

import asyncio
import os
import random
import re
from collections.abc import Mapping
from typing import Any

import aiohttp
import httpx2
import openai
from pydantic import SecretStr

from app.llm import Cause, Tokens

OPENAI_URL = "https://api.openai.com/v1"
_RETRIED: frozenset[Cause] = frozenset(
    {"refused_connection", "rate_limited", "server_error", "reported", "dropped", "no_end", "bad_line", "empty"}
)
TRIES = 3
"""Requests for one answer, at most."""
_TOO_LONG = re.compile(r"context|too long|too many tokens|maximum.{0,20}(?:length|tokens)", re.IGNORECASE)


class Failed(Exception):
    """One request failed."""

    def __init__(self, cause: Cause, *, status: int | None = None, retry_after_s: float | None = None) -> None:
        self.cause: Cause = cause
        self.status = status
        self.retry_after_s = retry_after_s
        super().__init__(cause)


def key_among(*keys: SecretStr | None) -> str:
    """The first key that is set, else OpenAI's own. A local server wants none, but the SDK wants a non-empty one."""
    return next((key.get_secret_value() for key in keys if key), os.environ.get("OPENAI_API_KEY") or "none")


def wait_s(failed: Failed, tried: int, deadline: float, *, back_off_s: float, longest_s: float) -> float | None:
    """Seconds to wait before the next try; None when another would be of no use or too late.

    `back_off_s` doubles with each try and is used where the server names no wait; `deadline` is loop time.
    """
    if failed.cause not in _RETRIED or tried == TRIES:
        return None
    pause_s = failed.retry_after_s
    if pause_s is None:
        pause_s = back_off_s * 2 ** (tried - 1) * random.uniform(0.75, 1.25)  # noqa: S311  # not for secrets
    left_s = deadline - asyncio.get_running_loop().time()
    return pause_s if pause_s <= min(longest_s, left_s) else None


def refused(error: openai.APIStatusError) -> Failed:
    """The fault behind a status that is not 200."""
    status = error.status_code
    if status in (401, 403):
        return Failed("bad_key", status=status)
    if status == 404:
        return Failed("no_such_model", status=status)
    if status == 429:
        return Failed("rate_limited", status=status, retry_after_s=_retry_after_s(error))
    if status >= 500 or status == 408:
        return Failed("server_error", status=status, retry_after_s=_retry_after_s(error))
    too_long = status in (400, 413, 422) and (error.code == "context_length_exceeded" or _TOO_LONG.search(str(error)))
    return Failed("context_overflow" if too_long else "bad_request", status=status)


def unreached(error: openai.APIConnectionError) -> Failed:
    """The fault behind a connection that never was, or broke."""
    return Failed("refused_connection" if _never_connected(error) else "dropped")


def counted(usage: Mapping[str, Any]) -> Tokens:
    """The server's count of tokens."""
    details = usage.get("prompt_tokens_details") or {}
    return Tokens(usage.get("prompt_tokens"), details.get("cached_tokens"), usage.get("completion_tokens"))


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
