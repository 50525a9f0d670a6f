"""Every fault of a model server, through the HTTP API: what the student sees, what is stored, what the log says.

The rows are in `fault_table`; docs/model-faults.md shows the same to whoever runs the service.
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app import accounts
from app.llm.breaker import FAULTS_IN_A_ROW, Endpoint, Guarded
from app.llm.openai_compatible import OpenAICompatible
from app.main import create_app
from app.patient.screen import LONGEST_SPOKEN
from app.patient.voices.authored import prepare_for
from app.patient.voices.llm import LlmVoice
from app.settings import Settings
from app.storage import encounters
from personas import shipped
from scoring import read_turn
from tests.app.fault_table import FAULTS, MESSAGES, ODDITIES, Fault, Oddity, table
from tests.app.scripted import SCENARIO, new_id
from tests.app.served import served
from tests.fake_llm import FakeLlm

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCUMENT = Path(__file__).parents[2] / "docs" / "model-faults.md"
ASKED = "You look worried. What have you been told so far?"
SAID = "I saw the tissues when I came in, doctor. Nobody rang me in nine days and then the letter came."
FIRST_SENTENCE = SAID.split(". ")[0] + "."
OPENING_HINT = ["find_something"]
FIRST_TOKEN_S, IDLE_S = 0.5, 0.3
PATIENT_S = 10
"""Deadlines where nothing is to be late: a slow machine is no fault."""
OVER_IN_S = 8
"""Every fault ends its reply long before a deadline that is not its own."""

Often = Literal["once", "always"]


@dataclass
class Seen:
    """One reply as the student's page got it."""

    kinds: list[str] = field(default_factory=list)
    text: str = ""
    last: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stored:
    """What the database holds of the last attempt, and of the encounter."""

    number: int
    state: str
    text: str
    error: tuple[str | None, str | None, str | None]
    said: list[tuple[str, str]]
    ledger: list[str]


@dataclass
class Talk:
    """One student with one patient, who speaks through the server at hand."""

    app: FastAPI
    client: httpx2.AsyncClient
    server: FakeLlm
    encounter_id: str
    opening: str
    turn_id: str

    async def say(self) -> Seen:
        body = {"turn_id": self.turn_id, "said": ASKED}
        return await self._read(self.client.build_request("POST", f"/encounters/{self.encounter_id}/turns", json=body))

    async def ask_again(self) -> Seen:
        return await self._read(
            self.client.build_request("POST", f"/encounters/{self.encounter_id}/turns/{self.turn_id}/ask-again")
        )

    async def page(self) -> dict[str, Any] | None:
        """The reply as a page that is loaded now shows it."""
        found: dict[str, Any] | None = (await self.client.get(f"/encounters/{self.encounter_id}")).json()["reply"]
        return found

    async def stored(self) -> Stored:
        async with self.app.state.store.read() as session:
            attempt = await encounters.last_attempt(session, self.encounter_id, self.turn_id)
            turns = await encounters.turns_of(session, self.encounter_id)
            ledger = await encounters.ledger_of(session, self.encounter_id)
        assert attempt is not None
        return Stored(
            number=attempt.number,
            state=attempt.state,
            text=attempt.text,
            error=(attempt.error_code, attempt.error_cause, attempt.error_what_now),
            said=[(turn.speaker, turn.text) for turn in turns],
            ledger=sorted(entry.item_id for entry in ledger),
        )

    async def _read(self, request: httpx2.Request) -> Seen:
        """The events of a reply; fails when it is not over in time."""
        async with asyncio.timeout(OVER_IN_S):
            answer = await self.client.send(request)
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
        seen = Seen()
        for event in re.findall(r"^id: .+\n(?:.+\n)+", answer.text, re.MULTILINE):
            kind, data = re.fullmatch(r"id: \d+\nevent: (\w+)\ndata: (.+)\n", event).groups()  # type: ignore[union-attr]
            seen.last = json.loads(data)
            if kind == "piece":
                seen.text += seen.last["text"]
            if kind not in seen.kinds:
                seen.kinds.append(kind)
        return seen


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[FastAPI, httpx2.AsyncClient]]:
    """One service for all rows, warm, and a student's program on a line to it. Each row brings a voice of its own."""
    settings = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("data"), database_url=None, llm_model=None)
    read_turn(ASKED, ())
    prepare_for(shipped()["maria_rivera"].persona)
    app = create_app(settings)
    async with served(app) as address:
        async with app.state.store.write() as session:
            student = await accounts.add_user(session, "ada@example.org", "student")
            token = await accounts.new_token(session, app.state.key, student.id)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(base_url=f"{address}/api/v1", headers=headers, timeout=30) as client:
            yield app, client


