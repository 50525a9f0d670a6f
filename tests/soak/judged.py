"""The service, run as a module in place of `app`, with a judge that asks three questions over HTTP."""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import aiohttp

from app import main
from app.cli import cli
from scoring.judge import AskFault, Message, Reply
from tests.app.judging.made import ScriptedJudge


class HttpModel:
    """Asks the server of `RAPPORT_JUDGE_BASE_URL`."""

    model: str = "fake"

    async def __call__(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any]) -> Reply:
        body = {"model": self.model, "messages": list(messages)}
        url = f"{os.environ['RAPPORT_JUDGE_BASE_URL']}/chat/completions"
        try:
            async with aiohttp.ClientSession() as client, client.post(url, json=body) as response:
                found = await response.json()
        except aiohttp.ClientError as error:
            raise AskFault("dropped", passing=True) from error
        return Reply(found["choices"][0]["message"]["content"])

    async def close(self) -> None:
        """Nothing is kept open."""


if __name__ == "__main__":
    main.create_app = partial(main.create_app, ask=HttpModel(), judge=ScriptedJudge(calls=3))
    cli()
