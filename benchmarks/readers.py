"""The students: each holds one connection, sends turns, and notes when every byte of the answers came."""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast
from uuid import uuid4

import orjson

from benchmarks.speech import ENDS, REPLIES, reply_to, student_turn
from benchmarks.upstream import ModelServer, Sending

Read = tuple[float, bytes]


class Broken(Exception):
    """The server hung up or answered with a fault."""


class Line(asyncio.Protocol):
    """One kept-alive connection. While an answer comes, its bytes are only stamped and put aside."""

    def __init__(self) -> None:
        self._reads: list[Read] = []
        self._over: asyncio.Future[list[Read]] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def open(cls, port: int) -> "Line":
        """A connection to a server of this machine."""
        _, line = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return line

    async def ask(self, method: str, path: str, body: bytes, token: str = "") -> tuple[int, list[Read]]:
        """Send one request; the status, and all reads of the answer.

        Raises:
            Broken: the connection ended before the answer did.
        """
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Accept: text/event-stream\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        if self._transport is None or self.is_closed:
            raise Broken("closed")
        self._over = asyncio.get_running_loop().create_future()
        self._transport.write(head.encode() + body)
        reads = await self._over
        return int(reads[0][1][9:12]), reads

    @property
    def is_closed(self) -> bool:
        """Whether the server hung up: it does so when nothing was said for a while."""
        return self._transport is None or self._transport.is_closing()

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        self._reads.append((time.perf_counter(), data))
        if data.endswith(b"0\r\n\r\n") or (len(self._reads) < 3 and self._has_all()):
            reads, self._reads = self._reads, []
            if self._over is not None:
                self._over.set_result(reads)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._over is not None and not self._over.done():
            self._over.set_exception(Broken("hung up"))

    def _has_all(self) -> bool:
        """Whether an answer with a length is whole."""
        head, _, body = b"".join(data for _, data in self._reads).partition(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                return len(body) >= int(line[15:])
        return False


@dataclass
class Turn:
    """One student turn and its answer. Times are seconds of `time.perf_counter`."""

    number: int
    posted_at: float
    over_at: float
    sending: Sending
    pieces: list[tuple[float, int]]
    """When words came, and how many characters of the reply there were then."""

    def token_of(self, characters: int) -> int:
        """The token with which the model had said so many characters."""
        ends = ENDS[self.sending.reply]
        return min(bisect_left(ends, characters), len(ends) - 1)


@dataclass
class Student:
    """One conversation with a server."""

    port: int
    line: Line
    path: str
    token: str
    model: ModelServer
    turns: list[Turn] = field(default_factory=list)

    async def say(self, number: int) -> Turn:
        """Send one turn and listen to its end.

        Raises:
            Broken: no answer, or one whose words are not those the model said.
        """
        if self.line.is_closed:
            self.line = await Line.open(self.port)
        body = orjson.dumps({"turn_id": str(uuid4()), "said": student_turn(number)})
        posted_at = time.perf_counter()
        status, reads = await self.line.ask("POST", self.path, body, self.token)
        if status != 200:
            raise Broken(f"status {status}")
        text, pieces = _heard(reads)
        if text != REPLIES[reply_to(number)]:
            raise Broken("other words than the model's")
        turn = Turn(number, posted_at, reads[-1][0], self.model.sendings[number], pieces)
        self.turns.append(turn)
        return turn


def _heard(reads: list[Read]) -> tuple[str, list[tuple[float, int]]]:
    """The words of an answer, and when how many of them had come; pieces that came together count as one."""
    text, pieces = "", list[tuple[float, int]]()
    for at, event in _events(reads):
        data = event.partition(b"data: ")[2]
        if b"\nevent: done" in b"\n" + event or not data.startswith(b"{"):
            continue
        words = _words(orjson.loads(data))
        if not words:
            continue
        text += words
        if pieces and pieces[-1][0] == at:
            pieces.pop()
        pieces.append((at, len(text)))
    return text, pieces


def _words(data: dict[str, object]) -> str:
    """The text of an event: one of a piece, or a chunk of the model that was handed on unread."""
    if "choices" in data:
        choices = data["choices"]
        assert isinstance(choices, list)
        return str(choices[0]["delta"].get("content") or "") if choices else ""
    return str(data.get("text", ""))


def _events(reads: list[Read]) -> Iterator[tuple[float, bytes]]:
    """Every event of a chunked answer with the time at which its last byte came."""
    raw = b"".join(data for _, data in reads)
    ends, total = [], 0
    for _, data in reads:
        total += len(data)
        ends.append(total)
    place, rest = raw.index(b"\r\n\r\n") + 4, b""
    while size := int(raw[place : (line_end := raw.index(b"\r\n", place))], 16):
        place = line_end + 2 + size
        *events, rest = (rest + raw[line_end + 2 : place]).split(b"\n\n")
        at = reads[bisect_left(ends, place)][0]
        yield from ((at, event) for event in events)
        place += 2
