"""Speaks through a language model, kept in character sentence by sentence."""

import logging
import math
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from types import MappingProxyType
from typing import Self

from app import llm
from app.errors import PatientCutOff, PatientSlow, PatientUnreachable, RapportError
from app.llm import Cause, End, LanguageModel, ModelFault, Tokens
from app.patient.direction import Prompt, compose
from app.patient.echo import echo_of
from app.patient.scene import Piece, Scene, Usage
from app.patient.screen import Screen
from app.patient.stand_ins import stand_ins
from app.settings import Settings

log = logging.getLogger(__name__)

SMALLEST_CONTEXT_TOKENS = 1024
_LEARNT_SHARE = 0.75
"""How much of the window is believed in after the server called a prompt too long."""

_ASK_THE_OPERATOR = (
    "Your words are saved. Tell whoever runs this server: asking again will not help until it is mended."
)
_WAIT = "Your words are saved. Many people are talking just now: wait a minute, then ask again."
_LATER = "Your words are saved. Ask again in about {when}."
_WHAT_NOW: Mapping[Cause, str] = MappingProxyType(
    {
        "bad_key": _ASK_THE_OPERATOR,
        "no_such_model": _ASK_THE_OPERATOR,
        "bad_request": _ASK_THE_OPERATOR,
        "not_a_stream": _ASK_THE_OPERATOR,
        "context_overflow": _ASK_THE_OPERATOR,
        "reasoning_only": _ASK_THE_OPERATOR,
        "rate_limited": _WAIT,
        "filtered": "Your words are saved. Ask again, or end the encounter and start anew.",
        "refusal": "Your words are saved. Ask again, or end the encounter and start anew.",
    }
)
_SLOW: frozenset[Cause] = frozenset({"no_first_token", "stalled"})
_CUT_OFF: frozenset[Cause] = frozenset(
    {"no_end", "bad_line", "reported", "empty", "reasoning_only", "filtered", "refusal"}
)


class LlmVoice:
    """The patient through a language model. Shared by all encounters: it holds nothing of any of them."""

    name = "llm"

    def __init__(self, language_model: LanguageModel, *, context_tokens: int, reply_tokens: int) -> None:
        self.model: str | None = language_model.name
        self._language_model = language_model
        self._context_tokens = context_tokens
        self._reply_tokens = reply_tokens

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The voice of the configured model."""
        return cls(
            llm.connect(settings), context_tokens=settings.llm_context_tokens, reply_tokens=settings.llm_max_tokens
        )

    async def reply(self, scene: Scene) -> AsyncGenerator[Piece]:
        """Speak, piece by piece; the last piece has no text, only what the request took.

        Raises:
            PatientUnreachable: 502, no answer could be had.
            PatientCutOff: 502, the answer broke off or was not usable.
            PatientSlow: 504, nothing came in time.
        """
        try:
            async with aclosing(self._speak(scene)) as pieces:
                async for piece in pieces:
                    yield piece
        except ModelFault as fault:
            raise as_seen(fault) from fault

    async def close(self) -> None:
        """Give back the connections."""
        await self._language_model.close()

    async def _speak(self, scene: Scene) -> AsyncGenerator[Piece]:
        tried_tokens = self._context_tokens
        try:
            async with aclosing(self._answer(scene, self._prompt(scene))) as pieces:
                async for piece in pieces:
                    yield piece
        except ModelFault as fault:
            smaller = max(int(tried_tokens * _LEARNT_SHARE), SMALLEST_CONTEXT_TOKENS)
            if fault.cause != "context_overflow" or smaller == tried_tokens:
                raise
            self._learn(smaller)
            async with aclosing(self._answer(scene, self._prompt(scene))) as pieces:
                async for piece in pieces:
                    yield piece

    def _learn(self, context_tokens: int) -> None:
        """Believe in no larger window from now on. Many that were too long together teach this once."""
        if context_tokens < self._context_tokens:
            log.warning("the model's window is smaller than set: %d tokens from now on", context_tokens)
            self._context_tokens = context_tokens

    def _prompt(self, scene: Scene) -> Prompt:
        return compose(
            scene.persona,
            scene.scenario,
            scene.history,
            context_tokens=self._context_tokens,
            reply_tokens=self._reply_tokens,
        )

    async def _answer(self, scene: Scene, prompt: Prompt) -> AsyncGenerator[Piece]:
        screen = _screen_for(scene, prompt)
        end = End(whole=True, tokens=Tokens())
        async with aclosing(self._language_model.stream(prompt.messages)) as stream:
            async for words in stream:
                if isinstance(words, End):
                    end = words
                    continue
                for piece in screen.feed(words):
                    yield piece
                if screen.full:
                    break  # nothing more would pass: the server need not go on
        for piece in screen.finish(cut=not end.whole):
            yield piece
        if not screen.spoke and not screen.breaches:
            raise ModelFault("empty", started=True)
        tokens = end.tokens
        yield Piece("", usage=Usage(tokens.prompt, tokens.cached, tokens.completion, prompt.shortened_turns))


def _screen_for(scene: Scene, prompt: Prompt) -> Screen:
    turn = sum(exchange.turn.speaker == "student" for exchange in scene.history)
    return Screen(
        scene.persona,
        scene.state.open_concerns,
        stand_ins(scene.persona, scene.state, turn),
        open_parts=scene.state.open_parts,
        checks_role=scene.scenario.audience != "clinician",
        echo=echo_of(scene.persona, prompt.messages[0]["content"]),
    )


def as_seen(fault: ModelFault) -> RapportError:
    """The fault as the student meets it; its cause goes to the log."""
    kind: type[RapportError] = PatientUnreachable
    if fault.cause in _SLOW:
        kind = PatientSlow
    elif fault.started or fault.cause in _CUT_OFF:
        kind = PatientCutOff
    return kind(what_now=_what_now(fault), cause=fault.cause)


def _what_now(fault: ModelFault) -> str | None:
    """What helps now; None: the error's own words."""
    if fault.retry_after_s is not None and fault.cause in ("resting", "rate_limited"):
        return _LATER.format(when=_roughly(fault.retry_after_s))
    return _WHAT_NOW.get(fault.cause)


def _roughly(wait_s: float) -> str:
    """A wait as one would say it: nobody counts seconds, and asking a little late is better than too early."""
    if wait_s > 45:
        return "a minute"
    return f"{max(5, 5 * math.ceil(wait_s / 5))} seconds"
