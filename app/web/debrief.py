"""From an ended encounter's rows and scorecard to the feedback page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from app.classroom.reviewing import Standing, educators_card, stand
from app.judging import SecondOpinion
from app.patient.scene import Mind, State
from app.storage.reviews import Acted
from app.storage.tables import Assignment, Cohort, Encounter, LedgerRow, ProblemReport, SelfRating, TurnRow
from app.web.annotation import is_half_met, marks_of, minds, turn_views, why_anchor
from app.web.opinion_page import second_view
from app.web.views import Choice
from app.web.views.feedback import (
    CommentView,
    ConcernView,
    CueView,
    FeedbackPage,
    HabitView,
    KeyMoment,
    OtherTry,
    Proof,
    ReportView,
    ScaleView,
    ShareView,
    Struck,
    WarningFlag,
)
from app.web.words import FLAGS, SCALES, SOURCES, counted, day, review
from personas import Persona
from personas.schema import Concern, CueNote
from personas.vocabulary import ScaleName
from scoring import Scorecard
from scoring.scorecard import Evidence, Flag, Moment, Occasion, ScaleResult, Talk

PROOFS_SHOWN = 4
"""Quotes under a scale; all of them stand in the transcript."""
FELT_WELL = 0.55
"""From this trust at the end on, the patient goes home feeling heard, if trust rose at all."""
FELT_BADLY = 0.3

_QUOTED = re.compile(r'^When \w+ said "[^"]*", ')


@dataclass(frozen=True)
class Debrief:
    """Everything an ended encounter left behind. `machine` is the deterministic card, `acts` the educators' review."""

    encounter: Encounter
    ended_at: datetime
    persona: Persona
    turns: Sequence[TurnRow]
    ledger: Sequence[LedgerRow]
    machine: Scorecard
    acts: Sequence[Acted] = ()
    rating: SelfRating | None = None
    assignment: Assignment | None = None
    cohort: Cohort | None = None
    """The class that set it."""
    joined: Sequence[Cohort] = ()
    """The student's classes, with which free practice can be shared."""
    reports: Sequence[ProblemReport] = ()
    closed_until: datetime | None = None
    """What was not heard stays closed until then: others may still meet this patient."""
    other_tries: tuple[OtherTry, ...] = ()
    second: SecondOpinion | None = None
    """How the second opinion stands; None, or `off`: nothing of it is shown."""

    @cached_property
    def standing(self) -> Standing:
        """What the review adds up to."""
        return stand(self.acts)

    @cached_property
    def card(self) -> Scorecard:
        """The card of record: the educator's where a review changed anything, else the machine's."""
        if not self.standing.changes_card:
            return self.machine
        return educators_card(self.machine, self.standing, self.turns)

    @property
    def dismissed(self) -> tuple[Flag, ...]:
        """The machine's flags that an educator looked at and dismissed."""
        judged = self.standing.flags.items()
        return tuple(self.machine.flags[index] for index, one in judged if one.act.effect == "dismissed")

    @cached_property
    def path(self) -> tuple[Mind, ...]:
        """The patient's mind before the first turn and after each."""
        return minds(self.turns, start_of(self.persona, self.encounter))

    @property
    def mind_shown(self) -> bool:
        """Whether the patient's mind was stored with the turns."""
        return any(turn.state is not None for turn in self.turns)


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
        signed=signed_by(debrief.acts),
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


def comments_by_turn(standing: Standing) -> Mapping[int | None, tuple[CommentView, ...]]:
    """The educators' comments; None: on the whole."""
    found: dict[int | None, tuple[CommentView, ...]] = {}
    for one in standing.comments:
        view = CommentView(number=one.act.number, by=by(one), words=one.act.words)
        found[one.act.turn] = (*found.get(one.act.turn, ()), view)
    return found


def by(acted: Acted) -> str:
    """Who did it."""
    return acted.educator or "An educator"


def flag_views(debrief: Debrief) -> tuple[WarningFlag, ...]:
    """The safety flags, with what an educator said of each."""
    verdicts = debrief.standing.flags
    return tuple(
        WarningFlag(
            index=index,
            label=FLAGS[flag.kind],
            quote=flag.quote or None,
            row=flag.turn,
            why=flag.why,
            verdict=_verdict(verdicts[index]) if index in verdicts else None,
            dismissed=index in verdicts and verdicts[index].act.effect == "dismissed",
            words=verdicts[index].act.words if index in verdicts else "",
        )
        for index, flag in enumerate(debrief.machine.flags)
    )


def _verdict(acted: Acted) -> str:
    what = "looked at this and keeps it" if acted.act.effect == "stands" else "looked at this and dismisses it"
    return f"{by(acted)} {what}{f': {acted.act.words}' if acted.act.words else '.'}"


def signed_by(acts: Sequence[Acted]) -> str | None:
    """Who accepted the result last, and when; None when nobody has, or it was reopened."""
    for one in reversed(acts):
        if one.act.kind == "reopen":
            return None
        if one.act.kind == "accept":
            return f"Reviewed by {by(one)}, {day(one.act.at).words}."
    return None


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


def start_of(persona: Persona, encounter: Encounter) -> Mind:
    """The patient's mind before the first word, at this encounter's difficulty."""
    starts = persona.scenario(encounter.scenario_id).difficulties
    start = next(start for name, start in starts.items() if name == encounter.difficulty)
    return Mind(trust=start.trust, distress=start.distress, understanding=start.understanding)


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


