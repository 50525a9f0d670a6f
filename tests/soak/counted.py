"""The service, run as a module in place of `app`, that writes how many asyncio tasks it has when it gets SIGUSR1."""

import asyncio
import os
import signal
from pathlib import Path

from app.cli import cli

FILE = "TASKS_FILE"
"""The variable that names the file to write to."""


def write_count(*_: object) -> None:
    """Into a new file, put in place when it is whole."""
    path = Path(os.environ[FILE])
    draft = path.with_suffix(".draft")
    draft.write_text(str(len(asyncio.all_tasks())))
    draft.rename(path)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, write_count)
    cli()
