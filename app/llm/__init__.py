"""Language models behind one protocol: text streams in, or a fault that says what went wrong."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from app.settings import Settings

if TYPE_CHECKING:
    from app.llm.asking import Asker

Cause = Literal[
    "refused_connection",  # nothing listens there, or the name is unknown
    "bad_key",  # 401, 403
    "no_such_model",  # 404
    "bad_request",  # another 4xx
    "context_overflow",  # the prompt is longer than the model's window
    "rate_limited",  # 429
    "server_error",  # 5xx
    "not_a_stream",  # an HTML page, or JSON where events should be
    "bad_line",  # an event that is not what the protocol says
    "reported",  # the server reported an error within the stream
    "dropped",  # the connection broke
    "no_end",  # the stream ended without a finish_reason
    "no_first_token",  # nothing came within the deadline
    "stalled",  # the answer stood still
    "empty",  # it ended well, and held nothing
    "reasoning_only",  # it thought until its tokens were used up
    "filtered",  # the server's content filter
    "refusal",  # the model declined
    "resting",  # nothing was asked: the endpoint failed too often and is left alone for a while
]
"""What went wrong, for the log and for whoever decides what a person is told."""


class ModelFault(Exception):
    """A model that gave no usable answer. `started`: some of the answer had come already.

    `retry_after_s`: when to ask again, where the server, or the rest it is given, says so.
    """

    def __init__(
        self, cause: Cause, *, started: bool = False, status: int | None = None, retry_after_s: float | None = None
    ) -> None:
        self.cause: Cause = cause
        self.started = started
        self.status = status
        self.retry_after_s = retry_after_s
        super().__init__(cause)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one request took, as the server counted it; None where it did not say."""

    prompt: int | None = None
    cached: int | None = None
    completion: int | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The last thing of a stream. `whole` is false when the longest allowed reply cut the answer."""

    whole: bool
    tokens: Tokens


class LanguageModel(Protocol):
    """Something that continues a conversation."""

    name: str

    def stream(self, messages: Sequence[Mapping[str, str]]) -> AsyncGenerator[str | End]:
        """Pieces of the answer as they come, then one End.

        Raises:
            ModelFault: there is no answer, or it broke off.
        """
        ...

    async def close(self) -> None:
        """Give back the connections."""
        ...


def connect(settings: Settings) -> LanguageModel:
    """The configured model, behind the breaker of its endpoint; asks nothing of it yet.

    Raises:
        ValueError: no `RAPPORT_LLM_MODEL` is set.
    """
    if settings.llm_model is None:
        raise ValueError("RAPPORT_LLM_MODEL is not set")
    from app.llm.breaker import Guarded, endpoint_at
    from app.llm.exchange import OPENAI_URL
    from app.llm.openai_compatible import OpenAICompatible  # the SDK takes a second to import

    return Guarded(OpenAICompatible.from_settings(settings), endpoint_at(settings.llm_base_url or OPENAI_URL))


def connect_judge(settings: Settings) -> "Asker | None":
    """The model for second opinions; None where no `RAPPORT_JUDGE_MODEL` is set. Asks nothing of it yet."""
    if settings.judge_model is None:
        return None
    from app.llm.asking import Asker

    return Asker.from_settings(settings)
