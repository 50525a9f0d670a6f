"""How a judge's model is asked: one question, one reply, or a fault that says whether to try later."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

Message = Mapping[str, str]
"""`{"role": "system" | "user" | "assistant", "content": ...}`."""


class Reply(NamedTuple):
    """What the model wrote, and what it took; None where the server did not count.

    `whole` is false where the longest allowed answer cut it.
    """

    text: str
    whole: bool = True
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None


class AskFault(Exception):
    """There is no reply. `passing`: the same question may be answered later (a server that is busy or away)."""

    def __init__(self, cause: str, *, passing: bool) -> None:
        self.cause = cause
        self.passing = passing
        super().__init__(cause)


class Ask(Protocol):
    """A language model that answers in JSON. Retries what can be retried at once by itself, a few times."""

    model: str

    async def __call__(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any]) -> Reply:
        """The reply to these messages. `schema` is a JSON schema, called `name`, that the reply has to fit.

        Raises:
            AskFault: there is no reply.
        """
        ...
