"""How a colleague or a written answer is explained to: the parts that differ, rubric 2.6."""

import re

from scoring.conversation import TELLING, Conversation
from scoring.explaining.part import Part, Points
from scoring.patient.replies import refuses
from scoring.words import content, straight, words

_URGENT = re.compile(
    r"\b(?:urgent(?:ly)?|immediate(?:ly)?|today|tonight|now|emergency|critical|"
    r"within (?:the )?(?:next )?\w+ (?:minutes?|hours?))\b",
    re.IGNORECASE,
)
_WHO_WHEN = re.compile(
    r"\b(?:i(?:'ll| will)|you(?:'ll| will)? (?:need|please)?|can you|could you|we(?:'ll| will)|"
    r"please)\b.{0,80}\b(?:today|tonight|now|tomorrow|by \w+|at \w+|within|in (?:the next )?\w+ (?:minutes?|"
    r"hours?)|straight away|immediately)\b",
    re.IGNORECASE,
)
_READ_BACK = re.compile(
    r"\b(?:read (?:it|that|this)? ?back|repeat (?:it|that|this) back|say (?:it|that|this) back|"
    r"so (?:that )?we(?:'ve| have) (?:both )?got it)\b",
    re.IGNORECASE,
)
_READ_BACK_WORDS = 5
"""A colleague's reply shorter than this reads nothing back."""
_ROUTE = re.compile(
    r"\b(?:call|ring|phone|write|e-?mail|message|reply|contact|reach)\b.{0,60}\b(?:me|us|this|on|at|number|team|"
    r"nurse|clinic|ward|address)\b",
    re.IGNORECASE,
)


def headline(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """Clinician: the finding comes in the student's first two turns."""
    early = [index for index in conversation.spoken[:3] if index in turns]
    if not early:
        return Part(0, "The finding came late.")
    place = early[0]
    told = conversation.readings[place].all("tells_news", "tells_fact")
    first = bool(told) and len(words(conversation.turns[place].text[: told[0].start])) <= 25
    return Part(2 if first else 1, "The finding came first." if first else "The finding came early, after a lead-in.")


def exact_term(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """Clinician: the exact term, by its technical name."""
    found = [(index, move) for index in turns for move in conversation.readings[index].all("uses_jargon", "defines")]
    if not found:
        return Part(0, "The finding was not named by its exact term.")
    index, move = found[0]
    return Part(
        2, "You named the finding exactly.", (index, *conversation.sentence_around(index, move.start, move.end))
    )


def urgency(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """Clinician: how urgent it is, said openly."""
    for index in conversation.spoken:
        if (match := _URGENT.search(conversation.turns[index].text)) is not None:
            return Part(
                2,
                "You said how urgent it is.",
                (index, *conversation.sentence_around(index, match.start(), match.end())),
            )
    return Part(0, "You did not say how urgent it is.")


def who_when(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """Clinician: who does what, and by when."""
    for index in conversation.spoken:
        if (match := _WHO_WHEN.search(straight(conversation.turns[index].text))) is not None:
            return Part(
                2,
                "You said who does what by when.",
                (index, *conversation.sentence_around(index, match.start(), match.end())),
            )
    planned = any(conversation.readings[index].has("tells_plan", "advises") for index in turns)
    return Part(
        1 if planned else 0, "There was a plan, but not by when." if planned else "Who does what was left open."
    )


def read_back(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """Clinician: read-back asked for, and done."""
    for index in conversation.spoken:
        match = _READ_BACK.search(straight(conversation.turns[index].text))
        if match is None and not conversation.readings[index].has("teach_back"):
            continue
        reply = conversation.patient_after(index)
        done = reply is not None and _reads_back(conversation, reply, index)
        start, end = (match.start(), match.end()) if match else (0, len(conversation.turns[index].text))
        why = (
            "You asked for it to be read back, and it was." if done else "You asked for it to be read back; it was not."
        )
        return Part(2 if done else 1, why, (index, *conversation.sentence_around(index, start, end)))
    return Part(0, "You did not ask for it to be read back.")


def _reads_back(conversation: Conversation, reply: int, index: int) -> bool:
    """Whether a colleague gave the finding back: shorter than a patient would, and in the same words."""
    text = conversation.turns[reply].text
    told = " ".join(conversation.turns[turn].text for turn in conversation.spoken if turn <= index)
    return len(words(text)) >= _READ_BACK_WORDS and not refuses(text) and bool(content(text) & content(told))


def short_parts(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """Written: the main message first, in short parts."""
    text = conversation.turns[turns[0]].text
    told = conversation.readings[turns[0]].all(*TELLING)
    first = bool(told) and len(words(text[: told[0].start])) <= 40
    parted = len([part for part in text.split("\n") if part.strip()]) >= 2 or len(words(text)) <= 80
    points: Points = 2 if first and parted else 1 if first or parted else 0
    return Part(
        points,
        (
            "It is one block with the main message inside.",
            "Either the main message or the parts were clear.",
            "The main message came first, in short parts.",
        )[points],
    )


def invitation(conversation: Conversation, turns: tuple[int, ...]) -> Part:
    """Written: a specific invitation to ask, and a route."""
    for index in reversed(conversation.spoken):
        text = straight(conversation.turns[index].text)
        route = _ROUTE.search(text)
        invited = conversation.readings[index].has("checks_specific", "teach_back") or "question" in text.lower()
        if route is not None:
            place = (index, *conversation.sentence_around(index, route.start(), route.end()))
            return Part(
                2 if invited else 1,
                "You said how to reach someone with questions." if invited else "You gave a way to reach someone.",
                place,
                helps=True,
            )
    return Part(0, "There was no way given to ask back.")
