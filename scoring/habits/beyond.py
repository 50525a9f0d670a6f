"""Beyond the report: what comes next, and closing the loop."""

from collections.abc import Iterable

from personas.vocabulary import MoveKind
from scoring.conversation import Conversation
from scoring.explaining import explain
from scoring.habits.promises import promises_made
from scoring.habits.quoting import matching, quoted, stated
from scoring.habits.words import (
    MEANS,
    NEXT,
    SUMS_UP,
    TO_THEM,
)
from scoring.scorecard import Evidence, Habit
from scoring.wording import listed
from scoring.words import straight

_LIST_WORDS, _LIST_TIMES = 30, 4
"""A turn so long that gives the patient back, and says "you" so often, lists what was said."""

_LAST_SHARE = 3
"""The last third of the student's turns is where a talk is brought to its end."""


def beyond(conversation: Conversation) -> Habit:
    """What it means, what comes next, and the loop closed: the last third, and what was told before it."""
    last = conversation.spoken[-max(1, len(conversation.spoken) // _LAST_SHARE) :]
    kinds: tuple[MoveKind, ...] = ("tells_plan", "promises")
    next_why = "You said what comes next."
    meaning = stated(conversation, matching(conversation, conversation.spoken, MEANS, "You said what it means."))
    steps = _first_of(
        quoted(conversation, turns, kinds, next_why)
        or stated(conversation, matching(conversation, turns, NEXT, next_why))
        for turns in (last, conversation.spoken)
    )
    steps = steps or promises_made(conversation)
    room = quoted(conversation, last, ("checks_specific", "teach_back"), "You made room for questions.")
    room = room or _room_earlier(conversation)
    closed = matching(conversation, conversation.spoken, SUMS_UP, "You brought it together.")
    together = bool(closed) or any(_lists(conversation, one) for one in conversation.spoken)
    parts = {
        ("said what it means", "say what it means"): bool(meaning),
        ("said what comes next", "say what comes next"): bool(steps),
        ("made room for questions", "make room for questions"): bool(room),
        ("brought it together", "bring it together"): together,
    }
    had = [did for (did, _), found in parts.items() if found]
    missing = [do for (_, do), found in parts.items() if not found]
    seen = f"You {listed(had)}." if had else "You did not say what it means or what comes next."
    if had and missing:
        seen += f" You did not {listed(missing, 'or')}."
    return Habit(name="Beyond the report", seen=seen, evidence=(*meaning[:1], *steps[:1], *room[:1]))


def _first_of(found: Iterable[tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    return next((one for one in found if one), ())


def _lists(conversation: Conversation, index: int) -> bool:
    """Whether a turn lists what the patient has said."""
    reading, text = conversation.readings[index], conversation.turns[index].text
    given_back = reading.has("reflects", "reflects_complex") and not reading.has("advises")
    return given_back and reading.words >= _LIST_WORDS and len(TO_THEM.findall(straight(text))) >= _LIST_TIMES


def _room_earlier(conversation: Conversation) -> tuple[Evidence, ...]:
    """The check that the explanation scale counts, wherever in the talk it stands."""
    explanation = explain(conversation)
    check = explanation.parts["check"] if explanation is not None else None
    if check is None or check.words_of is None or not check.raises:
        return ()
    return (conversation.evidence(*check.words_of, "raises", "You made room for questions."),)
