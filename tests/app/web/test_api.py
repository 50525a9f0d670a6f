import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import accounts, errors
from app.main import create_app
from app.replies import Event, new_attempt, now
from app.settings import Settings
from app.storage.tables import Encounter, TurnRow
from app.web.streams import event_bytes
from personas import shipped
from tests.app.scripted import SCENARIO, ScriptedVoice, new_id, until
from tests.conftest import ADDRESS, People

PERSONA = shipped()["maria_rivera"].persona
JSON = {"Accept": "application/json"}


@pytest.fixture
def voice() -> ScriptedVoice:
    return ScriptedVoice(["*She nods.* ", "Ça va… ", "yes."])


@pytest.fixture
async def app(settings: Settings, voice: ScriptedVoice) -> AsyncIterator[FastAPI]:
    service = create_app(settings, voice)
    async with service.router.lifespan_context(service):
        yield service


async def bearer(app: FastAPI, person: accounts.Person) -> httpx2.AsyncClient:
    async with app.state.store.write() as session:
        token = await accounts.new_token(session, app.state.key, person.id)
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app),
        base_url=f"{ADDRESS}/api/v1",
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.fixture
async def ada(app: FastAPI, people: People) -> AsyncIterator[httpx2.AsyncClient]:
    """A student's program."""
    async with await bearer(app, people.student) as client:
        yield client


@pytest.fixture
async def met(ada: httpx2.AsyncClient) -> str:
    return str((await ada.post("/encounters", json={"scenario": SCENARIO})).json()["id"])


