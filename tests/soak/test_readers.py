"""Readers who drop off, send twice, stall or come in too great a number: every answer is whole and stored once."""

import asyncio
import random
import re
import socket
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from app.web.streams import STALLED_S
from tests.fake_llm import FakeLlm
from tests.postgresql import new_database
from tests.soak.conftest import Report, Size
from tests.soak.listener import (
    Listener,
    Stored,
    begin,
    begin_many,
    gaps_s,
    listen_afresh,
    open_client,
    p95,
    say_all,
    stored_in,
)
from tests.soak.service import Service, open_service

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT_ONCE = 200
"""Conversations held at the same time, where that is not what is tested."""
SEGMENT_BYTES = 536
"""The smallest segments a connection can ask for: the kernel then holds little for one who does not read."""
ASKED_AHEAD = 100
"""Answers that one who does not read asks for: more than the kernel and the service hold for one connection."""


def words_about(number: int) -> str:
    """What the patient says of each night: never the same, and some of it of several bytes."""
    return (
        f"*She looks at her hands.* Night {number}… I lay awake until four. My neighbour’s dog barked {number} times. "
        f"I had tea at the café downstairs – number {number} on the street. *She shrugs – 🙂.* "
        f"Then I counted to {number} and started over. It doesn’t help. I keep thinking of the phone ringing."
    )


def asked_about(body: dict[str, Any]) -> int:
    """Which night the student's last turn is about."""
    return int(re.findall(r"night (\d+)", body["messages"][-1]["content"])[-1])


def question(number: int) -> str:
    return f"How was night {number}?"


