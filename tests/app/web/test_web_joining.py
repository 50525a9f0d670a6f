"""Joining a class: by code, by link, with an account or making one."""

import httpx2
import pytest

from app.storage import classes
from tests.app.web.conftest import Classroom
from tests.conftest import SignIn, open_browser

NEW = {"name": "New Student", "email": "New@Example.org", "password": "a long password"}


async def members(year4: Classroom) -> list[str]:
    async with year4.app.state.store.read() as session:
        return [one.user.email for one in await classes.members_of(session, year4.cohort.id, "student")]


async def test_a_code_that_is_typed_leads_to_its_class(client: httpx2.AsyncClient, year4: Classroom) -> None:
    code = year4.cohort.join_code
    typed = await client.get("/join", params={"code": f" {code[:4]}-{code[4:].lower()} "})
    page = await client.get(typed.headers["location"])

    assert typed.headers["location"] == f"/join/{code}"
    assert "Join Year 4" in page.text
    assert "Taught by Eva." in page.text
    assert f"/sign-in?next=/join/{code}" in page.text


async def test_a_wrong_code_names_no_class(client: httpx2.AsyncClient, year4: Classroom) -> None:
    page = await client.get("/join/ABCDEFGH")

    assert page.status_code == 404
    assert "No class has this join code." in page.text
    assert "Year 4" not in page.text


async def test_whoever_has_no_account_makes_one_and_is_signed_in(client: httpx2.AsyncClient, year4: Classroom) -> None:
    done = await client.post(f"/join/{year4.cohort.join_code}/account", data=NEW)

    assert done.headers["location"] == "/"
    assert "Year 4" in (await client.get("/")).text
    assert "new@example.org" in await members(year4)
    async with open_browser(year4.app) as another:
        data = {"email": NEW["email"], "password": NEW["password"]}
        assert (await another.post("/sign-in", data=data)).headers["location"] == "/"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"email": "ada@example.org"}, "ada@example.org already has an account."),
        ({"email": "nobody"}, "That is not an email address."),
        ({"password": "short"}, "That password has fewer than 10 characters."),
        ({"name": " "}, "Your educator needs to know who you are."),
    ],
)
async def test_an_account_that_cannot_be_made_keeps_what_was_typed_but_the_password(
    client: httpx2.AsyncClient, year4: Classroom, wrong: dict[str, str], told: str
) -> None:
    page = await client.post(f"/join/{year4.cohort.join_code}/account", data=NEW | wrong)

    assert page.status_code == 422
    assert told in page.text
    assert "New Student" in page.text or "name" in wrong
    assert NEW["password"] not in page.text
    assert sorted(await members(year4)) == ["ada@example.org", "ben@example.org"]


async def test_an_account_needs_a_class_that_exists(client: httpx2.AsyncClient, year4: Classroom) -> None:
    assert (await client.post("/join/ABCDEFGH/account", data=NEW)).status_code == 404
    assert (await client.get("/account")).status_code == 303


async def test_guessing_codes_is_slowed_down(client: httpx2.AsyncClient, year4: Classroom) -> None:
    tried = [(await client.get(f"/join/ABCDEF{number:02d}")).status_code for number in range(61)]

    assert tried == [404] * 60 + [429]


async def test_an_educator_is_told_that_only_students_join(year4: Classroom, sign_in: SignIn) -> None:
    educator = await sign_in(year4.people.educator)

    assert "Only students join by code." in (await educator.get(f"/join/{year4.cohort.join_code}")).text
    assert (await educator.post(f"/join/{year4.cohort.join_code}")).status_code == 404
