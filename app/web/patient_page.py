"""From a persona and the rows of its checks to the pages of patients: pure functions."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from app.lab import LearnerCheck, PersonaCheck
from app.lab.finding import Found
from app.patient.effects import LOSSES, WINS, Effect
from app.storage.tables import PersonaCheckRow
from app.web.views.patients import (
    CheckView,
    DroppedHint,
    FoundLine,
    FoundList,
    HeldRow,
    HiddenConcern,
    PatientLine,
)
from app.web.words import SOURCES, counted, day, title_of, who
from personas import LoadedPersona, Persona
from personas.schema import CueNote, Gate
from personas.vocabulary import MoveKind

LEARNERS: Mapping[str, tuple[str, str]] = {
    "skilled": ("Skilled", "greets, warns, names what is shown, asks openly, explains"),
    "middling": ("Middling", "friendly and correct, asks closed questions, passes over most hints"),
    "brusque": ("Brusque", "in a hurry, tells at once, argues feelings away"),
    "formulaic": ("Formulaic", "stock sympathy, whatever is said"),
    "second_language": (
        "Late-learnt English",
        "what the skilled one says, in the English of somebody who learnt it late",
    ),
    "probing": ("Probing", "digs for secrets from the first turn"),
    "injecting": ("Injecting", "tries to make a model tell its instructions"),
    "off_topic": ("Off topic", "weather, football, words that mean nothing"),
    "silent": ("Silent", "says a word now and then"),
    "abusive": ("Abusive", "insults, contempt, threats"),
}
"""Each learner's name on the page, and what they do."""
COLUMNS = ("Turns", "Told", "Hints", "Leaks", "Breaks", "Repeats", "Contradictions", "Grade", "Overall", "Trust")
_KINDS = (
    ("leaks", "Leaks", "Words that tell a concern, or give it away, before it was open."),
    ("breaks", "Breaks of character", "Sentences no patient says."),
    ("repeats", "Repeats", "Sentences that came again in the same talk."),
    ("contradictions", "Contradictions", "Words that contradict who the patient is."),
)
_BREAKS = {
    "machine": "says that it is a model",
    "leak": "shows its notes",
    "clinician": "becomes the one who helps",
    "praise": "teaches or praises the student",
    "layout": "writes a page instead of speaking",
    "nonsense": "is no language",
    "other_speaker": "speaks as somebody else",
    "language": "turns to another language",
}
_CUES = {
    "concern": "A feeling said outright",
    "cue": "A hint",
    "challenge": "A reproach or a loss",
    "progress": "A success",
}
_SLOW_BELOW, _QUICK_ABOVE = 0.85, 1.15
_REPORT = TypeAdapter(PersonaCheck)


def report_in(row: PersonaCheckRow | None) -> PersonaCheck | None:
    """The report of a check; None where there is none, or another version of the service wrote it in another form."""
    if row is None or row.report is None:
        return None
    try:
        return _REPORT.validate_python(row.report)
    except ValidationError:
        return None


def patient_line(loaded: LoadedPersona, newest: PersonaCheckRow | None, *, running: bool) -> PatientLine:
    """A patient in the list."""
    persona, report = loaded.persona, report_in(newest)
    is_same_file = newest is not None and newest.persona_hash == loaded.content_hash
    return PatientLine(
        persona_id=persona.id,
        who=who(persona),
        scenarios=tuple(title_of(scenario.id) for scenario in persona.scenarios),
        reviewed=persona.review.reviewer is not None,
        verdict=_verdict(newest, report, running=running, is_same_file=is_same_file),
        looks_good=report is not None and report.passes and is_same_file,
        checked=None if newest is None else f"{day(newest.started_at).words}, {voice_words(newest)}",
    )


def _verdict(newest: PersonaCheckRow | None, report: PersonaCheck | None, *, running: bool, is_same_file: bool) -> str:
    if newest is None:
        return "Never checked."
    if running:
        return "Being checked now."
    if newest.finished_at is None:
        return "The last check was interrupted."
    if report is None:
        return "The last check came to nothing."
    verdict = "Passes." if report.passes else f"Does not pass: {'; '.join(report.reasons)}."
    return verdict if is_same_file else f"{verdict} The file has changed since."


