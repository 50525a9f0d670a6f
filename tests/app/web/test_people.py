import re
import time

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app import accounts
from app.accounts import Person
from app.storage import Store
from app.storage.tables import SessionRow
from tests.conftest import People, SignIn, open_browser

PASSWORD = "a long password"


async def link_for(app: FastAPI, person: Person) -> str:
    async with app.state.store.write() as session:
        return f"/sign-in/{await accounts.new_link(session, app.state.key, person.id, hours=1)}"


async def give_password(app: FastAPI, person: Person) -> None:
    password_hash = await accounts.hash_password(PASSWORD)
    async with app.state.store.write() as session:
        await accounts.set_password(session, app.state.key, person.id, password_hash, here="")


async def sessions(store: Store) -> int:
    async with store.read() as session:
        return await session.scalar(select(func.count()).select_from(SessionRow)) or 0


def heading(page: httpx2.Response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.text)
    return found[1].replace("&#39;", "'") if found else ""


def fault(page: httpx2.Response) -> str:
    found = re.search(r'role="alert">(.*?)</p>', page.text)
    return found[1] if found else ""


async def test_a_link_is_used_by_its_button_and_not_by_a_preview(
    app: FastAPI, client: httpx2.AsyncClient, people: People
) -> None:
    link = await link_for(app, people.student)

    for _ in range(2):
        assert heading(await client.get(link)) == "Welcome, Ada"
    done = await client.post(link)
    account = await client.get("/account")

    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert "Ada, ada@example.org, student." in account.text


@pytest.mark.parametrize(
    ("leads_to", "goes"), [("/support", "/support"), ("//elsewhere.example", "/"), ("https://elsewhere.example", "/")]
)
async def test_a_link_leads_to_a_page_of_ours_and_no_other(
    app: FastAPI, client: httpx2.AsyncClient, people: People, leads_to: str, goes: str
) -> None:
    link = await link_for(app, people.student)
    page = await client.get(link, params={"next": leads_to})
    offered = re.search(r'name="next" value="([^"]*)"', page.text)
    assert offered is not None
    done = await client.post(link, data={"next": leads_to})

    assert (offered[1], done.headers["location"]) == (goes, goes)


async def test_a_used_link_says_so_and_opens_nothing(app: FastAPI, client: httpx2.AsyncClient, people: People) -> None:
    link = await link_for(app, people.student)
    await client.post(link)
    async with open_browser(app) as stranger:
        shown, pressed, account = await stranger.get(link), await stranger.post(link), await stranger.get("/account")

    assert (shown.status_code, pressed.status_code, account.status_code) == (403, 403, 303)
    assert heading(pressed) == "This sign-in link has expired or was already used."
    assert "Ask for a new link, or sign in with your password." in pressed.text


async def test_a_made_up_link_says_the_same(client: httpx2.AsyncClient) -> None:
    page = await client.get("/sign-in/made-up")

    assert (page.status_code, heading(page)) == (403, "This sign-in link has expired or was already used.")


async def test_the_right_password_leads_back_to_where_one_wanted_to_go(
    app: FastAPI, client: httpx2.AsyncClient, people: People
) -> None:
    await give_password(app, people.student)
    asked = await client.get("/account")
    page = await client.get(asked.headers["location"])
    done = await client.post("/sign-in", data={"email": "ADA@example.org ", "password": PASSWORD, "next": "/account"})

    assert asked.headers["location"] == "/sign-in?next=/account"
    assert '<input type="hidden" name="next" value="/account">' in page.text
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert (await client.get("/account")).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/", "/\\evil.test", "evil", "/a\nb"])
async def test_a_sign_in_leads_to_no_other_site(
    app: FastAPI, client: httpx2.AsyncClient, people: People, elsewhere: str
) -> None:
    await give_password(app, people.student)

    done = await client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD, "next": elsewhere})

    assert done.headers["location"] == "/"


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org", "not an address"])
async def test_a_wrong_password_is_refused_without_telling_why(
    app: FastAPI, client: httpx2.AsyncClient, people: People, email: str
) -> None:
    await give_password(app, people.student)

    page = await client.post("/sign-in", data={"email": email, "password": "wrong"})

    assert page.status_code == 401
    assert fault(page) == (
        "That email and password do not belong together. Try again, or ask your educator for a sign-in link."
    )
    assert f'value="{email}"' in page.text
    assert "set-cookie" not in page.headers


async def test_guessing_is_stopped_for_a_minute(
    app: FastAPI, client: httpx2.AsyncClient, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give_password(app, people.student)
    app.state.tries_by_email = accounts.Tries(limit=2, window_s=60)
    guess = {"email": "ada@example.org", "password": "wrong"}
    right = {"email": "Ada@example.org", "password": PASSWORD}

    refused = [(await client.post("/sign-in", data=guess)).status_code for _ in range(2)]
    stopped = await client.post("/sign-in", data=right)
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    after = await client.post("/sign-in", data=right)

    assert (refused, stopped.status_code, after.status_code) == ([401, 401], 429, 303)
    assert stopped.headers["retry-after"] == "60"
    assert heading(stopped) == "Too many tries in a short time."


async def test_signing_in_again_replaces_the_session(
    app: FastAPI, client: httpx2.AsyncClient, people: People, store: Store
) -> None:
    await give_password(app, people.student)
    secrets = []
    for _ in range(2):
        done = await client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD})
        secrets.append(done.cookies["rapport"])

    assert secrets[0] != secrets[1]
    assert await sessions(store) == 1
    async with open_browser(app, secrets[0]) as thief:
        assert (await thief.get("/account")).status_code == 303


async def test_signing_out_ends_the_session_on_the_server(
    app: FastAPI, people: People, sign_in: SignIn, store: Store
) -> None:
    browser = await sign_in(people.student)
    secret = browser.cookies["rapport"]

    done = await browser.post("/sign-out")

    assert (done.status_code, done.headers["location"], await sessions(store)) == (303, "/sign-in", 0)
    assert 'rapport=""' in done.headers["set-cookie"]
    async with open_browser(app, secret) as thief:
        assert (await thief.get("/account")).status_code == 303


async def test_whoever_is_signed_in_needs_no_sign_in_page(people: People, sign_in: SignIn) -> None:
    browser = await sign_in(people.student)

    assert (await browser.get("/sign-in?next=/account")).headers["location"] == "/account"


async def test_a_first_password_is_set_and_then_asked_for(people: People, sign_in: SignIn) -> None:
    browser = await sign_in(people.student)

    first = await browser.post("/account/password", data={"password": PASSWORD})
    unasked = await browser.post("/account/password", data={"password": "another long one"})
    changed = await browser.post("/account/password", data={"current": PASSWORD, "password": "another long one"})

    assert (first.status_code, first.headers["location"]) == (303, "/account?saved=true")
    assert "Your password is saved." in (await browser.get(first.headers["location"])).text
    assert (unasked.status_code, fault(unasked)) == (422, "That is not your current password. Try again.")
    assert changed.status_code == 303


async def test_a_short_password_is_refused_with_the_reason(people: People, sign_in: SignIn) -> None:
    page = await (await sign_in(people.student)).post("/account/password", data={"password": "short"})

    assert (page.status_code, fault(page)) == (422, "That password has fewer than 10 characters. Choose a longer one.")
