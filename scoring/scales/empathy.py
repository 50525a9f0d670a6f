"""Empathy: were the patient's feelings met? Rubric 2.1."""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring import rubric
from scoring.conversation import Conversation
from scoring.levels import place, score_of
from scoring.responses import Response, respond
from scoring.scorecard import Evidence, Occasion, ScaleResult
from scoring.wording import person_of, told_in_person

FLOORS = (0.0, 0.5, 1.5, 2.25, 3.0)
"""Mean response where each level begins by count alone."""

_HEARD, _MET = 2, 3
"""The grade of an answer that heard the content but not the feeling, and of one that met the feeling."""


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


def score(conversation: Conversation) -> ScaleResult:
    """The empathy scale of one conversation."""
    responses = respond(conversation)
    return result_of(conversation, responses) if responses else _with_open_question(conversation)


@told_in_person
def result_of(conversation: Conversation, responses: Sequence[Response]) -> ScaleResult:
    """The empathy scale by these responses, whoever coded them."""
    scale = rubric.scale("empathy")
    if not responses:
        return _without_occasion(conversation)
    count = tally(responses)
    level, caps = level_of(count)
    return ScaleResult.model_validate(
        {
            "level": level,
            "score": score_of(place(level, count.mean, FLOORS, 4.0)),
            "anchor": scale.anchor(level),
            "counted": _counted(responses, count),
            "to_next": _to_next(level, count),
            "caps": caps,
            "evidence": tuple(evidence for response in responses for evidence in _evidence(conversation, response)),
            "occasions": tuple(_occasion(conversation, response) for response in responses),
        }
    )


@told_in_person
def _with_open_question(conversation: Conversation) -> ScaleResult:
    """What stands where there was no occasion, with an open question quoted as a strength."""
    why = "You asked openly how it is for the patient."
    asked = [
        conversation.evidence(index, move.start, move.end, "raises", why)
        for index in conversation.spoken
        for move in conversation.readings[index].all("elicits_concerns")
    ]
    return _without_occasion(conversation).model_copy(update={"evidence": tuple(asked[:1])})


def _without_occasion(conversation: Conversation) -> ScaleResult:
    """Not observed; or 0 where the task called for it (rubric 2)."""
    scale = rubric.scale("empathy")
    avoided = conversation.has_task("empathy")
    return ScaleResult(
        level=0 if avoided else None,
        score=0.0 if avoided else None,
        anchor=scale.avoided if avoided else scale.not_observed,
        counted="The patient showed no feeling that you had the chance to answer.",
    )


def _counted(responses: Sequence[Response], count: Tally) -> str:
    """What became of every feeling: met, heard without the feeling in it, or passed over."""
    met = sum(response.met for response in responses)
    heard = sum(response.grade == _HEARD for response in responses)
    if len(responses) == 1:
        did = "met it" if met else "heard what it was about, but not the feeling" if heard else "did not meet it"
        return f"The patient showed a feeling once. You {did}: {responses[0].grade} on a scale of 0 to 4."
    sentence = f"The patient showed a feeling at {len(responses)} moments. You met {met or 'none'} of these"
    if heard:
        more = "more " if met else ""
        sentence += f"; in {heard} {more}you heard what it was about, but not the feeling"
    if count.concerns and count.concerns < len(responses):
        sentence += f". In {count.concerns} it was said openly"
        sentence += f", and of those you met {count.concerns_met or 'none'}"
    return f"{sentence}. Your answers average {count.mean:.1f} on a scale of 0 to 4."


def _to_next(level: int, count: Tally) -> str | None:
    """What would have made it the next level."""
    if level == 4:
        return None
    if level == 1:
        return f"A 2 needs answers that average {FLOORS[2]} (yours: {count.mean:.1f}), or one feeling truly met."
    return f"A {level + 1} needs {'; and '.join(unmet(level, count))}."


def unmet(level: int, count: Tally) -> list[str]:
    """The conditions of the next level that fail; none that is met already."""
    average = f"answers that average {FLOORS[level + 1]:g} (yours: {count.mean:.1f})"
    met = f"of the open worries met (yours: {count.concerns_met} of {count.concerns})"
    fails: dict[int, Sequence[tuple[bool, str]]] = {
        0: (
            (count.hostile, "the reproach to be made good"),
            (count.mean < FLOORS[1] and count.best < _MET, f"{average}: a short answer before the talk moves on"),
        ),
        2: (
            (count.unrepaired_dismissal, "the worry that was played down to be taken up again"),
            (count.strongest_ignored, "an answer to the strongest feeling"),
            (count.solved_first_share > 0.5, "answers that begin with the feeling, and the solution after it"),
            (count.mean < FLOORS[3], average),
            (count.met_share < 0.5, f"half {met}"),
        ),
        3: (
            (count.mean < FLOORS[4], average),
            (count.met_share < 0.75, f"three quarters {met}"),
            (count.concern_ignored, "no open worry passed over"),
            (count.best < 4, "one feeling taken further: what it means to the patient, or what would help"),
        ),
    }
    return [words for applies, words in fails[level] if applies]


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
    said = person_of(conversation.persona).when_said(response.opportunity.quote, response.opportunity.word)
    return f"{said} {response.did}.{silence}{repaired}"


def _evidence(conversation: Conversation, response: Response) -> list[Evidence]:
    """The student's words that raised or lowered the level; what merely counted as heard is left unmarked."""
    turn = response.answer.turn
    if response.words_of is None:
        return []
    start, end = conversation.sentence_around(turn, response.words_of.start, response.words_of.end)
    effect = "raises" if response.grade >= 2 else "lowers"
    return [conversation.evidence(turn, start, end, effect, _why(conversation, response))]
