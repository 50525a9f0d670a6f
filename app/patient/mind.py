"""How the patient feels after what the student did: bounded steps, quicker down than up, each with its reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.patient.circumstances import NAMINGS_IN_A_ROW, Circumstances
from app.patient.effects import ACTIONS, FEELINGS, LOSSES, WINS, Effect, agrees
from app.patient.scene import Change, Mind
from personas.schema import Persona, Temper
from personas.vocabulary import Action
from scoring.reading import Move, TurnReading

# The most one turn can do. Trust: a talk of twenty good turns, not one good sentence, makes a patient open,
# and one bad turn can undo two or three good ones. Distress may leap at the news; it never falls as fast.
MOST = {"trust": (0.24, 0.08), "distress": (0.10, 0.32), "understanding": (0.15, 0.14)}
"""Of each value: the most it can fall, the most it can rise, in one turn."""

REPEAT_SHARE = 0.5
"""What a move is still worth when it was made before: the second 'that makes sense' says less than the first."""
HURT_SHARE = 0.5
"""What a win is worth while the patient is still on guard after a hurt."""
HURT_MOVES = 3
"""So many good moves end being on guard."""
FLAT_SHARE = 0.7
"""A feeling stated as a fact, not offered ('you are scared')."""
MISSED_FAMILY_SHARE = 0.3
"""A feeling named that is not the one shown: meant well, half heard."""
STRESSED_SHARE = 0.5
"""How much more a patient minds or values what their temper says they do."""
LISTENING_TO = 0.56
"""Being listened to brings trust about as far as this and no further: what lies deeper is told to who understands."""
LISTENING_LEFT = 0.4
"""The share of its effect that listening keeps from there on."""
LISTENING_FADES = 0.12
"""Over so much trust below that, listening has less and less effect."""
MONOLOGUE_WORDS = 120
"""Rubric 2.4, part D: more than this without a turn is a monologue."""
HARD_WORDING = 4.5
"""Difficulty on the MedReadMe scale from which a sentence is hard (rubric 2.4, part A)."""
FACTS_AT_ONCE = 5
"""Rubric 2.4, part D: more facts than this are not taken in."""
INERTIA_FROM = 1.2
"""What rises does so at this less its value of the full pace: the last of it is the slowest to come."""
INERTIA_TO = 0.5
"""Trust falls at this plus its value of the full pace: who expects nothing is hardly disappointed."""
IN_TEARS = 0.5
"""Distress from which a tissue is wanted; before, it is a hint that one ought to cry."""
LEAST_STEP = 0.004
"""Smaller steps are not worth a sentence."""

_ALWAYS_NEW = frozenset({"tells_fact", "tells_plan", "gives_why", "defines"})
"""Another fact is not the same fact again."""
_GOES_DEEPER = frozenset(
    {"names_emotion", "validates", "partners", "reflects_complex", "asks_permission", "offers_choice", "promises"}
)
"""Moves that bring trust further than listening does: to be understood, not left alone, and asked."""
_HURTS = frozenset({*LOSSES, "ignores_cue", "stalls", "pushes", "overrides", "names_again"}) - {
    "asks_leave_tic",
    "stacked_question",
    "uses_jargon",
}


class Felt(NamedTuple):
    """The mind after a turn, why, and the moves that from now on are repeats."""

    mind: Mind
    changes: tuple[Change, ...]
    moves_made: tuple[str, ...]


@dataclass(frozen=True)
class _Step:
    key: str
    """What from now on is a repeat: the kind, and what tells it from others of its kind."""
    effect: Effect
    start: int | None = None
    end: int | None = None

    @property
    def kind(self) -> str:
        """A ChangeKind."""
        return self.key.partition(":")[0]


def feel(mind: Mind, reading: TurnReading, temper: Temper, met: Circumstances) -> Felt:
    """The patient's mind after one student turn: bounded steps, quicker down than up.

    A repeated move has half its effect, a stock phrase none; where the reading is unsure nothing moves.
    The changes add up to the difference between the two minds.
    """
    if not reading.sure and not met.silent:
        return Felt(mind, (), met.moves_made)
    steps = [_worded(step, met.persona) for step in _steps(mind, reading, temper, met)]
    changes: list[Change] = []
    for what in ("trust", "distress", "understanding"):
        changes += _bounded(what, getattr(mind, what), steps, _pace(what, temper, met))
    after = {what: _clamp(getattr(mind, what) + sum(c.by for c in changes if c.what == what)) for what in MOST}
    return Felt(Mind(**after), tuple(changes), (*met.moves_made, *(step.key for step in steps)))


def leaves_pending(reading: TurnReading, met: Circumstances) -> bool:
    """Whether a hint still waits after this turn: nothing was said, or only a greeting or a nod."""
    if met.silent or not reading.sure:
        return True
    return all(move.kind in ("welcomes", "minimal", "asks_leave_tic") for move in reading.moves) and bool(reading.moves)


def _steps(mind: Mind, reading: TurnReading, temper: Temper, met: Circumstances) -> Iterator[_Step]:
    yield from _of_circumstances(mind, reading, met)
    guarded = _on_guard(met.moves_made)
    for move in _once_each(reading.moves):
        if move.kind == "asks_leave_tic" and move.kind not in met.moves_made:
            yield _Step(move.kind, Effect(""))  # once is manners
        elif move.kind in LOSSES:
            if _counts_as_loss(move, mind, reading, met):
                yield _Step(move.kind, _minded(move.kind, LOSSES[move.kind], temper), move.start, move.end)
        elif move.kind in WINS and not move.stock and not met.said_before:
            share = _share(move, reading, met) * (HURT_SHARE if guarded else 1.0)
            if share > 0:
                effect = _valued(move.kind, _of_win(move), temper)
                yield _Step(_key(move), _listened(move.kind, mind, _times(effect, share)), move.start, move.end)


def _of_circumstances(mind: Mind, reading: TurnReading, met: Circumstances) -> Iterator[_Step]:
    """What follows from the moment rather than from a move of its own."""
    if met.tells_news:
        yield _news(met)
    if met.does is not None and met.does not in met.moves_made and _is_wanted(met.does, mind):
        yield _Step(met.does, ACTIONS[met.does])
    if met.silent:
        yield from _silence(met)
        return
    if met.asked_directly and met.answers:
        yield _Step("answers", Effect("You answered {possessive} question straight", trust=0.06, distress=-0.01))
    elif met.asked_directly and _stalls(reading, met):
        yield _Step(
            "stalls", Effect("{Subject} asked you directly, and you did not answer", trust=-0.08, distress=0.04)
        )
    elif met.pending is not None and not (_meets(reading) or _leaves_room(reading) or met.stays_on):
        weight = 0.5 + met.pending.intensity
        why = "{Subject} had let something slip, and you passed over it"
        yield _Step("ignores_cue", Effect(why, trust=-0.03 * weight, distress=0.02 * weight))
    if met.just_told and _meets(reading) and not reading.has("blames", "dismisses", "reassures_early"):
        yield _Step("stays", Effect("You stayed with what {subject} had just told you", trust=0.06))
    if met.not_now and not (met.pending is not None and _meets(reading)):
        yield _after_not_now(reading, met)
    elif met.refused and reading.has("tells_news", "tells_fact", "tells_plan", "advises", "examines"):
        yield _Step("overrides", Effect("You went ahead without {possessive} yes", trust=-0.09, distress=0.03))
    if reading.words > MONOLOGUE_WORDS:
        yield _Step("monologue", Effect("It was too much at once", trust=-0.03, distress=0.03, understanding=-0.06))
    if met.namings_in_a_row >= NAMINGS_IN_A_ROW:
        yield _Step("names_again", Effect("Being told {possessive} feelings again felt like a method", trust=-0.05))


def _news(met: Circumstances) -> _Step:
    if met.prepared:
        return _Step("news", Effect("The news was hard, but it did not come without warning", distress=0.20))
    return _Step("news", Effect("The news came without warning", trust=-0.04, distress=0.32))


def _is_wanted(action: Action, mind: Mind) -> bool:
    return action != "offers_tissue" or mind.distress >= IN_TEARS


def _silence(met: Circumstances) -> Iterator[_Step]:
    if met.news_just_told:
        yield _Step("silence", Effect("You gave {object} room after the news", trust=0.05, distress=-0.05))
    elif met.asked_directly:
        yield _Step("stalls", Effect("{Subject} asked you directly, and you said nothing", trust=-0.06, distress=0.04))
    elif met.does is not None:
        return
    elif not {"silence", "silence_too_long"} & {*met.moves_made[-2:]}:
        yield _Step("silence", Effect("You kept silent and let {object} find {possessive} words", trust=0.02))
    else:
        why = "The silence went on and {subject} did not know why"
        yield _Step("silence_too_long", Effect(why, trust=-0.02, distress=0.02))


def _after_not_now(reading: TurnReading, met: Circumstances) -> _Step:
    presses = reading.has("open_question", "closed_question", "stacked_question", "opens_sensitive", "advises")
    if presses and met.keeps_on:
        return _Step("pushes", Effect("{Subject} had asked to leave it, and you went on", trust=-0.10, distress=0.04))
    return _Step("lets_be", Effect("You respected that {subject} did not want to talk about it", trust=0.05))


def _meets(reading: TurnReading) -> bool:
    """Whether the turn takes up a feeling, or goes after it."""
    if any(not move.stock for move in reading.all("names_emotion", "validates", "reflects", "reflects_complex")):
        return True
    return reading.has("elicits_concerns", "elicits_ideas")


def _leaves_room(reading: TurnReading) -> bool:
    """A greeting, a nod, an open question or plain sympathy does not meet a hint, but does not step over it."""
    if reading.has("welcomes", "minimal", "acknowledges", "open_question", "asks_permission", "offers_choice"):
        return not reading.has("dismisses", "reassures_early", "problem_solves", "blames")
    return False


def _stalls(reading: TurnReading, met: Circumstances) -> bool:
    """Asks back, soothes or puts off instead of answering; sympathy is no stalling yet, nor words that may answer."""
    if reading.has(
        "welcomes", "warns", "asks_permission", "offers_choice", "names_emotion", "validates", "acknowledges"
    ):
        return False
    return met.puts_off or reading.has(
        *("open_question", "closed_question", "stacked_question", "signposts"),
        *("reassures_early", "dismisses", "blames", "recites_skill", "addresses_grader"),
    )


def _counts_as_loss(move: Move, mind: Mind, reading: TurnReading, met: Circumstances) -> bool:
    match move.kind:
        case "problem_solves":
            return met.pending is not None and not _meets(reading)
        case "reassures_early":  # to give back their words is not yet to know what they fear
            return not (met.comforts_truly or any(not one.stock for one in reading.all("names_emotion", "validates")))
        case "own_feeling":
            return mind.trust < 0.7
        case "stacked_question":  # "Can I tell you now? Or would you like a minute?" is one question
            return not reading.has("asks_permission", "offers_choice")
        case _:
            return True


def _share(move: Move, reading: TurnReading, met: Circumstances) -> float:
    """How much of its first effect this move still has, 0-1."""
    share = 1.0
    answers_hint = met.pending is not None and move.kind in ("names_emotion", "validates", "reflects_complex")
    if _key(move) in met.moves_made and not (answers_hint or move.kind in _ALWAYS_NEW):
        share *= REPEAT_SHARE
    if move.kind == "names_emotion":
        share *= _naming_share(move, met)
    if move.kind in ("tells_fact", "tells_plan", "gives_why"):
        share *= _plainness(reading)
    if reading.has("dismisses", "blames", "addresses_grader"):
        return 0.0
    return share


def _listened(kind: str, mind: Mind, effect: Effect) -> Effect:
    """The effect with what listening alone can still win of this patient's trust."""
    if kind in _GOES_DEEPER:
        return effect
    left = min(1.0, max(LISTENING_LEFT, (LISTENING_TO - mind.trust) / LISTENING_FADES))
    return replace(effect, trust=effect.trust * left)


