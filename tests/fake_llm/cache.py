"""How many tokens of a prompt a server with a prefix cache would have to read, by each kind of cache there is."""

import re
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Literal

CacheRule = Literal["token", "block16", "step128", "message"]
CACHE_RULES: tuple[CacheRule, ...] = ("token", "block16", "step128", "message")

_TOKEN = re.compile(r" ?[^\W_]{1,5}|\s|[^\w\s]|_")

Message = Mapping[str, str]


def tokens(text: str) -> tuple[str, ...]:
    """The text cut into about as many pieces as a real tokenizer would make."""
    return tuple(_TOKEN.findall(text))


def rendered(message: Message) -> tuple[str, ...]:
    """A message as a chat template writes it."""
    return ("<|start|>", message["role"], *tokens(message["content"]), "<|end|>")


class PrefixCache:
    """Remembers the last conversations, each with the answer it got, and counts what a new prompt shares with one."""

    def __init__(self, keeps: int = 64) -> None:
        self._held: deque[list[tuple[str, ...]]] = deque(maxlen=keeps)

    def count(self, messages: Sequence[Message]) -> dict[CacheRule, int]:
        """Tokens of this prompt that need not be read again, by each rule."""
        asked = [rendered(message) for message in messages]
        shared, whole = 0, 0
        for held in reversed(self._held):
            same = _same_messages(asked, held)
            tokens_same = sum(map(len, asked[:same]))
            whole = max(whole, tokens_same)
            if same < min(len(asked), len(held)):
                tokens_same += _common(asked[same], held[same])
            shared = max(shared, tokens_same)
        step = shared // 128 * 128
        return {"token": shared, "block16": shared // 16 * 16, "step128": step if step >= 1024 else 0, "message": whole}

    def keep(self, messages: Sequence[Message], answer: str) -> None:
        """Remember a prompt and its answer."""
        self._held.append([rendered(one) for one in (*messages, {"role": "assistant", "content": answer})])


def _same_messages(one: Sequence[tuple[str, ...]], other: Sequence[tuple[str, ...]]) -> int:
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return same


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return same
