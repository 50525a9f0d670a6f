"""The judge's card: a scorecard, how far it could be read, and what it took."""

from collections.abc import Sequence
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from personas.vocabulary import ScaleName
from scoring.scorecard import Quote, Scorecard, Summary

Level = Literal[0, 1, 2, 3, 4]


class Usage(BaseModel):
    """What a judgement took, over all its calls; None where the server did not count."""

    model_config = ConfigDict(frozen=True)

    calls: int = Field(description="Requests, those asked once more included.")
    prompt_tokens: int | None
    cached_tokens: int | None = Field(description="Of the prompt tokens, those the server had read before.")
    completion_tokens: int | None


class KeyAnswer(BaseModel):
    """What somebody who heard only the student's words answers to a key question of the case."""

    model_config = ConfigDict(frozen=True)

    question: str
    answer: str = Field(description="In the model's words, at most 300 characters; empty where nothing was said.")
    verdict: Literal["explained", "not_explained", "against_the_facts"]
    said: Quote | None = Field(None, description="The student's words it rests on.")


class JudgeSummary(Summary):
    """What lists need of a judge's card; None where there were no key questions, or no answers that could be read."""

    key_questions: int | None
    explained: int | None


class Judgement(Scorecard):
    """A grading by a language model's answers to closed questions; levels follow by the same rules.

    A scale in `not_scored` has no level because its answers could not be read, which is not "not observed".
    `flags` are candidates: a person decides. Nothing in it but `KeyAnswer.answer` is the model's own wording.
    """

    scorer: str = "judge"
    model: str
    prompt_hash: str = Field(description="SHA-256, 16 hex digits, of every template the judge was asked with.")
    usage: Usage
    not_scored: dict[ScaleName, str] = Field(default_factory=dict, description="Scale -> why, in a sentence.")
    flags_checked: bool = Field(True, description="False: the answer to the question for flags could not be read.")
    key_answers: tuple[KeyAnswer, ...] | None = Field(
        None, description="None: the case has no key questions, or the answers could not be read."
    )
    dropped_quotes: int = Field(0, description="Quotes that stood nowhere in the transcript; they count for nothing.")
    samples: int = Field(1, description="How often it was judged anew.")
    spread: dict[ScaleName, tuple[Level | None, ...]] = Field(
        default_factory=dict, description="With several samples: the level of each."
    )

    @property
    def summary(self) -> JudgeSummary:
        """The levels and flags, and how many key questions a listener could answer."""
        answers = self.key_answers
        return JudgeSummary(
            **super().summary.model_dump(),
            key_questions=None if answers is None else len(answers),
            explained=None if answers is None else sum(one.verdict == "explained" for one in answers),
        )


def sum_of(usages: Sequence[Usage]) -> Usage:
    """What several took together; None where no server counted."""

    def total(counted: Sequence[int | None]) -> int | None:
        known = [one for one in counted if one is not None]
        return sum(known) if known else None

    return Usage(
        calls=sum(one.calls for one in usages),
        prompt_tokens=total([one.prompt_tokens for one in usages]),
        cached_tokens=total([one.cached_tokens for one in usages]),
        completion_tokens=total([one.completion_tokens for one in usages]),
    )


_Quoted = TypeVar("_Quoted", bound=Quote)


def in_place(card: Judgement, turns: Sequence[int]) -> Judgement:
    """The card of a transcript that was judged without some turns, numbered as in the whole one: `turns[n]` was n."""
    if list(turns) == list(range(len(turns))):
        return card

    def placed(quote: _Quoted) -> _Quoted:
        answer = getattr(quote, "answer_turn", None)
        moved = {} if answer is None else {"answer_turn": turns[answer]}
        return quote.model_copy(update={"turn": turns[quote.turn], **moved})

    scales = {
        name: scale.model_copy(
            update={
                "evidence": tuple(placed(one) for one in scale.evidence),
                "occasions": tuple(placed(one) for one in scale.occasions),
            }
        )
        for name, scale in card.scales.items()
    }
    answers = card.key_answers and tuple(
        one.model_copy(update={"said": one.said and placed(one.said)}) for one in card.key_answers
    )
    longest = card.talk.longest_turn
    talk = card.talk if longest is None else card.talk.model_copy(update={"longest_turn": turns[longest]})
    flags = tuple(placed(one) for one in card.flags)
    return card.model_copy(update={"scales": scales, "flags": flags, "key_answers": answers, "talk": talk})
