"""A good, a middling and a poor student, through the real HTTP API, in both voices."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app import accounts, lab
from app.main import create_app
from app.patient import State
from app.settings import Settings
from app.storage import encounters
from personas import says, shipped
from scoring import Scorecard, Turn
from tests.app.scripted import SCENARIO, new_id
from tests.app.served import served
from tests.fake_llm import FakeLlm

PERSONA = shipped()["maria_rivera"].persona
MAIN = {concern.id for concern in PERSONA.concerns if concern.main}
STUDENTS = ("skilled", "middling", "brusque")
TURNS = 18


@dataclass(frozen=True)
class Met:
    """One encounter as its student saw it, and what the ledger says was told."""

    id: str
    heard: str
    trust: tuple[float, ...]
    told: frozenset[str]
    card: Scorecard


async def hold(app: FastAPI, address: str, learner: lab.Learner) -> Met:
    """A whole encounter of one student, from the door to the scorecard."""
    async with app.state.store.write() as session:
        student = await accounts.add_user(session, f"{new_id()}@example.org", "student")
        token = await accounts.new_token(session, app.state.key, student.id)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=f"{address}/api/v1", headers=headers, timeout=30) as client:
        met = (await client.post("/encounters", json={"scenario": SCENARIO})).json()
        turns = [Turn(speaker="patient", text=met["opening"], does=met["opening_does"])]
        for _ in range(TURNS):
            said = learner(lab.Room(met["patient"], PERSONA.scenario(SCENARIO), tuple(turns)))
            answer = await say(client, met["id"], said)
            turns += [said, Turn(speaker="patient", text=answer["text"], does=answer["does"])]
        card = Scorecard.model_validate((await client.post(f"/encounters/{met['id']}/end")).json())
        ended = (await client.get(f"/encounters/{met['id']}")).json()
    async with app.state.store.read() as session:
        ledger = await encounters.ledger_of(session, met["id"])
    return Met(
        id=met["id"],
        heard="\n".join(turn["text"] for turn in ended["turns"] if turn["speaker"] == "patient"),
        trust=tuple(turn["mind"]["trust"] for turn in ended["turns"]),
        told=frozenset(entry.item_id for entry in ledger if entry.kind == "concern"),
        card=card,
    )


async def say(client: httpx2.AsyncClient, encounter_id: str, said: Turn) -> dict[str, Any]:
    """Send one turn and read the stream to its end: what the last event holds."""
    body = {"turn_id": new_id(), "said": said.text, "silent": said.silent}
    answer = await client.post(f"/encounters/{encounter_id}/turns", json=body)
    assert answer.headers["content-type"].startswith("text/event-stream"), answer.text
    last = answer.text.removesuffix("\n\n").split("\n\n")[-1]
    kind, data = re.fullmatch(r"id: \d+\nevent: (\w+)\ndata: (.+)", last).groups()  # type: ignore[union-attr]
    assert kind == "done", last
    found: dict[str, Any] = json.loads(data)
    return found


async def three(app: FastAPI) -> tuple[Met, Met, Met]:
    """Each student's encounter."""
    async with served(app) as address:
        good, middling, poor = [await hold(app, address, lab.LEARNERS[name]) for name in STUDENTS]
    return good, middling, poor


def differ_clearly(good: Met, middling: Met, poor: Met) -> None:
    """Levels and curves tell the three apart, and the poor student hears nothing that was hidden."""
    overall = [met.card.overall or 0.0 for met in (good, middling, poor)]
    assert overall[0] - overall[1] >= 15, overall
    assert overall[1] - overall[2] >= 15, overall
    assert good.trust[-1] - middling.trust[-1] >= 0.2, (good.trust, middling.trust)
    assert middling.trust[-1] - poor.trust[-1] >= 0.1, (middling.trust, poor.trust)
    assert good.trust[-1] > good.trust[0] > poor.trust[-1]
    assert len(good.told & MAIN) >= 2, good.told
    assert not poor.told & MAIN, poor.told
    for concern in PERSONA.concerns:
        if concern.main:
            assert not says(concern.phrasings, poor.heard), (concern.id, poor.heard)


async def test_the_offline_patient_tells_three_students_apart(settings: Settings) -> None:
    differ_clearly(*await three(create_app(settings)))


@pytest.fixture
async def fake_llm() -> AsyncIterator[FakeLlm]:
    server = FakeLlm(answers=parrot)
    await server.start()
    yield server
    await server.stop()


def parrot(body: dict[str, Any]) -> str:
    """A patient that keeps nothing back: repeats all it was told to say, else something about itself."""
    messages = [message["content"] for message in body["messages"]]
    notes = messages[-1].rpartition("</said>")[2]
    told = re.findall(r"(?:May tell|Let slip): (.*?)(?= (?:May tell|Let slip): |$)", notes)
    known = re.findall(r"^- (You .*)$", messages[0], re.MULTILINE)
    return in_first_person(" ".join(told) or known[len(messages) % len(known)])


def in_first_person(text: str) -> str:
    """'Your mum died' as the patient says it: 'My mum died'."""
    words = {"you are": "I am", "you were": "I was", "your": "my", "yourself": "myself", "you": "I"}
    return re.sub(
        r"\b(you are|you were|yourself|your|you)\b",
        lambda found: (
            words[found.group().lower()][0].upper() + words[found.group().lower()][1:]
            if found.group()[0].isupper()
            else words[found.group()]
        ),
        text,
        flags=re.IGNORECASE,
    )


async def test_a_language_models_patient_tells_them_apart_and_is_never_told_what_is_closed(
    settings: Settings, fake_llm: FakeLlm, tmp_path: Path
) -> None:
    by_model = settings.model_copy(
        update={"llm_model": "fake", "llm_base_url": fake_llm.url, "llm_api_key": None, "data_dir": tmp_path / "llm"}
    )
    app = create_app(by_model)
    async with served(app) as address:
        good, middling, poor = [await hold(app, address, lab.LEARNERS[name]) for name in STUDENTS]
        open_at = [await open_concerns(app, met) for met in (good, middling, poor)]

    differ_clearly(good, middling, poor)
    assert len(fake_llm.asked) == 3 * TURNS
    for asked, may_tell in zip(fake_llm.asked, [one for met in open_at for one in met], strict=True):
        assert_nothing_closed_in(asked.body, may_tell)


async def open_concerns(app: FastAPI, met: Met) -> list[frozenset[str]]:
    """What was open when each of the student's turns was answered."""
    async with app.state.store.read() as session:
        turns = await encounters.turns_of(session, met.id)
    return [frozenset(State.model_validate(turn.state).open_concerns) for turn in turns if turn.speaker == "student"]


def assert_nothing_closed_in(body: dict[str, Any], may_tell: frozenset[str]) -> None:
    """No message holds a concern that is not open, in its own words or in any that would give it away."""
    sent = "\n".join(message["content"] for message in body["messages"])
    ours = re.sub(r"<said>.*?</said>", "", sent, flags=re.DOTALL)
    for concern in PERSONA.concerns:
        if concern.id not in may_tell:
            assert concern.tell not in sent
            assert concern.summary not in sent
            assert not says(concern.phrasings, ours), concern.id
