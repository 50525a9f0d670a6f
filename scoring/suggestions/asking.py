"""What could have been asked before a step that needed leave."""

import re
from collections.abc import Iterator, Sequence

from scoring.conversation import Conversation
from scoring.episodes import Episode
from scoring.patient.questions import is_put
from scoring.scorecard import Suggestion
from scoring.suggestions.lines import Line, Used, lines, lot_of
from scoring.suggestions.subjects import examination_in, for_listener, is_unwanted, subject_of_act
from scoring.words import straight, words

_LONGEST_QUESTION_WORDS = 9
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|we|us|our)\b", re.IGNORECASE)
_OF_ITS_OWN = ("stalled", "overridden", "fake_choice", "same_turn", "tic", "bad_moment")
"""Ways of getting leave wrong that call for other words than asking first."""


def asking(conversation: Conversation, episodes: Sequence[Episode], used: Used, most: int) -> list[Suggestion]:
    """For the weightiest steps taken without leave, in the order they came: one line each."""
    missed = [one for one in episodes if one.grade < 2 and not _is_about_the_feeling(conversation, one)]
    missed = sorted(missed, key=lambda one: (-one.weight, one.turns[0]))[:most]
    found = []
    for episode in sorted(missed, key=lambda one: one.turns[0]):
        say = used.take(_candidates(conversation, episode), _slots(conversation, episode))
        if say is not None:
            found.append(Suggestion(turn=episode.turns[0], say=say))
    return found


def _is_about_the_feeling(conversation: Conversation, episode: Episode) -> bool:
    """'You must be angry', 'you shouldn't be upset': words about a feeling, whatever form they have."""
    move = episode.move
    if move is None:
        return False
    others = conversation.readings[episode.turns[0]].all("names_emotion", "validates", "dismisses", "reassures_early")
    return any(other.start < move.end and move.start < other.end for other in others)


def _candidates(conversation: Conversation, episode: Episode) -> Iterator[Line]:
    """The lines for this act and this moment, those that name what it was first."""
    table = [Line(*row) for row in lines("asking")]
    for when in _whens(conversation, episode):
        fitting = [line for line in table if line.when == when and line.about in (episode.act, "any")]
        if not _asked_aloud(episode):
            fitting = [line for line in fitting if not line.frame.startswith("You asked")]
        said = conversation.turns[episode.turns[0]].text
        yield from sorted(fitting, key=lambda line: (-len(line.slots), lot_of(said, line.frame)))


def _asked_aloud(episode: Episode) -> bool:
    """Whether the patient put a question: "You asked" said to "they never told me" is untrue."""
    return episode.request is not None and is_put(episode.request.quote)


def _whens(conversation: Conversation, episode: Episode) -> tuple[str, ...]:
    """The kinds of line that fit: by audience and channel, by what went wrong, by what the patient had just shown."""
    scenario = conversation.scenario
    if episode.how in _OF_ITS_OWN:
        return (episode.how,)
    if scenario is not None and scenario.audience == "clinician":
        return ("clinician",)
    if scenario is not None and scenario.channel == "written":
        return ("written",)
    return ("feeling", "plain") if _after_a_feeling(conversation, episode.turns[0]) else ("plain",)


def _after_a_feeling(conversation: Conversation, turn: int) -> bool:
    """Whether the patient's last words before this turn showed a feeling that is no success."""
    before = conversation.patient_turns_before(turn, most=1)
    return any(one.turn in before and one.kind != "progress" for one in conversation.opportunities)


def _slots(conversation: Conversation, episode: Episode) -> dict[str, str]:
    turn = episode.turns[0]
    text = conversation.turns[turn].text
    sentence = text
    if episode.move is not None:
        start, end = conversation.sentence_around(turn, episode.move.start, episode.move.end)
        sentence = text[start:end]
    slots = {}
    subject = subject_of_act(episode.act, sentence)
    if subject is not None and not is_unwanted(conversation, turn, subject):
        slots["subject"] = for_listener(conversation, subject.name)
        if subject.kind in ("habit", "state"):
            slots["habit"] = slots["subject"]
    if (do := examination_in(sentence) or examination_in(text)) is not None and episode.act == "examination":
        slots["do"] = do
    if episode.request is not None and (question := _quotable(episode.request.quote)) is not None:
        slots["question"] = question
    return slots


def _quotable(quote: str) -> str | None:
    """The patient's question, if it is short, whole and can be said by somebody else."""
    asked = straight(" ".join(quote.split()))
    clean = re.fullmatch(r"[A-Za-z][A-Za-z', ]+\?", asked) is not None and not _FIRST_PERSON.search(asked)
    if not clean or not 2 <= len(words(asked)) <= _LONGEST_QUESTION_WORDS:
        return None
    return asked[0].upper() + asked[1:]
