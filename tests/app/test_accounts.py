import asyncio
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app import accounts
from app.accounts import Person, Tries
from app.errors import BadRequest, LinkExpired, TooManyTries, WrongPassword
from app.settings import Settings, SettingsError
from app.storage import Store
from app.storage.tables import ApiToken, SessionRow, SignInLink, User
from tests.conftest import settings_in

KEY = b"k" * 40


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    store = await Store.open(settings)
    yield store
    await store.close()


@pytest.fixture
async def ada(store: Store) -> Person:
    async with store.write() as session:
        return await accounts.add_user(session, " Ada@Example.org ", "student")


async def link_for(store: Store, person: Person, hours: int = 1) -> str:
    async with store.write() as session:
        return await accounts.new_link(session, KEY, person.id, hours)


async def follow(store: Store, secret: str) -> Person:
    async with store.write() as session:
        return await accounts.follow_link(session, KEY, secret)


async def user_with_password(store: Store, person: Person, password: str) -> User:
    password_hash = await accounts.hash_password(password)
    async with store.write() as session:
        await accounts.set_password(session, KEY, person.id, password_hash, here="")
        return await session.get_one(User, person.id)


def test_an_address_is_kept_in_small_letters_and_names_its_owner(ada: Person) -> None:
    assert ada == Person(id=ada.id, email="ada@example.org", name="ada", role="student")


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "ada@x", "a b@example.org", "a@b@example.org", "a" * 250 + "@x.org"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(BadRequest, match="not an email address"):
        accounts.tidy_email(email)


async def test_one_address_has_one_account(store: Store, ada: Person) -> None:
    with pytest.raises(BadRequest, match=re.escape("ada@example.org already has an account.")):
        async with store.write() as session:
            await accounts.add_user(session, "ADA@example.org", "educator")


async def test_a_role_nobody_has_is_refused(store: Store) -> None:
    with pytest.raises(BadRequest, match="dean is not a role"):
        async with store.write() as session:
            await accounts.add_user(session, "x@example.org", "dean")


async def test_a_link_signs_in_once(store: Store, ada: Person) -> None:
    secret = await link_for(store, ada)

    assert await follow(store, secret) == ada
    with pytest.raises(LinkExpired):
        await follow(store, secret)


async def test_two_clicks_at_once_sign_in_once(store: Store, ada: Person) -> None:
    secret = await link_for(store, ada)

    both = await asyncio.gather(follow(store, secret), follow(store, secret), return_exceptions=True)

    assert sorted(type(one).__name__ for one in both) == ["LinkExpired", "Person"]


async def test_looking_at_a_link_does_not_use_it(store: Store, ada: Person) -> None:
    secret = await link_for(store, ada)
    async with store.read() as session:
        assert await accounts.whose_link(session, KEY, secret) == ada

    assert await follow(store, secret) == ada


async def test_a_link_past_its_time_signs_nobody_in(store: Store, ada: Person) -> None:
    secret = await link_for(store, ada)
    async with store.write() as session:
        await session.execute(update(SignInLink).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))

    with pytest.raises(LinkExpired):
        await follow(store, secret)


async def test_no_secret_stands_in_the_database(store: Store, ada: Person) -> None:
    secrets = {await link_for(store, ada)}
    async with store.write() as session:
        secrets |= {
            await accounts.new_session(session, KEY, ada.id, days=1),
            await accounts.new_token(session, KEY, ada.id),
        }
    async with store.read() as session:
        columns = (SignInLink.secret_hash, SessionRow.secret_hash, ApiToken.secret_hash)
        kept = {await session.scalar(select(column)) for column in columns}

    assert kept == {accounts.keyed_hash(KEY, secret) for secret in secrets}
    assert not kept & secrets


async def test_signing_in_again_ends_the_session_before(store: Store, ada: Person) -> None:
    async with store.write() as session:
        first = await accounts.new_session(session, KEY, ada.id, days=1)
        second = await accounts.new_session(session, KEY, ada.id, days=1, before=first)
    async with store.read() as session:
        assert await accounts.who_has_session(session, KEY, first) is None
        assert await accounts.who_has_session(session, KEY, second) == ada


