"""From an ended encounter and the acts of its review to the review page."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.classroom.needs import needs_of
from app.classroom.standing import MISSED, Span, missed_span, span_of
from app.storage.listings import Listed
from app.storage.reviews import Acted
from app.web.annotation import is_half_met, turn_views
from app.web.debrief import (
    Debrief,
    by,
    comments_by_turn,
    concerns,
    cue_views,
    flag_views,
    own_level,
)
from app.web.opinion_page import doubts_about, second_view
from app.web.room import limit_s_of, seconds_in_room
from app.web.views.teaching import ClassHead, ReviewPage, ReviewProof, ReviewScale
from app.web.words import DIFFICULTIES, SCALES, counted, moment, review
from personas.vocabulary import ScaleName
from scoring import rubric
from scoring.scorecard import Evidence, Occasion

VERDICTS = {"stands": "kept", "dismissed": "dismissed"}


@dataclass(frozen=True)
class Draft:
    """What somebody typed that could not be saved: it stands in the form again."""

    scale: str = ""
    level: str = ""
    turn: int | None = None
    words: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Place:
    """Where the encounter stands in the review queue: the ones before and after it, and a count in words."""

    before: str | None = None
    after: str | None = None
    words: str | None = None


def review_page(
    debrief: Debrief,
    listed: Listed,
    head: ClassHead,
    student: str,
    attempt: str,
    zone: str,
    place: Place,
    *,
    held: bool,
    wrong: str | None = None,
    said: str | None = None,
    draft: Draft | None = None,
) -> ReviewPage:
    """The review of one encounter. `attempt` says which of the student's it is, `zone` is the class's time zone."""
    draft = draft or Draft()
    heard, unheard = concerns(debrief)
    comments = comments_by_turn(debrief.standing)
    row, assignment = listed.review, debrief.assignment
    overall, machine = debrief.card.overall, debrief.machine.overall
    pass_mark = assignment.pass_mark if assignment is not None else None
    return ReviewPage(
        head=head,
        encounter_id=debrief.encounter.id,
        student=student,
        title=debrief.persona.scenario(debrief.encounter.scenario_id).title,
        patient=debrief.persona.name,
        called=debrief.persona.called,
        about=about(debrief, attempt, zone),
        needs=needs_shown(debrief),
        status=_status(listed, zone, held=held, is_set=assignment is not None),
        held=held,
        accepted=row is not None and row.accepted_at is not None,
        released=row is not None and row.released_at is not None,
        is_set=assignment is not None,
        seen=row.acts if row is not None else 0,
        wrong=wrong,
        said=said,
        overall=None if overall is None else round(overall),
        machine_overall=None if machine is None else round(machine),
        pass_mark=pass_mark,
        flags=flag_views(debrief),
        scales=tuple(_scale(name, debrief, draft) for name in SCALES),
        second=second_view(
            debrief.second,
            debrief.machine,
            debrief.encounter.id,
            may_ask=assignment is not None,
            student=student,
            dismissed=debrief.dismissed,
        ),
        turns=turn_views(debrief.turns, debrief.card, debrief.persona, debrief.path[0], comments, student),
        mind_shown=debrief.mind_shown,
        cues=cue_views(debrief),
        heard=heard,
        unheard=unheard,
        comments=comments.get(None, ()),
        reflection=debrief.rating.reflection or None if debrief.rating is not None else None,
        trail=tuple(f"{moment(one.act.at, zone)}: {by(one)} {act_words(one)}" for one in debrief.acts),
        draft_turn=draft.turn,
        draft_words="" if draft.scale and draft.turn is None else draft.words,
        draft_quote=draft.quote,
        before=place.before,
        after=place.after,
        place=place.words,
        review=review(debrief.persona),
        scorer=f"Scorer {debrief.machine.scorer_version}, rubric {debrief.machine.rubric_version}.",
    )


def needs_shown(debrief: Debrief) -> tuple[str, ...]:
    """The reasons to look, in words, as the review queue gives them; none once the result is accepted."""
    if debrief.accepted is not None:
        return ()
    pass_mark = debrief.assignment.pass_mark if debrief.assignment is not None else None
    found = needs_of(
        debrief.machine.summary,
        debrief.card.overall,
        pass_mark,
        debrief.rating,
        len(debrief.standing.flags),
        doubts_about(debrief.machine, debrief.second, pass_mark),
    )
    return tuple(need.words for need in found)


def about(debrief: Debrief, attempt: str, zone: str) -> tuple[str, ...]:
    """The facts of the encounter, each in a few words."""
    encounter, turns = debrief.encounter, debrief.turns
    spoken = sum(turn.speaker == "student" for turn in turns)
    seconds = seconds_in_room([encounter.started_at, *(turn.said_at for turn in turns), debrief.ended_at])
    limit_s = limit_s_of(encounter)
    facts = [
        attempt,
        f"ended {moment(debrief.ended_at, zone)}",
        f"{counted(spoken, 'turn')} in {seconds // 60}:{seconds % 60:02d} minutes"
        + (f" of {limit_s / 60:g}" if limit_s is not None else ""),
        f"{DIFFICULTIES[encounter.difficulty].lower()} difficulty",
        "offline patient" if encounter.voice == "authored" else f"patient by {encounter.model}",
    ]
    if encounter.late:
        facts.insert(1, "late")
    if encounter.hints_used:
        facts.append(counted(encounter.hints_used, "hint"))
    return tuple(fact for fact in facts if fact)


def act_words(acted: Acted) -> str:
    """What an act did, to read after a name; what the educator wrote is left to where it belongs."""
    act = acted.act
    scale = SCALES[_scale_name(act.scale)].title if act.scale else ""
    level, was = ("not observed" if one is None else str(one) for one in (act.level, act.was))
    words = f": {act.words}" if act.words else ""
    turn = "" if act.turn is None else f" turn {act.turn + 1}"
    struck = "a missed occasion" if act.effect == MISSED else "evidence"
    return {
        "level": f"set {scale} from {was} to {level}: {act.words}",
        "strike": f"removed {struck} for {scale} in{turn}: {act.words}",
        "evidence": f"added evidence for {scale} in{turn}: {act.words}",
        "comment": f"commented on{turn or ' the whole'}",
        "take_back": f"took back entry {act.target}",
        "flag": f"{VERDICTS.get(act.effect or '', 'looked at')} flag {(act.target or 0) + 1}{words}",
        "accept": f"accepted the result ({act.words})" if act.words else "accepted the result",
        "reopen": f"reopened the review: {act.words}",
        "release": "released the result",
    }[act.kind]


def span_key(span: Span) -> str:
    """A piece of evidence as a form names it."""
    return f"{span.scale}:{span.turn}:{span.start}:{span.end}:{span.effect}"


def span_from(key: str) -> Span:
    """The piece of evidence a form names.

    Raises:
        ValueError: it names none.
    """
    scale, turn, start, end, effect = key.split(":")
    return Span(scale, int(turn), int(start), int(end), effect)


def _scale_name(name: str) -> ScaleName:
    return next(known for known in SCALES if known == name)


def _status(listed: Listed, zone: str, *, held: bool, is_set: bool) -> str:
    row = listed.review
    if not is_set:
        return "Free practice its student shares with this class. Comments are seen at once."
    if row is not None and row.released_at is not None:
        return f"Released {moment(row.released_at, zone)}. Changes are seen at once."
    if row is not None and row.accepted_at is not None:
        return f"Accepted {moment(row.accepted_at, zone)}, {'not released yet' if held else 'seen by the student'}."
    return "The student does not see the result yet." if held else "The student sees the result already."


def _scale(name: ScaleName, debrief: Debrief, draft: Draft) -> ReviewScale:
    result, machine = debrief.card.scales[name], debrief.machine.scales[name]
    acted = debrief.standing.levels.get(name)
    own = own_level(debrief.rating, name)
    drafted = draft.scale == name and draft.turn is None
    return ReviewScale(
        name=name,
        letter=SCALES[name].letter,
        title=SCALES[name].title,
        level=result.level,
        machine_level=machine.level,
        anchor=result.anchor,
        anchors=tuple(rubric.scale(name).anchors[level] for level in range(5)),
        counted=machine.counted,
        set_by=None if acted is None else by(acted),
        reason="" if acted is None else acted.act.words,
        number=None if acted is None else acted.act.number,
        own_level=None if own is None else "no occasion" if own == "none" else str(own),
        proofs=tuple(_proofs(name, debrief)),
        draft_level=draft.level if drafted else None,
        draft_reason=draft.words if drafted else "",
    )


def _proofs(name: ScaleName, debrief: Debrief) -> Sequence[ReviewProof]:
    """The machine's evidence and the occasions it found missed, struck or not, and what educators added."""
    standing = debrief.standing
    found = []
    for one in debrief.machine.scales[name].evidence:
        span = Span(name, one.turn, one.start, one.end, one.effect)
        found.append(_proof(one, span, struck=standing.struck.get(span)))
    for missed in debrief.machine.scales[name].occasions:
        if not missed.met and not is_half_met(missed):
            span = missed_span(name, missed)
            found.append(_proof(missed, span, struck=standing.struck.get(span)))
    for acted in standing.added:
        span = span_of(acted.act)
        if span.scale == name:
            quote = debrief.turns[span.turn].text[span.start : span.end]
            found.append(
                ReviewProof(
                    span=span_key(span),
                    quote=quote,
                    effect=span.effect,
                    why=acted.act.words,
                    row=span.turn,
                    struck_by=None,
                    added_by=by(acted),
                    number=acted.act.number,
                )
            )
    return sorted(found, key=lambda proof: proof.row)


def _proof(evidence: Evidence | Occasion, span: Span, struck: Acted | None) -> ReviewProof:
    return ReviewProof(
        span=span_key(span),
        quote=evidence.quote,
        effect=span.effect,
        why=evidence.why if struck is None else struck.act.words,
        row=evidence.turn,
        struck_by=None if struck is None else by(struck),
        added_by=None,
        number=None if struck is None else struck.act.number,
    )


def trail_words(act: Acted, student: str, title: str) -> str:
    """An act as a line of the class's trail."""
    return f"{act_words(act)} ({student}, {title})"
