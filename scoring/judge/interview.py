"""Putting closed questions to a model: each at most twice, its quotes checked before anything is believed."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from prompts import render
from scoring.conversation import Conversation
from scoring.judge.asking import Ask, AskFault, Message, Reply
from scoring.judge.judgement import Usage, sum_of
from scoring.judge.quoting import FEWEST_WORDS, find_quote
from scoring.scorecard import Quote
from scoring.words import words

_DECODER = json.JSONDecoder()
CHARACTERS_PER_TOKEN = 4
TRIES = 2
"""A question is asked once, and once more where the answer could not be read or a quote stands nowhere."""
MOST_ROWS = 300
"""An answer with more rows went astray."""

WHY_UNREAD: Mapping[str, str] = {
    "refusal": "The model declined to answer.",
    "filtered": "The server's content filter held the answer back.",
    "cut": "The model's answer was cut off, twice.",
    "unreadable": "The model's answer could not be read, though it was asked twice.",
    "incomplete": "The model left questions unanswered, though it was asked twice.",
    "cut_prompt": "The server read only a part of the conversation, so its answer was not used.",
    "context_overflow": "The conversation is longer than the model can read at once.",
}
_NOT_READ = "the answer was not the JSON object that was asked for, or it was too long to be finished"
_OTHERWISE = "The model gave no answer that could be used."


class Unread(Exception):
    """A question stayed without an answer that can be used; `why` is a sentence for people."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        self.why = WHY_UNREAD.get(cause, _OTHERWISE)
        super().__init__(cause)


class Row(BaseModel):
    """One row of an answer: flat, every field required, an empty quote for no."""

    model_config = ConfigDict(frozen=True)

    @property
    def number(self) -> int:
        """Which of the question's `numbers` it answers for."""
        return 0

    def fewest_words(self, field: str) -> int:
        """How many words a quote in this field has at least: a shorter one proves nothing."""
        return FEWEST_WORDS


def _quotes_nothing(row: Row) -> Mapping[str, Sequence[int]]:
    return {}


RowT = TypeVar("RowT", bound=Row)


@dataclass(frozen=True)
class Question(Generic[RowT]):
    """One closed question; each of `numbers` needs a row.

    `places(row)`: for each field that quotes, the turns its words may stand in.
    """

    name: str
    text: str
    row: type[RowT]
    places: Callable[[RowT], Mapping[str, Sequence[int]]] = _quotes_nothing
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Answered(Generic[RowT]):
    """A row, and those of its quotes that stand in the transcript, by field."""

    row: RowT
    quotes: Mapping[str, Quote]


class Interview:
    """A conversation with the model about one transcript: the same beginning each time, the question last."""

    def __init__(
        self,
        ask: Ask,
        conversation: Conversation,
        beginning: Sequence[Message],
        most_prompt_tokens: int | None = None,
    ) -> None:
        """`beginning`: the system message, and the user message that the question is added to."""
        self._ask = ask
        self._most_prompt_tokens = most_prompt_tokens
        self._conversation = conversation
        self._beginning = beginning
        self._taken: list[Usage] = []
        self.dropped_quotes = 0

    async def put(self, question: Question[RowT]) -> list[Answered[RowT]]:
        """The rows of the answer, with the quotes that stand; a number answered twice counts once.

        Raises:
            Unread: no answer can be used.
            AskFault: the model cannot be reached just now.
        """
        system, talk = self._beginning
        messages = [system, {"role": "user", "content": f"{talk['content']}\n\n{question.text}"}]
        best: list[Answered[RowT]] | None = None
        fewest, cause = math.inf, "unreadable"
        for _ in range(TRIES):
            try:
                reply = await self._reply(messages, question)
            except Unread:
                if best is None:
                    raise
                break  # the second request is longer than the first, whose answer can be used in part
            rows, faults, cause = self._read(reply, question)
            if rows is not None and (best is None or (len(faults) < fewest and _proven(rows) >= _proven(best))):
                best, fewest = rows, len(faults)
            if not faults:
                break
            said = {"role": "assistant", "content": reply.text or "(no answer)"}
            messages = [*messages, said, {"role": "user", "content": render("judge_again", faults=faults)}]
        if best is None:
            raise Unread(cause)
        self.dropped_quotes += sum(len(_given(one.row, question)) - len(one.quotes) for one in best)
        return best

    def usage(self) -> Usage:
        """What all the questions took so far."""
        return sum_of(self._taken)

    async def _reply(self, messages: Sequence[Message], question: Question[RowT]) -> Reply:
        estimate = sum(len(message["content"]) for message in messages) // CHARACTERS_PER_TOKEN
        if self._most_prompt_tokens is not None and estimate > self._most_prompt_tokens:
            raise Unread("context_overflow")
        try:
            reply = await self._ask(messages, question.name, schema_of(question.row))
        except AskFault as fault:
            if fault.passing:
                raise
            self._taken.append(_usage(Reply("")))
            raise Unread(fault.cause) from fault
        self._taken.append(_usage(reply))
        return reply

    def _read(self, reply: Reply, question: Question[RowT]) -> tuple[list[Answered[RowT]] | None, list[str], str]:
        """The rows, None if they cannot be used; what is wrong in words for the model; and the cause if nothing can."""
        rows = parse_rows(reply.text, question.row)
        if rows is None or not reply.whole:
            return None, [_NOT_READ], "unreadable" if reply.whole else "cut"
        rows = _once(rows, question)
        missing = sorted(question.numbers - {row.number for row in rows})
        answered = [self._verified(row, question) for row in rows]
        faults = [fault for one in answered for fault in _unfounded(one, question)]
        if missing:
            return None, [*(f"there is no row for {number}" for number in missing), *faults], "incomplete"
        return answered, faults, ""

    def _verified(self, row: RowT, question: Question[RowT]) -> Answered[RowT]:
        places = question.places(row)
        found: dict[str, Quote] = {}
        for field, quoted in _given(row, question).items():
            quote = find_quote(self._conversation, places.get(field, ()), quoted, row.fewest_words(field))
            if quote is not None:
                found[field] = quote
        return Answered(row, found)