@asynccontextmanager
async def talk(service: tuple[FastAPI, httpx2.AsyncClient], *, late: bool = False) -> AsyncIterator[Talk]:
    """An encounter with a patient at a server of its own, behind a breaker of its own; `late`: short deadlines."""
    app, client = service
    server = FakeLlm(answers=lambda body: SAID, tokens_per_s=400)
    await server.start()
    model = OpenAICompatible(
        "fake",
        base_url=server.url,
        api_key="none",
        first_token_s=FIRST_TOKEN_S if late else PATIENT_S,
        idle_s=IDLE_S if late else PATIENT_S,
        options={"max_tokens": 300},
        back_off_s=0.01,
    )
    voice = LlmVoice(Guarded(model, Endpoint()), context_tokens=8192, reply_tokens=300)
    before, app.state.rooms.voice = app.state.rooms.voice, voice
    try:
        met = (await client.post("/encounters", json={"scenario": SCENARIO})).json()
        yield Talk(app, client, server, met["id"], met["opening"], new_id())
    finally:
        app.state.rooms.voice = before
        await voice.close()
        await server.stop()


async def begin_fault(server: FakeLlm, fault: Fault | Oddity, often: Often) -> None:
    if fault.kind == "refused":
        await server.stop()
    else:
        server.fail(fault.kind, times=1 if often == "once" else None, after_tokens=fault.after_tokens)


async def heal(server: FakeLlm, fault: Fault) -> None:
    server.heal()
    if fault.kind == "refused":
        await server.start(int(server.url.split(":")[2].split("/")[0]))


def failed(fault: Fault, met: Talk, text: str, number: int) -> Stored:
    """What is stored of a reply that failed: the try, what was shown of it, and nothing of it anywhere else."""
    return Stored(
        number=number,
        state="failed",
        text=text,
        error=(fault.seen, fault.cause, fault.what_now),
        said=[("patient", met.opening), ("student", ASKED)],
        ledger=OPENING_HINT,
    )


def whole(met: Talk, number: int) -> Stored:
    """What is stored of an answer."""
    return Stored(
        number=number,
        state="done",
        text=SAID,
        error=(None, None, None),
        said=[("patient", met.opening), ("student", ASKED), ("patient", SAID)],
        ledger=sorted([*OPENING_HINT, "nine_days", "tissues"]),
    )


async def assert_failed(seen: Seen, fault: Fault, met: Talk, number: int) -> None:
    """The reply failed as its row says: on the page, in the stream, and in the database."""
    told = {"code": fault.seen, "message": MESSAGES[fault.seen], "what_now": fault.what_now}
    assert (seen.kinds, seen.last) == (["piece", "failed"] if fault.after_tokens else ["failed"], told)
    assert SAID.startswith(seen.text)
    assert (FIRST_SENTENCE in seen.text, seen.text != SAID) == (bool(fault.after_tokens), True)
    assert await met.stored() == failed(fault, met, seen.text, number)
    page = {"turn_id": met.turn_id, "state": "failed", "text": seen.text, "offset": len(seen.text), "error": told}
    assert await met.page() == page


async def assert_whole(seen: Seen, met: Talk, number: int) -> None:
    """All that the model said is the patient's turn."""
    assert (seen.kinds, seen.text) == (["piece", "done"], SAID)
    assert seen.last == {"turn_id": met.turn_id, "text": SAID, "does": None, "state": "done"}
    assert await met.stored() == whole(met, number)


def assert_log(caplog: pytest.LogCaptureFixture, fault: Fault | None, times: int) -> None:
    """For each reply that failed one line of the model with the cause and one of the reply; never a word, no trace."""
    written = [record.getMessage() for record in caplog.records if record.name.startswith("app.")]
    by_model = [line for line in written if re.match(r"language model fake: (?!its endpoint)", line)]
    of_reply = [line for line in written if re.match(r"reply \S+ failed: ", line)]
    if fault is None:
        assert written == []
    else:
        assert len(by_model) >= times
        assert {line.split()[3] for line in by_model} == {fault.cause}
        assert [line.split()[3:] for line in of_reply] == [[fault.seen, fault.cause]] * times
    everything = caplog.text
    assert "Traceback" not in everything
    assert [record.name for record in caplog.records if record.exc_info] == []
    assert [words for words in ("worried", "tissues", "nine days", "letter", "Maria") if words in everything] == []


