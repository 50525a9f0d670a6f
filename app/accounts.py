"""Who people are and how they sign in: accounts, one-time links, passwords, sessions, tokens.

Every secret is shown once and kept only as a keyed hash, so a copy of the database opens no door.
"""

import asyncio
import hashlib
import hmac
import os
import re
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast
from uuid import uuid4

from pwdlib import PasswordHash
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import BadRequest, LinkExpired, TooManyTries, WrongPassword
from app.settings import Settings, SettingsError
from app.storage import people
from app.storage.tables import ApiToken, Role, SessionRow, SignInLink, User

ROLES: tuple[Role, ...] = ("student", "educator", "admin")
PASSWORD_CHARACTERS = (10, 256)
"""Shortest and longest password. Length is what counts, after NIST SP 800-63B; no rule about its signs."""
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")


@dataclass(frozen=True)
class Person:
    """Someone who is signed in."""

    id: str
    email: str
    name: str
    role: Role


def secret_key(settings: Settings) -> bytes:
    """The key that hashes links, sessions and tokens: from the settings, else from a file made once, mode 0600.

    Raises:
        SettingsError: the file is there but too short to be a key.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data_dir / "secret"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    key = path.read_bytes().strip()
    if len(key) < 32:
        raise SettingsError(f"{path}: should hold at least 32 characters; delete it to have a new one made")
    return key


def _write_once(path: Path, text: str) -> None:
    """Write a private file as a whole, or leave the one that another process was quicker to write."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{uuid4()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def keyed_hash(key: bytes, secret: str) -> str:
    """What is stored in place of a secret: HMAC-SHA256 in hex."""
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()


def tidy_email(email: str) -> str:
    """The address as it is stored and looked up: no space around it, small letters.

    Raises:
        BadRequest: not an address.
    """
    tidy = email.strip().lower()
    if len(tidy) > 254 or not EMAIL.fullmatch(tidy):
        raise BadRequest("That is not an email address.", "Write it like name@example.org.")
    return tidy


async def add_user(session: AsyncSession, email: str, role: str, name: str = "") -> Person:
    """Create an account; without a name, the part of the address before the @ stands for it.

    Raises:
        BadRequest: not an address, not a role, or the address has an account.
    """
    tidy = tidy_email(email)
    if role not in ROLES:
        raise BadRequest(f"{role} is not a role.", f"Use one of {', '.join(ROLES)}.")
    if await people.user_by_email(session, tidy) is not None:
        raise BadRequest(f"{tidy} already has an account.", "Make a new sign-in link for it instead.")
    user = User(
        id=str(uuid4()),
        email=tidy,
        name=name.strip() or tidy.split("@")[0],
        role=role,
        created_at=datetime.now(UTC),
    )
    session.add(user)
    await session.flush()
    return as_person(user)


async def find_user(session: AsyncSession, email: str) -> Person:
    """The account with this address.

    Raises:
        BadRequest: there is none.
    """
    tidy = tidy_email(email)
    user = await people.user_by_email(session, tidy)
    if user is None:
        raise BadRequest(f"{tidy} has no account.", "Create it first.")
    return as_person(user)


async def disable_user(session: AsyncSession, user_id: str) -> None:
    """Close an account: signed out everywhere, no link or token works, what they wrote stays."""
    user = await session.get_one(User, user_id)
    user.disabled_at = datetime.now(UTC)
    await people.forget_sessions(session, user_id)
    await people.forget_links(session, user_id)
    await people.revoke_tokens(session, user_id, user.disabled_at)


def as_person(user: User) -> Person:
    """The signed-in view of a user row."""
    return Person(id=user.id, email=user.email, name=user.name, role=cast("Role", user.role))


async def new_link(session: AsyncSession, key: bytes, user_id: str, hours: int) -> str:
    """The secret of a new one-time sign-in link, good for `hours`."""
    secret = secrets.token_urlsafe(32)
    expires_at = datetime.now(UTC) + timedelta(hours=hours)
    session.add(SignInLink(secret_hash=keyed_hash(key, secret), user_id=user_id, expires_at=expires_at))
    return secret


def link_address(settings: Settings, secret: str, leads_to: str = "") -> str:
    """The address to open for this sign-in link; `leads_to` is the page it goes on to, home without."""
    return f"{settings.base_url}/sign-in/{secret}{f'?next={leads_to}' if leads_to else ''}"