async def test_a_session_past_its_time_is_nobodys(store: Store, ada: Person) -> None:
    async with store.write() as session:
        secret = await accounts.new_session(session, KEY, ada.id, days=1)
        await session.execute(update(SessionRow).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    async with store.read() as session:
        assert await accounts.who_has_session(session, KEY, secret) is None


async def test_another_key_opens_nothing(store: Store, ada: Person) -> None:
    async with store.write() as session:
        secret = await accounts.new_token(session, KEY, ada.id)
    async with store.read() as session:
        assert await accounts.who_has_token(session, KEY, secret) == ada
        assert await accounts.who_has_token(session, b"another" * 6, secret) is None


async def test_a_disabled_account_has_no_way_in(store: Store, ada: Person) -> None:
    user = await user_with_password(store, ada, "a long password")
    link = await link_for(store, ada)
    async with store.write() as session:
        browser = await accounts.new_session(session, KEY, ada.id, days=1)
        token = await accounts.new_token(session, KEY, ada.id)
    async with store.write() as session:
        await accounts.disable_user(session, ada.id)

    async with store.read() as session:
        user = await session.get_one(User, ada.id)
        assert await accounts.who_has_session(session, KEY, browser) is None
        assert await accounts.who_has_token(session, KEY, token) is None
    with pytest.raises(LinkExpired):
        await follow(store, link)
    with pytest.raises(WrongPassword):
        await accounts.check_password(user, "a long password")


async def test_only_the_right_password_opens(store: Store, ada: Person) -> None:
    user = await user_with_password(store, ada, "a long password")

    assert await accounts.check_password(user, "a long password") == ada
    with pytest.raises(WrongPassword):
        await accounts.check_password(user, "a long passwort")


async def test_an_unknown_address_costs_a_real_check_too(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []

    class Hasher:
        def hash(self, password: str) -> str:
            return "hash of nobody's password"

        def verify(self, password: str, known: str) -> bool:
            checked.append((password, known))
            return True

    accounts._nobodys_hash.cache_clear()
    monkeypatch.setattr(accounts, "_hasher", Hasher)

    with pytest.raises(WrongPassword):
        await accounts.check_password(None, "guess")
    assert checked == [("guess", "hash of nobody's password")]
    accounts._nobodys_hash.cache_clear()


async def test_a_new_password_signs_the_other_browsers_out(store: Store, ada: Person) -> None:
    async with store.write() as session:
        here = await accounts.new_session(session, KEY, ada.id, days=1)
        elsewhere = await accounts.new_session(session, KEY, ada.id, days=1)
    password_hash = await accounts.hash_password("another long one")
    async with store.write() as session:
        await accounts.set_password(session, KEY, ada.id, password_hash, here)
    async with store.read() as session:
        assert await accounts.who_has_session(session, KEY, here) == ada
        assert await accounts.who_has_session(session, KEY, elsewhere) is None


@pytest.mark.parametrize(("length", "complaint"), [(9, "fewer than 10"), (257, "more than 256")])
async def test_a_password_has_a_sensible_length(length: int, complaint: str) -> None:
    with pytest.raises(BadRequest, match=complaint):
        await accounts.hash_password("x" * length)


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "new").model_copy(update={"secret_key": None})

    key = accounts.secret_key(settings)

    assert accounts.secret_key(settings) == key
    assert len(key) >= 32
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret"]
    assert (settings.data_dir / "secret").stat().st_mode & 0o777 == 0o600
    assert settings.data_dir.stat().st_mode & 0o777 == 0o700


def test_a_damaged_key_file_stops_the_start(tmp_path: Path) -> None:
    settings = settings_in(tmp_path).model_copy(update={"secret_key": None})
    (tmp_path / "secret").write_text("short")

    with pytest.raises(SettingsError, match="should hold at least 32 characters"):
        accounts.secret_key(settings)


def test_tries_run_out_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    tries = Tries(limit=2, window_s=60)
    tries.count("ada")
    tries.count("ada")

    with pytest.raises(TooManyTries):
        tries.count("ada")
    tries.count("ben")
    now += 61
    tries.count("ada")


def test_a_try_that_succeeded_is_not_held_against_anybody() -> None:
    tries = Tries(limit=1, window_s=60)
    for _ in range(3):
        tries.count("ada")
        tries.forgive("ada")


def test_tries_forget_the_longest_unseen_first() -> None:
    tries = Tries(limit=1, window_s=60, keys=2)
    for who in ("ada", "ben", "cem"):
        tries.count(who)

    tries.count("ada")
    with pytest.raises(TooManyTries):
        tries.count("cem")
