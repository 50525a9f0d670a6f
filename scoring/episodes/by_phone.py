"""Weighty news by phone: a known listener, a good moment (rubric 2.6)."""

import re
from dataclasses import replace

from scoring.conversation import Conversation
from scoring.episodes.episode import Episode
from scoring.episodes.leave import GOOD_MOMENT
from scoring.episodes.leave_answers import holds_back
from scoring.words import straight

_ASKS_WHO = re.compile(
    r"\b(?:am i (?:speaking|talking) (?:to|with)|who am i (?:speaking|talking)|(?:is|are) (?:this|that|you) (?:still )?"
    r"(?:mrs|mr|ms|miss|the (?:wife|husband|daughter|son|mother|father|sister|brother)|(?:his|her) \w+|\w+'s \w+)|"
    r"(?:speak|speaking|talk) (?:to|with) (?!you\b)\w+|who you are|how are you related|your relation)",
    re.IGNORECASE,
)

_SAYS_WHO = re.compile(
    r"\b(?:i'm|i am|this is|it's|my name is|speaking is) (?:(?:his|her|their|the) (?:wife|husband|daughter|son|mother|"
    r"father|mum|mom|dad|sister|brother|partner|next of kin)|(?-i:[A-Z]\w+)|\w+'s (?:wife|husband|daughter|son|mother|"
    r"father|mum|mom|dad|sister|brother|partner))|\b(?-i:[A-Z]\w+) speaking\b",
    re.IGNORECASE,
)


def remotely(conversation: Conversation, episode: Episode) -> Episode:
    """Profiles of rubric 2.6: by phone, weighty news needs a known listener at a good moment; a colleague, the time.

    Asked for and agreed to, the moment is the leave; leave without it is a bad moment.
    """
    scenario = conversation.scenario
    if scenario is None or episode.act != "news" or scenario.channel != "phone":
        return episode
    earlier = [index for index in conversation.spoken if index < episode.turns[0]]
    asked = [index for index in earlier if GOOD_MOMENT.search(straight(conversation.turns[index].text))]
    ready = bool(asked) and not holds_back(conversation.reply_to(asked[-1]))
    known = scenario.audience == "clinician" or _knows_listener(conversation, episode.turns[0])
    if episode.grade == 2 and not (ready and known):
        return replace(episode, grade=1, how="bad_moment")
    if episode.grade in (0, 1) and ready and conversation.reply_to(asked[-1]):
        moves = conversation.readings[asked[-1]].all("asks_permission", "closed_question", "open_question")
        with_ask = replace(episode, ask=(asked[-1], moves[0]) if moves else None)
        return replace(with_ask, grade=2, how="asked") if known else replace(with_ask, grade=1, how="bad_moment")
    return episode


def _knows_listener(conversation: Conversation, before: int) -> bool:
    """Whether either side said who is on the line."""
    return any(
        (_ASKS_WHO if turn.speaker == "student" else _SAYS_WHO).search(straight(turn.text))
        for turn in conversation.turns[:before]
    )
