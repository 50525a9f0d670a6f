"""What a second opinion takes: `python -m benchmarks.judging`. Tokens of a judgement, with and without a prefix cache.

Talks of twenty student turns by the scripted learners with every patient that comes with Rapport, told in authored
lines, are judged by a stand-in that reads what the prompt shows and answers in rows as a model would. Tokens are an
approximation of a tokenizer (`tests.fake_llm.cache`); the cache keeps any beginning it has seen and is empty at the
start of each encounter. Every question is asked once; one that is asked again costs its part once more.
"""

import asyncio
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.lab import LEARNERS, play, transcript
from app.patient.voices.authored import AuthoredVoice
from personas import Persona, shipped
from scoring.judge import Message, Reply, grade
from scoring.transcript import Transcript
from tests.fake_llm.cache import PrefixCache, rendered, tokens
from tests.fake_llm.judging import honestly

STUDENT_TURNS = 20
WHO = ("skilled", "middling", "brusque")
OUTCOME = ("key_answers", "facts")


class Spent(NamedTuple):
    """One request: what was sent, what of it no cache had, and what came back, in tokens."""

    question: str
    sent: int
    read: int
    answered: int


class Counting:
    """A judge's model that counts."""

    model = "counting"

    def __init__(self) -> None:
        self.spent: list[Spent] = []
        self._cache = PrefixCache()

    async def __call__(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any]) -> Reply:
        answer = honestly({"messages": list(messages)})
        sent = sum(len(rendered(message)) for message in messages)
        cached = self._cache.count(messages)["token"]
        self._cache.keep(messages, answer)
        self.spent.append(Spent(name, sent, sent - cached, len(tokens(answer))))
        return Reply(answer)


async def transcript_of(persona: Persona, learner: str) -> Transcript:
    """A whole talk of this learner with the patient, in her authored lines."""
    scenario = persona.scenarios[0]
    steps = await play(persona, scenario, "standard", AuthoredVoice(), LEARNERS[learner], STUDENT_TURNS)
    return transcript(persona, scenario, steps)


async def measure() -> dict[tuple[str, str], list[Spent]]:
    """What each talk took, by patient and learner."""
    found = {}
    for loaded in shipped().values():
        for learner in WHO:
            model = Counting()
            await grade(await transcript_of(loaded.persona, learner), model)
            found[loaded.persona.called, learner] = model.spent
    return found


def report(found: Mapping[tuple[str, str], Sequence[Spent]]) -> None:
    """A line for each talk, and the medians over all of them."""
    print(f"{'':20}  requests     sent     read  answered   of these the outcome: sent     read  answered")
    rows = {" ".join(talk): _row(spent) for talk, spent in found.items()}
    rows["median"] = tuple(int(statistics.median(column)) for column in zip(*rows.values(), strict=True))
    for name, row in rows.items():
        print(f"{name:20}  {row[0]:8}  {row[1]:7,}  {row[2]:7,}  {row[3]:8,}  {row[4]:26,}  {row[5]:7,}  {row[6]:8,}")
    middle = rows["median"]
    print(f"with a prefix cache {middle[2] / middle[1]:.2f} of the prompt tokens are read")
    by_question: dict[str, list[Spent]] = {}
    for spent in found.values():
        for one in spent:
            by_question.setdefault(one.question, []).append(one)
    for question, asked in by_question.items():
        read = statistics.median(one.read for one in asked)
        print(f"  {question:12} read {read:6,.0f}  answered {statistics.median(one.answered for one in asked):5,.0f}")


def _row(spent: Sequence[Spent]) -> tuple[int, ...]:
    outcome = [one for one in spent if one.question in OUTCOME]

    def sums(rows: Sequence[Spent]) -> tuple[int, int, int]:
        return sum(one.sent for one in rows), sum(one.read for one in rows), sum(one.answered for one in rows)

    return len(spent), *sums(spent), *sums(outcome)


if __name__ == "__main__":
    report(asyncio.run(measure()))
