"""Observed habits, ungraded: the six practices as far as the words show them. Each rule stands with its function."""

from collections.abc import Iterable, Sequence

from scoring.conversation import Conversation
from scoring.habits.asking import name_and_ask
from scoring.habits.beyond import beyond
from scoring.habits.calm import calm
from scoring.habits.explaining import explaining
from scoring.habits.listening import listening
from scoring.habits.quoting import overlaps
from scoring.habits.welcome import welcome
from scoring.scorecard import Evidence, Habit, ScaleResult
from scoring.wording import person_of


def observe(conversation: Conversation, scales: Iterable[ScaleResult] = ()) -> tuple[Habit, ...]:
    """The six habits; none where the student said nothing.

    `scales`: what the same report says of the same words. Nothing is praised here that lowers a scale, nor taken as
    haste that is praised anywhere.
    """
    if not conversation.spoken:
        return ()
    person = person_of(conversation.persona)
    proofs = [one for scale in scales for one in scale.evidence]
    faults = [one for one in proofs if one.effect == "lowers"]
    praised = [one for one in proofs if one.effect == "raises"]
    habits = [
        welcome(conversation, person),
        name_and_ask(conversation, person),
        listening(conversation, person, faults),
        explaining(conversation, person),
        beyond(conversation),
    ]
    habits = [_unless_reproached(habit, faults) for habit in habits]
    praised += [one for habit in habits for one in habit.evidence]
    return (*habits, _unless_reproached(calm(conversation, person, praised), faults))


def _unless_reproached(habit: Habit, faults: Sequence[Evidence]) -> Habit:
    """The habit without quotes of words that a scale reproaches: what was counted stays, the proof is another's."""
    kept = tuple(one for one in habit.evidence if one.effect == "lowers" or not overlaps(one, faults))
    return habit.model_copy(update={"evidence": kept})