def _naming_share(move: Move, met: Circumstances) -> float:
    if met.namings_in_a_row >= NAMINGS_IN_A_ROW:
        return 0.0
    if met.pending is not None and not agrees(move.family, met.pending.family):
        return MISSED_FAMILY_SHARE
    return 1.0 if move.tentative else FLAT_SHARE


def _plainness(reading: TurnReading) -> float:
    """1 for plain words in small pieces, 0 for what nobody takes in."""
    facts = len(reading.all("tells_fact", "tells_plan", "tells_news", "advises"))
    if reading.has("uses_jargon") or facts > FACTS_AT_ONCE or reading.words > MONOLOGUE_WORDS:
        return 0.0
    return 1.0 if reading.difficulty < HARD_WORDING else 0.5


def _on_guard(moves_made: Sequence[str]) -> bool:
    """Whether fewer than HURT_MOVES good moves have come since the last hurt."""
    for back, key in enumerate(reversed(moves_made)):
        if key in _HURTS:
            return back < HURT_MOVES
    return False


def _once_each(moves: Sequence[Move]) -> Iterator[Move]:
    """One move of each sort: saying it twice in a turn is saying it once."""
    seen: set[str] = set()
    for move in moves:
        if _key(move) not in seen:
            seen.add(_key(move))
            yield move