def _proven(rows: Sequence[Answered[Any]]) -> int:
    """How many quotes stand: a second answer that only leaves out what was right is no better."""
    return sum(len(one.quotes) for one in rows)


def _usage(reply: Reply) -> Usage:
    """What one request took."""
    return Usage(
        calls=1,
        prompt_tokens=reply.prompt_tokens,
        cached_tokens=reply.cached_tokens,
        completion_tokens=reply.completion_tokens,
    )


def schema_of(row: type[Row]) -> dict[str, Any]:
    """The flat JSON schema of an answer: an object with `rows`; the strictest common subset of what servers take."""
    fields = {
        name: {key: value for key, value in field.items() if key not in ("title", "description")}
        for name, field in row.model_json_schema()["properties"].items()
    }
    item = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"rows": {"type": "array", "items": item}},
        "required": ["rows"],
        "additionalProperties": False,
    }


def parse_rows(text: str, row: type[RowT]) -> list[RowT] | None:
    """The rows of an answer, also in a fence or behind words, the last where there are several; None: not readable."""
    try:
        text.encode()  # halves of letters, which some models write, can be neither kept nor sent
        rows = [*_objects_in(text)][-1]["rows"]
        json.dumps(rows, ensure_ascii=False).encode()
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            return None
        return [row.model_validate(one) for one in rows]
    except (IndexError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _objects_in(text: str) -> Iterator[Any]:
    """The JSON objects with rows in a text, in order; other braces among its words are passed over."""
    start = text.find("{")
    while start >= 0:
        end = start + 1
        with suppress(json.JSONDecodeError):
            content, end = _DECODER.raw_decode(text, start)
            if "rows" in content:
                yield content
        start = text.find("{", end)


def _once(rows: Sequence[RowT], question: Question[RowT]) -> list[RowT]:
    """One row for each number, the first; rows for numbers nobody asked about go."""
    if not question.numbers:
        return list(dict.fromkeys(rows))
    kept: dict[int, RowT] = {}
    for row in rows:
        if row.number in question.numbers:
            kept.setdefault(row.number, row)
    return [kept[number] for number in sorted(kept)]


def _given(row: RowT, question: Question[RowT]) -> dict[str, str]:
    """The quotes of a row that are not empty, by field."""
    return {field: quoted for field in question.places(row) if (quoted := str(getattr(row, field)).strip())}


def _unfounded(one: Answered[RowT], question: Question[RowT]) -> Iterator[str]:
    """Quotes of a row that stand nowhere they may stand, in words for the model."""
    for field, quoted in _given(one.row, question).items():
        if field not in one.quotes:
            turns = ", ".join(f"[{turn}]" for turn in question.places(one.row)[field]) or "no turn"
            shown = json.dumps(quoted[:120], ensure_ascii=False)
            if len(words(quoted)) < one.row.fewest_words(field):
                yield f"{field} {shown} is too short to prove anything: quote more words around it"
            else:
                yield f"{field} {shown} does not stand word for word in {turns}"