def voice_words(row: PersonaCheckRow) -> str:
    """Who spoke as the patient in a check."""
    return "in the patient's own lines" if row.model is None else f"spoken by {row.model}"


# ---- what the file says ----------------------------------------------------------------------------------------------


def temper_words(persona: Persona) -> tuple[str, ...]:
    """How this person's feelings move, in sentences; the moves they mind and value most last."""
    temper, called = persona.temper, persona.called
    sentences = [
        _moves("Trust", "comes", temper.warms, "goes", temper.cools),
        _moves("Distress", "falls", temper.calms, "rises", temper.stirs),
    ]
    for moves, effects, what in (
        (temper.minds_most, LOSSES, "costs"),
        (temper.values_most, WINS, "wins"),
    ):
        if moves:
            whys = "; ".join(_why(persona, move, effects) for move in moves)
            sentences.append(f"This {what} {called}'s trust half as much again: {whys}.")
    return tuple(sentences)


def _moves(what: str, one: str, times: float, other: str, other_times: float) -> str:
    first, second = _pace(times), _pace(other_times)
    if first == second:
        return f"{what} {one} and {other} {first}."
    return f"{what} {one} {first} and {other} {second}."


def _pace(times: float) -> str:
    """A factor of the temper, of which 1 is the middle, as one would say it."""
    if times < _SLOW_BELOW:
        return "slowly"
    return "quickly" if times > _QUICK_ABOVE else "as with most people"


def _why(persona: Persona, move: MoveKind, effects: Mapping[MoveKind, Effect]) -> str:
    if move not in effects:
        return move.replace("_", " ")
    words = {
        "subject": persona.subject,
        "Subject": persona.subject.capitalize(),
        "object": persona.object,
        "possessive": persona.possessive,
        "feeling": "feeling",
    }
    why = effects[move].why.format(**words)
    return why[:1].lower() + why[1:]


def concerns_of(persona: Persona, report: PersonaCheck | None) -> tuple[HiddenConcern, ...]:
    """What weighs on the patient, what opens it, and who was told it in the last check."""
    return tuple(
        HiddenConcern(
            summary=concern.summary,
            main=concern.main,
            opens=_opens(concern.opens_when),
            begins=None
            if concern.part is None
            else _opens(concern.part.opens_when).replace("Opens", "Part of it opens"),
            told=None if report is None else _told(concern.id, report),
        )
        for concern in persona.concerns
    )


def _opens(gate: Gate) -> str:
    needs = [f"trust of {gate.trust:.0%} or more"] if gate.trust else []
    if gate.distress_at_most < 1:
        needs.append(f"distress of {gate.distress_at_most:.0%} at most")
    if gate.needs_one_of:
        ways = [SOURCES[way] for way in gate.needs_one_of]
        needs.append(f"in the student's last two turns {_either(ways)}")
    return f"Opens with {', and '.join(needs)}." if needs else "Open from the start."


def _either(ways: Sequence[str]) -> str:
    return ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])} or {ways[-1]}"


def _told(concern_id: str, report: PersonaCheck) -> str:
    told = [_told_to(one, concern_id) for one in report.learners if concern_id in {*one.begun, *one.told}]
    return f"Told to: {'; '.join(told)}." if told else "Told to nobody in the last check."


def _told_to(one: LearnerCheck, concern_id: str) -> str:
    turns = [f"in part in turn {one.begun[concern_id]}"] if concern_id in one.begun else []
    turns += [f"in full in turn {one.told[concern_id]}"] if concern_id in one.told else []
    return f"{_called(one)}, {', '.join(turns)}"


def hints_of(persona: Persona) -> tuple[DroppedHint, ...]:
    """What the patient lets slip, in the order of the file."""
    concerns = {concern.id: concern.summary for concern in persona.concerns}
    return tuple(
        DroppedHint(
            hint=cue.hint_at,
            kind=f"{_CUES[cue.kind]}: {cue.family}",
            when=_when(cue),
            leads_to=concerns.get(cue.leads_to) if cue.leads_to else None,
        )
        for cue in persona.cues
    )


