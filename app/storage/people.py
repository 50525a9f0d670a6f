"""Queries about people: who they are, and how they sign in."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.storage.tables import ApiToken, SessionRow, SignInLink, User


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    """The user with this address, as `accounts.tidy_email` writes it."""
    return await session.scalar(select(User).where(User.email == email))


async def how_many_users(session: AsyncSession) -> int:
    """How many people have an account, disabled ones too."""
    return await session.scalar(select(func.count()).select_from(User)) or 0


async def user_of_session(session: AsyncSession, secret_hash: str, now: datetime) -> User | None:
    """Who is signed in with this session; None when it has expired or they are disabled."""
    return await session.scalar(
        select(User)
        .join(SessionRow, SessionRow.user_id == User.id)
        .where(SessionRow.secret_hash == secret_hash, SessionRow.expires_at > now, User.disabled_at.is_(None))
    )


async def user_of_token(session: AsyncSession, secret_hash: str) -> User | None:
    """Whose bearer token this is; None when it was revoked or they are disabled."""
    return await session.scalar(
        select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.secret_hash == secret_hash, ApiToken.revoked_at.is_(None), User.disabled_at.is_(None))
    )


async def user_of_link(session: AsyncSession, secret_hash: str, now: datetime) -> User | None:
    """Whose sign-in link this is; None when it was used, has expired or they are disabled."""
    return await session.scalar(
        select(User)
        .join(SignInLink, SignInLink.user_id == User.id)
        .where(
            SignInLink.secret_hash == secret_hash,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            User.disabled_at.is_(None),
        )
    )


async def use_link(session: AsyncSession, secret_hash: str, now: datetime) -> bool:
    """Mark the link used; False when somebody was quicker. Two clicks at once open one session."""
    done = await session.execute(
        update(SignInLink)
        .where(SignInLink.secret_hash == secret_hash, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
    )
    return cast("CursorResult[Any]", done).rowcount == 1


async def forget_session(session: AsyncSession, secret_hash: str) -> None:
    """Sign one browser out."""
    await session.execute(delete(SessionRow).where(SessionRow.secret_hash == secret_hash))


async def forget_sessions(session: AsyncSession, user_id: str, *, but: str = "") -> None:
    """Sign a person out everywhere, or everywhere but in the browser whose session hash is `but`."""
    await session.execute(delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.secret_hash != but))


async def forget_links(session: AsyncSession, user_id: str) -> None:
    """Make every sign-in link of this person useless."""
    await session.execute(delete(SignInLink).where(SignInLink.user_id == user_id))


async def forget_expired(session: AsyncSession, now: datetime) -> None:
    """Remove sessions and links whose time is over."""
    await session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
    await session.execute(delete(SignInLink).where(SignInLink.expires_at <= now))


async def revoke_tokens(session: AsyncSession, user_id: str, now: datetime) -> None:
    """Make every bearer token of this person useless."""
    await session.execute(
        update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )
