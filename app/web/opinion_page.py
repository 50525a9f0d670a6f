"""From a second opinion to what the feedback and the review show of it."""

from collections.abc import Sequence

from app.classroom.needs import FLAGS, Scored, doubts_of, levels_apart
from app.classroom.needs import Need as Doubt
from app.judging import SecondOpinion
from app.web.views.second_opinion import AnswerView, SecondFlag, SecondProof, SecondScale, SecondView
from app.web.words import SCALES, counted
from personas.vocabulary import ScaleName
from scoring import Scorecard
from scoring.judge import Judgement
from scoring.scorecard import Flag

WAITS = "The second reader is still reading."
TRIED_AGAIN = "The second reader could not be reached so far. It is asked again by itself."
STATUS = {
    "waiting": WAITS,
    "running": WAITS,
    "failed": "The second reader could not be reached.",
    "over_budget": "The class has used up what it may spend on second opinions this month.",
    "not_asked": "No second reader has read this talk.",
}
VERDICTS = {
    "explained": "Explained",
    "not_explained": "Not explained",
    "against_the_facts": "Against the facts",
}
NUMBERS = {2: "two", 3: "three", 4: "four"}


def second_view(
    opinion: SecondOpinion | None,
    machine: Scorecard,
    encounter_id: str,
    *,
    may_ask: bool,
    student: str | None = None,
    dismissed: Sequence[Flag] = (),
) -> SecondView | None:
    """What a page shows of a second opinion; None: nothing at all.

    `machine` is the card it stands beside. `may_ask`: whoever reads may ask for it. `student` is the name of the
    student, None where the student reads. What an educator `dismissed` on the machine's card is not raised again.
    """
    if opinion is None or opinion.state == "off":
        return None
    judgement = opinion.judgement
    return SecondView(
        encounter_id=encounter_id,
        pending=opinion.pending,
        status=_status(opinion, "Your score stands" if student is None else "The score stands"),
        ask=_ask(opinion, by_educator=student is not None) if may_ask else None,
        about=_about(judgement, student) if judgement is not None else None,
        scales=tuple(_scale(name, judgement, machine) for name in SCALES) if judgement is not None else (),
        flags=_flags(judgement, dismissed) if judgement is not None else (),
        notes=_notes(judgement) if judgement is not None else (),
        answers=_answers(judgement) if judgement is not None else None,
        listener="your words" if student is None else f"the words of {student}",
    )


def doubts_about(machine: Scorecard, opinion: SecondOpinion | None, pass_mark: int | None) -> tuple[Doubt, ...]:
    """The reasons to look that a second opinion raises, read from the cards themselves."""
    if opinion is None or opinion.judgement is None:
        return ()
    second, listed = opinion.judgement, opinion.judgement.summary
    return doubts_of(
        Scored(machine.summary, machine.overall),
        Scored(listed, second.overall, listed.key_questions, listed.explained),
        pass_mark,
    )


def _status(opinion: SecondOpinion, stands: str) -> str | None:
    words = STATUS.get(opinion.state)
    if opinion.state == "waiting" and opinion.fault is not None:
        return TRIED_AGAIN
    if words is None or opinion.pending:
        return words
    rest = f"{stands} without it." if opinion.judgement is None else "What it said before stands below."
    return f"{words} {rest}"


def _ask(opinion: SecondOpinion, *, by_educator: bool) -> str | None:
    """What the button says. A whole opinion is asked for anew by educators alone: each costs."""
    if opinion.state == "waiting" and opinion.fault is not None:
        return "Ask now"
    if opinion.pending:
        return None
    if opinion.state == "not_asked":
        return "Ask for a second opinion"
    is_whole = opinion.state == "done" and opinion.judgement is not None and not opinion.judgement.not_scored
    return "Ask again" if by_educator or not is_whole else None


def may_ask_anew(opinion: SecondOpinion, *, by_educator: bool) -> bool:
    """Whether the page would offer it: a form may be older than what stands now."""
    return _ask(opinion, by_educator=by_educator) is not None


