"""Name the emotion, ask permission: as the scales counted."""

from scoring.conversation import Conversation
from scoring.episodes import find_episodes
from scoring.habits.quoting import sentence
from scoring.namings import find_namings
from scoring.scorecard import Habit
from scoring.wording import Person, count_of

_IN_FULL = 2


def name_and_ask(conversation: Conversation, person: Person) -> Habit:
    """Feelings named that fitted, and steps for which leave was asked and the answer awaited: as the scales count."""
    namings = find_namings(conversation)
    good = [naming for naming in namings if naming.verdict == "accurate"]
    episodes = find_episodes(conversation)
    asked = [one for one in episodes if one.grade == 2 and one.how in ("asked", "shared", "held", "respected")]
    requested = sum(one.grade == _IN_FULL and one.how == "requested" for one in episodes)
    if not namings:
        seen = "You put no feeling into words."
    elif len(good) == len(namings):
        seen = f"You put a feeling into words in {count_of(len(good), 'turn')}, and it fitted."
    else:
        stood = f"in {len(good)} it fitted and was left to stand" if good else "it did not fit, or was closed again"
        seen = f"You put a feeling into words in {count_of(len(namings), 'turn')}; {stood}."
    if episodes:
        seen += f" {_leave_seen(len(asked), requested, len(episodes), person)}"
    evidence = [
        sentence(conversation, one.turn, one.move.start, one.move.end, "You put a feeling into words.")
        for one in good[:2]
    ]
    for turn, move in dict.fromkeys(one.ask for one in asked if one.ask is not None):
        if len(evidence) < len(good[:2]) + 2:
            evidence.append(sentence(conversation, turn, move.start, move.end, "You asked first, and waited."))
    return Habit(name="Name and ask", seen=seen, evidence=tuple(evidence))


def _leave_seen(asked: int, requested: int, needed: int, person: Person) -> str:
    """For how many of the steps leave was asked and the answer awaited, or the patient asked: as the scale counts."""
    leave = f"{person.possessive} leave"
    themselves = f"{person.subject} had asked"
    if needed == 1:
        before = "before the one step that needed it"
        if requested:
            return f"For the one step that needed {leave}, {themselves}."
        return f"You asked {leave}, and waited, {before}." if asked else f"You did not get {leave} {before}."
    if not asked:
        seen = f"{needed} steps needed {leave}, and you did not ask and wait before any"
    else:
        seen = f"You asked {leave} and waited before {asked} of the {needed} steps that needed it"
    return f"{seen}; for {requested} {themselves}." if requested else f"{seen}."
