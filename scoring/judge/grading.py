"""Grade a conversation by a model's answers to closed questions; levels by the same rules as without one."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median
from typing import Any, TypeVar

from personas.schema import Persona, Scenario
from personas.vocabulary import ScaleName
from prompts import fingerprint, render
from scoring import rubric
from scoring.conversation import Conversation
from scoring.flags import news_was_told
from scoring.grading import find_shipped, read_turns
from scoring.habits.talk import count_talk
from scoring.judge.asking import Ask
from scoring.judge.candidates import find_candidates, kept_back
from scoring.judge.feelings import find_feelings
from scoring.judge.interview import Interview, Unread
from scoring.judge.judgement import Judgement, KeyAnswer, in_place, sum_of
from scoring.judge.leave import code_leave
from scoring.judge.namings import code_namings
from scoring.judge.outcome import Outcome
from scoring.judge.parts import code_explanation
from scoring.judge.responses import code_answers, heard_of, response_of
from scoring.judge.shown import show, without_copies
from scoring.levels import overall_of
from scoring.occasions import Opportunity
from scoring.reading import TurnReading
from scoring.scales import emotion_naming, empathy, explanation, permission
from scoring.scales.emotion_naming import answerable
from scoring.scorecard import SCALE_NAMES, Flag, ScaleResult
from scoring.spaces import card_as_typed, quote_as_typed, tidy_readings, tidy_transcript
from scoring.transcript import Transcript, Turn

JUDGE_VERSION = "1"
"""Raised whenever the same answers may give another score; a change of the prompts shows in their fingerprint."""
Fence = Callable[[], str]
"""Makes a name for the fences around what is untrusted; nobody can guess it."""

_Found = TypeVar("_Found")


def prompt_hash() -> str:
    """The fingerprint of every template a judge is asked with."""
    return fingerprint("judge_", "outcome_")


def random_fence() -> str:
    """A name that no student can have written."""
    return f"talk-{secrets.token_hex(6)}"


async def grade(
    transcript: Transcript,
    ask: Ask,
    *,
    scenario: Scenario | None = None,
    persona: Persona | None = None,
    readings: Mapping[int, TurnReading] | None = None,
    samples: int = 1,
    most_prompt_tokens: int | None = None,
    fence: Fence = random_fence,
) -> Judgement:
    """The judge's card. Each scale rests on quotes that stand in the transcript, or is in `not_scored` with the reason.

    With `samples` above 1 the talk is judged anew so often; the card is the one whose scores lie in the middle, and
    `spread` holds all levels. A question that would not fit into `most_prompt_tokens` with its talk is not asked.

    Raises:
        AskFault: the model cannot be reached just now (`passing`); nothing was scored.
    """
    if scenario is None and transcript.scenario is not None:
        persona, scenario = find_shipped(transcript.scenario, persona)
    conversation, kept = await asyncio.to_thread(_prepare, transcript, readings or {}, scenario, persona)
    cards = [await _Sitting(conversation, ask, fence, most_prompt_tokens).judge() for _ in range(max(1, samples))]
    return _as_typed(in_place(_middle(cards), kept), transcript)


def _prepare(
    transcript: Transcript, readings: Mapping[int, TurnReading], scenario: Scenario | None, persona: Persona | None
) -> tuple[Conversation, tuple[int, ...]]:
    """The conversation without copies, read, and where its turns stood. Reading takes the processor: not in a loop."""
    reduced, kept = without_copies(tidy_transcript(transcript))
    stored = tidy_readings(readings, transcript)
    read = read_turns(reduced, {number: stored[index] for number, index in enumerate(kept) if index in stored})
    conversation = Conversation(reduced, read, scenario, persona)
    assert conversation.readings.keys() == read.keys()  # made now, and kept with the conversation
    return conversation, kept


def begin(conversation: Conversation, ask: Ask, fence: str, most_prompt_tokens: int | None = None) -> Interview:
    """An interview about this conversation; whoever asks shares the beginning, which has no question in it."""
    talk = render("judge_talk", turns=show(conversation), fence=fence, scenario=conversation.scenario)
    system = {"role": "system", "content": render("judge_system")}
    return Interview(ask, conversation, (system, {"role": "user", "content": talk}), most_prompt_tokens)


async def names_feeling(turns: Sequence[Turn], ask: Ask, fence: Fence = random_fence) -> bool:
    """Whether the last turn, the student's, puts a feeling of this patient into words, by the judge's own question.

    Raises:
        Unread, AskFault: as `Interview.put`.
    """
    transcript = tidy_transcript(Transcript(turns=tuple(turns)))
    conversation = Conversation(transcript, read_turns(transcript, {}))
    namings = await code_namings(begin(conversation, ask, fence()), conversation)
    return any(one.turn == len(turns) - 1 for one in namings)


class _Sitting:
    """One judgement of one conversation: its questions, what could be read, and what it took."""

    def __init__(self, conversation: Conversation, ask: Ask, fence: Fence, most_prompt_tokens: int | None) -> None:
        self._conversation = conversation
        self._ask = ask
        self._fence = fence
        self._most_prompt_tokens = most_prompt_tokens
        self._interview = begin(conversation, ask, fence(), most_prompt_tokens)
        self._not_scored: dict[ScaleName, str] = {}

    async def judge(self) -> Judgement:
        """Ask everything, one question after the other: so a server can keep the beginning they share."""
        feelings = await self._read(find_feelings(self._interview, self._conversation), "empathy", "emotion_naming")
        scales: dict[ScaleName, ScaleResult] = {}
        if feelings is not None:
            scales |= await self._of_feelings(feelings)
        leave = await self._read(code_leave(self._interview, self._conversation), "permission")
        if leave is not None:
            scales["permission"] = permission.result_of(
                self._conversation, leave.episodes, administrative=leave.tic, signposted=leave.announced
            )
        explained = await self._read(_boxed(code_explanation(self._interview, self._conversation)), "explanation")
        if explained is not None:
            episodes = leave.episodes if leave is not None else ()
            told = news_was_told(self._conversation) or any(one.act == "news" for one in episodes)
            scales["explanation"] = explanation.result_of(self._conversation, explained[0], news_told=told)
        flags = await self._read(find_candidates(self._interview, self._conversation))
        return await self._card(scales, flags)

    async def _of_feelings(self, feelings: Sequence[Opportunity]) -> dict[ScaleName, ScaleResult]:
        """Empathy, and naming, which needs to know what else the answers did."""
        conversation = self._conversation
        answers = await self._read(code_answers(self._interview, conversation, feelings), "empathy", "emotion_naming")
        if answers is None:
            return {}
        scales: dict[ScaleName, ScaleResult] = {
            "empathy": empathy.result_of(conversation, [response_of(conversation, one) for one in answers])
        }
        namings = await self._read(code_namings(self._interview, conversation), "emotion_naming")
        if namings is not None:
            asked = {one.turn for one, _ in answerable(conversation, feelings)}
            heard = [heard_of(conversation, one) for one in answers if one.opportunity.turn in asked]
            scales["emotion_naming"] = emotion_naming.result_of(conversation, heard, namings)
        return scales

    async def _read(self, coding: Awaitable[_Found], *scales: ScaleName) -> _Found | None:
        """What a question found; None, and these scales not scored, where its answer cannot be used."""
        try:
            return await coding
        except Unread as unread:
            for scale in scales:
                self._not_scored.setdefault(scale, unread.why)
            return None

    async def _card(self, scales: Mapping[ScaleName, ScaleResult], flags: tuple[Flag, ...] | None) -> Judgement:
        outcome: Outcome | None = None
        answers: tuple[KeyAnswer, ...] | None = None
        wrong: tuple[Flag, ...] = ()
        scenario = self._conversation.scenario
        if scenario is not None and scenario.key_questions and self._conversation.spoken:
            outcome = Outcome(self._ask, self._conversation, self._fence, self._most_prompt_tokens)
            answers, wrong = await self._read(outcome.find()) or (None, ())
        usages = [self._interview.usage(), *(outcome.usages if outcome is not None else ())]
        candidates = flags if flags is not None else kept_back(self._conversation)
        return self._judgement(
            scales,
            flags=tuple(sorted((*candidates, *wrong), key=lambda flag: (flag.turn, flag.start, flag.kind))),
            flags_checked=flags is not None,
            usage=sum_of(usages),
            key_answers=answers,
            dropped_quotes=self._interview.dropped_quotes + (outcome.dropped_quotes if outcome is not None else 0),
        )

    def _judgement(self, scales: Mapping[ScaleName, ScaleResult], **found: Any) -> Judgement:
        results = {name: scales.get(name) or _not_scored(self._not_scored[name]) for name in SCALE_NAMES}
        return Judgement(
            scales=results,
            overall=None if self._not_scored else overall_of(tuple(results.values())),
            talk=count_talk(self._conversation),
            facts_checked=self._conversation.scenario is not None and found["flags_checked"],
            scorer_version=JUDGE_VERSION,
            rubric_version=rubric.VERSION,
            model=self._ask.model,
            prompt_hash=prompt_hash(),
            not_scored=self._not_scored,
            **found,
        )


def _flags_of(cards: Sequence[Judgement]) -> tuple[Flag, ...]:
    """Every candidate of every sample, once: whether somebody should look does not hang on which card is shown."""
    found = {(flag.kind, flag.turn, flag.start, flag.why): flag for card in cards for flag in card.flags}
    return tuple(sorted(found.values(), key=lambda flag: (flag.turn, flag.start, flag.kind)))


def _as_typed(card: Judgement, transcript: Transcript) -> Judgement:
    """The card with every quote as it stands in the typed transcript."""
    answers = card.key_answers and tuple(
        one.model_copy(update={"said": one.said and quote_as_typed(one.said, transcript)}) for one in card.key_answers
    )
    return card_as_typed(card, transcript).model_copy(update={"key_answers": answers})


async def _boxed(coding: Awaitable[_Found]) -> tuple[_Found]:
    """A finding that may be None in a box, to tell it from one that could not be read."""
    return (await coding,)


def _not_scored(why: str) -> ScaleResult:
    return ScaleResult(level=None, score=None, anchor="Not scored.", counted=why)


def _middle(cards: Sequence[Judgement]) -> Judgement:
    """The card whose scores lie nearest to the medians of all, with the spread and the sum of what they took."""
    if len(cards) == 1:
        return cards[0]
    medians = {
        name: median(known)
        for name in SCALE_NAMES
        if (known := [score for card in cards if (score := card.scales[name].score) is not None])
    }

    def distance(card: Judgement) -> tuple[int, float]:
        scores = {name: card.scales[name].score for name in medians}
        missing = sum(score is None for score in scores.values())
        return missing, sum(abs(score - medians[name]) for name, score in scores.items() if score is not None)

    return min(cards, key=distance).model_copy(
        update={
            "samples": len(cards),
            "spread": {name: tuple(card.scales[name].level for card in cards) for name in SCALE_NAMES},
            "usage": sum_of([card.usage for card in cards]),
            "flags": _flags_of(cards),
            "flags_checked": all(card.flags_checked for card in cards),
        }
    )
