"""Locks that hold between processes: one server for a database file, one writer at a time."""

import asyncio
import fcntl
import os
import time
from pathlib import Path

PAUSE_S = 0.005
"""How long to sleep between two tries for a lock another process holds."""


class FileLock:
    """An exclusive lock on a file. The operating system lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def try_now(self) -> bool:
        """Take the lock if it is free; True when it was."""
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    async def take(self, wait_s: float) -> bool:
        """Take the lock, trying for `wait_s` seconds; True when it was got."""
        ends_at = time.monotonic() + wait_s
        while not self.try_now():
            if time.monotonic() >= ends_at:
                return False
            await asyncio.sleep(PAUSE_S)
        return True

    def release(self) -> None:
        """Let go; the file stays, so that its next holder locks the same one."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go and close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