async def whose_link(session: AsyncSession, key: bytes, secret: str) -> Person:
    """Who would sign in with this link; it stays good.

    Raises:
        LinkExpired: used, too old, or never made.
    """
    user = await people.user_of_link(session, keyed_hash(key, secret), datetime.now(UTC))
    if user is None:
        raise LinkExpired
    return as_person(user)


async def follow_link(session: AsyncSession, key: bytes, secret: str) -> Person:
    """Use the link up.

    Raises:
        LinkExpired: used, too old, or never made.
    """
    person = await whose_link(session, key, secret)
    if not await people.use_link(session, keyed_hash(key, secret), datetime.now(UTC)):
        raise LinkExpired
    return person


async def new_session(session: AsyncSession, key: bytes, user_id: str, days: int, before: str | None = None) -> str:
    """The secret of a new browser session; the one the browser had `before` ends."""
    now = datetime.now(UTC)
    await people.forget_expired(session, now)
    if before is not None:
        await end_session(session, key, before)
    secret = secrets.token_urlsafe(32)
    session.add(
        SessionRow(
            secret_hash=keyed_hash(key, secret),
            user_id=user_id,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    return secret


async def end_session(session: AsyncSession, key: bytes, secret: str) -> None:
    """Sign this browser out."""
    await people.forget_session(session, keyed_hash(key, secret))


async def who_has_session(session: AsyncSession, key: bytes, secret: str) -> Person | None:
    """Who is signed in with this session."""
    user = await people.user_of_session(session, keyed_hash(key, secret), datetime.now(UTC))
    return as_person(user) if user is not None else None


async def new_token(session: AsyncSession, key: bytes, user_id: str) -> str:
    """A new bearer token for the JSON API."""
    secret = secrets.token_urlsafe(32)
    session.add(ApiToken(secret_hash=keyed_hash(key, secret), user_id=user_id, created_at=datetime.now(UTC)))
    return secret


async def who_has_token(session: AsyncSession, key: bytes, secret: str) -> Person | None:
    """Whose bearer token this is."""
    user = await people.user_of_token(session, keyed_hash(key, secret))
    return as_person(user) if user is not None else None


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys_hash() -> str:
    """The hash of a password nobody has: an unknown address takes as long to refuse as a known one."""
    return _hasher().hash(secrets.token_urlsafe(32))


async def hash_password(password: str) -> str:
    """The Argon2id hash of a new password; about a quarter of a second, in a thread.

    Raises:
        BadRequest: too short or too long.
    """
    shortest, longest = PASSWORD_CHARACTERS
    if len(password) < shortest:
        raise BadRequest(f"That password has fewer than {shortest} characters.", "Choose a longer one.")
    if len(password) > longest:
        raise BadRequest(f"That password has more than {longest} characters.", "Choose a shorter one.")
    return await asyncio.to_thread(_hasher().hash, password)


async def set_password(session: AsyncSession, key: bytes, user_id: str, password_hash: str, here: str) -> None:
    """Give the account this password, and sign it out of every browser but the one with the session `here`."""
    user = await session.get_one(User, user_id)
    user.password_hash = password_hash
    await people.forget_sessions(session, user_id, but=keyed_hash(key, here))


async def check_password(user: User | None, password: str) -> Person:
    """The person, if the password is theirs; takes as long for an address nobody has.

    Raises:
        WrongPassword: for whatever reason; the reason is not told.
    """
    known = user.password_hash if user is not None else None
    right = await asyncio.to_thread(lambda: _hasher().verify(password, known or _nobodys_hash()))
    if user is None or known is None or user.disabled_at is not None or not right:
        raise WrongPassword
    return as_person(user)


class Tries:
    """How often somebody tried lately, in this process: `limit` tries within `window_s` seconds for one key."""

    def __init__(self, limit: int, window_s: float, keys: int = 10_000) -> None:
        self._limit = limit
        self._window_s = window_s
        self._keys = keys
        self._tried_at: OrderedDict[str, list[float]] = OrderedDict()

    def count(self, key: str) -> None:
        """Count one more try before it is made, so that many at once count as many.

        Raises:
            TooManyTries: there were `limit` already.
        """
        now = time.monotonic()
        recent = [at for at in self._tried_at.get(key, ()) if now - at < self._window_s]
        self._tried_at[key] = recent
        self._tried_at.move_to_end(key)
        if len(self._tried_at) > self._keys:
            self._tried_at.popitem(last=False)
        if len(recent) >= self._limit:
            raise TooManyTries
        recent.append(now)

    def forgive(self, key: str) -> None:
        """Forget the last try: it succeeded."""
        if recent := self._tried_at.get(key):
            recent.pop()
