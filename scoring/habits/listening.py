"""Listen so that it is safe to speak."""

from collections.abc import Sequence

from personas.vocabulary import MoveKind
from scoring.conversation import Conversation
from scoring.floor import BREAKS_OFF
from scoring.habits.quoting import quoted
from scoring.habits.talk import count_talk
from scoring.habits.words import (
    FAREWELL,
    GOES_ON,
)
from scoring.scorecard import Evidence, Habit
from scoring.wording import Person, count_of
from scoring.words import straight, words

_SAID_SOMETHING_WORDS = 4
"""A shorter turn that breaks off is a sound on the way."""


def listening(conversation: Conversation, person: Person, faults: Sequence[Evidence]) -> Habit:
    """Open against closed questions, reflections, sentences cut off, and the share of the words.

    A reproach, or a lecture, is no reflection, though it speaks of what the patient said.
    """
    readings = [conversation.readings[index] for index in conversation.spoken]
    opened, closed = (
        sum(len(reading.all(kind)) for reading in readings) for kind in ("open_question", "closed_question")
    )
    kinds: tuple[MoveKind, ...] = ("reflects", "reflects_complex")
    back_again = quoted(conversation, conversation.spoken, kinds, "You gave back what you had heard.", faults)
    reflected = [one for one in back_again if not FAREWELL.match(straight(one.quote))]
    cut = sum(_is_cut_off(conversation, index) for index in conversation.spoken)
    share = round(100 * count_talk(conversation).student_share)
    back = f"in {count_of(len(reflected), 'turn')}" if reflected else "in no turn"
    seen = (
        f"You asked {count_of(opened, 'open question')} and {closed} closed, and gave {person.possessive} words back "
    )
    seen += f"{back}. Of 100 words, {share} were yours."
    if cut:
        seen += f" In {count_of(cut, 'turn')} you came in before {person.subject} had finished."
    return Habit(name="Listen", seen=seen, evidence=tuple(reflected[:2]))


def _is_cut_off(conversation: Conversation, index: int) -> bool:
    """Whether the patient's turn breaks off and the student comes in with more than a sound.

    A sound of the patient's that breaks off, and a sentence of the student's that only goes on behind it, are none.
    """
    before = conversation.turns[index - 1] if index else None
    if before is None or before.speaker != "patient" or BREAKS_OFF.search(before.text) is None:
        return False
    goes_on = GOES_ON.match(conversation.turns[index].text)
    return (
        len(words(before.text)) >= _SAID_SOMETHING_WORDS
        and not goes_on
        and not conversation.readings[index].has("minimal")
    )
