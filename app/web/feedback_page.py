"""From an ended encounter's rows and scorecard to the feedback page."""

from collections.abc import Sequence
from typing import Literal

from app.patient.scene import Mind, State
from app.storage.reviews import Acted
from app.storage.tables import Assignment
from app.web.annotation import marks_of, turn_views, why_anchor
from app.web.debrief import (
    Debrief,
    by,
    comments_by_turn,
    concerns,
    cue_views,
    flag_views,
    own_level,
    without_quote,
)
from app.web.opinion_page import second_view
from app.web.views import Choice
from app.web.views.feedback import FeedbackPage, HabitView, KeyMoment, Proof, ReportView, ScaleView, ShareView, Struck
from app.web.words import SCALES, counted, day, review
from personas.vocabulary import ScaleName
from scoring import Scorecard
from scoring.scorecard import Evidence, Moment, Talk

PROOFS_SHOWN = 4
"""Quotes under a scale; all of them stand in the transcript."""
FELT_WELL = 0.55
"""From this trust at the end on, the patient goes home feeling heard, if trust rose at all."""
FELT_BADLY = 0.3


def feedback_page(debrief: Debrief) -> FeedbackPage:
    """What happened, what it did to the patient, and what to try."""
    persona, card, encounter = debrief.persona, debrief.card, debrief.encounter
    scenario = persona.scenario(encounter.scenario_id)
    heard, unheard = concerns(debrief)
    comments = comments_by_turn(debrief.standing)
    return FeedbackPage(
        encounter_id=encounter.id,
        scenario_id=scenario.id,
        title=scenario.title,
        patient=persona.name,
        called=persona.called,
        subject=persona.subject.capitalize(),
        object=persona.object,
        ended=day(debrief.ended_at),
        overall=None if card.overall is None else round(card.overall),
        set_for=None if debrief.cohort is None else debrief.cohort.name,
        signed=_signed(debrief.accepted),
        result=result_of(debrief.assignment, card.overall),
        comments=comments.get(None, ()),
        reflection=debrief.rating.reflection or None if debrief.rating is not None else None,
        moments=tuple(_moment(one, debrief) for one in card.moments),
        flags=tuple(flag for flag in flag_views(debrief) if not flag.dismissed),
        dismissed=tuple(flag for flag in flag_views(debrief) if flag.dismissed and flag.words),
        scales=tuple(scale_view(name, debrief) for name in SCALES),
        second=second_view(
            debrief.second,
            debrief.machine,
            encounter.id,
            may_ask=debrief.assignment is None,
            dismissed=debrief.dismissed,
        ),
        turns=turn_views(debrief.turns, card, persona, debrief.path[0], comments),
        mind_shown=debrief.mind_shown,
        cues=cue_views(debrief),
        heard=heard,
        unheard=() if debrief.closed_until else unheard,
        closed_until=day(debrief.closed_until).words if debrief.closed_until else None,
        habits=tuple(HabitView(name=habit.name, seen=habit.seen) for habit in card.habits),
        talk=talk_lines(card.talk, persona.called),
        afterwards=persona.afterwards[how_it_felt(debrief.path)] if _reached_the_news(debrief) else None,
        other_tries=debrief.other_tries,
        share=_share(debrief),
        reports=tuple(ReportView(one.words, one.answer if one.closed_at else None) for one in debrief.reports),
        facts_checked=card.facts_checked,
        review=review(persona),
        scorer=f"Scorer {card.scorer_version}, rubric {card.rubric_version}.",
    )


def _signed(accepted: Acted | None) -> str | None:
    """Who accepted the result, and when."""
    return None if accepted is None else f"Reviewed by {by(accepted)}, {day(accepted.act.at).words}."


def result_of(assignment: Assignment | None, overall: float | None) -> str | None:
    """Passed or not, where there is a pass mark."""
    if assignment is None or assignment.pass_mark is None or overall is None:
        return None
    reached = "The pass mark is reached" if overall >= assignment.pass_mark else "Below the pass mark"
    return f"{reached}: {round(overall)} of 100, the mark is {assignment.pass_mark}."


