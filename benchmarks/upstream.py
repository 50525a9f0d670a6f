"""The model server of the measurements: speaks the OpenAI protocol at a steady pace, as cheaply as Python can.

Everything it sends was made ready beforehand, and one timer serves all streams: it must cost far less than what is
measured. It notes when each request came and when each token left.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import cast

import orjson

from benchmarks.speech import TOKENS, reply_to

TOKENS_PER_S = 30.0
SLOTS = 32
"""Moments within the time of one token at which tokens are sent, so that not all streams speak at once."""
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_MARK = b"hart "
"""Every student turn has the word chart and a number; the last one of a prompt is the turn to be answered."""


@dataclass
class Sending:
    """One reply on its way. Times are seconds of `time.perf_counter`."""

    reply: int
    asked_at: float
    transport: asyncio.Transport
    sent: list[float] = field(default_factory=list)
    """When each token left; the first leaves at once."""

    @property
    def is_over(self) -> bool:
        """Whether every token was sent."""
        return len(self.sent) >= len(TOKENS[self.reply])


class ModelServer:
    """Listens on this machine. `sendings` holds every reply by the number of the student's turn."""

    def __init__(self, tokens_per_s: float = TOKENS_PER_S) -> None:
        self.sendings: dict[int, Sending] = {}
        self._ticks_per_s = tokens_per_s * SLOTS
        self._slots: list[list[Sending]] = [[] for _ in range(SLOTS)]
        self._ticks = 0
        self._started_at = 0.0
        self._waiting: list[tuple[int, asyncio.Transport]] | None = None
        self._server: asyncio.Server | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> str:
        """Listen; what RAPPORT_LLM_BASE_URL wants."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=4096)
        self._started_at = time.perf_counter()
        self._tick()
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    def stop(self) -> None:
        """Listen and send no more."""
        if self._server is not None and self._timer is not None:
            self._timer.cancel()
            self._server.close()

    @property
    def waiting(self) -> int:
        """How many turns are held back."""
        return len(self._waiting or ())

    def hold_back(self) -> None:
        """Answer nobody until `let_go`."""
        self._waiting = []

    async def let_go(self, over_s: float) -> None:
        """Answer all that were held back, one after the other over so many seconds, and from now on at once."""
        held, self._waiting = self._waiting or [], None
        for number, transport in held:
            self.answer(number, transport)
            await asyncio.sleep(over_s / len(held))

    def answer(self, number: int, transport: asyncio.Transport) -> None:
        """Begin to answer a student turn; the first token leaves at once, unless turns are held back."""
        if self._waiting is not None:
            self._waiting.append((number, transport))
            return
        sending = self.sendings[number] = Sending(reply_to(number), time.perf_counter(), transport)
        transport.write(_HEAD + _FRAMES[sending.reply][0])
        sending.sent.append(time.perf_counter())
        min(self._slots, key=len).append(sending)

    def sent_tokens(self) -> int:
        """Tokens sent so far, to everybody."""
        return sum(len(sending.sent) for sending in self.sendings.values())

    def forget(self) -> None:
        """Forget the replies that are over or that nobody waits for."""
        self.sendings = {
            number: one for number, one in self.sendings.items() if not (one.is_over or one.transport.is_closing())
        }

    def _tick(self) -> None:
        """Send what is due: one token of every stream of each slot whose moment has come."""
        due = int((time.perf_counter() - self._started_at) * self._ticks_per_s)
        for tick in range(self._ticks, due):
            slot = self._slots[tick % SLOTS]
            if slot:
                slot[:] = [sending for sending in slot if _send_next(sending)]
        self._ticks = due
        self._timer = asyncio.get_running_loop().call_later(0.5 / self._ticks_per_s, self._tick)


_ENDED = float("inf")


def _send_next(sending: Sending) -> bool:
    """Send one token, or the end after the last; whether there is more to come."""
    frames, number = _FRAMES[sending.reply], len(sending.sent)
    if sending.transport.is_closing():
        return False
    sending.transport.write(frames[number])
    if number == len(frames) - 1:
        sending.sent.append(_ENDED)
        return False
    sending.sent.append(time.perf_counter())
    return True


class _Connection(asyncio.Protocol):
    """One kept-alive connection: finds whole requests, and in each the number of the student's turn."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, split, body = self._received.partition(b"\r\n\r\n")
        if not split or len(body) < _content_bytes(head):
            return
        self._received = b""
        assert self._transport is not None
        self._server.answer(_number_in(body), self._transport)


def _content_bytes(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise ValueError("a request without its length")


def _number_in(body: bytes) -> int:
    start = body.rindex(_MARK) + len(_MARK)
    end = start
    while body[end : end + 1].isdigit():
        end += 1
    return int(body[start:end])


def _frames(cut: tuple[str, ...]) -> tuple[bytes, ...]:
    """What is written for each token of a reply, and for its end, as HTTP chunks."""
    usage = {"prompt_tokens": 2000, "completion_tokens": len(cut), "total_tokens": 2000 + len(cut)}
    first = _event({"role": "assistant", "content": ""}) + _event({"content": cut[0]})
    end = _event({}, "stop") + _event(None, usage=usage) + _framed(b"data: [DONE]\n\n") + b"0\r\n\r\n"
    return (first, *(_event({"content": token}) for token in cut[1:]), end)


def _event(delta: dict[str, str] | None, finish: str | None = None, usage: dict[str, int] | None = None) -> bytes:
    chunk = {
        "id": "chatcmpl-b1946ac92492d2347c6235b4d2611184",
        "object": "chat.completion.chunk",
        "created": 1764000000,
        "model": "bench",
        "system_fingerprint": None,
        "choices": [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
        "usage": usage,
    }
    return _framed(b"data: " + orjson.dumps(chunk) + b"\n\n")


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


_FRAMES = tuple(_frames(cut) for cut in TOKENS)
