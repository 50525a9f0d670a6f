"""Empathy: were the patient's feelings met? Rubric 2.1."""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring import rubric
from scoring.conversation import Conversation
from scoring.levels import place, score_of
from scoring.responses import Response, respond
from scoring.scorecard import Evidence, Occasion, ScaleResult
from scoring.wording import count_of, person_of, told_in_person

FLOORS = (0.0, 0.5, 1.5, 2.25, 3.0)
"""Mean response where each level begins by count alone."""

_HEARD = 2
"""The grade of an answer that heard the content but not the feeling."""


@dataclass(frozen=True)
class Tally:
    """What the level is decided on: the weighted mean response, 0-4, and what went with it."""

    mean: float
    concerns: int
    concerns_met: int
    best: int
    concern_ignored: bool
    hostile: bool
    unrepaired_dismissal: bool
    strongest_ignored: bool
    solved_first_share: float

    @property
    def met_share(self) -> float:
        """The share of open worries answered at 3 or 4; 1 where there was none."""
        return self.concerns_met / self.concerns if self.concerns else 1.0


def tally(responses: Sequence[Response]) -> Tally:
    """Count the responses of one conversation; at least one."""
    weight = sum(response.opportunity.weight for response in responses)
    concerns = [response for response in responses if response.opportunity.explicit]
    strongest = max(responses, key=lambda response: (response.opportunity.intensity, response.opportunity.weight))
    return Tally(
        mean=sum(response.grade * response.opportunity.weight for response in responses) / weight,
        concerns=len(concerns),
        concerns_met=sum(response.met for response in concerns),
        best=max(response.grade for response in responses),
        concern_ignored=any(response.grade == 0 for response in concerns),
        hostile=any(response.fault == "blames" and not response.repaired for response in concerns),
        unrepaired_dismissal=any(response.fault == "dismisses" and not response.repaired for response in concerns),
        strongest_ignored=strongest.grade == 0 and not strongest.repaired,
        solved_first_share=sum(response.solved_first for response in responses) / len(responses),
    )


def level_of(count: Tally) -> tuple[int, tuple[str, ...]]:
    """The level and the caps that held it down."""
    level = _by_count(count)
    caps = [
        (count.unrepaired_dismissal, "An open worry was dismissed and not made good, so the level stops at 2."),
        (count.strongest_ignored, "The strongest feeling got no answer, so the level stops at 2."),
        (
            count.solved_first_share > 0.5,
            "More than half of the answers began with a solution, so the level stops at 2.",
        ),
    ]
    held = tuple(words for applies, words in caps if applies) if level > 2 else ()
    return (2 if held else level), held


def _by_count(count: Tally) -> int:
    if count.hostile or (count.mean < FLOORS[1] and count.best < 3):
        return 0
    if count.mean >= FLOORS[4] and count.met_share >= 0.75 and count.best == 4 and not count.concern_ignored:
        return 4
    if count.mean >= FLOORS[3] and count.met_share >= 0.5:
        return 3
    return 2 if count.mean >= FLOORS[2] or count.best >= 3 else 1


@told_in_person
def score(conversation: Conversation) -> ScaleResult:
    """The empathy scale of one conversation."""
    scale = rubric.scale("empathy")
    responses = respond(conversation)
    if not responses:
        return _without_occasion(conversation, scale)
    count = tally(responses)
    level, caps = level_of(count)
    return ScaleResult.model_validate(
        {
            "level": level,
            "score": score_of(place(level, count.mean, FLOORS, 4.0)),
            "anchor": scale.anchor(level),
            "counted": _counted(responses, count),
            "to_next": _to_next(level, count, caps),
            "caps": caps,
            "evidence": tuple(evidence for response in responses for evidence in _evidence(conversation, response)),
            "occasions": tuple(_occasion(conversation, response) for response in responses),
        }
    )