def _share(debrief: Debrief) -> ShareView | None:
    if debrief.assignment is not None or not debrief.joined:
        return None
    shared = next((one.name for one in debrief.joined if one.id == debrief.encounter.shared_with), None)
    choices = tuple(
        Choice(value=one.id, label=one.name, chosen=False) for one in debrief.joined if one.archived_at is None
    )
    return ShareView(cohorts=choices, shared_with=shared)


def _reached_the_news(debrief: Debrief) -> bool:
    """Whether what the patient came to hear was told, or they left; before that there is nothing to look back on."""
    scenario = debrief.persona.scenario(debrief.encounter.scenario_id)
    if not any(fact.news for fact in scenario.facts):
        return True
    states = [State.model_validate(turn.state) for turn in debrief.turns[-2:] if turn.state is not None]
    return any(state.news_told or state.left for state in states)


def how_it_felt(path: Sequence[Mind]) -> Literal["well", "middling", "badly"]:
    """well, middling or badly: by the patient's trust at the end, and where it came from."""
    first, last = path[0].trust, path[-1].trust
    if last >= FELT_WELL and last > first:
        return "well"
    return "badly" if last < min(FELT_BADLY, first) else "middling"


def scale_view(name: ScaleName, debrief: Debrief) -> ScaleView:
    """One scale, with the first quotes for and against."""
    card, result = debrief.card, debrief.card.scales[name]
    raised = [one for one in result.evidence if one.effect == "raises"]
    lowered = [one for one in result.evidence if one.effect == "lowers"]
    kept = [*raised[: PROOFS_SHOWN - min(len(lowered), PROOFS_SHOWN // 2)], *lowered]
    shown = kept[:PROOFS_SHOWN]
    act = debrief.standing.levels.get(name)
    return ScaleView(
        name=name,
        letter=SCALES[name].letter,
        title=SCALES[name].title,
        level=result.level,
        machine_level=debrief.machine.scales[name].level,
        set_by=None if act is None else by(act),
        reason="" if act is None else act.act.words,
        own_level=own_level(debrief.rating, name),
        anchor=result.anchor,
        counted=result.counted,
        to_next=result.to_next if result.level is not None and result.level < 4 else None,
        caps=result.caps,
        proofs=tuple(_proof(name, one, card) for one in shown),
        more_proofs=len(result.evidence) - len(shown),
        struck=tuple(
            Struck(quote=debrief.turns[span.turn].text[span.start : span.end], by=by(acted), why=acted.act.words)
            for span, acted in debrief.standing.struck.items()
            if span.scale == name
        ),
    )


def talk_lines(talk: Talk, called: str) -> tuple[str, ...]:
    """The plain counts, in words."""
    lines = [f"You spoke {round(talk.student_share * 100)} of every 100 words; {called} spoke the rest."]
    if talk.longest_turn is not None:
        lines.append(
            f"Your longest turn had {counted(talk.longest_turn_words, 'word')} (turn {talk.longest_turn + 1})."
        )
    questions = f"{counted(talk.open_questions, 'open question')} and {talk.closed_questions} closed"
    lines.append(f"You asked {questions}.")
    if talk.silences:
        lines.append(f"You stayed silent on purpose {'once' if talk.silences == 1 else f'{talk.silences} times'}.")
    return tuple(lines)


def _moment(moment: Moment, debrief: Debrief) -> KeyMoment:
    mine = debrief.turns[moment.turn].speaker == "student"
    try_from = moment.answer_turn if not moment.helped else None
    if try_from is None and not moment.helped and mine:
        try_from = moment.turn
    return KeyMoment(
        name="You" if mine else debrief.persona.called,
        quote=moment.quote,
        answer=moment.said.quote if moment.said is not None and not mine else None,
        row=moment.turn,
        helped=moment.helped,
        what_happened=without_quote(moment.what_happened),
        say=moment.say,
        try_from=try_from,
    )


def _proof(scale: ScaleName, evidence: Evidence, card: Scorecard) -> Proof:
    """A quote that leads to its mark in the transcript."""
    marks = marks_of(card, evidence.turn)
    wanted = (evidence.start, evidence.end, scale, evidence.effect, evidence.why)
    index = next(index for index, mark in enumerate(marks) if mark == wanted)
    return Proof(
        anchor=why_anchor(evidence.turn, index),
        quote=evidence.quote,
        raises=evidence.effect == "raises",
        why=evidence.why,
    )