def words_for(listener: Listener) -> str:
    """What this student is to hear."""
    return words_about(int(re.findall(r"\d+", listener.said)[0]))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def llm(request: pytest.FixtureRequest) -> AsyncIterator[FakeLlm]:
    """A model that speaks for one second, or at full size for three to four, as real ones do."""
    speed = 30 if request.config.getoption("--soak") else 100
    server = FakeLlm(tokens_per_s=speed, answers=lambda body: words_about(asked_about(body)), counts=False)
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def either(
    request: pytest.FixtureRequest, llm: FakeLlm, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service on each kind of database."""
    database_url = None
    if request.param == "postgresql":
        database_url = new_database(request.getfixturevalue("cluster"))
    async with open_service(tmp_path_factory.mktemp("either"), llm.url, database_url=database_url) as service:
        yield service


def assert_each_is_stored_once(listeners: Sequence[Listener], stored: dict[str, Stored]) -> None:
    """One student turn, one try, one patient turn in each encounter, with the words that were heard."""
    for listener in listeners:
        assert stored[listener.encounter] == Stored(
            [("student", listener.said), ("patient", listener.text)], [("done", listener.text)]
        )


async def test_a_reader_dropped_anywhere_finds_the_whole_answer(
    either: Service, llm: FakeLlm, size: Size, report: Report
) -> None:
    many = size(40, 1000)
    chance = random.Random(3)
    room = asyncio.Semaphore(AT_ONCE)
    llm.asked.clear()

    async def come_and_go(number: int) -> tuple[Listener, int]:
        async with room:
            listener = await begin(client, question(number))
            drops = [chance.randrange(1200) for _ in range(chance.randint(1, 4))]
            over = await listener.say(leave_after_bytes=drops[0])
            while listener.status == 503:
                await asyncio.sleep(0.5)
                over = await listener.say(leave_after_bytes=drops[0])
            for drop in drops[1:]:
                await asyncio.sleep(chance.random())  # the patient goes on meanwhile
                over = over or await listener.resume(leave_after_bytes=drop)
            assert over or await listener.resume(), listener.data
            return listener, len(drops)

    async with open_client(either) as client:
        heard = await asyncio.gather(*(come_and_go(number) for number in range(many)))
        fresh = [await listen_afresh(listener) for listener, _ in heard]
    listeners = [listener for listener, _ in heard]

    assert [one.text for one in listeners] == [one.text for one in fresh] == [words_about(n) for n in range(many)]
    assert [(one.last, one.data) for one in listeners] == [("done", one.data) for one in fresh]
    assert_each_is_stored_once(listeners, await stored_in(either.settings))
    assert Counter(asked_about(one.body) for one in llm.asked) == dict.fromkeys(range(many), 1)
    report(f"{many} readers dropped {sum(drops for _, drops in heard)} times, all answers whole")


async def test_a_turn_sent_many_times_at_once_is_one_turn_and_one_call(
    either: Service, llm: FakeLlm, size: Size, report: Report
) -> None:
    many = size(40, 1000)
    chance = random.Random(4)
    room = asyncio.Semaphore(AT_ONCE // 2)
    llm.asked.clear()

    async def send_at_once(number: int) -> list[Listener]:
        async with room:
            first = await begin(client, question(number))
            others = [Listener(client, first.encounter, first.said, first.turn_id) for _ in range(chance.randint(1, 3))]
            await say_all([first, *others])
            return [first, *others]

    async with open_client(either) as client:
        sent = await asyncio.gather(*(send_at_once(number) for number in range(many)))

    assert [{one.text for one in senders} for senders in sent] == [{words_about(number)} for number in range(many)]
    assert {(one.status, one.last) for senders in sent for one in senders} == {(200, "done")}
    assert_each_is_stored_once([senders[0] for senders in sent], await stored_in(either.settings))
    assert Counter(asked_about(one.body) for one in llm.asked) == dict.fromkeys(range(many), 1)
    report(f"{many} turns sent {sum(map(len, sent))} times: {many} stored, the model asked {len(llm.asked)} times")


async def test_readers_who_stall_harm_nobody(llm: FakeLlm, tmp_path: Path, size: Size, report: Report) -> None:
    many = size(8, 50)
    async with open_service(tmp_path, llm.url) as service, open_client(service) as client:
        alone = await begin_many(client, map(question, range(many)))
        await say_all(alone)
        memory_kb = memory_of(service)
        stalled = await begin_many(client, map(question, range(many, 2 * many)))
        sockets = [await stall(service, one) for one in stalled]
        reading = asyncio.create_task(read_a_byte_a_second(sockets[::2]))
        beside = await begin_many(client, map(question, range(2 * many, 3 * many)))
        await say_all(beside)
        await until_stored(stalled)
        grown_kb = memory_of(service) - memory_kb
        reading.cancel()
        for connection in sockets:
            connection.close()
        stored = await stored_in(service.settings)

    assert [one.text for one in beside] == [words_for(one) for one in beside]
    assert_each_is_stored_once(beside, stored)
    assert [one.text for one in stalled] == [words_for(one) for one in stalled]
    assert_each_is_stored_once(stalled, stored)
    report(
        f"p95 gap of {many} readers: {p95(gaps_s(alone)):.3f} s alone, "
        f"{p95(gaps_s(beside)):.3f} s beside {many} stalled ones; memory grew by {grown_kb} kB"
    )


async def test_a_reader_who_stalls_is_given_up_in_the_end(llm: FakeLlm, tmp_path: Path, is_full: bool) -> None:
    if not is_full:
        pytest.skip(f"takes {STALLED_S:.0f} seconds of waiting: a part of `make soak`")
    async with open_service(tmp_path, llm.url) as service, open_client(service) as client:
        listeners = await begin_many(client, map(question, range(10)))
        sockets = [await stall(service, one) for one in listeners]
        await until_stored(listeners)
        async with asyncio.timeout(3 * STALLED_S):
            while connected(service, sockets):  # noqa: ASYNC110  the other end's sockets wake nobody here
                await asyncio.sleep(1)
        for one in sockets:
            one.close()


async def test_of_three_times_too_many_those_let_in_keep_their_pace(
    llm: FakeLlm, tmp_path: Path, size: Size, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = size(8, 100)
    async with open_service(tmp_path, llm.url, RAPPORT_STREAMS=str(many)) as service, open_client(service) as client:
        unanswered, *alone = await begin_many(client, map(question, range(many + 1)))
        llm.fail("filter")
        await unanswered.say()
        await say_all(alone)
        crowd = await begin_many(client, map(question, range(many + 1, 4 * many + 1)))
        with monkeypatch.context() as slowly:
            slowly.setattr(llm, "tokens_per_s", 0.5)  # nobody is through before everybody has come
            talking = asyncio.gather(*(say_unless_full(one) for one in crowd))
            await until_answered(crowd)
            await unanswered.ask_again()
        let_in = [one for one in crowd if one.status == 200]
        refused = [one for one in crowd if one.status != 200]
        told = {(one.status, one.code, one.retry_after) for one in (unanswered, *refused)}
        stored = await stored_in(service.settings)
        await say_all(refused)  # again and again, until there is room
        await talking
        await unanswered.ask_again()
        stored_later = await stored_in(service.settings)

    assert (len(let_in), len(refused)) == (many, 2 * many)
    assert told == {(503, "too_many_talking", "5")}
    assert [stored[one.encounter] for one in refused] == [Stored([], [])] * len(refused)
    assert stored[unanswered.encounter].attempts == [("failed", "")]
    assert [one.text for one in (unanswered, *crowd)] == [words_for(one) for one in (unanswered, *crowd)]
    assert_each_is_stored_once(crowd, stored_later)
    report(
        f"p95 gap of {many} streams: {p95(gaps_s(alone)):.3f} s alone, "
        f"{p95(gaps_s(let_in)):.3f} s with {len(refused)} more asking for a place"
    )


async def say_unless_full(listener: Listener) -> None:
    """Send a turn until it is answered, or refused because too many talk; a database may be overrun meanwhile."""
    while not await listener.say() and listener.code == "storage_busy":  # noqa: ASYNC110  it is asked, not waited for
        await asyncio.sleep(0.5)


async def stall(service: Service, listener: Listener) -> socket.socket:
    """Say something over a connection that takes in next to nothing, and ask for the answer again and again."""
    loop = asyncio.get_running_loop()
    opened = socket.socket()
    opened.setblocking(False)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
    await loop.sock_connect(opened, ("127.0.0.1", service.settings.port))
    turns = f"/api/v1/encounters/{listener.encounter}/turns"
    body = f'{{"turn_id":"{listener.turn_id}","said":"{listener.said}"}}'
    headers = f"Host: here\r\nAuthorization: Bearer {service.tokens[0]}\r\nAccept: text/event-stream\r\n"
    said = (
        f"POST {turns} HTTP/1.1\r\n{headers}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    asked = f"GET {turns}/{listener.turn_id}/reply HTTP/1.1\r\n{headers}\r\n"
    await loop.sock_sendall(opened, (said + asked * ASKED_AHEAD).encode())
    return opened


def connected(service: Service, sockets: Sequence[socket.socket]) -> int:
    """How many of these connections the service still keeps."""
    kept = Path(f"/proc/{service.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    ends = {(line.split()[1].split(":")[1], line.split()[2].split(":")[1]) for line in kept if line.split()[9] != "0"}
    ours = f"{service.settings.port:04X}"
    return sum((ours, f"{one.getsockname()[1]:04X}") in ends for one in sockets)


async def read_a_byte_a_second(sockets: Sequence[socket.socket]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        for connection in sockets:
            await loop.sock_recv(connection, 1)
        await asyncio.sleep(1)


async def until_stored(listeners: Sequence[Listener]) -> None:
    """Return when the answers of those who do not listen are over."""
    async with asyncio.timeout(60):
        for one in listeners:
            while not await one.resume():  # noqa: ASYNC110  an answer that ends wakes nobody here
                await asyncio.sleep(0.05)


async def until_answered(listeners: Sequence[Listener]) -> None:
    """Return when everybody is listening, or was told that too many talk."""
    async with asyncio.timeout(120):
        while not all(one.status == 200 or one.code == "too_many_talking" for one in listeners):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def memory_of(service: Service) -> int:
    """What the process holds in memory, in kB."""
    status = Path(f"/proc/{service.pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0])
