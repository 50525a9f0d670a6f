"""The students: each holds one connection, sends turns, and notes when every byte of the answers came."""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple, cast
from uuid import uuid4

import orjson

from benchmarks.speech import ENDS, REPLIES, reply_to, student_turn
from benchmarks.upstream import ModelServer, Sending

Read = tuple[float, bytes]

IDLE_S = 2.0


class Piece(NamedTuple):
    """Some words of a reply: when they came, and how many characters there were then."""

    at: float
    characters: int


class Broken(Exception):
    """The server hung up or answered with a fault."""


class Line(asyncio.Protocol):
    """One kept-alive connection. While an answer comes, its bytes are only stamped and put aside."""

    def __init__(self) -> None:
        self._reads: list[Read] = []
        self._over: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._used_at = time.perf_counter()

    @classmethod
    async def open(cls, port: int) -> "Line":
        """A connection to a server of this machine."""
        _, line = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return line

    async def ask(self, method: str, path: str, body: bytes, token: str, reads: list[Read]) -> int:
        """Send one request; `reads` is filled with the answer as it comes. Its status, once it is over.

        Raises:
            Broken: the connection ended before the answer did.
        """
        if self._transport is None or self._transport.is_closing():
            raise Broken("closed")
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Accept: text/event-stream\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._reads = reads
        self._over = asyncio.get_running_loop().create_future()
        self._transport.write(head.encode() + body)
        await self._over
        self._used_at = time.perf_counter()
        return int(reads[0][1][9:12])

    @property
    def is_stale(self) -> bool:
        """Whether the server hung up or may do so any moment, as servers do when nothing was said for a while."""
        idle_s = time.perf_counter() - self._used_at
        return self._transport is None or self._transport.is_closing() or idle_s > IDLE_S

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        self._reads.append((time.perf_counter(), data))
        is_over = data.endswith(b"0\r\n\r\n") or (len(self._reads) < 3 and _has_all(self._reads))
        if is_over and self._over is not None and not self._over.done():
            self._over.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._over is not None and not self._over.done():
            self._over.set_exception(Broken("hung up"))


def _has_all(reads: list[Read]) -> bool:
    """Whether an answer with a length is whole."""
    head, _, body = b"".join(data for _, data in reads).partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line[15:])
    return False


@dataclass
class Turn:
    """One student turn and what came of its answer so far. Times are seconds of `time.perf_counter`."""

    number: int
    posted_at: float
    model: ModelServer
    reads: list[Read] = field(default_factory=list)

    @property
    def sending(self) -> Sending:
        """How the model answers it."""
        return self.model.sendings[self.number]

    def pieces(self) -> list[Piece]:
        """When words came; those that came together count as one piece."""
        return [] if self.number not in self.model.sendings else _heard(self.reads)[1]

    def sent_at(self, piece: Piece) -> float:
        """When the model sent the last token of a piece."""
        ends = ENDS[self.sending.reply]
        return self.sending.sent[min(bisect_left(ends, piece.characters), len(ends) - 1)]

    def let_go_at(self, piece: Piece) -> float:
        """When the model sent the token upon which a piece was let go, for a server that looks further than the piece:
        the newest one there was."""
        sent = self.sending.sent
        return sent[max(bisect_left(sent, piece.at), 1) - 1]


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
        if self.line.is_stale:
            self.line.close()
            self.line = await Line.open(self.port)
        body = orjson.dumps({"turn_id": str(uuid4()), "said": student_turn(number)})
        turn = Turn(number, time.perf_counter(), self.model)
        self.turns.append(turn)
        status = await self.line.ask("POST", self.path, body, self.token, turn.reads)
        if status != 200:
            raise Broken(f"status {status}: {code_in(turn.reads)}")
        if (heard := _heard(turn.reads)[0]) != REPLIES[reply_to(number)]:
            raise Broken(_difference(heard, REPLIES[reply_to(number)], turn.reads))
        return turn


def _difference(heard: str, said: str, reads: list[Read]) -> str:
    """Where the words heard are no longer the model's, and how the answer ended."""
    pairs = enumerate(zip(heard, said, strict=False))
    place = next((place for place, (one, other) in pairs if one != other), min(len(heard), len(said)))
    last = [event for _, event in _events(reads)][-1].decode()
    return f"heard {heard[place : place + 40]!r} for {said[place : place + 40]!r}; at last: {last[-200:]!r}"


def code_in(reads: list[Read]) -> str:
    """What an answer says went wrong."""
    body = b"".join(data for _, data in reads).partition(b"\r\n\r\n")[2]
    return str(orjson.loads(body)["error"]["code"]) if body.startswith(b'{"error"') else body[:80].decode()


def _heard(reads: list[Read]) -> tuple[str, list[Piece]]:
    """The words of an answer so far, and when they came."""
    text, pieces = "", list[Piece]()
    for at, event in _events(reads):
        data = event.partition(b"data: ")[2]
        if b"event: done" in event or not data.startswith(b"{"):
            continue
        text += _words(orjson.loads(data))
        if pieces and pieces[-1].at == at:
            pieces.pop()
        if len(text) > (pieces[-1].characters if pieces else 0):
            pieces.append(Piece(at, len(text)))
    return text, pieces


def _words(data: dict[str, Any]) -> str:
    """The text of an event: one of a piece, or a chunk of the model that was handed on unread."""
    if "choices" in data:
        return str(data["choices"][0]["delta"].get("content") or "") if data["choices"] else ""
    return str(data.get("text", ""))


def _events(reads: list[Read]) -> Iterator[tuple[float, bytes]]:
    """Every whole event of a chunked answer with the time at which its last byte came."""
    raw = b"".join(data for _, data in reads)
    ends = list(accumulate(len(data) for _, data in reads))
    place, rest = raw.find(b"\r\n\r\n") + 4, b""
    while (line_end := raw.find(b"\r\n", place)) > 0 and (size := int(raw[place:line_end], 16)):
        place = line_end + 2 + size
        if place > len(raw):
            return  # not all of it has come
        *events, rest = (rest + raw[line_end + 2 : place]).split(b"\n\n")
        at = reads[bisect_left(ends, place)][0]
        yield from ((at, event) for event in events)
        place += 2
