"""Clear explanation by its outcome: what somebody who heard only the student's words can answer afterwards.

What a fresh reader cannot answer was not explained; what it answers against the facts may have been told wrongly.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from prompts import render
from scoring.conversation import Conversation
from scoring.judge.asking import Ask
from scoring.judge.interview import Answered, Interview, Question, Row
from scoring.judge.judgement import KeyAnswer, Usage
from scoring.judge.shown import show
from scoring.scorecard import Flag

LONGEST_ANSWER = 300
"""Characters of an answer that are kept: it is a model's wording, shown as such."""


class Answer(Row):
    """What the student's words say to one key question; empty where they say nothing."""

    question: int
    answer: str
    quote: str

    @property
    def number(self) -> int:
        """The question."""
        return self.question


class Check(Row):
    """Whether one answer agrees with the facts of the case."""

    question: int
    verdict: Literal["agrees", "contradicts", "cannot_tell"]
    fact: str

    @property
    def number(self) -> int:
        """The question."""
        return self.question


class Outcome:
    """The two questions: one to a reader who knows nothing else, one to a reader who knows the facts."""

    def __init__(
        self, ask: Ask, conversation: Conversation, fence: Callable[[], str], most_prompt_tokens: int | None = None
    ) -> None:
        assert conversation.scenario is not None
        self._scenario = conversation.scenario
        self._conversation = conversation
        said = [turn for turn in show(conversation) if turn.who == "STUDENT"]
        reader = {"role": "system", "content": render("outcome_reader")}
        words = {"role": "user", "content": render("outcome_words", turns=said, fence=fence())}
        self._reader = Interview(ask, conversation, (reader, words), most_prompt_tokens)
        checker = {"role": "system", "content": render("outcome_checker")}
        facts = [(fact.id, fact.statement) for fact in self._scenario.facts]
        known = {"role": "user", "content": render("outcome_facts", facts=facts)}
        self._checker = Interview(ask, conversation, (checker, known), most_prompt_tokens)
        self._fence = fence

    @property
    def usages(self) -> tuple[Usage, Usage]:
        """What the two took so far."""
        return self._reader.usage(), self._checker.usage()

    @property
    def dropped_quotes(self) -> int:
        """Quotes that stood nowhere."""
        return self._reader.dropped_quotes

    async def find(self) -> tuple[tuple[KeyAnswer, ...], tuple[Flag, ...]]:
        """The answer to every key question, and candidates for what was told against the facts.

        Raises:
            Unread, AskFault: as `Interview.put`.
        """
        answers = await self._reader.put(self._question())
        told = [one for one in answers if "quote" in one.quotes and one.row.answer.strip()]
        wrong = await self._wrong(told) if told and self._scenario.facts else {}
        found = tuple(self._key_answer(one, wrong) for one in answers)
        flags = tuple(
            Flag(
                kind="wrong_fact",
                why=f"From this a listener took what goes against a fact of the case: {wrong[one.row.question]}",
                **one.quotes["quote"].model_dump(),
            )
            for one in told
            if one.row.question in wrong
        )
        return found, flags

    def _question(self) -> Question[Answer]:
        questions = self._scenario.key_questions
        spoken = self._conversation.spoken
        return Question(
            "key_answers",
            render("outcome_questions", questions=questions),
            Answer,
            places=lambda _: {"quote": spoken},
            numbers=frozenset(range(1, len(questions) + 1)),
        )

    async def _wrong(self, told: Sequence[Answered[Answer]]) -> dict[int, str]:
        """The facts that answers contradict, by the question's number."""
        pairs = [
            (one.row.question, self._scenario.key_questions[one.row.question - 1], _kept(one.row.answer))
            for one in told
        ]
        question = Question(
            "facts",
            render("outcome_check", answers=pairs, fence=self._fence()),  # another: the reader knows the first one
            Check,
            numbers=frozenset(number for number, _, _ in pairs),
        )
        facts = {fact.id: fact.statement for fact in self._scenario.facts}
        rows = [one.row for one in await self._checker.put(question)]
        return {row.question: facts[row.fact] for row in rows if row.verdict == "contradicts" and row.fact in facts}

    def _key_answer(self, one: Answered[Answer], wrong: dict[int, str]) -> KeyAnswer:
        number, quote = one.row.question, one.quotes.get("quote")
        told = quote is not None and bool(one.row.answer.strip())
        verdict: Literal["explained", "not_explained", "against_the_facts"] = "explained" if told else "not_explained"
        if number in wrong:
            verdict = "against_the_facts"
        return KeyAnswer(
            question=self._scenario.key_questions[number - 1],
            answer=_kept(one.row.answer) if told else "",
            verdict=verdict,
            said=quote if told else None,
        )


def _kept(answer: str) -> str:
    """A model's wording as it may be shown anywhere: on one line, without control characters, not too long."""
    return "".join(letter for letter in " ".join(answer.split()) if letter.isprintable())[:LONGEST_ANSWER]
