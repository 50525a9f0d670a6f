import logging
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from app import accounts
from app.main import MAX_BODY_BYTES, create_app
from app.settings import Settings
from tests.app.scripted import SCENARIO, ScriptedVoice, new_id
from tests.conftest import People, SignIn, open_browser

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@pytest.mark.parametrize(
    "path", ["/sign-in", "/nothing-here", "/healthz", "/api/v1/me", "/static/rapport.css", "/account", "/boom"]
)
async def test_every_answer_has_the_strict_headers(app: FastAPI, client: httpx2.AsyncClient, path: str) -> None:
    @app.get("/boom")
    async def boom() -> None:
        raise RuntimeError

    headers = (await client.get(path)).headers

    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert (headers.get("cache-control") == "no-store") is not path.startswith("/static/")


CROSS = [
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "same-site"}, 403),
    ({"sec-fetch-site": "cross-site", "origin": "http://rapport.test"}, 403),
    ({"origin": "https://evil.test"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": "http://rapport.test.evil.test"}, 403),
    ({"origin": "http://rapport.test"}, 303),
    ({"sec-fetch-site": "same-origin"}, 303),
    ({"sec-fetch-site": "none"}, 303),
    ({}, 303),
]


@pytest.mark.parametrize(("headers", "status"), CROSS)
async def test_only_our_own_pages_may_change_anything(
    people: People, sign_in: SignIn, headers: dict[str, str], status: int
) -> None:
    browser = await sign_in(people.student)
    del browser.headers["sec-fetch-site"]

    answer = await browser.post("/sign-out", headers=headers)
    still_there = (await browser.get("/account")).status_code == 200

    assert (answer.status_code, still_there) == (status, status == 403)


async def test_the_public_address_counts_as_our_own(settings: Settings) -> None:
    public = settings.model_copy(update={"public_url": "https://rapport.school.example/"})
    app = create_app(public, ScriptedVoice())
    async with app.router.lifespan_context(app), open_browser(app) as browser:
        del browser.headers["sec-fetch-site"]
        ours = await browser.post("/sign-out", headers={"origin": "https://rapport.school.example"})
        theirs = await browser.post("/sign-out", headers={"origin": "https://school.example"})

    assert (ours.status_code, theirs.status_code) == (303, 403)


async def test_a_bearer_token_needs_no_origin_and_no_cookie_helps_a_wrong_one(
    app: FastAPI, people: People, sign_in: SignIn
) -> None:
    async with app.state.store.write() as session:
        token = await accounts.new_token(session, app.state.key, people.student.id)
    browser = await sign_in(people.student)
    cross = {"sec-fetch-site": "cross-site"}
    body = {"scenario": SCENARIO}

    right = await browser.post("/api/v1/encounters", json=body, headers={**cross, "authorization": f"Bearer {token}"})
    wrong = await browser.post("/api/v1/encounters", json=body, headers={**cross, "authorization": "Bearer wrong"})
    cookie = await browser.post("/api/v1/encounters", json=body, headers=cross)

    assert (right.status_code, wrong.status_code, cookie.status_code) == (201, 401, 403)
    assert wrong.headers["www-authenticate"] == "Bearer"
    assert cookie.json()["error"]["code"] == "wrong_origin"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: FastAPI, people: People) -> None:
    async with app.state.store.write() as session:
        link = f"/sign-in/{await accounts.new_link(session, app.state.key, people.student.id, hours=1)}"
    async with open_browser(app) as browser:
        cookie = (await browser.post(link)).headers["set-cookie"]

    assert cookie.startswith("rapport=")
    assert sorted(cookie.split("; ")[1:]) == ["HttpOnly", "Max-Age=1209600", "Path=/", "SameSite=lax"]


async def test_by_https_the_cookie_is_secure_and_bound_to_the_host(settings: Settings) -> None:
    public = settings.model_copy(update={"public_url": "https://rapport.school.example"})
    app = create_app(public, ScriptedVoice())
    async with app.router.lifespan_context(app):
        async with app.state.store.write() as session:
            ada = await accounts.add_user(session, "ada@example.org", "student")
            link = f"/sign-in/{await accounts.new_link(session, app.state.key, ada.id, hours=1)}"
        async with open_browser(app) as browser:
            cookie = (await browser.post(link)).headers["set-cookie"]

    assert cookie.startswith("__Host-rapport=")
    assert sorted(cookie.split("; ")[1:]) == ["HttpOnly", "Max-Age=1209600", "Path=/", "SameSite=lax", "Secure"]