async def say(
    client: httpx2.AsyncClient, met: str, said: str = "Hello.", turn_id: str | None = None, **more: Any
) -> httpx2.Response:
    body = {"turn_id": turn_id or new_id(), "said": said} | more
    return await client.post(f"/encounters/{met}/turns", json=body, headers=JSON)


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of an error; every error has a sentence and a way on."""
    fault = answer.json()["error"]
    assert set(fault) == {"code", "message", "what_now"}
    assert all(fault.values())
    return answer.status_code, fault["code"]


async def test_beginning_answers_with_the_opening(ada: httpx2.AsyncClient) -> None:
    answer = await ada.post("/encounters", json={"scenario": SCENARIO})
    scenario = PERSONA.scenario(SCENARIO)
    begun = answer.json()

    assert answer.status_code == 201
    assert begun | {"id": "", "started_at": ""} == {
        "id": "",
        "scenario": SCENARIO,
        "difficulty": "standard",
        "mode": "practice",
        "patient": PERSONA.called,
        "setting": scenario.setting,
        "opening": scenario.opening,
        "opening_does": scenario.opening_does,
        "started_at": "",
        "ended_at": None,
    }


async def test_a_turn_is_answered_with_a_stream_of_events(ada: httpx2.AsyncClient, met: str) -> None:
    turn_id = new_id()
    answer = await ada.post(f"/encounters/{met}/turns", json={"turn_id": turn_id, "said": "Hello."})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-store", "no")
    *pieces, done = answer.content.decode().removesuffix("\n\n").split("\n\n")
    words = "".join(json.loads(piece.split("\n")[2].removeprefix("data: "))["text"] for piece in pieces)
    assert words == "*She nods.* Ça va… yes."
    assert done == (
        f'id: 23\nevent: done\ndata: {{"turn_id":"{turn_id}","text":"Ça va… yes.","does":"She nods.","state":"done"}}'
    )


async def test_a_stored_reply_is_streamed_byte_for_byte_from_any_character(ada: httpx2.AsyncClient, met: str) -> None:
    turn_id = new_id()
    await say(ada, met, turn_id=turn_id)
    data = f'{{"turn_id":"{turn_id}","text":"Ça va… yes.","does":"She nods.","state":"done"}}'
    done = f"id: 23\nevent: done\ndata: {data}\n\n"

    for after in range(24):
        answer = await ada.get(f"/encounters/{met}/turns/{turn_id}/reply", params={"after": after})
        rest = "*She nods.* Ça va… yes."[after:]
        piece = f'id: 23\nevent: piece\ndata: {{"text":"{rest}"}}\n\n' if rest else ""
        assert answer.content == (piece + done).encode()


def test_an_event_is_three_lines_and_an_empty_one_whatever_the_words() -> None:
    assert event_bytes(Event(5, "piece", {"text": 'a\n"ü"'})) == (
        b'id: 5\nevent: piece\ndata: {"text":"a\\n\\"\xc3\xbc\\""}\n\n'
    )


async def test_one_json_answer_for_whoever_asks_for_json(ada: httpx2.AsyncClient, met: str) -> None:
    turn_id = new_id()
    answer = await say(ada, met, turn_id=turn_id)

    assert (answer.status_code, answer.json()) == (
        200,
        {"turn_id": turn_id, "text": "Ça va… yes.", "does": "She nods.", "state": "done"},
    )


async def test_the_same_turn_sent_twice_at_once_has_one_answer(
    ada: httpx2.AsyncClient, met: str, voice: ScriptedVoice
) -> None:
    turn_id = new_id()
    first, second = await asyncio.gather(*(say(ada, met, turn_id=turn_id) for _ in range(2)))

    assert first.json() == second.json()
    assert len(voice.scenes) == 1
    assert len((await ada.get(f"/encounters/{met}")).json()["turns"]) == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"said": ""}, "empty_turn"),
        ({"said": " \n "}, "empty_turn"),
        ({}, "empty_turn"),
        ({"said": "a" * 10_000}, "turn_too_long"),
        ({"said": "Hm.", "silent": True}, "bad_request"),
        ({"said": 7}, "bad_request"),
        ({"said": "Hello.", "turn_id": "7"}, "bad_request"),
        ({"said": "Hello.", "turn_id": None}, "bad_request"),
        ({"said": "Hello.", "sayd": "Hello."}, "bad_request"),
    ],
)
async def test_a_turn_that_cannot_be_taken_is_refused_in_words_and_not_stored(
    ada: httpx2.AsyncClient, met: str, body: dict[str, Any], code: str
) -> None:
    answer = await ada.post(f"/encounters/{met}/turns", json={"turn_id": new_id()} | body)

    assert code_of(answer) == (422, code)
    assert len((await ada.get(f"/encounters/{met}")).json()["turns"]) == 1


async def test_words_that_are_not_json_are_refused(ada: httpx2.AsyncClient, met: str) -> None:
    answer = await ada.post(
        f"/encounters/{met}/turns", content=b'{"said": ', headers={"Content-Type": "application/json"}
    )

    assert code_of(answer) == (422, "bad_request")


async def test_the_same_id_with_other_words_is_refused(ada: httpx2.AsyncClient, met: str) -> None:
    turn_id = new_id()
    await say(ada, met, turn_id=turn_id)

    assert code_of(await say(ada, met, "Good morning.", turn_id=turn_id)) == (422, "turn_id_reused")


async def test_an_ended_encounter_refuses_words_and_hints_and_shows_its_scorecard(
    ada: httpx2.AsyncClient, met: str
) -> None:
    turn_id = new_id()
    await say(ada, met, turn_id=turn_id)
    assert code_of(await ada.get(f"/encounters/{met}/scorecard")) == (409, "still_running")

    ended = await ada.post(f"/encounters/{met}/end")

    assert ended.status_code == 200
    assert set(ended.json()["scales"]) == {"empathy", "emotion_naming", "permission", "explanation"}
    assert (await ada.get(f"/encounters/{met}/scorecard")).json() == ended.json()
    assert (await ada.post(f"/encounters/{met}/end")).json() == ended.json()
    assert code_of(await say(ada, met)) == (409, "encounter_ended")
    assert code_of(await ada.post(f"/encounters/{met}/hint")) == (409, "encounter_ended")
    assert (await say(ada, met, turn_id=turn_id)).json()["text"] == "Ça va… yes."


async def test_somebody_elses_encounter_is_not_there(app: FastAPI, people: People, met: str) -> None:
    turn_id = new_id()
    async with await bearer(app, people.other_student) as ben:
        answers = [
            await ben.get(f"/encounters/{met}"),
            await say(ben, met),
            await ben.post(f"/encounters/{met}/end"),
            await ben.post(f"/encounters/{met}/hint"),
            await ben.get(f"/encounters/{met}/scorecard"),
            await ben.get(f"/encounters/{met}/turns/{turn_id}/reply"),
            await ben.post(f"/encounters/{met}/turns/{turn_id}/stop"),
            await ben.post(f"/encounters/{met}/turns/{turn_id}/ask-again"),
        ]

    assert [code_of(answer) for answer in answers] == [(404, "not_found")] * len(answers)


@pytest.mark.parametrize("fault", [errors.PatientUnreachable, errors.PatientCutOff, errors.PatientSlow])
async def test_a_failed_answer_says_so_and_can_be_asked_again(
    ada: httpx2.AsyncClient, met: str, voice: ScriptedVoice, fault: type[errors.RapportError]
) -> None:
    voice.scripts = [["Well, ", fault()], ["Yes."]]
    turn_id = new_id()

    assert code_of(await say(ada, met, turn_id=turn_id)) == (fault.status, fault.code)
    streamed = await ada.get(f"/encounters/{met}/turns/{turn_id}/reply")
    shown = (await ada.get(f"/encounters/{met}")).json()["reply"]
    again = await ada.post(f"/encounters/{met}/turns/{turn_id}/ask-again", headers=JSON)

    assert streamed.status_code == 200
    assert streamed.content == event_bytes(Event(6, "piece", {"text": "Well, "})) + event_bytes(
        Event(6, "failed", {"code": fault.code, "message": fault.message, "what_now": fault.what_now})
    )
    assert (shown["state"], shown["text"], shown["offset"], shown["error"]["code"]) == (
        "failed",
        "Well, ",
        6,
        fault.code,
    )
    assert again.json()["text"] == "Yes."
    assert (await ada.get(f"/encounters/{met}")).json()["reply"] is None
    assert code_of(await ada.post(f"/encounters/{met}/turns/{turn_id}/ask-again")) == (409, "nothing_to_answer")


async def test_a_running_reply_is_shown_refuses_another_turn_and_can_be_stopped(
    ada: httpx2.AsyncClient, met: str, voice: ScriptedVoice
) -> None:
    voice.scripts = [["Yes, but ", asyncio.Event()]]
    turn_id = new_id()
    saying = asyncio.create_task(say(ada, met, turn_id=turn_id))
    await until(lambda: is_speaking(ada, met))
    running = (await ada.get(f"/encounters/{met}")).json()
    refused = await say(ada, met, "Hello?")
    stopped = await ada.post(f"/encounters/{met}/turns/{turn_id}/stop")

    assert running["reply"] == {"turn_id": turn_id, "state": "pending", "text": "Yes, but ", "offset": 9, "error": None}
    assert code_of(refused) == (409, "reply_running")
    assert stopped.status_code == 204
    assert (await saying).json() == {"turn_id": turn_id, "text": "Yes, but", "does": None, "state": "stopped"}


async def is_speaking(client: httpx2.AsyncClient, met: str) -> bool:
    reply = (await client.get(f"/encounters/{met}")).json()["reply"]
    return bool(reply and reply["offset"])


async def test_a_reply_cut_by_a_crash_is_shown_as_interrupted(app: FastAPI, ada: httpx2.AsyncClient, met: str) -> None:
    turn_id = new_id()
    async with app.state.store.write() as session:
        said = {"speaker": "student", "text": "Hello.", "as_shown": "Hello."}
        session.add(TurnRow(id=new_id(), encounter_id=met, position=1, turn_id=turn_id, said_at=now(), **said))
        row = new_attempt(met, turn_id, 1)
        row.state, row.text, row.saved_at = "partial", "I was ", now() - timedelta(minutes=1)
        session.add(row)

    shown = (await ada.get(f"/encounters/{met}")).json()["reply"]

    assert (shown["state"], shown["text"], shown["error"]["code"]) == ("interrupted", "I was ", "patient_cut_off")


def leaves(value: Any) -> list[str]:
    """Every key and every text in an answer."""
    if isinstance(value, dict):
        return [*value, *(leaf for item in value.values() for leaf in leaves(item))]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [str(value)]


async def test_nothing_closed_is_in_any_answer_while_the_encounter_runs(ada: httpx2.AsyncClient, met: str) -> None:
    answers = [
        await ada.get("/scenarios"),
        await ada.get("/me"),
        await say(ada, met, "Tell me about your mother."),
        await ada.get(f"/encounters/{met}"),
    ]
    seen = [leaf for answer in answers for leaf in leaves(answer.json()) if leaf]
    closed = [text for concern in PERSONA.concerns for text in (concern.id, concern.summary, concern.tell)]
    closed += [cue.hint_at for cue in PERSONA.cues] + [line.text for line in PERSONA.lines if line.text]

    assert not [leaf for leaf in seen if leaf in closed]
    assert not {"note", "reading", "state_after", "trust", "distress", "understanding"} & set(seen)
    turns = answers[-1].json()["turns"]
    assert [(turn["mind"], turn["changes"]) for turn in turns] == [(None, None)] * 3


async def test_the_mind_is_shown_once_the_encounter_has_ended(ada: httpx2.AsyncClient, met: str) -> None:
    await say(ada, met)
    await ada.post(f"/encounters/{met}/end")

    turns = (await ada.get(f"/encounters/{met}")).json()["turns"]

    assert [set(turn["mind"]) for turn in turns] == [{"trust", "distress", "understanding"}] * 3
    assert all("note" not in turn and "reading" not in turn for turn in turns)


async def test_a_hint_is_given_in_practice_and_refused_in_an_assessment(
    app: FastAPI, ada: httpx2.AsyncClient, met: str
) -> None:
    assert (await ada.post(f"/encounters/{met}/hint")).json()["hint"]
    assert (await ada.get(f"/encounters/{met}")).json()["hints_used"] == 1

    async with app.state.store.write() as session:
        (await session.get(Encounter, met)).mode = "assessment"
    assert code_of(await ada.post(f"/encounters/{met}/hint")) == (403, "assessment_mode")


async def test_a_transcript_from_anywhere_is_graded_and_nothing_is_kept(ada: httpx2.AsyncClient) -> None:
    turns = [
        {"speaker": "patient", "text": "I am so frightened of this."},
        {"speaker": "student", "text": "You sound really frightened. What frightens you most?"},
    ]
    first, second = [await ada.post("/score", json={"turns": turns}) for _ in range(2)]

    assert first.status_code == 200
    assert first.content == second.content
    assert first.json()["talk"]["student_words"] == 8


@pytest.mark.parametrize(
    ("transcript", "place"),
    [
        ({"turns": []}, "turns"),
        ({"turns": [{"speaker": "doctor", "text": "Hello."}]}, "turns.0.speaker"),
        ({"turns": [{"speaker": "student", "text": " "}]}, "turns.0"),
        ({"turns": [{"speaker": "student", "text": "Hello."}], "cues": [{"turn": 4}]}, "cues.0"),
        ({}, "turns"),
    ],
)
async def test_a_broken_transcript_is_refused_with_the_place(
    ada: httpx2.AsyncClient, transcript: dict[str, Any], place: str
) -> None:
    answer = await ada.post("/score", json=transcript)

    assert code_of(answer) == (422, "bad_request")
    assert place in answer.json()["error"]["message"]


async def test_the_library_shows_the_door_notes(ada: httpx2.AsyncClient) -> None:
    library = (await ada.get("/scenarios")).json()

    assert SCENARIO in [scenario["id"] for scenario in library]
    assert all(scenario["tasks"] and scenario["difficulties"] for scenario in library)


async def test_me_is_the_owner_of_the_token(ada: httpx2.AsyncClient, people: People) -> None:
    assert (await ada.get("/me")).json() == {
        "id": people.student.id,
        "email": people.student.email,
        "name": people.student.name,
        "role": "student",
    }


async def test_nobody_without_a_token_or_a_cookie_gets_in(client: httpx2.AsyncClient, app: FastAPI) -> None:
    answer = await client.get("/api/v1/scenarios")

    assert code_of(answer) == (401, "sign_in_needed")


async def test_every_route_declares_its_errors_and_an_example(ada: httpx2.AsyncClient) -> None:
    paths = (await ada.get("/openapi.json")).json()["paths"]
    routes = {(path, verb): route for path, verbs in paths.items() for verb, route in verbs.items() if "/api/" in path}

    assert len(routes) >= 12
    for route in routes.values():
        declared = route["responses"]["401"]["content"]["application/json"]
        assert declared["examples"]["sign_in_needed"]["value"]["error"]["code"] == "sign_in_needed"
        assert route["security"] == [{"HTTPBearer": []}]
        assert "HTTPValidationError" not in str(route)
    say = routes[("/api/v1/encounters/{encounter_id}/turns", "post")]["responses"]
    assert {"200", "404", "409", "422", "502", "504", "507"} <= set(say)
    assert set(say["200"]["content"]) == {"application/json", "text/event-stream"}


async def test_the_process_lives_and_is_ready(client: httpx2.AsyncClient) -> None:
    alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (
        200,
        {"ready": True, "database": True, "migrations": True, "personas": True, "disk": True},
    )


async def test_a_service_without_its_database_lives_but_is_not_ready(app: FastAPI, client: httpx2.AsyncClient) -> None:
    async with app.state.store.write() as session:
        await session.execute(text("delete from alembic_version"))

    alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.json() == {"ready": False, "database": True, "migrations": False, "personas": True, "disk": True}


async def test_a_service_whose_disk_is_almost_full_is_not_ready(
    app: FastAPI, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.FREE_BYTES", 2**62)

    ready = await client.get("/readyz")

    assert ready.status_code == 503
    assert ready.json() == {"ready": False, "database": True, "migrations": True, "personas": True, "disk": False}


@pytest.mark.parametrize(
    ("turns", "sentence"),
    [
        (["x" * 10_001], "A turn in it has more than 10,000 characters."),
        (["x" * 10_000] * 21, "That transcript has more than 200,000 characters."),
        (["x"] * 2_001, "That transcript has more than 2,000 turns or cues."),
    ],
)
async def test_a_transcript_that_would_keep_everybody_waiting_is_refused(
    ada: httpx2.AsyncClient, turns: list[str], sentence: str
) -> None:
    answer = await ada.post("/score", json={"turns": [{"speaker": "student", "text": text} for text in turns]})

    assert (*code_of(answer), answer.json()["error"]["message"]) == (413, "too_large", sentence)