def own_level(rating: SelfRating | None, name: ScaleName) -> int | Literal["none"] | None:
    """The level the student gave themselves; "none" for no occasion, None without a self-rating."""
    if rating is None or name not in rating.levels:
        return None
    level: int | None = rating.levels[name]
    return "none" if level is None else level


def cue_views(debrief: Debrief) -> tuple[CueView, ...]:
    """What the patient let slip, in the order it was said: the simulator's own cues, and feelings the scorer saw."""
    notes = {cue.id: cue for cue in debrief.persona.cues}
    empathy, naming = debrief.card.scales["empathy"], debrief.card.scales["emotion_naming"]
    found: dict[tuple[int, str], CueView] = {}
    for occasion in [*empathy.occasions, *naming.occasions]:
        if occasion.kind in ("permission_episode", "explaining_turn", "patient_question"):
            continue
        note = _note_behind(occasion, debrief.ledger, notes)
        key = (occasion.turn, note.id if note else occasion.quote)
        if key not in found:
            found[key] = _cue_view(occasion, note, empathy)
    return tuple(sorted(found.values(), key=lambda cue: cue.row))


def concerns(debrief: Debrief) -> tuple[tuple[ConcernView, ...], tuple[ConcernView, ...]]:
    """What the patient told, each with its turn, and what weighed on them and stayed unsaid, with what opens it."""
    told = {entry.item_id: entry.position for entry in debrief.ledger if entry.kind == "concern"}
    begun = {entry.item_id: entry for entry in debrief.ledger if entry.kind == "part"}
    heard = [one for one in debrief.persona.concerns if one.id in told]
    unheard = [one for one in debrief.persona.concerns if one.main and one.id not in told]
    opened = _last_open(debrief.turns)
    return (
        tuple(ConcernView(summary=one.summary, row=told[one.id], opens=None) for one in heard),
        tuple(
            ConcernView(
                summary=one.summary,
                row=None,
                opens=what_opens(one, debrief.path, opened=one.id in opened),
                part=begun[one.id].quote if one.id in begun else None,
                part_row=begun[one.id].position if one.id in begun else None,
            )
            for one in unheard
        ),
    )


def what_opens(concern: Concern, path: Sequence[Mind], *, opened: bool) -> str:
    """What would have brought the concern out, and how near this talk came."""
    if opened:
        return "You had opened this: it would have come with a little more time and an open question."
    gate = concern.opens_when
    needed = []
    highest = max(mind.trust for mind in path)
    if gate.trust > highest:
        needed.append(f"trust of {round(gate.trust * 100)} (here it reached {round(highest * 100)})")
    if gate.distress_at_most < 1:
        lowest = min(mind.distress for mind in path)
        needed.append(
            f"distress of {round(gate.distress_at_most * 100)} or less (here it fell to {round(lowest * 100)})"
        )
    if gate.needs_one_of:
        needed.append(_either([SOURCES[one] for one in gate.needs_one_of]))
    enough = "There was trust enough for it. " if 0 < gate.trust <= highest else ""
    touching = concern.topics[0][:1].upper() + concern.topics[0][1:]
    example = f" For example: “{touching}”." if enough and "topic" in gate.needs_one_of else ""
    return f"{enough}What opens it: {_and(needed)}.{example}" if needed else "It needed only a question about it."


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


def without_quote(why: str) -> str:
    """The reason without its opening 'When she said "...", ': for where the quote stands above it."""
    rest = _QUOTED.sub("", why)
    return rest[:1].upper() + rest[1:]


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


def _note_behind(occasion: Occasion, ledger: Iterable[LedgerRow], notes: dict[str, CueNote]) -> CueNote | None:
    """The persona's own hint these words hold, if they hold one."""
    for entry in ledger:
        if entry.kind == "cue" and entry.position == occasion.turn and entry.item_id in notes:
            quote, words = entry.quote.casefold(), occasion.quote.casefold()
            if quote in words or words in quote:
                return notes[entry.item_id]
    return None


def _cue_view(occasion: Occasion, note: CueNote | None, empathy: ScaleResult) -> CueView:
    could_say = note.could_say if note else None
    if could_say is None:
        turns = (occasion.turn, occasion.answer_turn)
        could_say = next((one.say for one in empathy.suggestions if one.turn in turns), None)
    return CueView(
        quote=occasion.quote,
        row=occasion.turn,
        became=_became(occasion),
        why=without_quote(occasion.why),
        could_say=could_say,
    )


def _became(occasion: Occasion) -> Literal["Met", "Half met", "Missed"]:
    """Half met: the content was heard, the feeling behind it was not (rubric 2.1, a response of 2)."""
    if occasion.met:
        return "Met"
    return "Half met" if is_half_met(occasion) else "Missed"


def _last_open(turns: Sequence[TurnRow]) -> tuple[str, ...]:
    """The concerns that were open at the end, told or not."""
    for turn in reversed(turns):
        if turn.state is not None:
            return State.model_validate(turn.state).open_concerns
    return ()


def _either(ways: Sequence[str]) -> str:
    return ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])} or {ways[-1]}"


def _and(needed: Sequence[str]) -> str:
    return needed[0] if len(needed) == 1 else f"{', '.join(needed[:-1])}, and {needed[-1]}"
