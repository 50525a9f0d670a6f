"""The pages' routes: where each leads, for whom, and what a wrong request is told."""

from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from app import encounter
from personas import shipped
from tests.conftest import People, SignIn


def scenario_id() -> str:
    return shipped()["maria_rivera"].persona.scenarios[0].id


async def begin(browser: httpx2.AsyncClient, difficulty: str = "standard") -> str:
    """The address of a new encounter."""
    answer = await browser.post(f"/scenarios/{scenario_id()}/begin", data={"difficulty": difficulty})
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def talk(app: FastAPI, address: str) -> None:
    """One turn and its answer."""
    reply = await encounter.say(app.state.rooms, address.rsplit("/", 1)[1], str(uuid4()), "You look frightened.")
    await reply.outcome()


async def test_home_is_each_persons_own(people: People, sign_in: SignIn) -> None:
    homes = [await (await sign_in(person)).get("/") for person in (people.student, people.educator, people.admin)]

    assert [(home.status_code, home.headers.get("location")) for home in homes] == [
        (200, None),
        (303, "/classes"),
        (303, "/reports"),
    ]


async def test_from_the_door_to_the_feedback(app: FastAPI, people: People, sign_in: SignIn) -> None:
    browser = await sign_in(people.student)
    assert "Start starts the clock" in (await browser.get(f"/scenarios/{scenario_id()}")).text
    room = await begin(browser, "hard")
    await talk(app, room)
    assert "I see." in (await browser.get(room)).text
    assert (await browser.get(f"{room}/feedback")).headers["location"] == room

    ended = await browser.post(f"{room}/end")
    assert (ended.status_code, ended.headers["location"]) == (303, f"{room}/feedback")
    assert (await browser.get(room)).headers["location"] == f"{room}/feedback"
    page = await browser.get(f"{room}/feedback")
    assert "You look frightened." in page.text
    assert "How it felt for her" in page.text
    assert " · hard" in (await browser.get("/")).text


async def test_trying_again_opens_a_talk_of_its_own_and_both_name_each_other(
    app: FastAPI, people: People, sign_in: SignIn
) -> None:
    browser = await sign_in(people.student)
    first = await begin(browser)
    await talk(app, first)
    await browser.post(f"{first}/end")
    second = (await browser.post(f"{first}/branch", data={"position": "1"})).headers["location"]
    await talk(app, second)
    await browser.post(f"{second}/end")

    assert f'href="{second}/feedback">You tried again from turn 2' in (await browser.get(f"{first}/feedback")).text
    assert f'href="{first}/feedback">The talk this one branched from' in (await browser.get(f"{second}/feedback")).text


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/scenarios/nobody/begin", {}, 404),
        (f"/scenarios/{scenario_id()}/begin", {"difficulty": "impossible"}, 422),
        ("{room}/branch", {"position": "0"}, 422),
        ("{room}/branch", {"position": "x"}, 422),
        ("{room}/branch", {}, 422),
    ],
)
async def test_a_wrong_request_is_told_so_on_a_page(
    people: People, sign_in: SignIn, path: str, form: dict[str, str], status: int
) -> None:
    browser = await sign_in(people.student)
    answer = await browser.post(path.format(room=await begin(browser)), data=form)

    assert answer.status_code == status
    assert "<main" in answer.text


async def test_an_unknown_scenario_has_no_door_note(people: People, sign_in: SignIn) -> None:
    answer = await (await sign_in(people.student)).get("/scenarios/nobody")

    assert answer.status_code == 404
    assert "There is no such scenario." in answer.text


async def test_support_is_open_to_anybody(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/support")

    assert answer.status_code == 200
    assert "112" in answer.text