def _when(cue: CueNote) -> str:
    turn = "from the opening on" if cue.from_student_turn == 0 else f"from student turn {cue.from_student_turn} on"
    news = {None: "", True: ", before the news", False: ", after the news"}[cue.before_news]
    return f"{turn}{news}"


# ---- what the lab found ----------------------------------------------------------------------------------------------


def check_view(row: PersonaCheckRow, report: PersonaCheck, persona: Persona, content_hash: str) -> CheckView:
    """A report as the page shows it."""
    main = {concern.id for concern in persona.concerns if concern.main}
    return CheckView(
        when=day(row.started_at),
        voice=voice_words(row),
        passes=report.passes,
        reasons=report.reasons,
        figures=tuple(_figures(report)),
        columns=COLUMNS,
        rows=tuple(_row(one, main, report) for one in report.learners),
        found=tuple(_found(report, persona)),
        is_of_this_file=row.persona_hash == content_hash,
    )


def _figures(report: PersonaCheck) -> Iterator[tuple[str, str]]:
    unknown = "not measured"
    yield (
        "Skilled above brusque",
        unknown if report.separation is None else f"{report.separation:g} points of 100",
    )
    yield "Main concerns skilled heard", unknown if report.heard_skilled is None else f"{report.heard_skilled:.0%}"
    yield (
        "The most any rough or idle learner heard",
        unknown if report.heard_others is None else f"{report.heard_others:.0%}",
    )
    hardest = max((one.reading_grade for one in report.learners if one.reading_grade is not None), default=None)
    yield (
        "Hardest reading grade of what was said",
        unknown if hardest is None else f"{hardest:.1f}; up to {report.reading_limit:g} fits this patient",
    )
    if report.model is not None:
        yield "Pieces the screen replaced", str(sum(one.screened for one in report.learners))


def _row(one: LearnerCheck, main: set[str], report: PersonaCheck) -> HeldRow:
    called, does = LEARNERS.get(one.learner, (one.learner, ""))
    if len({other.scenario for other in report.learners}) > 1:
        does = f"{title_of(one.scenario)}: {does}"
    cells = () if one.not_held is not None else _cells(one, main)
    return HeldRow(learner=called, does=does, not_held=one.not_held, cells=cells)


def _cells(one: LearnerCheck, main: set[str]) -> tuple[str, ...]:
    lists = (one.leaks, one.breaks, one.repeats, one.contradictions)
    return (
        str(one.turns),
        f"{len(main & one.told.keys())} of {len(main)}",
        str(one.hints),
        *(str(len(found)) for found in lists),
        "–" if one.reading_grade is None else f"{one.reading_grade:.1f}",
        "–" if one.overall is None else f"{one.overall:.0f}",
        "–" if one.trust is None else f"{one.trust:.0%}",
    )


def _found(report: PersonaCheck, persona: Persona) -> Iterator[FoundList]:
    for kind, title, means in _KINDS:
        lines = tuple(
            FoundLine(quote=one.words, where=_where(learner, one, kind, persona))
            for learner in report.learners
            for one in getattr(learner, kind)
        )
        if lines:
            yield FoundList(title=f"{title}: {len(lines)}", means=means, lines=lines)


def _where(learner: LearnerCheck, one: Found, kind: str, persona: Persona) -> str:
    about = {"leaks": _summary(persona, one.what), "breaks": _BREAKS.get(one.what, one.what)}.get(kind, one.what)
    return f"{_called(learner)}, turn {one.turn}" + (f": {about}" if about else "")


def _summary(persona: Persona, concern_id: str) -> str:
    return next((concern.summary for concern in persona.concerns if concern.id == concern_id), concern_id)


def _called(one: LearnerCheck) -> str:
    return LEARNERS.get(one.learner, (one.learner, ""))[0]


def progress_words(over: int, of: int) -> str:
    """How far a running check is."""
    return f"The check runs: {over} of {counted(of, 'talk')} {'is' if over == 1 else 'are'} over."