def _key(move: Move) -> str:
    """What counts as the same move again: naming another feeling, or asking leave for another act, does not."""
    detail = move.family if move.kind == "names_emotion" else move.act if move.kind == "asks_permission" else None
    return f"{move.kind}:{detail}" if detail else move.kind


def _of_win(move: Move) -> Effect:
    effect = WINS[move.kind]
    if move.kind != "names_emotion":
        return effect
    why = effect.why.replace("{feeling}", FEELINGS[move.family] if move.family else "feeling")
    return replace(effect, why=f"{why}, tentatively" if move.tentative else why)


def _minded(kind: str, effect: Effect, temper: Temper) -> Effect:
    return replace(effect, trust=effect.trust * (1 + STRESSED_SHARE)) if kind in temper.minds_most else effect


def _valued(kind: str, effect: Effect, temper: Temper) -> Effect:
    return replace(effect, trust=effect.trust * (1 + STRESSED_SHARE)) if kind in temper.values_most else effect


def _times(effect: Effect, share: float) -> Effect:
    return replace(
        effect,
        trust=effect.trust * share,
        distress=effect.distress * share,
        understanding=effect.understanding * share,
    )


def _pace(what: str, temper: Temper, met: Circumstances) -> tuple[float, float]:
    """How fast this person's value falls and rises."""
    if what == "trust":
        return temper.cools, temper.warms * met.warms_times
    if what == "distress":
        return temper.calms, temper.stirs
    return 1.0, 1.0