def named(row: Fault | Oddity) -> str:
    return f"{row.when}-{row.kind}"


@pytest.mark.parametrize("fault", FAULTS, ids=named)
async def test_a_fault_that_stays_is_told_and_is_over_when_the_server_is_well(
    service: tuple[FastAPI, httpx2.AsyncClient], fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "app")
    async with talk(service, late=fault.seen == "patient_slow") as met:
        await begin_fault(met.server, fault, "always")

        await assert_failed(await met.say(), fault, met, 1)
        requests = len(met.server.asked)
        await assert_failed(await met.ask_again(), fault, met, 2)
        await heal(met.server, fault)
        await assert_whole(await met.ask_again(), met, 3)
        assert FIRST_SENTENCE not in met.server.asked[-1].text  # what failed is in no prompt

    assert requests == (0 if fault.kind == "refused" else fault.tries)
    assert_log(caplog, fault, 2)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.kind != "refused"], ids=named)
async def test_a_fault_that_comes_once_is_not_noticed_where_another_try_is_safe(
    service: tuple[FastAPI, httpx2.AsyncClient], fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "app")
    async with talk(service, late=fault.seen == "patient_slow") as met:
        await begin_fault(met.server, fault, "once")

        seen = await met.say()
        if fault.tries > 1:
            await assert_whole(seen, met, 1)
            assert len(met.server.asked) == 2
        else:
            await assert_failed(seen, fault, met, 1)
            assert len(met.server.asked) == 1
            await assert_whole(await met.ask_again(), met, 2)

    if fault.kind != "overflow":  # says that the window is smaller than set
        assert_log(caplog, fault if fault.tries == 1 else None, 1)


@pytest.mark.parametrize("often", ["once", "always"])
@pytest.mark.parametrize("oddity", ODDITIES, ids=named)
async def test_an_odd_answer_is_an_answer(
    service: tuple[FastAPI, httpx2.AsyncClient], oddity: Oddity, often: Often, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "app")
    async with talk(service) as met:
        await begin_fault(met.server, oddity, often)

        seen = await met.say()
        stored = await met.stored()
        answer = SAID if oddity.whole else seen.text
        assert (seen.kinds, seen.text) == (["piece", "done"], answer)
        assert (stored.number, stored.state, stored.text, stored.said[-1]) == (1, "done", answer, ("patient", answer))
        assert oddity.whole or answer.endswith((".", "…"))
        if oddity.kind == "length":
            assert answer.startswith(FIRST_SENTENCE)
            assert SAID.startswith(answer.rstrip("…"))
        if oddity.kind == "over_long":
            assert answer.startswith("I keep going over it in my head at night.")
            assert len(answer) < LONGEST_SPOKEN * 1.2

    assert_log(caplog, None, 0)


async def test_a_server_that_says_when_to_come_back_is_asked_no_sooner(
    service: tuple[FastAPI, httpx2.AsyncClient],
) -> None:
    async with talk(service) as met:
        met.server.fail("429", times=None, retry_after_s=20)
        seen = [await met.say()]
        stored = [await met.stored()]
        seen.append(await met.ask_again())
        stored.append(await met.stored())
        requests = len(met.server.asked)

    told = "Your words are saved. Ask again in about 20 seconds."
    assert [one.last["what_now"] for one in seen] == [told, told]
    assert [one.error[1] for one in stored] == ["rate_limited", "resting"]
    assert requests == 1


async def test_a_class_is_told_when_to_ask_a_server_that_is_down_and_each_gets_an_answer_when_it_is_back(
    service: tuple[FastAPI, httpx2.AsyncClient],
) -> None:
    async with talk(service) as met:
        met.server.fail("500", times=None)
        seen = [await met.say(), *[await met.ask_again() for _ in range(19)]]
        requests = len(met.server.asked)
        stored = await met.stored()

    told = [one.last["what_now"] for one in seen]
    assert told[:FAULTS_IN_A_ROW] == ["Your words are saved. Ask again."] * FAULTS_IN_A_ROW
    assert set(told[FAULTS_IN_A_ROW:]) == {"Your words are saved. Ask again in about 5 seconds."}
    assert {one.last["code"] for one in seen} == {"patient_unreachable"}
    assert requests == FAULTS_IN_A_ROW * 3
    assert stored.error == ("patient_unreachable", "resting", "Your words are saved. Ask again in about 5 seconds.")


@pytest.mark.asyncio(loop_scope="function")
async def test_the_operators_page_shows_these_rows() -> None:
    assert table() in DOCUMENT.read_text(encoding="utf-8")
