"""The measurements measure what they say: whole words heard, and nothing but."""

from collections.abc import AsyncIterator

import pytest

from app.patient.screen import Screen
from benchmarks import readers
from benchmarks.readers import Broken, Line, Student
from benchmarks.references import KINDS
from benchmarks.speech import ENDS, REPLIES, TOKENS, reply_to
from benchmarks.upstream import ModelServer
from personas import find_scenario
from tests.app.served import served

PATH = "/api/v1/encounters/one/turns"
NUMBER = 10_007


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    server = ModelServer(tokens_per_s=2000)
    yield server
    server.stop()


async def student_of(address: str, model: ModelServer) -> Student:
    port = int(address.rpartition(":")[2])
    return Student(port, await Line.open(port), PATH, "", model)


@pytest.mark.parametrize("reply", REPLIES)
def test_every_reply_stays_in_character_and_within_bounds(reply: str) -> None:
    screen = Screen(find_scenario("maria-biopsy-result")[0])

    pieces = [piece for token in TOKENS[REPLIES.index(reply)] for piece in screen.feed(token)] + screen.finish()

    assert ("".join(piece.text for piece in pieces), screen.breaches) == (reply, [])


@pytest.mark.parametrize("kind", ["raw", "unread"])
async def test_a_student_hears_every_token_when_it_was_sent(kind: str, model: ModelServer) -> None:
    async with served(KINDS[kind](await model.start())) as address:
        student = await student_of(address, model)
        turn = await student.say(NUMBER)
        student.line.close()

    pieces, sent = turn.pieces(), turn.sending.sent
    assert pieces[-1].characters == ENDS[reply_to(NUMBER)][-1] == len(REPLIES[reply_to(NUMBER)])
    assert all(piece.at >= turn.sent_at(piece) for piece in pieces)
    assert len(sent) == len(TOKENS[reply_to(NUMBER)]) + 1


async def test_other_words_than_the_models_are_no_measurement(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "REPLIES", ("Something else.",) * len(REPLIES))
    async with served(KINDS["raw"](await model.start())) as address:
        student = await student_of(address, model)
        with pytest.raises(Broken, match="heard"):
            await student.say(NUMBER)
        student.line.close()


async def test_a_refused_turn_is_no_measurement(model: ModelServer) -> None:
    async with served(KINDS["raw"](await model.start())) as address:
        student = await student_of(address, model)
        student.path = "/nowhere"
        with pytest.raises(Broken, match="status 404"):
            await student.say(NUMBER)
        student.line.close()