def _bounded(what: str, value: float, steps: Sequence[_Step], pace: tuple[float, float]) -> list[Change]:
    """The steps of one value after temper, inertia and bounds."""
    wanted = [(step, getattr(step.effect, what)) for step in steps if getattr(step.effect, what)]
    slow_down, slow_up = _inertia(what, value)
    down = _scale(sum(by for _, by in wanted if by < 0), pace[0] * slow_down, MOST[what][0], room=value)
    up = _scale(sum(by for _, by in wanted if by > 0), pace[1] * slow_up, MOST[what][1], room=1 - value)
    changes = []
    for step, by in wanted:
        moved = round(by * (down if by < 0 else up), 4)
        if abs(moved) >= LEAST_STEP:
            why = f"{step.effect.why}."
            changes.append(Change(what=what, by=moved, why=why, kind=step.kind, start=step.start, end=step.end))
    return changes


def _inertia(what: str, value: float) -> tuple[float, float]:
    """The shares of the pace, down and up, at this value."""
    return min(1.0, INERTIA_TO + value) if what == "trust" else 1.0, min(1.0, INERTIA_FROM - value)


def _scale(total: float, pace: float, most: float, room: float) -> float:
    """The factor that keeps the sum of these steps within the turn's bound and within 0-1."""
    if total == 0:
        return 0.0
    return min(pace, most / abs(total), room / abs(total))


def _worded(step: _Step, persona: Persona) -> _Step:
    words = {
        "subject": persona.subject,
        "Subject": persona.subject.capitalize(),
        "object": persona.object,
        "possessive": persona.possessive,
    }
    return replace(step, effect=replace(step.effect, why=step.effect.why.format(**words)))


def _clamp(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
