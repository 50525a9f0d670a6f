"""Welcome with warmth: greeting, name and role."""

from scoring.conversation import Conversation
from scoring.habits.quoting import quoted
from scoring.habits.words import (
    CALLED,
    GOES_ON_FROM,
    GREETS,
    INTRODUCES,
    OWN_NAME,
    ROLE,
)
from scoring.scorecard import Habit
from scoring.wording import Person, listed
from scoring.words import straight, words

_FIRST_TURNS = 4
"""Where either side would greet."""

_NO_GREETING = "You began without a greeting or an introduction."
_NO_BEGINNING = "The transcript starts in the middle of a talk, so there is no welcome to look at."


def welcome(conversation: Conversation, person: Person) -> Habit:
    """A greeting, the patient's name, the student's own name and role, within the student's first two turns."""
    first = conversation.spoken[:2]
    greeted = quoted(conversation, first, ("welcomes",), "You greeted or introduced yourself.")
    said = " ".join(straight(conversation.turns[index].text) for index in first)
    later = " ".join(straight(conversation.turns[index].text) for index in conversation.spoken)
    name = f"{person.possessive} name"
    there = {
        name: any(_says_name(conversation, index) for index in first),
        "your own name": OWN_NAME.search(said) is not None,
        "your role": ROLE.search(said) is not None,
    }
    in_the_end = {
        name: any(_says_name(conversation, index) for index in conversation.spoken),
        "your own name": INTRODUCES.search(later) is not None,
        "your role": ROLE.search(later) is not None,
    }
    had = [one for one, found in there.items() if found]
    missing = [one for one, found in there.items() if not found and not in_the_end[one]]
    if not greeted and not had:
        seen = _NO_BEGINNING if _begins_in_the_middle(conversation) else _NO_GREETING
    else:
        began = "You began with a greeting" if greeted else "You began without a greeting"
        seen = began + (f", and said {listed(had)}." if had else ".")
        seen += f" You did not say {listed(missing, 'or')}." if missing else ""
    return Habit(name="Welcome", seen=seen, evidence=greeted[:1])


def _begins_in_the_middle(conversation: Conversation) -> bool:
    """Whether a talk from elsewhere is an excerpt: no greeting from either side, and it starts as an answer.

    The patient speaks first, or the student's first words go on from what was said: nobody left a greeting out.
    """
    said = [turn for turn in conversation.turns if turn.text.strip()][:_FIRST_TURNS]
    if conversation.scenario is not None or any(GREETS.search(straight(turn.text)) for turn in said):
        return False
    return said[0].speaker == "patient" or GOES_ON_FROM.match(said[0].text) is not None


def _says_name(conversation: Conversation, index: int) -> bool:
    said = set(words(conversation.turns[index].text))
    if conversation.persona is not None:
        return bool(said & set(words(f"{conversation.persona.called} {conversation.persona.name}")))
    return CALLED.search(conversation.turns[index].text) is not None