def _about(judgement: Judgement, student: str | None) -> str:
    times = f", {counted(judgement.samples, 'time')}" if judgement.samples > 1 else ""
    if student is not None:
        return f"{judgement.model}{times}: a machine's reading too, and not the score of record."
    return (
        f"{judgement.model} read the same talk on its own{times}. It is a machine's reading too, it can be wrong, "
        "and it is not the score of record: nothing in it changes your score."
    )


def _scale(name: ScaleName, judgement: Judgement, machine: Scorecard) -> SecondScale:
    result = judgement.scales[name]
    why = judgement.not_scored.get(name)
    return SecondScale(
        name=name,
        title=SCALES[name].title,
        level=None if why else result.level,
        said="Not scored" if why else _level_words(result.level),
        not_scored=why,
        apart=None if why else _apart(name, judgement, machine),
        spread=_spread(judgement, name),
        counted="" if why or result.level is None else result.counted,
        proofs=()
        if why
        else tuple(SecondProof(one.quote, one.turn, one.effect == "raises", one.why) for one in result.evidence),
    )


def _level_words(level: int | None) -> str:
    return "not observed" if level is None else f"{level} of 4"


def _apart(name: ScaleName, judgement: Judgement, machine: Scorecard) -> str | None:
    """How the two scorers differ, where a person should read both."""
    one, other = machine.scales[name].level, judgement.scales[name].level
    if (one is None) != (other is None):
        first, second = ("The second reader", "the scorer") if one is None else ("The scorer", "the second reader")
        return f"{first} saw an occasion for this; {second} saw none."
    gap = levels_apart(machine.summary, judgement.summary).get(name)
    if gap is None:
        return None
    read = "read the quotes of both" if judgement.scales[name].evidence else "it found nothing to quote"
    return f"The two differ by {NUMBERS[gap]} levels; {read}."


def _spread(judgement: Judgement, name: ScaleName) -> str | None:
    """The levels of several readings, in the order they were made."""
    levels = judgement.spread.get(name, ())
    if len(levels) < 2:
        return None
    return f"Judged {len(levels)} times: {', '.join('none' if one is None else str(one) for one in levels)}."


def _flags(judgement: Judgement, dismissed: Sequence[Flag]) -> tuple[SecondFlag, ...]:
    return tuple(
        SecondFlag(label=FLAGS[flag.kind], why=flag.why, quote=flag.quote or None, row=flag.turn)
        for flag in judgement.flags
        if not any(_is_same(flag, other) for other in dismissed)
    )


def _is_same(one: Flag, other: Flag) -> bool:
    """Whether two flags are about the same thing of the case, or about the same words."""
    if one.kind != other.kind:
        return False
    if one.kind in ("wrong_fact", "missed_must_ask"):  # "...: " and then the fact, or what was to be asked
        return one.why.partition(": ")[2] == other.why.partition(": ")[2]
    return one.turn == other.turn and one.start < other.end and other.start < one.end


def _notes(judgement: Judgement) -> tuple[str, ...]:
    """What could not be read, or was not believed."""
    notes = []
    if not judgement.flags_checked:
        notes.append("Whether a person should look at something could not be read.")
    if judgement.dropped_quotes:
        count, one = judgement.dropped_quotes, judgement.dropped_quotes == 1
        stands, counts = ("stands", "it counts") if one else ("stand", "they count")
        notes.append(f"{counted(count, 'quote')} it gave {stands} nowhere in the talk: {counts} for nothing.")
    return tuple(notes)


def _answers(judgement: Judgement) -> tuple[AnswerView, ...] | None:
    if not judgement.key_answers:
        return None
    return tuple(
        AnswerView(
            question=one.question,
            answer=one.answer,
            verdict=VERDICTS[one.verdict],
            tone=one.verdict,
            said=one.said.quote if one.said is not None else None,
            row=one.said.turn if one.said is not None else 0,
        )
        for one in judgement.key_answers
    )
