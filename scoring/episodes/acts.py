"""What in a talk needed leave: acts with the turns they took; small things and emergencies are none."""

import re
from collections.abc import Iterator

from personas.vocabulary import Act
from scoring.conversation import Conversation
from scoring.episodes.episode import ACT_OF, WEIGHTS
from scoring.episodes.leave import GROUP, presses_on
from scoring.episodes.sensitive import is_open, only_asks_leave
from scoring.floor import is_bare
from scoring.reading import Move, TurnReading
from scoring.words import is_filler, straight, words

_FEWEST_WORDS_ASKED = 3

_ENOUGH_WORDS = 12
"""A telling shorter than this is an answer in passing, not an act that needs leave."""

_FAKE_EXAMINATION = re.compile(
    r"\b(?:i'm|i am|we're|we are) (?:just )?(?:going to|gonna) (?:\w+ ){0,2}"
    r"(?:examine|listen to your|look at your|press|feel your|take (?:some |your )?blood|swab)",
    re.IGNORECASE,
)

_EMERGENCY = re.compile(r"\b(?:ambulance|emergency services|call 999|dial 999|call 911|crash team)\b", re.IGNORECASE)

_FAREWELL = re.compile(
    r"\b(?:thank(?:s| you)|(?:really |so )?appreciate)\b[^.?!]{0,60}?"
    r"\b(?:coming|talking|speaking|sharing|telling|meeting|seeing|your time|for today|being (?:here|so|open))\b",
    re.IGNORECASE,
)
"""Thanks at the end; that there will be another talk, said with them, is no plan that takes leave."""


def acts_in(conversation: Conversation) -> Iterator[tuple[Act, tuple[int, ...], int]]:
    """Acts with the consecutive student turns they took, and the student turn before them (-1: none)."""
    current: tuple[Act, list[int], int] | None = None
    before = -1
    for index in conversation.spoken:
        reading = conversation.readings[index]
        act = main_act(conversation, index, reading)
        if current is not None and act is not None and GROUP[act] == GROUP[current[0]]:
            heavier = max(act, current[0], key=lambda one: WEIGHTS[one])
            current = (heavier, [*current[1], index], current[2])
        elif not (is_bare(reading) or (act is None and reading.has("checks_closed", "checks_specific", "asks_after"))):
            if current is not None:
                yield current[0], tuple(current[1]), current[2]
            current = (act, [index], before) if act is not None else None
        before = index
    if current is not None:
        yield current[0], tuple(current[1]), current[2]


def act_at(conversation: Conversation, index: int) -> Act | None:
    return main_act(conversation, index, conversation.readings[index])


def main_act(conversation: Conversation, index: int, reading: TurnReading) -> Act | None:
    """The weightiest act of a turn; a fact in passing, an emergency, or a must-ask is none."""
    text = conversation.turns[index].text
    if _EMERGENCY.search(text):
        return None
    acts = []
    told = conversation.told_in(index)
    facts = sum(move.kind == "tells_fact" for move in told)
    passing = reading.permission == "not_needed" or reading.words < _ENOUGH_WORDS
    for move in (*told, *reading.all("examines", "opens_sensitive")):
        act = ACT_OF[move.kind]
        if act == "sensitive" and (_is_must_ask(conversation, text) or is_open(conversation, index, move)):
            continue
        if act == "sensitive" and only_asks_leave(conversation, index, move):
            continue
        if act in ("plan", "education") and _is_farewell(conversation, index, move):
            continue
        if act in ("advice", "plan", "education") and _is_offered(conversation, index, move):
            continue
        asked = act == "education" and facts < 2 and _ends_asking(conversation, index, reading)
        if (act in ("education", "plan") and passing) or asked:
            continue
        acts.append(act)
    if presses_on(conversation, index):
        acts.append("sensitive")
    if _FAKE_EXAMINATION.search(straight(text)):
        acts.append("examination")
    if conversation.scenario is not None and conversation.scenario.audience == "clinician":
        acts = [act for act in acts if act in ("news", "education")]
    if conversation.scenario is not None and conversation.scenario.channel == "written":
        acts = [act for act in acts if act in ("advice", "plan")]
    return max(acts, key=lambda one: WEIGHTS[one], default=None)


def _is_farewell(conversation: Conversation, index: int, move: Move) -> bool:
    start, end = conversation.sentence_around(index, move.start, move.end)
    return bool(_FAREWELL.search(conversation.turns[index].text[start:end]))


def _is_offered(conversation: Conversation, index: int, move: Move) -> bool:
    """Whether a move is one of several things laid out before "what do you think?": the leave spans them all."""
    return any(
        ask.start <= move.start < ask.end and ask.end > conversation.sentence_around(index, move.start, move.end)[1]
        for ask in conversation.readings[index].all("asks_permission")
    )


def _ends_asking(conversation: Conversation, index: int, reading: TurnReading) -> bool:
    """Whether one fact only leads up to a question: "There is a nurse. Shall I go on?"; a check behind it is none."""
    said = [one for one in conversation.sentences_in(index) if not is_filler(one.text)]
    if not said or not said[-1].text.endswith("?") or len(words(said[-1].text)) < _FEWEST_WORDS_ASKED:
        return False
    checks = reading.all("checks_closed", "checks_specific", "teach_back", "asks_after")
    return not any(move.end > said[-1].start for move in checks)


def _is_must_ask(conversation: Conversation, text: str) -> bool:
    must = conversation.scenario.must_ask if conversation.scenario is not None else ()
    return any(re.search(pattern, text, re.IGNORECASE) for one in must for pattern in one.asked_by)
