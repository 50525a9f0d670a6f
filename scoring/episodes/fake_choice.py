"""An act announced as decided and called a choice: "I am going to ..., okay?"."""

import re
from dataclasses import replace

from personas.vocabulary import Act
from scoring.conversation import Conversation
from scoring.episodes.acts import act_at
from scoring.episodes.episode import ACT_OF, Episode
from scoring.episodes.leave import GROUP
from scoring.episodes.leave_answers import holds_back
from scoring.reading import TurnReading
from scoring.words import straight

_FAKE_CHOICE = re.compile(
    r"\b(?:i'm|i am|we're|we are) (?:just )?(?:going to|gonna)\b[^.?!]{3,120}?"
    r"(?<!is that)(?<!is this)(?<!is it)(?<!that be)(?<!if that's)[,.]? ?\b(?:ok(?:ay)?|all ?right|yeah)\s*\?",
    re.IGNORECASE,
)


def fake_choice(conversation: Conversation, episode: Episode) -> Episode | None:
    """ "I'm going to ... okay?": an override when the patient objects or gets no turn, else an announcement."""
    if episode.act not in ("examination", "plan", "advice", "news"):
        return None
    for index in episode.turns:
        said = _FAKE_CHOICE.search(straight(conversation.turns[index].text))
        if said is None:
            continue
        reply = conversation.reply_to(index)
        objects = holds_back(reply)
        if objects and not _goes_on(conversation, episode, index):
            return replace(episode, grade=1, how="respected")
        if objects or not reply or _does_it_at_once(conversation.readings[index], episode.act, said.end()):
            return replace(episode, grade=-1, how="fake_choice", repaired=is_repaired(conversation, episode.turns[-1]))
        return replace(episode, grade=1, how="announced")
    return None


def _goes_on(conversation: Conversation, episode: Episode, index: int) -> bool:
    """Whether the act is done in the student's next turn."""
    following = [later for later in conversation.spoken if later > index][:1]
    acts = [act_at(conversation, later) for later in following]
    return any(act is not None and GROUP[act] == GROUP[episode.act] for act in acts)


def _does_it_at_once(reading: TurnReading, act: Act, end: int) -> bool:
    return any(ACT_OF.get(move.kind) == act and move.start >= end for move in reading.moves)


def is_repaired(conversation: Conversation, turn: int) -> bool:
    following = [index for index in conversation.spoken if index > turn][:2]
    return any(conversation.readings[index].has("apologises", "offers_choice") for index in following)
