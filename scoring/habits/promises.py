"""Promises with a time on them."""

from scoring.conversation import Conversation
from scoring.habits.quoting import matching, quoted, stated
from scoring.habits.words import (
    BY_WHEN,
    EVERY_DAY,
)
from scoring.scorecard import Evidence
from scoring.words import straight


def promises_made(conversation: Conversation) -> tuple[Evidence, ...]:
    """The first promise of each turn that has a time on it; "every day" is none."""
    why = "You promised something with a time on it."
    read = quoted(conversation, conversation.spoken, ("promises",), why)
    seen = stated(conversation, matching(conversation, conversation.spoken, BY_WHEN, why))
    kept = [one for one in read if not EVERY_DAY.search(one.quote) or BY_WHEN.search(straight(one.quote))]
    turns = {one.turn for one in kept}
    return tuple(sorted([*kept, *(one for one in seen if one.turn not in turns)], key=lambda one: one.turn))
