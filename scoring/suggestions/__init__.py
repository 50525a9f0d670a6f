"""What could have been said: in this patient's words, for the feeling or the step that was missed.

The lines are authored, in `scoring/lexicon/suggestions`; the modules here choose among them and fill them. One report
says no sentence twice, and suggests nothing that the student said.
"""

from collections.abc import Sequence

from personas.vocabulary import ScaleName
from scoring.conversation import Conversation
from scoring.episodes import Episode, find_episodes
from scoring.explaining import explain
from scoring.scorecard import ScaleResult, Suggestion
from scoring.suggestions.asking import asking
from scoring.suggestions.echo import echoed
from scoring.suggestions.explaining import explaining
from scoring.suggestions.farewell import farewell_turn
from scoring.suggestions.feelings import answers
from scoring.suggestions.lines import Used
from scoring.words import sentences, straight

__all__ = ["echoed", "suggest"]

_MOST, _MOST_EXPLAINING = 3, 2
"""Suggestions a scale; more than a person tries out is noise."""
_NOTHING_MISSING = 4
"""The level at which explaining needs no other words."""


def suggest(
    conversation: Conversation, scales: dict[ScaleName, ScaleResult]
) -> dict[ScaleName, tuple[Suggestion, ...]]:
    """Suggestions for what was missed, by scale."""
    used = Used(said=_said(conversation))
    over = farewell_turn(conversation)
    unmet, unnamed = (
        [one for one in scales[name].occasions if not one.met and (over is None or one.turn < over)]
        for name in ("empathy", "emotion_naming")
    )
    met, named = answers(conversation, unmet, unnamed, used, _MOST)
    found: dict[ScaleName, tuple[Suggestion, ...]] = {"empathy": tuple(met), "emotion_naming": tuple(named)}
    if scales["permission"].level is not None:
        found["permission"] = tuple(asking(conversation, _until(over, find_episodes(conversation)), used, _MOST))
    level = scales["explanation"].level
    explanation = explain(conversation) if level is not None and level < _NOTHING_MISSING else None
    if explanation is not None:
        found["explanation"] = tuple(explaining(conversation, explanation, used, _MOST_EXPLAINING, over))
    return found


def _until(over: int | None, episodes: Sequence[Episode]) -> list[Episode]:
    """The steps before the goodbye, or in the same breath."""
    return [one for one in episodes if over is None or one.turns[0] <= over]


def _said(conversation: Conversation) -> tuple[str, ...]:
    """Every sentence of the student's, lower case."""
    return tuple(
        straight(one.text).lower() for turn in conversation.spoken for one in sentences(conversation.turns[turn].text)
    )
