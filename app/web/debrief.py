"""What an ended encounter left behind, as the feedback and the review show it alike."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from app.classroom.standing import Standing, educators_card, stand
from app.judging import SecondOpinion
from app.patient.scene import Mind, State
from app.storage.reviews import Acted
from app.storage.tables import Assignment, Cohort, Encounter, LedgerRow, ProblemReport, SelfRating, TurnRow
from app.web.annotation import is_half_met, minds
from app.web.views.feedback import (
    CommentView,
    ConcernView,
    CueView,
    OtherTry,
    WarningFlag,
)
from app.web.words import FLAGS, SOURCES
from personas import Persona
from personas.schema import Concern, CueNote
from personas.vocabulary import ScaleName
from scoring import Scorecard
from scoring.scorecard import Flag, Occasion, ScaleResult

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
    def accepted(self) -> Acted | None:
        """The act that accepted the result last; None when nobody has, or it was reopened."""
        last = next((one for one in reversed(self.acts) if one.act.kind in ("accept", "reopen")), None)
        return last if last is not None and last.act.kind == "accept" else None

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


def start_of(persona: Persona, encounter: Encounter) -> Mind:
    """The patient's mind before the first word, at this encounter's difficulty."""
    starts = persona.scenario(encounter.scenario_id).difficulties
    start = next(start for name, start in starts.items() if name == encounter.difficulty)
    return Mind(trust=start.trust, distress=start.distress, understanding=start.understanding)


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


def without_quote(why: str) -> str:
    """The reason without its opening 'When she said "...", ': for where the quote stands above it."""
    rest = _QUOTED.sub("", why)
    return rest[:1].upper() + rest[1:]


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