def _without_occasion(conversation: Conversation, scale: rubric.Scale) -> ScaleResult:
    """Not observed; or 0 where the task called for it (rubric 2), with an open question quoted as a strength."""
    why = "You asked openly how it is for the patient."
    asked = [
        conversation.evidence(index, move.start, move.end, "raises", why)
        for index in conversation.spoken
        for move in conversation.readings[index].all("elicits_concerns")
    ]
    counted = "The patient showed no feeling that you had the chance to answer."
    avoided = conversation.has_task("empathy")
    return ScaleResult(
        level=0 if avoided else None,
        score=0.0 if avoided else None,
        anchor=scale.avoided if avoided else scale.not_observed,
        counted=counted,
        evidence=tuple(asked[:1]),
    )


def _counted(responses: Sequence[Response], count: Tally) -> str:
    """What became of every feeling: met, heard without the feeling behind it, or passed over."""
    met = sum(response.met for response in responses)
    heard = sum(response.grade == _HEARD for response in responses)
    sentence = f"The patient showed {count_of(len(responses), 'feeling')}. You met {met}"
    if heard:
        sentence += f", and in {heard} more you heard what it was about without the feeling itself"
    if count.concerns and count.concerns < len(responses):
        sentence += f". {count.concerns} {'was' if count.concerns == 1 else 'were'} said openly"
        sentence += f", and you met {count.concerns_met} of those"
    return f"{sentence}. Your answers average {count.mean:.1f} on a scale of 0 to 4."


def _to_next(level: int, count: Tally, caps: Sequence[str]) -> str | None:
    """What would have made it the next level."""
    if level == 4:
        return None
    if caps:
        return "Without what holds the level down, this would have been a 3 or more."
    if level == 0:
        return "A 1 needs feelings to get some answer, even a short one, before the talk moves on, and no reproach."
    if level == 1:
        return f"A 2 needs answers that average {FLOORS[2]} (yours: {count.mean:.1f}), or one feeling truly met."
    if level == 2:
        missing = max(1, -(-count.concerns // 2) - count.concerns_met)
        more = count_of(missing, "more open worry", "more open worries")
        if count.mean >= FLOORS[3]:
            return f"A 3 needs the feeling itself to be met, not only the subject, for {more}."
        return f"A 3 needs answers that average {FLOORS[3]} (yours: {count.mean:.1f}); meeting {more} would do most."
    return "A 4 needs three quarters of the open worries met, none passed over, and one taken further."


def _occasion(conversation: Conversation, response: Response) -> Occasion:
    opportunity = response.opportunity
    return Occasion(
        turn=opportunity.turn,
        start=opportunity.start,
        end=opportunity.end,
        quote=opportunity.quote,
        kind=opportunity.kind,
        family=opportunity.family,
        intensity=opportunity.intensity,
        met=response.met,
        grade=response.grade,
        answer_turn=response.answer.turn,
        why=_why(conversation, response),
    )


def _why(conversation: Conversation, response: Response) -> str:
    """A silence is named whatever came after it: it is an event of its own (rubric 2)."""
    silence = " You kept silent first, which gave room." if response.answer.after_silence else ""
    repaired = " You made it good afterwards." if response.repaired else ""
    said = person_of(conversation.persona).when_said(response.opportunity.quote)
    return f"{said} {response.did}.{silence}{repaired}"


def _evidence(conversation: Conversation, response: Response) -> list[Evidence]:
    """The student's words that raised or lowered the level; what merely counted as heard is left unmarked."""
    turn = response.answer.turn
    if response.fault is not None:
        moves = response.answer.reading.all(response.fault)
        return [conversation.evidence(turn, moves[0].start, moves[0].end, "lowers", _why(conversation, response))]
    if response.words_of is None:
        return []
    start, end = conversation.sentence_around(turn, response.words_of.start, response.words_of.end)
    effect = "raises" if response.grade >= 2 else "lowers"
    return [conversation.evidence(turn, start, end, effect, _why(conversation, response))]
