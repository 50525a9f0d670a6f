"""A judge's model with scripted answers, rows of answers with defaults, and talks for it to read."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, cast

from personas.schema import Persona, Scenario
from scoring.conversation import Conversation
from scoring.grading import read_turns
from scoring.judge import AskFault, Message, Reply
from scoring.judge.interview import Interview
from scoring.transcript import Cue, Transcript, Turn

Row = dict[str, Any]
Answer: TypeAlias = "list[Row] | str | Reply | AskFault | tuple[Answer, ...] | Callable[[Sequence[Message]], Answer]"
"""Rows; raw text; a reply with its counts; a fault; one for each asking, the last again; or made from the messages."""

_NO: Mapping[str, Row] = {
    "feelings": {"turn": 0, "shows": "open", "feeling": "fear", "strength": 2, "quote": ""},
    "answers": {
        "occasion": 1,
        "fault": "none",
        "fault_quote": "",
        "heard": "",
        "met": "",
        "formula": "",
        "room": False,
        "deeper": "",
        "asked_after": "",
        "solution_first": False,
        "felt_understood": "",
        "made_good": "",
    },
    "namings": {
        "turn": 1,
        "quote": "",
        "feeling": "fear",
        "form": "guess",
        "shown": True,
        "patient": "neither",
        "closed": False,
        "made_good": "",
    },
    "leave": {
        "act": "news",
        "first_turn": 1,
        "last_turn": 1,
        "act_quote": "",
        "leave": "not_asked",
        "leave_quote": "",
        "choice": False,
        "announced": False,
        "made_good": "",
    },
    "explaining": {"kind": "explains", "turn": 1, "quote": "", "answered": False},
    "flags": {"kind": "lapse", "about": "", "turn": 1, "quote": ""},
    "key_answers": {"question": 1, "answer": "", "quote": ""},
    "facts": {"question": 1, "verdict": "agrees", "fact": ""},
}
_NUMBERED = {"answers": "occasion", "key_answers": "question", "facts": "question"}
_NUMBER = re.compile(r"^(\d+)\. ", re.MULTILINE)


def row(asked: str, /, **fields: Any) -> Row:
    """A row of an answer to this question that says no to everything but these fields."""
    unknown = set(fields) - set(_NO[asked])
    assert not unknown, f"{asked} has no {unknown}"
    return {**_NO[asked], **fields}


def as_text(*rows: Row) -> str:
    """The rows as a model writes them."""
    return json.dumps({"rows": rows})


class Asked(NamedTuple):
    """One request as it came."""

    messages: tuple[Message, ...]
    name: str
    schema: Mapping[str, Any]


class Scripted:
    """An `Ask` that answers each question as told, a question nobody told it about with no; it keeps every request."""

    model = "scripted"

    def __init__(self, **answers: Answer) -> None:
        unknown = set(answers) - set(_NO)
        assert not unknown, f"no question is called {unknown}"
        self._answers = answers
        self.asked: list[Asked] = []

    async def __call__(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any]) -> Reply:
        self.asked.append(Asked(tuple(messages), name, schema))
        answer = self._answers[name] if name in self._answers else _says_no(name)
        return self._reply(answer, messages)

    def _reply(self, answer: Answer, messages: Sequence[Message]) -> Reply:
        if isinstance(answer, AskFault):
            raise answer
        if isinstance(answer, Reply):
            return answer
        if isinstance(answer, str):
            return Reply(answer)
        if isinstance(answer, list):
            return Reply(as_text(*answer))
        if isinstance(answer, tuple):
            replies, times = cast("tuple[Answer, ...]", answer), self.names.count(self.asked[-1].name)
            return self._reply(replies[min(times, len(replies)) - 1], messages)
        return self._reply(answer(messages), messages)

    @property
    def names(self) -> list[str]:
        """The questions in the order they were asked."""
        return [one.name for one in self.asked]

    def last(self, name: str) -> str:
        """The last message of the last request for this question."""
        return [one.messages[-1]["content"] for one in self.asked if one.name == name][-1]


def numbers_in(messages: Sequence[Message]) -> list[int]:
    """The numbers a question asks to be answered."""
    return [int(number) for number in _NUMBER.findall(messages[1]["content"])]


def _says_no(name: str) -> Answer:
    if name not in _NUMBERED:
        return []
    return lambda messages: [row(name, **{_NUMBERED[name]: number}) for number in numbers_in(messages)]


def transcript_of(*lines: str, cues: tuple[Cue, ...] = ()) -> Transcript:
    """`"P: Hello."`, `"S: Good morning."`; nothing behind `S:` is a silence kept on purpose."""
    return Transcript(turns=tuple(_turns(lines)), cues=cues)


def _turns(lines: Sequence[str]) -> Iterator[Turn]:
    for line in lines:
        text = line[2:].removeprefix(" ")
        yield Turn(speaker="patient" if line.startswith("P:") else "student", text=text, silent=not text)


def talk(
    *lines: str,
    cues: tuple[Cue, ...] = (),
    scenario: Scenario | None = None,
    persona: Persona | None = None,
) -> Conversation:
    """The conversation of these lines, read as every scorer reads it."""
    transcript = transcript_of(*lines, cues=cues)
    return Conversation(transcript, read_turns(transcript, {}), scenario, persona)


BEGINNING: tuple[Message, Message] = (
    {"role": "system", "content": "You read a conversation."},
    {"role": "user", "content": "<fence>\nthe conversation, long enough for a few faults\n</fence>"},
)


def interview(ask: Scripted, conversation: Conversation) -> Interview:
    """An interview about this conversation."""
    return Interview(ask, conversation, BEGINNING)
