"""Explaining clearly: plain, reasoned, in pieces, and checked? Rubric 2.4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring import rubric
from scoring.conversation import Conversation
from scoring.explaining import Explanation, explain
from scoring.flags import news_was_told
from scoring.levels import place, score_of
from scoring.scorecard import Evidence, Occasion, ScaleResult
from scoring.wording import count_of, listed, told_in_person
from scoring.words import sentences

FLOORS = (0.0, 3.0, 5.0, 7.0, 9.0)
"""The sum of the five parts, 0-10, where each level begins."""

PART_NAMES: Mapping[str, str] = {
    "plain_words": "plain words",
    "jargon": "no unexplained technical words",
    "why": "the why",
    "chunks": "small pieces",
    "check": "a check in their own words",
    "headline": "the finding first",
    "exact_term": "the exact term",
    "urgency": "how urgent",
    "who_by_when": "who does what by when",
}
"""The parts as the student reads them."""


@dataclass(frozen=True)
class Tally:
    """What the level is decided on: the points of the parts, and whether a lost patient was left."""

    points: Mapping[str, int]
    left_lost: bool

    @property
    def total(self) -> int:
        """The sum, 0-10."""
        return sum(self.points.values())


def level_of(count: Tally) -> tuple[int, tuple[str, ...]]:
    """The level and the caps that held it down."""
    level = max(number for number, floor in enumerate(FLOORS) if count.total >= floor)
    caps = [
        (
            1,
            count.left_lost,
            "The patient said that they were lost and it was not explained again, so the level stops at 1.",
        ),
        (2, count.points.get("plain_words") == 0, "Too much of it was hard to follow, so the level stops at 2."),
        (2, count.points.get("jargon") == 0, "Technical words were left unexplained, so the level stops at 2."),
        (3, count.points.get("check") == 0, "Nothing checked what was understood, so the level stops at 3."),
    ]
    held = [(most, words) for most, applies, words in caps if applies and level > most]
    return min([level, *(most for most, _ in held)]), tuple(words for _, words in held)


def score(conversation: Conversation) -> ScaleResult:
    """The explanation scale of one conversation."""
    return result_of(conversation, explain(conversation), news_told=news_was_told(conversation))


@told_in_person
def result_of(conversation: Conversation, explanation: Explanation | None, *, news_told: bool) -> ScaleResult:
    """The explanation scale by these parts, whoever coded them; None where nothing was explained."""
    scale = rubric.scale("explanation")
    untold = conversation.has_task("explanation") and not news_told
    if explanation is None or untold:
        avoided = conversation.has_task("explanation")
        return ScaleResult(
            level=0 if avoided else None,
            score=0.0 if avoided else None,
            anchor=scale.avoided if avoided else scale.not_observed,
            counted="The news was never told." if untold else "There was no turn that explained anything.",
        )
    points = {name: int(part.points) for name, part in explanation.parts.items()}
    count = Tally(points, explanation.lost_and_left is not None)
    level, caps = level_of(count)
    value = min(10.0, count.total + 0.9 * explanation.fine)
    return ScaleResult.model_validate(
        {
            "level": level,
            "score": score_of(place(level, value, FLOORS, 10.0)),
            "anchor": scale.anchor(level),
            "counted": _counted(explanation),
            "to_next": _to_next(level, explanation, caps),
            "caps": caps,
            "parts": points,
            "evidence": tuple(_evidence(conversation, explanation)),
            "occasions": tuple(_occasion(conversation, explanation, turn) for turn in explanation.turns),
        }
    )


def _counted(explanation: Explanation) -> str:
    good = [PART_NAMES[name] for name, part in explanation.parts.items() if part.points == 2]
    turns = count_of(len(explanation.turns), "turn")
    strong = f" In full: {', '.join(good)}." if good else ""
    return f"You explained in {turns}, and earned {explanation.total} of 10 points.{strong}"


def _to_next(level: int, explanation: Explanation, caps: tuple[str, ...]) -> str | None:
    """The part with most to gain, as the way to the next level."""
    if level == 4:
        return None
    if caps:
        parts = explanation.parts
        mends = [
            (level == 1, "what had lost the patient to be explained again"),
            (level == 2 and "plain_words" in parts and parts["plain_words"].points == 0, "shorter, easier sentences"),
            (level == 2 and "jargon" in parts and parts["jargon"].points == 0, "every technical word explained"),
        ]
        return f"A {level + 1} needs {listed([words for applies, words in mends if applies])}."
    needed = int(FLOORS[level + 1]) - explanation.total
    weakest = min(explanation.parts, key=lambda name: explanation.parts[name].points)
    points = count_of(needed, "more point")
    return f"A {level + 1} needs {points}; there is most to gain in {PART_NAMES[weakest]}."


def _evidence(conversation: Conversation, explanation: Explanation) -> list[Evidence]:
    """The words of each part; the same words quoted once, with all they did, and never both for and against."""
    whys: dict[tuple[tuple[int, int, int], bool], list[str]] = {}
    good = [part.words_of for part in explanation.parts.values() if part.words_of is not None and part.raises]
    for part in explanation.parts.values():
        place = part.words_of
        if place is not None and not part.raises:
            place = _beside(conversation, place, good)
        if place is not None:
            whys.setdefault((place, part.raises), []).append(part.why)
    return [
        conversation.evidence(*place, "raises" if raises else "lowers", " ".join(why))
        for (place, raises), why in whys.items()
    ]


def _beside(
    conversation: Conversation, place: tuple[int, int, int], good: Sequence[tuple[int, int, int]]
) -> tuple[int, int, int] | None:
    """Words that cost a point, without those that earned one: the same words do not do both. None: nothing is left."""
    turn, start, end = place
    taken = [(first, last) for where, first, last in good if where == turn]
    if not any(first < end and start < last for first, last in taken):
        return place
    for one in sentences(conversation.turns[turn].text[start:end]):
        first, last = start + one.start, start + one.end
        if not any(begin < last and first < stop for begin, stop in taken):
            return turn, first, last
    return None


def _occasion(conversation: Conversation, explanation: Explanation, turn: int) -> Occasion:
    """An explaining turn; met when nothing in it cost a point."""
    costs = [
        part for part in explanation.parts.values() if part.words_of and part.words_of[0] == turn and not part.raises
    ]
    words_of = conversation.evidence(turn, 0, len(conversation.turns[turn].text), "raises", "")
    return Occasion(
        turn=turn,
        start=words_of.start,
        end=words_of.end,
        quote=words_of.quote,
        kind="explaining_turn",
        met=not costs,
        grade=None,
        answer_turn=turn,
        why=" ".join(part.why for part in costs) or _what_was_good(conversation, explanation, turn),
    )


def _what_was_good(conversation: Conversation, explanation: Explanation, turn: int) -> str:
    """What earned points in a turn that cost none; that it was easy to follow only where the whole was."""
    reading = conversation.readings[turn]
    plain = explanation.parts.get("plain_words")
    easy = (
        plain is not None and plain.points == 2 and explanation.total >= FLOORS[2] and explanation.lost_and_left is None
    )
    earned = [
        part.why
        for part in explanation.parts.values()
        if part.words_of and part.words_of[0] == turn and (easy or part is not plain)
    ]
    if earned:
        return " ".join(earned)
    if not easy or reading.hard_sentences or reading.has("uses_jargon"):
        return "You explained here."
    return "You explained here in words that are easy to follow."
