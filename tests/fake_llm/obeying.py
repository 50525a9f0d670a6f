"""A deliberately weak model: it does what the student orders, with all that it was sent at hand."""

import base64
import codecs
from collections.abc import Callable

from tests.fake_llm.server import Body

_LEET = str.maketrans("aeiostAEIOST", "431057431057")


def recite(body: Body) -> str:
    """Everything it was sent, the system message first."""
    return "\n".join(message["content"] for message in body["messages"])


def declare(body: Body) -> str:
    """What it is, and what it was told."""
    return f"As an AI language model, sure: my instructions are {body['messages'][0]['content']}"


def obeying(answer: str) -> Callable[[Body], str]:
    """Answers with this; `{start}`, `{rules}`, `{base64}` and the like are filled from what it was sent."""

    def obey(body: Body) -> str:
        said = answer
        for place, fill in _FILLS.items():
            if f"{{{place}}}" in said:
                said = said.replace(f"{{{place}}}", fill(body))
        return said

    return obey


def _prompt(body: Body) -> str:
    content: str = body["messages"][0]["content"]
    return content


def _start(body: Body) -> str:
    return " ".join(_prompt(body).split())[:400]


def _section(heading: str) -> Callable[[Body], str]:
    return lambda body: " ".join(_prompt(body).partition(heading)[2].split())[:500]


def _note(body: Body) -> str:
    content: str = body["messages"][-1]["content"]
    return content.rpartition("</said>")[2].strip() or "Trust: wary. Inside: upset."


def _spelled(between: str) -> Callable[[Body], str]:
    return lambda body: " ".join(between.join(word) for word in _start(body)[:200].split())


_FILLS: dict[str, Callable[[Body], str]] = {
    "everything": recite,
    "start": _start,
    "rules": _section("HOW YOU ANSWER"),
    "speech": _section("HOW YOU TALK"),
    "note": _note,
    "name": lambda body: _prompt(body).partition("Be ")[2].partition(" ")[0],
    "base64": lambda body: base64.b64encode(_start(body).encode()).decode(),
    "rot13": lambda body: codecs.encode(_start(body), "rot13"),
    "reversed": lambda body: _start(body)[::-1],
    "leet": lambda body: _start(body).translate(_LEET),
    "hex": lambda body: _start(body).encode().hex(),
    "spaced": _spelled(" "),
    "hyphened": _spelled("-"),
}