@pytest.mark.parametrize("announced", [True, False])
async def test_what_is_too_long_is_refused_in_words(client: httpx2.AsyncClient, announced: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * (MAX_BODY_BYTES // 2)

    content = b"x" * (MAX_BODY_BYTES + 1) if announced else pieces()

    answer = await client.post("/api/v1/score", content=content, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


async def test_an_unforeseen_fault_tells_nothing_and_logs_no_words(
    app: FastAPI, client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    said = "what the student said"

    @app.get("/boom")
    async def boom() -> None:
        raise ValueError(said)

    with caplog.at_level(logging.ERROR):
        page = await client.get("/boom")
        answer = await client.get("/boom", headers={"accept": "application/json"})

    assert (page.status_code, answer.status_code) == (500, 500)
    assert answer.json() == {
        "error": {
            "code": "unexpected",
            "message": "Something went wrong on our side.",
            "what_now": "Nothing you wrote is lost. Try again in a moment.",
        }
    }
    assert "ValueError at /boom" in caplog.text
    assert said not in caplog.text + page.text


async def test_an_unforeseen_fault_logs_no_sign_in_link(
    client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(accounts, "whose_link", broken)
    with caplog.at_level(logging.ERROR):
        answer = await client.get("/sign-in/a-secret-nobody-should-read")

    assert answer.status_code == 500
    assert "OSError at /sign-in/{secret}" in caplog.text
    assert "nobody-should-read" not in caplog.text


async def test_a_page_that_is_not_there_and_a_method_it_does_not_take(client: httpx2.AsyncClient) -> None:
    missing = await client.get("/nothing-here")
    wrong = await client.post("/account")

    assert (missing.status_code, wrong.status_code, wrong.headers["allow"]) == (404, 405, "GET")
    assert "There is nothing here, or it is not yours to see." in missing.text
    assert "This address does not take that kind of request." in wrong.text


async def test_a_page_that_is_not_there_still_knows_who_asks(people: People, sign_in: SignIn) -> None:
    page = await (await sign_in(people.student)).get("/nothing-here")

    assert (page.status_code, ">Ada</a>" in page.text) == (404, True)


async def test_a_field_that_does_not_fit_is_named(people: People, sign_in: SignIn) -> None:
    browser = await sign_in(people.student)

    answer = await browser.post("/api/v1/encounters", json={"scenario": 7})
    broken = await browser.post(
        "/api/v1/encounters", content=b'{"scenario": ', headers={"content-type": "application/json"}
    )
    form = await browser.post("/account/password", data={})

    assert (answer.status_code, broken.status_code, form.status_code) == (422, 422, 422)
    assert answer.json()["error"]["message"] == (
        "Part of what was sent could not be understood: scenario (Input should be a valid string)."
    )
    assert broken.json()["error"]["message"] == "What was sent is not JSON."
    assert "password (Field required)" in form.text


async def test_a_body_that_is_no_text_is_refused_as_any_other(people: People, sign_in: SignIn) -> None:
    browser = await sign_in(people.student)

    answer = await browser.post("/api/v1/encounters", content=b"\xff\xfe", headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_request")


async def test_a_full_disk_is_507_and_what_was_acknowledged_stays(
    app: FastAPI, people: People, sign_in: SignIn
) -> None:
    from tests.app.storage.test_storage_store import fill_disk

    browser = await sign_in(people.student)
    browser.headers["accept"] = "application/json"
    encounter = (await browser.post("/api/v1/encounters", json={"scenario": SCENARIO})).json()["id"]
    await fill_disk(app.state.store)

    answers = []
    for number in range(200):
        answer = await browser.post(
            f"/api/v1/encounters/{encounter}/turns",
            json={"turn_id": new_id(), "said": f"Turn {number}. " + "Well. " * 300},
        )
        answers.append(answer)
        if answer.status_code != 200:
            break
    turns = (await browser.get(f"/api/v1/encounters/{encounter}")).json()["turns"]

    assert answers[-1].status_code == 507
    assert answers[-1].json()["error"]["code"] == "storage_full"
    said = [turn["text"].split(".")[0] for turn in turns if turn["speaker"] == "student"]
    acknowledged = [f"Turn {number}" for number in range(len(answers) - 1)]
    assert said[: len(acknowledged)] == acknowledged
